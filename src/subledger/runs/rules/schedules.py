"""When a run is due: schedules read, said in words, and unrolled into instants.

A schedule is kept as JSON: ``{"every": "now"}``, ``{"every": "once", "at": "2026-12-01T06:00"}``,
``{"every": "day", "count": 1, "start": …, "until": …}`` (also second, minute, hour, week, month, year) or
``{"every": "cron", "cron": "30 2 * * 1-5"}``; all but the first two may have ``holidays``: ``{"country": "IT",
"region": "BZ", "weekends": true, "rule": "skip"}``.

Times are those of the company's wall clock. One that a change to summer time leaves out is the first instant after the
gap; one that comes twice is its first coming. Seconds, minutes and hours are counted in elapsed time. Cron expressions
are cronsim's, which holds to the same: where both a day and a weekday are named, it comes on either of them. Days off
are those of the ``holidays`` package.
"""

from __future__ import annotations

import calendar
import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim

from subledger.kernel.sentences import Sentence, say
from subledger.runs.errors import ScheduleInvalid

from .cron_expressions import read_cron
from .days_off import DaysOff, quoted, read_days_off, written
from .schedule_words import MOVED, every, free_days

ELAPSED = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
UNITS = (*ELAPSED, "day", "week", "month", "year")
KINDS = ("now", "once", *UNITS, "cron")
MOST = 10_000  # of a unit
LEAST_SECONDS = 10  # workers look every few seconds for what is due
FARTHEST = timedelta(days=21)  # a run is shifted past no more days off than that
MOST_LEFT_OUT = 1_000  # times in a row that fall on days off, of different such days: then it never comes
LAST = datetime(2100, 1, 1)  # noqa: DTZ001 (a wall clock's); nobody knows holidays beyond
FIELDS = {
    "now": frozenset({"every"}),
    "once": frozenset({"every", "at"}),
    "cron": frozenset({"every", "cron", "start", "until", "holidays"}),
} | {unit: frozenset({"every", "count", "start", "until", "holidays"}) for unit in UNITS}


