"""A report as a file: CSV, XLSX or JSON.

JSON holds minor units and lower-case currencies, for programs; CSV and XLSX hold decimals in major units and
currencies in capitals, for people. Totals are left out, so that a column added up gives the total once.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

from subledger.file_kit.inert import inert
from subledger.kernel.money import exponent, to_decimal

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
    literal = {"strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **literal})
    sheet = book.add_worksheet("Report")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    amounts: dict[int, Any] = {}
    sheet.write_row(0, 0, [column.name for column in table.columns], book.add_format({"bold": True, "bottom": 1}))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(table.columns) - 1, 16)
    for line, row in enumerate(shown_rows(table), 1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            if value is None:
                continue
            if column.kind is Kind.MONEY:
                places = exponent(table.currency_of(column, table.rows[line - 1]) or "")
                if places not in amounts:
                    shape = "#,##0" + ("." + "0" * places if places else "")
                    amounts[places] = book.add_format({"num_format": shape})
                sheet.write_number(line, place, value, amounts[places])
            elif column.kind is Kind.DATE:
                sheet.write_datetime(line, place, value, day)
            else:
                sheet.write(line, place, value)
    book.close()
    return out.getvalue()


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
