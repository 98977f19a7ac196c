"""What banks and gateways told of us and the books could not take: looked into by a person, and closed with a word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.gateways.models import UnbookedFact
from subledger.gateways.pages.common import crumbs_to, gateway_tabs, request_url
from subledger.gateways.pages.requests import ProviderChoice, provider_choices
from subledger.gateways.services.unbooked import resolve, unbooked
from subledger.kernel.errors import NotFound
from subledger.kernel.ids import encode
from subledger.page_kit.access import actor
from subledger.page_kit.columns import Column, MomentColumn, MoneyColumn, NameColumn
from subledger.page_kit.criteria import Choice
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage

TITLE = "To look into"


def resolve_url(row: UnbookedFact) -> str:
    return page_url("unbooked_fact", row.pk)


class SaidColumn(Column):
    """What was told, and under it why the books did not take it."""

    def show(self, row: Any) -> SafeString | str:
        return format_html('{}<span class="why">{}</span>', row.said, row.reason)


class OpenChoice(Choice):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(resolved_at__isnull=value == "open")


class UnbookedPage(SummaryPage):
    title = TITLE
    noun = "fact"
    filename = "unbooked-facts"
    empty = "The books have taken everything that banks and gateways told."
    criteria = (
        ProviderChoice("provider", "Provider", choices=provider_choices),
        OpenChoice("state", "State", choices=[("open", "Open"), ("closed", "Closed")]),
    )
    columns = (
        SaidColumn("said", "What was told", link=resolve_url, strong=True, css="col-why"),
        NameColumn("provider.name", "Provider"),
        Column("booked_on", "Booked on"),
        MoneyColumn("amount_minor", "Amount", lead=True),
        MomentColumn("created_at", "Kept"),
        Column("resolution", "What was done"),
        Column("reason", "Why", file_only=True),
        Column("position", "Where", file_only=True),
        Column("reference", "Reference", file_only=True),
    )

    def queryset(self) -> QuerySet:
        return unbooked()

    def extra(self) -> dict[str, Any]:
        return {"tabs": gateway_tabs("unbooked")}


class ResolveForm(forms.Form):
    resolution = forms.CharField(max_length=1000, label="What was done about it", widget=forms.Textarea({"rows": 2}))


class UnbookedFactPage(FormPage):
    """One such fact, with all that was told of it; closed with what was done."""

    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"
    form_class = ResolveForm
    submit_label = "Close it"

    def prepare(self, fact_id: int) -> None:
        row = unbooked().filter(pk=fact_id).first()
        if row is None:
            raise NotFound("unbooked fact", encode(UnbookedFact.PREFIX, fact_id))
        self.row = row
        self.title = row.said

    def act(self, form: Form) -> str:
        resolve(fact_id=self.row.pk, resolution=form.cleaned_data["resolution"], actor=actor(self.request))
        return page_url("unbooked")

    def extra(self) -> dict[str, Any]:
        row = self.row
        facts = [
            ("Told by", row.position or row.source),
            ("Reference", row.reference),
            ("Booked on", row.booked_on),
            ("Closed", f"{row.resolution} ({row.resolved_by})" if row.resolved_at else ""),
        ]
        if row.request is not None:
            facts.insert(
                0, ("Payment request", format_html('<a href="{}">{}</a>', request_url(row.request), row.request))
            )
        return {
            "crumbs": crumbs_to((TITLE, page_url("unbooked")), (row.said, "")),
            "cancel_url": page_url("unbooked"),
            "facts": [(label, value) for label, value in facts if value],
            "question": row.said,
            "consequences": [row.reason],
        }
