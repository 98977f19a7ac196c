"""Which level a document has reached (docs/domain/dunning.md). `queries.REACHED` says the same for sets; a test
holds the two equal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple


class LevelFacts(NamedTuple):
    """A level of a plan. ``days`` from the due date; negative ones are before it."""

    id: int
    days: int


@dataclass(frozen=True, slots=True)
class DunningStanding:
    """Where a document stands. ``last_days`` are those of its highest recorded level, None where there is none;
    ``shift`` how many days later than the plan says it was recorded after a hold; ``held_until`` the last day of the
    last hold (a promise that was broken or withdrawn), None where there was none since that record. ``is_over``: that
    record ended its dunning, whatever its plan has behind it by now, or another plan. ``recorded`` are the levels
    that it has behind it, on whatever days their plan has them by now."""

    due_on: date
    last_days: int | None = None
    shift: int = 0
    held_until: date | None = None
    is_over: bool = False
    recorded: Collection[int] = ()


class Reached(NamedTuple):
    """``level`` is what is to be done now, ``overtaken`` those below it that nobody did."""

    level: LevelFacts
    overtaken: tuple[LevelFacts, ...]
    shift: int


class Next(NamedTuple):
    level: LevelFacts
    on: date


def ahead(levels: Sequence[LevelFacts], standing: DunningStanding) -> list[LevelFacts]:
    """The levels that a document has before it, in order. One that was recorded never comes again, nor one below it;
    after a hold none that lies before the due date does, and after the end of dunning nothing."""
    if standing.is_over:
        return []
    return sorted(
        (
            level
            for level in levels
            if (standing.last_days is None or level.days > standing.last_days)
            and level.id not in standing.recorded
            and (standing.held_until is None or level.days > 0)
        ),
        key=lambda level: level.days,
    )


def shift_of(levels: Sequence[LevelFacts], standing: DunningStanding) -> int:
    """How many days later than their plan the levels ahead come: after a hold the next one comes on the day after it
    at the earliest, and those after it keep their distance."""
    coming = ahead(levels, standing)
    if standing.held_until is None or not coming:
        return standing.shift
    resumed_on = standing.held_until + timedelta(days=1)
    return max(standing.shift, (resumed_on - standing.due_on).days - coming[0].days)


def reached(levels: Sequence[LevelFacts], standing: DunningStanding, *, as_of: date) -> Reached | None:
    """The highest level that was reached and not recorded; None where there is none."""
    shift = shift_of(levels, standing)
    over = [level for level in ahead(levels, standing) if standing.due_on + timedelta(days=level.days + shift) <= as_of]
    return Reached(over[-1], tuple(over[:-1]), shift) if over else None


def coming(levels: Sequence[LevelFacts], standing: DunningStanding) -> Next | None:
    """The next level of a document that nothing holds, and the day on which it reaches it."""
    rest = ahead(levels, standing)
    if not rest:
        return None
    return Next(rest[0], standing.due_on + timedelta(days=rest[0].days + shift_of(levels, standing)))


def runs_backwards(numbered: Sequence[tuple[int, int]], number: int, days: int) -> tuple[int, int] | None:
    """The level (its number and days) beside which one of ``number`` and ``days`` would run backwards, if any.

    ``numbered`` are the others of its plan.
    """
    for other, its_days in sorted(numbered):
        if (other < number and its_days >= days) or (other > number and its_days <= days):
            return other, its_days
    return None
