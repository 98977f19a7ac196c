"""Billing periods: where the anchor falls in each month, in UTC, as Stripe counts.

Timestamps are whole seconds since 1970 in UTC. A period is half-open: it ends at the second the next one starts.
Every boundary is counted from the anchor, never from the boundary before it, so an anchor on the 31st falls on
30 April and on 31 May again.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Interval:
    """How often a price bills: Interval("month", 3) is quarterly."""

    unit: str
    count: int = 1

    @property
    def months(self) -> int:
        """Length in calendar months; 0 where the interval counts days."""
        return {"month": 1, "year": 12}.get(self.unit, 0) * self.count

    @property
    def seconds(self) -> int:
        """Length in seconds; 0 where the interval counts months."""
        return {"day": DAY, "week": 7 * DAY}.get(self.unit, 0) * self.count


def add_months(moment: int, months: int) -> int:
    """The same day and time ``months`` later; a day that month lacks becomes its last."""
    start = datetime.fromtimestamp(moment, UTC)
    years, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, monthrange(years, month + 1)[1])
    return int(start.replace(year=years, month=month + 1, day=day).timestamp())


def boundary(anchor: int, interval: Interval, index: int) -> int:
    """The ``index``-th boundary from the anchor; a negative index lies before it."""
    if interval.months:
        return add_months(anchor, interval.months * index)
    return anchor + interval.seconds * index


def period_at(anchor: int, interval: Interval, moment: int) -> tuple[int, int]:
    """The period that holds ``moment``: start <= moment < end."""
    if interval.months:
        then, start = datetime.fromtimestamp(moment, UTC), datetime.fromtimestamp(anchor, UTC)
        index = ((then.year - start.year) * 12 + then.month - start.month) // interval.months
    else:
        index = (moment - anchor) // interval.seconds
    if boundary(anchor, interval, index) > moment:
        index -= 1
    return boundary(anchor, interval, index), boundary(anchor, interval, index + 1)


def next_anchor(
    after: int,
    *,
    day_of_month: int,
    month: int | None = None,
    hour: int | None = None,
    minute: int | None = None,
    second: int | None = None,
) -> int:
    """The first moment not before ``after`` that fits a ``billing_cycle_anchor_config``.

    Parts left out are taken from ``after``; day 31 means the last day of a shorter month.
    """
    base = datetime.fromtimestamp(after, UTC)
    base = base.replace(
        hour=base.hour if hour is None else hour,
        minute=base.minute if minute is None else minute,
        second=base.second if second is None else second,
    )
    step = 12 if month else 1
    first = base.replace(day=1, month=month or base.month)
    for turn in (0, 1, 2):
        start = datetime.fromtimestamp(add_months(int(first.timestamp()), turn * step), UTC)
        day = min(day_of_month, monthrange(start.year, start.month)[1])
        candidate = int(start.replace(day=day).timestamp())
        if candidate >= after:
            return candidate
    raise AssertionError("an anchor comes round within two turns")
