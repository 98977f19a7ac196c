"""What a file may become: each of these ended the program, or held it, when it was read here and whole."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from subledger.file_kit import errors
from subledger.file_kit.children import in_child
from subledger.file_kit.limits import Limits
from subledger.file_kit.sources import Source

from .conftest import raw_workbook, text_cell

pytestmark = pytest.mark.usefixtures("files_in_children")
HEADER = f'<row r="1">{text_cell("A1", "account")}{text_cell("B1", "amount")}</row>'
MIB = 1024 * 1024


def refused(content: bytes, name: str = "file.xlsx", **options: object) -> str:
    started = time.monotonic()
    with pytest.raises(errors.FileTooDemanding) as refusal:
        list(Source(io.BytesIO(content), name=name, **options).rows())
    assert time.monotonic() - started < 120
    return str(refusal.value)


@pytest.mark.parametrize("corner", ["XFD1048576", "XFD2", "XFD20000"])
def test_a_cell_far_out_is_refused_by_its_coordinates(corner):
    row = corner.removeprefix("XFD")
    content = raw_workbook(
        f'{HEADER}<row r="{row}">{text_cell(corner, "x")}</row>', dimension=f'<dimension ref="A1:{corner}"/>'
    )
    assert len(content) < 2_000
    assert f"cell {corner} lies in column 16384" in refused(content)


def test_a_cell_far_down_is_a_row_like_any(rows_of):
    content = raw_workbook(f'{HEADER}<row r="1048576">{text_cell("A1048576", "x")}</row>')
    assert rows_of(content) == [(1_048_576, ["x", ""])]


def test_cells_that_are_only_formatted_are_no_cells(rows_of):
    content = raw_workbook(f'{HEADER}<row r="2">{text_cell("A2", "x")}<c r="XFD2" s="0"/></row>')
    assert rows_of(content) == [(2, ["x", ""])]


@pytest.mark.wide
def test_a_zip_that_grows_is_refused_before_it_is_unpacked():
    with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(1_100):
                part.write(b" " * MIB)
    assert len(out.getvalue()) < 2 * MIB
    started = time.monotonic()
    assert "unpacked it comes to 1100 MiB" in refused(out.getvalue())
    assert time.monotonic() - started < 60
    assert "times when it is unpacked" in refused(out.getvalue(), limits=Limits(expanded=4_000 * MIB))


@pytest.mark.wide
def test_strings_that_fill_the_memory_take_the_child_alone():
    strings = "".join(f"<si><t>{'x' * 1000}{n}</t></si>" for n in range(300_000))
    content = raw_workbook(HEADER, strings=strings)
    assert "more than 200 MiB of memory" in refused(content, limits=Limits(memory=200 * MIB, ratio=10**6))


def test_entities_are_not_expanded():
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>"
    )
    content = raw_workbook(HEADER.replace("amount", "&i;"), dtd=bomb)
    with pytest.raises(errors.FileUnreadable, match="a DTD or entities"):
        Source(io.BytesIO(content), name="file.xlsx")


@pytest.mark.wide
def test_depth_ends_where_the_limits_do():
    deep = "<d>" * 2_000_000 + "</d>" * 2_000_000
    content = raw_workbook(HEADER + deep)
    try:
        Source(io.BytesIO(content), name="file.xlsx", limits=Limits(ratio=10**6, memory=512 * MIB, seconds=3))
    except (errors.FileTooDemanding, errors.FileUnreadable):
        return
    pytest.fail("two million levels were read")


def test_wide_rows_of_csv_are_refused():
    wide = b"account,amount\n" + b"x," * 200_000
    assert "line 2 has 200001 columns, and 1000 is the most" in refused(wide, "file.csv")
    assert "columns" in refused(b",".join(b"c%d" % n for n in range(2_000)) + b"\n", "file.csv")


def test_a_quote_that_never_ends_is_refused_in_bounded_memory():
    endless = b'account,amount\nA,"' + b"x\n" * 3_000_000
    with pytest.raises(
        errors.FileUnreadable, match=r"from line 2 on: a cell there has more than 131,072 characters\. A quote"
    ):
        list(Source(io.BytesIO(endless), name="file.csv").rows())
    with pytest.raises(errors.FileUnreadable, match="from line 2 on"):
        list(Source(io.BytesIO(endless[:900_000]), name="file.csv").rows())


def test_a_cell_with_too_much_text_is_named_with_what_is_the_most_and_what_to_do():
    row = f'<row r="2">{text_cell("A2", "x" * 131_073)}</row>'
    said = refused(raw_workbook(HEADER + row))
    assert "cell A2 has 131,073 characters, and 131,072 is the most. Shorten the cell" in said


@pytest.mark.wide
def test_a_line_that_never_ends_takes_the_child_alone():
    content = b"account,amount\n" + b"x" * (300 * MIB)
    said = refused(content, "file.csv", limits=Limits(memory=256 * MIB))
    assert "memory" in said


@pytest.mark.parametrize("function", ["crash", "spin"])
def test_a_child_that_aborts_or_spins_is_a_refusal(function):
    answers = in_child(f"tests.file_kit.readings:{function}", b"", name="x.bin", limits=Limits(seconds=1))
    assert next(answers) == 1
    with pytest.raises(errors.FileTooDemanding, match=r"x\.bin is not read"):
        next(answers)


def test_a_child_knows_no_secret(monkeypatch):
    monkeypatch.setenv("SUBLEDGER_SECRET_KEY", "hidden")
    monkeypatch.setenv("DATABASE_URL", "postgresql:///hidden")
    size, environment = in_child("tests.file_kit.readings:boast", b"abc", name="x.bin")
    assert size == 3
    assert "hidden" not in str(environment)
