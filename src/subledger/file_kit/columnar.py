"""Parquet, read by pyarrow a batch at a time. Only the child process imports this."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import pyarrow
import pyarrow.parquet

from subledger.kernel.sentences import say
from subledger.kernel.text import plain

from .cells import Cell, Fault, RawRow
from .errors import FileTooDemanding, FileUnreadable
from .formats import GENERAL
from .limits import TOO_LONG, Limits
from .shown import exact, number

BATCH = 2_000


def read_rows(stream: IO[bytes], name: str, limits: Limits) -> Iterator[RawRow]:
    """The names of the columns, then the rows."""
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    try:
        file = pyarrow.parquet.ParquetFile(stream)
        names = file.schema_arrow.names
        if len(names) > limits.columns:
            raise FileTooDemanding(
                name, say("it has {count} columns, and {most} is the most", count=len(names), most=limits.columns)
            )
        yield RawRow(0, [plain(column) for column in names])
        line = 0
        for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                line += 1
                yield RawRow(line, [_cell(cell, names[i], line, limits) for i, cell in enumerate(cells)])
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise FileUnreadable(
            say(
                "{name} is no Parquet file that can be read: {error}. It may be cut off; write it again.",
                name=name,
                error=str(error).splitlines()[0],
            )
        ) from error


def _cell(value: Any, column: str, line: int, limits: Limits) -> Cell:
    if value is None:
        return ""
    if isinstance(value, str):
        if len(value) > limits.text:
            return Fault(
                say(
                    "Row {line} has {length:,} characters in {column}: {most:,} is the most. {too_long}",
                    line=line,
                    length=len(value),
                    column=column,
                    most=limits.text,
                    too_long=TOO_LONG,
                )
            )
        return plain(value)
    if isinstance(value, datetime):
        return value.date() if value.tzinfo is None else value
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return exact(f"{value:f}")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "" if value != value else number(value, GENERAL, say("{column} of row {line}", column=column, line=line))
    return Fault(say("Row {line} holds in {column} what is no text, number or day.", line=line, column=column))
