"""A number cell names what its sheet shows, and counts what it stores; texts of workbooks are unescaped."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter

from subledger.file_kit.cells import Fault
from subledger.file_kit.errors import FileUnreadable
from subledger.file_kit.shown import shown
from subledger.file_kit.sources import Source
from subledger.kernel.errors import DomainError
from subledger.kernel.numbers import amount_of, number_of, read_number

from .conftest import raw_workbook, text_cell

PHONE = "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####"


@pytest.mark.parametrize(
    ("value", "number_format", "text", "stored"),
    [
        (5, '"C-"0', "C-5", "5"),
        (5, '0"-2026"', "5-2026", "5"),
        (7, '"INV-"0', "INV-7", "7"),
        (5, '"C-"#', "C-5", "5"),
        (5, '"C-"General', "C-5", "5"),
        (5, "[$C-]0", "C5", "5"),
        (1234, '"C-"#,##0', "C-1234", "1234"),
        (0, '"C-"0', "C-0", "0"),
        (-5, '"C-"0', "-C-5", "-5"),
        (5, '"-"0', "-5", "5"),
        (2, '"v"0.0', "v2.0", "2"),
        (5000, '0,"k"', "5k", "5000"),
        (42, "00000", "00042", "42"),
        (3, '0 "pcs"', "3 pcs", "3"),
        (1234.5, '#,##0.00 "€"', "1234.50 €", "1234.5"),
        (-1234.5, '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\)', "$(1234.50)", "-1234.5"),
        (5551234567, PHONE, "(555) 123-4567", "5551234567"),
        (5551234, PHONE, "555-1234", "5551234"),
        (0.5, '0%" VAT"', "50% VAT", "50%"),
        (-5, "#,##0_);(#,##0)", "-5", "-5"),
        (5, '"C-"@', "5", "5"),
        (12.5, "# ?/?", "12.5", "12.5"),
        (12345, "0.00E+00", "12345", "12345"),
        (7, "0;;", "7", "7"),
    ],
)
def test_what_is_shown_and_what_is_stored(value, number_format, text, stored):
    cell = shown(value, number_format, "B2")
    assert (str(cell), str(number_of(cell))) == (text, stored)


@pytest.mark.parametrize(
    ("value", "number_format", "amount"),
    [
        (10_000, '0.00,"k"', "10000"),
        (10_000, '0.00," k€"', "10000"),
        (12_500_000, '0.0,,"M"', "12500000"),
        (12_500_000, '0.0,," Mio. €"', "12500000"),
        (2_000_000_000, '0,,,"bn"', "2000000000"),
        (10_000, '0,"TEUR"', "10000"),
        (12_345_678, "#,##0,", "12345678"),
        (12_345_678, "0,,", "12345678"),
        (12.5, "# ?/?", "12.5"),
        (12_500, "0.00E+00", "12500"),
        (12_500, "##0.0E+0", "12500"),
        (10, '0.00 "MXN"', None),  # a currency, not millions: of another one than is wanted
        (10, '0.00 "TRY"', None),
        (10, '0.00 "k"', None),
        (10, '0.00" K"', None),
        (10, '0.00"k€"', None),
        (10, '"€k" 0.00', None),
        (10, '0"TEUR"', None),
        (10, '0" Tsd. EUR"', None),
        (10, '0.0,"M"', None),
        (10, '0.0" Mio."', None),
        (10, '0.0 "m"', None),
        (10, '0.0,,"k"', None),
        (10, '0" lakh"', None),
        (10, '0.0E+0"k"', None),
        (5, '0.0"‰"', None),
        (0.19, "0%", None),
    ],
)
def test_an_amount_is_the_stored_one_or_refused_where_its_unit_is_not_the_formats(value, number_format, amount):
    text = amount_of(shown(value, number_format, "B2"))
    if amount is None:
        with pytest.raises(DomainError):
            read_number(text, currency="eur")
    else:
        assert read_number(text, currency="eur") == float(amount)


def test_the_refusal_of_a_unit_names_it_as_it_is_shown():
    for text, unit in [("10.00 k", "k"), ("10k€", "k"), ("1.5 Mio. €", "Mio"), ("5 ‰", "‰")]:
        with pytest.raises(DomainError, match=f"it stands beside '{unit}', which makes it another number"):
            read_number(text, currency="eur")


@pytest.mark.parametrize(
    ("number_format", "quantity"), [('0 "m"', "5"), ('0 "t"', "5"), ('0 "M"', "5"), ('0 "k"', "5 k")]
)
def test_a_quantity_may_be_metres_or_tonnes_and_no_thousands(number_format, quantity):
    assert str(number_of(shown(5, number_format, "B2"))) == quantity


def test_they_pass_through_the_process_that_reads(rows_of):
    with xlsxwriter.Workbook(file := io.BytesIO()) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["account", "amount", "code"])
        sheet.write_number(1, 0, 5, book.add_format({"num_format": '"C-"0'}))
        sheet.write_number(1, 1, 1.234, book.add_format({"num_format": '0.00 "€"'}))
        sheet.write_string(1, 2, "7", book.add_format({"num_format": '"K-"@'}))
    [(_, cells)] = rows_of(file.getvalue())
    assert cells == ["C-5", "1.234 €", "K-7"]
    assert [str(number_of(cell)) for cell in cells] == ["5", "1.234", "K-7"]


def test_a_word_as_number_format_is_no_day(rows_of):
    with xlsxwriter.Workbook(file := io.BytesIO()) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["price", "day", "currency"])
        for column, shape in enumerate(["Standard", "dd.mm.yyyy", "0.00 EUR"]):
            sheet.write_number(1, column, 1250, book.add_format({"num_format": shape}))
    [(_, [price, day, currency])] = rows_of(file.getvalue())
    assert isinstance(price, Fault)
    assert "Cell A2 holds the number 1250 with the number format 'Standard', which is a word" in price.reason
    assert day.isoformat() == "1903-06-03"
    assert number_of(currency) == "1250"


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("C2_x000D_", "C2"),
        ("a_x000D__x000A_b", "a\nb"),
        ("a_x000D_\nb", "a\nb"),
        ("_x005F_x000D_", "_x000D_"),
        ("A_x0042_C", "ABC"),
        ("x_x00e9_", "xé"),
        ("_xD83D__xDE00_", "😀"),
        ("_xD83D_", "\N{REPLACEMENT CHARACTER}"),
        ("_x00_ _xyz_", "_x00_ _xyz_"),
    ],
)
def test_escapes_of_texts_are_undone_wherever_texts_stand(rows_of, written, text):
    cells = (
        text_cell("A2", written) + '<c r="B2" t="s"><v>0</v></c>' + f'<c r="C2" t="str"><f>A2</f><v>{written}</v></c>'
    )
    head = "".join(text_cell(f"{column}1", column) for column in "ABC")
    file = raw_workbook(f'<row r="1">{head}</row><row r="2">{cells}</row>', strings=f"<si><r><t>{written}</t></r></si>")
    assert rows_of(file) == [(2, [text, text, text])]


def test_a_text_that_looks_escaped_survives_its_workbook(rows_of):
    with xlsxwriter.Workbook(file := io.BytesIO()) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name"])
        sheet.write_string(1, 0, "_x000D_")
    assert rows_of(file.getvalue()) == [(2, ["_x000D_"])]


def test_line_ends_are_one_in_csv_and_in_workbooks(rows_of):
    assert rows_of(b'a,b\r\n"x\r\ny","z\r\n"\r\n', "file.csv") == [(2, ["x\ny", "z"])]


def with_part(content: bytes, name: str, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode()
            new.writestr(part, change(text) if name in part else text)
    return out.getvalue()


def test_a_text_formula_that_was_never_calculated_is_refused(rows_of):
    empty = '<c r="A2" t="str"><f>B2</f><v></v></c><c r="B2"><v>1</v></c>'
    calculated = raw_workbook(f'<row r="1">{text_cell("A1", "x")}</row><row r="2">{empty}</row>')
    assert rows_of(calculated) == [(2, ["", "1"])]
    asked = with_part(
        calculated, "xl/workbook", lambda xml: xml.replace("</sheets>", '</sheets><calcPr fullCalcOnLoad="1"/>')
    )
    [(_, [fault, one])] = rows_of(asked)
    assert "Cell A2 holds a formula that was never calculated" in fault.reason
    assert one == "1"
    without = raw_workbook(f'<row r="1">{text_cell("A1", "x")}</row><row r="2">{empty.replace("<v></v>", "")}</row>')
    assert "Cell A2" in rows_of(without)[0][1][0].reason


def test_strict_open_xml_is_named():
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.save(file := io.BytesIO())
    strict = with_part(
        file.getvalue(),
        ".",
        lambda xml: re.sub(
            r"http://schemas.openxmlformats.org/(officeDocument/2006/relationships|spreadsheetml/2006/main)",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
            xml,
        ),
    )
    with pytest.raises(FileUnreadable, match=r"Strict Open XML; save it as Excel Workbook \(\.xlsx\)"):
        Source(io.BytesIO(strict), name="file.xlsx")


def test_rows_that_the_sheet_hides_are_known():
    with xlsxwriter.Workbook(file := io.BytesIO()) as book:
        sheet = book.add_worksheet()
        for line in range(4):
            sheet.write_row(line, 0, ["a", "b"])
        sheet.set_row(2, None, None, {"hidden": True})
    source = Source(io.BytesIO(file.getvalue()), name="file.xlsx")
    assert [(row.line, row.is_hidden) for row in source.rows()] == [(2, False), (3, True), (4, False)]
