"""Row 42: every shape in which Stripe's SDK fails ends in a final state or in one that is watched, and what is final is
tried again by its class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import stripe
from tests.gateways.toy import Bank, Order
from tests.retries.conftest import Retrying, on

from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import ActionRequired, Outcome
from subledger.gateways.services import reconciliation
from subledger.gateways.states import FINAL
from subledger.gateways.stripe.failures import outcome_of_failure
from subledger.platform import clock
from subledger.retries.models import Retry
from subledger.stripe_client.errors import failure_of

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]

INTENT = {"id": "pi_1", "object": "payment_intent", "status": "requires_payment_method"}
REDIRECT = {**INTENT, "status": "requires_action", "next_action": {"redirect_to_url": {"url": "https://bank.example"}}}


def card(code: str, decline: str | None = None, intent: Mapping[str, Any] | None = None) -> stripe.StripeError:
    error = {"type": "card_error", "code": code, "message": "No.", **({"decline_code": decline} if decline else {})}
    if intent:
        error["payment_intent"] = intent
    return stripe.CardError("No.", None, code, http_status=402, json_body={"error": error})


def body(type_: str, code: str = "") -> dict[str, Any]:
    return {"error": {"type": type_, "message": "No.", **({"code": code} if code else {})}}


# What the SDK raises, the state that the request ends in, and the state of its retry ("" for none).
SHAPES: dict[str, tuple[Exception, str, str]] = {
    "declined": (card("card_declined", "insufficient_funds"), "rejected", "scheduled"),
    "declined, with its intent": (card("card_declined", "insufficient_funds", INTENT), "rejected", "scheduled"),
    "stolen, with its intent": (card("card_declined", "stolen_card", INTENT), "rejected", "waiting"),
    "expired": (card("expired_card"), "rejected", "waiting"),
    "processing error": (card("processing_error"), "rejected", "scheduled"),
    "authentication, with its intent": (card("authentication_required", None, INTENT), "requires_action", ""),
    "authentication as a decline": (
        card("card_declined", "authentication_required", INTENT), "requires_action", "",
    ),
    "authentication, with next action": (
        card("authentication_required", "authentication_required", REDIRECT), "requires_action", "",
    ),
    "authentication without an intent": (card("authentication_required"), "rejected", "scheduled"),
    "a code that is new": (card("card_declined", "declined_by_the_moon", INTENT), "rejected", "scheduled"),
    "no error object": (stripe.CardError("No.", None, None, http_status=402), "rejected", "scheduled"),
    "a method that is gone": (
        stripe.InvalidRequestError("No such PaymentMethod", "payment_method", code="resource_missing", http_status=400,
                                   json_body=body("invalid_request_error", "resource_missing")),
        "rejected", "waiting",
    ),
    "a wrong request": (
        stripe.InvalidRequestError("No", "amount", http_status=400, json_body=body("invalid_request_error")),
        "rejected", "scheduled",
    ),
    "rate limit": (
        stripe.RateLimitError("Slow down", http_status=429, json_body=body("rate_limit_error", "rate_limit")),
        "pending", "",
    ),
    "a key without permission": (
        stripe.PermissionError("No", http_status=403, json_body=body("invalid_request_error")), "pending", "",
    ),
    "a wrong key": (stripe.AuthenticationError("No", http_status=401), "pending", ""),
    "the key was used otherwise": (
        stripe.IdempotencyError("No", http_status=400, json_body=body("idempotency_error")), "unknown", "",
    ),
    "a 500": (stripe.APIError("Oh", http_status=500, json_body=body("api_error")), "unknown", ""),
    "a 409": (stripe.APIError("Busy", http_status=409, json_body=body("api_error", "lock_timeout")), "unknown", ""),
    "no connection": (stripe.APIConnectionError("Down"), "unknown", ""),
    "a time-out while reading": (TimeoutError(), "unknown", ""),
}  # fmt: skip


@pytest.mark.few(4)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_final_or_watched(books: Retrying, shape: str):
    error, state, retry = SHAPES[shape]

    def fail(bank: Bank, order: Order) -> Outcome:
        return bank.settle(order, outcome_of_failure(failure_of(error)))

    with on("08/06"):
        row = books.collect(books.ledger.invoice(75), fail)
        row.refresh_from_db()
        assert row.state == state
        assert row.state in FINAL or row.check_at is not None, "nothing that is open has no hour"
        assert list(Retry.objects.values_list("state", flat=True)) == ([retry] if retry else [])


def test_the_days_of_the_plan_begin_once_the_link_has_lapsed(books: Retrying):
    """Customer needed: no second attempt while the link is open, then the soft plan."""
    invoice = books.ledger.invoice(75)

    def ask(bank: Bank, order: Order) -> Outcome:
        return bank.settle(order, ActionRequired("pi_1", "https://toy.example/authenticate"))

    with on("08/06"):
        row = books.collect(invoice, ask)
        assert row.state == "requires_action"
        again = books.house.run("Again")
        assert books.house.outcome(again, invoice) == ("not_taken", "pay_page_open")
        assert not Retry.objects.exists()
        lapsed = clock.now() + timedelta(hours=24)
    with clock.frozen(lapsed):
        reconciliation.look_up(books.house.desk.provider.pk, request_ids=[row.pk])
        assert PaymentRequest.objects.get(pk=row.pk).error_code == "action_expired"
        made = books.retry()
        assert (made.state, made.decline_class, str(made.due_on)) == ("scheduled", "customer_needed", "2026-06-12")
