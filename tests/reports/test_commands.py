"""``subledger report``, ``check`` and ``export`` as a person meets them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.db import connection
from tests.factories import Ledger
from typer.testing import CliRunner

from subledger.cli.main import app
from subledger.companies.models import Company
from subledger.reports.proof import invariants


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def books(ledger: Ledger, settings, monkeypatch) -> Ledger:
    """One company; commands meet the test's own database."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    ledger.invoice(1234, on="04/05", due="10/05")
    ledger.payment(34, on="05/05")
    return ledger


def test_report_prints_a_table_for_people(books: Ledger):
    shown = run("report", "aged-receivables", "--as-of", "2026-05-20")
    assert shown.exit_code == 0, shown.stderr
    assert "Aged receivables: as of 2026-05-20" in shown.stdout
    assert "1,200.00" in shown.stdout
    assert shown.stdout.splitlines()[-1].split()[:2] == ["Total", "EUR"]


def test_report_prints_json_in_minor_units_and_csv_in_major_ones(books: Ledger):
    [row] = json.loads(run("report", "aged-receivables", "--format", "json").stdout)
    assert (row["currency"], row["days_1_30"], row["total"]) == ("eur", 120_000, 120_000)
    [row] = csv.DictReader(io.StringIO(run("report", "aged-receivables", "--format", "csv").stdout))
    assert (row["currency"], row["days_1_30"], row["total"]) == ("EUR", "1200.00", "1200.00")


def test_report_writes_the_file_its_name_asks_for(books: Ledger, tmp_path):
    for ending in ("csv", "xlsx", "json"):
        out = tmp_path / f"statement.{ending}"
        written = run(
            "report",
            "statement",
            "--account",
            books.account.number,
            "--from",
            "2026-05-01",
            "--out",
            str(out),
        )
        assert (written.exit_code, written.stdout) == (0, ""), written.stderr
        assert "2 rows written" in written.stderr
        assert out.stat().st_size > 100


def test_report_list_names_every_report(books: Ledger):
    shown = run("report", "list").stdout
    assert all(name in shown for name in ("aged-receivables", "trial-balance", "receipts"))


@pytest.mark.few(6)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["report", "ageing"], "There is no report 'ageing'"),
        (["report", "statement"], "Account is needed"),
        (["report", "statement", "--account", "nobody"], "There is no account 'nobody'"),
        (["report", "receipts", "--as-of", "2026-05-01"], "Receipts takes no 'as_of'"),
        (["report", "receipts", "--out", "receipts.pdf"], "Cannot tell the format"),
        (["report", "receipts", "--out", "/nowhere/receipts.csv"], "Cannot write /nowhere/receipts.csv"),
        (["report", "receipts", "--company", "nobody"], "There is no company 'nobody'"),
        (["check", "--company", "nobody"], "There is no company 'nobody'"),
        (["export", "journal", "--to", "csv", "--from", "2030-01-01"], "2030-01-01 is after"),
    ],
)
def test_what_cannot_be_reported_is_refused_with_exit_1(books: Ledger, arguments: list[str], says: str):
    refused = run(*arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert says in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "receipts", "--from", "01.05.2026"],
        ["export", "journal"],
        ["export", "journal", "--to", "quicken"],
        ["export", "journal", "--to", "2026-05-01"],
        ["export", "journal", "--to", "csv", "--to", "beancount"],
    ],
)
def test_bad_usage_exits_2(books: Ledger, arguments: list[str]):
    assert run(*arguments).exit_code == 2


def test_check_proves_sound_books(books: Ledger):
    proved = run("check")
    assert proved.exit_code == 0, proved.stdout
    assert "ok     entries-balance                        2" in proved.stdout
    assert f"{len(invariants())} invariants hold." in proved.stdout


def test_check_names_what_is_broken_and_exits_1(books: Ledger):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE transactions_openitem SET open_minor = open_minor + 1")
        cursor.execute("SET LOCAL session_replication_role = origin")
    proved = run("check")
    assert proved.exit_code == 1
    assert "BROKEN open-items" in proved.stdout
    assert "- INV00000001: open are 120001 (base 120000), by its allocations 120000 (base 120000)" in proved.stdout
    rows = {row["invariant"]: row for row in json.loads(run("check", "--format", "json").stdout)}
    assert (rows["open-items"]["broken"], rows["balances"]["broken"], rows["trial-balance"]["broken"]) == (
        1,
        1,
        0,
    )


def test_export_journal_as_beancount_and_csv(books: Ledger, tmp_path):
    exported = run("export", "journal", "--to", "beancount")
    assert exported.exit_code == 0, exported.stderr
    assert "balance Assets:1200-Accounts-receivable  1200.00 EUR" in exported.stdout
    out = tmp_path / "journal.csv"
    assert run("export", "journal", "--to", "csv", "--out", str(out)).exit_code == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["debit"] for row in rows] == ["1234.00", "0.00", "34.00", "0.00"]


@pytest.mark.wide
def test_export_journal_takes_a_last_day_too(books: Ledger):
    assert run("export", "journal", "--to", "beancount", "--from", "0001-01-01").exit_code == 1  # as every door
    until = run("export", "journal", "--to", "csv", "--to", "2026-05-04")
    assert until.exit_code == 0, until.stderr
    assert len(until.stdout.splitlines()) == 3


def test_reports_of_one_of_several_companies(books: Ledger):
    from subledger.companies.services import create_company

    create_company(code="beta", name="Beta", base_currency="usd", actor="test")
    assert run("report", "receipts").exit_code == 1
    code = Company.objects.exclude(code="beta").get().code
    assert run("report", "receipts", "--company", code).exit_code == 0
