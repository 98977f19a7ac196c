"""Rows on standard output, as a person or a program likes them."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from subledger.file_kit.inert import inert


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print the rows.")]


def print_rows(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], format: Format, *, numeric: Sequence[str] = ()
) -> None:
    """Print ``columns`` of ``rows``. The ``numeric`` ones are right-aligned in the table."""
    if format is Format.JSON:
        chosen = [{column: row[column] for column in columns} for row in rows]
        typer.echo(json.dumps(chosen, indent=2, default=str, ensure_ascii=False))
    elif format is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([inert(_text(row[column])) for column in columns] for row in rows)
    else:
        table = Table(*(), box=None, pad_edge=False, header_style="bold")
        for column in columns:
            right = column in numeric
            table.add_column(column, justify="right" if right else "left", no_wrap=right, overflow="fold")
        for row in rows:
            table.add_row(*(_text(row[column]) for column in columns))
        # Not a terminal: no wrapping at 80 columns, a reader such as grep wants whole lines.
        width = None if sys.stdout.isatty() else 10_000
        Console(file=sys.stdout, width=width, markup=False, highlight=False).print(table)


def _text(value: object) -> str:
    return "" if value is None else str(value)
