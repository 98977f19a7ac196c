"""A refund through a gateway is shown before it is done, and what was shown is what is done."""

from __future__ import annotations

import pytest
from tests.gateways.conftest import Desk, make_desk
from tests.pages.conftest import token_in
from tests.pages.test_documents import type_of
from tests.pages.test_gateways import text_of, url

from subledger.transactions.models import Transaction

FULL = 7500


@pytest.fixture
def bank(ledger, toy_kind) -> Desk:
    return make_desk(ledger)


@pytest.fixture
def where(bank):
    return url("payment_refund", bank.pay(FULL).transaction_id)


def refunds() -> list[int]:
    return list(Transaction.objects.filter(classification="refund").values_list("amount_minor", flat=True))


def test_the_page_shows_what_paying_all_of_it_back_comes_to(desk, bank, where):
    page = desk.get(where)
    assert "Balance of" in text_of(page)
    assert "−75.00 EUR → 0.00 EUR" in text_of(page)
    done = desk.post(where, {"amount": "75", "type": type_of("refund"), **token_in(page)}, follow=True)
    assert "Toy bank refunded 75.00 EUR." in text_of(done)
    assert refunds() == [FULL]


@pytest.mark.wide
def test_another_amount_is_shown_first(desk, bank, where):
    typed = {"amount": "25", "type": type_of("refund"), "note": "Half of it."}
    for before in ({}, {"reviewed": "0" * 40}, token_in(desk.get(where))):
        page = desk.post(where, {**typed, **before})
        assert (page.status_code, refunds(), bank.bank.captured) == (200, [], FULL)
        assert "−75.00 EUR → −50.00 EUR" in text_of(page)
        assert page.context["form"]["note"].value() == "Half of it."
    done = desk.post(where, {**typed, **token_in(page)}, follow=True)
    assert "Toy bank refunded 25.00 EUR." in text_of(done)
    assert (refunds(), bank.bank.captured) == ([2500], 5000)


def test_what_comes_to_something_else_by_then_is_shown_anew(desk, bank, where):
    """Somebody bills the account meanwhile: less of the credit is left to be paid back."""
    page = desk.get(where)
    bank.ledger.payment(10)
    bank.ledger.refund(80)
    typed = {"amount": "75", "type": type_of("refund")}
    refused = desk.post(where, {**typed, **token_in(page)})
    assert refused.status_code == 409
    assert bank.bank.captured == FULL


@pytest.mark.wide
def test_more_than_the_credit_is_asked_beside_what_it_comes_to(desk, bank, where):
    """The question stands on the page that shows it, with its box, and is not a refusal."""
    bank.ledger.refund(50)
    page = desk.post(where, {"amount": "75", "type": type_of("refund")})
    assert page.status_code == 200
    box = page.context["form"]["confirm_above_credit"]
    assert not box.is_hidden
    assert "25.00 EUR" in box.help_text
    typed = {"amount": "75", "type": type_of("refund"), **token_in(page)}
    unticked = desk.post(where, typed)
    assert (unticked.status_code, unticked.refusal_code) == (409, "refund_above_credit")
    done = desk.post(where, {**typed, "confirm_above_credit": "on"}, follow=True)
    assert "Toy bank refunded 75.00 EUR." in text_of(done)


def test_what_the_gateway_would_refuse_is_refused_before_it_is_shown(desk, bank, where):
    refused = desk.post(where, {"amount": "75.01", "type": type_of("refund")})
    assert (refused.status_code, refused.refusal_code, refunds()) == (409, "refund_exceeds_captured", [])
