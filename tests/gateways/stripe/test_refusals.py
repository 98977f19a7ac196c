"""Every ending of a call that moves money has a name; none stays open without being watched, none is an exception.

The errors are made by the official SDK out of answers as Stripe documents them.
"""

from __future__ import annotations

import logging

import aiohttp
import pytest
import stripe
from tests.gateways.stripe.canned import OURS, canned, run

from subledger.gateways.port import (
    ActionRequired,
    ChargeOrder,
    CustomerFacts,
    Declined,
    GatewayUnavailable,
    InProgress,
    InstrumentGone,
    LookUp,
    Lost,
    Notice,
    Postponed,
    RefundOrder,
    Succeeded,
)
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.stripe_client.errors import NotNow

CHARGE, REFUND = "POST /v1/payment_intents", "POST /v1/refunds"
ORDER = ChargeOrder(
    key="att_1",
    request="prq_1",
    customer=CustomerFacts("acc_1", "Ana", "ana@example.com", "cus_1"),
    instrument="pm_1",
    instrument_kind="card",
    amount=Money(1050, "eur"),
    description="Invoice 7",
    metadata={},
)
AGAIN = ChargeOrder(**{name: getattr(ORDER, name) for name in ORDER.__slots__} | {"sent_before": True})
PAY_BACK = RefundOrder(key="att_2", request="prq_2", charge="ch_1", amount=Money(50, "eur"), metadata={})


def intent(status: str, **fields):
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 1050,
        "amount_received": 0,
        "created": 1_795_000_000,
        "currency": "eur",
        "latest_charge": None,
        "metadata": OURS,
        "payment_method": "pm_1",
        "status": status,
        **fields,
    }


def error(type_: str = "card_error", **fields):
    return {"error": {"type": type_, "message": "So says the bank.", **fields}}


def waits(**fields):
    """The intent that comes with a decline."""
    return intent("requires_payment_method", last_payment_error=error(**fields)["error"])


def paid(**fields):
    moved = {"id": "txn_1", "object": "balance_transaction", "amount": 1050, "currency": "eur", "fee": 60}
    charge = {"id": "ch_1", "object": "charge", "balance_transaction": moved}
    return intent("succeeded", amount_received=1050, latest_charge=charge, **fields)


