"""Cells and rows, and how they pass from the child process that reads them: as JSON, which can do nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from subledger.kernel.numbers import Adorned, Exact
from subledger.kernel.sentences import say


class Fault(NamedTuple):
    """A cell that shows no value: an error, or a formula that was never calculated. ``reason`` names the cell."""

    reason: str


# Text; a number that the file holds as one; a number that its sheet shows with text of its own; a day; an instant (with
# its zone: Parquet has them); a cell that must not be read.
Cell = str | Exact | Adorned | date | datetime | Fault

HELD_CELLS = 50_000
HELD_CHARACTERS = 4_000_000


class RawRow(NamedTuple):
    """A record as the file has it; ``line`` counts from 1 and includes whatever is above it (in Parquet, rows)."""

    line: int
    cells: Sequence[Cell]

    @property
    def is_hidden(self) -> bool:
        """By its sheet."""
        return isinstance(self, HiddenRow)


class HiddenRow(RawRow):
    """A record that its sheet does not show: a filter hides it, or somebody did."""

    __slots__ = ()


def hidden_rows_note(rows: int) -> str:
    """What is said of rows that were read though their sheet does not show them; "" for none."""
    return (
        (
            say("{rows} hidden row was read.", rows=rows)
            if rows == 1
            else say("{rows} hidden rows were read.", rows=rows)
        )
        if rows
        else ""
    )


def packed(rows: Iterable[RawRow]) -> Iterator[list[Any]]:
    """Rows as lists that JSON can tell, some at a time, so that neither side ever holds much."""
    frame: list[Any] = []
    cells = characters = 0
    for row in rows:
        frame.append([row.line, [cell if cell.__class__ is str else pack(cell) for cell in row.cells], row.is_hidden])
        cells += len(row.cells) + 1
        characters += sum(len(cell) for cell in row.cells if isinstance(cell, str))
        if cells > HELD_CELLS or characters > HELD_CHARACTERS:
            yield frame
            frame, cells, characters = [], 0, 0
    if frame:
        yield frame


def unpacked(frames: Iterable[list[Any]]) -> Iterator[RawRow]:
    for frame in frames:
        for line, cells, is_hidden in frame:
            kind = HiddenRow if is_hidden else RawRow
            yield kind(line, [cell if cell.__class__ is str else unpack(cell) for cell in cells])


def pack(cell: Cell) -> Any:
    """A cell as JSON can tell it; `unpack` reads it back."""
    if isinstance(cell, Fault):
        return {"fault": cell.reason}
    if isinstance(cell, datetime):
        return {"at": cell.isoformat()}
    if isinstance(cell, Adorned):
        return {
            "shown": str(cell),
            "stored": str(cell.number),
            "format": cell.number_format,
            "in": cell.currency,
            "unit": cell.unit,
        }
    if isinstance(cell, Exact):
        return {"number": str(cell)}
    return {"on": cell.isoformat()} if isinstance(cell, date) else cell


def unpack(cell: Any) -> Cell:
    if cell.__class__ is str:
        return str(cell)
    if "shown" in cell:
        return Adorned(cell["shown"], cell["stored"], cell["format"], cell["in"], cell["unit"])
    if "number" in cell:
        return Exact(cell["number"])
    if "on" in cell:
        return date.fromisoformat(cell["on"])
    return datetime.fromisoformat(cell["at"]) if "at" in cell else Fault(cell["fault"])
