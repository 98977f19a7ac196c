"""What closing and reopening books comes to: shown before it is done, told by the rooms that know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Max

from subledger.companies.queries import today_of_company
from subledger.kernel.days import check_day
from subledger.kernel.outcomes import outcome_of
from subledger.kernel.sentences import say

from .errors import PeriodInvalid
from .models import JournalEntry, PeriodClose
from .queries import closed_through


class Unfinished(NamedTuple):
    """Work that a closing leaves inside its days, in words: "3 drafts dated inside". ``facts`` are what it is about,
    where the words alone do not tell. What ``asks`` is confirmed by programs too; the rest is told."""

    words: str
    facts: tuple[object, ...] = ()
    asks: bool = True


# Rooms above put in here what they know of the days after the first, through the second.
reporters: list[Callable[[date | None, date], Iterable[Unfinished]]] = []


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing the books through a day comes to."""

    through: date
    closed_through: date | None  # before it
    last_posting_on: date | None  # inside; None where nothing is posted inside
    is_today: bool
    unfinished: Sequence[Unfinished]
    outcome: str

    @property
    def first_open_on(self) -> date:
        return self.through + timedelta(days=1)

    @property
    def asks(self) -> bool:
        return self.is_today or any(one.asks for one in self.unfinished)

    def words(self) -> Iterator[str]:
        """It, a sentence each."""
        if self.is_today:
            yield (
                say(
                    "{through} is today: nothing more can be posted, cancelled or refunded until tomorrow, "
                    "and money that moves today is booked on {first_open_on}.",
                    through=self.through,
                    first_open_on=self.first_open_on,
                )
            )
        for one in self.unfinished:
            yield say("Inside there is {words}.", words=one.words)
        last = (
            say("The last posting is on {last_posting_on}", last_posting_on=self.last_posting_on)
            if self.last_posting_on
            else say("Nothing is posted inside")
        )
        yield say("{last}, and the first open day is {first_open_on}.", last=last, first_open_on=self.first_open_on)


def closing_of(through: date) -> Closing:
    """PeriodInvalid: the day is not after what is closed already, or has not come yet."""
    check_day(through, what=say("last closed day"), param="/through")
    closed = closed_through()
    today = today_of_company()
    if closed and through <= closed:
        raise PeriodInvalid(
            say("The books are closed through {closed} already. Choose a later day.", closed=closed), param="/through"
        )
    if through > today:
        raise PeriodInvalid(
            say(
                "{through} has not come yet: today is {today}. Close a day that has passed.",
                through=through,
                today=today,
            ),
            param="/through",
        )
    posted = JournalEntry.objects.filter(effective_on__lte=through)
    if closed:
        posted = posted.filter(effective_on__gt=closed)
    last = posted.aggregate(last=Max("effective_on"))["last"]
    unfinished = [one for report in reporters for one in report(closed, through)]
    facts = through, closed, last, through == today, [tuple(one) for one in unfinished]
    return Closing(through, closed, last, through == today, unfinished, outcome_of("close", *facts))


@dataclass(frozen=True, slots=True)
class Reopening:
    """What taking back the latest closing comes to."""

    period: PeriodClose
    then_closed_through: date | None
    outcome: str

    def words(self) -> Iterator[str]:
        yield say("The books are closed through {through}.", through=self.period.through)
        if self.then_closed_through:
            yield say(
                "Once it is reopened they are closed through {then_closed_through}.",
                then_closed_through=self.then_closed_through,
            )
        else:
            yield say("Once it is reopened nothing is closed.")
        yield say("Its days can be posted to again, and reports of them may change.")


def reopening() -> Reopening:
    """PeriodInvalid: nothing is closed."""
    latest = list(PeriodClose.objects.filter(reopened_at=None).order_by("-through")[:2])
    if not latest:
        raise PeriodInvalid(say("Nothing is closed, so nothing can be reopened."))
    then = latest[1].through if len(latest) > 1 else None
    return Reopening(latest[0], then, outcome_of("reopen", latest[0].pk, latest[0].through, then))
