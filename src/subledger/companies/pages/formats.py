"""How the company, and the person who looks, writes numbers and days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import Form

from subledger.companies.formats import set_company_formats, set_own_formats, version_of_formats
from subledger.companies.models import Company, Membership
from subledger.kernel.days import DayFormat
from subledger.kernel.numbers import NumberFormat
from subledger.page_kit.access import actor
from subledger.page_kit.kinds import crumbs_to
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage


class FormatsForm(forms.Form):
    number_format = forms.ChoiceField(required=False, label="Numbers")
    date_format = forms.ChoiceField(required=False, label="Days")

    def __init__(self, *args: Any, unsaid: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, formats in (("number_format", NumberFormat), ("date_format", DayFormat)):
            choices = [("", unsaid), *((one.value, one.value) for one in formats)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]


class FormatsPage(FormPage):
    submit_label = "Save"
    unsaid = ""

    def row(self) -> Company | Membership:
        raise NotImplementedError

    def form(self, data: Any = None, files: Any = None) -> Form:
        row = self.row()
        said = {"number_format": row.number_format, "date_format": row.date_format}
        return FormatsForm(data, initial=said, unsaid=self.unsaid)


class CompanyFormatsPage(FormatsPage):
    permission = "configuration.edit"
    title = "Numbers and days"
    done = "Numbers and days are written so from now on."
    unsaid = "Not said: 1 234.56, and 1.000 is asked for"

    def row(self) -> Company:
        return self.request.staff.company  # type: ignore[attr-defined]

    def version(self) -> str:
        return version_of_formats(Company.objects.get(pk=self.row().pk))

    def edits(self) -> int:
        return int(self.row().pk)

    def act(self, form: Form) -> str:
        set_company_formats(**form.cleaned_data, version=self.seen, actor=actor(self.request))
        return page_url("formats")

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((self.title, "")), "cancel_url": page_url("configuration")}


class OwnFormatsPage(FormatsPage):
    permission = "view"
    title = "Your numbers and days"
    done = "You read and write numbers and days so from now on."
    unsaid = "As the company does"

    def row(self) -> Membership:
        return self.request.staff.membership  # type: ignore[attr-defined]

    def act(self, form: Form) -> str:
        set_own_formats(membership=self.row(), **form.cleaned_data, actor=actor(self.request))
        return page_url("own_formats")

    def extra(self) -> dict[str, Any]:
        return {"crumbs": [Crumb(self.title)], "cancel_url": page_url("home")}
