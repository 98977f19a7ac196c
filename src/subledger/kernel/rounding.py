"""Where a fraction of a minor unit goes: one named mode per place."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_ONE = Decimal(1)


def half_up(value: Decimal) -> int:
    """Whole minor units, halves away from zero: the mode of every document line (docs/domain/items.md)."""
    return int(value.quantize(_ONE, rounding=ROUND_HALF_UP))


def share(total: int, part: int, whole: int) -> int:
    """The part of ``total`` that goes with ``part`` of ``whole``, halves up; all of it when ``part == whole``.

    Taking shares from what is left (total and whole shrink together) loses nothing: the last takes the rest.
    """
    if part == whole:
        return total
    return (2 * total * part + whole) // (2 * whole)
