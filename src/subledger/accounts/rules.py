"""When an invoice is due: the credit rule, its window of allowed dates, and an account's own deviation.

Source: docs/domain/due-dates.md (DD-1 to DD-10).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from subledger.kernel.sentences import say

from .errors import CreditPeriodOutsideWindow, CreditRuleInvalid, DueDateInvalid


class CreditRuleKind(StrEnum):
    DAYS = "x_days_after_transaction_posted_date"
    NTH_DAY = "on_n_day_x_months_after"


class Operator(StrEnum):
    MINUS = "minus"
    PLUS = "plus"
    PLUS_MINUS = "plus_minus"


class Unit(StrEnum):
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class CreditRule:
    """The company's rule. ``DAYS`` uses ``days``; ``NTH_DAY`` uses ``nth`` (1 to 31) and ``months`` (0 or more).

    ``proximity_days`` with its operator widens the one date into a window.
    """

    kind: CreditRuleKind
    days: int = 0
    nth: int = 0
    months: int = 0
    proximity_days: int = 0
    proximity_operator: Operator | None = None

    def __post_init__(self) -> None:
        if self.kind is CreditRuleKind.DAYS and not 0 <= self.days <= 3650:
            raise CreditRuleInvalid(
                say("{days} days after posting is no credit period. Use 0 to 3650.", days=self.days), param="/days"
            )
        if self.kind is CreditRuleKind.NTH_DAY and not (1 <= self.nth <= 31 and 0 <= self.months <= 120):
            raise CreditRuleInvalid(
                say(
                    "Day {nth} of the month {months} months later does not exist. Use a day from 1 to 31 and "
                    "0 to 120 months.",
                    nth=self.nth,
                    months=self.months,
                ),
                param="/nth",
            )
        if not 0 <= self.proximity_days <= 3650 or (self.proximity_days > 0) != (self.proximity_operator is not None):
            raise CreditRuleInvalid(
                say(
                    "A proximity range needs both its days (1 to 3650) and its direction (minus, plus or "
                    "both). Give both, or neither."
                ),
                param="/proximity_days",
            )


@dataclass(frozen=True, slots=True)
class CreditPeriod:
    """An account's own deviation from the calculated date: minus or plus so many days or months."""

    value: int
    operator: Operator
    unit: Unit = Unit.DAYS

    @classmethod
    def of(cls, value: int | None, operator: str | None, unit: str | None) -> CreditPeriod | None:
        """From an account's columns; None when it has no period of its own."""
        if value is None or operator is None:
            return None
        return cls(value, Operator(operator), Unit(unit or Unit.DAYS))


class Window(NamedTuple):
    """The due dates that are allowed, both ends included; ``base`` is the date the rule calculates."""

    earliest: date
    base: date
    latest: date


def add_months(day: date, months: int, *, nth: int | None = None) -> date:
    """The same (or the ``nth``) day so many months away; a day the month lacks becomes its last."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    wanted = nth if nth is not None else day.day
    return date(years, month + 1, min(wanted, calendar.monthrange(years, month + 1)[1]))


def base_due_on(posted_on: date, rule: CreditRule) -> date:
    """The date the rule calculates from the posting date (DD-2, DD-3).

    The N-th day of this very month rolls to the next one when it has passed already.
    """
    if rule.kind is CreditRuleKind.DAYS:
        return posted_on + timedelta(days=rule.days)
    due_on = add_months(posted_on, rule.months, nth=rule.nth)
    return due_on if due_on >= posted_on else add_months(posted_on, rule.months + 1, nth=rule.nth)


def due_window(posted_on: date, rule: CreditRule) -> Window:
    """DD-4: the base date widened by the proximity range, never before the posting date."""
    base = base_due_on(posted_on, rule)
    span = timedelta(days=rule.proximity_days)
    down = span if rule.proximity_operator in (Operator.MINUS, Operator.PLUS_MINUS) else timedelta(0)
    up = span if rule.proximity_operator in (Operator.PLUS, Operator.PLUS_MINUS) else timedelta(0)
    return Window(max(base - down, posted_on), base, base + up)


def default_due_on(posted_on: date, rule: CreditRule, period: CreditPeriod | None = None) -> date:
    """DD-6, the due date when nobody chose one: the account's own period if it has one, else the earliest allowed.

    Scenario 5c: posted 20 May, ten days, proximity minus 5: 25 May; with the account's minus 2 days: 28 May.
    An account's period that the window of today's rule no longer holds is kept to the window's nearest end.
    """
    window = due_window(posted_on, rule)
    if period is None or rule.proximity_operator is None:
        return window.earliest
    return min(max(_deviate(window.base, period), window.earliest), window.latest)


def check_due_on(due_on: date, posted_on: date, rule: CreditRule) -> date:
    """DD-5: a chosen due date must lie in the window; DueDateInvalid says which dates do."""
    window = due_window(posted_on, rule)
    if not window.earliest <= due_on <= window.latest:
        raise DueDateInvalid(due_on=due_on, posted_on=posted_on, earliest=window.earliest, latest=window.latest)
    return due_on


def check_credit_period(period: CreditPeriod, rule: CreditRule) -> None:
    """DD-10: an account's period must stay inside the proximity range, whatever the day of posting."""
    widened = rule.proximity_operator
    allowed = {Operator.MINUS, Operator.PLUS} if widened is Operator.PLUS_MINUS else {widened}
    longest = period.value if period.unit is Unit.DAYS else period.value * 31
    if period.value < 0 or period.operator not in allowed or longest > rule.proximity_days:
        raise CreditPeriodOutsideWindow(
            value=period.value,
            operator=period.operator,
            unit=period.unit,
            proximity=rule.proximity_days,
            proximity_operator=rule.proximity_operator,
        )


def _deviate(base: date, period: CreditPeriod) -> date:
    value = -period.value if period.operator is Operator.MINUS else period.value
    return base + timedelta(days=value) if period.unit is Unit.DAYS else add_months(base, value)
