"""The credit rule at its bounds, and an account's own period."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from subledger.accounts.checks import checked_customer
from subledger.accounts.errors import CreditPeriodOutsideWindow, CreditRuleInvalid, CustomerInvalid, DueDateInvalid
from subledger.accounts.rules import (
    CreditPeriod,
    CreditRule,
    CreditRuleKind,
    Operator,
    Unit,
    Window,
    add_months,
    base_due_on,
    check_credit_period,
    check_due_on,
    default_due_on,
    due_window,
)
from subledger.kernel.email_addresses import trouble_with

DAYS, NTH = CreditRuleKind.DAYS, CreditRuleKind.NTH_DAY
MINUS, PLUS, BOTH = Operator.MINUS, Operator.PLUS, Operator.PLUS_MINUS
POSTED = date(2026, 5, 20)


def rule(operator: Operator | None = BOTH, proximity: int = 31) -> CreditRule:
    return CreditRule(DAYS, days=40, proximity_days=proximity if operator else 0, proximity_operator=operator)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"kind": DAYS, "days": 3650}, {"kind": DAYS, "days": 3651}),
        ({"kind": NTH, "nth": 31, "months": 120}, {"kind": NTH, "nth": 31, "months": 121}),
        ({"kind": NTH, "nth": 1, "months": 0}, {"kind": NTH, "nth": 32, "months": 0}),
        (
            {"kind": DAYS, "proximity_days": 3650, "proximity_operator": PLUS},
            {"kind": DAYS, "proximity_days": 3651, "proximity_operator": PLUS},
        ),
        ({"kind": DAYS, "days": 0, "nth": 99}, {"kind": DAYS, "days": -1}),
        ({"kind": NTH, "nth": 1, "days": -1}, {"kind": NTH, "nth": 0}),
        ({"kind": NTH, "nth": 15, "months": 0}, {"kind": NTH, "nth": 15, "months": -1}),
        ({"kind": DAYS, "proximity_days": 1, "proximity_operator": PLUS}, {"kind": DAYS, "proximity_days": 1}),
        ({"kind": DAYS}, {"kind": DAYS, "proximity_operator": PLUS}),
        ({"kind": DAYS}, {"kind": DAYS, "proximity_days": -1, "proximity_operator": PLUS}),
    ],
)
def test_a_rule_reaches_ten_years_and_not_beyond(good: dict, bad: dict):
    CreditRule(**good)
    with pytest.raises(CreditRuleInvalid):
        CreditRule(**bad)


@pytest.mark.parametrize(
    ("period", "due"),
    [
        (CreditPeriod(3, PLUS), date(2026, 7, 2)),
        (CreditPeriod(3, MINUS), date(2026, 6, 26)),
        (CreditPeriod(1, PLUS, Unit.MONTHS), date(2026, 7, 29)),
        (CreditPeriod(1, MINUS, Unit.MONTHS), date(2026, 5, 29)),
        (None, date(2026, 5, 29)),  # the earliest that is allowed
        (CreditPeriod(60, PLUS), date(2026, 7, 30)),  # kept to the end of the window
        (CreditPeriod(60, MINUS), date(2026, 5, 29)),
    ],
)
def test_an_accounts_own_period_moves_its_due_date(period: CreditPeriod | None, due: date):
    assert default_due_on(POSTED, rule(), period) == due


def test_without_a_window_an_accounts_period_changes_nothing():
    assert default_due_on(POSTED, rule(None), CreditPeriod(3, PLUS)) == date(2026, 6, 29)


@pytest.mark.parametrize(
    ("columns", "period"),
    [
        ((3, "plus", "months"), CreditPeriod(3, PLUS, Unit.MONTHS)),
        ((3, "minus", None), CreditPeriod(3, MINUS, Unit.DAYS)),
        ((0, "minus", "days"), CreditPeriod(0, MINUS)),
        ((None, "plus", "days"), None),
        ((3, None, None), None),
    ],
)
def test_a_period_is_read_from_an_accounts_columns(columns: tuple, period: CreditPeriod | None):
    assert CreditPeriod.of(*columns) == period


@pytest.mark.parametrize(
    ("operator", "period", "fits"),
    [
        (BOTH, CreditPeriod(31, PLUS), 1),
        (BOTH, CreditPeriod(32, PLUS), 0),
        (BOTH, CreditPeriod(1, MINUS, Unit.MONTHS), 1),
        (BOTH, CreditPeriod(2, PLUS, Unit.MONTHS), 0),
        (BOTH, CreditPeriod(0, PLUS), 1),
        (BOTH, CreditPeriod(-1, PLUS), 0),
        (PLUS, CreditPeriod(3, PLUS), 1),
        (PLUS, CreditPeriod(3, MINUS), 0),
        (MINUS, CreditPeriod(3, MINUS), 1),
        (MINUS, CreditPeriod(3, PLUS), 0),
        (None, CreditPeriod(0, PLUS), 0),
    ],
)
def test_an_accounts_period_stays_in_the_window(operator: Operator | None, period: CreditPeriod, fits: int):
    if fits:
        check_credit_period(period, rule(operator))
    else:
        with pytest.raises(CreditPeriodOutsideWindow):
            check_credit_period(period, rule(operator))


@pytest.mark.parametrize(
    ("day", "months", "nth", "found"),
    [
        (date(2026, 5, 20), 0, None, date(2026, 5, 20)),
        (date(2026, 12, 20), 1, None, date(2027, 1, 20)),
        (date(2026, 1, 20), -1, None, date(2025, 12, 20)),
        (date(2026, 1, 31), 1, None, date(2026, 2, 28)),
        (date(2026, 5, 20), 1, 3, date(2026, 6, 3)),
        (date(2026, 5, 20), 25, 31, date(2028, 6, 30)),
    ],
)
def test_so_many_months_away_is_the_same_day_or_the_last_that_there_is(day, months, nth, found):
    assert add_months(day, months, nth=nth) == found


@pytest.mark.parametrize(
    ("given", "due"),
    [
        (CreditRule(DAYS, days=10), date(2026, 5, 30)),
        (CreditRule(NTH, nth=20), POSTED),  # today is not passed yet
        (CreditRule(NTH, nth=19), date(2026, 6, 19)),
        (CreditRule(NTH, nth=19, months=1), date(2026, 6, 19)),
        (CreditRule(NTH, nth=31, months=1), date(2026, 6, 30)),
    ],
)
def test_a_rule_counts_days_or_names_a_day_that_is_still_to_come(given: CreditRule, due: date):
    assert base_due_on(POSTED, given) == due
    assert due_window(POSTED, given) == Window(due, due, due)


@pytest.mark.parametrize(
    ("operator", "window"),
    [
        (MINUS, Window(date(2026, 6, 24), date(2026, 6, 29), date(2026, 6, 29))),
        (PLUS, Window(date(2026, 6, 29), date(2026, 6, 29), date(2026, 7, 4))),
        (BOTH, Window(date(2026, 6, 24), date(2026, 6, 29), date(2026, 7, 4))),
    ],
)
def test_a_window_opens_where_its_direction_says(operator: Operator, window: Window):
    assert due_window(POSTED, rule(operator, 5)) == window
    for due in (window.earliest, window.latest):
        assert check_due_on(due, POSTED, rule(operator, 5)) == due
    for due in (window.earliest - timedelta(days=1), window.latest + timedelta(days=1)):
        with pytest.raises(DueDateInvalid):
            check_due_on(due, POSTED, rule(operator, 5))


def test_a_window_never_opens_before_the_posting():
    assert due_window(POSTED, rule(MINUS, 60)).earliest == POSTED


@pytest.mark.parametrize("address", ["ana@localhost", "ana@[192.0.2.1]", '"ana b"@example.com', "ana@example", "ana"])
def test_a_customer_has_no_address_that_no_message_could_be_sent_to(address):
    assert trouble_with(address)
    with pytest.raises(CustomerInvalid, match="is not an e-mail address: "):
        checked_customer({"name": "Ana", "email": address})
    assert checked_customer({"name": "Ana", "email": "ana@bücher.example"})["email"] == "ana@bücher.example"
