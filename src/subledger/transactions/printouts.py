"""Printing transactions: what their documents say is read here, in sets, and handed to `documents`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Sum

from subledger.accounts.models import Account
from subledger.companies.queries import today_of_company
from subledger.documents.printouts import Printout
from subledger.documents.queries import Sender, sender
from subledger.documents.services import Printable, Shown, keep_document
from subledger.documents.values import Span
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import language_asked, spoken
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.messages.services.outbox import SEND
from subledger.platform.callers import current_caller

from .collectors import expected_charges, payment_holds
from .group_balances import members_of
from .models import Allocation, Transaction, TransactionItem
from .printables import (
    Facts,
    by_transaction,
    document_of,
    group_statement_document,
    part_of,
    statement_document,
)
from .queries import balance_of, statement_of, statements_of, with_open
from .states import Classification, TransactionState

__all__ = ["STATEMENT_SPAN", "give_document", "group_statement_printable", "printables_of", "statement_printable"]

STATEMENT_SPAN = timedelta(days=365)  # up to its last day, where nobody says the first
_SETTLES = frozenset({Classification.PAYMENT, Classification.REFUND})


def printables_of(transaction_ids: Sequence[int], *, language: str = "") -> list[Printable]:
    """The documents of transactions, in their order, in ``language``, else in the customer's, else in the company's.

    Raises:
        NotFound: one is not in this company. LanguageUnknown.
    """
    chosen = language_asked(language)
    rows = with_open(
        Transaction.objects.select_related(
            "account", "account__customer", "type", "payment_method", "refund_method", "credit_reason"
        )
    ).in_bulk(list(transaction_ids))
    for ident in transaction_ids:
        if ident not in rows:
            raise NotFound(Transaction, ident, noun=say("transaction"))
    items = by_transaction(
        TransactionItem.objects.filter(transaction_id__in=list(rows))
        .select_related("product", "tax_rate")
        .order_by("transaction_id", "position")
    )
    about = _about(rows.values(), items)
    settles = _settled([row for row in rows.values() if row.classification in _SETTLES])
    written_off, credited = _written_off(rows.values()), _credited(rows.values())
    asking = [row.pk for row in rows.values() if _asks(row)]
    charges, holds = expected_charges(asking), payment_holds(asking)
    _date([row for row in rows.values() if row.posted_on is None and not row.is_dated])
    by = sender()
    return [
        Printable(
            row.public_id,
            document_of(
                Facts(
                    row,
                    items.get(row.pk, ()),
                    about.get(row.pk, ()),
                    settles.get(row.pk, ()),
                    row.open_minor + written_off.get(row.pk, 0),
                    credited.get(row.pk, 0),
                    charges.get(row.pk),
                    holds.get(row.pk),
                ),
                by,
                language=language_of(row.account, by, chosen),
            ),
            by.brand,
        )
        for row in (rows[ident] for ident in transaction_ids)
    ]


STATEMENT_SPAN = timedelta(days=365)  # up to its last day, where nobody says the first


def statement_printable(account: Account, *, start: date, end: date, today: date, language: str = "") -> Printable:
    """An account's statement from ``start`` to ``end``, both included. DayInvalid, LanguageUnknown."""
    chosen = language_asked(language)
    by = sender()
    statement = statement_of(account_id=account.pk, start=start, end=end)
    overdue = balance_of(account_id=account.pk, currency=account.currency, as_of=min(end, today)).outstanding
    opening, closing = (Money(minor, account.currency) for minor in (statement.opening, statement.closing))
    span = Span(start=start, end=end, opening=opening, closing=closing, overdue=Money(overdue, account.currency))
    document = statement_document(
        account, statement, by, span=span, language=language_of(account, by, chosen), overdue=overdue
    )
    return Printable(account.public_id, document, by.brand)


def group_statement_printable(
    account: Account, *, start: date, end: date, today: date, language: str = ""
) -> Printable:
    """The statement of an account and all below it, each account's part and what they come to. DayInvalid,
    LanguageUnknown."""
    by, chosen = sender(), language_asked(language)
    spoken_in = language_of(account, by, chosen)
    members = members_of(account_id=account.pk, as_of=min(end, today))
    found = statements_of(account_ids=[one.account_id for one in members], start=start, end=end)
    parts = [part_of(one, found[one.account_id], start=start, end=end, language=spoken_in) for one in members]
    own = [part.span for part in parts if part.currency == account.currency]
    opening, closing, overdue = (
        Money(sum(getattr(span, name).minor for span in own), account.currency)
        for name in ("opening", "closing", "overdue")
    )
    span = Span(start=start, end=end, opening=opening, closing=closing, overdue=overdue)
    document = group_statement_document(account, parts, by, span=span, language=spoken_in)
    return Printable(account.public_id, document, by.brand)


