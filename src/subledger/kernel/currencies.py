"""Currencies and their decimals, from the ISO 4217 table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from .errors import CurrencyUnknown

USUAL_DECIMALS = 2


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many decimals a currency has: ``exponent("jpy") == 0``, ``exponent("kwd") == 3``.

    Raises:
        CurrencyUnknown: not the lower-case code of a currency in use with a minor unit.
    """
    from iso4217 import Currency  # its table takes as long as all else that a reader of files begins with

    try:
        found = Currency(currency.upper()) if currency == currency.lower() else None
    except (ValueError, AttributeError):
        found = None
    if found is None or found.exponent is None:
        raise CurrencyUnknown(currency)
    return int(found.exponent)


@cache
def currencies_by_decimals() -> Mapping[int, tuple[str, ...]]:
    """The codes of all currencies by how many decimals they have."""
    from iso4217 import Currency

    found: dict[int, list[str]] = {}
    for each in Currency:
        if each.exponent is not None:
            found.setdefault(int(each.exponent), []).append(each.code.lower())
    return {places: tuple(sorted(set(codes))) for places, codes in found.items()}


def normalise(currency: str) -> str:
    """The house's spelling of a code, lower case: ``normalise("EUR") == "eur"``; refuses what is none."""
    if not isinstance(currency, str):
        raise CurrencyUnknown(currency)
    code = currency.strip().lower()
    exponent(code)
    return code
