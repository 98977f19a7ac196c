"""Addresses that get no mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
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

TITLE = say("Suppressed addresses")
REASONS = {
    SuppressionReason.BOUNCED: say("Mail to it came back"),
    SuppressionReason.OPTED_OUT: say("Its owner wants no mail"),
}


class SuppressionsPage(SummaryPage):
    title = TITLE
    subtitle = say("They get no mail until somebody lifts that.")
    noun = say("address")
    noun_plural = say("addresses")
    empty = say("Every address gets its mail.")
    default_sort = "-created_at"
    criteria = (Search("q", say("Search"), fields=("address__icontains",)),)
    columns = (
        Column(
            "address",
            say("Address"),
            sort="address",
            strong=True,
            link=lambda row: page_url("suppression_lift", row.pk),
        ),
        WordColumn("reason", say("Why"), lead=True),
        NameColumn("note", say("What was reported")),
        MomentColumn("created_at", say("Since"), sort="created_at"),
        ActorColumn("created_by", say("By")),
    )

    def queryset(self) -> QuerySet:
        return Suppression.objects.filter(lifted_at=None)

    def extra(self) -> dict[str, Any]:
        allowed = may(self.request, "messages.suppress")
        new = Action(say("Suppress an address"), page_url("suppression_new"), "plus")
        return {
            "crumbs": [Crumb(SENT_MAIL, page_url("messages")), Crumb(TITLE)], "actions": [new] if allowed else []
        }  # fmt: skip


class SuppressionForm(forms.Form):
    address = forms.CharField(label=say("Address"), max_length=320)
    reason = forms.ChoiceField(label=say("Why"), choices=[(each.value, words) for each, words in REASONS.items()])
    note = forms.CharField(label=say("Note"), max_length=2000, required=False)


class SuppressionNewPage(FormPage):
    permission = "messages.suppress"
    title = submit_label = say("Suppress an address")
    form_class = SuppressionForm
    done = say("The address gets no more mail.")

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
    title = submit_label = say("Send to this address again")
    template_name = "page_kit/confirm.html"
    done = say("The address gets its mail again.")

    def prepare(self, suppression_id: int) -> None:
        found = Suppression.objects.filter(pk=suppression_id, lifted_at=None).first()
        if found is None:
            raise NotFound(Suppression, suppression_id, noun=say("suppressed address"))
        self.row = found

    def act(self, form: Form) -> str:
        lift_suppression(suppression_id=self.row.pk, actor=actor(self.request))
        return page_url("suppressions")

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": _crumbs(self.title),
            "cancel_url": page_url("suppressions"),
            "question": say("Send mail to {address} again?", address=self.row.address),
            "consequences": [say("What was held back is not sent by itself: send it again where you want it.")],
        }


def _crumbs(title: str) -> list[Crumb]:
    return [Crumb(SENT_MAIL, page_url("messages")), Crumb(TITLE, page_url("suppressions")), Crumb(title)]