def give_document(shown: Shown, *, actor: str) -> Printout:
    """A document as a file for whoever asks for it, with a copy kept. The days of a statement are anybody's choice and
    copies are for good, so of one a copy is kept only where somebody has it who may send it to the customer."""
    caller = current_caller()
    is_statement = shown.printable.document.span is not None
    if is_statement and caller is not None and not caller.may(SEND):
        return shown.printout
    return keep_document(shown, actor=actor)


def language_of(account: Account, by: Sender, chosen: str) -> str:
    own = account.customer.language if account.customer is not None else ""
    return chosen or spoken(own) or by.language


def _about(rows: Iterable[Transaction], items: Mapping[int, Sequence[TransactionItem]]) -> dict[int, list[Transaction]]:
    """What each was made for: cancelled, written off, credited item by item, or credited as a whole. What a credit note
    happens to settle is none of it: that is another with another order of payments."""
    wanted: dict[int, list[int]] = {}
    for row in rows:
        own = [row.cancels_id, row.writes_off_id, *(item.credits_id for item in items.get(row.pk, ()))]
        if row.classification == Classification.CREDIT_NOTE:
            own += row.intended_ids or ()
        wanted[row.pk] = list(dict.fromkeys(ident for ident in own if ident is not None))
    found = Transaction.objects.in_bulk({ident for idents in wanted.values() for ident in idents})
    return {pk: [found[ident] for ident in idents if ident in found] for pk, idents in wanted.items()}


def _date(drafts: Sequence[Transaction]) -> None:
    """Drafts of which nobody said a day bear that of today, on which they would be posted now."""
    if drafts:
        today = today_of_company()
        for row in drafts:
            row.issued_on = today


def _asks(row: Transaction) -> bool:
    """Whether something of it is still to be paid to us."""
    is_standing = row.classification == Classification.INVOICE and row.state == TransactionState.POSTED
    return is_standing and bool(row.open_minor)  # type: ignore[attr-defined]


def _written_off(rows: Iterable[Transaction]) -> dict[int, int]:
    """What was written off of invoices, in minor units: their customers owe it still."""
    ended = [row.pk for row in rows if row.state == TransactionState.WRITTEN_OFF]
    if not ended:
        return {}
    return dict(Transaction.objects.filter(writes_off_id__in=ended).values_list("writes_off_id", "amount_minor"))


def _credited(rows: Iterable[Transaction]) -> dict[int, int]:
    """What credit notes settle of invoices, in minor units."""
    invoices = [row.pk for row in rows if row.classification == Classification.INVOICE and row.posted_on is not None]
    if not invoices:
        return {}
    links = Allocation.objects.filter(
        debit_id__in=invoices, released_on=None, credit__classification=Classification.CREDIT_NOTE
    )
    return dict(links.order_by().values_list("debit_id").annotate(Sum("minor")))


def _settled(rows: Sequence[Transaction]) -> dict[int, list[tuple[Transaction, int]]]:
    """What each settles now: the invoices that a payment pays, the credit that a refund pays out."""
    idents = [row.pk for row in rows]
    found: dict[int, dict[int, int]] = {}
    others: dict[int, Transaction] = {}
    credits = Allocation.objects.filter(credit_id__in=idents, released_on=None).select_related("debit")
    debits = Allocation.objects.filter(debit_id__in=idents, released_on=None).select_related("credit")
    pairs = [*((a.credit_id, a.debit, a) for a in credits), *((a.debit_id, a.credit, a) for a in debits)]
    for own, other, link in sorted(pairs, key=lambda pair: pair[2].pk):
        others[other.pk] = other
        sums = found.setdefault(own, {})
        sums[other.pk] = sums.get(other.pk, 0) + link.minor
    return {own: [(others[pk], minor) for pk, minor in sums.items()] for own, sums in found.items()}
