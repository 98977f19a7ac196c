"""Realised exchange differences: what a settlement at another rate gains or loses, to the unit."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from django.db.models import F, Sum
from tests.factories import Ledger, day

from subledger.journal.errors import ExchangeRateMissing
from subledger.journal.models import JournalEntry, JournalLine
from subledger.journal.queries import trial_balance
from subledger.journal.services import NewRate, enter_rates
from subledger.transactions.models import OpenItem


def _rate(on: str, rate: str, currency: str = "usd") -> None:
    enter_rates(rates=[NewRate(currency, day(on), Decimal(rate))], is_confirmed=True, actor="test")


def _base(code: str) -> Decimal:
    """Debit less credit of a ledger account in base currency, in major units."""
    rows = trial_balance(start=day("01/01"), end=day("31/12"), base_currency="eur")
    return sum((Decimal(row.closing) / 100 for row in rows if row.code == code), Decimal(0))


def test_an_invoice_at_1_20_paid_at_1_10_realises_a_loss_of_ten(ledger: Ledger):
    account = ledger.open(currency="usd")
    _rate("01/05", "1.20")
    inv = ledger.invoice(100, account=account, on="04/05")
    _rate("10/05", "1.10")
    pay = ledger.payment(100, account=account, on="12/05")

    assert (ledger.open_amount(inv), ledger.open_amount(pay)) == (0, 0)
    assert _base("1010") == 110, "what came in, at its own rate"
    assert _base("4000") == -120, "what was earned, at its own"
    assert _base("1200") == 0, "nothing is left of the receivable"
    assert (_base("5900"), _base("4900")) == (10, 0)
    entry = JournalEntry.objects.get(source="allocation")
    assert entry.effective_on == day("12/05")


def test_the_other_way_round_it_is_a_gain(ledger: Ledger):
    account = ledger.open(currency="usd")
    _rate("01/05", "1.10")
    ledger.invoice(100, account=account, on="04/05")
    _rate("10/05", "1.20")
    ledger.payment(40, account=account, on="12/05")
    assert (_base("4900"), _base("5900")) == (-4, 0)
    assert _base("1200") == 66, "60 dollars are open at 1.10"


def test_cancelling_the_payment_reverses_the_difference(ledger: Ledger):
    account = ledger.open(currency="usd")
    _rate("01/05", "1.20")
    ledger.invoice(100, account=account, on="04/05")
    _rate("10/05", "1.10")
    pay = ledger.payment(100, account=account, on="12/05")
    ledger.cancel(pay, on="13/05")
    assert (_base("5900"), _base("4900"), _base("1010")) == (0, 0, 0)
    assert _base("1200") == 120
    release = JournalEntry.objects.get(source="release")
    assert release.effective_on == day("13/05")


def test_without_a_rate_on_or_before_the_day_nothing_is_posted(ledger: Ledger):
    account = ledger.open(currency="usd")
    _rate("10/05", "1.10")
    with pytest.raises(ExchangeRateMissing, match=r"USD on 2026-05-09.*no exchange rate to EUR.*Enter or import one"):
        ledger.invoice(100, account=account, on="09/05")
    assert ledger.invoice(100, account=account, on="10/05")


@pytest.mark.few(2)
@pytest.mark.parametrize("currency", ["usd", "jpy", "kwd"])
def test_round_trips_at_random_rates_leave_gains_less_losses_and_nothing_else(ledger: Ledger, currency: str):
    """Σ base = cash in - cash out: revenue and exchange differences together are the money that moved."""
    chance = random.Random(currency)
    account = ledger.open(currency=currency)
    owed: list = []
    for number in range(40):
        on = f"{1 + number // 3:02d}/05"
        _rate(on, str(Decimal(chance.randint(5_000, 20_000)) / 10_000), currency)
        verb = chance.choice(["invoice", "payment", "credit_note", "cancel"])
        amount = chance.randint(1, 500)
        if verb == "cancel" and owed:
            ledger.cancel(owed.pop(chance.randrange(len(owed))), on=on)
        elif verb != "cancel":
            posted = getattr(ledger, verb)(amount, account=account, on=on)
            if verb != "credit_note":
                owed.append(posted)
    balance = ledger.balance(account)
    if balance > 0:
        ledger.payment(balance, account=account, on="18/05")
    elif balance < 0:
        ledger.refund(-balance, account=account, on="18/05")
    assert ledger.balance(account) == 0
    assert not OpenItem.objects.filter(account=account).exists()
    assert _base("1200") == 0, "a settled account leaves no base amount behind"
    cash = _base("1010")
    assert cash == -(_base("4000") + _base("4900") + _base("5900"))
    sides = JournalLine.objects.aggregate(sum=Sum(F("base_debit_minor") - F("base_credit_minor")))
    assert sides["sum"] == 0
