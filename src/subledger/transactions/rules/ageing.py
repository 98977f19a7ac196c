"""How late what is open is: the buckets of every ageing, said once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

__all__ = ["BUCKETS", "EDGES", "Bucket", "over_of"]

EDGES = (0, 30, 60, 90, 120)  # days overdue at which a bucket ends


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is overdue by no more than ``until`` days, and by more than the bucket before; None: without end."""

    name: str
    label: str
    until: int | None


BUCKETS = (
    Bucket("not_due", "Not due", EDGES[0]),
    *(Bucket(f"days_{low + 1}_{high}", f"{low + 1}–{high} days", high) for low, high in pairwise(EDGES)),
    Bucket(f"days_over_{EDGES[-1]}", f"Over {EDGES[-1]} days", None),
)


def over_of(bucket: Bucket) -> int | None:
    """By more than how many days what is in a bucket is overdue; None: it may be not due yet."""
    place = BUCKETS.index(bucket)
    return BUCKETS[place - 1].until if place else None
