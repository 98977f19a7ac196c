"""Charges: what one try to collect came to. They are made by PaymentIntents alone."""

from stripe_sandbox.errors import invalid, refuse_unsupported
from stripe_sandbox.lists import page
from stripe_sandbox.payments import confirmation
from stripe_sandbox.routing import Call, route
from stripe_sandbox.search import search
from stripe_sandbox.shapes import Object, snapshot, take


@route("POST", "/v1/charges")
def create(call: Call) -> Object:
    raise invalid(
        "This sandbox makes charges through PaymentIntents. Create a PaymentIntent instead.",
        code="charge_not_supported",
    )


@route("GET", "/v1/charges/{charge}")
def retrieve(call: Call) -> Object:
    return call.named("charge")


@route("POST", "/v1/charges/{charge}")
def update(call: Call) -> Object:
    charge, given = call.named("charge"), call.params
    before = snapshot(charge)
    take(charge, given, "description", "receipt_email", "transfer_group", "fraud_details")
    call.account.emit("charge.updated", charge, before)
    return charge


@route("POST", "/v1/charges/{charge}/capture")
def capture(call: Call) -> Object:
    charge = call.named("charge")
    refuse_unsupported(call.params, "application_fee", "application_fee_amount", "transfer_data")
    intent = call.account.get("payment_intent", charge["payment_intent"])
    if charge["captured"]:
        raise invalid(f"Charge {charge['id']} has already been captured.", code="charge_already_captured")
    confirmation.capture(call.account, intent, call.params.get("amount"))
    return charge


@route("GET", "/v1/charges")
def list_charges(call: Call) -> Object:
    return page(call, call.account.all("charge"), equal=("customer", "payment_intent", "transfer_group"))


@route("GET", "/v1/charges/search")
def search_charges(call: Call) -> Object:
    fields = (
        "amount", "created", "currency", "customer", "disputed", "payment_method_details.card.brand",
        "payment_method_details.card.exp_month", "payment_method_details.card.exp_year",
        "payment_method_details.card.fingerprint", "payment_method_details.card.last4", "refunded", "status",
    )  # fmt: skip
    return search(call, "charge", fields)
