"""Files as rows of cells: CSV, XLSX and Parquet, told by their name. Nothing here knows what the cells mean."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow
import pyarrow.parquet
from python_calamine import CalamineError, CalamineWorkbook

from .errors import FileEmpty, FileEncodingInvalid, FileFormatUnknown, FileUnreadable
from .report import Rejection
from .rules.cells import Cell

BATCH = 5_000
DELIMITERS = ",;\t|"
# What a file of rejected rows has besides its original columns.
REJECTION_COLUMNS = ["line", "column", "code", "reason"]


class RawRow(NamedTuple):
    """A record as the file has it; ``line`` counts from 1 and includes the header (in Parquet, which has
    none, rows)."""

    line: int
    cells: Sequence[Cell]


class Source:
    """A file that can be read more than once: a path, or the bytes of an upload with the name it came by.

    Raises:
        FileFormatUnknown, FileUnreadable, FileEncodingInvalid, FileEmpty: on opening, or while reading rows.
    """

    def __init__(self, file: Path | str | IO[bytes], *, name: str | None = None) -> None:
        self._content: Path | bytes = Path(file) if isinstance(file, str | Path) else file.read()
        self.path = self._content if isinstance(self._content, Path) else None
        self.name = name or (self.path.name if self.path else Path(str(getattr(file, "name", "") or "upload")).name)
        read = READERS.get(Path(self.name).suffix.lower())
        if read is None:
            raise FileFormatUnknown(self.name)
        self._read = read
        self.sha256 = self._digest()
        with closing(self._records()) as records:
            self.header = [str(cell) for cell in next(records, RawRow(0, ())).cells]
        if not any(self.header):
            raise FileEmpty(self.name, "has no header row")

    def rows(self) -> Iterator[RawRow]:
        """Every row after the header that is not blank, in the file's order."""
        records = self._records()
        next(records, None)
        return (record for record in records if any(cell != "" for cell in record.cells))

    def _records(self) -> Generator[RawRow, None, None]:
        with self._open() as stream:
            yield from self._read(stream, self.name)

    def _open(self) -> IO[bytes]:
        if isinstance(self._content, bytes):
            return io.BytesIO(self._content)
        try:
            return self._content.open("rb")
        except OSError as error:
            fact = error.strerror or "it cannot be opened"
            raise FileUnreadable(f"Cannot read {self._content}: {fact}. Check the path and its permissions.") from error

    def _digest(self) -> str:
        with self._open() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def write_rejected(source: Source, rejections: dict[int, Rejection], target: IO[str]) -> None:
    """The rejected rows as CSV: their original columns, then where and why. Mended, it can be imported as it is."""
    width = len(source.header)
    if source.header[-len(REJECTION_COLUMNS) :] == REJECTION_COLUMNS:  # rejected once before
        width -= len(REJECTION_COLUMNS)
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([*source.header[:width], *REJECTION_COLUMNS])
    for line, cells in source.rows():
        if line in rejections:
            padded = [*cells[:width], *[""] * (width - len(cells))]
            writer.writerow([*padded, *rejections[line]])


def _read_csv(stream: IO[bytes], name: str) -> Iterator[RawRow]:
    _check_encoding(stream, name)
    with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        delimiter = max(DELIMITERS, key=text.readline().count)
        text.seek(0)
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                yield RawRow(line, [cell.strip() for cell in cells])
                line = reader.line_num + 1
        except csv.Error as error:
            raise FileUnreadable(
                f"{name} cannot be read from line {line} on: {error}. A quote is missing or the file is cut "
                "off; mend the line, or export the file again."
            ) from error


def _check_encoding(stream: IO[bytes], name: str) -> None:
    """UTF-8, with or without its mark, told by the first byte that is not."""
    for line, content in enumerate(stream, 1):
        if line == 1 and content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FileEncodingInvalid(
                f"{name} is UTF-16. Save it as UTF-8 (in a spreadsheet: CSV UTF-8), and import that."
            )
        if b"\0" in content:
            raise FileEncodingInvalid(
                f"{name} holds a zero byte on line {line}: it is no text, or UTF-16 without a mark. Save it as UTF-8."
            )
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise FileEncodingInvalid(
                f"{name} is not UTF-8: byte {error.start + 1} of line {line} is "
                f"0x{content[error.start]:02X}, as Latin-1 or Windows-1252 have it. Save it as UTF-8 (in a "
                "spreadsheet: CSV UTF-8), and import that."
            ) from error
    stream.seek(0)


def _read_xlsx(stream: IO[bytes], name: str) -> Iterator[RawRow]:
    try:
        sheet = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0)
        records = sheet.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise FileUnreadable(
            f"{name} is no workbook that can be read: {error}. It may be cut off or protected; save it again as .xlsx."
        ) from error
    for line, cells in enumerate(records, 1):
        yield RawRow(line, [_cell(cell) for cell in cells])


def _read_parquet(stream: IO[bytes], name: str) -> Iterator[RawRow]:
    try:
        file = pyarrow.parquet.ParquetFile(stream)
        yield RawRow(0, file.schema_arrow.names)
        line = 0
        for batch in file.iter_batches(batch_size=BATCH):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                line += 1
                yield RawRow(line, [_cell(cell) for cell in cells])
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise FileUnreadable(
            f"{name} is no Parquet file that can be read: {str(error).splitlines()[0]}. It may be cut off; "
            "write it again."
        ) from error


READERS: dict[str, Callable[[IO[bytes], str], Iterator[RawRow]]] = {
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
    ".parquet": _read_parquet,
}


def _cell(value: Any) -> Cell:
    """A typed cell as text, but days, which are kept: they need no format."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float):
        # Binary fractions show what a spreadsheet shows: 15 digits, so that 0.1 + 0.2 reads 0.3.
        return "" if value != value else f"{value:.15g}"
    return str(value)
