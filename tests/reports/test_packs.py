"""The reports of a month in one file, the check of the books as a run, and the card of a ledger account."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import openpyxl
import pytest
from django.db import connection
from tests.factories import Ledger

from subledger.companies.models import Company
from subledger.journal.month_end import Month
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.ids import encode
from subledger.platform import clock
from subledger.platform.models import LastCheck
from subledger.report_kit.errors import ParameterInvalid
from subledger.reports.catalogue import report_named
from subledger.reports.orders import order_check, order_month_export
from subledger.reports.packs import names
from subledger.runs.models import RunFile, RunFileChunk
from subledger.runs.queries import content_of, files_of, files_to_fetch, run_by_id, steps_of
from subledger.runs.services.files import drop_old_files, keep_file, note_fetched
from subledger.runs.services.worker import work

MAY = {"from": "2026-05-01", "to": "2026-05-31"}


@pytest.fixture
def sold(ledger: Ledger) -> Ledger:
    """April: 200.00. May: 316.15 invoiced, 116.15 paid, and 50.00 dollars invoiced at 0.90."""
    enter_rates(rates=[NewRate("usd", date(2026, 4, 1), Decimal("0.90"))], actor="test")
    ledger.invoice(200, on="10/04", due="01/05")
    invoice = ledger.invoice("316.15", on="04/05", due="01/06")
    ledger.payment("116.15", on="10/05", to=[invoice])
    ledger.invoice(50, account=ledger.open("Dora", currency="usd"), on="12/05", due="01/06")
    return ledger


def test_a_card_runs_from_opening_to_closing_in_each_currency(sold: Ledger):
    table = report_named("ledger-account").run(ledger_account="1200", **MAY)
    rows = [(row["effective_on"], row["name"], row["currency"], row["debit"], row["credit"], row["balance"])
            for row in table.as_dicts()]  # fmt: skip
    assert rows == [
        (date(2026, 5, 1), "Opening balance", "eur", 0, 0, 200_00),
        (date(2026, 5, 4), "Ann", "eur", 316_15, 0, 516_15),
        (date(2026, 5, 10), "Ann", "eur", 0, 116_15, 400_00),
        (date(2026, 5, 12), "Dora", "usd", 50_00, 0, 50_00),
    ]
    assert [total[6:] for total in table.totals] == [("eur", 316_15, 116_15, 400_00), ("usd", 50_00, 0, 50_00)]
    assert [encode("jen", key) if key else None for key in table.keys] == [row["entry"] for row in table.as_dicts()]
    in_base = report_named("ledger-account").run(ledger_account="1200", base=True, **MAY).as_dicts()
    assert [row["balance"] for row in in_base] == [200_00, 516_15, 400_00, 445_00]
    trial = {
        (row["code"], row["currency"]): row["closing"] for row in report_named("trial-balance").run(**MAY).as_dicts()
    }
    assert (trial["1200", "eur"], trial["1200", "usd"]) == (400_00, 50_00)


@pytest.mark.parametrize(("value", "says"), [(None, "is needed"), ("1299", "no ledger account '1299'"), ("a\0", "no")])
def test_a_card_is_of_an_account_of_the_chart(ledger: Ledger, value, says):
    with pytest.raises(ParameterInvalid, match=says):
        report_named("ledger-account").run(ledger_account=value)


def test_a_trial_balance_has_sides_classes_and_another_day_beside_it(sold: Ledger):
    table = report_named("trial-balance").run(compare="2026-04-30", **MAY)
    of_receivables = next(row for row in table.as_dicts() if (row["code"], row["currency"]) == ("1200", "eur"))
    of_revenue = next(row for row in table.as_dicts() if (row["code"], row["currency"]) == ("4000", "eur"))
    sides = ("class", "opening", "closing_debit", "closing_credit", "compared")
    assert [of_receivables[name] for name in sides] == ["asset", 200_00, 400_00, 0, 200_00]
    assert [of_revenue[name] for name in sides] == ["income", -200_00, 0, 516_15, -200_00]
    totals = [dict(zip([c.name for c in table.columns], total, strict=True)) for total in table.totals]
    assert [(t["currency"], t["closing_debit"] - t["closing_credit"], t["compared"]) for t in totals] == [
        ("eur", 0, 0), ("usd", 0, 0),
    ]  # fmt: skip
    alone = report_named("trial-balance").run(**MAY)
    assert {row["compared"] for row in alone.as_dicts()} == {None}
    # an account that moved on the other day alone is there, too
    later = report_named("trial-balance").run(**{"from": "2026-03-01", "to": "2026-03-31", "compare": "2026-05-31"})
    assert {row["code"]: row["compared"] for row in later.as_dicts() if row["currency"] == "usd"} == {
        "1200": 50_00, "4000": -50_00,
    }  # fmt: skip


def test_the_reports_of_a_month_come_as_one_file_that_proves_itself(sold: Ledger, company: Company):
    run = order_month_export(month=Month(date(2026, 5, 1)), actor="ann")
    assert not work(run.pk)
    run = run_by_id(run.pk)
    assert (run.state, run.as_of) == ("completed", date(2026, 5, 31))
    assert [step.key for step in steps_of(run.pk)] == names()
    [made] = files_of(run.pk)
    assert made.name == f"month-end_{company.code}_2026-05.zip"
    assert RunFile.objects.filter(run=run).count() == 1, "parts are dropped"
    content = b"".join(content_of(made))
    assert (made.size, made.sha256) == (len(content), sha256(content).hexdigest())
    pack = zipfile.ZipFile(io.BytesIO(content))
    folder = f"month-end_{company.code}_2026-05"
    check = json.loads(pack.read(f"{folder}/check.json"))
    assert {name.removeprefix(f"{folder}/") for name in pack.namelist()} == {
        "check.json", *(file["name"] for file in check["files"]),
    }  # fmt: skip
    for file in check["files"]:
        inside = pack.read(f"{folder}/{file['name']}")
        assert (file["size"], file["sha256"]) == (len(inside), sha256(inside).hexdigest())
    aged = f"aged-receivables_{company.code}_2026-05-31"
    sheet = openpyxl.load_workbook(io.BytesIO(pack.read(f"{folder}/{aged}.xlsx"))).active
    cells = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert cells[:3] == [["Aged receivables"], [company.name], ["As of 2026-05-31"]]
    assert cells[4][:3] == ["Account", "Name", "Currency"]
    assert [row[-1] for row in cells if row and row[0] == "Total"] == [400, 50]
    lines = list(csv.DictReader(io.StringIO(pack.read(f"{folder}/{aged}.csv").decode())))
    assert [(line["name"], line["currency"], line["total"]) for line in lines] == [
        ("Ann", "EUR", "400.00"), ("Dora", "USD", "50.00"),
    ]  # fmt: skip
    told = next(file for file in check["files"] if file["name"] == f"{aged}.csv")
    assert (told["rows"], [total["total"] for total in told["totals"]]) == (2, ["400.00", "50.00"])
    ties = next(line for line in check["looked_at"] if line["line"] == "tie-out")
    assert ties["says"][1] == "EUR: aged receivables 400.00, 1200 Accounts receivable 400.00, difference 0.00"
    assert f"{folder}/trial-balance_{company.code}_base_2026-04-30_2026-05-01_2026-05-31.xlsx" in pack.namelist()


def test_whoever_asked_for_a_file_is_told_until_it_is_fetched(sold: Ledger):
    run = order_month_export(month=Month(date(2026, 5, 1)), actor="ann")
    work(run.pk)
    [made] = files_to_fetch("ann")
    assert not files_to_fetch("bob")
    note_fetched(file=made)
    assert not files_to_fetch("ann")


def test_a_file_of_many_parts_is_read_whole_and_dropped_in_time(sold: Ledger):
    run = order_check(actor="ann")
    content = bytes(range(256)) * 5_000
    row = keep_file(run_id=run.pk, name="x.bin", content_type="application/octet-stream", stream=io.BytesIO(content))
    assert RunFileChunk.objects.filter(file=row).count() == 3
    assert b"".join(content_of(row)) == content
    again = keep_file(run_id=run.pk, name="x.bin", content_type="text/plain", stream=io.BytesIO(b"y"))
    assert [b"".join(content_of(one)) for one in RunFile.objects.filter(run=run)] == [b"y"]
    with clock.frozen(clock.now() + timedelta(days=29)):
        assert drop_old_files() == 0
    with clock.frozen(clock.now() + timedelta(days=31)):
        drop_old_files()
    assert not RunFile.objects.filter(pk=again.pk).exists()
    assert not RunFileChunk.unscoped.filter(file_id=again.pk).exists()


def test_a_check_is_a_run_and_names_what_is_broken(sold: Ledger):
    with clock.frozen(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        run = order_check(actor="ann")
        work(run.pk)
        assert run_by_id(run.pk).state == "completed"
        assert LastCheck.objects.get().breaches == 0
        with connection.cursor() as cursor:
            cursor.execute("UPDATE platform_numberseries SET next_value = next_value + 2 WHERE code = 'invoice'")
        run = order_check(actor="ann")
        work(run.pk)
    assert run_by_id(run.pk).state == "completed_with_errors"
    [failed] = steps_of(run.pk).filter(outcome="failed")
    assert failed.key == "numbers-without-gaps"
    assert "2 of 8 break it: INV00000004: this number of the series invoice is missing" in failed.detail
    assert LastCheck.objects.get().breaches == 2
