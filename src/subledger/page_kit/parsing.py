"""From what was typed to domain values: amounts in the account's currency, one refusal for what cannot be read.

Numbers are read in the format of the person or the company (`formats`), and in any other that leaves one reading.
What these pages print can be typed back: where no format is said they print a decimal point.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from subledger.kernel.errors import AmountInvalid, NumberInvalid
from subledger.kernel.money import exponent, read_minor, to_decimal
from subledger.kernel.numbers import NumberFormat, read_number, unambiguous
from subledger.kernel.sentences import say
from subledger.page_kit.formats import formats

__all__ = ["decimal_of", "decimal_text", "minor_of", "minor_text", "price_of", "price_text"]

Number = TypeVar("Number", int, Decimal)


def minor_of(text: str, currency: str, *, param: str, credit_is_positive: bool = False) -> int | None:
    """Minor units of an amount in major units; None where nothing was typed. Raises AmountInvalid."""
    if not text.strip():
        return None

    def read(usual: NumberFormat | None) -> int:
        return read_minor(text, currency, param=param, usual=usual, credit_is_positive=credit_is_positive)

    return _as_printed(text, read, places=exponent(currency))


def minor_text(minor: int | None, currency: str) -> str:
    return "" if minor is None else _marked(f"{to_decimal(minor, currency):f}")


def decimal_of(
    text: str,
    *,
    param: str,
    most: int | None = None,
    currency: str | None = None,
    usual: NumberFormat | None = None,
) -> Decimal | None:
    """A decimal number such as a quantity or a percentage; None where nothing was typed. ``usual`` decides between two
    readings where no format is said."""
    unsaid = usual
    if not text.strip():
        return None

    def read(usual: NumberFormat | None) -> Decimal:
        return read_number(text, usual=usual or unsaid, most=most, currency=currency, places=places, param=param)

    places = exponent(currency) if currency else 0
    value = _as_printed(text, read, places=places)
    if abs(value.adjusted()) > 30:
        raise NumberInvalid(say("{text!r} is out of reach. Correct it.", text=text), param=param)
    return value


def decimal_text(value: Decimal | None) -> str:
    """A number for a form, so that it is read back as it is."""
    if value is None:
        return ""
    text = f"{value.normalize():f}"
    return _marked(text if formats().number else unambiguous(text))


def price_of(text: str, currency: str, *, param: str) -> Decimal | None:
    """A unit price in minor units, which may have more decimals than the currency; None where nothing was typed."""
    value = decimal_of(text, param=param, currency=currency)
    return None if value is None else value.scaleb(exponent(currency))


def price_text(unit_amount: Decimal | None, currency: str) -> str:
    if unit_amount is None:
        return ""
    places = exponent(currency)
    text = f"{unit_amount.scaleb(-places).normalize():f}"
    whole, _, decimals = text.partition(".")
    text = f"{whole}.{decimals.ljust(places, '0')}" if places else text
    return _marked(text if formats().number or places == 3 else unambiguous(text))


def _as_printed(text: str, read: Callable[[NumberFormat | None], Number], *, places: int) -> Number:
    """The format that is said decides between two readings. Where none is, a point before as many decimals as the
    currency has is what these pages print."""
    try:
        return read(formats().number)
    except (AmountInvalid, NumberInvalid) as error:
        if error.readings and formats().number is None and places == 3 and "," not in text:
            return read(NumberFormat.SPACE_GROUPS_POINT)
        raise


def _marked(text: str) -> str:
    """A plain number with the decimal mark that is said; forms have no groups."""
    return text.replace(".", formats().number_shown.mark)
