"""A foreign file as a header and rows: told by its name, read within its limits, as often as it takes."""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from subledger.kernel.sentences import say
from subledger.kernel.text import plain_name

from . import errors, readers
from .cells import Cell, RawRow, unpacked
from .children import in_child
from .limits import MIB, STANDARD, Limits

SUFFIXES = (".csv", ".xlsx", ".parquet")
# CSV is read by the language's own reader, which holds little more than the file: up to this size, here.
SMALL = MIB
# What a file of rejected rows has besides its original columns; reading leaves them out again.
REJECTION_COLUMNS = ["line", "column", "code", "reason"]
# How an HTML page begins, and a table of one that was saved as a workbook.
HTML = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<style", b"<body", b"<table", b"<div")
REFUSALS = (
    errors.FileUnreadable,
    errors.FileEncodingInvalid,
    errors.FileTooDemanding,
    errors.FileEmpty,
    errors.SheetUnknown,
    errors.SheetAmbiguous,
)


class Source:
    """A file that can be read more than once: a path, or an open file with the name it came by.

    Args:
        suffix: the format where the name does not tell it.
        sheet: of a workbook; None for the one in which ``is_header`` finds a header, else the first.
        header_line: where the header stands; None for the first row that ``is_header`` knows, else the first row.
        encoding: of CSV that is not UTF-8 and has no mark.

    Raises:
        FileFormatUnknown, FileUnreadable, FileEncodingInvalid, FileTooDemanding, FileEmpty, SheetUnknown,
        SheetAmbiguous: on opening, or while reading rows.
    """

    def __init__(
        self,
        file: Path | str | IO[bytes],
        *,
        name: str | None = None,
        suffix: str | None = None,
        sheet: str | None = None,
        header_line: int | None = None,
        encoding: str | None = None,
        is_header: Callable[[Sequence[str]], bool] = lambda header: False,
        limits: Limits = STANDARD,
    ) -> None:
        self._file = _repeatable(file)
        self.path = Path(file) if isinstance(file, str | Path) else None
        self.name = name or (self.path.name if self.path else Path(str(getattr(file, "name", "") or "upload")).name)
        self.suffix = suffix or Path(self.name).suffix.lower()
        if self.suffix not in SUFFIXES:
            raise self._unknown()
        self.limits = limits
        self.sha256 = self._digest()
        self._refuse_another_format()
        self.outline = self._outline(encoding)
        self.dialect = self.outline.dialect
        self.sheets = [head.name for head in self.outline.sheets if head.name]
        head = self._chosen(sheet, is_header)
        self.sheet = head.name
        at = self._header_row(head, header_line, is_header)
        self.header_line = at.line
        self.header_width = len(at.cells)  # with nameless columns at its end
        self.header = [plain_name(_text(cell)) for cell in at.cells]
        while self.header and not self.header[-1]:
            self.header.pop()
        if self.header[-len(REJECTION_COLUMNS) :] == REJECTION_COLUMNS:
            del self.header[-len(REJECTION_COLUMNS) :]
        if not self.header:
            raise errors.FileEmpty(self.name, say("has no header row"))

    @property
    def identity(self) -> str:
        """The same for the same bytes, and the same sheet of them."""
        return hashlib.sha256(f"{self.sha256}:{self.sheet}".encode()).hexdigest() if self.sheet else self.sha256

    @property
    def is_ragged(self) -> bool:
        """Whether a short row is a row cut off. A sheet ends where its last cell is."""
        return self.suffix == ".csv"

    def rows(self) -> Iterator[RawRow]:
        """Every row after the header that is not blank, in the file's order; a sheet's are filled to its header."""
        width = len(self.header)
        for row in self._records():
            if row.line <= self.header_line or not any(cell != "" for cell in row.cells):
                continue
            if len(row.cells) < width and not self.is_ragged:
                yield row._replace(cells=[*row.cells, *[""] * (width - len(row.cells))])
            else:
                yield row

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The file itself, from its start."""
        if isinstance(self._file, Path):
            with self._open() as stream:
                yield stream
        else:
            self._file.seek(0)
            yield self._file

    def first_rows(self, count: int) -> list[RawRow]:
        with closing(self.rows()) as rows:  # type: ignore[type-var]
            return [row for row, _ in zip(rows, range(count), strict=False)]

    def _records(self) -> Generator[RawRow, None, None]:
        asked: dict[str, Any] = {
            "name": self.name,
            "suffix": self.suffix,
            "sheet": self.sheet,
            "dialect": list(self.dialect) if self.dialect else None,
            "limits": asdict(self.limits),
        }
        if self._is_small():
            with self._open() as stream:
                yield from readers.rows(stream, **asked)
            return
        with self._frames("row_frames", asked) as frames:
            yield from unpacked(frames)

    def _outline(self, encoding: str | None) -> readers.Outline:
        asked: dict[str, Any] = {
            "name": self.name,
            "suffix": self.suffix,
            "encoding": encoding,
            "limits": asdict(self.limits),
        }
        if self._is_small():
            with self._open() as stream:
                return readers.outline(stream, **asked)
        with self._frames("outline_frames", asked) as frames:
            return readers.outline_of(next(frames))

    def _frames(self, function: str, asked: dict[str, Any]) -> closing[Generator[Any, None, None]]:
        """What a function of the readers answers in a process of its own."""
        return closing(
            in_child(
                f"subledger.file_kit.readers:{function}",
                self._file,
                name=self.name,
                arguments=asked,
                limits=self.limits,
                refusals=REFUSALS,
            )
        )

    def _is_small(self) -> bool:
        return self.suffix == ".csv" and self.size <= SMALL

    def _chosen(self, sheet: str | None, is_header: Callable[[Sequence[str]], bool]) -> readers.SheetHead:
        heads = self.outline.sheets
        if sheet:
            wanted = [head for head in heads if head.name.casefold() == plain_name(sheet).casefold()]
            if not wanted:
                raise errors.SheetUnknown(self.name, sheet, self.sheets or [say("none: it is no workbook")])
            return wanted[0]
        fitting = [head for head in heads if head.is_shown and any(is_header(_texts(row)) for row in head.rows)]
        if len(fitting) > 1:
            raise errors.SheetAmbiguous(self.name, [head.name for head in fitting])
        return (fitting or [head for head in heads if head.is_shown and head.rows] or heads)[0]

    def _header_row(
        self, head: readers.SheetHead, line: int | None, is_header: Callable[[Sequence[str]], bool]
    ) -> RawRow:
        if line is not None:
            found = [row for row in head.rows if row.line == line]
            if not found:
                raise errors.FileEmpty(
                    self.name, say("has nothing on line {line}, where its header was said to be", line=line)
                )
            return found[0]
        known = (row for row in head.rows if is_header(_texts(row)))
        return next(known, None) or next(iter(head.rows), RawRow(1, ()))

    def _open(self) -> IO[bytes]:
        if isinstance(self._file, Path):
            try:
                return self._file.open("rb")
            except OSError as error:
                fact = error.strerror or say("it cannot be opened")
                raise errors.FileUnreadable(
                    say("Cannot read {file}: {fact}. Check the path and its permissions.", file=self._file, fact=fact)
                ) from error
        self._file.seek(0)
        return io.BytesIO(self._file.read(SMALL + 1))

    def _digest(self) -> str:
        digest, self.size = hashlib.sha256(), 0
        stream = self._open() if isinstance(self._file, Path) else self._file
        stream.seek(0)
        while part := stream.read(MIB):
            digest.update(part)
            self.size += len(part)
        if isinstance(self._file, Path):
            stream.close()
        return digest.hexdigest()

    def _start(self) -> bytes:
        with self._open() as stream:
            return stream.read(512)

    def _refuse_another_format(self) -> None:
        """A file whose first bytes say that it is something else than its name."""
        fact = format_of(self._start())
        if fact and fact[0] != self.suffix and (fact[0], self.suffix) != (".zip", ".xlsx"):  # its reader will say
            raise errors.FileUnreadable(
                say("{name} is {fact}, whatever its name says. {remedy}", name=self.name, fact=fact[1], remedy=fact[2])
            )

    def _unknown(self) -> errors.FileUnreadable | errors.FileFormatUnknown:
        fact = format_of(self._start())
        if fact and fact[0] not in SUFFIXES:
            return errors.FileUnreadable(
                say("{name} is {fact}. {remedy}", name=self.name, fact=fact[1], remedy=fact[2])
            )
        if fact:
            return errors.FileUnreadable(
                say(
                    "{name} is {fact}, and its name does not say so. {remedy}",
                    name=self.name,
                    fact=fact[1],
                    remedy=fact[2],
                )
            )
        return errors.FileFormatUnknown(self.name)


def format_of(start: bytes) -> tuple[str, str, str] | None:
    """(ending, what it is, what to do) by the first bytes of a file; None for what may be CSV."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    marks = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if marks.startswith(HTML) or (marks.startswith(b"<?xml") and b"<html" in marks):
        return (
            ".html",
            "an HTML page",
            say(
                "Some programs export a table so and call it a workbook: open it in a spreadsheet "
                "program and save it as .xlsx, or export CSV. Where it came from a website, it may be "
                "that site's page to log in."
            ),
        )
    if start.startswith(b"PK"):
        if any(part in start for part in (b"xl/", b"[Content_Types].xml", b"_rels/", b"docProps/")):
            return ".xlsx", "an XLSX workbook", say("Give it a name that ends in .xlsx.")
        return ".zip", "a ZIP archive", say("Unpack it, and import the files in it.")
    if start.startswith(b"PAR1"):
        return ".parquet", say("a Parquet file"), say("Give it a name that ends in .parquet.")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return (
            ".xls",
            say("a workbook of Excel before 2007 or a protected one"),
            say("Save it as .xlsx without a password."),
        )
    if start.startswith(b"%PDF"):
        return ".pdf", "a PDF", say("Ask for the table as CSV or XLSX.")
    if text.startswith((b":20:", b"{1:F01", b":940:")):
        return (
            ".mt940",
            say("an MT940 bank statement"),
            say("It is not read. Ask the bank for CSV or camt.053."),
        )
    if text.startswith((b"<?xml", b"<Document")):
        return (
            ".xml",
            "XML",
            say("A bank's camt or pain report is read where such reports are uploaded; other XML is not."),
        )
    return None


def _repeatable(file: Path | str | IO[bytes]) -> Path | IO[bytes]:
    if isinstance(file, str | Path):
        return Path(file)
    if hasattr(file, "temporary_file_path"):  # Django keeps large uploads as files
        return Path(file.temporary_file_path())
    if hasattr(file, "seekable") and file.seekable():
        return file
    copy: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it goes with the source
    shutil.copyfileobj(file, copy)
    return copy


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else str(cell)


def _texts(row: RawRow) -> list[str]:
    return [plain_name(_text(cell)) for cell in row.cells]
