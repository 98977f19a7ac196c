"""Exact amounts: whole minor units and a currency, never a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .currencies import exponent, normalise
from .errors import AmountInvalid, NumberInvalid
from .numbers import NumberFormat, read_number
from .sentences import say

__all__ = ["LARGEST_MINOR", "Money", "check_minor", "exponent", "grouped", "parse_minor", "read_minor", "to_decimal"]

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
    """Minor units of a decimal with a point in major units, as programs write it; the sign is kept.

    What people write is read by `read_minor`.

    Raises:
        AmountInvalid: not a decimal number, more decimals than the currency has, or beyond 2^53 - 1.
    """
    written = str(text).strip()
    try:
        value = Decimal("NaN" if "_" in written or not written.isascii() else written)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise AmountInvalid(
            say("{text!r} is not an amount. Write digits with a point, such as 1234.50.", text=text), param=param
        )
    if abs(value.adjusted()) > 30:
        raise AmountInvalid(
            say(
                "The amount {text!r} is out of reach: the largest is {largest}.",
                text=text,
                largest=grouped(LARGEST_MINOR, currency),
            ),
            param=param,
        )
    return _minor_of(value, text, currency, param)


def read_minor(
    text: str,
    currency: str,
    *,
    param: str | None = None,
    declared: NumberFormat | None = None,
    usual: NumberFormat | None = None,
    credit_is_positive: bool = False,
) -> int:
    """Minor units of an amount as people and files write it, in major units; for the formats see `read_number`.

    Raises:
        AmountInvalid: not an amount, more decimals than the currency has, or beyond 2^53 - 1; or two ``readings``,
            and no format decides.
    """
    places = exponent(currency)
    try:
        value = read_number(
            text,
            declared=declared,
            usual=usual,
            currency=currency,
            places=places,
            kept=places,
            credit_is_positive=credit_is_positive,
            what=say("an amount"),
            param=param,
        )
    except NumberInvalid as error:
        refused = AmountInvalid(str(error), param=param, remedies=error.remedies)
        refused.readings = error.readings
        raise refused from None
    return _minor_of(value, text, currency, param)


def _minor_of(value: Decimal, text: str, currency: str, param: str | None) -> int:
    places = exponent(currency)
    minor = int(value.scaleb(places))
    if Decimal(minor).scaleb(-places) != value:  # exact: a comparison never rounds, as scaling 30 digits would
        raise AmountInvalid(
            say(
                "{text} has more decimals than {currency} has ({places}). Round it.",
                text=text,
                currency=currency.upper(),
                places=places,
            ),
            param=param,
        )
    return check_minor(minor, currency, param=param, least=-LARGEST_MINOR)


def check_minor(minor: int, currency: str, *, least: int = 1, param: str | None = None) -> int:
    """An amount that can be stored and told exactly: a whole number from ``least`` to 2^53 - 1.

    Raises:
        AmountInvalid: not whole, too small, or too large.
    """
    if type(minor) is not int:
        raise AmountInvalid(
            say(
                "{minor!r} is not an amount: it has to be a whole number of the smallest coin, such as 1050 for 10.50.",
                minor=minor,
            ),
            param=param,
        )
    if minor < least:
        fact = say("is too small") if minor >= 0 or least < 0 else say("is negative")
        raise AmountInvalid(
            say(
                "The amount {amount} {fact}: it must be at least {least}. Correct it.",
                amount=grouped(minor, currency),
                fact=fact,
                least=grouped(least, currency),
            ),
            param=param,
        )
    if minor > LARGEST_MINOR:
        raise AmountInvalid(
            say(
                "The amount {amount} is above the largest that can be kept exactly, {largest}. Split it.",
                amount=grouped(minor, currency),
                largest=grouped(LARGEST_MINOR, currency),
            ),
            param=param,
        )
    return minor


def grouped(minor: int, currency: str) -> str:
    """For messages: ``1,234.50 EUR``."""
    return say("{amount:,} {currency}", amount=to_decimal(minor, currency), currency=currency.upper())
