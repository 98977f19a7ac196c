"""Exact amounts: whole minor units and a currency, never a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .currencies import exponent, normalise
from .errors import AmountInvalid

__all__ = ["LARGEST_MINOR", "Money", "check_minor", "exponent", "parse_minor", "to_decimal"]

# JSON numbers above 2^53 - 1 lose digits in many readers (RFC 8259 section 6): no amount may need more.
LARGEST_MINOR = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in the currency's minor unit: ``Money(1050, "eur")`` is 10.50 EUR."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:  # refuses float, Decimal and bool alike
            raise TypeError(f"Money takes whole minor units, got {self.minor!r}")

    def __str__(self) -> str:
        return f"{self.to_decimal()} {self.currency.upper()}"

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read a decimal in major units: ``Money.parse("10.50", "eur")``; see `parse_minor`."""
        currency = normalise(currency)
        return cls(parse_minor(text, currency), currency)

    def to_decimal(self) -> Decimal:
        return to_decimal(self.minor, self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Share out by weight and lose nothing: leftover units go to the largest remainders."""
        shares = [divmod(self.minor * weight, sum(weights)) for weight in weights]
        leftover = self.minor - sum(whole for whole, _ in shares)
        lucky = set(sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))[:leftover])
        return [Money(whole + (i in lucky), self.currency) for i, (whole, _) in enumerate(shares)]


def to_decimal(minor: int, currency: str) -> Decimal:
    """Major units for people and files: ``to_decimal(1050, "eur") == Decimal("10.50")``."""
    return Decimal(minor).scaleb(-exponent(currency))


def parse_minor(text: str, currency: str, *, param: str | None = None) -> int:
    """Minor units of a decimal written in major units; the sign is kept.

    Raises:
        AmountInvalid: not a decimal number, more decimals than the currency has, or beyond 2^53 - 1.
    """
    written = str(text).strip()
    try:
        value = Decimal("NaN" if "_" in written else written)  # Python reads 1_000 as a number; people do not write it
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise AmountInvalid(f"{text!r} is not an amount. Write digits with a point, such as 1234.50.", param=param)
    places = exponent(currency)
    if abs(value.adjusted()) > 30:
        raise AmountInvalid(
            f"The amount {text!r} is out of reach: the largest is {LARGEST_MINOR} minor units.", param=param
        )
    minor = int(value.scaleb(places))
    if Decimal(minor).scaleb(-places) != value:  # exact: a comparison never rounds, as scaling 30 digits would
        raise AmountInvalid(
            f"{text} has more decimals than {currency.upper()} has ({places}). Round it before sending.",
            param=param,
        )
    return check_minor(minor, param=param, least=-LARGEST_MINOR)


def check_minor(minor: int, *, least: int = 1, param: str | None = None) -> int:
    """An amount that can be stored and told exactly: a whole number from ``least`` to 2^53 - 1.

    Raises:
        AmountInvalid: not whole, too small, or too large.
    """
    if type(minor) is not int:
        raise AmountInvalid(f"{minor!r} is not an amount in whole minor units. Send 1050 for 10.50.", param=param)
    if minor < least:
        raise AmountInvalid(f"The amount {minor} is too small: it must be at least {least}. Correct it.", param=param)
    if minor > LARGEST_MINOR:
        raise AmountInvalid(
            f"The amount {minor} is above the largest that can be told exactly ({LARGEST_MINOR}). Split it.",
            param=param,
        )
    return minor
