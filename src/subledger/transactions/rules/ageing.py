"""How late what is open is: the buckets of every ageing, said once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from subledger.kernel.sentences import say

__all__ = ["BUCKETS", "EDGES", "Bucket", "over_of"]

EDGES = (0, 30, 60, 90, 120)  # days overdue at which a bucket ends


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is overdue by no more than ``until`` days, and by more than the bucket before; None: without end."""

    name: str
    label: str
    until: int | None


BUCKETS = (
    Bucket("not_due", say("Not due"), EDGES[0]),
    *(
        Bucket(f"days_{low + 1}_{high}", say("{low}–{high} days", low=low + 1, high=high), high)
        for low, high in pairwise(EDGES)
    ),
    Bucket(f"days_over_{EDGES[-1]}", say("Over {edges} days", edges=EDGES[-1]), None),
)


def over_of(bucket: Bucket) -> int | None:
    """By more than how many days what is in a bucket is overdue; None: it may be not due yet."""
    place = BUCKETS.index(bucket)
    return BUCKETS[place - 1].until if place else None
