"""Terminating an account says what becomes of what gateways are asked to move there, and that is what happens."""

from __future__ import annotations

import pytest
from tests.api.client import ApiClient
from tests.endings import terminate
from tests.gateways.generic.office import Office, code_of, said
from tests.gateways.toy import take_time

from subledger.accounts.errors import AccountNotClear, AccountTerminated
from subledger.accounts.models import Account, PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.accounts.services import change_account_state
from subledger.gateways import errors, jobs, refund_errors
from subledger.gateways.listeners import PAGES_CLOSE
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services import withdrawal
from subledger.gateways.services.outstanding import not_to_leave
from subledger.platform.models import Event
from subledger.transactions.models import Reason
from subledger.transactions.services.allocation import allocate_accounts
from subledger.transactions.services.drafts import reject_drafts

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]


def refused_by(account):
    change_account_state(account_id=account.pk, action="terminate", actor="test")


def heard(monkeypatch):
    """What the worker is woken for by the account's termination, done at once."""
    woken = []
    monkeypatch.setattr("subledger.platform.jobs.wake", lambda name, **named: woken.append((name, named)))
    PAGES_CLOSE.handle(list(Event.objects.filter(type="account.state_changed")))
    for name, named in woken:
        if name == "take_back_stranded":
            withdrawal.take_back_stranded(**named)
    return [name for name, _ in woken]


@pytest.mark.parametrize("kind", ["payment", "refund"])
def test_what_has_not_left_is_named_and_taken_back(ledger, monkeypatch, kind):
    office = Office.opened(ledger)
    ledger.payment(75)
    row = office.pay(75) if kind == "payment" else office.refund(75)
    with pytest.raises(AccountNotClear) as refused:
        refused_by(ledger.account)
    assert f"stopped: {kind} request {row.number} over 75.00 EUR by Bank (its {kind} is a draft again)" in str(
        refused.value
    )
    terminate(ledger.account.pk)
    assert heard(monkeypatch) == ["take_back_stranded"]
    row = office.row(row.pk)
    assert (row.state, row.error_code, office.transaction(row).state) == ("rejected", "account_terminated", "draft")
    assert withdrawal.take_back_stranded(office.provider.pk) == 0


def test_a_pay_back_that_waits_leaves_its_payment(ledger, monkeypatch):
    office = Office.opened(ledger)
    paid = office.pay(75)
    office.post(said(paid))
    row = office.cancel(office.transaction(paid).pk)
    with pytest.raises(AccountNotClear, match="its payment is not paid back"):
        refused_by(ledger.account)
    terminate(ledger.account.pk)
    heard(monkeypatch)
    assert (office.state(row), office.transaction(paid).state) == ("rejected", "posted")


def test_what_a_gateway_we_call_has_not_begun_is_taken_back(desk, monkeypatch):
    asked = desk.ask(7500)
    terminate(desk.ledger.account.pk)
    heard(monkeypatch)
    assert (desk.row(asked.request_id).state, desk.bank.orders) == ("rejected", [])
    assert desk.transaction(asked.transaction_id).state == "draft"


def test_what_has_left_is_named_and_stays(desk, monkeypatch):
    desk.bank.script = [take_time]
    row = desk.work(desk.ask(7500).request_id)
    with pytest.raises(AccountNotClear, match=rf"{row.number} over 75.00 EUR by Toy bank \(sent: its money"):
        refused_by(desk.ledger.account)
    terminate(desk.ledger.account.pk)
    assert heard(monkeypatch) == []
    assert desk.row(row.pk).state == "under_processing"


def test_what_a_file_for_the_bank_holds_may_be_there(ledger, monkeypatch):
    office = Office.opened(ledger)
    row = office.pay(75)
    message = office.export("pain.008").message
    with pytest.raises(AccountNotClear, match=f"in the file {message}, which may be at the bank: its money ends on"):
        refused_by(ledger.account)
    terminate(ledger.account.pk)
    heard(monkeypatch)
    assert office.state(row) == "pending"
    office.post(said(row))
    assert office.transaction(office.row(row.pk)).account.system_role == "suspense"


