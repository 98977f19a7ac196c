"""Reads of transactions: balances, open items, statements and allocations, now and as of any day.

A transaction counts from its posting date on (``posted_on`` is null iff it was never posted); an allocation counts
from ``allocated_on`` to the day before ``released_on``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from subledger.accounts.models import Account
from subledger.kernel import ids
from subledger.kernel.currencies import exponent
from subledger.kernel.days import check_span
from subledger.kernel.errors import NotFound
from subledger.kernel.names import TranslatedName
from subledger.kernel.sentences import say
from subledger.platform.numbering import numbers_ending_in
from subledger.platform.scope import current_company_id
from subledger.platform.statements import call

from .models import Allocation, OpenItem, Transaction
from .rules.rows import NewlyPosted, PostedRow, columns_of
from .spoken_orders import SPOKEN_ORDER, spoken
from .states import DEBITS, REFERENCE_PREFIX, Classification, TransactionState

# What of a row is stored as it was noted.
WRITTEN = sorted(set(columns_of(PostedRow)) - {"counter", "ordinal", "number_as", "digits", "metadata"})
SIGNED = Case(When(classification__in=sorted(DEBITS), then=F("amount_minor")), default=-F("amount_minor"))


@dataclass(frozen=True, slots=True)
class Balance:
    """An account at the end of a day, in minor units. ``balance`` = ``unsettled`` - ``unallocated``.

    ``outstanding`` is what of ``unsettled`` invoices was due before that day.
    """

    account_id: int
    currency: str
    balance: int
    unsettled: int
    unallocated: int
    outstanding: int


def balance_of(*, account_id: int, currency: str, as_of: date) -> Balance:
    """Balance, unsettled, unallocated and outstanding of one account at the end of ``as_of``."""
    unsettled, unallocated, outstanding = call("account_balance", current_company_id(), account_id, as_of)
    return Balance(account_id, currency, unsettled - unallocated, unsettled, unallocated, outstanding)


def dated_otherwise(idents: Sequence[int], on: date) -> tuple[int, date | None, date | None]:
    """How many of these drafts would bear another day than that of posting; the first and the last of those days."""
    rows = Transaction.objects.filter(pk__in=idents, is_dated=True).exclude(issued_on=on)
    found = rows.aggregate(count=Count("pk"), first=Min("issued_on"), last=Max("issued_on"))
    return found["count"], found["first"], found["last"]


def with_open(transactions: QuerySet[Transaction]) -> QuerySet[Any]:
    """Annotated ``open_minor``: what of each is not allocated now; drafts have none."""
    return transactions.annotate(
        open_minor=Coalesce(F("open_item__open_minor"), Value(0), output_field=BigIntegerField())
    )


def as_read(newly: NewlyPosted) -> Any:
    """A new transaction as `with_open` would read it, from what was written."""
    row = newly.row
    read: Any = Transaction(
        **{name: getattr(row, name) for name in WRITTEN},
        company_id=newly.company_id,
        state=TransactionState.POSTED,
        number=newly.number,
        metadata=row.metadata or {},
        posted_at=newly.at,
        created_at=newly.at,
        created_by=newly.actor,
    )
    read.open_minor = newly.open_minor
    return read


def transaction_by_id(ident: int, classification: str | None = None) -> Any:
    """One transaction with what a page or an answer shows; NotFound outside the company or of another kind."""
    found = with_open(
        Transaction.objects.select_related(
            "account", "account__customer", "type", "category", "payment_method", "refund_method", "credit_reason"
        )
    ).filter(pk=ident)
    row = (found.filter(classification=classification) if classification else found).first()
    if row is None:
        raise NotFound(Transaction, ident, noun=(classification or "transaction").replace("_", " "))
    return row


def transaction_called(text: str, classification: str) -> int | None:
    """The id of the transaction that a person means: by its number, which may lack its zeros and its letters."""
    called = [text, *numbers_ending_in(text)] if text else []
    rows = Transaction.objects.filter(number__in=called, classification=classification).order_by("number")
    return rows.values_list("pk", flat=True).first()


def open_invoices(*, account_id: int) -> QuerySet[Transaction]:
    """Posted invoices that are not settled now, next due first."""
    return (
        with_open(Transaction.objects.filter(account_id=account_id, classification=Classification.INVOICE))
        .filter(open_item__isnull=False)
        .order_by("due_on", "id")
    )


def invoices_to_mean(*, account_id: int, text: str = "", kept: Sequence[int] = ()) -> QuerySet[Transaction]:
    """Posted invoices that a credit may be meant for: open ones first, next due first, then settled ones, latest first.

    A settled one is meant for where another credit is to step back. ``text`` narrows them by the beginning of their
    number or back office code; ``kept`` are in whatever it says.
    """
    rows = with_open(
        Transaction.objects.filter(
            account_id=account_id, classification=Classification.INVOICE, state=TransactionState.POSTED
        )
    )
    wanted = text.strip()
    if wanted:
        rows = rows.filter(
            Q(number__startswith=wanted.upper()) | Q(back_office_code__startswith=wanted) | Q(pk__in=list(kept))
        )
    is_settled = Case(When(open_minor=0, then=Value(1)), default=Value(0))
    open_due = Case(When(open_minor__gt=0, then=F("due_on")))
    latest = Case(When(open_minor=0, then=F("pk")))
    return rows.order_by(is_settled, open_due, latest.desc(), "pk")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One posted transaction on a statement, minor units; ``balance`` is the account's after it."""

    id: int
    posted_on: date
    number: str
    classification: str
    called: TranslatedName  # why it was issued, else its type
    debit: int
    credit: int
    balance: int

    @property
    def description(self) -> str:
        return self.called.name


