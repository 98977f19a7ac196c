"""Files as they come: formats, encodings, delimiters, and what cannot be read at all."""

from __future__ import annotations

import io
from datetime import date

import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter

from subledger.file_kit import errors
from subledger.file_kit.sources import Source


def rows_of(path):
    return list(Source(path).rows())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_any_usual_delimiter_quotes_and_line_ends(table, delimiter):
    content = 'a|b\r\n" x "|"1|2"\r\n\r\n"two\nlines"|"say ""hi"""\r\ny|\r\n'.replace("|", delimiter)
    path = table(content.encode())
    assert Source(path).header == ["a", "b"]
    assert [(line, list(cells)) for line, cells in rows_of(path)] == [
        (2, ["x", f"1{delimiter}2"]),
        (4, ["two\nlines", 'say "hi"']),
        (6, ["y", ""]),
    ]


def test_a_byte_order_mark_of_utf_8_is_no_part_of_the_header(table):
    assert Source(table("account,x\nÀ,1\n".encode("utf-8-sig"))).header == ["account", "x"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("account\nMüller\n".encode("latin-1"), "byte 2 of line 2 is 0xFC"),
        ("account\nMüller\n".encode("utf-16-le"), "zero byte on line 1"),
        ("account\nMü".encode()[:-1], "byte 2 of line 2 is 0xC3"),
    ],
)
def test_another_encoding_is_named_with_its_byte_and_line(table, content, says):
    with pytest.raises(errors.FileEncodingInvalid, match=says):
        rows_of(table(content))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("account\tname\n1\tMüller\n".encode("utf-16"), None),
        ("account;name\n1;Müller\n".encode("cp1252"), "cp1252"),
        ("account;name\n1;Müller\n".encode("utf-8-sig"), "cp1252"),
    ],
)
def test_an_encoding_that_a_mark_or_the_caller_names_is_read(table, content, named):
    source = Source(table(content), encoding=named)
    assert [list(row.cells) for row in source.rows()] == [["1", "Müller"]]


def test_an_encoding_that_nobody_knows_is_refused(table):
    with pytest.raises(errors.FileEncodingInvalid, match="Choose one of"):
        Source(table(b"a\n"), encoding="klingon")


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
@pytest.mark.parametrize("keep", [0, 10, 0.5])
def test_a_file_that_is_cut_off_is_refused(table, suffix, keep):
    whole = table([["account"], *[[f"A{i}"] for i in range(200)]], suffix).read_bytes()
    kept = keep if isinstance(keep, int) else int(len(whole) * keep)
    with pytest.raises(errors.FileUnreadable, match="cut off"):
        Source(table(whole[:kept], suffix))


def test_an_open_quote_at_the_end_is_a_cut_off_file(table):
    with pytest.raises(errors.FileUnreadable, match="from line 2 on"):
        rows_of(table('account,name\nA1,"Ann'))


@pytest.mark.parametrize("content", ["", "\n", ",,\n"])
def test_a_file_without_a_header_is_empty(table, content):
    with pytest.raises(errors.FileEmpty):
        Source(table(content))


def test_a_format_is_told_by_the_name_alone(table, tmp_path):
    with pytest.raises(errors.FileFormatUnknown):
        Source(table("a\n", ".txt"))
    with pytest.raises(errors.FileUnreadable, match="No such file"):
        Source(tmp_path / "missing.csv")
    with pytest.raises(errors.FileUnreadable):
        Source(tmp_path.joinpath("folder.csv").mkdir() or tmp_path / "folder.csv")


def test_an_upload_is_read_twice_from_its_bytes():
    source = Source(io.BytesIO(b"a\n1\n"), name="up.csv")
    assert [list(r.cells) for r in source.rows()] == [list(r.cells) for r in source.rows()] == [["1"]]
    assert source.path is None


def test_cells_of_a_workbook_read_as_people_see_them(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["number", "sum", "day", "yes", "text"])
        sheet.write_row(2, 0, [1001, 0.1 + 0.2])
        sheet.write_datetime(2, 2, date(2026, 5, 20), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(2, 3, [True, " a "])
    assert [(line, list(cells)) for line, cells in rows_of(path)] == [
        (3, ["1001", "0.3", date(2026, 5, 20), "TRUE", "a"])
    ]


def test_cells_of_parquet_keep_their_meaning(tmp_path):
    path = tmp_path / "t.parquet"
    columns = {
        "amount": pyarrow.array(["1.50"]).cast(pyarrow.decimal128(9, 2)),
        "price": pyarrow.array([0.1]),
        "day": pyarrow.array([date(2026, 5, 20)]),
        "none": pyarrow.array([None], pyarrow.string()),
        "count": pyarrow.array([7]),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    assert [list(cells) for _, cells in rows_of(path)] == [["1.50", "0.1", date(2026, 5, 20), "", "7"]]
