"""On which day a gateway's or bank's fact is posted."""

from __future__ import annotations

from datetime import date, timedelta

from subledger.kernel.sentences import say


def posting_day(
    true_day: date | None, *, today: date, closed_through: date | None, earliest: date | None = None
) -> date:
    """The true day of a fact while its period is open, else the next open day; today where no day is told.

    Never after today, and never before ``earliest``, the day of what it undoes. Where even today is closed it is today,
    for posting to refuse with its reason.
    """
    on = min(true_day or today, today)
    if earliest is not None:
        on = max(on, earliest)
    if closed_through is not None and on <= closed_through:
        on = closed_through + timedelta(days=1)
    return min(on, today)


def why_another(true_day: date | None, *, today: date, closed_through: date | None) -> str:
    """What to tell whoever named the day of a fact that is posted on another; "" where it is posted on that."""
    on = posting_day(true_day, today=today, closed_through=closed_through)
    if true_day is None or on == true_day:
        return ""
    fact = say("is still to come") if true_day > today else say("is in closed books")
    return say("Posted on {on}: its day, {true_day}, {fact}.", on=on, true_day=true_day, fact=fact)


AHEAD = timedelta(days=7)  # a bank may name its next working day, and holidays lie between


def why_improbable(booked_on: date, *, asked_on: date, today: date) -> str:
    """Why a bank cannot have booked on that day what was asked for on another; "" where it can."""
    if booked_on < asked_on:
        return say("it was made on {asked_on}", asked_on=asked_on)
    if booked_on > today + AHEAD:
        return say("that is more than {days} days from today", days=AHEAD.days)
    return ""
