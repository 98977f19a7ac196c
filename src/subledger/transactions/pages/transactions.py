"""The list of financial transactions, and what may be done with each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Case, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.accounts.queries import currencies_of_accounts
from subledger.accounts.states import AccountState
from subledger.kernel import ids
from subledger.kernel.sentences import say, say_of
from subledger.messages.kinds import kinds_about
from subledger.messages.queries import messages_about
from subledger.page_kit.columns import (
    Column,
    DayColumn,
    MoneyColumn,
    NameColumn,
    WordColumn,
)
from subledger.page_kit.criteria import (
    AmountRange,
    Choice,
    Choices,
    Criterion,
    DayRange,
    in_words,
)
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions import labels
from subledger.transactions.models import (
    Category,
    CreditReason,
    PaymentMethod,
    RefundMethod,
    Transaction,
    TransactionType,
)
from subledger.transactions.queries import with_open
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.rules.reminders import why_not_told
from subledger.transactions.states import DEBITS, Classification, TransactionState

from . import printouts
from .columns import DISCOUNTED, JOINED, LEFT, MORE_COLUMNS
from .document_search import DocumentSearch
from .due import ChasedDueColumn, is_late
from .offers import collect_url, copy_url, is_collectable, refund_url
from .settlement import SettlementColumn, standing_of
from .statuses import STATUSES, StatusChoice

TRANSACTIONS = labels.TRANSACTIONS


def transaction_url(row: Transaction) -> str:
    return page_url("transaction", row.pk)


def standing(transactions: QuerySet[Any]) -> QuerySet[Any]:
    """With what tells a draft that failed at its gateway from one that nobody has posted."""
    found = contributions("transactions", "failed", None, None)
    return transactions.annotate(is_failed=found[0] if found else Value(False))


def state_of(row: Any) -> str:
    """The state as its own page says it; the rows of `standing`."""
    return "failed" if row.is_failed else str(row.state)


@dataclass(frozen=True)
class StateColumn(WordColumn):
    def value(self, row: Any) -> Any:
        return state_of(row)


@dataclass(frozen=True)
class StandingColumn(SettlementColumn):
    """Where a transaction stands: how far it is settled while it is posted, else its state."""

    def value(self, row: Any) -> Any:
        return row.open_minor if row.posted_on else None

    def show(self, row: Any) -> SafeString | str:
        return super().show(row) if row.state == TransactionState.POSTED else show.badge(state_of(row))


@dataclass(frozen=True)
class NumberColumn(Column):
    """The number of a posted transaction, else the end of the draft's reference number."""

    def value(self, row: Any) -> Any:
        return row.number or row.reference_number

    def show(self, row: Any) -> SafeString | str:
        return row.number or format_html(
            '<span title="{0}">REF-…{1}</span>', row.reference_number, row.reference_number[-5:]
        )


DEBIT = Case(When(classification__in=sorted(DEBITS), then="amount_minor"), output_field=BigIntegerField())
CREDIT = Case(When(~Q(classification__in=sorted(DEBITS)), then="amount_minor"), output_field=BigIntegerField())


def reasons_of(request: Any) -> list[tuple[str, str]]:
    """Those of credit notes, in use or not."""
    return [(one.public_id, one.name) for one in CreditReason.objects.all()]


@dataclass(frozen=True)
class ReasonChoice(Choice):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(credit_reason=ids.decode(CreditReason.PREFIX, value))


def currencies(request: Any) -> list[tuple[str, str]]:
    return [(code, code.upper()) for code in currencies_of_accounts()]


def named(table: type[Any]) -> list[tuple[str, str]]:
    """The rows of a configuration table, in use or not."""
    return [(row.public_id, row.name) for row in table.objects.order_by("name", "pk")]


def methods(request: Any) -> list[tuple[str, str]]:
    """Of payments, and of refunds."""
    paid, refunded = named(PaymentMethod), named(RefundMethod)
    return [*paid, *((ident, say("{name} (refund)", name=name)) for ident, name in refunded)]


@dataclass(frozen=True)
class NamedChoice(Choice):
    """One of the rows of a configuration table, by its public id; called as the field is."""

    table: type[Any] = Category

    def options(self, request: HttpRequest) -> Choices:
        return named(self.table)

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(**{self.name: ids.decode(self.table.PREFIX, value)})


