"""How much money of a request may have moved beside what the books know, by what is said of it. Pure.

What one source says under several references are several movements. Several sources may speak of the same ones, so the
most that one of them tells of counts, and never less than a request that is over was to move.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from subledger.gateways.states import OPEN, RequestState, RequestType

IN, OUT = "in", "out"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a request and the books could not take. ``direction``: as it is named; "" as the verb has it."""

    source: str
    verb: str
    reference: str
    minor: int
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
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


def in_doubt(asked: Asked, said: Iterable[Said]) -> dict[str, int]:
    """By direction, what may have moved beyond the request's own amount while that is open, in full once it is not.

    Of what is posted another word under its own reference is the same booking: what that tells beyond it counts.
    """
    by_way: dict[str, list[Said]] = {IN: [], OUT: []}
    for one in said:
        by_way[asked.way_of(one)].append(one)
    return {way: _beyond(asked, told) if way == asked.direction else _most(told) for way, told in by_way.items()}


def _beyond(asked: Asked, said: list[Said]) -> int:
    """Of what is said to have gone the way that the request asked for."""
    if asked.state is RequestState.POSTED:
        again = [one for one in said if one.reference == asked.reference]
        others = [one for one in said if one.reference != asked.reference]
        return _most(others) + max(_most(again) - asked.minor, 0)
    if asked.state in OPEN:
        return max(_most(said) - asked.minor, 0)
    return max(_most(said), asked.minor) if said else 0


def _most(said: list[Said]) -> int:
    """The most that one source tells of: each of its references once, by the largest amount."""
    told: dict[str, dict[str, int]] = {}
    for one in said:
        of_source = told.setdefault(one.source, {})
        of_source[one.reference] = max(of_source.get(one.reference, 0), one.minor)
    return max((sum(of_source.values()) for of_source in told.values()), default=0)
