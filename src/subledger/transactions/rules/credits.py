"""What of each line of an invoice a credit note over a part of it takes back."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.rounding import share


def shares_of_lines(line_totals: Sequence[int], amount: int) -> list[int]:
    """``amount`` split over lines in proportion to their totals, to the last minor unit: 50 over 100, 50 is 33, 17."""
    whole, before, taken, shares = sum(line_totals), 0, 0, []
    for total in line_totals:
        before += total
        until = share(amount, before, whole) if whole else 0
        shares.append(until - taken)
        taken = until
    return shares
