"""Files for import tests, written from rows in whatever format is asked for."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter

from subledger.import_kit.report import ImportReport
from subledger.imports.services import import_file


def write_table(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Rows, the header first, as CSV, XLSX or Parquet by the path's ending."""
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(rows)
    elif path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet()
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(line, column, value)
    else:
        columns = {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}
        pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """``table("a,b\\n1,2")`` or ``table([["a", "b"], [1, 2]], ".xlsx")``: the path of the file written."""

    def write(rows: str | bytes | Sequence[Sequence[object]], suffix: str = ".csv", name: str = "file") -> Path:
        path = tmp_path / f"{name}{suffix}"
        if isinstance(rows, bytes):
            path.write_bytes(rows)
        elif isinstance(rows, str):
            path.write_text(rows, encoding="utf-8")
        else:
            write_table(path, rows)
        return path

    return write


@pytest.fixture
def bring(table: Callable[..., Path]) -> Callable[..., ImportReport]:
    """Write a file and import it."""

    def run(kind: str, rows: object, *, suffix: str = ".csv", **options: object) -> ImportReport:
        path = rows if isinstance(rows, Path) else table(rows, suffix)
        return import_file(kind, path, **{"actor": "test", **options})

    return run


def refused(report: ImportReport) -> list[tuple[int, str, str]]:
    """(line, column, code) of the rejected rows."""
    return [(rejection.line, rejection.column, rejection.code) for rejection in report.rejections]