@dataclass(frozen=True, slots=True)
class Statement:
    opening: int
    lines: Sequence[StatementLine]
    closing: int


def statement_of(*, account_id: int, start: date, end: date) -> Statement:
    """Everything posted to an account from ``start`` to ``end``, both included, with its running balance.

    DayInvalid where the span holds no day.
    """
    return statements_of(account_ids=[account_id], start=start, end=end)[account_id]


def statements_of(*, account_ids: Sequence[int], start: date, end: date) -> dict[int, Statement]:
    """The statement of each of some accounts, as `statement_of`: the database is asked twice, however many there are.

    DayInvalid.
    """
    check_span(start, end)
    posted = Transaction.objects.filter(account_id__in=account_ids)
    before = posted.filter(posted_on__lt=start).values("account_id").annotate(sum=Sum(SIGNED))
    opening = {row["account_id"]: int(row["sum"]) for row in before}
    rows = posted.filter(posted_on__gte=start, posted_on__lte=end).select_related("type")
    of: dict[int, list[Transaction]] = {}
    for row in rows.order_by("posted_on", "id"):
        of.setdefault(row.account_id, []).append(row)
    return {ident: _statement(opening.get(ident, 0), of.get(ident, ())) for ident in account_ids}


def _statement(opening: int, rows: Iterable[Any]) -> Statement:
    lines, running = [], opening
    for row in rows:
        amount = row.amount_minor if row.is_debit else -row.amount_minor
        running += amount
        lines.append(
            StatementLine(
                row.pk,
                row.posted_on,
                row.number,
                row.classification,
                TranslatedName(row.issue_reason) if row.issue_reason else row.type.names,
                max(amount, 0),
                max(-amount, 0),
                running,
            )
        )
    return Statement(opening, lines, running)


def allocations_of(transaction_id: int) -> QuerySet[Allocation]:
    """Every allocation a transaction takes or took part in, live and released, in the order they were made."""
    return (
        Allocation.objects.filter(Q(credit_id=transaction_id) | Q(debit_id=transaction_id))
        .select_related("credit", "debit")
        .order_by("allocated_on", "id")
    )


