"""Late interest by days (docs/domain/dunning.md).

    interest = half_up(sum over the days of: principal x percent / 100 / 365)

from the day after the due date to the day of payment, both included, rounded once per draft. A day's principal is what
was unsettled when the day began, so the day of a payment still counts, and the day after it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from subledger.kernel.rounding import half_up

HUNDRED = Decimal(100)  # of a percentage
DAYS_OF_YEAR = 365
ONE_DAY = timedelta(days=1)


class Settled(NamedTuple):
    """An amount that settles a document from ``on`` until it was released, if it was."""

    minor: int
    on: date
    released_on: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether it had settled when the day began."""
        return self.on < day and (self.released_on is None or day <= self.released_on)


class Waived(NamedTuple):
    """Days that bear no interest, both included; without an end where it is open still."""

    first: date
    last: date | None = None

    def has(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Principal:
    """A document's amount, the day it is due, what settled it when, and the days on which it bears no interest."""

    amount_minor: int
    due_on: date
    settled: Sequence[Settled] = ()
    waived: Sequence[Waived] = ()

    def on(self, day: date) -> int:
        """What was unsettled when the day began, and bears interest."""
        if any(one.has(day) for one in self.waived):
            return 0
        return self.amount_minor - sum(one.minor for one in self.settled if one.counts_on(day))

    def changes(self) -> list[date]:
        """The days that begin with another principal than the day before, in order."""
        days = {one.on + ONE_DAY for one in self.settled}
        days |= {one.released_on + ONE_DAY for one in self.settled if one.released_on is not None}
        days |= {one.first for one in self.waived}
        days |= {one.last + ONE_DAY for one in self.waived if one.last is not None}
        return sorted(days)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both included, on which the principal is the same."""

    first: date
    last: date
    principal_minor: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest of some days, both included."""

    first: date
    last: date
    amount_minor: int


def stretches(principal: Principal, first: date, last: date) -> list[Stretch]:
    """The days from ``first`` to ``last``, both included, by their principal; none where they are no days."""
    if first > last:
        return []
    begins = [first, *(day for day in principal.changes() if first < day <= last)]
    ends = [*(day - ONE_DAY for day in begins[1:]), last]
    return [Stretch(begin, end, principal.on(begin)) for begin, end in zip(begins, ends, strict=True)]


def interest_of(principal: Principal, percent: Decimal, first: date, last: date) -> int:
    """The interest of these days in minor units, rounded once."""
    minor_days = sum(one.principal_minor * one.days for one in stretches(principal, first, last))
    return half_up(Decimal(minor_days) * percent / HUNDRED / DAYS_OF_YEAR)


def last_day(principal: Principal, up_to: date) -> date | None:
    """The last overdue day until ``up_to`` that began with something unsettled; None where there is none."""
    found = [one.last for one in stretches(principal, principal.due_on + ONE_DAY, up_to) if one.principal_minor > 0]
    return found[-1] if found else None


def to_draft(principal: Principal, percent: Decimal, *, through: date | None, up_to: date) -> Interest | None:
    """The interest that is to be drafted now: of the days after ``through``, the last for which it was drafted (None:
    none yet), until ``up_to`` or the principal was paid. None where that comes to nothing: those days are then part of
    what is drafted next.
    """
    last = last_day(principal, up_to)
    first = (through or principal.due_on) + ONE_DAY
    if last is None or first > last:
        return None
    amount = interest_of(principal, percent, first, last)
    return Interest(first, last, amount) if amount > 0 else None


def out_of_date(drafted: Iterable[tuple[Interest, Decimal, bool]], principal: Principal) -> int | None:
    """How many of what was drafted for a document, in order, still stand, where the rest is to be drafted anew; None
    where all of it stands.

    Each is an interest, its percent, and whether it is a draft still. What people decided on stands: only the drafts
    behind the last of those are looked at. A payment that became known after its day changes what they come to.
    """
    rows = list(drafted)
    decided = next((at for at in range(len(rows), 0, -1) if not rows[at - 1][2]), 0)
    for at, (one, percent, _) in enumerate(rows):
        if at >= decided and interest_of(principal, percent, one.first, one.last) != one.amount_minor:
            return at
    return None
