"""Amounts with their currency as people of a language write them: ``1.234,50 €``.

The shape is of Unicode's CLDR, which Babel has; the decimals are those of the books (`currencies.exponent`). CLDR has
decimals of its own: none where cash has none (HUF, IDR, COP), and an amount that is written with them is rounded.
"""

from __future__ import annotations

import re
from copy import copy
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import NumberPattern, format_currency

from .currencies import exponent
from .money import to_decimal

__all__ = ["signs_of", "written_money"]

_JOINED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")  # CLDR parts letters from digits; Babel does not


def written_money(minor: int, currency: str, *, locale: str) -> str:
    """``written_money(146913, "huf", locale="de_DE") == "1.469,13 HUF"``, with spaces at which no line breaks."""
    written = format_currency(
        to_decimal(minor, currency),
        currency.upper(),
        format=_pattern(locale, exponent(currency)),
        locale=signs_of(locale),
        currency_digits=False,
    )
    return _JOINED.sub("\xa0", written)


class _Signs(Locale):
    """A locale whose mark between thousands is no straight apostrophe: Babel takes two of them for quotes of its
    patterns, and leaves them out."""

    @property
    def number_symbols(self) -> Any:
        return {"latn": {**super().number_symbols["latn"], "group": "\u2019"}}


@cache
def signs_of(locale: str) -> Locale:
    """With what numbers are written in a locale, as CLDR has it: ``1’234.50`` in ``de_CH``."""
    found = Locale.parse(locale)
    if found.number_symbols.get("latn", {}).get("group") != "'":
        return found
    return _Signs(found.language, found.territory, found.script, found.variant)


@cache
def _pattern(locale: str, places: int) -> NumberPattern:
    pattern: NumberPattern = copy(Locale.parse(locale).currency_formats["standard"])
    pattern.frac_prec = (places, places)
    return pattern
