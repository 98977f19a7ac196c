"""Payment requests: what was asked of gateways, what came of it, and what each waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.forms import Form
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.accounts.states import AccountState
from subledger.gateways import queries
from subledger.gateways.models import Attempt, Charge, Claim, Fee, PaymentRequest, Provider
from subledger.gateways.pages.common import crumbs_to, gateway_tabs, request_number, request_url, show_outcome
from subledger.gateways.pages.retries import failed_actions
from subledger.gateways.pages.words import error_words, purpose_of, shown_state, waits_for, way_words
from subledger.gateways.registry import kind_named
from subledger.gateways.services.outstanding import not_to_leave
from subledger.gateways.services.reconciliation import look_up
from subledger.gateways.services.unbooked import held_back
from subledger.gateways.services.worker import work_off
from subledger.gateways.states import OPEN, ClaimKind, RequestState, RequestType
from subledger.kernel import ids
from subledger.kernel.sentences import said, say, say_of
from subledger.page_kit.access import today
from subledger.page_kit.charts import Series, StackedChart
from subledger.page_kit.columns import (
    BadgeColumn,
    Column,
    MomentColumn,
    MoneyColumn,
    NameColumn,
)
from subledger.page_kit.criteria import Choice, DayRange, Search, in_words
from subledger.page_kit.faces import contributions
from subledger.page_kit.formats import formats
from subledger.page_kit.navigation import Action, linked, may
from subledger.page_kit.subjects import SubjectTab
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.models import Event
from subledger.transactions.models import Transaction

CHART_DAYS = 14


class ErrorColumn(NameColumn):
    def value(self, row: Any) -> str:
        return error_words(row.error_code, row.error_message) if row.error_code else ""

    def export(self, row: Any) -> str:
        return " ".join(filter(None, (row.error_code, row.error_message)))


class RequestStateColumn(BadgeColumn):
    """The state, and under it why it is no other."""

    def value(self, row: Any) -> str:
        return shown_state(row)

    def show(self, row: Any) -> SafeString | str:
        badge = super().show(row)
        if not row.error_code:
            return badge
        return format_html('{}<span class="why">{}</span>', badge, error_words(row.error_code, row.error_message))


class PurposeColumn(Column):
    def show(self, row: Any) -> str:
        return purpose_of(row)


class RequestSearch(Search):
    """A request's number, or words about its account and reference."""

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        ident = request_number(value)
        return queryset.filter(pk=ident) if ident else super().narrow(queryset, value)


class StateChoice(Choice):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(state__in=sorted(OPEN)) if value == "open" else queryset.filter(state=value)


class ProviderChoice(Choice):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(provider=ids.decode(Provider.PREFIX, value))


def provider_choices(request: Any) -> list[tuple[str, str]]:
    return [(provider.public_id, provider.name) for provider in Provider.objects.order_by("name")]


def when_of(name: str, label: str) -> DayRange:
    """Days of an instant, in the company's zone."""
    return DayRange(name, label, field=f"{name}__date")


class RequestsPage(SummaryPage):
    title = say("Payment requests")
    noun = say("request")
    filename = "payment-requests"
    empty = say("Requests are created automatically: post a payment or refund by a method that belongs to a provider.")
    criteria = (
        RequestSearch(
            "q",
            say("Search"),
            fields=("reference__istartswith", "account__number__istartswith", "account__name__icontains"),
        ),
        ProviderChoice("provider", say("Provider"), choices=provider_choices),
        Choice("type", say("Type"), choices=in_words(RequestType)),
        StateChoice("state", say("State"), choices=[("open", say("Open (any)")), *in_words(RequestState)]),
        Search("error", say("Error"), fields=("error_code__icontains", "error_message__icontains")),
        when_of("created_at", say("Created")),
    )
    columns: Sequence[Column] = (
        Column("number", say("Number"), link=request_url, strong=True),
        PurposeColumn("type", say("For"), sort="type"),
        NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
        NameColumn("provider.name", say("Provider")),
        MomentColumn("created_at", say("Created"), sort="created_at"),
        MoneyColumn("amount_minor", say("Amount"), sort="amount_minor", total=True, lead=True),
        RequestStateColumn("state", say("State"), sort="state", css="col-why"),
        ErrorColumn("error_code", say("Error"), file_only=True),
        Column("reference", say("Reference at the gateway"), file_only=True),
        Column("account.number", say("Account number"), file_only=True),
    )

    counted = Q(state=RequestState.POSTED)  # what was refused, or waits, moved no money
    kind_field = "direction"
    totals_said = {"in": say("Received"), "out": say("Refunded")}

    def queryset(self) -> QuerySet:
        comes_in = When(type=RequestType.PAYMENT, then=Value("in"))
        return queries.requests().annotate(direction=Case(comes_in, default=Value("out")))

    def extra(self) -> dict[str, Any]:
        return {"tabs": gateway_tabs("gateways"), "chart": self._chart()}

    def _chart(self) -> StackedChart | None:
        """The latest days' requests, by what came of them; none where nothing was asked in them."""
        first = today() - timedelta(days=CHART_DAYS - 1)
        found = self.found().order_by().annotate(day=TruncDate("created_at")).filter(day__gte=first)
        counts = {(r["day"], r["state"]): r["n"] for r in found.values("day", "state").annotate(n=Count("pk"))}
        if not counts:
            return None
        days = [first + timedelta(days=n) for n in range(CHART_DAYS)]

        def series(label: str, tone: str, states: Sequence[RequestState]) -> Series:
            return Series(label, tone, tuple(sum(counts.get((day, state), 0) for state in states) for day in days))

        return StackedChart(
            id="requests",
            title=say("Requests by day"),
            labels=tuple(formats().write_day(day) for day in days),
            series=(
                series(say("Posted"), "age-0", [RequestState.POSTED]),
                series(say("Open"), "age-1", sorted(OPEN)),
                series(say_of("payment request", "Rejected"), "age-4", [RequestState.REJECTED]),
            ),
        )


