"""Every report by name: what it says of one small company's May, and how its parameters are read."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from tests.factories import Ledger, company_at_work

from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.errors import DomainError
from subledger.report_kit.errors import FileFormatUnknown, ParameterInvalid, ReportUnknown
from subledger.report_kit.files import file_name, form_of, heading_of, to_csv, to_json, to_xlsx
from subledger.reports.catalogue import report_named, reports

AGED = [
    "account",
    "name",
    "currency",
    "not_due",
    "days_1_30",
    "days_31_60",
    "days_61_90",
    "days_91_120",
    "days_over_120",
    "unallocated",
    "total",
]
MAY = {"from": "2026-05-01", "to": "2026-05-31"}


@pytest.fixture
def may(ledger: Ledger) -> Ledger:
    """Ann: 119.00 invoiced, 50.00 paid, a payment cancelled, a credit note; Dora in dollars, paid at a gain."""
    ledger.account.code = "ann"
    ledger.account.save()
    sold = ledger.invoice(100, tax=19, on="02/05", due="10/05")
    ledger.payment(50, on="04/05", to=[sold])
    ledger.cancel(ledger.payment(7, on="05/05"), on="06/05")
    ledger.credit_note(10, on="07/05")
    rates = [
        NewRate("usd", date(2026, 1, 1), Decimal("0.90")),
        NewRate("usd", date(2026, 5, 10), Decimal("0.95")),
    ]
    enter_rates(rates=rates, actor="test")
    dora = ledger.open("Dora", currency="usd", code="dora")
    invoice = ledger.invoice(200, account=dora, on="03/05", due="02/06")
    ledger.payment(200, account=dora, on="12/05", to=[invoice])
    ledger.payment(5, account=dora, on="13/05")
    lost = ledger.invoice(30, on="08/05", due="09/05")
    ledger.write_off(lost, on="09/05")
    return ledger


def dicts(name: str, **values) -> list[dict]:
    return report_named(name).run(**values).as_dicts()


def test_the_promised_columns_stand():
    names = {name: [column.name for column in report.columns] for name, report in reports().items()}
    assert names["aged-receivables"] == AGED
    assert names["statement"] == [
        "posted_on",
        "number",
        "classification",
        "description",
        "debit",
        "credit",
        "balance",
    ]
    assert names["trial-balance"] == [
        "code",
        "name",
        "class",
        "currency",
        "opening",
        "debit",
        "credit",
        "closing",
        "closing_debit",
        "closing_credit",
        "compared",
    ]
    assert set(names) >= {
        "receipts",
        "revenue-totals",
        "transactions",
        "general-journal",
        "allocations",
        "open-items",
    }


def test_aged_receivables_sort_what_is_open_by_days_past_due(may: Ledger):
    table = report_named("aged-receivables").run(as_of="2026-05-20")
    assert table.rows == [
        ("ann", "Ann", "eur", 0, 59_00, 0, 0, 0, 0, 0, 59_00),
        ("dora", "Dora", "usd", 0, 0, 0, 0, 0, 0, 5_00, -5_00),
    ]
    assert table.totals == [(None, None, *table.rows[0][2:]), (None, None, *table.rows[1][2:])]
    assert table.keys[0] == may.account.pk


@pytest.mark.few(5)
@pytest.mark.parametrize(
    ("as_of", "bucket"),
    [
        ("2026-05-10", "not_due"),
        ("2026-05-11", "days_1_30"),
        ("2026-06-09", "days_1_30"),
        ("2026-06-10", "days_31_60"),
        ("2026-07-09", "days_31_60"),
        ("2026-07-10", "days_61_90"),
        ("2026-08-09", "days_91_120"),
        ("2026-09-07", "days_91_120"),
        ("2026-09-08", "days_over_120"),
    ],
)
def test_days_are_counted_from_the_due_date(may: Ledger, as_of: str, bucket: str):
    [row] = [row for row in dicts("aged-receivables", as_of=as_of) if row["account"] == "ann"]
    assert {name for name in AGED[3:9] if row[name]} == {bucket}
    assert row[bucket] == row["total"] == 59_00


def test_aged_receivables_of_one_account_and_of_a_past_day(may: Ledger):
    assert dicts("aged-receivables", account="dora", as_of="2026-05-12") == []
    [row] = dicts("aged-receivables", account="ann", as_of="2026-05-05")
    assert (row["not_due"], row["total"]) == (62_00, 62_00), "119 less 50 and the 7 taken back a day later"


def test_open_items_name_what_is_open(may: Ledger):
    ann, dora = (row for row in dicts("open-items", as_of="2026-05-20") if row["account"] in ("ann", "dora"))
    assert (ann["number"], ann["days_late"], ann["unsettled"], ann["unallocated"]) == (
        "INV00000001",
        10,
        59_00,
        0,
    )
    assert (dora["classification"], dora["amount"], dora["unallocated"]) == ("payment", 5_00, 5_00)


def test_open_items_are_customers_as_ageing_is_and_those_of_system_accounts_where_they_are_asked_for(may: Ledger):
    mirror = may.system("write_off")
    named, own = dicts("open-items", account=mirror.number), dicts("open-items", accounts="own")
    assert [row["unsettled"] for row in named] == [30_00]
    assert [row for row in own if row["account"] == mirror.number] == named
    for report in ("open-items", "aged-receivables"):
        assert mirror.number not in {row["account"] for row in dicts(report)}, report
    customers, everything = dicts("open-items", accounts="customers"), dicts("open-items", accounts="all")
    assert customers == dicts("open-items")
    assert len(everything) == len(customers) + len(own)
    owed = sum(row["unsettled"] - row["unallocated"] for row in customers)
    assert owed == sum(row["total"] for row in dicts("aged-receivables"))
    assert not dicts("open-items", accounts="own", late="not_due")
    with pytest.raises(ParameterInvalid, match="customers, own, all"):
        dicts("open-items", accounts="theirs")


def test_a_statement_runs_from_opening_to_closing_balance(may: Ledger):
    table = report_named("statement").run(account="ann", **{"from": "2026-05-04", "to": "2026-05-06"})
    assert [row[4:] for row in table.rows] == [
        (None, None, 119_00),
        (0, 50_00, 69_00),
        (0, 7_00, 62_00),
        (7_00, 0, 69_00),
    ]
    assert table.rows[0][3] == "Opening balance"
    assert (table.totals[0][4:], table.currency) == ((7_00, 57_00, 69_00), "eur")


def test_trial_balances_add_up_to_zero_and_differ_by_exchange_differences(may: Ledger):
    by_currency, in_base = dicts("trial-balance", **MAY), dicts("trial-balance", base="yes", **MAY)
    for rows in (by_currency, in_base):
        for currency in {row["currency"] for row in rows}:
            assert sum(row["closing"] for row in rows if row["currency"] == currency) == 0
    assert {row["currency"] for row in in_base} == {"eur"}
    gain = [row["closing"] for row in in_base if row["code"] == "4900"]
    assert gain == [-10_00], "200 dollars at 0.95 paid an invoice at 0.90"
    assert [row["closing"] for row in by_currency if (row["code"], row["currency"]) == ("1200", "usd")] == [-5_00]


def test_the_opening_column_holds_what_was_before(may: Ledger):
    [later] = [
        row
        for row in dicts("trial-balance", **{"from": "2026-05-05", "to": "2026-05-31"})
        if row["code"] == "4000" and row["currency"] == "eur"
    ]
    assert (later["opening"], later["debit"], later["credit"], later["closing"]) == (
        -100_00,
        10_00,
        30_00,
        -120_00,
    )


def test_the_general_journal_lists_every_line_in_both_currencies(may: Ledger):
    rows = dicts("general-journal", **MAY)
    assert sum(row["base_debit"] for row in rows) == sum(row["base_credit"] for row in rows) > 0
    [gain] = [row for row in rows if row["code"] == "4900"]
    assert (gain["source"], gain["number"], gain["base_credit"], gain["credit"]) == (
        "allocation",
        "PAY00000003",
        10_00,
        0,
    )
    assert {row["account"] for row in rows if row["currency"] == "usd"} == {"dora"}
    assert dicts("general-journal", **{"from": "2026-04-01", "to": "2026-05-01"}) == []


def test_receipts_are_payments_less_cancellations_in_their_own_months(may: Ledger):
    with_june = dicts("receipts", **MAY)
    [euros] = [row for row in with_june if row["currency"] == "eur"]
    assert (euros["month"], euros["method"]) == ("2026-05", "Bank transfer")
    assert (euros["payments"], euros["cancellations"], euros["receipts"], euros["refunds"]) == (
        57_00,
        7_00,
        50_00,
        0,
    )
    assert dicts("receipts", **{"from": "2026-05-06", "to": "2026-05-06"})[0]["receipts"] == -7_00


def test_a_refund_is_no_receipt(may: Ledger):
    dora = may.open("Carl", code="carl")
    may.payment(9, account=dora, on="14/05")
    may.refund(9, account=dora, on="15/05")
    refunds = [row for row in dicts("receipts", **MAY) if row["refunds"]]
    assert [(row["refunds"], row["receipts"], row["method"]) for row in refunds] == [(9_00, 0, "Bank transfer")]


def test_revenue_leaves_tax_and_write_offs_out_and_takes_credit_notes_off(may: Ledger):
    may.cancel(may.invoice(40, tax=19, on="14/05"), on="15/05")
    table = report_named("revenue-totals").run(**MAY)
    euros = {row[0]: row[3:] for row in table.rows if row[2] == "eur"}
    assert euros == {
        "invoice": (170_00, 0, 170_00, 26_60, 196_60),
        "credit_note": (-10_00, 0, -10_00, 0, -10_00),
        "invoice_cancellation": (-40_00, 0, -40_00, -7_60, -47_60),
    }
    [total] = [row for row in table.totals if row[2] == "eur"]
    assert total[3:] == (120_00, 0, 120_00, 19_00, 139_00)


def test_transactions_of_a_span_a_classification_and_an_account(may: Ledger):
    assert [row["number"] for row in dicts("transactions", classification="credit-note", **MAY)] == ["CRN00000001"]
    numbers = [row["number"] for row in dicts("transactions", account="dora", **MAY)]
    assert numbers == ["INV00000002", "PAY00000003", "PAY00000004"]
    totals = report_named("transactions").run(account="ann", **MAY).totals
    assert [(row[10], row[14] - row[15]) for row in totals] == [("eur", 59_00)]


def test_allocations_show_the_released_ones_with_their_reason(may: Ledger):
    rows = dicts("allocations", account="ann", **MAY)
    released = [row for row in rows if row["released_on"]]
    assert [(row["credit"], row["release_reason"]) for row in released] == [("PAY00000002", "payment_cancelled")]
    [total] = report_named("allocations").run(account="ann", **MAY).totals
    assert total[6] == sum(row["amount"] for row in rows if not row["released_on"])


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("statement", {}, "Account is needed"),
        ("statement", {"account": "nobody"}, "There is no account 'nobody'"),
        ("statement", {"account": "acc_nonsense"}, "There is no account"),
        ("statement", {"account": "a\0b"}, "There is no account"),
        ("aged-receivables", {"as_of": "2026-02-30"}, "'2026-02-30' is not a day"),
        ("aged-receivables", {"from": "2026-02-01"}, "takes no 'from'. It takes: as_of, account"),
        ("receipts", {"from": "2026-06-01", "to": "2026-05-01"}, "2026-06-01 is after 2026-05-01"),
        ("transactions", {"classification": "bill"}, "'bill' is not a classification"),
        ("trial-balance", {"base": "perhaps"}, "neither yes nor no"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(ledger: Ledger, name: str, values: dict, says: str):
    with pytest.raises(ParameterInvalid, match=says) as refused:
        report_named(name).run(**values)
    assert isinstance(refused.value, DomainError)
    assert refused.value.code == "report_parameter_invalid"


def test_an_account_is_found_by_code_number_public_id_and_key(may: Ledger):
    account = may.account
    found = [dicts("statement", account=name) for name in (account.code, account.number, account.public_id, account.pk)]
    assert found[0]
    assert all(each == found[0] for each in found)


def test_another_companys_account_is_not_found(may: Ledger):
    with company_at_work():
        mine = Ledger()
        assert dicts("aged-receivables") == []
        with pytest.raises(ParameterInvalid):
            report_named("statement").run(account=may.account.public_id)
        assert dicts("statement", account=mine.account.number) == []


def test_dates_default_to_today_and_the_years_beginning(may: Ledger):
    assert report_named("receipts").run().parameters == {"from": "2026-01-01", "to": "2026-05-20"}
    assert report_named("aged-receivables").run().parameters == {"as_of": "2026-05-20"}


def test_an_unknown_report_names_the_known_ones():
    with pytest.raises(ReportUnknown, match=r"no report 'ageing'.* Choose one of: .*aged-receivables, "):
        report_named("ageing")


def test_files_hold_the_same_rows_each_in_its_own_way(may: Ledger):
    table = report_named("aged-receivables").run()
    assert json.loads(to_json(table)) == table.as_dicts()
    rows = list(csv.DictReader(io.StringIO(to_csv(table).decode())))
    assert [(row["account"], row["currency"], row["total"]) for row in rows] == [
        ("ann", "EUR", "59.00"),
        ("dora", "USD", "-5.00"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table))).active
    assert [sheet.cell(line, 1).value for line in (1, 2, 3)] == [
        "Aged receivables",
        "Test company",
        "As of 2026-05-20",
    ]
    assert [cell.value for cell in sheet[5]] == [column.label for column in table.columns]
    assert [(sheet.cell(line, 2).value, sheet.cell(line, 11).value) for line in (6, 7)] == [("Ann", 59), ("Dora", -5)]
    assert [(sheet.cell(line, 1).value, sheet.cell(line, 3).value, sheet.cell(line, 11).value) for line in (9, 10)] == [
        ("Total", "EUR", 59),
        ("Total", "USD", -5),
    ]
    assert sheet["K6"].number_format == "#,##0.00"


def test_names_of_files_say_whose_they_are_and_of_which_days(may: Ledger, company):
    aged = report_named("aged-receivables").run(as_of="2026-05-31")
    assert file_name(aged, "xlsx") == f"aged-receivables_{company.code}_2026-05-31.xlsx"
    trial = report_named("trial-balance").run(base=True, **MAY)
    assert file_name(trial, "csv") == f"trial-balance_{company.code}_base_2026-05-01_2026-05-31.csv"
    mine = report_named("statement").run(account="ann", **MAY)
    assert file_name(mine, "csv") == (f"statement_{company.code}_{may.account.number}-Ann_2026-05-01_2026-05-31.csv")


def test_every_report_becomes_every_kind_of_file(may: Ledger):
    """Of some there is nothing yet, such as reminders in books of which nobody was reminded. Every kind of column
    stands in one that has rows."""
    written = set()
    for report in reports().values():
        one = {"statement": {"account": "ann"}, "group-balances": {"account": "ann"}}
        table = report.run(**{**one, "ledger-account": {"ledger_account": "1200"}}.get(report.name, {}))
        written |= {column.kind for column in table.columns} if table.rows else set()
        assert len(json.loads(to_json(table))) == len(table.rows)
        assert len(to_csv(table).decode().splitlines()) == len(table.rows) + 1
        over, below = len(heading_of(table).lines) + 3, len(table.totals) + 1 if table.totals else 0
        sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table))).active
        assert sheet.max_row == over + len(table.rows) + below, report.name
    assert written == {column.kind for report in reports().values() for column in report.columns}


def test_a_formula_in_a_name_stays_text(may: Ledger):
    may.account.code = "=1+1"
    may.account.save()
    table = report_named("aged-receivables").run()
    assert "'=1+1" in to_csv(table).decode()
    assert openpyxl.load_workbook(io.BytesIO(to_xlsx(table))).active["A6"].data_type == "s"


def test_a_file_without_a_known_ending_is_refused(tmp_path):
    with pytest.raises(FileFormatUnknown, match=r"'ageing.pdf'. Use a name that ends in .csv or .xlsx or .json"):
        form_of(tmp_path / "ageing.pdf")


# What the API calls things, which pages and files of reports say in finance's words (docs/pages.md).
WORDS_OF_THE_API = {
    *("Allocated", "Allocations", "Back office code", "Classification", "Principle", "Released", "Standing"),
    *("Unallocated", "Unsettled"),
}


@pytest.mark.parametrize("name", sorted(reports()))
def test_reports_say_the_words_of_the_pages(name):
    report = reports()[name]
    said = [report.title, *(column.label for column in report.columns), *(one.label for one in report.parameters)]
    assert not WORDS_OF_THE_API & {*map(str, said)}
