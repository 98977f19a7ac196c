"""The money side of an invoice: its payments, tries and retries, and what credit notes leave to pay."""

from stripe_sandbox.billing import subscription_states
from stripe_sandbox.billing.invoice_payments import INVOICE_PAYMENT
from stripe_sandbox.billing.periods import DAY
from stripe_sandbox.errors import StripeError, invalid
from stripe_sandbox.payments import confirmation, intents
from stripe_sandbox.payments.money import check_amount
from stripe_sandbox.shapes import Object, snapshot
from stripe_sandbox.store import Account

#: Days after the first failed try at which Stripe tries again, until it gives up.
RETRIES = (3, 5, 7)
MISSING_METHOD = (
    "This customer has no attached payment source or default payment method. Please consider adding a default payment "
    "method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment"
    "-method-priority."
)


def open_payment(account: Account, invoice: Object) -> Object | None:
    """A PaymentIntent for what is left to pay and the invoice's record of it; None if no such amount can be charged."""

    def heard(intent: Object) -> None:
        settled(account, invoice, intent)

    try:
        intent = intents.open_intent(
            account,
            customer=invoice["customer"],
            amount=invoice["amount_remaining"],
            currency=invoice["currency"],
            description=_purpose(invoice),
            settled=heard,
        )
    except StripeError:
        return None  # more than a card can be charged, or a digit that it cannot: to be paid in another way
    _add_payment(account, invoice, intent, is_default=True)
    return intent


def _add_payment(account: Account, invoice: Object, intent: Object, *, is_default: bool) -> None:
    payment = INVOICE_PAYMENT.new(
        id=account.new_id("inpay"),
        amount_requested=invoice["amount_remaining"],
        created=account.timeline_of(invoice["customer"]).now,
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=is_default,
        livemode=account.livemode,
        payment={"payment_intent": intent["id"], "type": "payment_intent"},
        status="open",
    )
    account.add(payment)
    account.secret(invoice["id"]).update(intent=intent, payment=payment)
    payments_of(account, invoice).append(payment)


def payments_of(account: Account, invoice: Object) -> list[Object]:
    """All payments of an invoice, whatever became of them."""
    held: list[Object] = account.secret(invoice["id"]).setdefault("payments", [])
    return held


def _purpose(invoice: Object) -> str:
    return {"subscription_create": "Subscription creation", "subscription_update": "Subscription update"}.get(
        invoice["billing_reason"], "Payment for Invoice"
    )


def collect(account: Account, invoice: Object) -> None:
    """What Stripe does by itself with an open invoice: charge the customer, or send it the invoice."""
    if invoice["status"] != "open":
        return
    if invoice["collection_method"] == "send_invoice":
        account.emit("invoice.sent", invoice)
    else:
        attempt(account, invoice)


def method_for(account: Account, invoice: Object) -> str | None:
    """The payment method that an invoice is charged to: its own, its subscription's or its customer's."""
    subscription = subscription_states.subscription_of(account, invoice) or {}
    customer = account.get("customer", invoice["customer"])
    method: str | None = (
        invoice["default_payment_method"]
        or subscription.get("default_payment_method")
        or customer["invoice_settings"]["default_payment_method"]
    )
    return method


def attempt(
    account: Account,
    invoice: Object,
    payment_method: str | None = None,
    *,
    off_session: bool = True,
) -> StripeError | None:
    """Try to charge an open invoice; what stood in the way, or None where nothing did (or it takes time)."""
    method = payment_method or method_for(account, invoice)
    hidden = account.secret(invoice["id"])
    intent: Object | None = hidden.get("intent")
    if intent is None or intent["amount"] != invoice["amount_remaining"] or intent["status"] == "canceled":
        cancel_payment(account, invoice)
        intent = open_payment(account, invoice)
    if intent and intent["status"] == "processing":
        return invalid("A payment for this invoice is already on its way.", code="invoice_payment_intent_processing")
    before = snapshot(invoice)
    invoice["attempt_count"] += 1
    invoice["attempted"] = True
    if method is None or intent is None:
        _failed(account, invoice, before)
        return invalid(MISSING_METHOD) if method is None else _unchargeable(invoice)
    try:
        confirmation.confirm_again(account, intent, method, off_session=off_session)
    except StripeError as error:
        _failed(account, invoice, before)
        return error
    return settled(account, invoice, intent, before)