@dataclass(frozen=True)
class MethodChoice(Choice):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        is_payment = value.startswith(f"{PaymentMethod.PREFIX}_")
        way, table = ("payment_method", PaymentMethod) if is_payment else ("refund_method", RefundMethod)
        return queryset.filter(**{way: ids.decode(table.PREFIX, value)})


@dataclass(frozen=True)
class StatusColumn(Column):
    """Where it stands, in the word that the page says."""

    def value(self, row: Any) -> Any:
        return show.word(standing_of(row, state_of(row)))


class TransactionsPage(SummaryPage):
    title = TRANSACTIONS
    noun = say("transaction")
    ticked = "transactions"
    empty = say("Post an invoice, or import the ones you have.")
    criteria: Sequence[Criterion] = (
        DocumentSearch("q", say("Search")),
        Choice("classification", say("Type"), choices=in_words(Classification)),
        StatusChoice("settlement", labels.STATUS, choices=STATUSES),
        ReasonChoice("reason", say("Reason"), choices=reasons_of),
        DayRange("posted_on", say("Date")),
        DayRange("due_on", say("Due")),
        AmountRange("amount", say("Amount"), field="amount_minor", rare=True),
        Choice("currency", say("Currency"), choices=currencies, rare=True),
        MethodChoice("method", say("Method"), choices=methods, rare=True),
        NamedChoice("type", say("Subtype"), table=TransactionType, rare=True),
        NamedChoice("category", say("Category"), table=Category, rare=True),
    )
    columns: Sequence[Column] = (
        NumberColumn("number", say("Number"), sort="number", nullable=True, link=transaction_url, strong=True),
        WordColumn("classification", say("Type"), sort="classification"),
        NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
        DayColumn("posted_on", say("Date"), sort="posted_on", nullable=True),
        ChasedDueColumn("due_on", say("Due"), sort="due_on", nullable=True),
        MoneyColumn("debit_minor", say("Debit"), total=True, lead=True),
        MoneyColumn("credit_minor", say("Credit"), total=True, lead=True),
        StandingColumn("open_minor", say("Status"), page_only=True),
        MoneyColumn("left_minor", labels.OPEN, optional=True),
        StatusColumn("standing", labels.STATUS, file_only=True),
        StateColumn("state", say("State"), file_only=True),
        *MORE_COLUMNS,
    )

    counted = Q(posted_on__isnull=False)  # drafts and what was rejected are in no balance
    totals_said = {"": say("Total posted")}

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.criteria = (*self.criteria, *contributions("transactions", "criteria", request, None))

    def queryset(self) -> QuerySet:
        is_file = bool(self.request.GET.get("export"))
        read = {name for key, names in JOINED.items() if is_file or self.has_chosen(key) for name in names}
        rows = standing(with_open(Transaction.objects.select_related("account", *sorted(read))))
        return rows.annotate(debit_minor=DEBIT, credit_minor=CREDIT, left_minor=LEFT, discounted_minor=DISCOUNTED)

    def extra(self) -> dict[str, Any]:
        return {"actions": new_actions(self.request)}


ICONS = {
    "invoice": "file-invoice",
    "credit_note": "file-minus",
    "payment": "cash",
    "refund": "receipt-refund",
}


LISTS = {
    Classification.INVOICE: (labels.INVOICES, "invoices"),
    Classification.PAYMENT: (labels.PAYMENTS, "payments"),
    Classification.CREDIT_NOTE: (labels.CREDIT_NOTES, "credit_notes"),
}


def list_of(kind: str) -> Crumb:
    """Where documents of a kind are listed: the way to one begins there."""
    label, url_name = LISTS.get(Classification(kind), (TRANSACTIONS, "transactions"))
    return Crumb(label, page_url(url_name))


def new_actions(request: Any, account_id: int | None = None, kinds: Collection[str] = tuple(ICONS)) -> list[Action]:
    """New documents of these kinds: on one account, or on one still to be chosen."""
    if not (may(request, "transactions.draft") or may(request, "transactions.post")):
        return []
    where = ("transaction_new", account_id) if account_id else ("transaction_choose",)
    wanted = ((kind, icon) for kind, icon in ICONS.items() if kind in kinds)
    return [Action(labels.NEW[kind], page_url(*where, kind), icon) for kind, icon in wanted]


