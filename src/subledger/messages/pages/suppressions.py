"""Addresses that get no mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form

from subledger.kernel.errors import NotFound
from subledger.messages.models import Suppression
from subledger.messages.services.suppressions import lift_suppression, suppress_address
from subledger.messages.states import SuppressionReason
from subledger.page_kit.access import actor
from subledger.page_kit.columns import ActorColumn, Column, MomentColumn, NameColumn, WordColumn
from subledger.page_kit.criteria import Search
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage

from .views import SENT_MAIL

TITLE = "Suppressed addresses"
REASONS = {SuppressionReason.BOUNCED: "Mail to it came back", SuppressionReason.OPTED_OUT: "Its owner wants no mail"}


class SuppressionsPage(SummaryPage):
    title = TITLE
    subtitle = "They get no mail until somebody lifts that."
    noun = "address"
    noun_plural = "addresses"
    empty = "Every address gets its mail."
    default_sort = "-created_at"
    criteria = (Search("q", "Search", fields=("address__icontains",)),)
    columns = (
        Column(
            "address", "Address", sort="address", strong=True, link=lambda row: page_url("suppression_lift", row.pk)
        ),
        WordColumn("reason", "Why", lead=True),
        NameColumn("note", "What was said"),
        MomentColumn("created_at", "Since", sort="created_at"),
        ActorColumn("created_by", "By"),
    )

    def queryset(self) -> QuerySet:
        return Suppression.objects.filter(lifted_at=None)

    def extra(self) -> dict[str, Any]:
        allowed = may(self.request, "messages.suppress")
        new = Action("Suppress an address", page_url("suppression_new"), "plus")
        return {
            "crumbs": [Crumb(SENT_MAIL, page_url("messages")), Crumb(TITLE)], "actions": [new] if allowed else []
        }  # fmt: skip


class SuppressionForm(forms.Form):
    address = forms.CharField(label="Address", max_length=320)
    reason = forms.ChoiceField(label="Why", choices=[(each.value, words) for each, words in REASONS.items()])
    note = forms.CharField(label="Note", max_length=2000, required=False)


class SuppressionNewPage(FormPage):
    permission = "messages.suppress"
    title = submit_label = "Suppress an address"
    form_class = SuppressionForm
    done = "The address gets no more mail."

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        suppress_address(
            address=typed["address"],
            reason=SuppressionReason(typed["reason"]),
            note=typed["note"],
            actor=actor(self.request),
        )
        return page_url("suppressions")

    def extra(self) -> dict[str, Any]:
        return {"crumbs": _crumbs(self.title), "cancel_url": page_url("suppressions")}


class SuppressionLiftPage(FormPage):
    permission = "messages.suppress"
    title = submit_label = "Send to this address again"
    template_name = "page_kit/confirm.html"
    done = "The address gets its mail again."

    def prepare(self, suppression_id: int) -> None:
        found = Suppression.objects.filter(pk=suppression_id, lifted_at=None).first()
        if found is None:
            raise NotFound(Suppression, suppression_id, noun="suppressed address")
        self.row = found

    def act(self, form: Form) -> str:
        lift_suppression(suppression_id=self.row.pk, actor=actor(self.request))
        return page_url("suppressions")

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": _crumbs(self.title),
            "cancel_url": page_url("suppressions"),
            "question": f"Send mail to {self.row.address} again?",
            "consequences": ["What was held back is not sent by itself: send it again where you want it."],
        }


def _crumbs(title: str) -> list[Crumb]:
    return [Crumb(SENT_MAIL, page_url("messages")), Crumb(TITLE, page_url("suppressions")), Crumb(title)]
