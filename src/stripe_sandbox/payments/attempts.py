"""Charges as objects: what one try to collect an intent leaves behind."""

from typing import Any

from stripe_sandbox.errors import StripeError
from stripe_sandbox.shapes import Object, Shape
from stripe_sandbox.store import Account

CHARGE = Shape(
    "charge",
    balance_transaction=None,
    description=None,
    failure_balance_transaction=None,
    fraud_details={},
    receipt_url=None,
    shipping=None,
    source=None,
    transfer_data=None,
)
APPROVED: dict[str, Any] = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "seller_message": "Payment complete.",
    "type": "authorized",
}
BANK_SEEN = ("bank_code", "branch_code", "country", "fingerprint", "last4")
CARD_SEEN = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")


def new_charge(account: Account, intent: Object, method: Object, *, is_authenticated: bool = False) -> Object:
    """A charge for one try to collect an intent with a method, approved until something else is known."""
    kind = method["type"]
    charge_id = account.new_id("py" if kind == "sepa_debit" else "ch")
    charge = CHARGE.new(
        id=charge_id,
        amount=intent["amount"],
        billing_details=dict(method["billing_details"]),
        created=account.timeline_of(intent["customer"]).now,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        livemode=account.livemode,
        metadata=dict(intent["metadata"]),
        outcome=dict(APPROVED),
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={kind: _details(method, is_authenticated), "type": kind},
        receipt_email=intent["receipt_email"],
        statement_descriptor=intent["statement_descriptor"],
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        status="succeeded",
        transfer_group=intent["transfer_group"],
    )
    del charge["refunds"]  # shown when expanded
    return account.add(charge)


def _details(method: Object, is_authenticated: bool) -> Object:
    """The method as it was when it was used."""
    held = method[method["type"]]
    if method["type"] == "sepa_debit":
        return {**{name: held[name] for name in BANK_SEEN}, "mandate": None}
    passed = {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"}
    return {
        **{name: held[name] for name in CARD_SEEN},
        "amount_authorized": None,
        "authorization_code": None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": held["networks"]["available"][0],
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"},
        "regulated_status": held["regulated_status"],
        "three_d_secure": passed if is_authenticated else None,
    }


def mark_declined(charge: Object, decline: str, error: StripeError) -> None:
    """The bank refused, or Stripe did before asking it."""
    is_blocked = decline == "fraudulent"
    charge.update(
        status="failed",
        paid=False,
        captured=False,
        failure_code=error.code,
        failure_message=str(error),
        outcome={
            **APPROVED,
            "advice_code": "do_not_try_again" if decline in ("lost_card", "stolen_card") else "try_again_later",
            "network_status": "not_sent_to_network" if is_blocked else "declined_by_network",
            "reason": "highest_risk_level" if is_blocked else decline,
            "risk_level": "highest" if is_blocked else "normal",
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "blocked" if is_blocked else "issuer_declined",
        },
    )
