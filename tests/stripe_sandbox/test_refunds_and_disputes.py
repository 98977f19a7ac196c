"""Money that goes back: refunds that succeed, wait and fail; disputes that are won and lost."""

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from tests.stripe_sandbox.conftest import START, charge, connect, control, types_of

from stripe_sandbox.sandbox import Sandbox


def wait(sandbox, seconds):
    sandbox.timeline.advance_to(sandbox.timeline.now + seconds)


def paid_with(api, customer, token, **more):
    method = api.payment_methods.attach(token, {"customer": customer.id})
    return charge(api, customer, method.id, **more)


def test_a_refund_takes_the_rest_unless_told(sandbox, api, customer, card):
    intent = charge(api, customer, card.id)
    part = api.refunds.create({"payment_intent": intent.id, "amount": 300, "reason": "requested_by_customer"})
    rest = api.refunds.create({"charge": intent.latest_charge, "metadata": {"why": "all"}})
    assert [(r.amount, r.status) for r in (part, rest)] == [(300, "succeeded"), (700, "succeeded")]
    held = api.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
    assert (held.amount_refunded, held.refunded, len(held.refunds.data)) == (1000, True, 2)
    assert api.balance_transactions.retrieve(part.balance_transaction).amount == -300
    assert types_of(api)[-4:] == ["refund.created", "charge.refunded"] * 2
    assert [(r["type"], r["amount"]) for r in control(sandbox, "GET", "/moved")] == [
        ("captured", 1000),
        ("refunded", 300),
        ("refunded", 700),
    ]


def test_more_than_is_left_is_refused(sandbox, api, customer, card):
    intent = charge(api, customer, card.id)
    api.refunds.create({"payment_intent": intent.id, "amount": 600})
    with pytest.raises(stripe.InvalidRequestError, match=r"\(€4.01\) is greater than unrefunded amount on .*\(€4.00"):
        api.refunds.create({"payment_intent": intent.id, "amount": 401})
    api.refunds.create({"payment_intent": intent.id, "amount": 400})
    with pytest.raises(stripe.InvalidRequestError, match="has already been refunded") as caught:
        api.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_already_refunded"


@given(st.lists(st.integers(min_value=-5, max_value=900), max_size=8))
def test_refunds_never_exceed_what_was_captured(amounts):
    sandbox = Sandbox(start=START)
    api = connect(sandbox).v1
    customer = api.customers.create()
    intent = paid_with(api, customer, "pm_card_visa")
    for amount in amounts:
        try:
            api.refunds.create({"payment_intent": intent.id, "amount": amount})
        except stripe.InvalidRequestError:
            continue
    refunded = sum(refund.amount for refund in api.refunds.list({"limit": 100}).data)
    assert refunded == api.charges.retrieve(intent.latest_charge).amount_refunded <= 1000
    assert sum(row["amount"] for row in sandbox.moved.rows if row["type"] == "refunded") == refunded


def test_what_was_not_captured_cannot_be_refunded(api, customer, card):
    for intent in (
        api.payment_intents.create({"amount": 1000, "currency": "eur"}),
        charge(api, customer, card.id, capture_method="manual"),
    ):
        with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge to refund"):
            api.refunds.create({"payment_intent": intent.id})


@pytest.mark.parametrize(
    "params", [{}, {"charge": "ch_no"}, {"payment_intent": "pi_no"}, {"charge": "a", "payment_intent": "b"}]
)
def test_a_refund_names_one_payment(api, params):
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create(params)


def test_a_pending_refund_succeeds_later(sandbox, api, customer):
    intent = paid_with(api, customer, "pm_card_pendingRefund")
    refund = api.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"
    wait(sandbox, 60)
    assert api.refunds.retrieve(refund.id).status == "succeeded"
    assert types_of(api)[-2:] == ["refund.updated", "charge.refund.updated"]


def test_a_failing_refund_puts_the_money_back(sandbox, api, customer):
    intent = paid_with(api, customer, "pm_card_refundFail")
    refund = api.refunds.create({"payment_intent": intent.id, "amount": 400})
    assert refund.status == "succeeded"
    wait(sandbox, 60)
    refund = api.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert (refund.status, refund.failure_reason) == ("failed", "expired_or_canceled_card")
    assert refund.failure_balance_transaction.amount == 400
    held = api.charges.retrieve(intent.latest_charge)
    assert (held.amount_refunded, held.refunded) == (0, False)
    assert types_of(api)[-2:] == ["refund.failed", "charge.refund.updated"]
    assert control(sandbox, "GET", "/moved")[-1]["type"] == "refund_failed"
    assert api.refunds.create({"payment_intent": intent.id}).amount == 1000


