"""Credit that was paid out already is asked about at every door, and by whom it is carried out makes no difference."""

from __future__ import annotations

import pytest
from tests.gateways.conftest import install_toy, make_desk

from subledger.transactions.models import RefundMethod, TransactionType


@pytest.fixture
def desk(doors, monkeypatch):
    install_toy(monkeypatch)
    return make_desk(doors.ledger)


@pytest.fixture
def paid(doors, desk):
    """An advance of 75.00 by card, refunded in cash."""
    row = desk.pay(7500)
    cash = RefundMethod.objects.exclude(pk=desk.refund_method.pk).first()
    doors.ledger.refund(75, refund_method_id=cash.pk)
    return desk.transaction(row.transaction_id)


def typed(desk, payment, action, **more):
    kind = desk.cancellation_type
    if action == "move":
        kind = TransactionType.objects.get(classification="payment_cancellation", is_default=True)
    amount = {"amount": "75"} if action == "cancel" else {"to_account": desk.ledger.open("Bob").number}
    return {"type": kind.pk, **amount, **more}


def test_the_api_asks_and_takes_the_answer(doors, desk, paid):
    cancel, move = f"payments/{paid.public_id}/cancel", f"payments/{paid.public_id}/move"
    body = {"amount": "all", "type": desk.cancellation_type.public_id}
    to = {"to_account": doors.ledger.open("Bob").public_id}
    for path, fields in ((cancel, body), (move, to)):
        asked = doors.api.post(path, fields, expect=409)
        assert asked["code"] == "credit_paid_out", path
        assert "75.00 EUR" in asked["detail"]
        assert "confirm_paid_out" in asked["detail"]
    assert (desk.bank.captured, doors.ledger.balance()) == (7500, 0), "nothing went out a second time"
    assert doors.api.post(move, {**to, "confirm_paid_out": True}, expect=201)["state"] == "posted"
    assert doors.ledger.balance() == 75


def test_the_api_pays_back_what_is_confirmed(doors, desk, paid):
    body = {"amount": "all", "type": desk.cancellation_type.public_id, "confirm_paid_out": True}
    answer = doors.api.post(f"payments/{paid.public_id}/cancel", body)
    assert answer["state"] == "cancelled"
    assert (desk.bank.captured, doors.ledger.balance()) == (0, 75)


@pytest.mark.parametrize("action", ["cancel", "move"])
def test_the_page_asks_before_it_is_done(doors, desk, paid, action):
    shown = doors.send("transaction_action", typed(desk, paid, action), paid.pk, action)
    content = " ".join(shown.content.decode().replace("\xa0", " ").split())
    assert '<input type="checkbox" name="confirm_paid_out"' in content
    assert "75.00 EUR of payment" in content
    paid.refresh_from_db()
    assert (paid.state, desk.bank.captured) == ("posted", 7500)
