"""Retries: the list of them, stopping one, making one now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.gateways.models import Provider
from subledger.gateways.queries import request_by_id
from subledger.gateways.services.worker import work_off
from subledger.gateways.states import RequestState
from subledger.gateways.ways_to_collect import bars_of, name_of_way
from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.columns import BadgeColumn, Column, DayColumn, MoneyColumn, NameColumn, WordColumn
from subledger.page_kit.criteria import Choice, DayRange, Search, in_words
from subledger.page_kit.fields import TextField
from subledger.page_kit.formats import formats
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.retries.models import Retry
from subledger.retries.queries import as_they_stand, retries, retry_by_id, to_see_to
from subledger.retries.services.retries import make_retry, stop_retry
from subledger.retries.states import LIVE, RETRY, RetryState, StopReason
from subledger.retries.ways import charged_by

from .words import place_words, why_words

RETRIES = say("Retries of payments")


def document_url(row: Retry) -> str:
    return page_url("transaction", row.document_id)


def request_url(row: Retry) -> str:
    return page_url("payment_request", row.failed_request_id)


@dataclass(frozen=True)
class PlaceColumn(Column):
    """Which try of the plan it is."""

    def value(self, row: Any) -> str:
        return place_words(row)


@dataclass(frozen=True)
class StandingColumn(BadgeColumn):
    """The state, and under it why."""

    def show(self, row: Any) -> SafeString | str:
        badge = super().show(row)
        why = why_words(row)
        return format_html('{}<span class="why">{}</span>', badge, why) if why else badge


@dataclass(frozen=True)
class StateChoice(Choice):
    """The states; what comes; what somebody has to see to."""

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        if value == "coming":
            return queryset.filter(state__in=sorted(LIVE))
        if value == "to_see_to":
            return queryset.filter(pk__in=to_see_to().values("pk"))
        return super().narrow(queryset, value)


class ProviderChoice(Choice):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(provider=ids.decode(Provider.PREFIX, value))


def provider_choices(request: Any) -> list[tuple[str, str]]:
    return [(row.public_id, row.name) for row in Provider.objects.order_by("name")]


class RetriesPage(SummaryPage):
    title = RETRIES
    noun = say("failed payment")
    filename = "retries"
    empty = say(
        "No payment is tried again yet. Under Configuration, Retry plans, choose the payment gateways whose failed "
        "payments are to be."
    )
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("document_number__istartswith", "account__number__istartswith", "account__name__icontains"),
        ),
        StateChoice(
            "state",
            say("State"),
            choices=[
                ("coming", say("Coming")),
                *in_words(RetryState),
                ("to_see_to", say("Not tried again, to see to")),
            ],
        ),
        ProviderChoice("provider", say("Provider"), choices=provider_choices),
        Choice("stop_reason", say("Because"), choices=in_words(StopReason)),
        DayRange("due_on", say("Tried again")),
    )
    columns: Sequence[Column] = (
        Column("document_number", say("Document"), link=document_url, strong=True, sort="document_number"),
        NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
        DayColumn("failed_on", say("Failed"), link=request_url, sort="failed_on"),
        WordColumn("decline_class", say("Decline")),
        DayColumn("due_on", say("Tried again"), sort="due_on", nullable=True),
        PlaceColumn("number", say("Try")),
        MoneyColumn("amount_minor", say("Amount"), sort="amount_minor", total=True, lead=True),
        StandingColumn("state", say("State"), sort="state", css="col-why"),
        Column("code", say("Code"), file_only=True),
        NameColumn("provider.name", say("Provider"), file_only=True),
    )

    def queryset(self) -> QuerySet:
        return retries()

    def page(self) -> tuple[Sequence[Any], str, str]:
        rows, before, after = super().page()
        return as_they_stand(rows), before, after


class OnRetry:
    """Mixed into pages about one retry."""

    row: Retry
    title: str

    def prepare(self, retry_id: int) -> None:
        [self.row] = as_they_stand([retry_by_id(retry_id)])

    def words(self) -> dict[str, Any]:
        row = self.row
        return {
            "crumbs": [Crumb(RETRIES, page_url("retries")), Crumb(str(row), document_url(row)), Crumb(self.title)],
            "cancel_url": document_url(row),
        }

    def amount(self) -> str:
        return f"{show.amount_text(self.row.amount_minor, self.row.currency)} {self.row.currency.upper()}"


class StopForm(forms.Form):
    note = TextField(label=say("Why"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class RetryStopPage(OnRetry, FormPage):
    permission = "retries.stop"
    template_name = "page_kit/confirm.html"
    title = submit_label = say("Stop retrying")
    form_class = StopForm

    def prepare(self, retry_id: int) -> None:
        super().prepare(retry_id)
        RETRY.advance(RetryState(self.row.state), "stop")

    def act(self, form: Form) -> str:
        stop_retry(retry_id=self.row.pk, note=form.cleaned_data["note"], actor=actor(self.request))
        messages.success(self.request, say("{document} is not tried again.", document=self.row))
        return document_url(self.row)

    def extra(self) -> dict[str, Any]:
        return {
            **self.words(),
            "question": say(
                "Try {amount} of {document} no more after the failure of {on}?",
                amount=self.amount(),
                document=self.row,
                on=formats().write_day(self.row.failed_on),
            ),
            "consequences": [
                say("What is open stays open. It is reminded of as before, and a payment run may collect it.")
            ],
        }


class RetryMakePage(OnRetry, FormPage):
    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"
    title = submit_label = say("Retry now")

    def prepare(self, retry_id: int) -> None:
        super().prepare(retry_id)
        if self.row.state != RetryState.WAITING:
            RETRY.advance(RetryState(self.row.state), "make")

    def act(self, form: Form) -> str:
        row = make_retry(retry_id=self.row.pk, actor=actor(self.request))
        if row.made_request_id is None:
            messages.warning(
                self.request,
                say("{document} was not charged: {why}.", document=row, why=why_words(row)),
            )
            return document_url(row)
        work_off(row.provider_id, request_ids=[row.made_request_id])
        made = request_by_id(row.made_request_id)
        if made.state == RequestState.POSTED:
            messages.success(self.request, say("{document} was charged.", document=row))
        elif made.state == RequestState.REJECTED:
            messages.warning(self.request, say("{document} was tried again, and declined.", document=row))
        else:
            messages.success(self.request, say("{document} is being charged.", document=row))
        return document_url(row)

    def extra(self) -> dict[str, Any]:
        row = self.row
        charged = charged_by(row, on=today())
        barred = bars_of([charged] if charged else [])
        return {
            **self.words(),
            "question": say(
                "Charge {document} with {name} again now? {amount} failed.",
                document=row,
                name=row.provider.name,
                amount=self.amount(),
            ),
            "consequences": [
                *[
                    say(
                        "{way} was declined for good. It is charged all the same, and by runs again.",
                        way=name_of_way(one.preference),
                    )
                    for one in barred.values()
                ],
                say("What is open by now is asked for, if nothing forbids it."),
                say("If it fails again, the plan goes on from today."),
            ],
        }
