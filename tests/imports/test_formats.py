"""How a file writes its numbers: declared, or shown by its other rows, and never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from tests.factories import company_at_work
from tests.imports.conftest import refused

from subledger.companies.models import Company
from subledger.import_kit.errors import ImportOptionInvalid
from subledger.journal.models import ExchangeRate
from subledger.kernel.numbers import NumberFormat
from subledger.transactions.models import Transaction, TransactionItem

PAYMENTS = "account;amount;posted_on\n"


@pytest.fixture
def amounts(bring, company):
    """What payments come to when a column of amounts is imported, in the order of the file."""

    def run(*written: str, **options):
        rows = PAYMENTS + "".join(f"DE1;{text};2026-05-04\n" for text in written)
        report = bring("payments", rows, create_missing=True, **options)
        assert not report.rejections, report.rejections
        return list(Transaction.objects.order_by("number").values_list("amount_minor", flat=True))

    return run


def test_an_amount_with_two_readings_is_refused_and_both_are_named(bring, company):
    report = bring("payments", PAYMENTS + "DE1;1.000;2026-05-04\n", create_missing=True)
    assert refused(report) == [(2, "amount", "amount_invalid")]
    assert report.rejections[0].reason.startswith("1.000 can be 1.00 or 1,000.00. Write 1.00 or 1000.00")
    assert not Transaction.objects.exists()


@pytest.mark.parametrize(
    ("number_format", "minor"), [(NumberFormat.POINT_GROUPS, 100_000), (NumberFormat.COMMA_GROUPS, 100)]
)
def test_a_declared_format_decides(amounts, number_format, minor):
    assert amounts("1.000", number_format=number_format.value) == [minor]


def test_rules_declare_a_format_too(amounts):
    assert amounts("1.000", rules={"number_format": "1.234,56"}) == [100_000]


def test_other_rows_of_the_column_decide_wherever_they_stand(amounts):
    assert amounts("1.000", "99,90") == [100_000, 9990]


def test_other_rows_that_show_a_point_decide_too(amounts):
    assert amounts("1.000", "2,500", "99.90") == [100, 250_000, 9990]


def test_a_column_that_shows_both_formats_decides_nothing(bring, company):
    rows = PAYMENTS + "".join(f"DE1;{text};2026-05-04\n" for text in ("99,90", "99.90", "1.000"))
    assert refused(bring("payments", rows, create_missing=True)) == [(4, "amount", "amount_invalid")]


def test_the_companys_format_decides_where_the_file_shows_none(amounts, company):
    Company.objects.filter(pk=company.pk).update(number_format="1.234,56")
    assert amounts("1.000") == [100_000]


def test_what_the_file_shows_goes_before_the_companys_format(amounts, company):
    Company.objects.filter(pk=company.pk).update(number_format="1.234,56")
    assert amounts("1.000", "12.50") == [100, 1250]


def test_amounts_are_read_as_the_world_writes_them(amounts):
    written = ["99,90", "1'000.50", "1 000,50", "€ 7,00", "8,00 EUR", "9.00 CR"]
    assert amounts(*written) == [9990, 100_050, 100_050, 700, 800, 900]


@pytest.mark.parametrize("text", ["(50.00)", "50.00-", "-50.00", "50.00 DR"])
def test_a_negative_payment_is_called_negative(bring, company, text):
    report = bring("payments", PAYMENTS + f"DE1;{text};2026-05-04\n", create_missing=True)
    assert refused(report) == [(2, "amount", "amount_invalid")]
    assert "The amount -50.00 EUR is negative: it must be at least 0.01 EUR" in report.rejections[0].reason


INVOICES = "account,number,posted_on,unit_price,quantity\n"


def unit_amounts() -> list[str]:
    rows = TransactionItem.objects.order_by("transaction_id", "position")
    return [f"{item.unit_amount.normalize():f}" for item in rows]


def test_a_price_may_have_three_decimals_where_nothing_speaks_for_thousands(bring, company):
    bring("invoices", INVOICES + "A,N1,2026-05-04,12.345,100\n", create_missing=True)
    assert unit_amounts() == ["1234.5"]


def test_a_delimiter_of_decimal_commas_speaks_for_thousands(bring, company):
    rows = (INVOICES + "A,N1,2026-05-04,12.345,100\n").replace(",", ";")
    report = bring("invoices", rows, create_missing=True)
    assert refused(report) == [(2, "unit_price", "number_invalid")]
    assert "12.345 can be 12.345 or 12,345." in report.rejections[0].reason


def test_another_column_decides_for_a_price(bring, company):
    header = INVOICES.replace("quantity", "discount_amount").replace(",", ";")
    bring("invoices", header + "A;N1;2026-05-04;12.345;99,90\n", create_missing=True)
    assert unit_amounts() == ["1234500"]


def test_percentages_have_one_reading(bring, company):
    header = "account,number,posted_on,unit_price,tax_rate,discount_percent\n"
    bring(
        "invoices", header + 'A,N1,2026-05-04,100,19.000,"7,500"\nA,N1,2026-05-04,100,"5,5 %",5%\n', create_missing=True
    )
    items = TransactionItem.objects.order_by("position")
    assert [(float(i.tax_percent), float(i.discount_percent)) for i in items] == [(19.0, 7.5), (5.5, 5.0)]


def test_numbers_of_a_workbook_need_no_format(bring, company):
    header = ["account", "number", "posted_on", "unit_price", "quantity"]
    rows = [header, ["A", "N1", "2026-05-04", 1.234, 1000], ["A", "N1", "2026-05-04", "1.234,50", 1]]
    bring("invoices", rows, suffix=".xlsx", create_missing=True, number_format="1.234,56")
    assert unit_amounts() == ["123.4", "123450"]


def test_a_format_that_is_none_is_refused_with_those_there_are(bring, company):
    with pytest.raises(ImportOptionInvalid, match=r"'comma' is no number format\. Choose one of: 1,234\.56 "):
        bring("payments", PAYMENTS + "DE1;1;2026-05-04\n", number_format="comma")


# -- days ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("instant", [datetime(2026, 5, 31, 22, 30, tzinfo=UTC), "2026-05-31T22:30:00Z"])
def test_an_instant_is_the_day_that_it_was_in_the_companys_zone(bring, db, instant):
    with company_at_work(time_zone="Europe/Rome", now=datetime(2026, 6, 20, tzinfo=UTC)):
        rows = [["account", "amount", "posted_on"], ["IT1", 5, instant]]
        bring("payments", rows, suffix=".parquet", create_missing=True)
        assert Transaction.objects.get().posted_on == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("22/11/2026", "is a day in another format than ISO"),
        ("2026-02-30", "no calendar has it"),
        ("46146", "is a number, where a day is meant"),
    ],
)
def test_a_day_that_cannot_be_read_is_refused_with_the_cause(bring, company, text, says):
    report = bring("payments", PAYMENTS + f"DE1;5;{text}\n", create_missing=True)
    assert refused(report) == [(2, "posted_on", "date_invalid")]
    assert says in report.rejections[0].reason


def test_an_old_day_among_others_is_asked_for_and_a_history_is_not(bring, company):
    recent = "".join(f"DE1;{n};2026-05-04\n" for n in range(1, 12))
    report = bring("payments", PAYMENTS + recent + "DE1;5;2016-05-04\n", create_missing=True)
    assert refused(report) == [(13, "posted_on", "posting_day_old")]
    kept = bring("payments", PAYMENTS + recent + "DE1;5;2016-05-04\n", create_missing=True, accept_old_days=True)
    assert kept.created == 12
    history = "".join(f"DE1;{n};2016-05-04\n" for n in range(20, 31))
    assert bring("payments", PAYMENTS + history).created == 11


def test_rates_are_imported_in_either_direction(bring, company):
    report = bring("exchange-rates", "currency,on,inverse_rate\nusd,2026-05-01,1.0835\n")
    assert report.created == 1
    assert ExchangeRate.objects.get().rate == Decimal("0.9229349331")
    assert bring("exchange-rates", "currency,on,inverse_rate\nusd,2026-05-01,1.0835\n").unchanged == 1
    inverted = "currency,on,rate\nusd,2026-05-02,1.084\n"
    assert refused(bring("exchange-rates", inverted)) == [(2, "rate", "exchange_rate_implausible")]
    assert bring("exchange-rates", inverted, accept_rates=True).created == 1


@pytest.mark.parametrize("number_format", [None, "1,234.56"])
def test_a_cell_that_says_thousands_and_holds_none_is_refused_by_name(bring, company, tmp_path, number_format):
    with xlsxwriter.Workbook(path := tmp_path / "file.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["account", "Betrag", "posted_on"])
        for line, (value, shape) in enumerate([(10, '0.00 "k"'), (10_000, '0.00,"k"')], 1):
            sheet.write_string(line, 0, "A1")
            sheet.write_number(line, 1, value, book.add_format({"num_format": shape}))
            sheet.write_string(line, 2, "2026-05-04")
    report = bring(
        "payments",
        path,
        mapping={"amount": "Betrag"},
        create_missing=True,
        skip_bad=True,
        number_format=number_format,
    )
    assert [(one.line, one.column) for one in report.rejections] == [(2, "Betrag")]
    assert "it stands beside 'k'" in report.rejections[0].reason
    assert report.totals == {"eur": 1_000_000}
    again = bring("payments", report.rejected_file, mapping={"amount": "Betrag"})
    assert [one.column for one in again.rejections] == ["Betrag"], "the rejected file holds the cell as it was"