@dataclass(frozen=True, slots=True)
class Creditable:
    """An invoice, and how much of it a credit note would take back."""

    invoice_id: int
    number: str
    minor: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What money that goes back leaves owed on an account, and the invoices a credit note would take back instead."""

    account_id: int
    currency: str
    minor: int
    found: Sequence[Creditable]


def creditable(*, account_id: int, minor: int, payment_id: int | None = None, limit: int = 5) -> list[Creditable]:
    """The invoices that were paid with money that goes back, until ``minor`` is reached; latest paid first.

    Those that ``payment_id`` paid where the payment is known, else any of the account's."""
    paid = Allocation.objects.filter(
        account_id=account_id,
        released_on=None,
        debit__classification=Classification.INVOICE,
        credit__classification=Classification.PAYMENT,
    )
    if payment_id is not None:
        paid = paid.filter(credit_id=payment_id)
    found: dict[int, Creditable] = {}
    for link in paid.select_related("debit").order_by("-id")[: 4 * limit]:
        taken = min(link.minor, minor)
        if not taken or (len(found) == limit and link.debit_id not in found):
            break
        before = found.get(link.debit_id)
        number = link.debit.number or ""
        found[link.debit_id] = Creditable(link.debit_id, number, taken + (before.minor if before else 0))
        minor -= taken
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an invoice stands as it does: what settled it, what used to, and why the rest is open."""

    transaction: Transaction
    live: Sequence[Allocation]
    released: Sequence[Allocation]
    open_minor: int
    sentence: str


def explain(transaction_id: int) -> Explanation:
    """Which credits settled a transaction (or what a credit settled), by which principle, and why the rest is open."""
    row = transaction_by_id(transaction_id)
    allocations = list(allocations_of(row.pk))
    live = [a for a in allocations if a.released_on is None]
    released = [a for a in allocations if a.released_on is not None]
    return Explanation(row, live, released, row.open_minor, _why_open(row))


def _why_open(row: Any) -> str:
    """Why something is open, in one sentence, from the facts."""
    if row.posted_on is None:
        return say("It is {state}: only posted transactions are settled.", state=row.state)
    if not row.open_minor:
        if row.state == TransactionState.CANCELLED:
            return say("It is cancelled: nothing of it is open.")
        return say("Nothing is open.") if row.is_debit else say("All of it is used.")
    other = OpenItem.objects.filter(account_id=row.account_id, is_debit=not row.is_debit)
    free = other.aggregate(sum=Coalesce(Sum("open_minor"), Value(0)))["sum"]
    if row.account.system_role:
        role = row.account.system_role.replace("_", "-")
        return say("It stands on the company's {role} account, which settles nothing by itself.", role=role)
    if row.is_debit:
        if free:
            return say("Credit is free on the account but not allocated yet: run allocation on the account.")
        ahead = OpenItem.objects.filter(
            Q(order_on__lt=row.due_on or row.posted_on)
            | Q(order_on=row.due_on or row.posted_on, transaction_id__lt=row.pk),
            account_id=row.account_id,
            is_debit=True,
        ).count()
        before = (
            (
                say(" {ahead} open items due earlier will be settled first.", ahead=ahead)
                if ahead != 1
                else say(" {ahead} open item due earlier will be settled first.", ahead=ahead)
            )
            if ahead
            else say(" It is the next to be settled.")
        )
        return say("There is no unapplied credit on the account.{before}", before=before)
    return (
        say("No debit is open on the account: it waits for the next one.")
        if not free
        else (say("Debits are open on the account but not allocated yet: run allocation on the account."))
    )


MOST_FOUND = 50  # by each of the ways in which a transaction is looked for


def search_transactions(text: str, amounts: Sequence[Decimal] = ()) -> QuerySet[Transaction]:
    """By number (it may lack its zeros, and its letters), reference number, the number of the customer's purchase order
    (which may lack its marks), or the beginning of a back office code, newest first.

    ``amounts`` in major units finds what is over one of them, or has it open."""
    code, wanted = text.strip(), text.strip().upper()
    found = [*_numbered(wanted), *_coded(code), *ordered(code)]
    if wanted.startswith("REF-"):
        with suppress(ValueError):
            found.append(ids.decode(REFERENCE_PREFIX, f"{REFERENCE_PREFIX}_{wanted[4:].lower()}"))
    if amounts:
        found += [*_over(amounts), *_open_over(amounts)]
    return with_open(Transaction.objects.select_related("account")).filter(pk__in=found).order_by("-id")


def ordered(text: str) -> list[int]:
    """The ids of what names a purchase order of the customer, newest first: PO-4711 is found by po4711 as well, since
    whoever reads a number aloud says no marks."""
    if not any(character.isalnum() for character in text):
        return []
    rows = Transaction.objects.filter(order_reference__isnull=False).alias(said=SPOKEN_ORDER)
    return list(rows.filter(said=spoken(Value(text))).order_by("-id").values_list("pk", flat=True)[:MOST_FOUND])


# Each way by itself, within its own index: all ways in one condition would read every transaction there is.
def _numbered(number: str) -> list[int]:
    begun = Transaction.objects.filter(number__startswith=number) if number else Transaction.objects.none()
    whole = Transaction.objects.filter(number__in=numbers_ending_in(number))
    return [pk for rows in (begun, whole) for pk in rows.order_by("-number").values_list("pk", flat=True)[:MOST_FOUND]]


def _coded(code: str) -> list[int]:
    rows = Transaction.objects.filter(classification__in=list(Classification), back_office_code__startswith=code)
    return list(rows.order_by("-back_office_code").values_list("pk", flat=True)[:MOST_FOUND]) if code else []


def _over(amounts: Sequence[Decimal]) -> list[int]:
    rows = Transaction.objects.filter(_is_one_of(amounts, "amount_minor", "currency"))
    return list(rows.order_by("-id").values_list("pk", flat=True)[:MOST_FOUND])


def _open_over(amounts: Sequence[Decimal]) -> list[int]:
    rows = OpenItem.objects.filter(_is_one_of(amounts, "open_minor", "account__currency"))
    return list(rows.order_by("-transaction_id").values_list("pk", flat=True)[:MOST_FOUND])


def _is_one_of(amounts: Sequence[Decimal], minor: str, currency: str) -> Q:
    """In minor units of each currency that the company's accounts are in."""
    match = Q(pk__in=[])
    for code in Account.objects.order_by().values_list("currency", flat=True).distinct():
        units = [abs(amount).scaleb(exponent(code)) for amount in amounts]
        whole = [int(unit) for unit in units if unit == unit.to_integral_value() and unit < 2**53]
        if whole:
            match |= Q(**{f"{minor}__in": whole, currency: code})
    return match
