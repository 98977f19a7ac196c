"""What cannot be undone is printed by the command before it is done, and done as it was printed."""

from __future__ import annotations

import re

import pytest
from tests.cli.test_administration import run
from tests.factories import NOW, Ledger, make_company

from subledger.accounts.models import Account
from subledger.journal.queries import closed_through
from subledger.platform import clock
from subledger.platform.scope import company_scope


@pytest.fixture
def ledger(db, settings, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    company = make_company()
    with clock.frozen(NOW), company_scope(company.pk):
        ledger = Ledger()
        ledger.company_code = company.code
        yield ledger


def outcome_of(printed: str) -> str:
    return re.search(r"^Outcome: (\w{32})$", printed, re.M)[1]


def test_terminating_prints_what_is_left_and_asks(ledger):
    ledger.invoice(50)
    command = ["account", "terminate", ledger.account.number, "--company", ledger.company_code]
    nobody = run(*command)
    assert nobody.exit_code == 1
    assert "Left on it for ever: 50.00 EUR owed on 1 open item." in nobody.stdout
    assert run(*command, stdin="n\n").exit_code == 1
    assert Account.objects.get(pk=ledger.account.pk).state == "active"
    ledger.payment(20)
    stale = run(*command, "--outcome", outcome_of(nobody.stdout))
    assert (stale.exit_code, "30.00 EUR owed" in stale.stderr) == (1, True)
    assert f"--outcome {outcome_of(stale.stdout)}" in stale.stderr
    done = run(*command, stdin="y\n")
    assert (done.exit_code, Account.objects.get(pk=ledger.account.pk).state) == (0, "terminated")


def test_an_account_that_there_is_not(ledger):
    refused = run("account", "terminate", "ACR-none", "--company", ledger.company_code)
    assert (refused.exit_code, "ACR-none" in refused.stderr) == (1, True)


def test_closing_and_reopening_print_what_they_come_to(ledger):
    ledger.payment(10, on="04/05")
    company = ["--company", ledger.company_code]
    for through in ("2026-03-31", "2026-05-10"):
        closed = run("period", "close", through, *company, stdin="y\n")
        assert closed.exit_code == 0, closed.stderr
    assert "The last posting is on 2026-05-04, and the first open day is 2026-05-11." in closed.stdout
    assert str(closed_through()) == "2026-05-10"
    shown = run("period", "reopen", "--reason", "late", *company)
    assert (shown.exit_code, "Once it is reopened they are closed through 2026-03-31." in shown.stdout) == (1, True)
    again = ["period", "reopen", "--reason", "late", "--outcome", outcome_of(shown.stdout), *company]
    assert [run(*again).exit_code for _ in range(2)] == [0, 1]
    assert str(closed_through()) == "2026-03-31"
    blank = run("period", "reopen", "--reason", " ", *company, stdin="y\n")
    assert (blank.exit_code, "No reason is given" in blank.stderr) == (1, True)
