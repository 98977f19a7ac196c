"""What files of the world hold: formatted identifiers, fractions for percentages, footers, hidden rows, timestamps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from tests.imports.conftest import refused

from subledger.accounts.models import Account
from subledger.catalog.models import Product, TaxRate
from subledger.imports.cli import summary
from subledger.transactions.models import Transaction, TransactionItem

PAYMENTS = "account,amount,posted_on\n"
INVOICES = "account,number,posted_on,unit_price,discount_percent,tax_rate\n"


@pytest.fixture
def sheet(tmp_path):
    """``sheet(header, row, ...)``: a workbook; a cell is a value, or (value, number format)."""

    def write(*rows: list[object], hidden: tuple[int, ...] = ()) -> Path:
        path = tmp_path / "file.xlsx"
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet()
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    value, shape = cell if isinstance(cell, tuple) else (cell, "General")
                    page.write(line, column, value, book.add_format({"num_format": shape}))
                if line in hidden:
                    page.set_row(line, None, None, {"hidden": True})
        return path

    return write


def test_a_payment_goes_to_the_account_that_the_sheet_shows(bring, company, sheet):
    bring("accounts", "account\n5\nC-5\n", create_missing=True)
    path = sheet(
        ["account", "amount", "posted_on", "reference"],
        [(5, '"C-"0'), (50, '#,##0.00 "€"'), "2026-05-04", (7, '"INV-"0')],
    )
    assert not bring("payments", path).rejections
    payment = Transaction.objects.get()
    assert (payment.account.code, payment.amount_minor) == ("C-5", 5000)
    assert payment.metadata == {"reference": "INV-7"}


def test_documents_products_and_targets_are_named_as_shown(bring, company, sheet):
    invoice = [(5, '"C-"0'), (17, '0"-2026"'), "2026-05-04", (10, '0.00 "€"'), (3, '"P-"0'), (2, '0 "pcs"')]
    header = ["account", "number", "posted_on", "unit_price", "product", "quantity"]
    assert not bring("invoices", sheet(header, invoice), create_missing=True).rejections
    made = Transaction.objects.get()
    assert (made.back_office_code, made.amount_minor, made.account.code) == ("17-2026", 2000, "C-5")
    assert Product.objects.filter(code="P-3").exists()
    paid = sheet(
        ["account", "amount", "posted_on", "allocate_to"],
        [(5, '"C-"0'), 20, "2026-05-05", (17, '0"-2026"')],
    )
    report = bring("payments", paid)
    assert not report.rejections
    assert report.created == 1


@pytest.mark.wide
def test_a_rejected_row_of_a_workbook_keeps_what_is_shown(bring, company, sheet, tmp_path):
    path = sheet(["account", "amount", "posted_on"], [(5, '"C-"0'), (50, '0.00 "€"'), "2026-05-04"])
    report = bring("payments", path)
    assert refused(report) == [(2, "account", "account_unknown")]
    kept = openpyxl.load_workbook(report.rejected_file).active
    assert (kept["A2"].value, kept["A2"].number_format) == (5, '"C-"0')
    assert bring("payments", report.rejected_file, create_missing=True).created == 1
    assert Account.objects.filter(code="C-5").exists()


@pytest.mark.parametrize(("discount", "tax"), [("", '"0,19"'), ("", "0.19"), ("0.05", ""), ('"0,5"', "")])
def test_a_fraction_that_may_be_a_percentage_is_refused_with_both_readings(bring, company, discount, tax):
    report = bring("invoices", INVOICES + f"A,N1,2026-05-04,100,{discount},{tax}\n", create_missing=True)
    assert refused(report) == [(2, "discount_percent" if discount else "tax_rate", "percentage_ambiguous")]
    number = Decimal((discount or tax).strip('"').replace(",", "."))
    small, large = f"{number:f} %", f"{(number * 100).normalize():f} %"
    assert f"{number:f} is {small} or {large}: write {large} or {small}" in report.rejections[0].reason


def test_a_sign_says_it(bring, company):
    rows = 'A,N1,2026-05-04,100,0.05 %,"0,19%"\nA,N1,2026-05-04,100,0,0\nA,N1,2026-05-04,100,1,1\n'
    assert not bring("invoices", INVOICES + rows, create_missing=True).rejections
    items = TransactionItem.objects.order_by("position")
    assert [(float(i.discount_percent), float(i.tax_percent)) for i in items] == [(0.05, 0.19), (0, 0), (1, 1)]


@pytest.mark.wide
def test_a_workbooks_percentages_are_told_by_their_format(bring, company, sheet):
    header = ["account", "number", "posted_on", "unit_price", "tax_rate"]
    said = sheet(header, ["A", "N1", "2026-05-04", 100, (0.19, "0%")], ["A", "N1", "2026-05-04", 100, (0.005, "0.0%")])
    assert not bring("invoices", said, create_missing=True).rejections
    assert [float(i.tax_percent) for i in TransactionItem.objects.order_by("position")] == [19, 0.5]
    for number_format in ("General", "0.00", '0.00" %"'):
        bare = sheet(header, ["A", "N2", "2026-05-04", 100, (0.19, number_format)])
        assert refused(bring("invoices", bare)) == [(2, "tax_rate", "percentage_ambiguous")]


def test_a_rate_that_the_company_has_is_no_fraction(bring, company):
    TaxRate.objects.create(company=company, code="low", name="Low", percent=Decimal("0.5"))
    assert not bring("invoices", INVOICES + "A,N1,2026-05-04,100,,0.5\n", create_missing=True).rejections
    assert refused(bring("products", "product,tax_rate\nP1,0.19\n")) == [(2, "tax_rate", "percentage_ambiguous")]
    assert not bring("products", "product,tax_rate\nP1,0.5\n").rejections


def test_texts_of_a_workbook_end_as_other_texts_do(bring, company, tmp_path):
    bring("accounts", "account\nC2\n", create_missing=True)
    book = openpyxl.Workbook()
    book.active.append(["account", "amount", "posted_on"])
    book.active.append(["C2_x000D_\n", 5, "2026-05-04"])
    book.save(path := tmp_path / "file.xlsx")
    assert not bring("payments", path).rejections
    assert Transaction.objects.get().account.code == "C2"


def test_hidden_rows_are_told(bring, company, sheet):
    rows = [["A", amount, "2026-05-04"] for amount in (1, 2, 3)]
    report = bring("payments", sheet(["account", "amount", "posted_on"], *rows, hidden=(2, 3)), create_missing=True)
    assert (report.read, report.hidden) == (3, 2)
    assert "2 hidden rows were read." in list(summary(report))
    shown = bring("payments", PAYMENTS + "B,1,2026-05-04\n", create_missing=True)
    assert not any("hidden" in line for line in summary(shown))


@pytest.mark.parametrize("footer", ["Total: 1 payment", "Total: 1 payment,,"])
def test_a_footer_is_told_with_its_line(bring, company, footer):
    report = bring("payments", PAYMENTS + f"A,1,2026-05-04\n{footer}\n", create_missing=True)
    assert refused(report) == [(3, "account", "row_incomplete")]
    assert report.rejections[0].reason.startswith(
        "Line 3 has 'Total: 1 payment' in its first column and nothing else: a footer"
    )
    assert "Take the line out" in report.rejections[0].reason


@pytest.mark.few(4)
@pytest.mark.parametrize(
    "text", ["2026-05-04 00:00:00", "2026-05-04T00:00:00", "2026-05-04 00:00", "20260504", "2026-W19-1"]
)
def test_days_as_databases_and_the_standard_write_them(bring, company, text):
    bring("payments", PAYMENTS + f"A,1,{text}\n", create_missing=True)
    assert [one.posted_on for one in Transaction.objects.all()] == [date(2026, 5, 4)]


def test_a_time_without_a_zone_is_refused_with_what_helps(bring, company):
    rows = PAYMENTS + "A,1,2026-05-04 14:30:00\n"
    report = bring("payments", rows, create_missing=True)
    assert refused(report) == [(2, "posted_on", "date_invalid")]
    assert "is a day with a time and no time zone" in report.rejections[0].reason
    assert bring("payments", rows, create_missing=True, date_format="%Y-%m-%d %H:%M:%S").created == 1
    assert Transaction.objects.get().posted_on == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("text", "minor"),
    [("10,00 H", 1000), ("EUR 1'000.–", 100_000), ("50.--", 5000), ("50,-", 5000), ("1.000,-", 100_000)],
)
def test_amounts_as_german_and_swiss_files_write_them(bring, company, text, minor):
    report = bring("payments", f'{PAYMENTS}A,"{text}",2026-05-04\n', create_missing=True)
    assert not report.rejections
    assert Transaction.objects.get().amount_minor == minor


def test_a_debit_in_german_is_negative(bring, company):
    report = bring("payments", f'{PAYMENTS}A,"10,00 S",2026-05-04\n', create_missing=True)
    assert "The amount -10.00 EUR is negative" in report.rejections[0].reason


SHOWN_IN_DOLLARS = [
    "[$$-409]#,##0.00",
    '0.00 "USD"',
    "[$USD] 0.00",
    "$0.00",
    '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
    '"US$"#,##0;[Red]\\-"US$"#,##0',
    '[Red][<0]0.00 "EUR";0.00 "USD"',
]
SHOWN_IN_EUROS = ['#,##0.00 "€"', "#,##0.00 [$€-407]", "[$€-x-euro2] 0.00", '0.00 "EUR"', "[$-407]0.00 \\€", "0.00"]


@pytest.mark.few(2)
@pytest.mark.parametrize("number_format", SHOWN_IN_DOLLARS)
def test_an_amount_that_the_sheet_shows_in_dollars_is_no_euros(bring, company, sheet, number_format):
    row = ["A-1", (1000, number_format), "2026-05-04"]
    report = bring("payments", sheet(["account", "amount", "posted_on"], row), create_missing=True)
    assert refused(report) == [(2, "amount", "amount_invalid")]
    assert "is in " in report.rejections[0].reason
    assert "EUR is wanted" in report.rejections[0].reason
    report = bring(
        "payments", sheet(["account", "amount", "posted_on"], row), create_missing=True, currency="usd", dry_run=True
    )
    assert [one.code for one in report.rejections] in ([], ["exchange_rate_missing"])


@pytest.mark.few(2)
@pytest.mark.parametrize("number_format", SHOWN_IN_EUROS)
def test_an_amount_that_the_sheet_shows_in_euros_is_euros(bring, company, sheet, number_format):
    rows = [["A-1", (1234.5, number_format)], ["A-2", (-1234.5, number_format)]]
    assert not bring("accounts", sheet(["account", "opening_balance"], *rows), create_missing=True).rejections
    found = Transaction.objects.values_list("classification", "amount_minor", "currency")
    assert sorted(found) == [("credit_note", 123450, "eur"), ("invoice", 123450, "eur")]


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("kind", "column", "others"),
    [
        ("accounts", "credit_limit", {"account": "A-1"}),
        ("accounts", "opening_balance", {"account": "A-1"}),
        ("products", "unit_price", {"product": "P-1"}),
        *(
            (kind, column, {"account": "A-1", "number": "N-1", "posted_on": "2026-05-04", "unit_price": 1000})
            for kind in ("invoices", "credit-notes")
            for column in ("unit_price", "discount_amount", "total")
        ),
    ],
)
def test_every_column_of_money_is_in_the_currency_that_the_sheet_shows(bring, company, sheet, kind, column, others):
    cells = {**others, column: (1000, "[$$-409]#,##0.00")}
    report = bring(kind, sheet([*cells], [*cells.values()]), **{} if kind == "products" else {"create_missing": True})
    assert [(line, at) for line, at, _ in refused(report)] == [(2, column)]
    assert "EUR is wanted" in report.rejections[0].reason


def test_a_refused_row_is_not_told_of_its_currency_too(bring, company, sheet):
    """What currency an unknown account has is unknown: a sign beside an amount is no second fault."""
    row = ["A-1", (5, '0.00 "€"'), "2026-05-04"]
    assert refused(bring("payments", sheet(["account", "amount", "posted_on"], row))) == [
        (2, "account", "account_unknown")
    ]
    rows = "account,number,posted_on,unit_price\nA-1,N-1,2026-05-04,5 €\n"
    assert refused(bring("invoices", rows)) == [(2, "account", "account_unknown")]
