"""What is asked of a file: how it is laid out, and its rows. In the child process, but for small CSV."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import IO, Any, NamedTuple

from .cells import RawRow, packed, unpacked
from .delimited import Dialect, dialect_of
from .delimited import read_rows as read_csv
from .limits import Limits

HEAD = 40  # rows in which a header is looked for


class SheetHead(NamedTuple):
    name: str  # "" where the format has no sheets
    rows: list[RawRow]  # the first that hold anything
    is_shown: bool = True


class Outline(NamedTuple):
    sheets: list[SheetHead]
    dialect: Dialect | None  # of CSV


def outline_frames(stream: IO[bytes], **asked: Any) -> Iterator[dict[str, Any]]:
    """The outline as JSON tells it: `outline_of` reads it back."""
    found = outline(stream, **asked)
    heads = [{"name": h.name, "rows": list(packed(h.rows)), "is_shown": h.is_shown} for h in found.sheets]
    yield {"sheets": heads, "dialect": list(found.dialect) if found.dialect else None}


def outline_of(frame: dict[str, Any]) -> Outline:
    heads = [SheetHead(one["name"], list(unpacked(one["rows"])), one["is_shown"]) for one in frame["sheets"]]
    return Outline(heads, Dialect(*frame["dialect"]) if frame["dialect"] else None)


def outline(stream: IO[bytes], *, name: str, suffix: str, encoding: str | None, limits: dict[str, int]) -> Outline:
    most = Limits(**limits)
    if suffix == ".csv":
        dialect = dialect_of(stream, name, encoding)
        return Outline([_head("", read_csv(stream, name, dialect, most))], dialect)
    if suffix == ".parquet":
        from .columnar import read_rows

        return Outline([_head("", read_rows(stream, name, most))], None)
    from .workbooks import Workbook

    book = Workbook(stream, name, most)
    shown = set(book.shown_sheets)
    sheets = book.sheets[: most.sheets]
    return Outline([_head(sheet, book.rows(sheet), is_shown=sheet in shown) for sheet in sheets], None)


def row_frames(stream: IO[bytes], **asked: Any) -> Iterator[list[Any]]:
    return packed(rows(stream, **asked))


def rows(
    stream: IO[bytes], *, name: str, suffix: str, sheet: str, dialect: list[Any] | None, limits: dict[str, int]
) -> Iterator[RawRow]:
    most = Limits(**limits)
    if suffix == ".csv":
        return read_csv(stream, name, Dialect(*(dialect or ("utf-8", ","))), most)
    if suffix == ".parquet":
        from .columnar import read_rows

        return read_rows(stream, name, most)
    from .workbooks import Workbook

    return Workbook(stream, name, most).rows(sheet)


def _head(name: str, all_rows: Iterator[RawRow], *, is_shown: bool = True) -> SheetHead:
    return SheetHead(name, list(islice((row for row in all_rows if any(row.cells)), HEAD)), is_shown)
