"""A list as a file: CSV row by row as it is read, XLSX from a temporary file, both in constant memory.

Amounts are decimals in major units, with a Currency column beside the first of them; days are ISO dates.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import IO, Any

from django.http import FileResponse, StreamingHttpResponse

from subledger.file_kit.inert import inert
from subledger.file_kit.sheets import Heading, write_sheet
from subledger.kernel.errors import DomainError
from subledger.kernel.money import to_decimal
from subledger.kernel.sentences import say
from subledger.page_kit.columns import Column, MoneyColumn, read
from subledger.platform.rows import PORTION

__all__ = ["csv_response", "write_xlsx", "xlsx_response"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Totals = Iterable[tuple[str, Mapping[str, int]]]  # currency, minor units by the columns' keys; asked for at the end


class _Echo:
    """A file that hands back what the csv writer writes, so that a row can be sent as soon as it is made."""

    def write(self, text: str) -> str:
        return text


def _in_files(columns: Sequence[Column]) -> list[Column]:
    return [one for column in columns for one in column.in_files()]


def _heads(columns: Sequence[Column]) -> list[str]:
    heads: list[str] = []
    for column in columns:
        heads.append(column.heading)
        if column is _first_money(columns) and not _names_currency(columns):
            heads.append(say("Currency"))
    return heads


def _values(columns: Sequence[Column], row: Any) -> list[Any]:
    values: list[Any] = []
    for column in columns:
        values.append(column.export(row))
        if column is _first_money(columns) and not _names_currency(columns):
            values.append((read(row, column.currency) or "").upper())
    return values


def _prepared(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[Any]:
    """The rows, a portion at a time, with what columns read once for many."""
    reading = [column for column in columns if column.prepares_files]
    if not reading:
        yield from rows
        return
    rows = iter(rows)
    while portion := list(islice(rows, PORTION)):
        for column in reading:
            column.prepare(portion)
        yield from portion


def _first_money(columns: Sequence[Column]) -> Any:
    return next((column for column in columns if isinstance(column, MoneyColumn)), None)


def _names_currency(columns: Sequence[Column]) -> bool:
    return any(column.key == "currency" for column in columns)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return inert(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    columns = _in_files(columns)

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + writer.writerow(_heads(columns))  # the mark tells spreadsheets that this is UTF-8
        for row in _prepared(columns, rows):
            yield writer.writerow([_plain(value) for value in _values(columns, row)])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(
    name: str, columns: Sequence[Column], rows: Iterable[Any], *, heading: Heading | None = None, totals: Totals = ()
) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
    try:
        write_xlsx(file, name, columns, rows, heading=heading, totals=totals)
    except DomainError:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def write_xlsx(
    file: IO[bytes],
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    heading: Heading | None = None,
    totals: Totals = (),
) -> int:
    """How many rows it wrote. ExportTooLarge."""
    columns = _in_files(columns)
    return write_sheet(
        file,
        name=heading.title if heading else name,
        heads=_heads(columns),
        rows=(_values(columns, row) for row in _prepared(columns, rows)),
        totals=(_total(columns, *total) for total in totals),
        heading=heading,
    )


def _total(columns: Sequence[Column], currency: str, minors: Mapping[str, int]) -> list[Any]:
    """A line below the rows: what each column comes to in one currency."""
    values: list[Any] = []
    for column in columns:
        is_added = isinstance(column, MoneyColumn) and column.key in minors
        if column.key == "currency":
            values.append(currency.upper())
        else:
            values.append(to_decimal(minors[column.key], currency) if is_added else None)
        if column is _first_money(columns) and not _names_currency(columns):
            values.append(currency.upper())
    if values and values[0] is None:
        values[0] = say("Total")
    return values
