"""What an item takes from its product is one rule: it comes to the same by the API, on a page and from a file."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.doors.conftest import said

from subledger.catalog.models import Product, TaxRate
from subledger.catalog.services import create_products
from subledger.transactions.models import Transaction, TransactionType

ROW = {"account": "A1", "number": "X1", "posted_on": "2026-05-04", "product": "card", "unit_price": ""}


@pytest.fixture
def product(ledger) -> Product:
    rate = TaxRate.objects.get(code="standard")
    terms = {"code": "card", "name": "Card", "unit_amount": Decimal(10_00), "currency": "eur", "tax_rate": rate}
    [made] = create_products(new=[terms], actor="test")
    return made


def by_api(doors, product, **item) -> dict:
    body = {"account": doors.ledger.account.public_id, "items": [{"product": product.public_id, **item}]}
    return doors.api.request("POST", "invoices", body).json()


def on_page(doors, product, **line):
    typed = {"product": product.pk, "quantity": "1", "price_is": "unit", **line}
    form = {f"items-0-{name}": value for name, value in typed.items()}
    kind = TransactionType.objects.get(classification="invoice", is_default=True).pk
    counts = {"items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0}
    return doors.send(
        "transaction_new", {**form, **counts, "type": kind, "then": "draft"}, doors.ledger.account.pk, "invoice"
    )


def latest() -> Transaction:
    return Transaction.objects.order_by("-id")[0]


def test_a_product_priced_in_the_accounts_currency_comes_to_the_same(doors, product):
    assert by_api(doors, product, quantity="2")["amount"] == 23_80
    assert on_page(doors, product, quantity="2").status_code == 302
    assert latest().amount_minor == 23_80
    report = doors.file("invoices", [{**ROW, "quantity": 2}])
    assert (report.created, report.totals) == (1, {"eur": 23_80})


def test_with_tax_is_said_of_the_products_price_too(doors, product):
    assert by_api(doors, product, tax_inclusive=True)["amount"] == 10_00
    assert on_page(doors, product, price_is="unit_with_tax").status_code == 302
    assert latest().amount_minor == 10_00


@pytest.mark.parametrize("state", ["draft", "posted"])
def test_the_api_tells_how_an_item_was_entered_whether_it_was_posted_at_once(doors, product, state):
    item = {"product": product.public_id, "quantity": "2", "discount_percent": "10", "tax_inclusive": True}
    body = {"account": doors.ledger.account.public_id, "items": [item], "state": state}
    [told] = doors.api.request("POST", "invoices", body).json()["items"]
    assert told["entered"] == {
        "unit_amount_decimal": "1000", "sub_total": None, "tax_inclusive": True, "discount_percent": "10",
        "discount_amount": None,
    }  # fmt: skip


@pytest.mark.parametrize("changes", [{"currency": "usd"}, {"unit_amount": None}])
def test_a_product_that_gives_no_price_is_refused_alike(doors, product, changes):
    Product.objects.filter(pk=product.pk).update(**changes)
    refused = by_api(doors, product)
    assert (refused["code"], refused["param"]) == ("item_invalid", "/items/0/unit_amount")
    answer = on_page(doors, product)
    assert answer.status_code == 422
    assert refused["detail"].partition(" has ")[2] in said(answer)  # "Item 1" is "Line 1" on a page
    report = doors.file("invoices", [ROW])
    assert [(one.code, one.reason) for one in report.rejections] == [("item_invalid", refused["detail"])]
    assert Transaction.objects.count() == 0


def test_the_api_tells_a_draft_as_it_was_entered_and_keeps_it_when_something_else_changes(doors, product):
    item = {"description": "Services", "unit_amount_decimal": "10000", "discount_percent": "10", "tax_inclusive": True}
    body = {"account": doors.ledger.account.public_id, "items": [item]}
    draft = doors.api.post("invoices", body, expect=201)
    entered = draft["items"][0]["entered"]
    assert entered == {
        "unit_amount_decimal": "10000", "sub_total": None, "tax_inclusive": True, "discount_percent": "10",
        "discount_amount": None,
    }  # fmt: skip
    changed = doors.api.patch(f"invoices/{draft['id']}", {"issue_reason": "May"})
    assert (changed["amount"], changed["items"][0]["entered"]) == (90_00, entered)
    again = {name: value for name, value in entered.items() if value is not None}
    twice = {"items": [{"description": "Services", "quantity": "2", **again}]}
    assert doors.api.patch(f"invoices/{draft['id']}", twice)["amount"] == 180_00
