"""Cells of a row as values: text, days, amounts in major units, decimals."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from subledger.imports.errors import DateInvalid, FieldMissing, NumberInvalid, TextInvalid
from subledger.kernel.currencies import exponent, normalise
from subledger.kernel.errors import CurrencyUnknown
from subledger.kernel.money import parse_minor

Cell = str | date  # of a file's cells, those that show something; instants are days of the company's by now

PRICE_PLACES = 8  # decimals of a minor unit that the books keep of prices
CODE = 100  # characters of an account's or customer's code, and of a document's number


@dataclass(slots=True)
class Row:
    """One row: its line in the file and its cells by field; empty cells are absent."""

    line: int
    cells: dict[str, Cell]
    read_day: Callable[[str], date]
    date_format: str | None = None

    def text(self, field: str, *, longest: int = CODE) -> str:
        """The cell's text, "" when empty.

        Raises:
            TextInvalid: longer than ``longest`` characters, or with a NUL, which no text in the books may
            have.
        """
        cell = self.cells.get(field)
        if cell is None:
            return ""
        value = str(cell)
        if len(value) > longest:
            raise TextInvalid(f"{field} has {len(value)} characters: {longest} is the most. Shorten it.", field)
        if "\0" in value:
            raise TextInvalid(f"{field} holds a NUL character, which is no text. Take it out.", field)
        return value

    def needed(self, field: str, *, longest: int = CODE) -> str:
        value = self.text(field, longest=longest)
        if not value:
            raise FieldMissing(field)
        return value

    def day(self, field: str) -> date | None:
        value = self.cells.get(field)
        if value is None or isinstance(value, date):
            return value
        try:
            return self.read_day(value)
        except ValueError:
            raise DateInvalid(value, self.date_format, field) from None

    def currency(self) -> str | None:
        value = self.cells.get("currency")
        if value is None:
            return None
        try:
            return currency_of(str(value))
        except CurrencyUnknown as error:
            raise CurrencyUnknown(value, param="/currency") from error

    def minor(self, field: str, currency: str) -> int | None:
        """Minor units of an amount in major units; None when empty. Raises AmountInvalid."""
        value = self.cells.get(field)
        return None if value is None else parse_minor(str(value), currency, param=f"/{field}")

    def decimal(self, field: str, *, places: int) -> Decimal | None:
        """A number with at most so many decimals as the books keep; None when empty. Raises NumberInvalid."""
        return self._decimal(self.cells.get(field), field, places)

    def percent(self, field: str, *, places: int) -> Decimal | None:
        """A percentage, with its sign or without: "5 %" is what "5" is. Raises NumberInvalid."""
        value = self.cells.get(field)
        return self._decimal(value.removesuffix("%").strip() if isinstance(value, str) else value, field, places)

    @staticmethod
    def _decimal(value: Cell | None, field: str, places: int) -> Decimal | None:
        if value is None:
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number.adjusted()) > 20:
            raise NumberInvalid(
                f"{value!r} is not a number for {field}. Write digits with a point, such as 12.5.", field
            )
        if number != round(number, places):
            raise NumberInvalid(f"{value} has more decimals than {field} may have ({places}). Round it.", field)
        return number

    def unit_amount(self, field: str, currency: str) -> Decimal | None:
        """A price in major units as minor units, with as many decimals as it has."""
        digits = exponent(currency)
        price = self.decimal(field, places=PRICE_PLACES + digits)
        return None if price is None else price.scaleb(digits)

    def whole(self, field: str) -> int | None:
        number = self.decimal(field, places=0)
        if number is None:
            return None
        if abs(number) > 10_000:
            raise NumberInvalid(f"{number} is out of reach for {field}. Correct it.", field)
        return int(number)


currency_of = lru_cache(maxsize=512)(normalise)


def day_reader(date_format: str | None) -> Callable[[str], date]:
    """Reads days of one format, ISO unless given; ValueError for what is no day. A file repeats its days:
    they are kept."""

    @lru_cache(maxsize=4096)
    def read(text: str) -> date:
        if date_format is None:
            return date.fromisoformat(text)
        year, month, day, *_ = time.strptime(text, date_format)
        return date(year, month, day)

    return read
