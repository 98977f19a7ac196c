"""A receiving day that is long past is asked for as a posting day is, and by every door."""

from __future__ import annotations

from datetime import date

import pytest
from tests.doors.conftest import Doors
from tests.factories import Ledger

from subledger.transactions.day_errors import (
    ReceivingDayOld,
)
from subledger.transactions.models import Transaction
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C

OLD = "2016-05-20"


def test_the_api_asks_and_takes_the_answer(doors: Doors):
    body = {"account": doors.ledger.account.public_id, "amount": 500, "received_on": OLD}
    for state in ("posted", "draft"):
        asked = doors.api.post("payments", {**body, "state": state}, expect=409)
        assert (asked["code"], asked["param"]) == ("receiving_day_old", "/received_on")
        assert "confirm_posted_on" in asked["detail"]
        assert doors.api.post("payments", {**body, "state": state, "confirm_posted_on": True})["received_on"] == OLD


def test_one_answer_holds_for_both_days(doors: Doors):
    body = {"account": doors.ledger.account.public_id, "amount": 500, "state": "posted"}
    body |= {"received_on": OLD, "posted_on": OLD, "confirm_posted_on": True}
    told = doors.api.post("payments", body)
    assert (told["posted_on"], told["received_on"]) == (OLD, OLD)


def test_paying_an_invoice_quickly_asks_too(doors: Doors):
    doors.ledger.invoice(5)
    [invoice] = doors.api.get("invoices")["data"]
    address, body = f"invoices/{invoice['id']}/quick_pay", {"amount": "all", "received_on": OLD}
    assert doors.api.post(address, body, expect=409)["code"] == "receiving_day_old"
    doors.api.post(address, {**body, "confirm_posted_on": True})
    assert Transaction.objects.get(classification="payment").received_on == date(2016, 5, 20)


def test_a_file_says_so_for_the_command(doors: Doors):
    row = {"account": "A1", "amount": "5.00", "posted_on": "2026-05-20", "received_on": OLD}
    refused = doors.file("payments", [row])
    assert [one.code for one in refused.rejections] == ["receiving_day_old"]
    doors.file("payments", [row], accept_old_days=True)
    assert Transaction.objects.get().received_on == date(2016, 5, 20)


def test_a_year_is_not_asked_about_and_a_draft_is_asked_when_it_is_saved(ledger: Ledger):
    ledger.payment(5, received_on=date(2025, 5, 20))
    with pytest.raises(ReceivingDayOld):
        save_drafts(new=[ledger.new(C.PAYMENT, 5, received_on=date(2016, 5, 20))], actor="test")