@dataclass(frozen=True, slots=True)
class Schedule:
    """``every`` says its kind; ``at``, ``start`` and ``until`` (inclusive) are times of the wall clock."""

    every: str
    at: datetime | None = None
    count: int = 1
    start: datetime | None = None
    until: datetime | None = None
    cron: str = ""
    holidays: DaysOff | None = None

    @property
    def is_either(self) -> bool:
        """Whether a cron expression names days and weekdays: it comes on any of them, unless one begins with ``*``."""
        parts = self.cron.split()
        return bool(parts) and not parts[2].startswith("*") and not parts[4].startswith("*")

    @property
    def _told_cron(self) -> str:
        """The expression with its days as they come: either of them, where one is all of them, is every day."""
        parts = self.cron.split()
        if self.is_either:
            read = CronSim(self.cron, datetime(2026, 1, 1))  # noqa: DTZ001
            if len(read.days) == 31 or len(read.weekdays) >= 7:
                parts[2] = parts[4] = "*"
        return " ".join(parts)

    @property
    def is_now(self) -> bool:
        return self.every == "now"

    def __str__(self) -> str:
        """In words."""
        if self.is_now:
            return say("At once")
        if self.every == "once":
            assert self.at is not None
            return say("Once, on {said}", said=self.at)
        if self.every == "cron":
            said = CronSim(self._told_cron, datetime(2026, 1, 1)).explain()  # noqa: DTZ001
            said = Sentence.of(said, say("By the cron expression {cron}"), {"cron": self.cron})  # in English alone
            if self._told_cron == self.cron and self.is_either:
                said = say("{said} (on either of them)", said=said)
        else:
            assert self.start is not None
            unit = every(self.every, self.count)
            said = say("{every}, from {start}", every=unit, start=self.start)
        if self.until:
            said = say("{said} until {until}", said=said, until=self.until)
        if self.holidays:
            said = say(
                "{said}; {moved} {off}",
                said=said,
                moved=MOVED[self.holidays.rule],
                off=free_days(self.holidays.country, self.holidays.region, weekends=self.holidays.weekends),
            )
        return said

    def after(self, instant: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """The instants (UTC, ascending) at which it is due, later than ``instant``."""
        if self.holidays is None:
            found = self._raw(instant, zone)
        elif self.holidays.rule == "skip":
            found = self._on_working_days(instant, self.holidays, zone)
        else:
            found = _around(self._raw(instant - FARTHEST, zone), self.holidays, zone)
        last = None
        for due in found:
            if due > instant and due != last:
                last = due
                yield due

    def _raw(self, instant: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Later than ``instant``, days off included."""
        until = _instant(self.until, zone) if self.until else datetime.max.replace(tzinfo=UTC)
        for due in self._unbounded(instant, zone):
            if due > until or due.year >= LAST.year:
                return
            if due > instant:
                yield due

    def _on_working_days(self, instant: datetime, off: DaysOff, zone: ZoneInfo) -> Iterator[datetime]:
        """Later than ``instant``, days off left out: each stretch of them in one step, whatever falls on it."""
        left_out = 0
        while left_out < MOST_LEFT_OUT:
            for due in self._raw(instant, zone):
                day = due.astimezone(zone).date()
                if off.has(day):
                    break
                left_out = 0
                yield due
            else:
                return
            left_out += 1
            while off.has(day) and day.year < LAST.year:
                day += timedelta(days=1)
            instant = _instant(datetime.combine(day, time()), zone) - timedelta(seconds=1)

    def _unbounded(self, instant: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        if self.every == "once":
            assert self.at is not None
            yield _instant(self.at, zone)
        elif self.every == "cron":
            start = _instant(self.start, zone) - timedelta(minutes=1) if self.start else instant
            yield from (due.astimezone(UTC) for due in CronSim(self.cron, max(start, instant).astimezone(zone)))
        elif self.every in ELAPSED:
            assert self.start is not None
            begin, step = _instant(self.start, zone), ELAPSED[self.every] * self.count
            due = begin + max((instant - begin) // step, 0) * step
            while due.year < LAST.year:
                yield due
                due += step
        elif self.every != "now":
            assert self.start is not None
            passed = _passed(self.start, instant.astimezone(zone).replace(tzinfo=None), self.every) // self.count
            place = max(passed - 1, 0) * self.count
            while (due_at := _stepped(self.start, place, self.every)) < LAST:
                yield _instant(due_at, zone)
                place += self.count


def read_schedule(said: Mapping[str, Any], zone: ZoneInfo) -> Schedule | None:
    """The schedule of its JSON; None where there is none. ScheduleInvalid says what is wrong with it."""
    if not said:
        return None
    every = said.get("every")
    if not isinstance(every, str) or every not in KINDS:
        raise ScheduleInvalid(
            say("A schedule is one of {kinds}, {written}.", kinds=", ".join(KINDS), written=written(every)), "every"
        )
    unknown = sorted(set(said) - FIELDS[every])
    if unknown:
        raise has_none(every, unknown[0])
    schedule = Schedule(
        every,
        at=_moment(said, "at", needed=every == "once"),
        count=_count(said.get("count", 1), least=LEAST_SECONDS if every == "second" else 1),
        start=_moment(said, "start", needed=every in UNITS),
        until=_moment(said, "until"),
        cron=read_cron(said.get("cron")) if every == "cron" else "",
        holidays=read_days_off(said.get("holidays")),
    )
    if schedule.start and schedule.until and schedule.until < schedule.start:
        raise ScheduleInvalid(say("The schedule ends before it begins. Correct one of the two."), "until")
    if schedule.is_now:
        return schedule
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    first = list(islice(schedule._raw(begin, zone), 2))
    if not first or next(schedule.after(begin, zone), None) is None:
        raise ScheduleInvalid(say("This schedule never comes: no time that there is fits it. Correct it."))
    is_moved = schedule.holidays is not None and schedule.holidays.rule != "skip"
    if is_moved and len(first) == 2 and first[1] - first[0] < timedelta(hours=20):
        raise ScheduleInvalid(
            say("A run that is due several times a day cannot be moved to another day. Leave it out on days off."),
            "holidays",
        )
    return schedule


def has_none(every: str, name: str, field: str = "") -> ScheduleInvalid:
    """The refusal of ``name``, said in a ``field`` that may be called otherwise, of a kind that has it not."""
    return ScheduleInvalid(
        say(
            "A schedule of the kind {every!r} has no {unknown!r}. It has: {fields}.",
            every=every,
            unknown=name,
            fields=", ".join(sorted(FIELDS[every])),
        ),
        field or name,
    )


def as_json(schedule: Schedule | None) -> dict[str, Any]:
    """What `read_schedule` reads, in one form."""
    if schedule is None:
        return {}
    said: dict[str, Any] = {"every": schedule.every}
    if schedule.every in UNITS:
        said["count"] = schedule.count
    for name in ("at", "start", "until"):
        moment = getattr(schedule, name)
        if moment:
            said[name] = moment.isoformat(timespec="minutes")
    if schedule.cron:
        said["cron"] = schedule.cron
    off = schedule.holidays
    if off:
        said["holidays"] = {"country": off.country, "region": off.region, "weekends": off.weekends, "rule": off.rule}
    return said


def _around(found: Iterator[datetime], off: DaysOff, zone: ZoneInfo) -> Iterator[datetime]:
    """The same moved off days off; what is moved may overtake what is not, so they are put in order again."""
    waiting: list[datetime] = []
    for due in found:
        while waiting and waiting[0] < due - FARTHEST:
            yield heapq.heappop(waiting)
        moved = _moved(due, off, zone)
        if moved is not None:
            heapq.heappush(waiting, moved)
    while waiting:
        yield heapq.heappop(waiting)


def _moved(due: datetime, off: DaysOff, zone: ZoneInfo) -> datetime | None:
    local = due.astimezone(zone)
    if not off.has(local.date()):
        return due
    step = timedelta(days=1 if off.rule == "after" else -1)
    wall = local.replace(tzinfo=None, fold=0)
    for _ in range(FARTHEST.days - 1):
        wall += step
        if not off.has(wall.date()):
            return _instant(wall, zone)
    return None


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall clock's time: the first of two, the end of the gap for one that is left out."""
    there = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) == wall:
        return there
    # In a gap: with the offset before it, the time lies behind the gap by as much as it lies in it.
    early, late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), there
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        early, late = (middle, late) if middle.astimezone(zone).replace(tzinfo=None) < wall else (early, middle)
    return late.replace(microsecond=0) + timedelta(seconds=1 if late.microsecond else 0)