class AccountRequestsPage(SubjectTab, RequestsPage):
    subject = "account"
    tab = "account_requests"
    columns = tuple(column for column in RequestsPage.columns if column.key != "account.name")

    def queryset(self) -> QuerySet:
        return super().queryset().filter(account_id=self.subject_row.pk)


# -- one request ---------------------------------------------------------------------------------------------------

OUTCOMES = {
    "succeeded": say("Succeeded"),
    "declined": say("Declined"),
    "actionrequired": say("The customer has to act"),
    "inprogress": say("Under way"),
    "lost": say("No answer came back"),
    "postponed": say("Put off"),
    "notthere": say("Not known there"),
    "": say("Not answered yet"),
}


class OutcomeColumn(Column):
    """What an attempt came to, and what the gateway said."""

    def show(self, row: Any) -> SafeString | str:
        outcome = OUTCOMES.get(row.outcome, row.outcome)
        said = " · ".join(filter(None, (row.message, row.code)))
        return format_html('{}<span class="why">{}</span>', outcome, said) if said else outcome


class SentColumn(MomentColumn):
    def show(self, row: Any) -> SafeString | str:
        at = super().show(row)
        if row.sent <= 1:
            return at
        return format_html('{}<span class="why">{}</span>', at, say("{times} times under this key", times=row.sent))


ATTEMPTS = (
    Column("public_id", say("Key"), strong=True),
    SentColumn("sent_at", say("Sent")),
    MomentColumn("ended_at", say("Answered")),
    OutcomeColumn("outcome", say("Outcome"), css="col-why"),
)


class OnRequest:
    """Mixed into pages about one payment request."""

    row: PaymentRequest

    def prepare(self, request_id: int) -> None:
        self.row = queries.request_by_id(request_id)

    def crumbs(self, *steps: str) -> dict[str, Any]:
        here = (self.row.number, request_url(self.row) if steps else "")
        return {"crumbs": crumbs_to(here, *((step, "") for step in steps))}


