"""What tests read in their own process is what a child tells of the same file."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter
from tests.gateways.generic.banks import BOMB, booked, camt_053, entry, pain_002, reason, status
from tests.read_here import told_by_child, told_here

from subledger.file_kit import children
from subledger.file_kit.sources import Source
from subledger.gateways.generic.results import read_results
from subledger.kernel.errors import DomainError

ONE = "PRQ-0000000000001"


def workbook() -> bytes:
    book = xlsxwriter.Workbook(out := io.BytesIO())
    sheet = book.add_worksheet("May")
    sheet.write_row(0, 0, ["account", "amount", "posted_on", "share", "note"])
    sheet.write_row(1, 0, ["A-1", 1234.5], book.add_format({"num_format": "#,##0.00 [$€-407]"}))
    sheet.write_datetime(1, 2, date(2026, 5, 4), book.add_format({"num_format": "dd.mm.yyyy"}))
    sheet.write_number(1, 3, 0.19, book.add_format({"num_format": "0%"}))
    sheet.write_row(2, 0, ["A-2", "1.234,50", "=1/0", True, "Änne\nGroß"])
    sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
    sheet.set_row(2, None, None, {"hidden": True})
    book.add_worksheet("Notes").write(0, 0, "nothing")
    book.close()
    return out.getvalue()


def columns() -> bytes:
    rows = pyarrow.table({"account": ["A-1", None], "amount": [1.5, 2.0], "posted_on": [date(2026, 5, 4), None]})
    pyarrow.parquet.write_table(rows, out := io.BytesIO())
    return out.getvalue()


def table(content: bytes, name: str, **options: str) -> object:
    source = Source(io.BytesIO(content), name=name, **options)
    rows = [(row.line, type(row), [(type(cell), cell) for cell in row.cells]) for row in source.rows()]
    return source.header, source.header_line, source.sheets, source.dialect, rows


def report(content: str) -> object:
    told = read_results(content.encode(), name="report.xml")
    return told.format, told.reported, told.ignored, [(str(one.error), one.position) for one in told.refused]


LONG = b"account;amount;note\n" + (b"A-1;1,50;" + b"x" * 200 + b"\n") * 6_000  # of a length that a child reads
SAMPLES: dict[str, Callable[[], object]] = {
    "csv": lambda: table(LONG, "file.csv"),
    "csv in another encoding": lambda: table(LONG + "Änne;1\n".encode("cp1252"), "file.csv"),
    "csv that ends in a quote": lambda: table(LONG + b'"A-2;1', "file.csv"),
    "workbook": lambda: table(workbook(), "file.xlsx"),
    "another sheet": lambda: table(workbook(), "file.xlsx", sheet="Notes"),
    "no such sheet": lambda: table(workbook(), "file.xlsx", sheet="June"),
    "workbook cut off": lambda: table(workbook()[:900], "file.xlsx"),
    "parquet": lambda: table(columns(), "file.parquet"),
    "parquet cut off": lambda: table(columns()[:200], "file.parquet"),
    "pain.002": lambda: report(pain_002(status(ONE, "RJCT", why=reason("AC04", said="x")), status("", "ACSC"))),
    "camt.053": lambda: report(camt_053(entry(booked(ONE, amount="1.00")), entry(booked("x", amount="y")))),
    "XML cut off": lambda: report(camt_053(entry(booked(ONE, amount="1.00")))[:-20]),
    "bomb": lambda: report(BOMB),
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=list(SAMPLES))
def test_both_tell_the_same(sample: Callable[[], object], monkeypatch: pytest.MonkeyPatch):
    found = []
    for told in (told_here, told_by_child):
        monkeypatch.setattr(children, "told", told)
        try:
            found.append(sample())
        except DomainError as error:
            found.append((type(error), str(error), error.param, error.remedies))
    here, there = found
    assert here == there
    assert here