def _passed(start: datetime, now: datetime, unit: str) -> int:
    """Whole units since the start, or one fewer."""
    if unit == "year":
        return now.year - start.year
    if unit == "month":
        return (now.year - start.year) * 12 + now.month - start.month
    return (now - start).days // (7 if unit == "week" else 1)


def _stepped(start: datetime, units: int, unit: str) -> datetime:
    """Months and years keep the day of the start, or take the last that a month has."""
    try:
        if unit not in ("month", "year"):
            return start + timedelta(days=units * (7 if unit == "week" else 1))
        months = start.year * 12 + start.month - 1 + units * (12 if unit == "year" else 1)
        year, month = months // 12, months % 12 + 1
        return start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return LAST


def _moment(said: Mapping[str, Any], name: str, *, needed: bool = False) -> datetime | None:
    text = said.get(name)
    if text in (None, ""):
        if needed:
            raise ScheduleInvalid(
                say("This schedule needs a day and time under {name!r}, such as 2026-12-01T06:00.", name=name), name
            )
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is not None and not 2000 <= moment.year < LAST.year:
        raise ScheduleInvalid(
            say("{quoted} is outside the years 2000 to 2099. Name a day within them.", quoted=quoted(text)), name
        )
    if moment is None or moment.tzinfo is not None:
        raise ScheduleInvalid(
            say(
                "{quoted} is no day and time of the company's clock. Write it like 2026-12-01T06:00, without a zone.",
                quoted=quoted(text),
            ),
            name,
        )
    return moment.replace(second=0, microsecond=0)


def _count(count: object, *, least: int) -> int:
    if type(count) is not int or not least <= count <= MOST:
        raise ScheduleInvalid(
            say(
                "How often must be a whole number from {least} to {most:,}, {written}.",
                least=least,
                most=MOST,
                written=written(count),
            ),
            "count",
        )
    return count
