"""A file as it would be understood, before anything is imported: what its columns hold, and its first rows."""

from __future__ import annotations

from collections.abc import Container, Mapping
from decimal import Decimal
from pathlib import Path
from typing import IO, NamedTuple

from subledger.catalog.imports import TaxRates
from subledger.file_kit.limits import INTERACTIVE, Limits
from subledger.import_kit.files import Layout, batches, open_source, writing_of
from subledger.import_kit.report import Outcome
from subledger.import_kit.rules.cells import Row
from subledger.import_kit.rules.columns import Columns, places_found
from subledger.import_kit.rules.fields import Fields
from subledger.kernel.errors import DomainError
from subledger.kernel.numbers import currency_among

SHOWN = 5  # rows
FINEST = 12  # decimals of a number that is only shown


class Look(NamedTuple):
    header: list[str]
    header_line: int
    sheet: str
    sheets: list[str]
    fields: list[tuple[str, bool]]  # of the kind, and whether a file needs them
    placed: dict[str, str]  # field -> the column that holds it
    rows: list[dict[str, str]]  # the first, by field, with their line


def look_into(
    fields: Fields,
    file: Path | str | IO[bytes],
    *,
    name: str | None = None,
    layout: Layout | None = None,
    mapping: Mapping[str, str] | None = None,
    date_format: str | None = None,
    number_format: str | None = None,
    usual: str | None = None,
    limits: Limits = INTERACTIVE,
) -> Look:
    """``usual``: see `writing_of`. Raises what opening the file raises; a header that lacks a field is no fault."""
    mapping = mapping or {}
    source = open_source(fields, file, name=name, layout=layout or Layout(), mapping=mapping, values={}, limits=limits)
    places = places_found(fields, source.header, mapping)
    columns = Columns(fields, tuple(source.header), places, {}, ())
    writing = writing_of(fields, source, columns, date_format=date_format, number_format=number_format, usual=usual)
    rates = TaxRates().percentages() if "tax_rate" in fields.names else frozenset()
    rows: list[dict[str, str]] = []
    for batch in batches(fields, source, Outcome(columns), writing, size=SHOWN):
        rows += [
            {"line": str(row.line), **{field: understood(fields, row, field, rates) for field in places}}
            for row in batch
        ]
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


def understood(fields: Fields, row: Row, field: str, rates: Container[Decimal] = ()) -> str:
    """A cell as it is read; what cannot be read stands as it is, with a question mark."""
    text = str(row.cells.get(field, ""))
    try:
        if not text:
            return ""
        if field in fields.numbers:
            if field == "tax_rate" and not any(letter.isdigit() for letter in text):
                return text
            if field in fields.percentages:
                percent = row.percent(field, places=FINEST, rates=rates if field == "tax_rate" else ())
                return "" if percent is None else f"{percent.normalize():f} %"
            currency = row.currency_shown(field) if field in fields.money else None
            number = row.decimal(field, places=FINEST, currency=currency)
            return f"{number} {currency_among(text)}" if currency else str(number)
        if field == "on" or field.endswith("_on"):
            return str(row.day(field))
    except DomainError:
        return f"{text} ?"
    return text