# action of a life cycle -> label, icon, whether it needs something open
ACTIONS: dict[str, tuple[str, str, bool]] = {
    "edit": (say("Edit"), "pencil", False),
    "post": (say("Post"), "check", False),
    "move": (say("Move to another account"), "arrows-exchange", False),
    "write_off": (say_of("deed", "Write off"), "eraser", True),
    "reject": (say("Reject"), "x", False),
    "cancel": (say_of("deed", "Cancel"), "ban", False),
}
# How likely each is the next act, beside those below and of other rooms; the likeliest is the primary button.
RANKS = {"post": 90, "edit": 60}
PRINT_RANK = 45
DANGEROUS = frozenset({"reject", "cancel", "write_off"})


def is_creditable(request: Any, row: Transaction) -> bool:
    """Whether a credit note can be made from an invoice, item by item."""
    return (
        row.classification == Classification.INVOICE
        and row.state == TransactionState.POSTED
        and row.mirrors_id is None
        and row.amount_minor > 0
        and row.account.state != AccountState.TERMINATED
        and may(request, "transactions.draft")
    )


def credit_url(invoice: Transaction) -> str:
    """The form of a credit note over all that is left to credit of an invoice, to be cut down."""
    where = page_url("transaction_new", invoice.account_id, Classification.CREDIT_NOTE.value)
    return f"{where}?{urlencode({'invoice': invoice.public_id, 'over': 'all'})}"


def is_told_of(request: Any, row: Transaction) -> bool:
    """Whether a message can be sent of it: it is posted and holds, and is of a kind that customers are told of."""
    return bool(
        why_not_told(row) is None  # type: ignore[arg-type]
        and row.account.customer_id
        and kinds_about(row.classification)
        and may(request, "messages.send")
    )


def is_told(row: Transaction) -> bool:
    """Whether a message of it was sent already."""
    return messages_about([row.pk]).filter(object_id=row.pk).exists()


def actions_for(request: Any, row: Transaction) -> list[Action]:
    """What the state allows and the person may do, the harmless first."""
    allowed = row.lifecycle.actions(TransactionState(row.state))
    if row.account.state == AccountState.TERMINATED:
        allowed = [action for action in allowed if action == "reject"]
    harmless = [*_of_money(request, row)]
    dangerous: list[Action] = []
    for name, (label, icon, needs_open) in ACTIONS.items():
        if name not in allowed or not may(request, permission_for(name, row.classification)):
            continue
        if needs_open and not row.open_minor:  # type: ignore[attr-defined]
            continue
        url = page_url("transaction_edit", row.pk) if name == "edit" else page_url("transaction_action", row.pk, name)
        danger = name in DANGEROUS
        label = say("Cancel the {kind}", kind=show.word(row.classification).lower()) if name == "cancel" else label
        action = Action(label, url, icon, danger=danger, rank=RANKS.get(name, 0))
        (dangerous if danger else harmless).append(action)
    if is_creditable(request, row):
        harmless.append(Action(say("Credit this invoice"), credit_url(row), ICONS["credit_note"], rank=30))
    again = copy_url(request, row)
    if again:
        harmless.append(Action(say("Copy"), again, "copy"))
    harmless += printouts.actions(request, row, rank=PRINT_RANK if row.posted_on else 0)
    if may(request, "notes.add"):
        harmless.append(Action(say("Add a note"), page_url("transaction_note", row.pk), "note"))
    return [*harmless, *dangerous]


def _of_money(request: Any, row: Any) -> Iterator[Action]:
    """Collecting, telling the customer, paying back: what was not done yet is likelier than doing it again."""
    tells, told = is_told_of(request, row), False
    if tells:
        told = is_told(row)
    if is_collectable(request, row):
        yield Action(say("Collect"), collect_url(row), "cash", rank=95 if told or is_late(row) else 80)
        yield Action(say("Record payment"), collect_url(row, "record"), "bolt")
    if tells:
        label = say("Send again") if told else say("Send to the customer")
        url = page_url("message_new", row.classification, row.public_id)
        yield Action(label, url, "send", rank=_rank_of_telling(row, told=told))
    is_free = row.state == TransactionState.POSTED and not row.is_debit and row.open_minor
    if not is_free or not row.account.customer_id or row.account.state == AccountState.TERMINATED:
        return
    is_offered = contributions("credit", "refund", request, row)  # by who collected it
    url = "" if is_offered else refund_url(request, row)
    if url:
        yield Action(say("Refund"), url, ICONS["refund"], rank=55)


def _rank_of_telling(row: Any, *, told: bool) -> int:
    if row.state != TransactionState.POSTED:
        return 10
    if told or not row.account.customer.email:
        return 40 if told else 50
    return 90 if row.classification == Classification.INVOICE else 60