def _unchargeable(invoice: Object) -> StripeError:
    """Why no card can be charged with what this invoice asks for."""
    try:
        check_amount(invoice["amount_remaining"], invoice["currency"], "amount")
    except StripeError as error:
        return error
    raise AssertionError("an amount that can be charged has a PaymentIntent")


def settled(account: Account, invoice: Object, intent: Object, before: Object | None = None) -> StripeError | None:
    """Take in what became of the invoice's PaymentIntent, at once or later; what stood in the way.

    Heard once the invoice is paid, void or paid for by another intent, it changes nothing.
    """
    if invoice["status"] not in ("open", "uncollectible") or account.secret(invoice["id"]).get("intent") is not intent:
        return None
    before = before or snapshot(invoice)
    if intent["status"] == "succeeded":
        record_payment(account, invoice, intent["amount_received"])
        return None
    if intent["status"] == "processing":
        account.emit("invoice.updated", invoice, before)
        return None
    said = intent["last_payment_error"] or {}
    needs_action = intent["status"] == "requires_action" or said.get("code") == "authentication_required"
    _failed(account, invoice, before)
    if needs_action:
        account.emit("invoice.payment_action_required", invoice)
        return StripeError(
            "This payment requires additional user action before it can be completed successfully. Payment can be "
            "completed using the PaymentIntent associated with this invoice. For more details see: "
            "https://stripe.com/docs/billing/subscriptions/overview#requires-action",
            type="card_error",
            status=402,
            code="subscription_payment_intent_requires_action"
            if subscription_states.subscription_of(account, invoice)
            else "invoice_payment_intent_requires_action",
        )
    more = {name: said[name] for name in ("charge", "decline_code", "payment_method", "advice_code") if name in said}
    return StripeError(
        said.get("message", "The payment failed."),
        type=said.get("type", "card_error"),
        status=402,
        code=said.get("code"),
        **more,
    )


def record_payment(account: Account, invoice: Object, amount: int) -> None:
    """Money came in for an open invoice through its current payment."""
    payment: Object = account.secret(invoice["id"])["payment"]
    before = snapshot(invoice)
    now = account.timeline_of(invoice["customer"]).now
    payment["amount_paid"] = amount
    payment["status"] = "paid"
    payment["status_transitions"] = {"canceled_at": None, "paid_at": now}
    taken = min(amount, invoice["amount_remaining"])
    invoice["amount_paid"] += taken
    invoice["amount_remaining"] -= taken
    invoice["amount_overpaid"] += amount - taken
    account.emit("invoice_payment.paid", payment)
    if invoice["amount_remaining"] == 0:
        paid(account, invoice, before)
    else:
        account.emit("invoice.updated", invoice, before)


def attach_paid(account: Account, invoice: Object, intent: Object) -> None:
    """Count a payment that succeeded on its own towards an open invoice."""
    cancel_payment(account, invoice)
    _add_payment(account, invoice, intent, is_default=False)
    record_payment(account, invoice, intent["amount_received"])
    if invoice["status"] == "open":
        open_payment(account, invoice)


def pay_out_of_band(account: Account, invoice: Object) -> None:
    """Somebody says that it was paid outside Stripe."""
    before = snapshot(invoice)
    cancel_payment(account, invoice)
    invoice["amount_paid_off_stripe"] = invoice["amount_remaining"]
    invoice["amount_paid"] += invoice["amount_remaining"]
    invoice["amount_remaining"] = 0
    paid(account, invoice, before)


