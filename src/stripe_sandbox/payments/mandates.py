"""Mandates: a customer's standing permission to debit a bank account."""

from typing import Any

from stripe_sandbox.errors import StripeError, invalid
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape
from stripe_sandbox.store import Account

MANDATE = Shape("mandate", beyond=("single_use",), multi_use={}, status="active", type="multi_use")


def accept(account: Account, method: Object, acceptance: dict[str, Any] | None = None) -> Object:
    """Record that the customer accepted a mandate for a bank account; it is active at once."""
    announced = acceptance or {}
    kind = announced.get("type", "online")
    detail = {"ip_address": None, "user_agent": None, **(announced.get(kind) or {})} if kind == "online" else {}
    mandate = MANDATE.new(
        id=account.new_id("mandate"),
        customer_acceptance={"accepted_at": announced.get("accepted_at") or account.now, kind: detail, "type": kind},
        livemode=account.livemode,
        payment_method=method["id"],
        payment_method_details={
            "sepa_debit": {"reference": account.letters(16).upper(), "url": f"{account.sandbox.base_url}/mandate"},
            "type": "sepa_debit",
        },
    )
    account.secret(method["id"])["mandate"] = mandate
    return account.add(mandate)


def active(account: Account, method: Object) -> Object | None:
    """The mandate under which a bank account may be debited now, or None."""
    mandate: Object | None = account.secret(method["id"]).get("mandate")
    return mandate if mandate and mandate["status"] == "active" else None


def missing(noun: str) -> StripeError:
    return invalid(
        f"This {noun} requires a mandate, but no existing mandate was found. Collect mandate acceptance from the "
        "customer and retry the request, providing acceptance data in the mandate_data parameter.",
        code="payment_intent_mandate_invalid",
    )


@route("GET", "/v1/mandates/{mandate}")
def retrieve(call: Call) -> Object:
    return call.named("mandate")
