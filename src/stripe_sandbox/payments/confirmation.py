"""Charging: what becomes of a PaymentIntent when it is confirmed with a PaymentMethod.

Cards answer at once: the money moves, or the card declines, or the cardholder has to authenticate. Bank debits take
time: the intent is processing until the bank answers. Every ending leaves a charge and events, and a balance
transaction with its fee if money moved. The balance transaction is there at once, where Stripe may take seconds.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from stripe_sandbox.errors import StripeError, invalid
from stripe_sandbox.payments import authentication, balance, disputes, mandates
from stripe_sandbox.payments.attempts import mark_declined, new_charge
from stripe_sandbox.payments.cards import Card, Iban
from stripe_sandbox.payments.intents import Settled, announce, open_intent, wrong_state
from stripe_sandbox.payments.money import check_amount
from stripe_sandbox.payments.payment_methods import attach_to, card_error, resolve
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account

AUTHORISED_FOR = 7 * 86400
CHECKED = ("payment_method_types", "customer", "currency")


def confirm(
    account: Account,
    intent: Object,
    method: Object,
    *,
    off_session: bool,
    return_url: str | None = None,
    acceptance: dict[str, Any] | None = None,
) -> StripeError | None:
    """Try to collect an intent with a method; its status says what came of it, a refusal is returned as an error.

    Raises:
        StripeError: the method does not belong here; nothing was tried.
    """
    check_method(account, method, acceptance, **{name: intent[name] for name in CHECKED})
    authentication.forget(account, intent)  # whoever still has the old page open cannot pay with it any more
    secret = account.secret(method["id"])
    intent.update(payment_method=method["id"], next_action=None, last_payment_error=None)
    if method["type"] == "sepa_debit":
        mandate = mandates.active(account, method) if acceptance is None else None
        _debit(account, intent, method, secret["iban"], mandate or mandates.accept(account, method, acceptance))
        return None
    card: Card = secret["card"]
    is_wanted = authentication.is_needed(card, is_set_up=bool(secret.get("is_set_up")), off_session=off_session)
    if is_wanted or (authentication.is_requested(intent) and not off_session):
        if off_session:
            return _decline(account, intent, method, "authentication_required")
        authentication.ask(account, intent, return_url, partial(_authenticated, account, intent, method))
        intent["status"] = "requires_action"
        account.emit("payment_intent.requires_action", intent)
        return None
    return _charge_card(account, intent, method, card)


def check_method(
    account: Account,
    method: Object,
    acceptance: dict[str, Any] | None,
    *,
    payment_method_types: list[str],
    customer: str | None,
    currency: str,
) -> None:
    """Refuse a method that an intent with these properties cannot be confirmed with."""
    if method["type"] not in payment_method_types:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. Please attach a "
            "PaymentMethod of one of the following types: " + ", ".join(payment_method_types),
            "payment_method",
            "payment_intent_incompatible_payment_method",
        )
    owner = method["customer"]
    if owner and owner != customer:
        end = "to a different Customer than the one provided." if customer else (
            f"to the Customer {owner}. Please include the Customer in the `customer` parameter on the PaymentIntent."
        )  # fmt: skip
        raise invalid(f"The payment method supplied ({method['id']}) belongs {end}", "payment_method")
    if account.secret(method["id"]).get("is_spent"):
        raise invalid(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared "
            "with a connected account without Customer attachment, or was detached from a Customer. It may not be used "
            "again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
            "payment_method",
            "payment_method_unexpected_state",
        )
    if method["type"] == "sepa_debit":
        if currency != "eur":
            code = "payment_intent_incompatible_payment_method"
            raise invalid("sepa_debit payments have to be in eur.", "currency", code)
        if acceptance is None and mandates.active(account, method) is None:
            raise mandates.missing("PaymentIntent")


def _authenticated(account: Account, intent: Object, method: Object, is_done: bool) -> None:
    """The cardholder came back from the bank's page."""
    intent["next_action"] = None
    if is_done:
        _charge_card(account, intent, method, account.secret(method["id"])["card"], is_authenticated=True)
    else:
        error = StripeError(authentication.FAILED, code="payment_intent_authentication_failure")
        _fail(account, intent, method, error, charge=None)
    announce(account, intent)