def paid(account: Account, invoice: Object, before: Object) -> None:
    """Nothing is left to pay; ``before`` is the invoice as it was before what settled it."""
    invoice["status"] = "paid"
    invoice["attempted"] = True
    invoice["auto_advance"] = False
    invoice["next_payment_attempt"] = None
    invoice["status_transitions"]["paid_at"] = account.timeline_of(invoice["customer"]).now
    account.emit("invoice.updated", invoice, before)
    account.emit("invoice.paid", invoice)
    account.emit("invoice.payment_succeeded", invoice)
    intent: Object | None = account.secret(invoice["id"]).get("intent")
    subscription_states.invoice_paid(account, invoice, intent["payment_method"] if intent else None)


def reduce(account: Account, invoice: Object, *, before_payment: int, after: int) -> None:
    """A credit note took that much off an invoice; a voided one gives it back. Paid, when nothing is left to pay."""
    before = snapshot(invoice)
    invoice["pre_payment_credit_notes_amount"] += before_payment
    invoice["post_payment_credit_notes_amount"] += after
    invoice["amount_due"] -= before_payment
    invoice["amount_remaining"] -= before_payment
    account.emit("invoice.updated", invoice, before)
    if invoice["status"] == "paid":
        return
    if invoice["amount_remaining"] == 0:
        cancel_payment(account, invoice)
        paid(account, invoice, snapshot(invoice))
        return
    hidden = account.secret(invoice["id"])
    intent: Object | None = hidden.get("intent")
    if intent and intent["status"] in confirmation.CANCELLABLE:
        intent["amount"] = hidden["payment"]["amount_requested"] = invoice["amount_remaining"]


def _failed(account: Account, invoice: Object, before: Object) -> None:
    """A try did not bring the money: tell, plan the next one, and let the subscription know."""
    tries = invoice["attempt_count"]
    first = account.secret(invoice["id"]).setdefault("first_try", account.timeline_of(invoice["customer"]).now)
    subscription = subscription_states.subscription_of(account, invoice)
    is_starting = subscription is not None and subscription["status"] == "incomplete"
    retries = invoice["auto_advance"] and not is_starting
    when = first + RETRIES[tries - 1] * DAY if retries and 0 < tries <= len(RETRIES) else None
    invoice["next_payment_attempt"] = when
    account.emit("invoice.updated", invoice, before)
    account.emit("invoice.payment_failed", invoice)
    if when is not None:
        account.later(when, lambda: _retry(account, invoice, when), customer=invoice["customer"])
    subscription_states.invoice_failed(account, invoice, is_last=bool(retries) and tries > len(RETRIES))


def is_customer_there(account: Account, invoice: Object) -> bool:
    """Nothing happens by itself any more to the invoices of a customer who was deleted."""
    return invoice["customer"] in account.all("customer")


def _retry(account: Account, invoice: Object, when: int) -> None:
    is_due = invoice["next_payment_attempt"] == when
    if invoice["status"] == "open" and is_due and is_customer_there(account, invoice):
        attempt(account, invoice)


def overdue(account: Account, invoice: Object) -> None:
    if invoice["status"] == "open":
        account.emit("invoice.overdue", invoice)
        subscription_states.invoice_failed(account, invoice, is_last=False)


def cancel_payment(account: Account, invoice: Object) -> None:
    """Nobody may pay this invoice's open PaymentIntent any more."""
    hidden = account.secret(invoice["id"])
    intent: Object | None = hidden.pop("intent", None)
    payment: Object | None = hidden.pop("payment", None)
    if intent and intent["status"] not in ("succeeded", "canceled"):
        confirmation.cancel_intent(account, intent, "void_invoice")
    if payment and payment["status"] == "open":
        payment["status"] = "canceled"
        payment["status_transitions"] = {
            "canceled_at": account.timeline_of(invoice["customer"]).now,
            "paid_at": None,
        }
