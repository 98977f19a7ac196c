"""Printing transactions: what their documents say is read here, in sets, and handed to `documents`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from subledger.accounts.models import Account
from subledger.documents.errors import LanguageUnknown
from subledger.documents.queries import Sender, sender
from subledger.documents.services import Printable
from subledger.documents.values import Span
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import LANGUAGES, spoken
from subledger.kernel.money import Money

from .models import Allocation, Transaction, TransactionItem
from .printables import Facts, by_transaction, document_of, statement_document
from .queries import balance_of, statement_of, with_open
from .states import Classification

__all__ = ["printables_of", "statement_printable"]

_SETTLES = frozenset({Classification.PAYMENT, Classification.CREDIT_NOTE, Classification.REFUND})


def printables_of(transaction_ids: Sequence[int], *, language: str = "") -> list[Printable]:
    """The documents of transactions, in their order, in ``language``, else in the customer's, else in the company's.

    Raises:
        NotFound: one is not in this company. LanguageUnknown.
    """
    chosen = checked_language(language)
    rows = with_open(
        Transaction.objects.select_related(
            "account", "account__customer", "type", "payment_method", "refund_method", "credit_reason"
        )
    ).in_bulk(list(transaction_ids))
    for ident in transaction_ids:
        if ident not in rows:
            raise NotFound(Transaction, ident, noun="transaction")
    items = by_transaction(
        TransactionItem.objects.filter(transaction_id__in=list(rows))
        .select_related("product", "tax_rate")
        .order_by("transaction_id", "position")
    )
    about = _about(rows.values(), items)
    settles = _settled([row for row in rows.values() if row.classification in _SETTLES])
    by = sender()
    return [
        Printable(
            row.public_id,
            document_of(
                Facts(row, items.get(row.pk, ()), about.get(row.pk, ()), settles.get(row.pk, ()), row.open_minor),
                by,
                language=language_of(row.account, by, chosen),
            ),
            by.brand,
        )
        for row in (rows[ident] for ident in transaction_ids)
    ]


def statement_printable(account: Account, *, start: date, end: date, today: date, language: str = "") -> Printable:
    """An account's statement from ``start`` to ``end``, both included. DayInvalid, LanguageUnknown."""
    chosen = checked_language(language)
    by = sender()
    statement = statement_of(account_id=account.pk, start=start, end=end)
    overdue = balance_of(account_id=account.pk, currency=account.currency, as_of=min(end, today)).outstanding
    opening, closing = (Money(minor, account.currency) for minor in (statement.opening, statement.closing))
    span = Span(start=start, end=end, opening=opening, closing=closing, overdue=Money(overdue, account.currency))
    document = statement_document(
        account, statement, by, span=span, language=language_of(account, by, chosen), overdue=overdue
    )
    return Printable(account.public_id, document, by.brand)


def checked_language(text: str) -> str:
    found = text.strip().lower()
    if found and found not in LANGUAGES:
        known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise LanguageUnknown(f"Documents are not written in {text!r}. Choose one of: {known}.", param="/language")
    return found


def language_of(account: Account, by: Sender, chosen: str) -> str:
    own = account.customer.language if account.customer is not None else ""
    return chosen or spoken(own) or by.language


def _about(rows: Iterable[Transaction], items: Mapping[int, Sequence[TransactionItem]]) -> dict[int, list[Transaction]]:
    """What each was made for: cancelled, written off, or credited item by item."""
    wanted: dict[int, list[int]] = {}
    for row in rows:
        own = [row.cancels_id, row.writes_off_id, *(item.credits_id for item in items.get(row.pk, ()))]
        wanted[row.pk] = list(dict.fromkeys(ident for ident in own if ident is not None))
    found = Transaction.objects.in_bulk({ident for idents in wanted.values() for ident in idents})
    return {pk: [found[ident] for ident in idents if ident in found] for pk, idents in wanted.items()}


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