def _charge_card(
    account: Account, intent: Object, method: Object, card: Card, *, is_authenticated: bool = False
) -> StripeError | None:
    decline = card.decline
    today = datetime.fromtimestamp(account.timeline_of(intent["customer"]).now, UTC)
    if (method["card"]["exp_year"], method["card"]["exp_month"]) < (today.year, today.month):
        decline = "expired_card"
    if decline:
        return _decline(account, intent, method, decline)
    charge = new_charge(account, intent, method, is_authenticated=is_authenticated)
    if intent["capture_method"] == "manual":
        intent.update(status="requires_capture", amount_capturable=intent["amount"], latest_charge=charge["id"])
        account.emit("charge.succeeded", charge)
        account.emit("payment_intent.amount_capturable_updated", intent)
        account.later(account.now + AUTHORISED_FOR, lambda: _expire(account, intent), customer=intent["customer"])
    else:
        _capture(account, intent, charge, intent["amount"])
        account.emit("charge.succeeded", charge)
        account.emit("payment_intent.succeeded", intent)
    _after_use(account, intent, method)
    if card.dispute:
        due = account.timeline_of(intent["customer"])
        due.at(due.exact, lambda: disputes.open_dispute(account, charge, card.dispute, is_inquiry=card.is_inquiry))
    return None


def _after_use(account: Account, intent: Object, method: Object) -> None:
    """Save the method if that was asked for; one without a customer cannot be used twice."""
    if intent["setup_future_usage"]:
        account.secret(method["id"])["is_set_up"] = intent["setup_future_usage"] == "off_session"
        if intent["customer"]:
            attach_to(account, method, intent["customer"])
    if not method["customer"]:
        account.secret(method["id"])["is_spent"] = True


def _capture(account: Account, intent: Object, charge: Object, amount: int) -> None:
    """The money moves."""
    card: Card | None = account.secret(charge["payment_method"]).get("card")
    is_debit = card is None
    fee = (balance.sepa_fee if is_debit else balance.card_fee)(amount, charge["currency"])
    moved = balance.transact(
        account,
        type="payment" if is_debit else "charge",
        amount=amount,
        currency=charge["currency"],
        source=charge["id"],
        fee=fee,
        description=charge["description"],
        after=0 if card and card.is_available_at_once else balance.AVAILABLE_AFTER,
    )
    charge.update(amount_captured=amount, captured=True, paid=True, balance_transaction=moved["id"], status="succeeded")
    intent.update(
        status="succeeded", amount_received=amount, amount_capturable=0, latest_charge=charge["id"], processing=None
    )
    account.sandbox.moved.record(account, "captured", charge, amount, intent)


def _decline(account: Account, intent: Object, method: Object, decline: str) -> StripeError:
    """A card's refusal leaves a failed charge and an intent that waits for another method."""
    error = card_error(decline)
    charge = new_charge(account, intent, method)
    mark_declined(charge, decline, error)
    account.emit("charge.failed", charge)
    return _fail(account, intent, method, error, charge)


def _fail(account: Account, intent: Object, method: Object, error: StripeError, charge: Object | None) -> StripeError:
    """Put an intent back to waiting for a method; the error names the intent, the intent the error."""
    said = {**error.members, "payment_method": dict(method)}
    if charge:
        said["charge"] = charge["id"]
        intent["latest_charge"] = charge["id"]
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        processing=None,
        amount_capturable=0,
        last_payment_error=said,
    )
    account.emit("payment_intent.payment_failed", intent)
    error.members = {**said, "payment_intent": intent}
    return error


def give_up(account: Account, intent: Object, method: Object, error: StripeError) -> StripeError:
    """Fail an intent that waits for its cardholder, whom the caller does not want to ask."""
    authentication.forget(account, intent)
    return _fail(account, intent, method, error, charge=None)


def _debit(account: Account, intent: Object, method: Object, iban: Iban, mandate: Object) -> None:
    """A bank debit is on its way; the bank answers later."""
    charge = new_charge(account, intent, method)
    charge["payment_method_details"]["sepa_debit"]["mandate"] = mandate["id"]
    charge.update(status="pending", paid=False, captured=True)
    intent.update(status="processing", latest_charge=charge["id"])
    account.emit("charge.pending", charge)
    account.emit("payment_intent.processing", intent)
    _after_use(account, intent, method)
    timeline = account.timeline_of(intent["customer"])
    timeline.at(timeline.exact + iban.after, lambda: _settle_debit(account, intent, method, charge, iban))


