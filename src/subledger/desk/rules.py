"""How late customers are, in the bands by which the desk is narrowed."""

from __future__ import annotations

from typing import NamedTuple

from subledger.kernel.sentences import say

FOREVER = 10**6


class Band(NamedTuple):
    """From ``first`` days late to ``last``, both included."""

    name: str
    label: str
    first: int
    last: int


ALL = Band("", "", 0, FOREVER)
LATE = (
    Band("30", say("1–30 days"), 1, 30),
    Band("60", say("31–60 days"), 31, 60),
    Band("90", say("61–90 days"), 61, 90),
    Band("over", say("Over 90 days"), 91, FOREVER),
)


def lateness(name: str) -> Band:
    """The band of that name; all days where there is none."""
    return next((band for band in LATE if band.name == name), ALL)
