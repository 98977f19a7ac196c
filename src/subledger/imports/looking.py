"""A file as it would be understood, before anything is imported: what its columns hold, and its first rows."""

from __future__ import annotations

from collections.abc import Container, Mapping
from decimal import Decimal
from pathlib import Path
from typing import IO, NamedTuple

from subledger.file_kit.limits import INTERACTIVE, Limits
from subledger.kernel.errors import DomainError
from subledger.kernel.numbers import currency_among

from .files import Layout, batches, open_source, writing_of
from .lookups import TaxRates
from .report import Outcome
from .rules.cells import Row
from .rules.columns import Columns, places_found
from .rules.kinds import FIELDS, MONEY, NUMBERS, Kind

SHOWN = 5  # rows
FINEST = 12  # decimals of a number that is only shown
PERCENTAGES = frozenset({"tax_rate", "discount_percent"})


class Look(NamedTuple):
    header: list[str]
    header_line: int
    sheet: str
    sheets: list[str]
    fields: list[tuple[str, bool]]  # of the kind, and whether a file needs them
    placed: dict[str, str]  # field -> the column that holds it
    rows: list[dict[str, str]]  # the first, by field, with their line


def look_into(
    kind: Kind,
    file: Path | str | IO[bytes],
    *,
    name: str | None = None,
    layout: Layout | None = None,
    mapping: Mapping[str, str] | None = None,
    date_format: str | None = None,
    number_format: str | None = None,
    limits: Limits = INTERACTIVE,
) -> Look:
    """Raises what opening the file raises; a header that lacks a field is no fault here."""
    mapping = mapping or {}
    source = open_source(kind, file, name=name, layout=layout or Layout(), mapping=mapping, values={}, limits=limits)
    places = places_found(kind, source.header, mapping)
    columns = Columns(kind, tuple(source.header), places, {}, ())
    writing = writing_of(source, columns, date_format=date_format, number_format=number_format)
    fields = FIELDS[kind]
    rates = TaxRates().percentages() if "tax_rate" in fields.names else frozenset()
    rows: list[dict[str, str]] = []
    for batch in batches(kind, source, Outcome(columns), writing, size=SHOWN):
        rows += [{"line": str(row.line), **{field: understood(row, field, rates) for field in places}} for row in batch]
        if len(rows) >= SHOWN:
            break
    return Look(
        source.header,
        source.header_line,
        source.sheet,
        source.sheets,
        [(field, field in fields.needed) for field in fields.names],
        {field: source.header[place] for field, place in places.items()},
        rows[:SHOWN],
    )


def understood(row: Row, field: str, rates: Container[Decimal] = ()) -> str:
    """A cell as it is read; what cannot be read stands as it is, with a question mark."""
    text = str(row.cells.get(field, ""))
    try:
        if not text:
            return ""
        if field in NUMBERS:
            if field == "tax_rate" and not any(letter.isdigit() for letter in text):
                return text
            if field in PERCENTAGES:
                return f"{row.percent(field, places=FINEST, rates=rates if field == 'tax_rate' else ())} %"
            currency = row.currency_shown(field) if field in MONEY else None
            number = row.decimal(field, places=FINEST, currency=currency)
            return f"{number} {currency_among(text)}" if currency else str(number)
        if field == "on" or field.endswith("_on"):
            return str(row.day(field))
    except DomainError:
        return f"{text} ?"
    return text
