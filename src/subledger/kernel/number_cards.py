"""Whether a counter would come to what is read as the number of a payment card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from .card_numbers import ENOUGH, RANGES, card_number_in
from .sentences import say

__all__ = ["cards_refused", "comes_to_card"]

_FREE = 6  # last digits of a counter that it may come to: nobody writes a million documents unseen
_YEARS = tuple(sorted({int(f"20{first[:2].ljust(2, '0')}") for first, _, _ in RANGES}))  # as {yy} begins one


def comes_to_card(
    written: Callable[[int, date], str], *, digits: int, says_short_year: bool, following: int = 1
) -> bool:
    """Whether a number from ``following`` on, up to a million later, could be read as that of a card. ``written``
    writes the one of a counter and a day, with so many ``digits`` of the counter at least."""
    width = max(digits, len(str(following)))
    besides = sum(character.isdigit() for character in written(1, date(2000, 1, 1))) - digits
    return any(
        card_number_in(written(value, date(year, 1, 1))) is not None
        for wide in range(width, max(width, _FREE) + 1)
        if besides + wide >= ENOUGH
        for value in _card_like(str(following).zfill(wide)[:-_FREE], min(wide, _FREE))
        for year in (_YEARS if says_short_year else (2000,))
    )


def _card_like(fixed: str, free: int) -> Iterator[int]:
    """Counters that would complete a card number, if any of so many free digits does: each beginning that issuers have,
    and each last digit, one of which is the check digit."""
    for start in sorted({"0", *(first for first, _, _ in RANGES)}):
        for last in "0123456789":
            yield int(f"{fixed}{start[: free - 1].ljust(free - 1, '1')}{last}")


def cards_refused() -> str:
    return say(
        "Such a number could be read as that of a payment card, and those are kept nowhere. Put letters or the year "
        "between its digits, or have fewer of them."
    )
