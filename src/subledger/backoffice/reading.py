"""From what was typed to domain values: amounts in the account's currency, one refusal for what cannot be read."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from subledger.kernel.errors import AmountInvalid, Invalid
from subledger.kernel.money import exponent, parse_minor, to_decimal

__all__ = ["decimal_of", "minor_of", "minor_text", "price_of", "price_text"]


class NumberInvalid(Invalid):
    code = "number_invalid"


def minor_of(text: str, currency: str, *, param: str) -> int | None:
    """Minor units of an amount in major units; None where nothing was typed. Raises AmountInvalid."""
    return parse_minor(text, currency, param=param) if text.strip() else None


def minor_text(minor: int | None, currency: str) -> str:
    return "" if minor is None else str(to_decimal(minor, currency))


def decimal_of(text: str, *, param: str) -> Decimal | None:
    """A decimal number such as a quantity or a percentage; None where nothing was typed."""
    if not text.strip():
        return None
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise NumberInvalid(f"{text!r} is not a number. Write digits with a point, such as 2.5.", param=param)
    return value


def price_of(text: str, currency: str, *, param: str) -> Decimal | None:
    """A unit price in minor units, which may have more decimals than the currency; None where nothing was typed."""
    value = decimal_of(text, param=param)
    if value is None:
        return None
    if value < 0:
        raise AmountInvalid(
            f"The price {text} is below zero. Write zero or more; a credit note gives money back.",
            param=param,
        )
    return value.scaleb(exponent(currency))


def price_text(unit_amount: Decimal | None, currency: str) -> str:
    if unit_amount is None:
        return ""
    places = exponent(currency)
    text = f"{unit_amount.scaleb(-places).normalize():f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(places, '0')}" if places else text
