"""Scenarios 5a, 5b and 5c and the extra rows, through the rule and through the service."""

from __future__ import annotations

from datetime import date

import pytest
from tests.factories import Ledger, configure, day

from subledger.accounts.errors import DueDateInvalid
from subledger.accounts.rules import CreditPeriod, CreditRule, CreditRuleKind, Operator, check_due_on, default_due_on
from subledger.transactions.models import Transaction

DAYS, NTH = CreditRuleKind.DAYS, CreditRuleKind.NTH_DAY
RULES = {
    "5a": CreditRule(NTH, nth=15, months=1),
    "5b": CreditRule(DAYS, days=10),
    "5c": CreditRule(DAYS, days=10, proximity_days=5, proximity_operator=Operator.MINUS),
}
# (scenario, what the user enters, the due date; None: Invalid Due Date); all posted on 20/05.
TABLE = [
    ("5a", "21/05", None),
    ("5a", "16/06", None),
    ("5a", "15/06", "15/06"),
    ("5a", None, "15/06"),
    ("5b", "29/05", None),
    ("5b", "31/05", None),
    ("5b", "30/05", "30/05"),
    ("5b", None, "30/05"),
    ("5c", "24/05", None),
    ("5c", "25/05", "25/05"),
    ("5c", "28/05", "28/05"),
    ("5c", "30/05", "30/05"),
    ("5c", "31/05", None),
    ("5c", None, "25/05"),
]


def _settings(rule: CreditRule) -> dict[str, object]:
    return {
        "credit_rule": rule.kind,
        "days": rule.days,
        "nth": rule.nth,
        "months": rule.months,
        "proximity_days": rule.proximity_days,
        "proximity_operator": rule.proximity_operator,
    }


@pytest.mark.parametrize(("scenario", "entered", "due"), TABLE)
def test_5_the_rule_gives_or_refuses_each_row_of_the_table(scenario: str, entered: str | None, due: str | None):
    posted, rule = day("20/05"), RULES[scenario]
    if due is None:
        with pytest.raises(DueDateInvalid, match=r"^Invalid Due Date: .* Choose such a date"):
            check_due_on(day(entered), posted, rule)
    elif entered:
        assert check_due_on(day(entered), posted, rule) == day(due)
    else:
        assert default_due_on(posted, rule) == day(due)


@pytest.mark.parametrize("scenario", ["5a", "5b", "5c"])
def test_5_the_service_posts_with_the_same_dates(ledger: Ledger, scenario: str):
    configure(**_settings(RULES[scenario]))
    for _, entered, due in [row for row in TABLE if row[0] == scenario]:
        if due is None:
            with pytest.raises(DueDateInvalid):
                ledger.invoice(10, on="20/05", due=entered, accept_due_date=False)
        else:
            posted = ledger.invoice(10, on="20/05", due=entered, accept_due_date=False)
            assert Transaction.objects.get(pk=posted.id).due_on == day(due)


def test_5c_the_account_credit_period_of_minus_2_gives_28_05(ledger: Ledger):
    configure(**_settings(RULES["5c"]))
    account = ledger.open(credit_period=CreditPeriod(2, Operator.MINUS))
    posted = ledger.invoice(10, on="20/05", account=account)
    assert Transaction.objects.get(pk=posted.id).due_on == day("28/05")


@pytest.mark.parametrize(
    ("posted", "nth", "months", "due"),
    [
        (date(2026, 1, 31), 31, 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 31, 1, date(2028, 2, 29)),
        (date(2026, 12, 20), 15, 1, date(2027, 1, 15)),
        (date(2026, 5, 20), 15, 0, date(2026, 6, 15)),  # the 15th of this month has passed: the next one
        (date(2026, 5, 10), 15, 0, date(2026, 5, 15)),
        (date(2026, 4, 30), 31, 0, date(2026, 4, 30)),
    ],
)
def test_5a_extra_rows_month_ends_leap_years_and_the_turn_of_the_year(posted: date, nth: int, months: int, due: date):
    rule = CreditRule(NTH, nth=nth, months=months)
    assert default_due_on(posted, rule) == due
    assert check_due_on(due, posted, rule) == due


def test_5_a_window_never_opens_before_the_posting_date():
    rule = CreditRule(DAYS, days=3, proximity_days=30, proximity_operator=Operator.PLUS_MINUS)
    posted = day("20/05")
    assert default_due_on(posted, rule) == posted
    with pytest.raises(DueDateInvalid, match="2026-05-20 to 2026-06-22"):
        check_due_on(day("19/05"), posted, rule)
    assert check_due_on(day("22/06"), posted, rule) == day("22/06")


def test_5_a_draft_is_checked_again_with_the_day_it_is_posted_on(ledger: Ledger):
    from subledger.transactions.rules.orders import Post
    from subledger.transactions.services.actions import post_drafts
    from subledger.transactions.services.drafts import save_drafts
    from subledger.transactions.states import Classification

    configure(**_settings(RULES["5b"]))
    new = ledger.new(Classification.INVOICE, 10, due="30/05", accept_due_date=False)  # as if posted today, 20/05
    draft = save_drafts(new=[new], actor="test")[0]
    with pytest.raises(DueDateInvalid, match="posted on 2026-05-19"):
        post_drafts(drafts=[Post(draft_id=draft.pk, posted_on=day("19/05"))], actor="test")
    post_drafts(drafts=[Post(draft_id=draft.pk)], actor="test")
    assert Transaction.objects.get(pk=draft.pk).due_on == day("30/05")
