"""XLSX, read by openpyxl as a stream of the cells that there are: an empty sheet costs nothing however far it goes.

Only the child process imports this. Before anything is unpacked, the zip's own directory says what it would come to.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from subledger.kernel.text import plain

from .cells import Cell, Fault, RawRow
from .errors import FileTooDemanding, FileUnreadable, SheetUnknown
from .limits import MIB, Limits
from .shown import number, shown

PARTS = 10_000  # files inside the zip
UNREADABLE = (
    zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError, OSError, KeyError, ValueError, TypeError,
    AttributeError, IndexError, NotImplementedError, EOFError, zlib.error,
)  # fmt: skip


class Workbook:
    """A workbook that was opened within its limits. FileTooDemanding, FileUnreadable."""

    def __init__(self, stream: IO[bytes], name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        warnings.simplefilter("ignore")  # of parts that openpyxl leaves out, none of them cells
        try:
            self._refuse_bombs(stream)
            stream.seek(0)
            self._book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except UNREADABLE as error:
            raise self._unreadable(error) from error
        self.sheets = [sheet.title for sheet in self._book.worksheets]
        self.shown_sheets = [sheet.title for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
        if not self.sheets:
            raise FileUnreadable(f"{name} has no sheet with cells. Save the table as a sheet of its own.")
        # Set by programs that write formulas and never calculate them: the stored values are then fillings.
        self._is_uncalculated = bool(self._book.calculation and self._book.calculation.fullCalcOnLoad)

    def rows(self, sheet: str) -> Iterator[RawRow]:
        """The rows of a sheet that hold anything, up to their last cell that does."""
        if sheet not in self.sheets:
            raise SheetUnknown(self.name, sheet, self.sheets)
        source: ReadOnlyWorksheet = self._book.worksheets[self.sheets.index(sheet)]
        style = lru_cache(maxsize=4096)(self._number_format)
        last = 0
        try:
            with source._get_source() as stream:
                parser = _Parser(
                    stream,
                    source._shared_strings,
                    data_only=True,
                    epoch=self._book.epoch,
                    date_formats=self._book._date_formats,
                    timedelta_formats=self._book._timedelta_formats,
                )
                for line, found in parser.parse():
                    cells = self._cells(found, style)
                    if cells:
                        if line <= last:
                            raise FileUnreadable(f"{self.name} has row {line} twice. Save it again as .xlsx.")
                        last = line
                        yield RawRow(line, cells)
        except UNREADABLE as error:
            raise self._unreadable(error) from error

    def _cells(self, found: list[dict[str, Any]], style: Any) -> list[Cell]:
        cells: list[Cell] = []
        for one in found:
            value, kind = one["value"], one["data_type"]
            cell: Cell
            if kind == "s" or (value.__class__ is str and kind != "e"):
                cell = plain(value or "")
            elif kind == "n" and value is not None and value.__class__ is not bool:
                cell = number(value, style(one["style_id"]), _where(one))
            elif kind == "e":
                cell = Fault(f"Cell {_where(one)} shows the error {value}. Correct it in the workbook.")
            elif kind == "uncalculated" or (kind == "filled" and self._is_uncalculated):
                cell = Fault(
                    f"Cell {_where(one)} holds a formula that was never calculated. Open the workbook in a "
                    "spreadsheet and save it, or write the value."
                )
            else:
                cell = shown(value, style(one["style_id"]), _where(one))
            if cell == "":
                continue
            place = one["column"] - 1
            if place >= self.limits.columns:
                raise FileTooDemanding(
                    self.name,
                    f"cell {_where(one)} lies in column {place + 1}, and {self.limits.columns} is the most",
                    "Delete what stands so far to the right, and save it again.",
                )
            if isinstance(cell, str) and len(cell) > self.limits.text:
                raise FileTooDemanding(self.name, f"cell {_where(one)} has {len(cell)} characters")
            if place < len(cells):
                cells[place] = cell
                continue
            cells.extend([""] * (place - len(cells)))
            cells.append(cell)
        return cells

    def _number_format(self, style_id: int) -> str:
        ident = self._book._cell_styles[style_id].numFmtId
        if ident < BUILTIN_FORMATS_MAX_SIZE:
            return str(BUILTIN_FORMATS.get(ident, "General"))
        return str(self._book._number_formats[ident - BUILTIN_FORMATS_MAX_SIZE])

    def _refuse_bombs(self, stream: IO[bytes]) -> None:
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
        whole = sum(part.file_size for part in parts)
        packed = sum(part.compress_size for part in parts)
        if len(parts) > PARTS:
            raise FileTooDemanding(self.name, f"it has {len(parts)} parts, and {PARTS} is the most")
        if whole > self.limits.expanded:
            raise FileTooDemanding(
                self.name, f"unpacked it comes to {whole // MIB} MiB, and {self.limits.expanded // MIB} MiB is the most"
            )
        if whole > 16 * MIB and whole > self.limits.ratio * max(packed, 1):
            raise FileTooDemanding(
                self.name, f"it grows {whole // max(packed, 1)} times when it is unpacked: {whole // MIB} MiB"
            )

    def _unreadable(self, error: BaseException) -> FileUnreadable:
        if isinstance(error.__cause__ or error, DefusedXmlException):
            return FileUnreadable(
                f"{self.name} is not read: it has a DTD or entities, which no workbook has. Ask where it came from."
            )
        fact = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        return FileUnreadable(
            f"{self.name} is no workbook that can be read: {fact}. It may be cut off or protected; save it again as "
            ".xlsx."
        )


class _Parser(WorkSheetParser):
    """Tells formulas: a cell that shows a formula's value is as good as that value."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if len(element) > 1 or cell["value"] is None:
            formula = element.find(FORMULA_TAG)
            if formula is not None and element.get("t") not in ("str", "e"):
                stored = element.findtext(VALUE_TAG)
                if not stored:
                    cell["data_type"] = "uncalculated"
                elif stored == "0":
                    cell["data_type"] = "filled"
        return cell


def _where(cell: dict[str, Any]) -> str:
    return f"{get_column_letter(cell['column'])}{cell['row']}"