SAID = "So says the bank."
PI = "pi_1"
DECLINES = {
    "with its intent": (402, error(code="card_declined", decline_code="insufficient_funds", payment_intent=waits()),
                        Declined("insufficient_funds", SAID, PI)),
    "without an intent": (402, error(code="card_declined", decline_code="fraudulent"), Declined("fraudulent", SAID)),
    "with a code alone": (402, error(code="expired_card", payment_intent=waits()), Declined("expired_card", SAID, PI)),
    "with nothing but its type": (402, error(), Declined("card_error", SAID)),
    "without words": (402, {"error": {"type": "card_error", "code": "card_declined"}},
                      Declined("card_declined", "The payment was declined.")),
    "with an intent that is only named": (402, error(code="card_declined", payment_intent="pi_1"),
                                          Declined("card_declined", SAID, PI)),
    "wanting the customer": (402, error(code="authentication_required", payment_intent=waits()), ActionRequired(PI)),
    "wanting the customer by its decline code": (
        402, error(code="card_declined", decline_code="authentication_required", payment_intent=waits()),
        ActionRequired(PI)),
    "wanting the customer for nothing": (402, error(code="authentication_required"),
                                         Declined("authentication_required", SAID)),
    "after an authentication that failed": (
        400, error("invalid_request_error", code="payment_intent_authentication_failure", payment_intent=waits()),
        Declined("payment_intent_authentication_failure", SAID, PI)),
    "of a payment method that is gone": (
        400, error("invalid_request_error", code="resource_missing", param="payment_method"),
        Declined("resource_missing", SAID)),
    "of an amount that is too small": (400, error("invalid_request_error", code="amount_too_small"),
                                       Declined("amount_too_small", SAID)),
    "of something not found": (404, error("invalid_request_error"), Declined("invalid_request_error", SAID)),
}  # fmt: skip
POSTPONED = {
    "too many calls": (429, error("invalid_request_error", code="rate_limit"), "rate_limit", 1),
    "too many calls, with a wish": (429, error(code="rate_limit"), "rate_limit", 17, {"Retry-After": "17"}),
    "an object that is in use": (429, error("invalid_request_error", code="lock_timeout"), "lock_timeout", 1),
    "a revoked key": (401, error("invalid_request_error", code="api_key_expired"), "api_key_expired", 300),
    "a wrong key": (401, error("invalid_request_error"), "authentication_failed", 300),
    "a key without permission": (403, error("invalid_request_error"), "permission_missing", 300),
}
LOST = {
    "a key used otherwise": (400, error("idempotency_error")),
    "a key in use": (409, error("idempotency_error", code="idempotency_key_in_use")),
    "an error of Stripe's": (500, error("api_error")),
    "an unavailable Stripe": (503, b"<html>busy</html>"),
    "a gateway in between": (502, b""),
    "half an answer": (200, b'{"id": "pi_1", "stat'),
    "a status nobody knows": (418, {"teapot": True}),
    "no connection": stripe.APIConnectionError("no route"),
    "a line cut while the answer is read": aiohttp.ClientPayloadError("cut"),
    "an answer that takes too long": TimeoutError(),
    "a reset": ConnectionResetError(),
    "an intent in an unknown state": (200, intent("requires_patience")),
    "an intent without a state": (200, {"id": "pi_1", "object": "payment_intent", "metadata": OURS}),
    "an intent that is not tried": (200, intent("requires_confirmation")),
    "a success without a charge": (200, intent("succeeded", amount_received=1050)),
    "a success in no currency": (200, paid(currency="usdc")),
}
ANSWERED = {
    "collected": (paid(), Succeeded(PI, Money(1050, "eur"), "ch_1", Money(60, "eur"), "pm_1")),
    "collected, fee to come": (
        {**paid(), "latest_charge": {"id": "ch_1", "balance_transaction": None}},
        Succeeded(PI, Money(1050, "eur"), "ch_1", None, "pm_1"),
    ),
    "collected, charge not expanded": (
        {**paid(), "latest_charge": "ch_1"},
        Succeeded(PI, Money(1050, "eur"), "ch_1", None, "pm_1"),
    ),
    "on its way": (intent("processing"), InProgress(PI)),
    "authorised": (intent("requires_capture"), InProgress(PI)),
    "to be authenticated": (
        intent("requires_action", next_action={"redirect_to_url": {"url": "https://bank.example"}}),
        ActionRequired(PI, "https://bank.example"),
    ),
    "to be authenticated by a script": (
        intent("requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}}),
        ActionRequired(PI),
    ),
    "cancelled": (
        intent("canceled", cancellation_reason="fraudulent"),
        Declined("fraudulent", "The payment was cancelled at Stripe before it was made.", PI),
    ),
    "refused without an error": (waits(code="card_declined"), Declined("card_declined", SAID, PI)),
}


@pytest.mark.parametrize("shape", DECLINES)
def test_a_decline_in_every_shape_of_the_sdk(shape):
    status, body, outcome = DECLINES[shape]
    gateway, _ = canned({CHARGE: (status, body), REFUND: (status, body)})
    assert run(gateway.charge(ORDER)) == outcome
    assert run(gateway.refund(PAY_BACK)) == outcome


@pytest.mark.parametrize("answer", ANSWERED)
def test_an_intent_in_every_state(answer):
    body, outcome = ANSWERED[answer]
    gateway, http = canned({CHARGE: (200, body)})
    assert run(gateway.charge(ORDER)) == outcome
    [(_, _, sent, headers)] = http.asked
    assert headers["Idempotency-Key"] == "att_1"
    assert (sent["amount"], sent["currency"], sent["off_session"], sent["confirm"]) == ("1050", "eur", "true", "true")
    assert sent["capture_method"] == "automatic"  # so that the fee is in the answer


@pytest.mark.parametrize("reason", POSTPONED)
def test_what_stripe_did_not_even_begin_is_postponed(reason):
    status, body, code, wait, *headers = POSTPONED[reason]
    gateway, _ = canned({CHARGE: (status, body, *headers)})
    assert run(gateway.charge(ORDER)) == Postponed(code, f"{SAID} [req_1]", wait)
    # Of the first sending, whose answer was lost, it says nothing.
    assert isinstance(run(gateway.charge(AGAIN)), Lost)


@pytest.mark.parametrize("silence", LOST)
def test_silence_is_never_a_failure(silence):
    gateway, _ = canned({CHARGE: LOST[silence], REFUND: LOST[silence]})
    outcome = run(gateway.charge(ORDER))
    assert isinstance(outcome, Lost)
    assert outcome.detail
    assert len(outcome.detail) < 200
    if not silence.startswith("a success"):
        assert isinstance(run(gateway.refund(PAY_BACK)), Lost)


def test_nothing_is_sent_again_by_the_sdk_itself():
    gateway, http = canned({CHARGE: stripe.APIConnectionError("no route", should_retry=True)})
    run(gateway.charge(ORDER))
    assert len(http.asked) == 1


def test_an_amount_that_stripe_cannot_take_is_declined_and_not_sent():
    gateway, http = canned({})
    order = ChargeOrder(**{name: getattr(ORDER, name) for name in ORDER.__slots__} | {"amount": Money(1234, "kwd")})
    outcome = run(gateway.charge(order))
    assert isinstance(outcome, Declined)
    assert outcome.code == "amount_invalid"
    back = RefundOrder(key="a", request="r", charge="ch_1", amount=Money(1, "mga"), metadata={})
    assert run(gateway.refund(back)).code == "amount_invalid"
    assert http.asked == []


@pytest.mark.parametrize("silence", LOST)
def test_a_look_up_without_an_answer_leaves_the_request_open(silence):
    gateway, _ = canned({"GET /v1/payment_intents/pi_1": LOST[silence]})
    query = LookUp("prq_1", "payment", "pi_1", "cus_1", "", clock.now())
    known = {"an intent that is not tried": Declined}  # made long ago, and nobody else could try it
    assert isinstance(run(gateway.look_up(query)), known.get(silence, Lost))


MISSING = (404, error("invalid_request_error", code="resource_missing"))


@pytest.mark.parametrize("answer", [MISSING, (401, error()), (429, error())])
def test_a_reference_that_stripe_does_not_know_is_no_proof_that_nothing_moved(answer):
    """The key may be another account's by now; sent again, the request would collect twice."""
    gateway, _ = canned({"GET /v1/payment_intents/pi_1": answer, "GET /v1/refunds/re_1": answer})
    assert isinstance(run(gateway.look_up(LookUp("prq_1", "payment", "pi_1", "", "", clock.now()))), Lost)
    assert isinstance(run(gateway.look_up(LookUp("prq_1", "refund", "re_1", "", "ch_1", clock.now()))), Lost)


REFUSED = {str(status): (status, error()) for status in (400, 401, 402, 403, 429)}


@pytest.mark.parametrize("answer", [*LOST, *REFUSED])
def test_a_question_without_an_answer_says_so(answer):
    gateway, _ = canned({"GET /v1/payment_intents/pi_1": {**LOST, **REFUSED}[answer]})
    notice = Notice("evt_1", "payment_intent.succeeded", "pi_1", clock.now())
    if answer == "an intent that is not tried":  # an answer, which tells nothing yet
        assert run(gateway.facts(notice)) == ()
        return
    with pytest.raises(GatewayUnavailable) as caught:
        run(gateway.facts(notice))
    assert caught.value.code
    assert len(str(caught.value)) < 200


def test_an_object_that_is_not_there_tells_nothing():
    gateway, _ = canned({"GET /v1/payment_intents/pi_1": MISSING, "GET /v1/payment_methods/pm_1": MISSING})
    assert run(gateway.facts(Notice("evt_1", "payment_intent.succeeded", "pi_1", clock.now()))) == ()
    assert run(gateway.facts(Notice("evt_1", "payment_method.updated", "pm_1", clock.now()))) == ()
    detached = Notice("evt_1", "payment_method.detached", "pm_1", clock.now())
    assert run(gateway.facts(detached)) == (InstrumentGone("pm_1"),)


def test_an_error_page_is_not_repeated_to_people():
    gateway, _ = canned({CHARGE: (503, b"<html>" + b"x" * 5000)})
    assert run(gateway.charge(ORDER)) == Lost("Stripe answered 503 without saying why.")


def test_no_key_and_no_object_is_shown_or_logged(caplog):
    caplog.set_level(logging.DEBUG)
    gateway, http = canned({CHARGE: (200, paid(secret_field="4242424242424242"))}, webhook_secrets=("whsec_hidden",))
    run(gateway.charge(ORDER))
    said = f"{gateway!r} {gateway._settings!r} {caplog.text}"
    assert "hidden" not in said
    assert "4242424242424242" not in said
    assert "ana@example.com" not in caplog.text
    assert "X-Stripe-Client-Telemetry" not in http.asked[0][3]
    assert "telemetry_id" not in http.asked[0][3]["X-Stripe-Client-User-Agent"]


def test_a_page_that_stripe_did_not_close_is_not_taken_for_closed():
    page = {
        "id": "cs_1",
        "object": "checkout.session",
        "status": "open",
        "url": "https://x.example",
        "expires_at": 2**31,
    }
    refused = (400, error("invalid_request_error"))
    gateway, _ = canned(
        {"POST /v1/checkout/sessions/cs_1/expire": refused, "GET /v1/checkout/sessions/cs_1": (200, page)}
    )
    assert run(gateway.expire("cs_1")) == Lost(f"{SAID} [req_1]")
    gateway, _ = canned({"POST /v1/checkout/sessions/cs_1/expire": (200, {"id": "cs_1"})})
    assert isinstance(run(gateway.expire("cs_1")), Lost)


def test_one_event_that_is_not_ours_does_not_stop_the_others(caplog):
    good = {"id": "evt_2", "object": "event", "type": "x", "created": 1, "livemode": False, "data": {"object": {}}}
    rows = [good, {**good, "id": "evt_1", "account": "acct_other"}]
    gateway, _ = canned({"GET /v1/events": (200, {"object": "list", "data": rows, "has_more": False})})
    notices = run(gateway.notices(after="evt_0", since=clock.now()))
    assert [notice.external_id for notice in notices] == ["evt_2"]
    assert "connected account" in caplog.text


class UsedUp:
    """A budget of an account whose calls of this second are used up."""

    async def take(self, priority):
        raise NotNow("Stripe was not called: used up.", code="rate_limit", retry_after=1)


def test_a_charge_without_room_in_the_account_is_postponed_and_never_sent():
    gateway, http = canned({}, budget=UsedUp())
    assert run(gateway.charge(ORDER)) == Postponed("rate_limit", "Stripe was not called: used up.", 1)
    assert isinstance(run(gateway.charge(AGAIN)), Lost)  # of the first sending it says nothing
    assert http.asked == []
