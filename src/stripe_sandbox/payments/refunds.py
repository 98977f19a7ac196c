"""Refunds: full and partial, at once, pending or failing later, and never more than was captured."""

from typing import Any

from stripe_sandbox.errors import invalid, refuse_unsupported
from stripe_sandbox.expand import includable
from stripe_sandbox.lists import of, page
from stripe_sandbox.payments import balance
from stripe_sandbox.payments.cards import Card
from stripe_sandbox.payments.money import check_last_digit, over_refund
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, merge_metadata, snapshot
from stripe_sandbox.store import Account

REFUND = Shape("refund", beyond=("failure_reason", "failure_balance_transaction", "pending_reason"), metadata={})
PENDING_FOR = 60
FAILS_AFTER = 60


def refund_charge(
    account: Account,
    charge_id: str,
    amount: int | None = None,
    *,
    reason: str | None = None,
    metadata: dict[str, str | None] | None = None,
) -> Object:
    """Send captured money back, all that is left unless told.

    Raises:
        StripeError: nothing was captured, nothing or not enough is left, or the payment was disputed.
    """
    charge = account.get("charge", charge_id, "charge")
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise invalid(f"Charge {charge_id} has not been captured; there is nothing to refund.", "charge")
    if charge["disputed"] and account.secret(charge_id).get("is_charged_back"):
        raise invalid(f"Charge {charge_id} has been charged back; cannot issue a refund.", "charge", "charge_disputed")
    if left <= 0:
        raise invalid(f"Charge {charge_id} has already been refunded.", "charge", "charge_already_refunded")
    amount = left if amount is None else amount
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")
    check_last_digit(amount, charge["currency"])
    if amount > left:
        raise over_refund(amount, left, charge["currency"])
    card: Card | None = account.secret(charge["payment_method"]).get("card")
    takes_time = card is None or card.refund == "pending"
    refund = REFUND.new(
        id=account.new_id("pyr" if card is None else "re"),
        amount=amount,
        charge=charge_id,
        created=account.timeline_of(charge["customer"]).now,
        currency=charge["currency"],
        customer=charge["customer"],
        destination_details={"card": {"type": "refund"}, "type": "card"}
        if card
        else {"sepa_debit": {}, "type": "sepa_debit"},
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        reason=reason,
        status="pending" if takes_time else "succeeded",
    )
    merge_metadata(refund, {"metadata": metadata or {}})
    moved = balance.transact(
        account,
        type="payment_refund" if card is None else "refund",
        amount=-amount,
        currency=charge["currency"],
        source=refund["id"],
        description=f"REFUND FOR CHARGE ({charge['description']})" if charge["description"] else "REFUND FOR CHARGE",
    )
    refund["balance_transaction"] = moved["id"]
    account.add(refund)
    _add_to(account, charge, amount)
    account.sandbox.moved.record(account, "refunded", charge, amount, refund)
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charge)
    timeline = account.timeline_of(charge["customer"])
    if takes_time:
        timeline.at(timeline.exact + PENDING_FOR, lambda: settle(account, refund, "succeeded"))
    elif card and card.refund == "fails":
        timeline.at(timeline.exact + FAILS_AFTER, lambda: settle(account, refund, "failed"))
    return refund


def _add_to(account: Account, charge: Object, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    charge.update(amount_refunded=refunded, refunded=refunded == charge["amount_captured"])


def settle(account: Account, refund: Object, outcome: str) -> Object:
    """What became of a refund: ``succeeded``, ``failed``, ``canceled`` or ``requires_action``.

    A refund that fails or is cancelled puts the money back: the charge can be refunded again.
    """
    if refund["status"] in (outcome, "failed", "canceled"):
        return refund
    before = snapshot(refund)
    refund["status"] = outcome
    if outcome in ("failed", "canceled"):
        charge = account.get("charge", refund["charge"])
        moved = balance.transact(
            account,
            type="refund_failure",
            amount=refund["amount"],
            currency=refund["currency"],
            source=refund["id"],
            description="REFUND FAILURE",
        )
        refund["failure_balance_transaction"] = moved["id"]
        if outcome == "failed":
            refund["failure_reason"] = "expired_or_canceled_card"
        _add_to(account, charge, -refund["amount"])
        account.sandbox.moved.record(account, "refund_failed", charge, refund["amount"], refund)
    account.emit("refund.failed" if outcome == "failed" else "refund.updated", refund, before)
    account.emit("charge.refund.updated", refund, before)
    return refund


@route("POST", "/v1/refunds")
def create(call: Call) -> Object:
    given = call.params
    if "charge" in given and "payment_intent" in given:
        raise invalid("You may only specify one of these parameters: charge, payment_intent.", "charge")
    return _create(call, given.get("charge") or _charge_of(call, given))


def _charge_of(call: Call, given: dict[str, Any]) -> str:
    if "payment_intent" not in given:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    intent = call.account.get("payment_intent", given["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.", "payment_intent"
        )
    charge_id: str = intent["latest_charge"]
    return charge_id


def _create(call: Call, charge_id: str) -> Object:
    given = call.params
    refuse_unsupported(given, "customer", "instructions_email", "origin", "refund_application_fee", "reverse_transfer")
    metadata = given.get("metadata")
    return refund_charge(call.account, charge_id, given.get("amount"), reason=given.get("reason"), metadata=metadata)


@route("POST", "/v1/charges/{charge}/refunds", like="POST /v1/refunds")
def create_of_charge(call: Call) -> Object:
    return _create(call, call.named("charge")["id"])


@route("GET", "/v1/refunds/{refund}")
def retrieve(call: Call) -> Object:
    return call.named("refund")


@route("POST", "/v1/refunds/{refund}")
def update(call: Call) -> Object:
    refund = call.named("refund")
    before = snapshot(refund)
    merge_metadata(refund, call.params)
    call.account.emit("refund.updated", refund, before)
    call.account.emit("charge.refund.updated", refund, before)
    return refund


@route("POST", "/v1/refunds/{refund}/cancel")
def cancel(call: Call) -> Object:
    refund = call.named("refund")
    if refund["status"] != "requires_action":
        raise invalid(
            f"You cannot cancel a refund with status {refund['status']}: only those that require an action of the "
            "customer can be canceled."
        )
    return settle(call.account, refund, "canceled")


@route("GET", "/v1/refunds")
def list_refunds(call: Call) -> Object:
    return page(call, call.account.all("refund"), equal=("charge", "payment_intent"))


@route("GET", "/v1/charges/{charge}/refunds", like="GET /v1/refunds")
def list_of_charge(call: Call) -> Object:
    charge_id = call.named("charge")["id"]
    return page(call, call.account.all("refund"), lambda row: row["charge"] == charge_id)


@route("GET", "/v1/charges/{charge}/refunds/{refund}", like="GET /v1/refunds/{refund}")
def retrieve_of_charge(call: Call) -> Object:
    call.named("charge")
    return call.account.get("refund", call.path["refund"])


@includable("charge", "refunds")
def refunds_of(account: Account, charge: Object) -> Object:
    """The last ten refunds of a charge."""
    rows = [row for row in account.all("refund").older() if row["charge"] == charge["id"]]
    return of(f"/v1/charges/{charge['id']}/refunds", rows[:10], has_more=len(rows) > 10)
