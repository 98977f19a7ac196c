"""Configuration has guard rails: what would break the books is refused when it is saved, in words, at every door."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import models
from tests.doors.conftest import said

from subledger.accounts.errors import NotInUse
from subledger.accounts.models import AccountClassification, PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.accounts.services import open_accounts
from subledger.catalog.models import Product, TaxRate
from subledger.catalog.services import create_products
from subledger.companies import entries
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.companies.errors import CodeTaken
from subledger.companies.owned import Catalogue
from subledger.journal.models import LedgerAccount
from subledger.transactions.models import (
    Category,
    PaymentMethod,
    PostingRule,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.posting import AccountRole, Component, Rule
from subledger.transactions.rules.posting_rules import moves_control
from subledger.transactions.states import Classification as C


def save(model, row=None, **values):
    return save_entry(model=model, ident=None if row is None else row.pk, values=values, actor="test")


def refused(model, row=None, *, param, says, **values):
    with pytest.raises(ConfigurationInvalid, match=says) as refusal:
        save(model, row, **values)
    assert refusal.value.param == param
    assert "onstraint" not in str(refusal.value)


def default_type(classification):
    return TransactionType.objects.get(classification=classification, is_default=True)


# -- types and their methods -----------------------------------------------------------------------------------------


def test_a_type_keeps_its_classification(company):
    refused(
        TransactionType,
        default_type("payment"),
        classification="invoice",
        param="/classification",
        says="Make a new type instead",
    )
    assert default_type("payment").classification == "payment"
    assert default_type("invoice").code == "invoice"


def test_a_default_never_ends_without_another(company):
    kind = default_type("payment")
    refused(TransactionType, kind, is_default=False, param="/is_default", says="there is always one")
    refused(TransactionType, kind, is_active=False, param="/is_active", says="Make another one the default first")
    cash = PaymentMethod.objects.get(code="cash")
    other = save(
        TransactionType, code="till", name="Till", classification="payment", payment_methods=[cash], is_default=True
    )
    assert default_type("payment") == other
    assert not save(TransactionType, kind, is_active=False).is_active
    preference = PaymentPreference.objects.get(is_default=True)
    refused(PaymentPreference, preference, is_active=False, param="/is_active", says="it stays in use")
    assert not save(PaymentPreference, preference, is_default=False).is_default


@pytest.mark.parametrize(
    ("values", "param", "says"),
    [
        ({"classification": "payment"}, "/payment_methods", "at least one"),
        ({"classification": "refund", "refund_methods": []}, "/refund_methods", "at least one"),
        ({"classification": "payment", "payment_methods": ["cash"], "default_payment_method": "card"},
         "/default_payment_method", "none of those that the type allows"),
        ({"classification": "invoice", "payment_methods": ["cash"]}, "/payment_methods", "has no payment methods"),
        ({"classification": "credit_note", "default_payment_method": "cash"}, "/default_payment_method", "has no"),
        ({"classification": "nonsense"}, "/classification", "none of the words"),
    ],
)  # fmt: skip
def test_a_type_has_the_methods_of_its_classification(company, values, param, says):
    def method(code):
        return PaymentMethod.objects.get(code=code)

    given = dict(values)
    if "payment_methods" in given:
        given["payment_methods"] = [method(code) for code in given["payment_methods"]]
    if "default_payment_method" in given:
        given["default_payment_method"] = method(given["default_payment_method"])
    refused(TransactionType, code="x", name="X", param=param, says=says, **given)
    assert not TransactionType.objects.filter(code="x").exists()


def test_the_methods_of_a_type_are_not_taken_away_to_nothing(company):
    refused(TransactionType, default_type("payment"), payment_methods=[], param="/payment_methods", says="at least one")
    transfer = PaymentMethod.objects.get(code="bank_transfer")
    refused(
        PaymentMethod, transfer, is_active=False, param="/is_active", says="the default method of the type 'Payment'"
    )


# -- what is not in use ----------------------------------------------------------------------------------------------


def test_what_is_switched_off_is_taken_by_nothing_new(ledger):
    cash = save(PaymentMethod, PaymentMethod.objects.get(code="cash"), is_active=False)
    rate = save(TaxRate, TaxRate.objects.get(code="reduced"), is_active=False)
    label = save(AccountClassification, AccountClassification.objects.get(code="business"), is_active=False)
    [product] = create_products(
        new=[{"code": "p", "name": "P", "unit_amount": Decimal(1), "currency": "eur"}], actor="test"
    )
    save(Product, product, is_active=False)
    kind = save(
        TransactionType,
        code="own",
        name="Own",
        classification="payment",
        payment_methods=list(PaymentMethod.objects.filter(code="card")),
    )
    save(TransactionType, kind, is_active=False)
    wishes = [
        ("/method", lambda: ledger.payment(1, payment_method_id=cash.pk)),
        ("/type", lambda: ledger.payment(1, type_id=kind.pk)),
        ("/items/0/tax_rate", lambda: ledger.invoice(items=(NewItem(unit_amount=Decimal(1), description="A",
                                                                    tax_rate_id=rate.pk),))),
        ("/items/0/product", lambda: ledger.invoice(items=(NewItem(unit_amount=Decimal(1), product_id=product.pk),))),
        ("/classification", lambda: open_accounts(
            new=[{"customer": ledger.account.customer, "classification": label}], actor="test")),
        ("/preference", lambda: set_payment_preference(
            account_id=ledger.account.pk,
            preference=save(PaymentPreference, PaymentPreference.objects.get(code="cash"), is_active=False),
            details={}, is_default=False, actor="test")),
    ]  # fmt: skip
    for param, wish in wishes:
        with pytest.raises(NotInUse) as refusal:
            wish()
        assert refusal.value.param == param
    assert ledger.balance() == 0


def test_what_was_posted_with_it_goes_on(ledger):
    cash = PaymentMethod.objects.get(code="cash")
    kind = save(
        TransactionType, code="own", name="Own", classification="payment", payment_methods=[cash],
        default_payment_method=cash,
    )  # fmt: skip
    payment = ledger.payment(10, type_id=kind.pk)
    save(TransactionType, kind, is_active=False)
    save(PaymentMethod, cash, is_active=False)
    moved = ledger.move(payment, ledger.open("Ben"))
    ledger.cancel(moved)
    assert ledger.state(moved) == "cancelled"


def test_what_others_rely_on_stays_in_use(company):
    bank = LedgerAccount.objects.get(code="1010")
    refused(LedgerAccount, bank, is_active=False, param="/is_active", says="ledger account of the payment method")
    revenue = LedgerAccount.objects.get(code="4000")
    refused(LedgerAccount, revenue, is_active=False, param="/is_active", says="in a posting rule")
    product = TransactionDefinition.objects.get().write_off_product
    refused(Product, product, is_active=False, param="/is_active", says="the product of write-offs")
    rate = TaxRate.objects.get(code="reduced")
    create_products(new=[{"code": "p", "name": "Power", "tax_rate": rate}], actor="test")
    refused(TaxRate, rate, is_active=False, param="/is_active", says="the tax rate of the product 'Power'")


def test_configuration_takes_only_what_is_in_use(company):
    other = save(LedgerAccount, code="1099", name="Old bank", kind="asset", is_active=False)
    refused(
        RefundMethod, code="x", name="X", ledger_account=other, param="/ledger_account", says="'Old bank' is not in use"
    )


# -- posting rules ---------------------------------------------------------------------------------------------------


def rule(classification, component, **filters):
    of = {"classification": classification, "role": "customer", "component": component, "type": None}
    return PostingRule.objects.get(**{**of, **filters})


def test_a_rule_that_would_leave_the_balances_is_refused_when_it_is_saved(ledger):
    bank, receivable = LedgerAccount.objects.get(code="1010"), LedgerAccount.objects.get(code="1200")
    total = rule("payment", "total")
    refused(PostingRule, total, debit=bank, credit=bank, param="/credit", says="the same ledger account")
    refused(PostingRule, total, debit=None, credit=None, param="/debit", says="Both sides are empty")
    refused(PostingRule, total, credit=bank, param="/component", says="would not move 1200 Accounts receivable")
    refused(PostingRule, total, debit=receivable, credit=None, param="/component", says="would not move")
    refused(PostingRule, rule("invoice", "net"), credit=None, param="/credit", says="has none")
    refused(PostingRule, rule("invoice", "tax"), component="net", param="/component", says="already|would not move")
    ledger.payment(10)
    assert ledger.balance() == -10


def test_a_types_own_rules_begin_with_the_total(ledger):
    kind = save(TransactionType, code="own", name="Own", classification="invoice")
    own = {"classification": "invoice", "role": "customer", "type": kind}
    receivable, other = LedgerAccount.objects.get(code="1200"), LedgerAccount.objects.get(code="4100")
    tax = LedgerAccount.objects.get(code="2200")
    refused(
        PostingRule, **own, component="net", debit=receivable, credit=other, param="/component",
        says="begin with the rule of the total",
    )  # fmt: skip
    save(PostingRule, **own, component="total", debit=receivable, credit=other)
    save(PostingRule, **own, component="tax", debit=other, credit=tax)
    ledger.invoice(100, tax=19, type_id=kind.pk)
    assert ledger.balance() == 119
    payment = default_type("payment")
    refused(
        PostingRule, **{**own, "type": payment}, component="total", debit=receivable, credit=other, param="/type",
        says="another classification",
    )  # fmt: skip


def test_the_control_account_changes_before_anything_stands_on_it(ledger):
    other = save(LedgerAccount, code="1210", name="Trade debtors", kind="asset")
    definition = TransactionDefinition.objects.get()
    save(TransactionDefinition, definition, receivable=other)
    ledger.invoice(100, tax=19)
    refused(
        TransactionDefinition, definition, receivable=LedgerAccount.objects.get(code="1200"), param="/receivable",
        says="balances of accounts stand on the present one",
    )  # fmt: skip


def test_the_sign_of_every_part_counts():
    def whole(*parts):
        rules = [Rule(C.INVOICE, AccountRole.CUSTOMER, None, *part) for part in parts]
        return moves_control(rules, 1)

    net, discount, tax = Component.NET, Component.DISCOUNT, Component.TAX
    assert whole((net, 1, 2), (discount, 3, 1), (tax, 1, 4))
    assert whole((Component.TOTAL, 1, 2), (tax, 2, 4))
    assert not whole((net, 1, 2), (discount, 1, 3), (tax, 1, 4))
    assert not whole((net, 1, 2), (tax, 1, 4))
    assert not whole((net, 2, 1), (discount, 1, 3), (tax, 4, 1))
    assert not whole((Component.TOTAL, 1, 2), (net, 1, 2))


# -- categories, codes and words -------------------------------------------------------------------------------------


def test_categories_are_a_tree(company):
    top = save(Category, code="a", name="A")
    part = save(Category, code="b", name="B", parent=top)
    refused(Category, top, parent=top, param="/parent", says="cannot be part of itself")
    refused(Category, top, parent=part, param="/parent", says="nor of one of its own parts")


CONFIGURED = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("subledger.")
    and (issubclass(model, Catalogue) or model in (TransactionDefinition, PostingRule))
    and model._meta.app_label != "gateways"
]


@pytest.mark.parametrize("model", CONFIGURED, ids=lambda model: model._meta.model_name)
def test_every_constraint_of_configuration_has_words_and_a_field(company, model):
    assert model._meta.constraints
    for constraint in model._meta.constraints:
        row = model.objects.first() or model(company=company)
        said = entries._refusal(constraint, row)
        assert said.param, constraint.name
        assert "there is one like it already" not in str(said), constraint.name
        assert constraint.name not in str(said)
        assert isinstance(model._meta.get_field(said.param.strip("/")), models.Field)


@pytest.mark.parametrize("model", [Reason, PaymentMethod, Category, TaxRate, LedgerAccount, TransactionType])
def test_a_taken_code_says_so(company, model):
    row = model.objects.first() or save(model, code="a", name="A")
    more = {}
    if model is PaymentMethod:
        more["ledger_account"] = LedgerAccount.objects.first()
    if model is TransactionType:
        more["classification"] = "invoice"
    if model is TaxRate:
        more["percent"] = Decimal(1)
    if model is LedgerAccount:
        more["kind"] = "asset"
    with pytest.raises(CodeTaken, match=r"is taken by another .*\. Choose another\.") as taken:
        save(model, code=row.code, name="Twin", **more)
    assert taken.value.param == "/code"


def test_doors_tell_the_same(doors):
    kind = default_type("payment")
    refused_by_api = doors.api.request(
        "PATCH", f"transaction_types/{kind.public_id}", {"classification": "invoice"}
    ).json()
    assert (refused_by_api["code"], refused_by_api["param"]) == ("configuration_invalid", "/classification")
    typed = {"name": "Payment", "code": "payment", "classification": "payment", "is_default": "on", "is_active": "on"}
    typed["is_revenue"] = "on"
    answer = doors.send("entry", typed, "transaction-types", kind.public_id)
    assert answer.status_code == 422
    assert "needs at least one of the payment methods" in said(answer)
    taxed = doors.send("entry_new", {"name": "X", "code": "x", "percent": "120", "category": "S"}, "tax-rates")
    assert taxed.status_code == 422
    assert "A tax rate is 0 to 100 percent. Correct it." in said(taxed)
    priced = doors.send("entry_new", {"name": "X", "code": "x", "price": "5", "currency": ""}, "products")
    assert priced.status_code == 422
    assert "A price needs its currency. Give one such as EUR." in said(priced)
