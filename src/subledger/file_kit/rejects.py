"""Refused rows as a file of their own: mended, it is read back as it is.

No card number is given back: of one that a row holds, in whatever column, the last four digits are. It has the columns
of the file it came from, then where and why; CSV keeps delimiter and encoding, a workbook stays a
workbook with real days. Nothing in it runs in a spreadsheet (`inert`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import IO

import xlsxwriter

from subledger.kernel.card_numbers import masked
from subledger.kernel.numbers import Adorned, Exact

from .cells import Cell, Fault
from .inert import inert
from .sheets import sheet_name
from .sources import REJECTION_COLUMNS, Source


def rejected_suffix(source: Source) -> str:
    """The ending of the file of rejected rows: a workbook's is a workbook, every other is CSV."""
    return ".xlsx" if source.suffix == ".xlsx" else ".csv"


def write_rejected(
    source: Source,
    reasons: Iterable[tuple[int, Sequence[str | int]]],
    target: IO[bytes],
    *,
    day: Callable[[date], str] = date.isoformat,
) -> None:
    """Write the rows of ``reasons`` (line, what the rejection columns say; in the order of lines) to a binary file.

    ``day`` writes days in CSV as they are to be read back.
    """
    write = _write_workbook if rejected_suffix(source) == ".xlsx" else _write_csv
    width = len(source.header)
    rows = (
        ([*map(_discreet, cells[:width]), *[""] * (width - len(cells))], reason)
        for cells, reason in _matched(source, iter(reasons))
    )
    write(source, rows, target, day)


def _matched(
    source: Source, reasons: Iterator[tuple[int, Sequence[str | int]]]
) -> Iterator[tuple[Sequence[Cell], Sequence[str | int]]]:
    """The cells of the rows that have a reason, with it: both stand in the order of lines."""
    wanted = next(reasons, None)
    for line, cells in source.rows():
        if wanted is None:
            return
        if line == wanted[0]:
            yield cells, wanted[1]
            wanted = next(reasons, None)


def _discreet(cell: Cell) -> Cell:
    """A cell without card numbers; what had one is a text from then on."""
    if not isinstance(cell, str):
        return cell
    if isinstance(cell, Adorned) and masked(cell.number) != cell.number:
        return masked(cell.number)
    text = masked(cell)
    return cell if text == cell else text


Rows = Iterator[tuple[list[Cell], Sequence[str | int]]]


def _write_csv(source: Source, rows: Rows, target: IO[bytes], day: Callable[[date], str]) -> None:
    encoding, delimiter = (source.dialect.encoding, source.dialect.delimiter) if source.dialect else ("utf-8", ",")
    text = io.TextIOWrapper(target, encoding=encoding, errors="replace", newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow([inert(masked(name)) for name in [*source.header, *REJECTION_COLUMNS]])
    for cells, reason in rows:
        writer.writerow([*(_csv_cell(cell, day) for cell in cells), *(inert(str(one)) for one in reason)])
    text.flush()
    text.detach()


def _csv_cell(cell: Cell, day: Callable[[date], str]) -> str:
    if isinstance(cell, str):
        return inert(cell)
    if isinstance(cell, datetime):
        return cell.isoformat()
    return day(cell) if isinstance(cell, date) else ""


def _write_workbook(source: Source, rows: Rows, target: IO[bytes], day: Callable[[date], str]) -> None:
    literal = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, {"constant_memory": True, **literal}) as book:
        sheet = book.add_worksheet(sheet_name(source.sheet) if source.sheet else None)
        head, days = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        text = book.add_format({"num_format": "@"})
        adorned = lru_cache(maxsize=None)(lambda written: book.add_format({"num_format": written}))
        sheet.write_row(0, 0, [*map(masked, source.header), *REJECTION_COLUMNS], head)
        for line, (cells, reason) in enumerate(rows, 1):
            for place, cell in enumerate(cells):
                if isinstance(cell, date) and not isinstance(cell, datetime) and cell.year >= 1900:
                    sheet.write_datetime(line, place, cell, days)
                elif isinstance(cell, Adorned):  # shown as it was, and read back as it was
                    stored = Decimal(cell.number.removesuffix("%"))
                    stored = stored / 100 if cell.number.endswith("%") else stored
                    sheet.write_number(line, place, stored, adorned(cell.number_format))
                elif isinstance(cell, Exact) and not cell.endswith("%"):
                    sheet.write_number(line, place, Decimal(cell))
                elif not isinstance(cell, Fault) and cell != "":
                    sheet.write_string(line, place, str(cell), text)
            for place, one in enumerate(reason, len(source.header)):
                sheet.write_string(line, place, str(one))
