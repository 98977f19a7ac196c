"""Payments, refunds and cancellations that a gateway moves, asked for by API: their end, and never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.factories import NOW, Ledger, make_company
from tests.gateways.conftest import make_desk
from tests.gateways.toy import Bank, Order, decline, lose_after, succeed, take_time

from subledger.gateways.models import Attempt, PaymentRequest
from subledger.gateways.port import Outcome
from subledger.gateways.services import carrier, reconciliation
from subledger.kernel.money import LARGEST_MINOR
from subledger.platform import clock
from subledger.platform.models import StoredAnswer
from subledger.platform.scope import company_scope

from .conftest import Till

pytestmark = pytest.mark.sampled(3)

KEY = "a-key-of-the-caller"


def test_a_payment_that_the_gateway_takes_at_once_is_answered_posted(till: Till):
    invoice = till.invoice(40)
    told = till.pay(25, allocate_to=[invoice])
    assert (told["state"], told["amount"]) == ("posted", 2500)
    assert told["payment_request"]["state"] == "posted"
    assert told["payment_request"]["id"].startswith("prq_")
    assert told["number"].startswith("PAY")
    assert till.unsettled(invoice) == 15
    assert till.desk.bank.captured == 2500


def test_a_declined_payment_is_402_and_its_draft_stays(till: Till):
    till.desk.bank.script = [decline]
    told = till.pay(25, expect=402)
    assert told["code"] == "payment_declined"
    assert told["gateway_code"] == "card_declined"
    assert "Your card was declined" in told["detail"]
    draft = till.get(f"payments/{told['transaction']}")
    assert (draft["state"], draft["settlement"]) == ("draft", None)
    assert draft["payment_request"]["state"] == "rejected"
    assert draft["payment_request"]["error_code"] == "card_declined"
    posted = till.post(f"payments/{told['transaction']}/post", {"confirm_in_advance": True})
    assert posted["state"] == "posted"
    assert till.desk.bank.captured == 2500


def test_a_payment_that_takes_its_time_is_pending_and_in_no_balance(till: Till):
    till.desk.bank.script = [take_time]
    told = till.pay(25)
    assert (told["state"], told["settlement"], told["unallocated_amount"]) == ("pending", None, None)
    assert told["payment_request"]["state"] == "under_processing"
    assert till.balance() == 0
    assert [one["id"] for one in till.get("payments", state="pending")["data"]] == [told["id"]]


def test_without_a_gateway_everything_is_as_before(till: Till):
    told = till.post("payments", {"account": till.account, "state": "posted", "amount": 100}, expect=201)
    assert (told["state"], told["payment_request"]) == ("posted", None)
    assert till.desk.bank.orders == []


def test_a_draft_is_posted_through_its_gateway(till: Till):
    draft = till.post("payments", {"account": till.account, "amount": 700, "method": till.method})
    assert (draft["state"], till.desk.bank.orders) == ("draft", [])
    assert till.post(f"payments/{draft['id']}/post", {"confirm_in_advance": True})["state"] == "posted"
    assert till.desk.bank.captured == 700


def test_quick_pay_charges_what_is_unsettled(till: Till):
    invoice = till.invoice(40)
    till.payment(15, allocate_to=[invoice])
    told = till.post(f"invoices/{invoice}/quick_pay", {"amount": "all", "method": till.method}, expect=201)
    assert (told["state"], told["amount"], told["allocate_to"]) == ("posted", 2500, [invoice])
    assert till.unsettled(invoice) == 0


def test_an_account_without_a_card_is_told_so(till: Till):
    other = till.new_account()
    refused = till.post(
        "payments", {"account": other, "state": "posted", "amount": 1, "method": till.method}, expect=422
    )
    assert (refused["code"], refused["param"]) == ("payment_preference_missing", "/payment_preference")
    assert till.get("payments", account=other)["data"] == []


def test_part_of_a_payment_is_refunded_then_the_rest_and_no_more(till: Till):
    payment = till.pay(25)["id"]
    first = till.post(f"payments/{payment}/refund", {"amount": 1000}, expect=201)
    assert (first["classification"], first["state"], first["amount"]) == ("refund", "posted", 1000)
    refused = till.post(f"payments/{payment}/refund", {"amount": 1501}, expect=409)
    assert refused["code"] == "refund_exceeds_captured"
    rest = till.post(f"payments/{payment}/refund", {"amount": "all"}, expect=201)
    assert rest["amount"] == 1500
    assert till.desk.bank.captured == 0
    assert till.balance() == 0


@pytest.mark.few(2)
@pytest.mark.parametrize("amount", [0, -1, LARGEST_MINOR + 1])
def test_a_refund_of_no_amount_is_refused_as_one_and_asks_no_gateway(till: Till, amount: int):
    payment = till.pay(25)["id"]
    told = till.post(f"payments/{payment}/refund", {"amount": amount}, expect=422)
    assert (told["code"], told["param"]) == ("amount_invalid", "/amount")
    assert till.desk.bank.captured == 2500
    assert till.get("refunds")["data"] == []


def test_a_declined_refund_leaves_its_draft(till: Till):
    payment = till.pay(25)["id"]
    till.desk.bank.script = [decline]
    refused = till.post(f"payments/{payment}/refund", {"amount": 500}, expect=402)
    assert refused["code"] == "payment_declined"
    assert till.get(f"refunds/{refused['transaction']}")["state"] == "draft"
    assert till.unallocated(payment) == 25


def test_a_payment_that_no_gateway_took_cannot_be_refunded_through_one(till: Till):
    refused = till.post(f"payments/{till.payment(5)}/refund", {"amount": "all"}, expect=404)
    assert refused["code"] == "not_found"


def test_a_cancellation_pays_back_first_and_a_declined_one_changes_nothing(till: Till):
    payment, kind = till.pay(25)["id"], till.desk.cancellation_type.public_id
    till.desk.bank.script = [decline]
    refused = till.post(f"payments/{payment}/cancel", {"amount": "all", "type": kind}, expect=402)
    assert refused["transaction"] == payment
    assert "stays as it was" in refused["detail"]
    assert till.get(f"payments/{payment}")["state"] == "posted"
    told = till.post(f"payments/{payment}/cancel", {"amount": "all", "type": kind})
    assert told["state"] == "cancelled"
    assert told["payment_request"]["type"] == "payment_cancellation"
    assert till.desk.bank.captured == 0


# -- the same key ------------------------------------------------------------------------------------------------


def test_the_same_key_charges_once_and_a_decline_is_replayed(till: Till):
    first, again = till.pay(25, key=KEY), till.pay(25, key=KEY)
    assert again == first
    assert len(till.desk.bank.orders) == 1
    till.desk.bank.script = [decline]
    declined = [till.pay(30, key="another", expect=402) for _ in range(2)]
    assert declined[0] == declined[1]
    assert len(till.desk.bank.orders) == 2


class Killed(BaseException):
    """What a process that dies does not get to handle."""


def dies(*args: object, **options: object) -> None:
    raise Killed


def forget_the_answer(till: Till) -> None:
    """As a killed process leaves its key: claimed, bound, and without an answer."""
    with company_scope(till.company.pk):
        StoredAnswer.objects.filter(key=KEY).update(status=None)


@pytest.mark.parametrize("dies_in", ["work_off", "request_by_id"])
def test_a_key_whose_process_died_never_charges_twice(till: Till, monkeypatch, dies_in):
    """Before the call, and after it: the request repeated finds what the first one made."""
    with monkeypatch.context() as patch:
        calls = iter([carrier.request_by_id])  # the first look succeeds, the one after the call does not
        crash = dies if dies_in == "work_off" else (lambda ident: next(calls, dies)(ident))
        patch.setattr(carrier, dies_in, crash)
        with pytest.raises(Killed):
            till.pay(25, key=KEY)
    forget_the_answer(till)
    told = till.pay(25, key=KEY)
    assert told["state"] == "posted", "what a key stands for is told at once: nobody waits for a process that is dead"
    assert till.pay(25, key=KEY) == told
    assert till.desk.bank.captured == 2500
    assert len(till.desk.bank.orders) == 1
    assert len(till.get("payments")["data"]) == 1
    assert len(till.get("payment_requests")["data"]) == 1


def test_a_key_whose_answer_failed_goes_on_at_once(till: Till, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("subledger.gateways.api.latest.latest_requests_of", lambda ids: 1 / 0)
        assert till.pay(25, key=KEY, expect=500)["code"] == "internal_error"
    assert till.pay(25, key=KEY)["state"] == "posted"
    assert len(till.desk.bank.orders) == 1


def test_a_key_that_made_nothing_is_free_again(till: Till, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(carrier, "post", dies)
        with pytest.raises(Killed):
            till.pay(25, key=KEY)
    assert till.pay(25, key=KEY)["state"] == "posted"


def test_an_answer_that_was_lost_is_pending_until_it_is_looked_up(till: Till):
    till.desk.bank.script = [lose_after, succeed]
    told = till.pay(25, key=KEY)
    assert (told["state"], told["payment_request"]["state"]) == ("pending", "unknown")
    assert till.pay(25, key=KEY)["state"] == "pending"
    with company_scope(till.company.pk):
        reconciliation.look_up(till.desk.provider.pk, request_ids=[PaymentRequest.objects.get().pk])
    assert till.get(f"payments/{told['id']}")["state"] == "posted"
    assert len(till.desk.bank.orders) == 1


def test_before_the_gateway_is_called_everything_about_it_is_committed(committed_db: None):
    """Seen from another connection while the call is under way: the request, its attempt, and the key bound to it."""
    with clock.frozen(NOW):
        till = Till(make_company())
        with company_scope(till.company.pk):
            till.desk = make_desk(Ledger())
        seen: list[tuple[object, ...]] = []

        def look() -> None:
            answer = StoredAnswer.unscoped.get(key=KEY, company_id=till.company.pk)
            row = PaymentRequest.unscoped.get(pk=answer.made)
            attempt = Attempt.unscoped.get(request=row)
            seen.append((answer.status, row.state, attempt.outcome, attempt.public_id))
            connection.close()

        def succeed_while_somebody_looks(bank: Bank, order: Order) -> Outcome:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(look).result()
            return succeed(bank, order)

        till.desk.bank.script = [succeed_while_somebody_looks]
        assert till.pay(25, key=KEY)["state"] == "posted"
        assert seen == [(None, "under_processing", "", till.desk.bank.orders[0].key)]
        assert till.pay(25, key=KEY)["state"] == "posted"
        assert till.desk.bank.captured == 2500
