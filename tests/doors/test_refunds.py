"""A refund that is more than the credit on the account is asked about, at every door."""

from __future__ import annotations

import pytest

from subledger.transactions.going_out_errors import RefundAboveCredit, RefundNeedsCreditBalance
from subledger.transactions.models import Transaction, TransactionType
from subledger.transactions.states import Classification as C


def test_a_refund_fits_the_credit_or_is_confirmed(ledger):
    ledger.payment(10)
    with pytest.raises(RefundAboveCredit, match=r"more than the credit of 10\.00 EUR") as refusal:
        ledger.refund(500)
    assert "would owe 490.00 EUR" in str(refusal.value)
    assert ledger.balance() == -10
    ledger.refund(4)
    ledger.refund(6)
    with pytest.raises(RefundNeedsCreditBalance):
        ledger.refund(1, confirm_above_credit=True)


def test_a_confirmed_refund_goes_ahead(ledger):
    ledger.payment(10)
    ledger.refund(500, confirm_above_credit=True)
    assert ledger.balance() == 490


def test_a_set_counts_what_it_refunds_itself(ledger):
    ledger.payment(10)
    with pytest.raises(RefundAboveCredit):
        ledger.post(ledger.new(C.REFUND, 6), ledger.new(C.REFUND, 6))


def test_the_api_asks_and_takes_the_answer(doors):
    doors.ledger.payment(10)
    body = {"account": doors.ledger.account.public_id, "amount": 500_00, "state": "posted"}
    refused = doors.api.post("refunds", body, expect=409)
    assert refused["code"] == "refund_above_credit"
    assert "confirm_above_credit" in refused["detail"]
    assert doors.api.post("refunds", {**body, "confirm_above_credit": True}, expect=201)["state"] == "posted"
    assert doors.ledger.balance() == 490


def test_the_page_asks_and_takes_the_answer(doors):
    doors.ledger.payment(10)
    kind = TransactionType.objects.get(classification="refund", is_default=True).pk
    typed = {"type": kind, "then": "post", "amount": "500"}
    asked = doors.send("transaction_new", typed, doors.ledger.account.pk, "refund")
    assert asked.status_code == 409
    content = asked.content.decode()
    assert '<input type="checkbox" name="confirm_above_credit"' in content
    assert '<input type="hidden" name="confirm_credit_limit"' in content
    assert Transaction.objects.filter(classification="refund").count() == 0
    sent = doors.send("transaction_new", {**typed, "confirm_above_credit": "on"}, doors.ledger.account.pk, "refund")
    assert sent.status_code == 302
    assert doors.ledger.balance() == 490


def test_a_draft_is_asked_about_when_it_is_posted(doors):
    doors.ledger.payment(10)
    body = {"account": doors.ledger.account.public_id, "amount": 500_00}
    draft = doors.api.post("refunds", body, expect=201)
    assert doors.api.post(f"refunds/{draft['id']}/post", {}, expect=409)["code"] == "refund_above_credit"
    ident = Transaction.objects.get(classification="refund").pk
    asked = doors.send("transaction_action", {}, ident, "post")
    assert '<input type="checkbox" name="confirm_above_credit"' in asked.content.decode()
    doors.send("transaction_action", {"confirm_above_credit": "on"}, ident, "post")
    assert doors.ledger.balance() == 490
