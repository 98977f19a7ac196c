"""Money and days as the language of a message writes them."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from subledger.kernel.languages import locale_of
from subledger.kernel.written_money import written_money

__all__ = ["day", "money"]


def money(minor: int | None, currency: str, language: str) -> str:
    if minor is None:
        return ""
    return written_money(minor, currency, locale=locale_of(language)).replace("\xa0", " ")


def day(value: date | None, language: str) -> str:
    return format_date(value, format="long", locale=locale_of(language)) if value else ""