def test_a_refund_that_needs_the_customer_can_be_cancelled(sandbox, api, customer):
    intent = paid_with(api, customer, "pm_card_pendingRefund")
    refund = api.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError, match="status pending"):
        api.refunds.cancel(refund.id)
    control(sandbox, "POST", "/refunds", {"key": "sk_test_demo", "refund": refund.id, "outcome": "requires_action"})
    assert api.refunds.cancel(refund.id).status == "canceled"
    assert api.charges.retrieve(intent.latest_charge).amount_refunded == 0
    wait(sandbox, 60)
    assert api.refunds.retrieve(refund.id).status == "canceled", "what is final stays"


def test_refunds_are_listed_by_payment_and_charge(api, customer, card):
    first, second = charge(api, customer, card.id), charge(api, customer, card.id)
    refund = api.refunds.create({"payment_intent": first.id, "amount": 100})
    api.refunds.create({"payment_intent": second.id})
    assert [r.id for r in api.refunds.list({"payment_intent": first.id}).data] == [refund.id]
    assert [r.id for r in api.refunds.list({"charge": first.latest_charge}).data] == [refund.id]


def test_zero_decimal_amounts_are_whole_units(api, customer):
    intent = paid_with(api, customer, "pm_card_visa", amount=500, currency="jpy", expand=["latest_charge"])
    assert api.balance_transactions.retrieve(intent.latest_charge.balance_transaction).fee == 45
    with pytest.raises(stripe.InvalidRequestError, match=r"\(¥501\) is greater than unrefunded amount on .*\(¥500\)"):
        api.refunds.create({"payment_intent": intent.id, "amount": 501})


def test_three_decimal_refunds_end_in_zero(api, customer):
    intent = paid_with(api, customer, "pm_card_visa", amount=5000, currency="kwd")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.refunds.create({"payment_intent": intent.id, "amount": 1001})
    assert caught.value.code == "invalid_amount"
    assert api.refunds.create({"payment_intent": intent.id, "amount": 1010}).amount == 1010


def disputed(api, customer, token="pm_card_createDispute"):
    intent = paid_with(api, customer, token)
    return api.disputes.list({"payment_intent": intent.id}).data[0]


def test_a_dispute_takes_amount_and_fee(sandbox, api, customer):
    dispute = disputed(api, customer)
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 1000)
    [moved] = dispute.balance_transactions
    assert (moved.amount, moved.fee, moved.net) == (-1000, 1500, -2500)
    assert api.charges.retrieve(dispute.charge).disputed is True
    assert types_of(api)[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    with pytest.raises(stripe.InvalidRequestError, match="has been charged back") as caught:
        api.refunds.create({"charge": dispute.charge})
    assert caught.value.code == "charge_disputed"


@pytest.mark.parametrize(
    ("evidence", "status", "events"),
    [
        ("winning_evidence", "won", ["charge.dispute.closed", "charge.dispute.funds_reinstated"]),
        ("losing_evidence", "lost", ["charge.dispute.updated", "charge.dispute.closed"]),
    ],
)
def test_evidence_decides_a_dispute(sandbox, api, customer, evidence, status, events):
    dispute = disputed(api, customer)
    api.disputes.update(dispute.id, {"evidence": {"customer_name": "Ana"}, "submit": False})
    held = api.disputes.update(dispute.id, {"evidence": {"uncategorized_text": evidence}, "submit": True})
    assert (held.status, held.evidence_details.submission_count) == ("under_review", 1)
    assert api.disputes.retrieve(dispute.id).status == status
    assert types_of(api)[-2:] == events
    total = sum(t.net for t in api.balance_transactions.list({"limit": 100}).data)
    assert total == (941 - 1500 if status == "won" else 941 - 2500)
    with pytest.raises(stripe.InvalidRequestError):
        api.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "more"}})


def test_an_unanswered_dispute_is_lost_and_an_inquiry_closed(sandbox, api, customer):
    dispute, inquiry = disputed(api, customer), disputed(api, customer, "pm_card_createDisputeInquiry")
    assert (inquiry.status, inquiry.balance_transactions) == ("warning_needs_response", [])
    wait(sandbox, 9 * 86400)
    assert api.disputes.retrieve(dispute.id).status == "lost"
    assert api.disputes.retrieve(inquiry.id).status == "warning_closed"


def test_a_dispute_can_be_accepted_once(api, customer):
    dispute = disputed(api, customer)
    assert api.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        api.disputes.close(dispute.id)


def test_any_charge_can_be_disputed_and_decided_from_outside(sandbox, api, customer, card):
    intent = charge(api, customer, card.id)
    api.refunds.create({"payment_intent": intent.id, "amount": 400})
    order = {"key": "sk_test_demo", "charge": intent.latest_charge, "reason": "duplicate"}
    dispute = control(sandbox, "POST", "/disputes", order)
    assert (dispute["amount"], dispute["reason"]) == (600, "duplicate")
    control(sandbox, "POST", "/disputes", {**order, "outcome": "won"})
    assert api.disputes.retrieve(dispute["id"]).status == "won"
    assert api.refunds.create({"payment_intent": intent.id}).amount == 600
