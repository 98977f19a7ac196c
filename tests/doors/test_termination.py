"""An account is terminated for ever: what that strands is told first, and drafts on it keep a way out."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.doors.conftest import said

from subledger.accounts import termination
from subledger.accounts.errors import AccountNotClear, AccountTerminated
from subledger.accounts.models import Account
from subledger.accounts.services import change_account_state
from subledger.accounts.termination import Stranded, stranded_on, termination_of
from subledger.transactions.models import Reason, Transaction, TransactionType
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.services import actions
from subledger.transactions.services.drafts import reject_drafts, save_drafts, update_draft
from subledger.transactions.states import Classification as C


def terminate(account: Account, expected_outcome: str = "") -> str:
    return change_account_state(
        account_id=account.pk, action="terminate", expected_outcome=expected_outcome, actor="test"
    ).state


def as_shown(account: Account) -> str:
    return terminate(account, termination_of(account).outcome)


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
    assert as_shown(ledger.account) == "terminated"


def test_a_credit_is_told_as_one(ledger):
    ledger.payment(7)
    assert [one.words for one in stranded_on(ledger.account)] == ["a credit of 7.00 EUR on 1 open item"]


def test_every_room_tells_what_it_knows(ledger, monkeypatch):
    monkeypatch.setattr(termination, "reporters", [lambda account: [Stranded("1 open payment request")]])
    with pytest.raises(AccountNotClear, match="There is 1 open payment request"):
        terminate(ledger.account)
    assert as_shown(ledger.account) == "terminated"


def test_a_draft_on_a_terminated_account_can_be_rejected(ledger):
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 20)], actor="test")
    as_shown(ledger.account)
    reject_drafts(transaction_ids=[draft.pk], reason=Reason.objects.first(), actor="test")
    assert Transaction.objects.get(pk=draft.pk).state == "rejected"


def test_a_terminated_account_names_the_act_that_it_refuses(ledger):
    payment = ledger.payment(20)
    other = ledger.open("Ben")
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 20)], actor="test")
    as_shown(ledger.account)
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


def test_what_came_after_it_was_shown_is_shown_again(ledger):
    ledger.invoice(50)
    shown = termination_of(ledger.account).outcome
    ledger.payment(10)
    with pytest.raises(AccountNotClear, match=r"40\.00 EUR owed") as again:
        terminate(ledger.account, shown)
    assert terminate(ledger.account, again.value.outcome) == "terminated"


def test_another_draft_of_the_same_amount_is_another_outcome(ledger):
    [first] = save_drafts(new=[ledger.new(C.PAYMENT, 20)], actor="test")
    shown = termination_of(ledger.account).outcome
    reject_drafts(transaction_ids=[first.pk], reason=Reason.objects.first(), actor="test")
    save_drafts(new=[ledger.new(C.PAYMENT, 20)], actor="test")
    with pytest.raises(AccountNotClear, match="There is 1 draft"):
        terminate(ledger.account, shown)


def test_api_and_page_show_and_ask_alike(doors):
    doors.ledger.invoice(50)
    account = doors.ledger.account
    address = f"accounts/{account.public_id}"
    told = doors.api.get(f"{address}/termination")
    assert (told["left"], told["stopped"]) == (["50.00 EUR owed on 1 open item"], [])
    asked = doors.api.post(f"{address}/terminate", {}, expect=409)
    assert (asked["code"], asked["outcome"]) == ("account_not_clear", told["outcome"])
    assert f"expected_outcome '{told['outcome']}'" in asked["detail"]
    page = doors.page.get(reverse("backoffice:account_state", args=[account.pk, "terminate"])).content.decode()
    assert "Left on it for ever: 50.00 EUR owed on 1 open item." in page
    assert f'name="reviewed" value="{told["outcome"]}"' in page
    unseen = doors.send("account_state", {"reason": ""}, account.pk, "terminate")
    assert (unseen.status_code, told["outcome"] in unseen.content.decode()) == (409, True)
    doors.ledger.payment(50)
    changed = doors.send("account_state", {"reason": "", "reviewed": told["outcome"]}, account.pk, "terminate")
    assert changed.status_code == 409
    now = termination_of(account).outcome
    assert f'name="reviewed" value="{now}"' in changed.content.decode()
    sent = doors.send("account_state", {"reason": "", "reviewed": now}, account.pk, "terminate")
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
