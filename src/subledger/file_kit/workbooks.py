"""XLSX, read by openpyxl as a stream of the cells that there are: an empty sheet costs nothing however far it goes.

Only the child process imports this. Before anything is unpacked, the zip's own directory says what it would come to.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl.cell.text import Text
from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from subledger.kernel.sentences import say
from subledger.kernel.text import plain

from .cells import Cell, Fault, HiddenRow, RawRow
from .errors import FileTooDemanding, FileUnreadable, SheetUnknown
from .formats import text_around, word_in
from .limits import MIB, TOO_LONG, Limits
from .shown import number, shown

PARTS = 10_000  # files inside the zip
STRICT = b"http://purl.oclc.org/ooxml/"  # where the names of Strict Open XML (ISO/IEC 29500-1) live
# What XML cannot hold, or a workbook's line ends, in its texts (ECMA-376-1, 22.9.2.19 ST_Xstring).
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
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
            self._refuse_strict(stream)
            stream.seek(0)
            reader = _Reader(stream, read_only=True, data_only=True, keep_links=False)
            reader.read()
            self._book = reader.wb
        except UNREADABLE as error:
            raise self._unreadable(error) from error
        self.sheets = [sheet.title for sheet in self._book.worksheets]
        self.shown_sheets = [sheet.title for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
        if not self.sheets:
            raise FileUnreadable(
                say("{name} has no sheet with cells. Save the table as a sheet of its own.", name=name)
            )
        # Set by programs that write formulas and never calculate them: the stored values are then fillings.
        self._is_uncalculated = bool(self._book.calculation and self._book.calculation.fullCalcOnLoad)
        formats = {style: self._number_format(style) for style in range(len(self._book._cell_styles))}
        self._around = {style: around for style, written in formats.items() if (around := text_around(written))}
        # Formats that are words, such as Standard, pass for those of days: they have a d, an m or a y.
        days = self._book._date_formats
        self._words = {style: formats[style] for style in days if word_in(formats[style])}

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
                    date_formats=self._book._date_formats - self._words.keys(),
                    timedelta_formats=self._book._timedelta_formats,
                )
                for line, found in parser.parse():
                    cells = self._cells(found, style)
                    if cells:
                        if line <= last:
                            raise FileUnreadable(
                                say("{name} has row {line} twice. Save it again as .xlsx.", name=self.name, line=line)
                            )
                        last = line
                        yield (HiddenRow if parser.is_hidden else RawRow)(line, cells)
        except UNREADABLE as error:
            raise self._unreadable(error) from error

    def _cells(self, found: list[dict[str, Any]], style: Any) -> list[Cell]:
        cells: list[Cell] = []
        for one in found:
            value, kind = one["value"], one["data_type"]
            cell: Cell
            if kind == "s" or (value.__class__ is str and kind != "e"):
                cell = plain(value or "")
                around = self._around.get(one["style_id"]) if cell else None
                if around:
                    cell = plain(f"{around[0]}{cell}{around[1]}")
            elif kind == "n" and one["style_id"] in self._words and value is not None:
                cell = Fault(
                    say(
                        "Cell {where} holds the number {value} with the number format {words!r}, which is a word "
                        "and no format: whether it is a number or a day cannot be told. Give the cell the format "
                        "that it should have.",
                        where=_where(one),
                        value=value,
                        words=self._words[one["style_id"]],
                    )
                )
            elif kind == "n" and value is not None and value.__class__ is not bool:
                cell = number(value, style(one["style_id"]), _where(one))
            elif kind == "e":
                cell = Fault(
                    say(
                        "Cell {where} shows the error {value}. Correct it in the workbook.",
                        where=_where(one),
                        value=value,
                    )
                )
            elif kind == "uncalculated" or (kind in ("filled", "empty") and self._is_uncalculated):
                cell = Fault(
                    say(
                        "Cell {where} holds a formula that was never calculated. Open the workbook in a "
                        "spreadsheet and save it, or write the value.",
                        where=_where(one),
                    )
                )
            elif kind == "empty":
                continue
            else:
                cell = shown(value, style(one["style_id"]), _where(one))
            if cell == "":
                continue
            place = one["column"] - 1
            if place >= self.limits.columns:
                raise FileTooDemanding(
                    self.name,
                    say(
                        "cell {where} lies in column {place}, and {columns} is the most",
                        where=_where(one),
                        place=place + 1,
                        columns=self.limits.columns,
                    ),
                    say("Delete what stands so far to the right, and save it again."),
                )
            if isinstance(cell, str) and len(cell) > self.limits.text:
                raise FileTooDemanding(
                    self.name,
                    say(
                        "cell {where} has {length:,} characters, and {most:,} is the most",
                        where=_where(one),
                        length=len(cell),
                        most=self.limits.text,
                    ),
                    TOO_LONG,
                )
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

    def _refuse_strict(self, stream: IO[bytes]) -> None:
        """Its names are others than those of every other workbook: nothing in it would be found."""
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive, archive.open("_rels/.rels") as part:
            is_strict = STRICT in part.read(MIB)
        if is_strict:
            raise FileUnreadable(say("{name} is Strict Open XML; save it as Excel Workbook (.xlsx).", name=self.name))

    def _refuse_bombs(self, stream: IO[bytes]) -> None:
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
        whole = sum(part.file_size for part in parts)
        packed = sum(part.compress_size for part in parts)
        if len(parts) > PARTS:
            raise FileTooDemanding(
                self.name, say("it has {count} parts, and {most} is the most", count=len(parts), most=PARTS)
            )
        if whole > self.limits.expanded:
            raise FileTooDemanding(
                self.name,
                say(
                    "unpacked it comes to {whole} MiB, and {expanded} MiB is the most",
                    whole=whole // MIB,
                    expanded=self.limits.expanded // MIB,
                ),
            )
        if whole > 16 * MIB and whole > self.limits.ratio * max(packed, 1):
            raise FileTooDemanding(
                self.name,
                say(
                    "it grows {times} times when it is unpacked: {size} MiB",
                    times=whole // max(packed, 1),
                    size=whole // MIB,
                ),
            )

    def _unreadable(self, error: BaseException) -> FileUnreadable:
        if isinstance(error.__cause__ or error, DefusedXmlException):
            return FileUnreadable(
                say(
                    "{name} is not read: it has a DTD or entities, which no workbook has. Ask where it came from.",
                    name=self.name,
                )
            )
        fact = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        return FileUnreadable(
            say(
                "{name} is no workbook that can be read: {fact}. It may be cut off or protected; save it "
                "again as .xlsx.",
                name=self.name,
                fact=fact,
            )
        )


class _Reader(ExcelReader):
    """Reads shared texts as they are written: openpyxl takes some of their escapes off, and not others."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                for _, node in iterparse(source):
                    if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                        self.shared_strings.append(unescaped(Text.from_tree(node).content))
                        node.clear()


class _Parser(WorkSheetParser):
    """Tells formulas: a cell that shows a formula's value is as good as that value. And rows that are not shown."""

    is_hidden = False  # the row that was read last

    def parse_row(self, row: Any) -> Any:
        self.is_hidden = row.get("hidden") in ("1", "true")
        return super().parse_row(row)

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        kind = element.get("t")
        if kind in ("str", "inlineStr") and cell["value"]:
            cell["value"] = unescaped(cell["value"])
        if len(element) > 1 or cell["value"] is None:
            formula = element.find(FORMULA_TAG)
            if formula is not None and kind != "e":
                stored = element.findtext(VALUE_TAG)
                if kind == "str":
                    if not stored:
                        cell["data_type"] = "uncalculated" if stored is None else "empty"
                elif not stored:
                    cell["data_type"] = "uncalculated"
                elif stored == "0":
                    cell["data_type"] = "filled"
        return cell


def unescaped(text: str) -> str:
    """A workbook's text without its escapes: ``_x000D_`` is a carriage return, ``_x005F_`` an underscore."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _where(cell: dict[str, Any]) -> str:
    return f"{get_column_letter(cell['column'])}{cell['row']}"
