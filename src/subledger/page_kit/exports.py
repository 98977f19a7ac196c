"""A list as a file: CSV row by row as it is read, XLSX from a temporary file, both in constant memory.

Amounts are decimals in major units, with a Currency column beside the first of them; days are ISO dates.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse

from subledger.file_kit.inert import inert
from subledger.kernel.errors import DomainError
from subledger.page_kit.columns import Column, MoneyColumn, read

__all__ = ["ExportTooLarge", "csv_response", "xlsx_response"]

XLSX_ROWS = 1_048_576 - 1  # rows of one sheet (support.microsoft.com, "Excel specifications and limits"), less ours


class ExportTooLarge(DomainError):
    code, status = "export_too_large", 422

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"Cannot export {rows} rows or more to XLSX: a sheet holds {XLSX_ROWS}. "
            f"Export CSV, or narrow the list first."
        )


class _Echo:
    """A file that hands back what the csv writer writes, so that a row can be sent as soon as it is made."""

    def write(self, text: str) -> str:
        return text


def _heads(columns: Sequence[Column]) -> list[str]:
    heads: list[str] = []
    for column in columns:
        heads.append(column.heading)
        if column is _first_money(columns) and not _names_currency(columns):
            heads.append("Currency")
    return heads


def _values(columns: Sequence[Column], row: Any) -> list[Any]:
    values: list[Any] = []
    for column in columns:
        values.append(column.export(row))
        if column is _first_money(columns) and not _names_currency(columns):
            values.append((read(row, column.currency) or "").upper())
    return values


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
    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + writer.writerow(_heads(columns))  # the mark tells spreadsheets that this is UTF-8
        for row in rows:
            yield writer.writerow([_plain(value) for value in _values(columns, row)])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "remove_timezone": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    amounts: dict[int, Any] = {}
    sheet.write_row(0, 0, _heads(columns), head)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(_heads(columns)) - 1, 18)
    for number, row in enumerate(rows, start=1):
        if number > XLSX_ROWS:
            book.close()
            file.close()
            raise ExportTooLarge(number)
        for place, value in enumerate(_values(columns, row)):
            if isinstance(value, Decimal):
                places = -int(value.as_tuple().exponent)
                if places not in amounts:
                    amounts[places] = book.add_format({"num_format": "#,##0" + ("." + "0" * places if places else "")})
                sheet.write_number(number, place, value, amounts[places])
            elif isinstance(value, datetime):
                sheet.write_datetime(number, place, value, instant)
            elif isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            elif isinstance(value, int):
                sheet.write_number(number, place, value)
            elif value is not None:
                sheet.write_string(number, place, str(value))
    book.close()
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
