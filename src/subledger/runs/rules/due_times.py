"""Due times that nobody was there for: how many, the last of them, and the one that is to come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .schedules import Schedule

MOST_COUNTED = 10_000  # as many are counted; a schedule of seconds misses millions in a year


class DueTimes(NamedTuple):
    """``last`` (UTC) is the latest that is not later than now, ``following`` the one after it, None where there is
    none; ``missed`` are those before ``last``, up to `MOST_COUNTED`."""

    last: datetime
    missed: int
    following: datetime | None


def due_times(schedule: Schedule, due: datetime, *, now: datetime, zone: ZoneInfo) -> DueTimes:
    """What a schedule that was due at ``due`` and not looked at since has come to, in at most a few times
    `MOST_COUNTED` steps, however long that is ago."""
    last, missed = due, 0
    for later in schedule.after(due, zone):
        if later > now:
            return DueTimes(last, missed, later)
        if missed == MOST_COUNTED:
            return _after_many(schedule, last, now, zone)
        last, missed = later, missed + 1
    return DueTimes(last, missed, None)


def _after_many(schedule: Schedule, known: datetime, now: datetime, zone: ZoneInfo) -> DueTimes:
    """The last due time is looked for from now backwards, in spans that double until one holds any."""
    span = timedelta(hours=1)
    while now - span > known:
        last = None
        for later in schedule.after(now - span, zone):
            if later > now:
                if last is not None:
                    return DueTimes(last, MOST_COUNTED, later)
                break
            last = later
        else:
            if last is not None:
                return DueTimes(last, MOST_COUNTED, None)
        span *= 2
    last = known
    for later in schedule.after(known, zone):
        if later > now:
            return DueTimes(last, MOST_COUNTED, later)
        last = later
    return DueTimes(last, MOST_COUNTED, None)
