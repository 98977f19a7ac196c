"""Amounts, numbers and days as people of a language write them, by the tables of Unicode's CLDR that Babel has.

Babel is asked for the signs and shapes once; a statement of ten thousand lines is then written with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from babel.dates import format_date

from subledger.kernel.languages import ENGLISH, locale_of, spoken
from subledger.kernel.money import Money, exponent
from subledger.kernel.written_money import signs_of, written_money


@cache
def _written(day: date, locale: str) -> str:
    return format_date(day, "medium", locale)


@dataclass(frozen=True, slots=True)
class Formats:
    """How one language writes what is not text."""

    language: str
    locale: str
    signs: dict[int, str]

    def amount(self, money: Money) -> str:
        """In major units without the currency, as in columns: ``1.234,50``."""
        return self.number(money.to_decimal())

    def money(self, money: Money) -> str:
        """With its currency: ``1.234,50 €``."""
        written = written_money(abs(money.minor), money.currency, locale=self.locale)
        return f"\u2212{written}" if money.minor < 0 else written

    def number(self, value: Decimal) -> str:
        return f"{value:,f}".translate(self.signs).replace("-", "\u2212")

    def unit_amount(self, minor: Decimal, currency: str) -> str:
        """A price in major units: with the decimals of the currency, and more where it has more."""
        places = exponent(currency)
        value = minor.scaleb(-places).normalize()
        digits = max(places, -int(value.as_tuple().exponent))
        return self.number(value.quantize(Decimal(1).scaleb(-digits)))

    def quantity(self, value: Decimal) -> str:
        return self.number(Decimal(f"{value.normalize():f}"))

    def percent(self, value: Decimal) -> str:
        return f"{self.quantity(value)} %"

    def day(self, day: date) -> str:
        return _written(day, self.locale)

    def span(self, start: date, end: date) -> str:
        return f"{self.day(start)} – {self.day(end)}"


@cache
def formats_of(language: str) -> Formats:
    """Of one of our languages, with the country where it is read, if that is known: ``de-CH``."""
    code = spoken(language) or ENGLISH
    locale = locale_of(language if spoken(language) else code)
    symbols = signs_of(locale).number_symbols["latn"]
    return Formats(code, locale, str.maketrans({",": symbols["group"], ".": symbols["decimal"]}))
