"""How values are written in JSON and in queries: ids, amounts, decimals, days, text, metadata.

Each reader refuses what the columns behind it could not hold, so nothing unreadable reaches a service.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field, GetJsonSchemaHandler, StringConstraints, WithJsonSchema
from pydantic_core import core_schema

from subledger.kernel import ids
from subledger.kernel.currencies import exponent
from subledger.kernel.days import EARLIEST, LATEST
from subledger.kernel.errors import CurrencyUnknown
from subledger.kernel.money import LARGEST_MINOR


@dataclass(frozen=True)
class IdOf:
    """Reads ``txn_0…`` as the number behind it: ``Annotated[int, IdOf("txn")]``."""

    prefix: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self.prefix}_[0-7][0-9a-hjkmnp-tv-z]{{12}}$"}

    def read(self, value: Any) -> int:
        if not isinstance(value, str):
            raise ValueError(f"it must be an id that starts with {self.prefix}_")
        return ids.decode(self.prefix, value)


@dataclass(frozen=True)
class Digits:
    """Reads an exact decimal, from a string or a whole number; never from a float. ``instead`` says what to do where
    somebody meant one below zero, and it takes none."""

    whole: int
    places: int
    signed: bool = False
    instead: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "string", "pattern": self.pattern},
                {"type": "integer"} | ({} if self.signed else {"minimum": 0}),
            ]
        }

    @property
    def pattern(self) -> str:
        return self._pattern("-?" if self.signed else "")

    def _pattern(self, sign: str) -> str:
        return f"^{sign}[0-9]{{1,{self.whole}}}(\\.[0-9]{{1,{self.places}}})?$"

    def read(self, value: Any) -> Decimal:
        text = str(value) if type(value) is int else value
        if not isinstance(text, str) or not re.fullmatch(self.pattern[1:-1], text, re.ASCII):
            if isinstance(text, str) and re.fullmatch(self._pattern("-")[1:-1], text, re.ASCII):
                raise ValueError(f"{text} is below zero, and it must not be{self.instead and '. ' + self.instead}")
            raise ValueError(
                f"it must be a decimal number as a string, with up to {self.whole} digits before and "
                f"{self.places} after the point"
            )
        return Decimal(text)


def _read_day(value: Any) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("it must be a date written YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"there is no day {value}") from None
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"the date must be from {EARLIEST} to {LATEST}")
    return day


@dataclass(frozen=True)
class _Day:
    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(_read_day)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class MinorOr:
    """Reads minor units, or one word: an action that moves money has no amount by default."""

    word: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        whole = {"type": "integer", "minimum": 1, "maximum": LARGEST_MINOR}
        return {"anyOf": [whole, {"type": "string", "enum": [self.word]}]}

    def read(self, value: Any) -> int | str:
        if value == self.word and isinstance(value, str):
            return self.word
        if type(value) is not int:
            raise ValueError(f'it must be a whole number of minor units, or "{self.word}"')
        return value


def storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("it contains a NUL character, which no text can keep")
    return text


def _read_currency(code: str) -> str:
    try:
        exponent(code)
    except CurrencyUnknown as error:
        raise ValueError(str(error).rstrip(".")) from None
    return code


def _in_utc(instant: datetime) -> datetime:
    """PostgreSQL knows offsets up to 15:59, Python up to 23:59; UTC both know."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("it must lie in the years 1 to 9999 of UTC") from None


# Amounts are bounded by the core (`check_minor`), whose refusals have codes of their own; the schema says the bounds.
Minor = Annotated[int, Field(strict=True), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LARGEST_MINOR})]
MinorOrZero = Annotated[
    int, Field(strict=True), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LARGEST_MINOR})
]
MinorSigned = Annotated[
    int,
    Field(strict=True),
    WithJsonSchema({"type": "integer", "minimum": -LARGEST_MINOR, "maximum": LARGEST_MINOR}),
]
Small = Annotated[int, Field(strict=True, ge=0, le=3650)]
SmallSigned = Annotated[int, Field(strict=True, ge=-3650, le=3650)]
Smalls = Annotated[list[Small], Field(max_length=100)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, _Day()]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Currency = Annotated[str, Field(pattern="^[a-z]{3}$"), AfterValidator(_read_currency)]
Country = Annotated[str, Field(pattern="^([A-Za-z]{2})?$")]
Percent = Annotated[Decimal, Digits(3, 4)]
UnitAmount = Annotated[Decimal, Digits(16, 8)]
SignedUnitAmount = Annotated[Decimal, Digits(16, 8, signed=True)]
Rate = Annotated[Decimal, Digits(9, 10)]

Text30 = Annotated[str, Field(max_length=30), AfterValidator(storable)]
Text60 = Annotated[str, Field(max_length=60), AfterValidator(storable)]
Text100 = Annotated[str, Field(max_length=100), AfterValidator(storable)]
Text120 = Annotated[str, Field(max_length=120), AfterValidator(storable)]
Text300 = Annotated[str, Field(max_length=300), AfterValidator(storable)]
Text320 = Annotated[str, Field(max_length=320), AfterValidator(storable)]
LongText = Annotated[str, Field(max_length=10_000), AfterValidator(storable)]


# Texts that say something: blanks around them are not kept, as in forms and files, so blanks alone are none.
Said100 = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(storable)
]
Said300 = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(storable)
]
SaidLong = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), AfterValidator(storable)
]
Outcome = Annotated[str, Field(max_length=64), AfterValidator(storable)]  # a digest of what was shown
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[!-~]+$")]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)]
LongName = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(storable)]
Metadata = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=40), AfterValidator(storable)],
        Annotated[str, Field(max_length=500), AfterValidator(storable)],
    ],
    Field(max_length=50, description="Up to 50 pairs of strings, for your own use."),
]


def plain(value: Decimal | None) -> str | None:
    """A decimal as people write it: no exponent, no trailing zeros."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
