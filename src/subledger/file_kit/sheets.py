"""Rows as one sheet of a workbook, row by row in constant memory: what it is of, heads, rows, totals.

Amounts are Decimals with the places of their currency, and are numbers in the sheet; days are days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import IO, Any

import xlsxwriter

from .errors import ExportTooLarge

__all__ = ["MOST_ROWS", "Heading", "sheet_name", "write_sheet"]

MOST_ROWS = 1_048_576 - 100  # of a sheet (support.microsoft.com, "Excel specifications and limits"), less ours
LONGEST_NAME = 31  # of a sheet (the same page)
_IN_NO_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")


def sheet_name(text: str) -> str:
    """A text as the name of a sheet; one too long is cut and marked, so that two that begin alike stay apart."""
    said = " ".join(_IN_NO_NAME.sub(" ", text).split()) or "Sheet"
    if said.casefold() == "history":  # Excel keeps that name for itself
        return "History 1"
    if len(said) <= LONGEST_NAME:
        return said
    mark = sha256(text.encode()).hexdigest()[:4]
    return f"{said[: LONGEST_NAME - len(mark) - 1].rstrip()}~{mark}"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over the heads: the title, and a line each for whose it is and of which days."""

    title: str
    lines: Sequence[str] = ()


def write_sheet(
    file: IO[bytes],
    *,
    name: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    totals: Iterable[Sequence[Any]] = (),
    heading: Heading | None = None,
) -> int:
    """How many rows it wrote. ``totals`` are asked for behind the last row. ExportTooLarge."""
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "remove_timezone": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    try:
        return _Sheet(book, sheet_name(name)).write(heading, heads, rows, totals)
    finally:
        book.close()


class _Sheet:
    def __init__(self, book: Any, name: str) -> None:
        self.book, self.sheet = book, book.add_worksheet(name)
        self.amounts: dict[tuple[int, bool], Any] = {}
        self.days = {
            bold: book.add_format({"num_format": "yyyy-mm-dd", "bold": bold, "align": "left"}) for bold in (False, True)
        }
        self.instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.bold = book.add_format({"bold": True})

    def write(
        self,
        heading: Heading | None,
        heads: Sequence[str],
        rows: Iterable[Sequence[Any]],
        totals: Iterable[Sequence[Any]],
    ) -> int:
        at = 0
        if heading:
            self.sheet.write_string(0, 0, heading.title, self.book.add_format({"bold": True, "font_size": 14}))
            for at, line in enumerate(heading.lines, 1):
                self.sheet.write_string(at, 0, line)
            at += 2
        self.sheet.set_column(0, max(len(heads) - 1, 0), 18)
        self.sheet.write_row(at, 0, heads, self.book.add_format({"bold": True, "bottom": 1}))
        self.sheet.freeze_panes(at + 1, 0)
        first = at + 1
        written = 0
        for written, row in enumerate(rows, 1):
            if written > MOST_ROWS:
                raise ExportTooLarge(written, MOST_ROWS)
            self._row(at + written, row)
        for number, total in enumerate(totals, 1):
            self._row(first + written + number, total, bold=True)
        return written

    def _row(self, line: int, values: Sequence[Any], *, bold: bool = False) -> None:
        for place, value in enumerate(values):
            if isinstance(value, Decimal):
                self.sheet.write_number(line, place, value, self._amount(-int(value.as_tuple().exponent), bold))
            elif isinstance(value, datetime):
                self.sheet.write_datetime(line, place, value, self.instant)
            elif isinstance(value, date):
                self.sheet.write_datetime(line, place, value, self.days[bold])
            elif isinstance(value, bool):
                self.sheet.write_string(line, place, "yes" if value else "no")
            elif isinstance(value, int):
                self.sheet.write_number(line, place, value, self.bold if bold else None)
            elif value is not None:
                self.sheet.write_string(line, place, str(value), self.bold if bold else None)

    def _amount(self, places: int, bold: bool) -> Any:
        """Made once for each number of places: a sheet has few formats."""
        if (places, bold) not in self.amounts:
            shape = "#,##0" + ("." + "0" * places if places > 0 else "")
            self.amounts[places, bold] = self.book.add_format({"num_format": shape, "bold": bold})
        return self.amounts[places, bold]
