"""How much money of a request may have moved beside what the books know, by what is said of it. Pure.

What one source says under several references, on several days or in several rows of one statement are several
movements, and so is what a bank's statement says over several amounts. Several sources may speak of the same ones, so
the most that one of them tells of counts, and never less than a request that is over was to move.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from subledger.gateways.states import OPEN, RequestState, RequestType

IN, OUT = "in", "out"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a request and the books could not take. ``direction``: as it is named; "" as the verb has it.

    ``booked_on`` is None where no day was told; ``place`` that among rows of one statement in the same words.
    ``is_another``: its source told of the booking that the books have by other words, or over another amount, so
    that this is a booking by itself. ``is_exact``: its source is a statement of the bank's, which books an amount and
    does not correct itself by telling another. ``is_fact``: that just this moved
    was told, and not of another currency, of a whole file, or that it was begun."""

    source: str
    verb: str
    reference: str
    minor: int
    direction: str = ""
    booked_on: date | None = None
    place: int = 1
    is_another: bool = False
    is_exact: bool = False
    is_fact: bool = True


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What a request is to move, and the reference under which the books have it."""

    type: RequestType
    state: RequestState
    minor: int
    reference: str = ""

    @property
    def direction(self) -> str:
        return IN if self.type is RequestType.PAYMENT else OUT

    def way_of(self, said: Said) -> str:
        if said.direction:
            return said.direction
        return self.direction if said.verb != "return" else ({IN, OUT} - {self.direction}).pop()


def in_doubt(asked: RequestFacts, said: Iterable[Said]) -> dict[str, int]:
    """By direction, what may have moved beyond the request's own amount while that is open, in full once it is not.

    Of what is posted another word under its own reference is the same booking: what that tells beyond it counts.
    """
    return {way: _beyond(asked, told) if way == asked.direction else _most(told) for way, told in _ways(asked, said)}


def told(asked: RequestFacts, said: Iterable[Said]) -> dict[str, int]:
    """By direction, what was told to have moved and is not in the books: of what is in doubt that which is a fact, the
    request's own amount included while that is open."""
    facts = [one for one in said if one.is_fact]
    is_posted = asked.state is RequestState.POSTED
    return {
        way: _beyond(asked, told) if is_posted and way == asked.direction else _most(told)
        for way, told in _ways(asked, facts)
    }


def _ways(asked: RequestFacts, said: Iterable[Said]) -> Iterable[tuple[str, list[Said]]]:
    by_way: dict[str, list[Said]] = {IN: [], OUT: []}
    for one in said:
        by_way[asked.way_of(one)].append(one)
    return by_way.items()


def _beyond(asked: RequestFacts, said: list[Said]) -> int:
    """Of what is said to have gone the way that the request asked for."""
    if asked.state is RequestState.POSTED:
        again = [one for one in said if one.reference == asked.reference and not one.is_another]
        others = [one for one in said if one.reference != asked.reference or one.is_another]
        return _most(others) + max(_most(again) - asked.minor, 0)
    if asked.state in OPEN:
        return max(_most(said) - asked.minor, 0)
    return max(_most(said), asked.minor) if said else 0


def _most(said: list[Said]) -> int:
    """The most that one source tells of: each of its bookings once, by the largest amount."""
    told: dict[str, dict[object, dict[date | None, int]]] = {}
    for one in said:
        of = (one.reference, one.place, one.minor if one.is_exact else 0, one.booked_on if one.is_another else 0)
        by_day = told.setdefault(one.source, {}).setdefault(of, {})
        by_day[one.booked_on] = max(by_day.get(one.booked_on, 0), one.minor)
    return max((sum(map(_of_days, of_source.values())) for of_source in told.values()), default=0)


def _of_days(minor: dict[date | None, int]) -> int:
    """Each day is a booking; what is told of none may be any of those, the least at worst."""
    by_day = [amount for on, amount in minor.items() if on is not None]
    undated = minor.get(None, 0)
    return sum(by_day) + max(undated - min(by_day, default=0), 0)
