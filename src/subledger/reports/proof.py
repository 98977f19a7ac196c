"""The proof of the books: every invariant of every room, recomputed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from subledger.platform.invariants import Finding, Invariant, examine, guarded, numbered
from subledger.platform.rooms import installed


@cache
def invariants() -> tuple[Invariant, ...]:
    """Those that rooms declare, lowest floor first; that their numbers leave no gap, and their guards are awake."""
    rooms = installed()
    guards = guarded([guard for room in rooms for guard in room.guards])
    numbers = numbered({series.code: series.numbers for room in rooms for series in room.series if series.numbers})
    return (*(invariant for room in rooms for invariant in room.invariants), numbers, guards)


def prove(*, everywhere: bool = True) -> Iterator[Finding]:
    """Recompute every invariant for the company in scope; without ``everywhere``, only what is its own."""
    for invariant in invariants():
        if everywhere or not invariant.everywhere:
            yield examine(invariant)
