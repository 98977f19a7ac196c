"""A cell is what its sheet shows."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from subledger.file_kit.cells import Fault
from subledger.file_kit.shown import shown

from .conftest import raw_workbook, text_cell

DAY = datetime(2026, 5, 20, 14, 30)  # noqa: DTZ001 - as workbooks have them


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.22, "0%", "22%"),
        (0.05, "0.00%", "5%"),
        (0.075, "0%", "7.5%"),
        (0.14, '0" %"', "0.14"),
        (0.07, "0.0\\%", "0.07"),
        (-0.1, "0%;[Red]-0%", "-10%"),
        (42, "00000", "00042"),
        (1_234_567, "00000", "1234567"),
        (78051120, "000\\-00\\-0000", "078-05-1120"),
        (42, '"INV-"0000', "INV-0042"),
        (3, '0 "pcs"', "3 pcs"),
        (1234.5, '#,##0.00 "€"', "1234.50 €"),
        (5, "0.00", "5"),
        (1234567, "#,##0", "1234567"),
        (3026051812345671.0, "General", "3026051812345671"),
        (3026051812345674, "0", "3026051812345674"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "0.0000001"),
        (True, "General", "TRUE"),
        (None, "0%", ""),
        (DAY, "dd/mm/yyyy hh:mm", date(2026, 5, 20)),
    ],
)
def test_a_number_seen_through_its_format(value, number_format, text):
    assert shown(value, number_format, "B2") == text


def test_a_number_whose_last_digits_are_lost_is_no_identifier():
    assert isinstance(shown(1.2345678901234567e19, "0", "A2"), Fault)
    assert "Cell A2" in shown(float(2**53 + 2), "0", "A2").reason


def test_errors_and_formulas_without_a_value_name_their_cell(rows_of):
    book = openpyxl.Workbook()
    book.active.append(["quantity", "tax", "price"])
    book.active.append(["=1+2", "=20+2", 5])
    book.active.append(["#N/A", 1, "#DIV/0!"])
    book.save(file := io.BytesIO())
    [(_, [quantity, tax, price]), (_, [missing, one, divided])] = rows_of(file.getvalue())
    assert "Cell A2 holds a formula that was never calculated" in quantity.reason
    assert "Cell B2" in tax.reason
    assert (price, one) == ("5", "1")
    assert "Cell A3 shows the error #N/A" in missing.reason
    assert "Cell C3" in divided.reason


def test_a_formula_is_as_good_as_its_stored_value(rows_of):
    with xlsxwriter.Workbook(file := io.BytesIO()) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["filled", "calculated", "text", "percent"])
        sheet.write_formula(1, 0, "=1+2")  # written with a zero in its place, to be calculated on opening
        sheet.write_formula(1, 1, "=1+2", None, 3)
        sheet.write_formula(1, 2, '="a"&"b"', None, "ab")
        sheet.write_formula(1, 3, "=1/4", book.add_format({"num_format": "0%"}), 0.25)
    [(_, cells)] = rows_of(file.getvalue())
    assert "never calculated" in cells[0].reason
    assert cells[1:] == ["3", "ab", "25%"]
    text = '<c r="A2" t="str"><f>""</f><v></v></c><c r="B2"><v>1</v></c>'
    assert rows_of(raw_workbook(f'<row r="1">{text_cell("A1", "x")}</row><row r="2">{text}</row>')) == [(2, ["", "1"])]


def test_days_of_every_format_and_of_the_other_epoch(rows_of):
    for epoch in (False, True):
        with xlsxwriter.Workbook(file := io.BytesIO(), {"date_1904": epoch}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["a", "b", "c"])
            for column, shape in enumerate(["d.m.yy", '[$-407]dddd, "den" d. mmmm yyyy', "mm-dd-yy"]):
                sheet.write_datetime(1, column, date(2026, 5, 20), book.add_format({"num_format": shape}))
        assert rows_of(file.getvalue()) == [(2, [date(2026, 5, 20)] * 3)]
