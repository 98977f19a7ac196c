"""Where a table begins in a file: delimiters in quotes, line breaks in headers, rows above, sheets beside."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter

from subledger.file_kit import errors
from subledger.file_kit.delimited import delimiter_in
from subledger.file_kit.rejects import write_rejected
from subledger.file_kit.sources import Source

KNOWN = {"account", "amount", "posted_on"}


def is_header(cells):
    return set(cells) >= KNOWN


def opened(content, name="file.csv", **options):
    return Source(io.BytesIO(content.encode()), name=name, is_header=is_header, **options)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ('account;"amount, booked, in EUR, gross";posted_on\nA;1;2\n', ";"),
        ('"account\nnumber";amount;posted_on\nA;1;2\n', ";"),
        ("a;b\n1,50;2,50\n3,50;4,50\n", ";"),
        ("Report of May; printed\na,b,c\n1,2,3\n", ","),
        ('a\tb\n"x\ty"\tz\n', "\t"),
        ("a|b\n1|2", "|"),
        ("account\nA1\n", ","),
        ('"a""b;c",d\n1,2\n', ","),
    ],
)
def test_a_delimiter_counts_outside_quotes(text, delimiter):
    assert delimiter_in(text) == delimiter


def test_delimiters_and_line_breaks_inside_a_quoted_header():
    source = opened('account;"amount, booked, in EUR, gross";"posted\non"\nDE1;1.000;2026-05-04\n')
    assert source.header == ["account", "amount, booked, in EUR, gross", "posted on"]
    assert [(line, list(cells)) for line, cells in source.rows()] == [(3, ["DE1", "1.000", "2026-05-04"])]


def test_a_line_that_names_the_separator_is_no_row():
    source = opened("sep=;\r\naccount;amount;posted_on\r\nA,B;1,5;2026-05-04\r\n")
    assert source.header == ["account", "amount", "posted_on"]
    assert [(line, list(cells)) for line, cells in source.rows()] == [(3, ["A,B", "1,5", "2026-05-04"])]


def test_the_header_is_found_below_other_rows_or_where_it_is_said_to_be():
    content = "Bank of Rome\nMay 2026;;\n\naccount;amount;posted_on;;\nA;1;2026-05-04;;\n"
    source = opened(content)
    assert (source.header_line, source.header) == (4, ["account", "amount", "posted_on"])
    assert [line for line, _ in source.rows()] == [5]
    foreign = opened(content.replace("account", "Konto"), header_line=4)
    assert foreign.header == ["Konto", "amount", "posted_on"]
    with pytest.raises(errors.FileEmpty, match="line 3"):
        opened(content, header_line=3)


def book(**sheets):
    with xlsxwriter.Workbook(file := io.BytesIO()) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return file


TABLE = [["account", "amount", "posted_on"], ["A", 1, "2026-05-04"]]


def test_the_sheet_with_the_header_is_read_and_a_cover_is_not():
    file = book(Cover=[["Our report"], ["for you"]], Data=[["May"], *TABLE])
    source = Source(file, name="x.xlsx", is_header=is_header)
    assert (source.sheet, source.header_line) == ("Data", 2)
    assert [list(row.cells) for row in source.rows()] == [["A", "1", "2026-05-04"]]


def test_of_several_sheets_that_could_be_meant_one_is_chosen():
    file = book(April=TABLE, May=TABLE)
    with pytest.raises(errors.SheetAmbiguous, match="April, May"):
        Source(file, name="x.xlsx", is_header=is_header)
    assert Source(file, name="x.xlsx", sheet="may", is_header=is_header).sheet == "May"
    with pytest.raises(errors.SheetUnknown, match="It has: April, May"):
        Source(file, name="x.xlsx", sheet="June", is_header=is_header)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00docs/a.csv", "file.csv", "a ZIP archive"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00docs/a.csv", "file.zip", "a ZIP archive"),
        (b":20:STARTUMS\r\n:25:DE89/1\r\n", "file.sta", "an MT940 bank statement"),
        (b"{1:F01BANKDEFFXXXX}{2:I940}{4:\r\n:20:A", "file.csv", "an MT940 bank statement"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.xlsx", "a workbook of Excel before 2007"),
        (b"%PDF-1.7", "file.csv", "a PDF"),
        (b"<?xml version='1.0'?><Document/>", "file.csv", "XML"),
        (b"\r\n<!DOCTYPE html>\n<html><body>Log in", "file.xlsx", "is an HTML page, whatever .* save it as .xlsx"),
        (b"\xef\xbb\xbf<html xmlns:x='urn:schemas-microsoft-com:office:excel'>", "file.xls", "an HTML page"),
        ("<TABLE><TR><TD>account".encode("utf-16"), "file.csv", "an HTML page"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html>", "file.xlsx", "an HTML page"),
    ],
)
def test_a_file_that_is_something_else_is_called_what_it_is(content, name, says):
    with pytest.raises(errors.FileUnreadable, match=says):
        Source(io.BytesIO(content), name=name)


def test_a_workbook_by_the_name_of_csv_is_called_a_workbook():
    with pytest.raises(errors.FileUnreadable, match="an XLSX workbook, whatever its name says"):
        Source(book(S=TABLE), name="x.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_rejected_rows_of_csv_come_back_as_they_were(encoding, delimiter):
    rows = ["account;amount;posted_on;note", "Müller;1;x;=1+1", "B;2;y;'=2", "C;3;z;-5.00", "D;4;w;@x"]
    content = "\n".join(rows).replace(";", delimiter).encode(encoding)
    source = Source(io.BytesIO(content), name="f.csv", encoding=encoding, is_header=is_header)
    out = io.BytesIO()
    write_rejected(source, [(n, (n, "posted_on", "date_invalid", "=bad")) for n in (2, 3, 4, 5)], out)
    assert "'=1+1" in out.getvalue().decode(encoding)
    again = Source(io.BytesIO(out.getvalue()), name="f.csv", encoding=encoding, is_header=is_header)
    assert (again.header, again.dialect) == (source.header, source.dialect)
    assert [list(row.cells)[:4] for row in again.rows()] == [list(row.cells) for row in source.rows()]


def test_rejected_rows_of_a_workbook_keep_their_days_and_run_nothing():
    with xlsxwriter.Workbook(file := io.BytesIO()) as made:
        sheet = made.add_worksheet("Data")
        sheet.write_row(0, 0, ["account", "amount", "posted_on"])
        sheet.write_string(1, 0, "=1+1")
        sheet.write(1, 1, 3026051812345671)
        sheet.write_datetime(1, 2, date(2026, 5, 4), made.add_format({"num_format": "dd/mm/yyyy"}))
    source = Source(file, name="f.xlsx", is_header=is_header)
    write_rejected(source, [(2, (2, "amount", "amount_invalid", "bad"))], out := io.BytesIO())
    again = Source(out, name="f.xlsx", is_header=is_header)
    assert (again.sheet, again.header) == ("Data", source.header)
    assert [list(row.cells)[:3] for row in again.rows()] == [["=1+1", "3026051812345671", date(2026, 5, 4)]]
