"""``subledger import`` as people type it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from subledger.accounts.models import Customer
from subledger.accounts.services import update_account
from subledger.cli.main import app
from subledger.imports.models import ImportRun
from subledger.messages.models import Message, MessageSettings, Suppression
from subledger.messages.services.suppressions import lift_suppression, suppress_address
from subledger.messages.states import SuppressionReason
from subledger.platform.listeners import listeners
from subledger.platform.models import Event
from subledger.transactions.models import Transaction


def run(*arguments: object):
    return CliRunner().invoke(app, ["import", *map(str, arguments)])


@pytest.fixture
def books(ledger, company, monkeypatch):
    """The command meets the test's own database, with one account."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    update_account(account_id=ledger.account.pk, changes={"code": "A1"}, actor="test")
    return company.code


def test_a_foreign_file_by_mapping(books, table):
    path = table("Who,Paid,Day,Balance\nA1,5.50,03.05.2026,9\nA1,1000.00,04.05.2026,9\n")
    maps = ["--map", "account=Who", "--map", "amount=Paid", "--map", "posted_on=Day"]
    rest = ["--date-format", "%d.%m.%Y", "--company", books]
    done = run("payments", path, *maps, *rest)
    assert done.exit_code == 0, done.output
    assert "2 rows of payments read, 2 created (1,005.50 EUR), 0 unchanged, 0 rows rejected." in done.stdout
    assert "Columns that hold no field, ignored: Balance." in done.stdout
    assert "0 created, 2 unchanged" in run("payments", path, *maps, *rest).stdout
    assert Transaction.objects.count() == 2


def test_rejected_rows_are_listed_and_nothing_is_imported(books, table, tmp_path):
    path = table("account,amount,posted_on\nA1,5,2026-05-03\nA1,x,2026-05-03\n")
    done = run("payments", path, "--company", books)
    assert done.exit_code == 1
    assert "amount_invalid" in done.stdout
    assert str(tmp_path / "file.csv.rejected.csv") in done.stdout
    assert "Nothing was imported." in done.stderr
    assert not Transaction.objects.exists()
    shown = run("payments", path, "--company", books, "--format", "json", "--rejected", tmp_path / "bad.csv")
    assert [(row["line"], row["column"], row["code"]) for row in json.loads(shown.stdout)] == [
        (3, "amount", "amount_invalid")
    ]
    assert (tmp_path / "bad.csv").exists()
    assert run("payments", path, "--company", books, "--skip-bad").exit_code == 0
    assert Transaction.objects.count() == 1


def test_many_rejected_rows_do_not_flood_the_terminal(books, table):
    path = table("account,amount,posted_on\n" + "A1,x,2026-05-03\n" * 500)
    done = run("payments", path, "--company", books)
    assert "… and 480 more" in done.stdout
    assert len(done.stdout.splitlines()) < 40


def test_a_dry_run_says_so(books, table):
    path = table("account,amount,posted_on\nA9,5,2026-05-03\n")
    assert run("payments", path, "--company", books, "--dry-run").exit_code == 1
    done = run("payments", path, "--company", books, "--dry-run", "--suspense")
    assert done.exit_code == 0
    assert "1 payments could not be placed: would be on the suspense account." in done.stdout
    assert "A dry run: nothing was kept." in done.stdout
    assert not Transaction.objects.exists()


def test_how_many_customers_are_written_to_is_said_before_it_happens(books, table, ledger, company):
    """Mail cannot be called back: a file of old payments writes to nobody, one of new ones says to how many."""
    Customer.objects.filter(pk=ledger.account.customer_id).update(email="ana@example.com")
    path = table("account,amount,posted_on\nA1,5,2026-05-03\nA1,7,2026-05-04\nA1,9,2025-03-04\n")
    asked = ("payments", path, "--company", books, "--accept-old-days")
    assert "receipts" not in run(*asked, "--dry-run").stdout
    MessageSettings.objects.update(automatic=["payment_receipt"])
    assert "2 receipts would be sent to customers by themselves" in run(*asked, "--dry-run").stdout
    suppress_address(address="ANA@example.com", reason=SuppressionReason.BOUNCED, note="", actor="test")
    assert "receipts" not in run(*asked, "--dry-run").stdout, "who gets no mail is not written to"
    lift_suppression(suppression_id=Suppression.objects.get().pk, actor="test")
    assert not Message.objects.exists()
    assert "2 receipts sent to customers by themselves" in run(*asked).stdout
    assert ImportRun.objects.get().receipts == 2
    listener = next(one for one in listeners() if one.name == "receipts of payments")
    listener.handle(list(Event.objects.filter(type="payment.posted")))
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["bills", "file.csv"], 2),
        (["payments", "file.csv", "--map", "amount"], 2),
        (["payments", "missing.csv"], 1),
        (["payments", "file.txt"], 1),
    ],
)
def test_bad_usage_and_bad_files(books, arguments, status):
    done = run(*arguments, "--company", books)
    assert done.exit_code == status
    assert done.stderr
    assert "Traceback" not in done.output


def test_a_bad_name_is_listed_and_the_rest_is_imported(books, table):
    path = table("account,amount,posted_on\n4242424242424242,5,2026-05-04\nA-1,7,2026-05-04\n")
    result = run("payments", path, "--create-missing", "--skip-bad", "--company", books)
    assert "looks like a card number" in result.output
    assert Transaction.objects.get().amount_minor == 700
    [header, row] = path.with_name("file.csv.rejected.csv").read_text().splitlines()
    assert header == "account,amount,posted_on,line,column,code,reason"
    assert ",2,account,card_number_refused," in row
