"""Where a fraction of a minor unit goes: one named mode per place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

_ONE = Decimal(1)


def half_up(value: Decimal) -> int:
    """Whole minor units, halves away from zero: the mode of every document line (docs/domain/items.md)."""
    return int(value.quantize(_ONE, rounding=ROUND_HALF_UP))


def split(total: int, parts: Sequence[int]) -> list[int]:
    """``total`` over parts in proportion to them by largest remainder, the first of equals first.

    No part gets more than it is: where the total exceeds their sum, each is given whole. Parts below zero take away.
    """
    whole = sum(parts)
    if total <= 0 or whole <= 0:
        return [0] * len(parts)
    if total >= whole:
        return list(parts)
    shares = [total * part // whole for part in parts]
    missing = total - sum(shares)
    largest = sorted(range(len(parts)), key=lambda at: (-(total * parts[at] % whole), at))
    for at in largest[:missing]:
        shares[at] += 1
    return shares


def share(total: int, part: int, whole: int) -> int:
    """The part of ``total`` that goes with ``part`` of ``whole``, halves up; all of it when ``part == whole``.

    Taking shares from what is left (total and whole shrink together) loses nothing: the last takes the rest.
    """
    if part == whole:
        return total
    return (2 * total * part + whole) // (2 * whole)