class RequestPage(OnRequest, DetailPage):
    template_name = "gateways/payment_request.html"

    def prepare(self, request_id: int) -> None:
        super().prepare(request_id)
        self.title = purpose_of(self.row)

    def extra(self) -> dict[str, Any]:
        row = self.row
        attempts = Attempt.objects.filter(request=row).order_by("pk")
        events = Event.objects.filter(object_id=row.pk).order_by("-id")[:50]
        amount = {"label": say("Amount"), "minor": row.amount_minor, "currency": row.currency}
        return {
            **self.crumbs(),
            "row": row,
            "page_subtitle": row.number,
            "state": shown_state(row),
            "actions": [
                *contributions("payment_request", "actions", self.request, row),
                *failed_actions(self.request, row),
                *actions_for(self.request, row),
            ],
            "notices": contributions("payment_request", "notices", self.request, row),
            "tiles": [amount],
            "waits": self._waits(),
            "error_words": error_words(row.error_code, row.error_message) if row.error_code else "",
            "tables": [
                {
                    "title": say("Attempts"),
                    "table": table(ATTEMPTS, attempts),
                    "text": say("Nothing was sent yet."),
                }
            ],
            "facts": self._facts(),
            "timeline": entries_of(events, own=self.row.pk),
        }

    def _waits(self) -> str:
        is_pending = self.row.state == RequestState.PENDING
        held = held_back([self.row.pk]) if is_pending else {}
        if held:
            return str(held[self.row.pk])
        late = not_to_leave([self.row]) if is_pending else {}
        if late:
            return say("{sentence} It will not leave: it is taken back instead.", sentence=late[self.row.pk].sentence())
        return waits_for(self.row)

    def _facts(self) -> list[tuple[str, Any]]:
        row = self.row
        provider = linked(
            f"{row.provider.name}, {said(show.word(row.mode).lower())}", page_url("provider", row.provider_id)
        )
        facts: list[tuple[str, Any]] = [
            (say("Provider"), provider),
            (say("Account"), linked(f"{row.account.number} {row.account.name}", page_url("account", row.account_id))),
            (say("Payment method"), way_words(row.preference, today()) if row.preference else ""),
        ]
        for label, transaction in self._transactions():
            facts.append((label, linked(str(transaction), page_url("transaction", transaction.pk))))
        charge = row.charge or Charge.objects.filter(request=row).first()
        if charge is not None:
            facts.append((say("Charge"), charge.reference))
            if charge.fee_minor is not None:
                facts.append((say("Fee"), show.money(charge.fee_minor, charge.fee_currency)))
        for fee in Fee.objects.filter(request=row).order_by("pk"):
            what = fee.reference.partition(" of ")[0]
            facts.append(
                (
                    say("Fee of the {what}", what=what) if what != fee.reference else say("Fee"),
                    show.money(fee.amount_minor, fee.currency),
                )
            )
        facts += [
            (say("Reference"), row.reference),
            (say("Created"), show.moment(row.created_at)),
            (say("Executed"), row.executed_at and show.moment(row.executed_at)),
            (say("Looked up next"), row.check_at and show.moment(row.check_at)),
            (
                say("Customer has until"),
                row.action_expires_at and row.state in OPEN and show.moment(row.action_expires_at),
            ),
        ]
        return [(label, value) for label, value in facts if value]

    def _transactions(self) -> list[tuple[str, Transaction]]:
        """What it carries out, and the invoices it pays."""
        row = self.row
        claimed = Claim.objects.filter(request=row, kind=ClaimKind.TRANSACTION).values_list("object_id", flat=True)
        found = Transaction.objects.in_bulk([*claimed, *([row.transaction_id] if row.transaction_id else [])])
        own = found.pop(row.transaction_id or 0, None)
        label = say("Cancels") if row.type == RequestType.PAYMENT_CANCELLATION else say("Payment")
        return [*([(label, own)] if own else []), *((say("Invoice"), other) for other in found.values())]


def actions_for(request: Any, row: PaymentRequest) -> list[Action]:
    """What can be done about an open request; of a payment that is posted, what went back of it can be asked."""
    if not may(request, "gateways.charge"):
        return []
    asking = page_url("payment_request_look_up", row.pk)
    look_up = Action(say("Look it up now"), asking, "search")
    if row.state not in OPEN:
        is_paid = row.state == RequestState.POSTED and row.type == RequestType.PAYMENT
        return [look_up] if is_paid and kind_named(row.provider.kind).executes else []
    actions = []
    is_held = row.state == RequestState.PENDING and bool(held_back([row.pk]))
    if row.state in (RequestState.PENDING, RequestState.REQUIRES_ACTION) and not is_held:
        actions.append(Action(say("Withdraw it"), page_url("payment_request_withdraw", row.pk), "arrow-back-up"))
    if not kind_named(row.provider.kind).executes:
        return actions
    if row.state == RequestState.REQUIRES_ACTION and row.account.state != AccountState.TERMINATED:
        actions.append(Action(say("Link for the customer"), page_url("payment_request_link", row.pk), "link"))
    is_pending = row.state == RequestState.PENDING
    actions.append(Action(say("Send it now"), asking, "send") if is_pending else look_up)
    return actions


class RequestLookUpPage(OnRequest, FormPage):
    """Send what is pending, or ask the gateway what became of it, without waiting for the worker."""

    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"

    def prepare(self, request_id: int) -> None:
        super().prepare(request_id)
        self.is_pending = self.row.state == RequestState.PENDING
        self.title = self.submit_label = say("Send it now") if self.is_pending else say("Look it up now")

    def act(self, form: Form) -> str:
        work = work_off if self.is_pending else look_up
        work(self.row.provider_id, request_ids=[self.row.pk])
        show_outcome(self.request, queries.request_by_id(self.row.pk))
        return request_url(self.row)

    def extra(self) -> dict[str, Any]:
        row = self.row
        if self.is_pending:
            said = [
                say("The gateway is called now, as the worker would in a moment. It is sent once, whoever is first.")
            ]
        elif row.state == RequestState.POSTED:
            said = [
                say("The gateway is asked for refunds and disputes of it; those that are not in the books are posted.")
            ]
        else:
            said = [say("The gateway is asked for the result; its answer is taken in. Nothing is paid a second time.")]
        amount = f"{show.amount_text(row.amount_minor, row.currency)} {row.currency.upper()}"
        return {
            **self.crumbs(self.title),
            "cancel_url": request_url(row),
            "question": say(
                "{purpose} {number} of {amount} with {name}: {deed}?",
                purpose=purpose_of(row),
                number=row.number,
                amount=amount,
                name=row.provider.name,
                deed=self.title.lower(),
            ),
            "consequences": said,
        }
