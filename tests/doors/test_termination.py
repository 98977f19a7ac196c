"""An account is terminated for ever: what that strands is told first, and drafts on it keep a way out."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.doors.conftest import said

from subledger.accounts import termination
from subledger.accounts.errors import AccountNotClear, AccountTerminated
from subledger.accounts.models import Account
from subledger.accounts.services import change_account_state
from subledger.accounts.termination import Stranded, stranded_on
from subledger.transactions.models import Reason, Transaction, TransactionType
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.services import actions
from subledger.transactions.services.drafts import reject_drafts, save_drafts, update_draft
from subledger.transactions.states import Classification as C


def terminate(account: Account, **confirmed: bool) -> str:
    return change_account_state(account_id=account.pk, action="terminate", actor="test", **confirmed).state


def test_a_clear_account_is_terminated_without_a_question(ledger):
    ledger.invoice(10)
    ledger.payment(10)
    assert stranded_on(ledger.account) == []
    assert terminate(ledger.account) == "terminated"


def test_what_is_left_is_told_and_asked_about(ledger):
    ledger.invoice(50)
    save_drafts(new=[ledger.new(C.PAYMENT, 20), ledger.new(C.INVOICE, 5, accept_due_date=False)], actor="test")
    with pytest.raises(AccountNotClear, match=r"50\.00 EUR owed on 1 open item and 2 drafts") as refusal:
        terminate(ledger.account)
    assert "cannot be undone" in str(refusal.value)
    assert Account.objects.get(pk=ledger.account.pk).state == "active"
    assert terminate(ledger.account, confirm_stranded=True) == "terminated"


def test_a_credit_is_told_as_one(ledger):
    ledger.payment(7)
    assert [one.words for one in stranded_on(ledger.account)] == ["a credit of 7.00 EUR on 1 open item"]


def test_every_room_tells_what_it_knows(ledger, monkeypatch):
    monkeypatch.setattr(termination, "reporters", [lambda account: [Stranded("1 open payment request")]])
    with pytest.raises(AccountNotClear, match="there is 1 open payment request"):
        terminate(ledger.account)
    assert terminate(ledger.account, confirm_stranded=True) == "terminated"


def test_a_draft_on_a_terminated_account_can_be_rejected(ledger):
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 20)], actor="test")
    terminate(ledger.account, confirm_stranded=True)
    reject_drafts(transaction_ids=[draft.pk], reason=Reason.objects.first(), actor="test")
    assert Transaction.objects.get(pk=draft.pk).state == "rejected"


def test_a_terminated_account_names_the_act_that_it_refuses(ledger):
    payment = ledger.payment(20)
    other = ledger.open("Ben")
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 20)], actor="test")
    terminate(ledger.account, confirm_stranded=True)
    deeds = {
        "post an invoice": lambda: ledger.invoice(1),
        "cancel it": lambda: actions.cancel(orders=[Cancel(target_id=payment.id, amount=ALL)], actor="test"),
        "move the payment": lambda: ledger.move(payment, other),
        "save a draft of a payment": lambda: update_draft(
            transaction_id=draft.pk, new=ledger.new(C.PAYMENT, 21), actor="test"
        ),
    }
    for act, deed in deeds.items():
        with pytest.raises(AccountTerminated, match=f"^Cannot {act}: account"):
            deed()


def test_api_and_page_ask_alike(doors):
    doors.ledger.invoice(50)
    account = doors.ledger.account
    asked = doors.api.post(f"accounts/{account.public_id}/terminate", {}, expect=409)
    assert (asked["code"], "confirm_stranded" in asked["detail"]) == ("account_not_clear", True)
    page = doors.page.get(reverse("backoffice:account_state", args=[account.pk, "terminate"])).content.decode()
    assert "50.00 EUR owed on 1 open item" in page
    assert '<input type="checkbox" name="confirm_stranded"' in page
    assert doors.send("account_state", {"reason": ""}, account.pk, "terminate").status_code == 409
    sent = doors.send("account_state", {"reason": "", "confirm_stranded": "on"}, account.pk, "terminate")
    assert sent.status_code == 302
    assert Account.objects.get(pk=account.pk).state == "terminated"


def test_a_draft_has_no_posting_day_at_any_door(doors):
    account = doors.ledger.account
    body = {"account": account.public_id, "amount": 100, "posted_on": "2026-05-04"}
    refused = doors.api.post("payments", body, expect=422)
    kind = TransactionType.objects.get(classification="payment", is_default=True).pk
    typed = {"type": kind, "then": "draft", "amount": "1", "posted_on": "2026-05-04"}
    answer = doors.send("transaction_new", typed, account.pk, "payment")
    assert answer.status_code == 422
    assert refused["detail"] in said(answer)
    assert (refused["code"], refused["param"]) == ("draft_has_no_posting_day", "/posted_on")
    assert Transaction.objects.count() == 0
