from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW, Ledger, configure, day, make_company, numbers_of, refused_by

from subledger.accounts.errors import (
    AccountInvalid,
    CreditPeriodOutsideWindow,
    CreditRuleInvalid,
    CustomerInvalid,
)
from subledger.accounts.models import AccountDefinition, AccountPaymentPreference, PaymentPreference
from subledger.accounts.preferences import make_preference_default, release_payment_preference, set_payment_preference
from subledger.accounts.queries import account_by_id, account_by_name
from subledger.accounts.rules import (
    CreditPeriod,
    CreditRule,
    CreditRuleKind,
    Operator,
    Unit,
    add_months,
    check_due_on,
    default_due_on,
    due_window,
)
from subledger.accounts.searches import search_accounts, search_customers
from subledger.accounts.services import (
    activate_definition,
    change_account_state,
    create_customers,
    open_accounts,
    update_account,
    update_customer,
)
from subledger.companies.errors import CodeTaken
from subledger.kernel.errors import NotFound, TransitionNotAllowed
from subledger.platform.scope import company_scope

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
rules = st.one_of(
    st.builds(lambda d: {"kind": CreditRuleKind.DAYS, "days": d}, st.integers(0, 120)),
    st.builds(
        lambda n, m: {"kind": CreditRuleKind.NTH_DAY, "nth": n, "months": m}, st.integers(1, 31), st.integers(0, 14)
    ),
)
proximities = st.one_of(st.just((0, None)), st.tuples(st.integers(1, 60), st.sampled_from(Operator)))


@given(days, rules, proximities)
def test_the_default_due_date_is_always_an_allowed_one(posted: date, rule: dict, proximity: tuple):
    whole = CreditRule(**rule, proximity_days=proximity[0], proximity_operator=proximity[1])
    window = due_window(posted, whole)
    assert posted <= window.earliest <= window.base <= window.latest
    assert check_due_on(default_due_on(posted, whole), posted, whole) == window.earliest
    for period in (CreditPeriod(proximity[0], Operator.MINUS), CreditPeriod(1, Operator.PLUS, Unit.MONTHS)):
        assert check_due_on(default_due_on(posted, whole, period), posted, whole)


@given(days, st.integers(-60, 60))
def test_adding_months_keeps_the_day_or_takes_the_months_last(start: date, months: int):
    moved = add_months(start, months)
    assert (moved.year * 12 + moved.month) - (start.year * 12 + start.month) == months
    assert moved.day == start.day or (moved.day < start.day and (moved + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": CreditRuleKind.DAYS, "days": -1},
        {"kind": CreditRuleKind.NTH_DAY, "nth": 32},
        {"kind": CreditRuleKind.NTH_DAY, "nth": 1, "months": -1},
        {"kind": CreditRuleKind.DAYS, "proximity_days": 5},
        {"kind": CreditRuleKind.DAYS, "proximity_operator": Operator.PLUS},
    ],
)
def test_a_rule_without_sense_is_refused(rule: dict):
    with pytest.raises(CreditRuleInvalid):
        CreditRule(**rule)


@pytest.mark.wide
def test_an_accounts_own_period_must_stay_in_the_range(ledger: Ledger):
    configure(proximity_days=31, proximity_operator=Operator.PLUS_MINUS)
    for good in (
        CreditPeriod(31, Operator.PLUS),
        CreditPeriod(3, Operator.MINUS),
        CreditPeriod(1, Operator.PLUS, Unit.MONTHS),
    ):
        assert ledger.open(credit_period=good).credit_period() == good
    for bad in (
        CreditPeriod(32, Operator.PLUS),
        CreditPeriod(2, Operator.PLUS, Unit.MONTHS),
        CreditPeriod(-1, Operator.MINUS),
    ):
        with pytest.raises(CreditPeriodOutsideWindow):
            ledger.open(credit_period=bad)
    with pytest.raises(CreditPeriodOutsideWindow):
        update_account(
            account_id=ledger.account.pk, changes={"credit_period": CreditPeriod(40, Operator.PLUS)}, actor="t"
        )


def test_accounts_are_numbered_without_a_gap_and_keep_what_they_are(ledger: Ledger):
    more = open_accounts(new=[{"customer": ledger.account.customer}] * 3, actor="test")
    numbers = numbers_of([ledger.account.number, *[account.number for account in more]])
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    with pytest.raises(AccountInvalid, match=r"currency cannot be changed. What can: billing_address"):
        update_account(account_id=ledger.account.pk, changes={"currency": "usd"}, actor="test")
    changed = update_account(
        account_id=ledger.account.pk, changes={"name": "Ann B", "credit_limit_minor": 5}, actor="bob"
    )
    assert (changed.name, changed.credit_limit_minor, changed.updated_by) == ("Ann B", 5, "bob")


