"""The refusal of card numbers, which no text that is kept may hold; `card_numbers` tells what is one."""

from __future__ import annotations

from .card_numbers import card_number_in, masked
from .errors import Invalid
from .sentences import say

__all__ = ["CardNumberRefused", "card_number_in", "masked"]


class CardNumberRefused(Invalid):
    code = "card_number_refused"

    def __init__(self, number: str, *, param: str | None = None) -> None:
        super().__init__(
            say(
                "This looks like a card number, ending in {number}: those are never kept here. Take it "
                "out, or leave its last four digits. A card is registered on its payment gateway's own "
                "page.",
                number=number[-4:],
            ),
            param=param,
        )
