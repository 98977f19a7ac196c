"""When a payment that failed is tried again: pure, by the class of the decline and the plan of the provider.

Days count from the failure before, hours from its instant. What the gateway could not do is no try of the plan's days.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from subledger.gateways.declines import DeclineClass

DAYS, HOURS = (3, 5, 7, 10), (1, 6, 24)
MOST_DAYS, MOST_HOURS, MOST_TRIES = 90, 168, 12


@dataclass(frozen=True, slots=True)
class Plan:
    """``days`` after the failure before, one a try; ``paydays`` of the month, on which alone it is tried, if any;
    ``hours`` after what the gateway could not do."""

    days: Sequence[int] = DAYS
    hours: Sequence[int] = HOURS
    paydays: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Used:
    """What of a plan a chain has used up: tries on days altogether, and on hours since the last other answer."""

    days: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """The next try: its ``number`` of ``of``, on a day or at an instant; ``used`` is what is used up with it."""

    number: int
    of: int
    used: Used
    on: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A try of a plan that nobody made yet: its ``number`` of ``of``, the day of the plan, what is used up with it."""

    number: int
    of: int
    used: Used
    on: date | None

    @property
    def before(self) -> Used:
        """What is used up without it."""
        if self.used.hours:
            return Used(self.used.days, self.used.hours - 1)
        return Used(max(self.used.days - 1, 0))


def after_by_hand(
    class_: DeclineClass, plan: Plan, step: Step, *, failed_on: date, failed_at: datetime, today: date
) -> Planned | None:
    """The next try, where somebody charged by hand what the plan was to try: no try of the plan is used up by that. It
    is the same one, on its day if that is still to come, else counted anew from this failure."""
    found = planned(class_, plan, step.before, failed_on=failed_on, failed_at=failed_at, today=today)
    keeps_its_day = found is not None and found.on is not None and not step.used.hours
    if keeps_its_day and step.on is not None and step.on > max(today, failed_on):
        return Planned(step.number, step.of, step.used, on=step.on)
    return found


def planned(
    class_: DeclineClass, plan: Plan, used: Used, *, failed_on: date, failed_at: datetime, today: date
) -> Planned | None:
    """The next try after a failure; None where there is none, or none by the clock (a hard decline, silence).

    Args:
        failed_on: the day of the failure, which may be told late: no try is in the past. today: of the company.
    """
    if class_ is DeclineClass.GATEWAY_ERROR:
        if used.hours >= len(plan.hours):
            return None
        at = failed_at + timedelta(hours=plan.hours[used.hours])
        return Planned(used.hours + 1, len(plan.hours), Used(used.days, used.hours + 1), at=at)
    if class_ not in (DeclineClass.SOFT, DeclineClass.CUSTOMER_NEEDED) or used.days >= len(plan.days):
        return None
    on = max(failed_on + timedelta(days=plan.days[used.days]), today)
    return Planned(used.days + 1, len(plan.days), Used(used.days + 1), on=next_payday(on, plan.paydays))


def next_payday(on: date, paydays: Sequence[int]) -> date:
    """The first payday on or after a day; a month that is shorter pays on its last day. Without any, the day itself."""
    if not paydays:
        return on
    year, month = on.year, on.month
    while True:
        last = monthrange(year, month)[1]
        found = [date(year, month, day) for day in sorted({min(day, last) for day in paydays})]
        coming = next((each for each in found if each >= on), None)
        if coming is not None:
            return coming
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