def test_with_several_currencies_off_only_the_base_currency_is_opened(ledger: Ledger):
    configure(is_multi_currency=False)
    with pytest.raises(AccountInvalid, match="kept in EUR only"):
        ledger.open(currency="usd")
    assert ledger.open(currency="eur").currency == "eur"


def test_life_cycles_of_customer_and_system_accounts(ledger: Ledger):
    def move(account, action: str) -> str:
        return str(change_account_state(account_id=account.pk, action=action, actor="test").state)

    assert [move(ledger.account, action) for action in ("suspend", "reactivate", "terminate")] == [
        "suspended",
        "active",
        "terminated",
    ]
    with pytest.raises(TransitionNotAllowed, match=r"what is terminated\. Nothing more"):
        move(ledger.account, "reactivate")
    suspense = ledger.system("suspense")
    with pytest.raises(TransitionNotAllowed, match="done with it now: terminate"):
        move(suspense, "suspend")
    assert move(suspense, "terminate") == "terminated"
    assert ledger.system("suspense").pk != suspense.pk, "a new one takes its place"


def test_a_suspended_account_takes_payments_and_credits_but_no_invoice(ledger: Ledger):
    inv = ledger.invoice(100)
    change_account_state(account_id=ledger.account.pk, action="suspend", actor="test")
    ledger.payment(30)
    ledger.credit_note(20)
    ledger.write_off(inv)
    assert ledger.balance() == 0


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, CustomerInvalid),
        ({"name": "A", "country": "Italy"}, CustomerInvalid),
        ({"name": "A", "code": "taken"}, CodeTaken),
    ],
)
def test_a_bad_customer_is_refused_and_the_set_with_it(ledger: Ledger, fields: dict, error: type[Exception]):
    create_customers(new=[{"name": "First", "code": "taken"}], actor="test")
    with pytest.raises(error):
        create_customers(new=[{"name": "Good", "code": "good"}, fields], actor="test")
    assert not search_customers("good").exists()


@pytest.mark.wide
def test_customers_and_accounts_are_found_by_what_people_know(ledger: Ledger):
    [customer] = create_customers(new=[{"name": "Zoë & Söhne", "code": "Z-1", "email": "z@example.org"}], actor="test")
    [account] = open_accounts(new=[{"customer": customer, "code": "old-7"}], actor="test")
    assert update_customer(customer_id=customer.pk, changes={"country": "de"}, actor="t").country == "DE"
    for text in ("söhne", "z-1", "EXAMPLE"):
        assert list(search_customers(text)) == [customer], text
    for text in ("Zoë", "old", account.number):
        assert list(search_accounts(text)) == [account], text
    assert account_by_name("old-7") == account_by_name(account.number) == account
    assert account_by_name("") is None
    with company_scope(make_company().pk), pytest.raises(NotFound):
        account_by_id(account.pk)


def test_a_way_to_pay_is_released_never_deleted(ledger: Ledger):
    account, kind = ledger.account, PaymentPreference.objects.get(code="direct_debit")
    way = set_payment_preference(
        account_id=account.pk, preference=kind, details={"reference": "IT60"}, is_default=True, actor="test"
    )
    release_payment_preference(account_id=account.pk, chosen_id=way.pk, actor="test")
    kept = AccountPaymentPreference.ever.get(pk=way.pk)
    assert (kept.released_at, kept.is_default) == (NOW, False)
    assert not account.payment_preferences.exists()
    for again in (release_payment_preference, make_preference_default):
        with pytest.raises(NotFound):
            again(account_id=account.pk, chosen_id=way.pk, actor="test")
    with refused_by("account_released_preference_no_default"):
        AccountPaymentPreference.ever.filter(pk=way.pk).update(is_default=True)
    with refused_by("accounts_accountpaymentpreference_append_only"):
        AccountPaymentPreference.ever.filter(pk=way.pk).delete()


def test_one_definition_is_in_force_at_a_time(ledger: Ledger):
    from subledger.companies.entries import save_entry

    values = {"code": "strict", "name": "Strict", "allocation_principle": "fifo", "days": 10, "is_active": False}
    strict = save_entry(model=AccountDefinition, ident=None, values=values, actor="test")
    activate_definition(definition_id=strict.pk, actor="test")
    assert list(AccountDefinition.objects.filter(is_active=True)) == [strict]
    inv = ledger.invoice(10, on="20/05")
    from subledger.transactions.models import Transaction

    assert Transaction.objects.get(pk=inv.id).due_on == day("30/05"), "postings follow at once"
