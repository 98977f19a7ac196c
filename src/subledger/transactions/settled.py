"""How far transactions are settled, as conditions: what lists are narrowed to, and segments select by."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from django.db.models import F, Q

from subledger.accounts.states import SystemRole

__all__ = ["SettledAs", "settled_as"]


class SettledAs(StrEnum):
    OPEN = "open"
    UNSETTLED = "unsettled"
    PARTIAL = "partial"
    SETTLED = "settled"
    OVERDUE = "overdue"
    OWED = "owed"
    UNAPPLIED = "unapplied"
    SUSPENSE = "suspense"  # open on the suspense account


def settled_as(asked: SettledAs, *, today: date) -> Q:
    """Of transactions, as they are settled now; ``today`` is the day by which something is overdue."""
    opened, whole = Q(open_item__isnull=False), Q(open_item__open_minor=F("amount_minor"))
    of_customers = Q(account__system_role=None)
    return {
        SettledAs.OPEN: opened,
        SettledAs.UNSETTLED: opened & whole,
        SettledAs.PARTIAL: opened & ~whole,
        SettledAs.SETTLED: Q(open_item__isnull=True, posted_on__isnull=False),
        SettledAs.OVERDUE: opened & Q(due_on__lt=today),
        SettledAs.OWED: opened & of_customers & Q(open_item__is_debit=True),
        SettledAs.UNAPPLIED: opened & of_customers & Q(open_item__is_debit=False),
        SettledAs.SUSPENSE: opened & Q(account__system_role=SystemRole.SUSPENSE),
    }[asked]
