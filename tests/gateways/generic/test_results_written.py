"""Tables of results write amounts and days in many ways: one reading is read, two are refused."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
import xlsxwriter

from subledger.companies.errors import CompanyInvalid
from subledger.companies.models import Company
from subledger.gateways.generic.iso20022 import encoded
from subledger.gateways.models import PaymentRequest

pytestmark = pytest.mark.django_db

HEADER = "request;result;reference;amount;booked_on\n"


def rows_of(office, *written, day=""):
    """A file of one request a written amount, of 1,000.00 each, and the requests."""
    asked = [office.pay(1000) for _ in written]
    PaymentRequest.objects.update(created_at=datetime(2026, 5, 1, tzinfo=UTC))
    lines = (f"{row.public_id};posted;R-{row.pk};{amount};{day}" for row, amount in zip(asked, written, strict=True))
    return HEADER + "\n".join(lines), asked


def reasons(report):
    return [row.reason for row in report.refused]


@pytest.mark.few(4)
@pytest.mark.parametrize("amount", ["1000", "1000.00", "1.000,00", "1,000.00", "1'000.–", "1 000,00 €", "EUR 1000,00"])
def test_an_amount_with_one_reading_is_read(office, amount):
    content, _ = rows_of(office, amount)
    assert office.take(content).posted == 1


def test_an_amount_with_two_readings_is_refused_with_both(office):
    content, [row] = rows_of(office, "1.000")
    report = office.take(content)
    assert [(row.position, row.code) for row in report.refused] == [("line 2", "amount_invalid")]
    assert reasons(report)[0].startswith("1.000 can be 1.00 or 1,000.00. Write 1.00 or 1000.00")
    assert office.state(row) == "pending"


def test_other_rows_of_the_file_decide(office):
    content, _ = rows_of(office, "1.000", "1.000,00")
    assert office.take(content).posted == 2
    content, _ = rows_of(office, "1.000", "1,000.00")
    report = office.take(content)
    assert report.posted == 1
    assert "1.00 EUR" in reasons(report)[0]


def test_a_declared_format_decides_and_is_strict(office):
    content, _ = rows_of(office, "1.000", "1,000.00")
    report = office.take(content, number_format="1.234,56")
    assert report.posted == 1
    assert "is not written as 1.234,56" in reasons(report)[0]
    with pytest.raises(CompanyInvalid, match="'comma' is no number format"):
        office.take(content, number_format="comma")


def test_the_companys_formats_decide_where_the_file_shows_none(office):
    Company.objects.update(number_format="1.234,56", date_format="31.12.2026")
    content, [row] = rows_of(office, "1.000", day="04.05.2026")
    assert office.take(content).posted == 1
    assert office.transaction(row).posted_on == date(2026, 5, 4)


def test_days_are_declared_or_as_the_standard_has_them(office):
    content, [row] = rows_of(office, "1000", day="04/05/2026")
    report = office.take(content)
    assert "'04/05/2026' is a day in another format than ISO" in reasons(report)[0]
    assert office.take(content, date_format="%d/%m/%Y").posted == 1
    assert office.transaction(row).posted_on == date(2026, 5, 4)
    content, [row] = rows_of(office, "1000", day="2026-05-04 00:00:00")
    assert office.take(content).posted == 1
    assert office.transaction(row).posted_on == date(2026, 5, 4)


def test_a_workbook_of_results_is_read_by_its_cells(office):
    asked = [office.pay("12.34") for _ in range(3)]
    PaymentRequest.objects.update(created_at=datetime(2026, 5, 1, tzinfo=UTC))
    with xlsxwriter.Workbook(file := io.BytesIO()) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["request", "result", "reference", "amount", "booked_on"])
        for line, row in enumerate(asked, 1):
            sheet.write_row(line, 0, [row.public_id, "posted"])
            sheet.write_number(line, 2, line, book.add_format({"num_format": '"R-"0'}))
            sheet.write_number(line, 3, 12.34, book.add_format({"num_format": '0.0 "€"'}))
            sheet.write_datetime(line, 4, datetime(2026, 5, 4), book.add_format({"num_format": "d.m.yy"}))  # noqa: DTZ001
        sheet.write_string(2, 2, "R-x\r\n")
        sheet.write_formula(3, 3, "=6+6")
        sheet.set_row(1, None, None, {"hidden": True})
    report = office.take(file.getvalue())
    assert (report.posted, report.hidden) == (2, 1)
    assert [office.row(row.pk).reference for row in asked[:2]] == ["R-1", "R-x"]
    assert "Cell D4 holds a formula that was never calculated" in reasons(report)[0]
    assert office.transaction(asked[0]).posted_on == date(2026, 5, 4)


def test_an_amount_is_in_the_currency_that_the_sheet_shows(office):
    asked = [office.pay(1000) for _ in range(4)]
    shapes = ["[$$-409]#,##0.00", '0.00 "USD"', "#,##0.00 [$€-407]", "[$EUR] 0"]
    with xlsxwriter.Workbook(file := io.BytesIO()) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["request", "result", "reference", "amount"])
        for line, (row, shape) in enumerate(zip(asked, shapes, strict=True), 1):
            sheet.write_row(line, 0, [row.public_id, "posted", f"R-{line}"])
            sheet.write_number(line, 3, 1000, book.add_format({"num_format": shape}))
    report = office.take(file.getvalue())
    assert [(row.position, row.code) for row in report.refused] == [
        ("line 2", "amount_invalid"),
        ("line 3", "amount_invalid"),
    ]
    assert all("EUR is wanted" in reason for reason in reasons(report))
    assert [office.state(row) for row in asked] == ["pending", "pending", "posted", "posted"]


@pytest.mark.parametrize("declared", ["UTF-16", "ISO-8859-1", "utf-8"])
def test_xml_that_comes_as_text_is_read_whatever_encoding_its_file_had(declared: str):
    text = f'<?xml version="1.0" encoding="{declared}" standalone="yes"?><Document>Grüße</Document>'
    assert ElementTree.fromstring(encoded(text)).text == "Grüße"
    assert encoded("request,result\nencoding=,x\n") == b"request,result\nencoding=,x\n"
