"""The journal for other books: beancount reads it, checks it, and comes to our balances."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data, realization
from tests.factories import Ledger

from subledger.companies.models import Company
from subledger.journal.models import LedgerAccount
from subledger.journal.queries import LedgerBalance, trial_balance
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.money import to_decimal
from subledger.reports.beancount import account_names, beancount_file

START, END = date(2026, 1, 1), date(2026, 5, 20)


@pytest.fixture
def books(ledger: Ledger) -> Ledger:
    rates = [
        NewRate("usd", date(2026, 1, 1), Decimal("0.9017")),
        NewRate("usd", date(2026, 5, 10), Decimal("0.9533")),
        NewRate("jpy", date(2026, 1, 1), Decimal("0.00581")),
    ]
    enter_rates(rates=rates, actor="test")
    sold = ledger.invoice(100, tax=19, on="04/05", due="01/06")
    ledger.payment(40, on="05/05", to=[sold])
    lost = ledger.invoice(60, on="08/05")
    ledger.write_off(lost, on="09/05")
    for currency in ("usd", "jpy"):
        account = ledger.open(f'The "{currency}" \\ company', currency=currency)
        invoice = ledger.invoice(1234, account=account, tax=7, on="03/05")
        ledger.cancel(ledger.payment(1000, account=account, on="12/05", to=[invoice]), on="14/05")
    return ledger


def load(text: str, path: Path) -> dict[str, Decimal]:
    """Balances by account name, after `bean-check` has found nothing to say."""
    path.write_text(text, encoding="utf-8")
    bean_check = Path(sys.executable).with_name("bean-check")
    checked = subprocess.run([bean_check, path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    entries, errors, _ = loader.load_file(str(path))
    assert errors == []
    real = realization.realize(entries)
    return {
        posting.account: realization.get(real, posting.account).balance.get_currency_units("EUR").number
        for entry in entries
        if isinstance(entry, data.Transaction)
        for posting in entry.postings
    }


def ours(start: date = START, end: date = END) -> dict[str, Decimal]:
    balances = trial_balance(start=start, end=end, base_currency="eur")
    names = account_names(balances)
    return {names[balance.code]: to_decimal(balance.closing, "eur") for balance in balances}


def test_bean_check_passes_and_balances_equal_ours(books: Ledger, tmp_path: Path):
    text = beancount_file(start=START, end=END)
    found = load(text, tmp_path / "books.beancount")
    assert found == ours()
    assert found["Assets:1200-Accounts-receivable"] != 0
    assert "Equity:Memorandum:9100-Written-off-receivables" in found


def test_amounts_in_transaction_currency_stand_beside_as_metadata(books: Ledger, tmp_path: Path):
    path = tmp_path / "books.beancount"
    load(beancount_file(start=START, end=END), path)
    entries, _, _ = loader.load_file(str(path))
    noted = [
        (posting.units, posting.meta["transaction_amount"])
        for entry in entries
        if isinstance(entry, data.Transaction)
        for posting in entry.postings
        if "transaction_amount" in posting.meta
    ]
    assert {amount.currency for _, amount in noted} == {"USD", "JPY"}
    assert {units.currency for units, _ in noted} == {"EUR"}
    dollars = [units.number / amount.number for units, amount in noted if amount.currency == "USD" and amount.number]
    assert all(Decimal("0.89") < rate < Decimal("0.96") for rate in dollars)


def test_a_later_beginning_opens_with_what_was_before(books: Ledger, tmp_path: Path):
    text = beancount_file(start=date(2026, 5, 9), end=END)
    assert '2026-05-09 * "Opening balances"' in text
    assert load(text, tmp_path / "books.beancount") == ours()


def test_an_earlier_end_leaves_out_what_came_later(books: Ledger, tmp_path: Path):
    end = date(2026, 5, 5)
    found = load(beancount_file(start=START, end=end), tmp_path / "books.beancount")
    assert found == ours(end=end) != ours()


def test_empty_books_are_a_file_that_beancount_reads(company: Company, tmp_path: Path):
    assert load(beancount_file(start=date.min, end=END), tmp_path / "books.beancount") == {}


def test_names_of_people_and_accounts_cannot_break_the_file(books: Ledger, tmp_path: Path):
    Company.objects.filter(code__startswith="test-").update(name='Straße "Söhne"\n\\ & Co')
    LedgerAccount.objects.filter(code="1200").update(name="ümlaut: 应收 / ()")
    LedgerAccount.objects.filter(code="4000").update(name='"quoted"', code="é-4")
    assert load(beancount_file(start=START, end=END), tmp_path / "books.beancount") == ours()


def test_no_two_ledger_accounts_share_a_name():
    alike = [LedgerBalance(0, code, "应收", "asset", "eur", 0, 0, 0, 0, None) for code in ("1-2", "1.2", "1 2", "收")]
    names = account_names(alike)
    assert len(set(names.values())) == 4
    assert names["1-2"] == "Assets:1-2"
