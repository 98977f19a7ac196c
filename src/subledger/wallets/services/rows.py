"""Rows of wallets that change, and what moves in the journal, a set at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from subledger.journal.errors import ExchangeRateMissing
from subledger.journal.queries import rates_on
from subledger.journal.rules import EntryLine, balanced
from subledger.journal.services import NewEntry, record_entries
from subledger.kernel.currencies import exponent
from subledger.platform.events import NewEvent
from subledger.transactions.rules.configuration import Configuration
from subledger.wallets.models import Wallet, WalletTransaction
from subledger.wallets.rules.lots import LotStanding
from subledger.wallets.states import Cause, EntryKind


class Booking(NamedTuple):
    """An entry of the journal to be made: (ledger account, signed minor) pairs, debits positive."""

    source: str
    source_id: int
    on: date
    currency: str
    pairs: list[tuple[int, int]]


def book(bookings: Sequence[Booking], *, books: Configuration, wallet_ledger_id: int) -> None:
    """Write what moves in the journal. ExchangeRateMissing."""
    base = books.base_currency
    known = rates_on({(one.currency, one.on) for one in bookings if one.currency != base})
    entries = []
    for one in bookings:
        rate = known.get((one.currency, one.on))
        if rate is None and one.currency != base:
            raise ExchangeRateMissing(currency=one.currency, base=base, on=one.on)
        exponents = (exponent(one.currency), exponent(base))
        lines = balanced(one.pairs, rate=rate, exponents=exponents, control=wallet_ledger_id)
        entries.append(NewEntry(one.source, one.source_id, one.on, one.currency, [EntryLine(*line) for line in lines]))
    if entries:
        record_entries(entries=entries)


VERBS = {
    EntryKind.CREDIT: "credited",
    EntryKind.DEBIT: "debited",
    EntryKind.REIMBURSE: "reimbursed",
    EntryKind.VOID: "voided",
    EntryKind.TRANSFER: "transferred",
}


def told_of(entry: WalletTransaction) -> NewEvent:
    """The event of a transaction, on its wallet."""
    verb = "expired" if entry.cause == Cause.EXPIRY else VERBS[EntryKind(entry.kind)]
    data: dict[str, Any] = {
        "currency": entry.currency,
        "wallet_transaction_id": entry.pk,
        "amount": abs(entry.face_minor),
        "paid": abs(entry.paid_minor),
    }
    if entry.product_id:
        data["product_id"] = entry.product_id
    if entry.document_id:
        data["transaction_id"] = entry.document_id
    return NewEvent(f"wallet.{verb}", "wallet", entry.wallet_id, data)


UPDATE_LOTS = """
    UPDATE wallets_lot l SET face_left_minor = c.face_left, paid_left_minor = c.paid_left
      FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS c (id, face_left, paid_left) WHERE l.id = c.id
"""
UPDATE_WALLETS = """
    UPDATE wallets_wallet w SET left_minor = c.left_minor, short_minor = c.short_minor
      FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS c (id, left_minor, short_minor) WHERE w.id = c.id
"""
END_TAKES = """
    UPDATE wallets_lottake t SET ended_by_id = c.ended_by
      FROM unnest(%s::bigint[], %s::bigint[]) AS c (id, ended_by) WHERE t.id = c.id
"""


def update_lots(lots: Sequence[LotStanding]) -> None:
    if lots:
        _run(UPDATE_LOTS, [[one.id for one in lots], [one.face_left for one in lots], [one.paid_left for one in lots]])


def update_wallets(wallets: Iterable[Wallet]) -> None:
    rows = list(wallets)
    _run(UPDATE_WALLETS, [[w.pk for w in rows], [w.left_minor for w in rows], [w.short_minor for w in rows]])


def end_takes(ended: Mapping[int, int]) -> None:
    if ended:
        _run(END_TAKES, [list(ended), list(ended.values())])


def _run(text: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
