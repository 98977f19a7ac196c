"""A report as a file: CSV, XLSX or JSON.

JSON holds minor units and lower-case currencies, for programs; CSV and XLSX hold decimals in major units and
currencies in capitals. CSV is rows alone, under the columns' names, so that a column added up gives the total once.
XLSX is for people: it says of which company and days it is, and has the totals below, apart. The name of a file
(`file_name`) has company and days too.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from subledger.file_kit.inert import inert
from subledger.file_kit.sheets import Heading, write_sheet
from subledger.kernel.money import to_decimal

from .errors import FileFormatUnknown
from .tables import Column, Kind, Table


def to_json(table: Table) -> bytes:
    """An array of objects, one a row."""
    return json.dumps(table.as_dicts(), indent=1, default=str, ensure_ascii=False).encode() + b"\n"


def to_csv(table: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows([inert(value) if isinstance(value, str) else value for value in row] for row in shown_rows(table))
    return out.getvalue().encode()


def to_xlsx(table: Table) -> bytes:
    out = io.BytesIO()
    write_sheet(
        out,
        name=table.title or "Report",
        heading=heading_of(table),
        heads=[column.label for column in table.columns],
        rows=shown_rows(table),
        totals=total_rows(table),
    )
    return out.getvalue()


def heading_of(table: Table) -> Heading:
    """What a sheet says over its heads: the report, whose it is, of which days."""
    return Heading(table.title or "Report", [line for line in (table.company, *_span(table)) if line])


def _span(table: Table) -> Iterator[str]:
    said = dict(table.parameters)
    if "as_of" in said:
        yield f"As of {said.pop('as_of')}"
    if "from" in said:
        yield f"{said.pop('from')} to {said.pop('to')}"
    if said.pop("base", None):
        yield "In base currency"
    for name, value in said.items():
        yield f"{name.replace('_', ' ').capitalize()}: {value}"


def total_rows(table: Table) -> list[list[Any]]:
    """The totals as people read them, each called Total in its first cell."""
    rows = [_shown_total(table, total) for total in table.totals]
    for row in rows:
        if row and row[0] is None:
            row[0] = "Total"
    return rows


def _shown_total(table: Table, total: tuple[Any, ...]) -> list[Any]:
    return [
        None if value is None else _shown(table, c, value, total) for c, value in zip(table.columns, total, strict=True)
    ]


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


FORMATS: dict[str, tuple[Callable[[Table], bytes], str]] = {
    "csv": (to_csv, "text/csv; charset=utf-8"),
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (to_json, "application/json"),
}


def writer_for(path: Path) -> Callable[[Table], bytes]:
    """What writes files of this name's ending; FileFormatUnknown when it is none of ours."""
    extension = path.suffix.lower().lstrip(".")
    if extension not in FORMATS:
        raise FileFormatUnknown(path.name, [f".{known}" for known in FORMATS])
    return FORMATS[extension][0]


def shown_rows(table: Table) -> Iterator[list[Any]]:
    """Rows with money as decimals in major units and currencies in capitals."""
    for row in table.rows:
        yield shown_row(table, row)


def shown_row(table: Table, row: tuple[Any, ...]) -> list[Any]:
    return [_shown(table, column, value, row) for column, value in zip(table.columns, row, strict=True)]


def _shown(table: Table, column: Column, value: Any, row: tuple[Any, ...]) -> Any:
    if value is None:
        return None
    if column.kind is Kind.MONEY:
        currency = table.currency_of(column, row)
        return to_decimal(value, currency) if currency else value
    return value.upper() if column.kind is Kind.CURRENCY else value
