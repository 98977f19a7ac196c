"""A month of runs as a grid of days: those that were, with how they went, and those whose schedules are in force."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from subledger.companies.queries import company_zone
from subledger.kernel.days import MONTHS
from subledger.kernel.sentences import say
from subledger.page_kit.url_ids import page_url
from subledger.platform import clock
from subledger.runs import queries
from subledger.runs.services import definitions
from subledger.runs.states import RunState

MOST = 1_000  # times that are counted
SHOWN = 4  # lines of a day; the others are a number
WEEKDAYS = (say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A run of a day, or a definition that is due on it, ``times`` times from ``at`` on; ``state`` of what has run."""

    at: datetime
    name: str
    url: str
    is_ours: bool
    state: str = ""
    times: int = 1

    @property
    def is_more(self) -> bool:
        """Whether it was not counted to the end."""
        return self.times >= MOST


@dataclass(frozen=True, slots=True)
class DayOfRuns:
    day: date
    is_today: bool
    entries: tuple[Entry, ...]

    @property
    def shown(self) -> tuple[Entry, ...]:
        return self.entries[:SHOWN]

    @property
    def others(self) -> tuple[Entry, ...]:
        return self.entries[SHOWN:]

    @property
    def more(self) -> int:
        return len(self.others)

    @property
    def column(self) -> int:
        """Of the grid, Monday the first."""
        return self.day.weekday() + 1


@dataclass(frozen=True, slots=True)
class MonthOfRuns:
    """``first`` is its first day; ``days`` are all of it."""

    first: date
    days: tuple[DayOfRuns, ...]

    @property
    def title(self) -> str:
        return say("{month} {year}", month=MONTHS[self.first.month - 1], year=self.first.year)

    @property
    def weekdays(self) -> tuple[str, ...]:
        return WEEKDAYS

    @property
    def before(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.first + timedelta(days=31):%Y-%m}"

    @property
    def is_empty(self) -> bool:
        return not any(day.entries for day in self.days)


def first_of_month(asked: str, *, today: date) -> date:
    """The month that an address asks for, as 2026-05; this one where it asks for none that is near."""
    try:
        found = datetime.strptime(asked, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return today.replace(day=1)
    return found if abs(found.year - today.year) <= 10 else today.replace(day=1)


def month_of_runs(first: date, *, ours: str, today: date) -> MonthOfRuns:
    """The month that begins with ``first``; of each day runs of the kind ``ours`` come before the others."""
    zone = company_zone()
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    begins, ends = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    found = [*_past(begins, ends, ours), *_coming(begins, ends, ours, zone)]
    by_day: dict[date, list[Entry]] = {}
    for entry in sorted(found, key=lambda one: (not one.is_ours, one.at)):
        by_day.setdefault(entry.at.astimezone(zone).date(), []).append(entry)
    days = (first + timedelta(days=n) for n in range(last.day))
    return MonthOfRuns(first, tuple(DayOfRuns(day, day == today, tuple(by_day.get(day, ()))) for day in days))


def _past(begins: datetime, ends: datetime, ours: str) -> Iterator[Entry]:
    """What has run, of definitions: what people do to many at once is no run of a calendar."""
    rows = queries.runs().filter(definition__isnull=False, created_at__gte=begins, created_at__lt=ends)
    for row in rows.order_by("created_at")[:1_000]:
        yield Entry(row.created_at, row.name, page_url("run", row.pk), row.kind == ours, RunState(row.state))


def _coming(begins: datetime, ends: datetime, ours: str, zone: ZoneInfo) -> Iterator[Entry]:
    since = max(begins, clock.now()) if begins < clock.now() else begins - timedelta(microseconds=1)
    until = ends - timedelta(microseconds=1)
    for row in queries.definitions().filter(is_submitted=True):
        url = page_url("run_definition", row.pk)
        for at, times in _days_of(row, since, until, zone):
            yield Entry(at, row.name, url, row.kind == ours, "", times)


def _days_of(row: Any, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, int]]:
    """The first instant of each day on which it is due, and how many there are; of many, `MOST` at least."""
    found = definitions.due_between(row, since, until, most=MOST)
    if len(found) < MOST:
        yield from _by_day(found, zone)
        return
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:  # by minutes or seconds: each day by itself, or the first would be all that is seen
        begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
        after, before = (begins - timedelta(microseconds=1), ends - timedelta(microseconds=1))
        yield from _by_day(definitions.due_between(row, max(since, after), min(until, before), most=MOST), zone)
        day += timedelta(days=1)


def _by_day(instants: Iterable[datetime], zone: ZoneInfo) -> Iterator[tuple[datetime, int]]:
    """The first instant of each day, and how many there are on it."""
    counted: dict[date, Any] = {}
    for at in instants:
        first, times = counted.get(at.astimezone(zone).date(), (at, 0))
        counted[at.astimezone(zone).date()] = (first, times + 1)
    yield from counted.values()
