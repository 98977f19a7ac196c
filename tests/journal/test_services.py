from __future__ import annotations

from decimal import Decimal

import pytest
from tests.endings import reopen_books
from tests.factories import Ledger, day

from subledger.journal.errors import (
    ExchangeRateImplausible,
    ExchangeRateInvalid,
    PeriodClosed,
    PeriodInvalid,
    PeriodNotClear,
)
from subledger.journal.models import ExchangeRate, JournalEntry, JournalLine
from subledger.journal.queries import closed_through, rate_on, trial_balance
from subledger.journal.services import NewRate, close_period, enter_rates, reopen_period
from subledger.platform.models import Event


def test_closing_goes_forward_and_reopening_takes_back_the_latest(ledger: Ledger):
    assert closed_through() is None
    close_period(through=day("30/04"), actor="ana")
    close_period(through=day("10/05"), actor="ana")
    assert closed_through() == day("10/05")
    with pytest.raises(PeriodInvalid, match="closed through 2026-05-10 already"):
        close_period(through=day("10/05"), actor="ana")
    reopen_books(reason="a late invoice", actor="bob")
    assert closed_through() == day("30/04")
    ledger.payment(10, on="01/05")
    close_period(through=day("10/05"), actor="ana")
    assert closed_through() == day("10/05")
    reopened = Event.objects.get(type="period.reopened")
    assert (reopened.actor, reopened.data["reason"]) == ("bob", "a late invoice")


def test_with_nothing_closed_nothing_is_reopened(ledger: Ledger):
    with pytest.raises(PeriodInvalid, match="Nothing is closed"):
        reopen_period(reason="late", expected_outcome="", actor="ana")


def test_a_rate_holds_until_the_next_one(ledger: Ledger):
    rates = [NewRate("usd", day("01/05"), Decimal("0.9")), NewRate("USD", day("10/05"), Decimal("0.8"))]
    assert enter_rates(rates=rates, actor="ana") == 2
    assert [rate_on("usd", day(on)) for on in ("30/04", "01/05", "09/05", "10/05", "20/05")] == [
        None,
        Decimal("0.9"),
        Decimal("0.9"),
        Decimal("0.8"),
        Decimal("0.8"),
    ]


def test_the_last_word_on_a_day_stands(ledger: Ledger):
    on = day("01/05")
    assert enter_rates(rates=[NewRate("usd", on, Decimal("0.9")), NewRate("usd", on, Decimal("0.7"))], actor="ana") == 1
    assert rate_on("usd", on) == Decimal("0.7")
    enter_rates(rates=[NewRate("usd", on, Decimal("0.6"))], actor="ana")
    assert list(ExchangeRate.objects.values_list("rate", flat=True)) == [Decimal("0.6")]


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity", "1e-11", "1000000000"])
def test_what_is_no_rate_is_refused(ledger: Ledger, rate: str):
    with pytest.raises(ExchangeRateInvalid):
        enter_rates(rates=[NewRate("usd", day("01/05"), Decimal(rate))], actor="ana")


def test_the_base_currency_has_no_rate(ledger: Ledger):
    with pytest.raises(ExchangeRateInvalid, match="EUR is the base currency"):
        enter_rates(rates=[NewRate("eur", day("01/05"), Decimal(1))], actor="ana")


def test_every_posting_makes_one_balanced_entry_by_the_rules_of_a_default_company(ledger: Ledger):
    """One of each, in the ledger accounts a person would expect them in; 119.00 is 100.00 and 19 % tax."""

    def lines(ident: int) -> dict[str, int]:
        found = JournalLine.objects.filter(entry_id=ident).select_related("ledger_account")
        return {line.ledger_account.code: line.debit_minor - line.credit_minor for line in found}

    inv = ledger.invoice(100, tax=19)
    assert lines(inv.id) == {"1200": 119_00, "4000": -100_00, "2200": -19_00}
    pay = ledger.payment(50)
    assert lines(pay.id) == {"1010": 50_00, "1200": -50_00}
    note = ledger.credit_note(10, tax=19)
    assert lines(note.id) == {"1200": -11_90, "4000": 10_00, "2200": 1_90}
    assert lines(ledger.cancel(pay).id) == {"1010": -50_00, "1200": 50_00}
    wof = ledger.write_off(inv)
    assert wof.amount_minor == 107_10
    assert lines(wof.id) == {"1200": -107_10, "5100": 90_00, "2200": 17_10}
    inv2 = ledger.invoice(100)
    assert lines(ledger.cancel(inv2).id) == {"1200": -100_00, "4000": 100_00}
    over = ledger.payment(30)
    assert lines(ledger.refund(30).id) == {"1200": 30_00, "1010": -30_00}
    stray = ledger.payment(7, account=ledger.system("suspense"))
    assert lines(stray.id) == {"1010": 7_00, "2100": -7_00}
    moved = ledger.move(stray, ledger.account)
    assert lines(moved.id) == {"1010": 7_00, "1200": -7_00}
    assert over.number

    balances = trial_balance(start=day("01/05"), end=day("31/05"))
    assert sum(row.closing for row in balances) == 0
    assert {row.code: row.closing for row in balances}["2100"] == 0
    assert all(row.opening == 0 for row in balances)
    assert sum(row.opening for row in trial_balance(start=day("21/05"), end=day("31/05"))) == 0
    assert JournalEntry.objects.count() == 13, "the mirror invoice and the moved payment's cancellation among them"


def rate_of(on: str) -> Decimal:
    return ExchangeRate.objects.get(currency="usd", on=day(on)).rate


def test_a_rate_may_be_told_in_either_direction(company):
    enter_rates(rates=[NewRate("usd", day("01/05"), Decimal("1.0835"), is_inverse=True)], actor="ana")
    assert rate_of("01/05") == Decimal("0.9229349331")


@pytest.mark.parametrize(
    ("rate", "asks"),
    [("0.95", False), ("1.38", False), ("1.40", True), ("0.61", True), ("1.0835", True), ("92.3", True)],
)
def test_a_rate_far_from_the_one_before_it_or_inverted_is_asked_for(company, rate, asks):
    enter_rates(rates=[NewRate("usd", day("01/05"), Decimal("0.923"))], actor="ana")
    new = [NewRate("usd", day("02/05"), Decimal(rate))]
    if asks:
        with pytest.raises(ExchangeRateImplausible):
            enter_rates(rates=new, actor="ana")
        assert ExchangeRate.objects.count() == 1
    enter_rates(rates=new, is_confirmed=True, actor="ana")
    assert rate_of("02/05") == Decimal(rate)


def test_closing_through_today_is_shown_first_because_nothing_can_be_posted_until_tomorrow(ledger: Ledger):
    with pytest.raises(PeriodNotClear) as asked:
        close_period(through=day("20/05"), actor="ana")
    assert closed_through() is None
    assert "money that moves today is booked on 2026-05-21" in str(asked.value)
    close_period(through=day("20/05"), expected_outcome=asked.value.outcome, actor="ana")
    with pytest.raises(PeriodClosed):
        ledger.payment(10)
    reopen_books(reason="one more payment", actor="bob")
    assert ledger.payment(10).number
