"""A report as a file: CSV, XLSX or JSON.

JSON holds minor units and lower-case currencies, for programs; CSV and XLSX hold decimals in major units and
currencies in capitals. CSV is rows alone, under the columns' names, so that a column added up gives the total once.
XLSX is for people: it says of which company and days it is, and has the totals below, apart. The name of a file
(`file_name`) has company and days too.

A report is read while it is written (`Stream`): CSV and XLSX take as much memory for a million rows as for a thousand.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from subledger.file_kit.inert import inert
from subledger.file_kit.sheets import Heading, write_sheet
from subledger.kernel.money import to_decimal
from subledger.kernel.sentences import say

from .errors import FileFormatUnknown
from .tables import Kind, Stream, Table

ROWS_OF_A_PART = 500  # of a CSV that is sent


def to_json(table: Table) -> bytes:
    """An array of objects, one a row."""
    return json.dumps(table.as_dicts(), indent=1, default=str, ensure_ascii=False).encode() + b"\n"


def write_json(stream: Stream, file: IO[bytes]) -> None:
    file.write(to_json(replace(stream.head, rows=list(stream.rows()))))


def to_csv(table: Table) -> bytes:
    return b"".join(csv_parts(Stream(table, table)))


def to_xlsx(table: Table) -> bytes:
    out = io.BytesIO()
    write_xlsx(Stream(table, table), out)
    return out.getvalue()


def csv_parts(stream: Stream) -> Iterator[bytes]:
    """CSV, some rows at a time."""
    shown = shower(stream.head)
    rows: Iterator[list[Any]] = (
        [inert(value) if isinstance(value, str) else value for value in shown(row)] for row in stream.rows()
    )
    heads = [[column.name for column in stream.head.columns]]
    lines = chain(heads, rows)
    while some := list(islice(lines, ROWS_OF_A_PART)):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(some)
        yield out.getvalue().encode()


def write_csv(stream: Stream, file: IO[bytes]) -> None:
    for part in csv_parts(stream):
        file.write(part)


def write_xlsx(stream: Stream, file: IO[bytes]) -> int:
    """How many rows it wrote. ExportTooLarge."""
    head = stream.head
    return write_sheet(
        file,
        name=head.title or "Report",
        heading=heading_of(head),
        heads=[column.label for column in head.columns],
        rows=map(shower(head), stream.rows()),
        totals=_total_rows(stream),
    )


def heading_of(table: Table) -> Heading:
    """What a sheet says over its heads: the report, whose it is, of which days."""
    return Heading(table.title or say("Report"), [line for line in (table.company, *_span(table)) if line])


def _span(table: Table) -> Iterator[str]:
    said = dict(table.parameters)
    if "as_of" in said:
        yield say("As of {day}", day=said.pop("as_of"))
    if "from" in said:
        yield say("{first} to {last}", first=said.pop("from"), last=said.pop("to"))
    if said.pop("base", None):
        yield say("In base currency")
    for name, value in said.items():
        yield f"{name.replace('_', ' ').capitalize()}: {value}"


def _total_rows(stream: Stream) -> Iterator[list[Any]]:
    """The totals as people read them, each called Total in its first cell; asked for when all rows were read."""
    shown = shower(stream.head)
    for total in stream.totals():
        row = shown(total)
        if row and row[0] is None:
            row[0] = say("Total")
        yield row


def file_name(table: Table, extension: str) -> str:
    """What a file of it is called: report, company, of what, days: ``aged-receivables_acme_2026-05-31.csv``."""
    said = dict(table.parameters)
    days = [said.pop(name) for name in ("as_of", "from", "to") if name in said]
    others = ["base" if name == "base" else str(value) for name, value in said.items()]
    parts = [table.name or "report", table.company_code, *others, *days]
    return f"{'_'.join(_plain(part) for part in parts if part)}.{extension}"


def _plain(text: str) -> str:
    """Letters, digits, dots and hyphens: a name that every system takes."""
    return re.sub(r"[^\w.-]+", "-", text, flags=re.ASCII).strip("-")[:60] or "x"


@dataclass(frozen=True, slots=True)
class Form:
    """How a report is written as a file."""

    write: Callable[[Stream, IO[bytes]], object]
    content_type: str


FORMATS: dict[str, Form] = {
    "csv": Form(write_csv, "text/csv; charset=utf-8"),
    "xlsx": Form(write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": Form(write_json, "application/json"),
}


def form_of(path: Path) -> Form:
    """That of files of this name's ending; FileFormatUnknown when it is none of ours."""
    extension = path.suffix.lower().lstrip(".")
    if extension not in FORMATS:
        raise FileFormatUnknown(path.name, [f".{known}" for known in FORMATS])
    return FORMATS[extension]


def shower(table: Table) -> Callable[[tuple[Any, ...]], list[Any]]:
    """What shows rows of ``table``: money as decimals in major units and currencies in capitals."""
    names = [column.name for column in table.columns]
    moneys = [
        (at, names.index(column.currency) if column.currency in names else None)
        for at, column in enumerate(table.columns)
        if column.kind is Kind.MONEY
    ]
    currencies = [at for at, column in enumerate(table.columns) if column.kind is Kind.CURRENCY]

    def shown(row: tuple[Any, ...]) -> list[Any]:
        cells = list(row)
        for at, named in moneys:
            currency = table.currency if named is None else row[named]
            if cells[at] is not None and currency:
                cells[at] = to_decimal(cells[at], currency)
        for at in currencies:
            if cells[at] is not None:
                cells[at] = cells[at].upper()
        return cells

    return shown
