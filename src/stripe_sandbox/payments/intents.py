"""PaymentIntents before anything is tried, and what is told of them afterwards."""

from collections.abc import Callable
from typing import Any

from stripe_sandbox.errors import StripeError, unexpected_state
from stripe_sandbox.payments.money import check_amount, check_currency
from stripe_sandbox.payments.payment_methods import types_for
from stripe_sandbox.shapes import Object, Shape
from stripe_sandbox.store import Account

INTENT = Shape(
    "payment_intent",
    beyond=("allowed_payment_method_types",),
    amount_details={"tip": {}},
    automatic_payment_methods=None,
    canceled_at=None,
    capture_method="automatic_async",
    last_payment_error=None,
    managed_payments=None,
    next_action=None,
    payment_method_configuration_details=None,
    processing=None,
    shipping=None,
    transfer_data=None,
)
Settled = Callable[[Object], None]


def new_intent(account: Account, *, amount: int, currency: str, customer: str | None, **fields: Any) -> Object:
    """A new PaymentIntent that waits for a payment method, announced by its event."""
    intent_id = account.new_id("pi")
    intent = INTENT.new(
        id=intent_id,
        amount=amount,
        client_secret=f"{intent_id}_secret_{account.letters(25)}",
        created=account.timeline_of(customer).now,
        currency=currency,
        customer=customer,
        livemode=account.livemode,
        **fields,
    )
    account.add(intent)
    account.emit("payment_intent.created", intent)
    return intent


def wrong_state(intent: Object, verb: str, *allowed: str) -> StripeError:
    noun = "PaymentIntent" if intent["object"] == "payment_intent" else "SetupIntent"
    code = "payment_intent_unexpected_state" if noun == "PaymentIntent" else "setup_intent_unexpected_state"
    listed = ", ".join(allowed)
    return unexpected_state(
        code,
        f"This {noun} could not be {verb} because it has a status of {intent['status']}. Only a {noun} with one of the "
        f"following statuses may be {verb}: {listed}.",
        **{intent["object"]: intent},
    )


def announce(account: Account, intent: Object) -> None:
    """Let whoever waits for this intent know what became of it."""
    settled: Settled | None = account.secret(intent["id"]).get("settled")
    if settled:
        settled(intent)


def open_intent(
    account: Account,
    *,
    customer: str | None,
    amount: int,
    currency: str,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
    settled: Settled | None = None,
) -> Object:
    """A PaymentIntent that waits for a method.

    ``settled(intent)`` is called with what became of every try that was not made by ``collect`` or ``confirm_again``,
    and of those that were decided after these had returned.
    """
    currency = check_currency(currency)
    check_amount(amount, currency)
    intent = new_intent(
        account,
        amount=amount,
        currency=currency,
        customer=customer,
        description=description,
        metadata=metadata or {},
        payment_method_types=types_for(currency, {}),
    )
    if settled:
        account.secret(intent["id"])["settled"] = settled
    return intent