def _settle_debit(account: Account, intent: Object, method: Object, charge: Object, iban: Iban) -> None:
    if iban.fails:
        text = "The customer's bank account has insufficient funds." if iban.fails == "insufficient_funds" else (
            "The customer has notified their bank that this payment was unauthorized."
        )  # fmt: skip
        charge.update(status="failed", failure_code=iban.fails, failure_message=text)
        account.emit("charge.failed", charge)
        error = StripeError(text, type="card_error", status=402, code=iban.fails)
        _fail(account, intent, method, error, charge)
    else:
        _capture(account, intent, charge, intent["amount"])
        account.emit("charge.succeeded", charge)
        account.emit("payment_intent.succeeded", intent)
        if iban.dispute:
            disputes.open_dispute(account, charge, iban.dispute)
    announce(account, intent)


def capture(account: Account, intent: Object, amount: int | None) -> None:
    """Take the authorised money, or less of it; the rest is released.

    Raises:
        StripeError: the intent is not waiting for capture, or the amount is more than was authorised.
    """
    if intent["status"] != "requires_capture":
        raise wrong_state(intent, "captured", "requires_capture")
    amount = intent["amount_capturable"] if amount is None else amount
    if amount > intent["amount_capturable"]:
        raise invalid(
            f"The amount to capture ({amount}) is greater than the amount capturable ({intent['amount_capturable']}).",
            "amount_to_capture",
            "amount_too_large",
        )
    check_amount(amount, intent["currency"], "amount_to_capture")
    charge = account.get("charge", intent["latest_charge"])
    _capture(account, intent, charge, amount)
    account.emit("charge.captured", charge)
    account.emit("payment_intent.succeeded", intent)
    announce(account, intent)


CANCELLABLE = ("requires_payment_method", "requires_confirmation", "requires_action", "requires_capture")


def cancel_intent(account: Account, intent: Object, reason: str | None = None) -> Object:
    """Cancel an intent that has not been paid; an authorisation is released.

    Raises:
        StripeError: it has succeeded, is processing or is cancelled already.
    """
    if intent["status"] not in CANCELLABLE:
        raise wrong_state(intent, "canceled", *CANCELLABLE)
    if intent["status"] == "requires_capture":
        charge = account.get("charge", intent["latest_charge"])
        charge.update(refunded=True, amount_refunded=charge["amount"])
        account.emit("charge.refunded", charge)
    authentication.forget(account, intent)
    intent.update(
        status="canceled", canceled_at=account.now, cancellation_reason=reason, amount_capturable=0, next_action=None
    )
    account.emit("payment_intent.canceled", intent)
    return intent


def _expire(account: Account, intent: Object) -> None:
    """Nobody captured in time: the bank lets the money go."""
    if intent["status"] == "requires_capture":
        charge = account.get("charge", intent["latest_charge"])
        cancel_intent(account, intent, "automatic")
        account.emit("charge.expired", charge)


def collect(
    account: Account,
    *,
    customer: str,
    amount: int,
    currency: str,
    payment_method: str | None,
    off_session: bool = True,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
    settled: Settled | None = None,
) -> Object:
    """Make a PaymentIntent and confirm it with a method, or with the customer's default one.

    Returns the intent, whatever became of it: a decline is its ``last_payment_error``, never an exception.
    """
    intent = open_intent(
        account,
        customer=customer,
        amount=amount,
        currency=currency,
        description=description,
        metadata=metadata,
        settled=settled,
    )
    default = account.get("customer", customer)["invoice_settings"]["default_payment_method"]
    return confirm_again(account, intent, payment_method or default, off_session=off_session)


def confirm_again(account: Account, intent: Object, payment_method: str | None, *, off_session: bool = True) -> Object:
    """Another try with the same intent. Without a method it goes on waiting for one."""
    if payment_method:
        confirm(account, intent, resolve(account, payment_method), off_session=off_session)
    return intent
