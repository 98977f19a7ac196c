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
from subledger.gateways.services.unbooked import advice_on, resolve, unbooked
from subledger.kernel.errors import NotFound
from subledger.kernel.ids import encode
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import Column, MomentColumn, MoneyColumn, NameColumn
from subledger.page_kit.criteria import Choice
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage

TITLE = say("To look into")


def resolve_url(row: UnbookedFact) -> str:
    return page_url("unbooked_fact", row.pk)


class SaidColumn(Column):
    """What was told, and under it why the books did not take it."""

    def show(self, row: Any) -> SafeString | str:
        return format_html('{}<span class="why">{}</span>', row.said, advice_on(row))


class AdviceColumn(Column):
    def value(self, row: Any) -> Any:
        return advice_on(row)


class OpenChoice(Choice):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(resolved_at__isnull=value == "open")


class UnbookedPage(SummaryPage):
    title = TITLE
    noun = say("fact")
    filename = "unbooked-facts"
    empty = say("The books have taken everything that banks and gateways told.")
    criteria = (
        ProviderChoice("provider", say("Provider"), choices=provider_choices),
        OpenChoice("state", say("State"), choices=[("open", say("Open")), ("closed", say("Closed"))]),
    )
    columns = (
        SaidColumn("said", say("What was told"), link=resolve_url, strong=True, css="col-why"),
        NameColumn("provider.name", say("Provider")),
        Column("booked_on", say("Booked on")),
        MoneyColumn("amount_minor", say("Amount"), lead=True),
        MomentColumn("created_at", say("Kept since")),
        Column("resolution", say("What was done")),
        AdviceColumn("reason", say("Why"), file_only=True),
        Column("position", say("Where"), file_only=True),
        Column("reference", say("Reference"), file_only=True),
    )

    def queryset(self) -> QuerySet:
        return unbooked()

    def extra(self) -> dict[str, Any]:
        return {"tabs": gateway_tabs("unbooked")}


class ResolveForm(forms.Form):
    resolution = forms.CharField(
        max_length=1000, label=say("What was done about it"), widget=forms.Textarea({"rows": 2})
    )


class UnbookedFactPage(FormPage):
    """One such fact, with all that was told of it; closed with what was done."""

    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"
    form_class = ResolveForm
    submit_label = say("Close it")

    def prepare(self, fact_id: int) -> None:
        row = unbooked().filter(pk=fact_id).first()
        if row is None:
            raise NotFound(say("unbooked fact"), encode(UnbookedFact.PREFIX, fact_id))
        self.row = row
        self.title = row.said

    def act(self, form: Form) -> str:
        resolve(fact_id=self.row.pk, resolution=form.cleaned_data["resolution"], actor=actor(self.request))
        return page_url("unbooked")

    def extra(self) -> dict[str, Any]:
        row = self.row
        facts = [
            (say("Told by"), row.position or row.source),
            (say("Reference"), row.reference),
            (say("Booked on"), row.booked_on),
            (say("Closed"), f"{row.resolution} ({row.resolved_by})" if row.resolved_at else ""),
        ]
        if row.request is not None:
            facts.insert(
                0, (say("Payment request"), format_html('<a href="{}">{}</a>', request_url(row.request), row.request))
            )
        return {
            "crumbs": crumbs_to((TITLE, page_url("unbooked")), (row.said, "")),
            "cancel_url": page_url("unbooked"),
            "facts": [(label, value) for label, value in facts if value],
            "question": row.said,
            "consequences": [advice_on(row)],
        }