def test_the_worker_does_it(ledger):
    office = Office.opened(ledger)
    office.pay(75)
    terminate(ledger.account.pk)
    assert jobs.take_back_stranded(provider_id=office.provider.pk) == {"taken_back": 1}
    assert PaymentRequest.objects.get().state == "rejected"


def test_nothing_is_settled_on_it_any_more(ledger):
    ledger.invoice(75)
    terminate(ledger.account.pk)
    with pytest.raises(AccountTerminated, match="Cannot settle what is open"):
        allocate_accounts(account_ids=[ledger.account.pk], actor="test")


@pytest.mark.wide
def test_what_waits_on_an_account_that_was_terminated_before_is_seen_and_has_ways_out(ledger):
    """As books have it whose account was terminated when that took nothing back yet: nobody was woken for it."""
    office = Office.opened(ledger)
    seen, withdrawn, exported, begun = (office.pay(75) for _ in range(4))
    Account.objects.filter(pk=ledger.account.pk).update(state="terminated")
    assert {late.code for late in not_to_leave([seen, withdrawn]).values()} == {"account_terminated"}
    assert "account was terminated in the meantime" in not_to_leave([seen])[seen.pk].sentence()
    assert withdrawal.withdraw(request_id=withdrawn.pk, actor="user:ana").state == "rejected"
    [answer] = office.process(said(begun))
    assert code_of(answer) == "payment_request_not_due"
    assert str(answer.error).endswith("It was taken back, and its payment is a draft again: reject that.")
    export = office.export("pain.008", mark=True)
    assert {(one.number, one.code) for one in export.left_out} == {
        (seen.number, "account_terminated"), (exported.number, "account_terminated"),
    }  # fmt: skip
    drafts = [office.transaction(row).pk for row in (seen, withdrawn, exported, begun)]
    reject_drafts(transaction_ids=drafts, reason=Reason.objects.order_by("pk")[0], actor="user:ana")
    assert not PaymentRequest.objects.exclude(state="rejected").exists()


def test_a_cancellation_that_is_taken_back_leaves_the_payment_as_it_is_and_asks_for_nothing(ledger):
    office = Office.opened(ledger)
    paid = office.pay(75)
    office.post(said(paid))
    row = office.cancel(office.transaction(paid).pk)
    terminate(ledger.account.pk)
    [answer] = office.process(said(row))
    assert str(answer.error).endswith("It was taken back, and the payment that it was to pay back stays as it is.")
    assert (office.state(row), office.transaction(paid).state) == ("rejected", "posted")


def test_no_way_to_pay_is_noted_there_any_more(ledger, company):
    api = ApiClient(company)
    terminate(ledger.account.pk)
    preference = PaymentPreference.objects.get(code="bank_transfer")
    with pytest.raises(AccountTerminated, match="Cannot note a way to pay: account"):
        set_payment_preference(
            account_id=ledger.account.pk, preference=preference, details={}, is_default=False, actor="test"
        )
    api.post(f"accounts/{ledger.account.public_id}/allocate", expect=409)
    answer = api.post(
        f"accounts/{ledger.account.public_id}/payment_preferences", {"preference": preference.public_id}, expect=409
    )
    assert answer["code"] == "account_terminated"


# -- words ---------------------------------------------------------------------------------------------------------


def test_paying_back_all_of_nothing_says_that_nothing_is_left(desk):
    paid = desk.pay(7500)
    desk.work(desk.refund(7500, paid.transaction_id).request_id)
    with pytest.raises(refund_errors.NothingToRefund) as refused:
        desk.refund("all", paid.transaction_id)
    assert "0.00" not in str(refused.value)
    assert "nothing is left of what it collected" in str(refused.value)


def test_a_gateways_code_is_for_programs():
    refusal = errors.PaymentDeclined(
        "invalid_request_error", "The card is not on file.", type_=errors.RequestType.PAYMENT
    )
    assert "invalid_request_error" not in str(refusal)
    assert str(refusal).startswith("The gateway declined: The card is not on file. The transaction stays a draft")
    assert refusal.problem_members()["gateway_code"] == "invalid_request_error"
