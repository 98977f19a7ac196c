"""An amount over several parts, to the last minor unit."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.money import Money
from subledger.kernel.rounding import share


def spread_over(minor: int, parts: Sequence[int]) -> list[int]:
    """``minor`` over parts in proportion to them, by largest remainder; of what exceeds their sum none has any. Parts
    below zero take away."""
    whole = sum(parts)
    if minor <= 0 or whole <= 0:
        return [0] * len(parts)
    if minor >= whole:
        return list(parts)
    return [one.minor for one in Money(minor, "eur").split(parts)]  # whole units: any currency will do


def shares_of_lines(line_totals: Sequence[int], amount: int) -> list[int]:
    """``amount`` split over lines in proportion to their totals, to the last minor unit: 50 over 100, 50 is 33, 17."""
    whole, before, taken, shares = sum(line_totals), 0, 0, []
    for total in line_totals:
        before += total
        until = share(amount, before, whole) if whole else 0
        shares.append(until - taken)
        taken = until
    return shares
