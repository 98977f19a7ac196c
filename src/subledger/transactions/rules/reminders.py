"""Whether a customer is told of a transaction, and reminded of an invoice: asked by lists, pages and runs before it is
done, and by whoever sends it, at any door.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Protocol

from subledger.transactions.states import Classification, TransactionState


class ReminderRefusal(StrEnum):
    NOT_INVOICE = "not_invoice"
    NOT_POSTED = "not_posted"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written_off"
    SETTLED = "settled"
    MIRROR = "mirror"
    NOT_DUE = "not_due"


# What it says holds no more, or only between us: another document says what became of it.
_ENDED: Mapping[str, ReminderRefusal] = {
    TransactionState.CANCELLED: ReminderRefusal.CANCELLED,
    TransactionState.WRITTEN_OFF: ReminderRefusal.WRITTEN_OFF,
}


class Remindable(Protocol):
    """What is asked of a transaction. ``open_minor``: what of it is not settled, in minor units."""

    classification: str
    state: str
    posted_on: date | None
    due_on: date | None
    open_minor: int
    mirrors_id: int | None


def why_not_told(row: Remindable) -> ReminderRefusal | None:
    """Why nobody is told of it: it does not stand yet, or no longer, or keeps what was written off among accounts of
    ours."""
    if row.mirrors_id is not None:
        return ReminderRefusal.MIRROR
    if row.posted_on is None or row.state == TransactionState.REJECTED:
        return ReminderRefusal.NOT_POSTED
    return _ENDED.get(row.state)


def why_not_reminded(row: Remindable, today: date) -> ReminderRefusal | None:
    """Why nobody is reminded of it on ``today``, the company's day: only of an invoice that was to be paid before, and
    of which something is owed."""
    if row.classification != Classification.INVOICE:
        return ReminderRefusal.NOT_INVOICE
    why = why_not_told(row)
    if why is not None:
        return why
    if row.open_minor <= 0:
        return ReminderRefusal.SETTLED
    return None if row.due_on is not None and row.due_on < today else ReminderRefusal.NOT_DUE
