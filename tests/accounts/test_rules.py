"""The credit rule at its bounds, and an account's own period."""

from __future__ import annotations

from datetime import date

import pytest

from subledger.accounts.errors import CreditPeriodOutsideWindow, CreditRuleInvalid
from subledger.accounts.rules import (
    CreditPeriod,
    CreditRule,
    CreditRuleKind,
    Operator,
    Unit,
    check_credit_period,
    default_due_on,
)

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
