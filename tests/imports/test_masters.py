"""Customers, accounts, products, exchange rates and opening balances from files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import configure

from subledger.accounts.models import Account, Customer
from subledger.accounts.services import create_customers
from subledger.catalog.models import Product, ProductGroup
from subledger.companies.entries import save_entry
from subledger.companies.number_series import change_series
from subledger.journal.models import ExchangeRate
from subledger.journal.queries import trial_balance
from subledger.journal.services import close_period
from subledger.transactions.models import Transaction

from .conftest import refused

pytestmark = pytest.mark.usefixtures("company")


def test_customers_with_address_and_metadata(bring):
    rows = "customer,name,country,meta:region\nC1,Ann,it,North\nC2,,,\n"
    assert (bring("customers", rows).created, bring("customers", rows).unchanged) == (2, 2)
    ann, second = Customer.objects.order_by("code")
    assert (ann.name, ann.country, ann.metadata) == ("Ann", "IT", {"region": "North"})
    assert (second.name, second.metadata) == ("C2", {})


def test_codes_in_the_format_of_our_own_numbers_are_passed_over(bring):
    """Whoever moves in brings the codes of before, in the format that goes on from them."""
    change_series(code="customer", format="K{number}", next_number=10009, actor="test")
    assert bring("customers", "customer,name\nK10009,Imp A\nK10010,Imp B\n").created == 2
    assert create_customers(new=[{"name": "Ann"}], actor="test")[0].code == "K10011"


def test_a_customer_is_known_by_its_code_never_by_anothers_name(bring):
    bring("customers", "customer,name\nC1,Ann\n")
    assert bring("customers", "customer,name\nAnn,Ann\n").created == 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["C1,Ann,it", "C1,Ann,it"], [(3, "customer", "duplicate_in_file")]),
        (["C1,Ann,Italy"], [(2, "country", "customer_invalid")]),
        ([",Ann,it"], [(2, "customer", "field_missing")]),
        (["C0,Another,"], [(2, "name", "already_differs")]),
    ],
)
def test_bad_customers(bring, rows, expected):
    bring("customers", "customer,name\nC0,Zoe\n")
    report = bring("customers", "\n".join(["customer,name,country", "C7,Good,", *rows]))
    assert refused(report) == [(line + 1, column, code) for line, column, code in expected]
    assert Customer.objects.count() == 1
    assert bring("customers", "\n".join(["customer,name,country", "C7,Good,", *rows]), skip_bad=True).is_kept
    assert Customer.objects.filter(code="C7").exists()


def test_accounts_with_their_customers_limits_and_periods(bring):
    configure(proximity_days=10, proximity_operator="plus_minus")
    bring("customers", "customer,name\nC1,Ann\n")
    rows = (
        "account,customer,currency,classification,credit_limit,credit_period_days\n"
        "A1,C1,eur,business,500.00,25\nA2,Ann,jpy,,500,30\nA3,,,,,\n"
    )
    assert bring("accounts", rows).created == 3
    assert bring("accounts", rows).unchanged == 3
    first, second, third = Account.objects.exclude(code="").order_by("code")
    assert (first.customer.code, first.classification.code, first.credit_limit_minor) == ("C1", "business", 50_000)
    assert (first.credit_period_value, first.credit_period_operator) == (5, "minus")
    assert (second.customer, second.currency, second.credit_limit_minor) == (first.customer, "jpy", 500)
    assert second.credit_period_value is None
    assert third.customer.code == "A3"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("A1,C9,,,,", "customer", "customer_unknown"),
        ("A1,,xyz,,,", "currency", "currency_unknown"),
        ("A1,,,vip,,", "classification", "entry_unknown"),
        ("A1,,,,-5,", "credit_limit", "amount_invalid"),
        ("A1,,,,5.001,", "credit_limit", "amount_invalid"),
        ("A1,,,,,60", "credit_period_days", "credit_period_outside_proximity"),
        ("A0,,usd,,,", "currency", "already_differs"),
        ("A0,,,business,,", "classification", "already_differs"),
        ("A0,,,,7,", "credit_limit", "already_differs"),
    ],
)
def test_bad_accounts(bring, row, column, code):
    bring("accounts", "account\nA0\n")
    report = bring("accounts", f"account,customer,currency,classification,credit_limit,credit_period_days\n{row}\n")
    assert refused(report) == [(2, column, code)]
    assert Account.objects.exclude(code="").count() == 1


def test_missing_customers_of_accounts_are_created_when_asked_for(bring):
    assert bring("accounts", "account,customer\nA1,Nora\nA2,Nora\n", create_missing=True).created == 2
    assert Customer.objects.get().name == "Nora"


def test_opening_balances_are_documents_that_touch_no_revenue(bring):
    rows = "account,opening_balance,opening_on\nA1,100.00,2026-01-01\nA2,-40.00,2026-01-01\nA3,0,\nA4,,\n"
    assert (bring("accounts", rows).created, bring("accounts", rows).unchanged) == (4, 4)
    owed, paid = Transaction.objects.order_by("classification").reverse()
    assert (owed.classification, owed.amount_minor, owed.type.code) == ("invoice", 10_000, "opening_balance")
    assert (paid.classification, paid.amount_minor, paid.type.code) == ("credit_note", 4_000, "opening_credit")
    assert owed.posted_on == paid.posted_on == date(2026, 1, 1)
    balances = {b.code: b.closing for b in trial_balance(start=date(2026, 1, 1), end=date(2026, 12, 31))}
    assert balances == {"1200": 6_000, "3900": -6_000}
    report = bring("accounts", "account,opening_balance\nA1,90\n")
    assert refused(report) == [(2, "opening_balance", "already_differs")]


def test_an_account_whose_opening_balance_is_refused_is_not_opened(bring):
    close_period(through=date(2026, 1, 31), actor="test")
    rows = "account,opening_balance,opening_on\nA1,5,2026-01-31\nA2,5,2026-02-01\n"
    report = bring("accounts", rows, skip_bad=True)
    assert [code for _, _, code in refused(report)] == ["period_closed"]
    assert list(Account.objects.exclude(code="").values_list("code", flat=True)) == ["A2"]


def test_products_with_price_and_tax(bring):
    rows = "product,name,unit_price,currency,tax_rate\nP1,Thing,0.0125,eur,19\nP2,,,,reduced\nP3,,5,,19 %\n"
    assert (bring("products", rows).created, bring("products", rows).unchanged) == (3, 3)
    found = {p.code: p for p in Product.objects.filter(code__startswith="P").select_related("tax_rate")}
    assert (found["P1"].unit_amount, found["P1"].tax_rate.code) == (Decimal("1.25"), "standard")
    assert (found["P2"].name, found["P2"].tax_rate.code, found["P2"].unit_amount) == ("P2", "reduced", None)
    assert (found["P3"].unit_amount, found["P3"].currency) == (500, "eur")


def test_products_of_groups(bring):
    for code, active in (("hosting", True), ("old", False)):
        values = {"code": code, "name": code.capitalize(), "is_active": active}
        save_entry(model=ProductGroup, ident=None, values=values, actor="test")
    rows = "product,group\nP1,hosting\nP2,Hosting\nP3,\n"
    assert (bring("products", rows).created, bring("products", rows).unchanged) == (3, 3)
    groups = dict(Product.objects.filter(code__startswith="P").values_list("code", "group__code"))
    assert groups == {"P1": "hosting", "P2": "hosting", "P3": None}
    assert refused(bring("products", "product,group\nP4,old\n")) == [(2, "group", "entry_unknown")]
    assert refused(bring("products", "product,group\nP3,hosting\n")) == [(2, "group", "already_differs")]
    assert bring("products", "product,name\nP1,P1\n").unchanged == 1


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("P1,,-1,,", "unit_price", "product_invalid"),
        ("P1,,,,8", "tax_rate", "entry_unknown"),
        ("P0,Other,,,", "name", "already_differs"),
        ("P0,,6,,", "unit_price", "already_differs"),
        ("P0,,,,7", "tax_rate", "already_differs"),
        (f"{'x' * 61},,,,", "product", "text_invalid"),
    ],
)
def test_bad_products(bring, row, column, code):
    bring("products", "product,name,unit_price\nP0,Thing,5\n")
    report = bring("products", f"product,name,unit_price,currency,tax_rate\n{row}\n")
    assert refused(report) == [(2, column, code)]


def test_exchange_rates_are_entered_and_corrected(bring):
    assert bring("exchange-rates", "currency,on,rate\nUSD,2026-05-01,0.91\njpy,2026-05-01,0.006\n").created == 2
    report = bring("exchange-rates", "currency,on,rate\nUSD,2026-05-01,0.92\njpy,2026-05-01,0.006\n")
    assert (report.created, report.unchanged) == (1, 1)
    assert ExchangeRate.objects.get(currency="usd").rate == Decimal("0.92")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("eur,2026-05-01,1", "currency", "exchange_rate_invalid"),
        ("usd,2026-05-01,0", "rate", "exchange_rate_invalid"),
        ("usd,2026-05-01,-1", "rate", "exchange_rate_invalid"),
        ("usd,2026-05-01,", "rate", "field_missing"),
        ("usd,,1", "on", "field_missing"),
        ("usd,1 May,1", "on", "date_invalid"),
        ("usx,2026-05-01,1", "currency", "currency_unknown"),
    ],
)
def test_bad_exchange_rates(bring, row, column, code):
    report = bring("exchange-rates", f"currency,on,rate\ngbp,2026-05-01,1.1\n{row}\n", skip_bad=True)
    assert refused(report) == [(3, column, code)]
    assert ExchangeRate.objects.count() == 1


def test_settings_that_a_dry_run_made_are_forgotten(bring):
    rows = "account,opening_balance,opening_on\nA1,100.00,2026-01-01\n"
    assert bring("accounts", rows, dry_run=True).created == 1
    assert bring("accounts", rows).created == 1
    assert Transaction.objects.get().type.code == "opening_balance"
