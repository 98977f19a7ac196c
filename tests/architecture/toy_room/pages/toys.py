from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from subledger.toys.models import Toy
from subledger.toys.services import NewToy, add_toys

from subledger.page_kit.access import actor
from subledger.page_kit.columns import Column, DayColumn, NameColumn
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage

COLUMNS = (
    Column("number", "Number", sort="number", strong=True),
    NameColumn("name", "Toy", sort="name"),
    DayColumn("came_on", "Came on", lead=True),
)


class ToysPage(SummaryPage):
    title = "Toys"
    noun = "toy"
    empty = "No toy has come yet."
    default_sort = "number"
    columns = COLUMNS

    def queryset(self) -> QuerySet:
        return Toy.objects.all()

    def extra(self) -> dict[str, Any]:
        allowed = may(self.request, "toys.edit")
        return {"actions": [Action("New toy", page_url("toy_new"), "plus")] if allowed else []}


class ToyForm(forms.Form):
    name = forms.CharField(label="Name", max_length=200)


class ToyNewPage(FormPage):
    permission = "toys.edit"
    title = "New toy"
    form_class = ToyForm

    def act(self, form: Form) -> str:
        add_toys(new=[NewToy(form.cleaned_data["name"])], actor=actor(self.request))
        return page_url("toys")


def tiles(request: Any, row: Any) -> Iterable[dict[str, Any]]:
    yield {"label": "Toys", "value": Toy.objects.count(), "url": page_url("toys")}
