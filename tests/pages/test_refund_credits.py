"""A refund of what an invoice was paid with: what is owed again is told first, and the credit note is offered."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.gateways.conftest import Desk, make_desk
from tests.pages.test_documents import items, made, reviewed, type_of
from tests.pages.test_gateways import text_of, url

from subledger.catalog.models import TaxRate
from subledger.companies.entries import save_entry
from subledger.transactions.models import Transaction, TransactionDefinition, TransactionItem
from subledger.transactions.rules.shares import shares_of_lines


@pytest.fixture
def bank(ledger, toy_kind) -> Desk:
    return make_desk(ledger)


@pytest.fixture
def unchecked(ledger) -> None:
    """A company that pays back whatever the account's balance is."""
    definition = TransactionDefinition.objects.get()
    values = {"refund_needs_credit_balance": False}
    save_entry(model=TransactionDefinition, ident=definition.pk, values=values, actor="test")


def test_where_the_check_is_on_the_credit_note_comes_first(desk, bank):
    """The refund is refused and says so; its page has offered the credit note before."""
    invoice = bank.ledger.invoice(75)
    paid = bank.pay(7500, to=[invoice])
    where = url("payment_refund", paid.transaction_id)
    asked = desk.post(where, {"amount": "75", "type": type_of("refund")})
    assert (asked.status_code, asked.refusal_code) == (409, "refund_needs_credit_balance")
    assert "post a credit note first" in text_of(asked)
    assert f"Credit note over 75.00 EUR for {invoice.number}" in text_of(asked)


def offered(page: Any) -> str:
    """The one credit note that a page offers."""
    [link] = re.findall(r'href="([^"]+over=\d+)"', page.content.decode())
    return unescape(link)


def filled_in(page: Any) -> dict[str, Any]:
    """The lines of a form as it is shown, to be sent as they are."""
    forms = page.context["items"]
    lines = [{name: value for name, value in form.initial.items() if value} for form in forms if form.initial]
    return items(*lines) | {"intended": page.context["form"].initial["intended"]}


def test_the_page_of_a_refund_by_gateway_says_what_will_be_owed_and_offers_the_credit_note(desk, bank):
    """75.00 paid by card for an invoice: paying 75.00 back leaves 75.00 owed, unless the invoice is credited."""
    invoice = bank.ledger.invoice(75)
    paid = bank.pay(7500, to=[invoice])
    page = desk.get(url("payment_refund", paid.transaction_id))
    assert "The customer will owe again 75.00 EUR" in text_of(page)
    assert f"Credit note over 75.00 EUR for {invoice.number}" in text_of(page)
    form = desk.get(offered(page))
    posted = made(
        reviewed(
            desk,
            url("transaction_new", bank.ledger.account.pk, "credit_note"),
            {"type": type_of("credit_note"), "then": "post", **filled_in(form)},
        )
    )
    assert (posted.amount_minor, posted.intended_ids) == (7500, [invoice.id])
    told = text_of(desk.get(url("payment_refund", paid.transaction_id)))
    assert "Credit on the account 75.00 EUR" in told
    assert "owe again" not in told


@pytest.mark.wide
def test_a_refund_that_left_something_owed_offers_its_credit_note_until_that_is_posted(desk, bank, unchecked):
    """Two rates in one invoice of 195.00: half of it back credits each line's half, with the line's own tax."""
    standard = TaxRate.objects.get(code="standard")
    invoice = made(
        reviewed(
            desk,
            url("transaction_new", bank.ledger.account.pk, "invoice"),
            {
                "type": type_of("invoice"),
                "then": "post",
                **items(
                    {"description": "Work", "price": "119", "price_is": "unit_with_tax", "tax_rate": standard.pk},
                    {"description": "Stamps", "price": "76.00"},
                ),
            },
        )
    )
    total = invoice.amount_minor
    paid = bank.pay(total, to=[invoice])
    asked = reviewed(
        desk,
        url("payment_refund", paid.transaction_id),
        {"amount": "97.50", "type": type_of("refund")},
        follow=True,
    )
    assert asked.status_code == 200
    refund = Transaction.objects.get(classification="refund")
    page = desk.get(url("transaction", refund.pk))
    assert "The customer owes 97.50 EUR again" in text_of(page)
    form = desk.get(offered(page))
    posted = made(
        reviewed(
            desk,
            url("transaction_new", bank.ledger.account.pk, "credit_note"),
            {"type": type_of("credit_note"), "then": "post", **filled_in(form)},
        )
    )
    was = TransactionItem.objects.filter(transaction_id=invoice.pk).order_by("position")
    lines = TransactionItem.objects.filter(transaction_id=posted.pk).order_by("position")
    assert posted.amount_minor == 9750
    assert [line.sub_total_minor for line in lines] == [round(9750 * line.sub_total_minor / total) for line in was]
    assert [line.tax_percent for line in lines] == [line.tax_percent for line in was]
    assert posted.tax_minor == round(invoice.tax_minor / 2)
    settled = desk.get(url("transaction", refund.pk))
    assert settled.context["row"].open_minor == 0
    assert "again" not in text_of(settled)


def test_a_refund_by_hand_is_told_the_same_before_it_is_posted(desk, ledger, unchecked):
    invoice = ledger.invoice(75)
    ledger.payment(75, to=[invoice])
    typed = {"amount": "37.50", "type": type_of("refund"), "then": "post"}
    where = reverse("backoffice:transaction_new", args=[ledger.account.pk, "refund"])
    review = desk.post(where, typed)
    assert "The customer will owe again 37.50 EUR" in text_of(review)
    assert f"Credit note over 37.50 EUR for {invoice.number}" in text_of(review)
    assert not Transaction.objects.filter(classification="refund").exists()


def test_a_refund_of_credit_that_is_free_leaves_nothing_owed(desk, ledger):
    ledger.payment(75)
    where = reverse("backoffice:transaction_new", args=[ledger.account.pk, "refund"])
    review = desk.post(where, {"amount": "37.50", "type": type_of("refund"), "then": "post"})
    assert "Post it for good?" in text_of(review)
    assert "owe again" not in text_of(review)


@pytest.mark.few(4)
@pytest.mark.parametrize("over", ["0", "7501", "-1", "1.5", "٣", "x", "9" * 30])
def test_an_address_that_asks_for_another_amount_fills_in_nothing(desk, ledger, over):
    invoice = ledger.invoice(75)
    ident = Transaction.objects.get(pk=invoice.id).public_id
    where = reverse("backoffice:transaction_new", args=[ledger.account.pk, "credit_note"])
    page = desk.get(where, {"invoice": ident, "over": over})
    assert page.status_code == 200
    assert not [form for form in page.context["items"] if form.initial.get("price")]
    assert desk.get(where, {"invoice": "txn_nothing", "over": "1"}).status_code == 200


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20), st.integers(0, 10**12))
def test_shares_add_up_and_none_is_more_than_a_unit_from_its_part(totals, wanted):
    amount = min(wanted, sum(totals))
    shares = shares_of_lines(totals, amount)
    assert sum(shares) == amount
    for total, share in zip(totals, shares, strict=True):
        assert abs(share * sum(totals) - amount * total) <= sum(totals)
        assert 0 <= share <= total


def test_nothing_is_split_over_nothing():
    assert shares_of_lines([], 5) == []
    assert shares_of_lines([0, 0], 5) == [0, 0]
