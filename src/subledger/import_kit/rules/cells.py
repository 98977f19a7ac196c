"""Cells of a row as values: text, days, amounts in major units, decimals."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from subledger.import_kit.errors import DateInvalid, FieldMissing, NumberInvalid, PercentageAmbiguous, TextInvalid
from subledger.kernel.currencies import exponent, normalise
from subledger.kernel.days import read_day
from subledger.kernel.errors import AmountInvalid, CurrencyUnknown
from subledger.kernel.errors import NumberInvalid as NotANumber
from subledger.kernel.money import read_minor
from subledger.kernel.numbers import Exact, NumberFormat, amount_of, currencies_shown_by, number_of, read_number
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts

# Of a file's cells, those that show something: text, numbers that the file holds as numbers, and days. Instants are
# days of the company's by now.
Cell = str | Exact | date

PERCENT = 100  # the most that a percentage can be
PRICE_PLACES = 8  # decimals of a minor unit that the books keep of prices
CODE = 100  # characters of an account's or customer's code, and of a document's number

Number = TypeVar("Number", int, Decimal)


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file writes its numbers and days: as declared, else as it shows itself.

    ``usual_of`` tells by field which format decides between two readings, or None; it is asked only then.
    """

    date_format: str | None = None
    number_format: NumberFormat | None = None
    zone: str = "UTC"  # the company's: an instant is the day that it was there
    usual_of: Callable[[str], NumberFormat | None] = lambda field: None


PLAIN = Writing()


@dataclass(slots=True)
class Row:
    """One row: its line in the file and its cells by field; empty cells are absent."""

    line: int
    cells: dict[str, Cell]
    writing: Writing = field(default=PLAIN, repr=False)

    def text(self, field: str, *, longest: int = CODE) -> str:
        """The cell's text, "" when empty.

        Raises:
            TextInvalid: longer than ``longest`` characters, or with a character that nobody can see.
            CardNumberRefused: with a card number, which no text in the books may have.
        """
        cell = self.cells.get(field)
        if cell is None:
            return ""
        value = str(cell)
        if len(value) > longest:
            raise TextInvalid(
                say(
                    "{field} has {length} characters: {longest} is the most. Shorten it.",
                    field=field,
                    length=len(value),
                    longest=longest,
                ),
                field,
            )
        check_texts(value, param=f"/{field}")
        return value

    def needed(self, field: str, *, longest: int = CODE) -> str:
        value = self.text(field, longest=longest)
        if not value:
            raise FieldMissing(field)
        return value

    def day(self, field: str) -> date | None:
        value = self.cells.get(field)
        if value is None:
            return None
        if isinstance(value, date):
            return value
        try:
            return read_day(value, self.writing.date_format, self.writing.zone)
        except ValueError:
            raise DateInvalid(value, self.writing.date_format, field) from None

    def currency(self) -> str | None:
        value = self.cells.get("currency")
        if value is None:
            return None
        try:
            return currency_of(str(value))
        except CurrencyUnknown as error:
            raise CurrencyUnknown(value, param="/currency") from error

    def currency_shown(self, field: str) -> str | None:
        """A currency that the sign or code beside an amount may stand for, the one with most decimals; or None."""
        value = self.cells.get(field)
        found = currencies_shown_by(value) if isinstance(value, str) else ()
        return max(sorted(found), key=exponent, default=None)

    def minor(self, field: str, currency: str, *, credit_is_positive: bool = False) -> int | None:
        """Minor units of an amount in major units; None when empty. Raises AmountInvalid."""
        value = self.cells.get(field)
        if value is None:
            return None
        text, declared = _money_of(value), self.writing.number_format

        def read(usual: NumberFormat | None) -> int:
            return read_minor(
                text,
                currency,
                declared=declared,
                usual=usual,
                credit_is_positive=credit_is_positive,
                param=f"/{field}",
            )

        return self._decided(field, read)

    def decimal(
        self,
        field: str,
        *,
        places: int,
        currency: str | None = None,
        most: int | None = None,
        credit_is_positive: bool = False,
    ) -> Decimal | None:
        """A number with at most so many decimals as the books keep; None when empty.

        Raises:
            NumberInvalid.
        """
        value = self.cells.get(field)
        if value is None:
            return None
        text, declared = _money_of(value) if currency else _text_of(value), self.writing.number_format
        if most == PERCENT:
            text = type(text)(text.removesuffix("%").rstrip())

        def read(usual: NumberFormat | None) -> Decimal:
            try:
                return read_number(
                    text,
                    declared=declared,
                    usual=usual,
                    currency=currency,
                    kept=places,
                    most=most,
                    credit_is_positive=credit_is_positive,
                    what=say("a number for {field}", field=field),
                    param=f"/{field}",
                )
            except NotANumber as error:
                if error.readings:
                    raise
                raise NumberInvalid(str(error), field) from None

        number = self._decided(field, read)
        if abs(number.adjusted()) > 20:
            raise NumberInvalid(
                say("{value!r} is out of reach for {field}. Correct it.", value=value, field=field), field
            )
        if number != round(number, places):
            raise NumberInvalid(
                say(
                    "{value} has more decimals than {field} may have ({places}). Round it.",
                    value=value,
                    field=field,
                    places=places,
                ),
                field,
            )
        return number

    def percent(self, field: str, *, places: int, rates: Container[Decimal] = ()) -> Decimal | None:
        """A percentage, with its sign or without: "5 %" is what "5" is. ``rates`` are those that there are.

        Raises:
            NumberInvalid.
            PercentageAmbiguous: below 1 and without a sign, it may be the fraction that a percentage is: 0.19 is 19 %.
        """
        number = self.decimal(field, places=places, most=PERCENT)
        if number is None or not 0 < abs(number) < 1 or number in rates:
            return number
        if _text_of(self.cells[field]).endswith("%"):
            return number
        raise PercentageAmbiguous(number, field)

    def _decided(self, field: str, read: Callable[[NumberFormat | None], Number]) -> Number:
        """What ``read`` makes of a cell; where it has two readings, what the file shows elsewhere decides."""
        try:
            return read(None)
        except (AmountInvalid, NotANumber) as error:
            usual = self.writing.usual_of(field) if error.readings else None
            if usual is None:
                raise
            return read(usual)

    def unit_amount(self, field: str, currency: str, *, credit_is_positive: bool = False) -> Decimal | None:
        """A price in major units as minor units, with as many decimals as it has."""
        digits = exponent(currency)
        price = self.decimal(
            field, places=PRICE_PLACES + digits, currency=currency, credit_is_positive=credit_is_positive
        )
        return None if price is None else price.scaleb(digits)

    def whole(self, field: str) -> int | None:
        number = self.decimal(field, places=0)
        if number is None:
            return None
        if abs(number) > 10_000:
            raise NumberInvalid(
                say("{number} is out of reach for {field}. Correct it.", number=number, field=field), field
            )
        return int(number)


currency_of = lru_cache(maxsize=512)(normalise)


def _text_of(value: Cell) -> str:
    return number_of(value) if isinstance(value, str) else str(value)


def _money_of(value: Cell) -> str:
    return amount_of(value) if isinstance(value, str) else str(value)
