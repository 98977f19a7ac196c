"""Late interest by days (docs/domain/dunning.md).

    interest = half_up(sum over the days of: principal x percent / 100 / 365)

from the day after the due date to the day of payment, both included, rounded once per draft. A day's principal is what
was unsettled when the day began, so the day of a payment still counts, and the day after it does not. A day's percent
is that which held on it.
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


class Rate(NamedTuple):
    """A percentage a year, and the day from which it holds; without one from the beginning."""

    percent: Decimal
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Percentages a year in the order of the days from which they hold; before the first of them none does."""

    held: Sequence[Rate] = ()

    def on(self, day: date) -> Decimal:
        """The percentage that holds on a day; 0 for none."""
        found = Decimal(0)
        for one in self.held:
            if one.from_on is not None and one.from_on > day:
                break
            found = one.percent
        return found

    def within(self, first: date, last: date | None) -> list[Rate]:
        """What holds from ``first`` to ``last``, both included, or on."""
        later = [
            one
            for one in self.held
            if one.from_on is not None and first < one.from_on and (last is None or one.from_on <= last)
        ]
        return [Rate(self.on(first), first), *later]

    def then(self, day: date, other: Rates) -> Rates:
        """These until the day before ``day``, and from it on ``other``."""
        before = [one for one in self.held if one.from_on is None or one.from_on < day]
        return Rates((*before, *other.within(day, None)))

    @property
    def are_charged(self) -> bool:
        return any(one.percent > 0 for one in self.held)


class Piece(NamedTuple):
    """Days, both included, on which one percentage holds."""

    first: date
    last: date
    percent: Decimal


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
    """Interest of some days, both included, in pieces where its rate changed within them."""

    first: date
    last: date
    amount_minor: int
    pieces: tuple[Piece, ...] = ()


def stretches(principal: Principal, first: date, last: date) -> list[Stretch]:
    """The days from ``first`` to ``last``, both included, by their principal; none where they are no days."""
    if first > last:
        return []
    begins = [first, *(day for day in principal.changes() if first < day <= last)]
    ends = [*(day - ONE_DAY for day in begins[1:]), last]
    return [Stretch(begin, end, principal.on(begin)) for begin, end in zip(begins, ends, strict=True)]


def pieces(rates: Rates, first: date, last: date) -> list[Piece]:
    """The days from ``first`` to ``last``, both included, by the percentage that holds on them."""
    held = rates.within(first, last)
    kept = [one for at, one in enumerate(held) if not at or one.percent != held[at - 1].percent]
    begins = [one.from_on or first for one in kept]
    ends = [*(day - ONE_DAY for day in begins[1:]), last]
    return [Piece(begin, end, one.percent) for begin, end, one in zip(begins, ends, kept, strict=True)]


def interest_of(principal: Principal, rates: Rates, first: date, last: date) -> int:
    """The interest of these days in minor units, rounded once."""
    if first > last:
        return 0
    found = Decimal(0)
    for piece in pieces(rates, first, last):
        minor_days = sum(one.principal_minor * one.days for one in stretches(principal, piece.first, piece.last))
        found += Decimal(minor_days) * piece.percent
    return half_up(found / HUNDRED / DAYS_OF_YEAR)


def last_day(principal: Principal, up_to: date) -> date | None:
    """The last overdue day until ``up_to`` that began with something unsettled; None where there is none."""
    found = [one.last for one in stretches(principal, principal.due_on + ONE_DAY, up_to) if one.principal_minor > 0]
    return found[-1] if found else None


def to_draft(principal: Principal, rates: Rates, *, through: date | None, up_to: date) -> Interest | None:
    """The interest that is to be drafted now: of the days after ``through``, the last for which it was drafted (None:
    none yet), until ``up_to`` or the principal was paid. None where that comes to nothing: those days are then part of
    what is drafted next.
    """
    last = last_day(principal, up_to)
    first = (through or principal.due_on) + ONE_DAY
    if last is None or first > last:
        return None
    amount = interest_of(principal, rates, first, last)
    return Interest(first, last, amount, tuple(pieces(rates, first, last))) if amount > 0 else None


def out_of_date(drafted: Iterable[tuple[Interest, Rates, bool]], principal: Principal) -> int | None:
    """How many of what was drafted for a document, in order, still stand, where the rest is to be drafted anew; None
    where all of it stands.

    Each is an interest, the rates by which it goes, and whether it is a draft still. What people decided on stands:
    only the drafts behind the last of those are looked at. A payment that became known after its day changes what they
    come to, as does a rate.
    """
    rows = list(drafted)
    decided = next((at for at in range(len(rows), 0, -1) if not rows[at - 1][2]), 0)
    for at, (one, rates, _) in enumerate(rows):
        if at >= decided and interest_of(principal, rates, one.first, one.last) != one.amount_minor:
            return at
    return None
