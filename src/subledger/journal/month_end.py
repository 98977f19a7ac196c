"""The end of a month: what is to be looked at before its books are closed, told by the rooms that know.

A room declares lines of the list (`Room.month_end`): each says what there is at the end of the month, and whether
anything is left to do. Somebody marks a line as done, as it was shown; what has changed since is seen. Closing itself
asks for no mark: it shows what it comes to (`closure`).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from subledger.kernel.outcomes import outcome_of
from subledger.kernel.sentences import say
from subledger.platform.declarations import MonthEndDeclaration
from subledger.platform.rooms import declared

from .errors import PeriodInvalid
from .models import MonthEndMark
from .queries import closed_through

NAMES = (
    say("January"),
    say("February"),
    say("March"),
    say("April"),
    say("May"),
    say("June"),
    say("July"),
    say("August"),
    say("September"),
    say("October"),
    say("November"),
    say("December"),
)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar."""

    first: date

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.replace(day=1))

    @classmethod
    def read(cls, text: str) -> Month:
        """``2026-05``; PeriodInvalid."""
        found = re.fullmatch(r"(\d{4})-(\d{2})", str(text).strip(), flags=re.ASCII)
        if not found or not 1900 <= int(found[1]) <= 2999 or not 1 <= int(found[2]) <= 12:
            raise PeriodInvalid(say("{text!r} is not a month. Write it as 2026-05.", text=text), param="/month")
        return cls(date(int(found[1]), int(found[2]), 1))

    @property
    def last(self) -> date:
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> Month:
        return Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> Month:
        return Month.of(self.last + timedelta(days=1))

    @property
    def title(self) -> str:
        return say("{month} {year}", month=NAMES[self.first.month - 1], year=self.first.year)

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a line of the list comes to: in words, told apart in ``lines``; whether nothing is left to do."""

    words: str
    is_clear: bool
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEndItem(MonthEndDeclaration):
    """A line of the list. What ``is_slow`` reads all books and is worked out behind the others."""

    name: str
    title: str
    about: str  # what is looked at, and what to do: a sentence or two
    position: int
    look: Callable[[Month], Looked]
    is_slow: bool = False


@dataclass(frozen=True, slots=True)
class MonthEndLine:
    """A line as it stands; ``looked`` is None where it was not asked for. ``outcome`` is the digest of what it says."""

    item: MonthEndItem
    month: Month
    looked: Looked | None
    mark: MonthEndMark | None

    @property
    def outcome(self) -> str:
        return outcome_of_line(self.item, self.month, self.looked) if self.looked else ""

    @property
    def has_changed(self) -> bool:
        """Whether it says something else than when it was marked."""
        return bool(self.mark and self.looked and self.mark.words != said(self.looked))


def month_to_close(today: date) -> Month:
    """The first month that is over and not closed; where there is none, the last that is over."""
    closed, over = closed_through(), Month.of(today).before
    if closed is None:
        return over
    following = Month.of(closed + timedelta(days=1))
    return following if following.first < over.first else over


@cache
def items() -> tuple[MonthEndItem, ...]:
    """The lines that rooms declare, in their order."""
    return tuple(sorted(declared(MonthEndItem), key=lambda one: one.position))


def item_named(name: str) -> MonthEndItem:
    """PeriodInvalid, with the names there are."""
    found = {one.name: one for one in items()}
    if name not in found:
        raise PeriodInvalid(
            say(
                "There is no line {name!r} at a month's end. Choose one of: {lines}.", name=name, lines=", ".join(found)
            ),
            param="/item",
        )
    return found[name]


def said(looked: Looked) -> str:
    """All that a line says, as a mark keeps it."""
    return "\n".join((looked.words, *looked.lines))


def outcome_of_line(item: MonthEndItem, month: Month, looked: Looked) -> str:
    return outcome_of("month-end", str(month), item.name, said(looked))


def lines_of(month: Month, *, only: Collection[str] = (), with_slow: bool = True) -> list[MonthEndLine]:
    """The list of a month as it stands, or some of its lines; slow ones without what they come to, unless asked for."""
    marks = {mark.item: mark for mark in MonthEndMark.objects.filter(month=month.first, undone_at=None)}
    return [
        MonthEndLine(item, month, item.look(month) if with_slow or not item.is_slow else None, marks.get(item.name))
        for item in items()
        if not only or item.name in only
    ]
