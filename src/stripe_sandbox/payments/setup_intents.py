"""SetupIntents: saving a card or a mandate for later, with the cardholder present."""

from functools import partial
from typing import Any

from stripe_sandbox.errors import StripeError, invalid, refuse_unsupported, unexpected_state
from stripe_sandbox.lists import page
from stripe_sandbox.payments import authentication, mandates
from stripe_sandbox.payments.cards import Card
from stripe_sandbox.payments.intents import wrong_state
from stripe_sandbox.payments.payment_methods import attach_to, card_error, from_data, resolve, types_for
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, metadata_of, snapshot, take
from stripe_sandbox.store import Account

INTENT = Shape(
    "setup_intent",
    beyond=("managed_payments", "allowed_payment_method_types"),
    automatic_payment_methods=None,
    last_setup_error=None,
    next_action=None,
    payment_method_configuration_details=None,
)
ATTEMPT = Shape("setup_attempt", setup_error=None)
UNSUPPORTED = (
    "attach_to_self",
    "confirmation_token",
    "customer_account",
    "flow_directions",
    "on_behalf_of",
    "single_use",
)
CARD_OPTIONS = {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
CARD_SEEN = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")


def new_setup(account: Account, *, types: list[str], customer: str | None = None, **fields: Any) -> Object:
    """A SetupIntent that waits for a method, announced by its event."""
    intent_id = account.new_id("seti")
    intent = INTENT.new(
        id=intent_id,
        client_secret=f"{intent_id}_secret_{account.letters(31)}",
        created=account.timeline_of(customer).now,
        customer=customer,
        livemode=account.livemode,
        payment_method_options={"card": dict(CARD_OPTIONS)},
        payment_method_types=types,
        **fields,
    )
    account.add(intent)
    account.emit("setup_intent.created", intent)
    return intent


def confirm_setup(
    account: Account,
    intent: Object,
    method: Object,
    *,
    return_url: str | None = None,
    acceptance: dict[str, Any] | None = None,
) -> StripeError | None:
    """Try to save a method; the status says what came of it, a card's refusal is returned as an error.

    Raises:
        StripeError: the method does not belong here; nothing was tried.
    """
    if method["type"] not in intent["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this SetupIntent. Please attach a "
            "PaymentMethod of one of the following types: " + ", ".join(intent["payment_method_types"]),
            "payment_method",
        )
    if method["customer"] and method["customer"] != intent["customer"]:
        raise invalid(
            f"The payment method supplied ({method['id']}) belongs to the Customer {method['customer']}. Please "
            "include the Customer in the `customer` parameter on the SetupIntent.",
            "payment_method",
        )
    if method["type"] == "sepa_debit" and acceptance is None and mandates.active(account, method) is None:
        raise mandates.missing("SetupIntent")
    authentication.forget(account, intent)
    intent.update(payment_method=method["id"], next_action=None, last_setup_error=None)
    card: Card | None = account.secret(method["id"]).get("card")
    if card and authentication.is_needed(card, is_set_up=False, off_session=False):
        authentication.ask(account, intent, return_url, partial(_authenticated, account, intent, method))
        intent["status"] = "requires_action"
        account.emit("setup_intent.requires_action", intent)
        return None
    return _save(account, intent, method, acceptance)


def _authenticated(account: Account, intent: Object, method: Object, is_done: bool) -> None:
    intent["next_action"] = None
    if is_done:
        _save(account, intent, method, None)
    else:
        error = StripeError(authentication.FAILED, code="setup_intent_authentication_failure")
        _fail(account, intent, method, error)
    settled = account.secret(intent["id"]).get("settled")
    if settled:
        settled(intent)


def _save(account: Account, intent: Object, method: Object, acceptance: dict[str, Any] | None) -> StripeError | None:
    secret = account.secret(method["id"])
    card: Card | None = secret.get("card")
    try:
        if card and card.decline and not card.attaches:
            raise card_error(card.decline)
        if intent["customer"]:
            attach_to(account, method, intent["customer"])
    except StripeError as error:
        return _fail(account, intent, method, error)
    secret["is_set_up"] = intent["usage"] == "off_session"
    if card:
        method["card"]["checks"]["cvc_check"] = "pass"
    else:
        mandate = mandates.active(account, method) if acceptance is None else None
        intent["mandate"] = (mandate or mandates.accept(account, method, acceptance))["id"]
    _attempt(account, intent, method, None)
    intent["status"] = "succeeded"
    account.emit("setup_intent.succeeded", intent)
    return None


def _fail(account: Account, intent: Object, method: Object, error: StripeError) -> StripeError:
    said = {**error.members, "payment_method": dict(method)}
    _attempt(account, intent, method, said)
    intent.update(status="requires_payment_method", payment_method=None, next_action=None, last_setup_error=said)
    account.emit("setup_intent.setup_failed", intent)
    error.members = {**said, "setup_intent": intent}
    return error


def _attempt(account: Account, intent: Object, method: Object, error: Object | None) -> None:
    kind = method["type"]
    details = {"card": _seen(method)} if kind == "card" else {"sepa_debit": {}}
    attempt = ATTEMPT.new(
        id=account.new_id("setatt"),
        created=account.now,
        customer=intent["customer"],
        livemode=account.livemode,
        payment_method=method["id"],
        payment_method_details={**details, "type": kind},
        setup_error=error,
        setup_intent=intent["id"],
        status="failed" if error else "succeeded",
        usage=intent["usage"],
    )
    account.add(attempt)
    intent["latest_attempt"] = attempt["id"]


def _seen(method: Object) -> Object:
    card = method["card"]
    return {**{n: card[n] for n in CARD_SEEN}, "network": card["networks"]["available"][0], "three_d_secure": None}


@route("POST", "/v1/setup_intents")
def create(call: Call) -> Object:
    account, given = call.account, call.params
    refuse_unsupported(given, *UNSUPPORTED)
    if given.get("customer"):
        account.get("customer", given["customer"], "customer")
    method = _method(account, given)
    automatic = {"allow_redirects": "always", "enabled": True, **(given.get("automatic_payment_methods") or {})}
    intent = new_setup(
        account,
        types=types_for(None, given),
        allowed_payment_method_types=given.get("allowed_payment_method_types"),
        automatic_payment_methods=automatic,
        customer=given.get("customer"),
        description=given.get("description"),
        excluded_payment_method_types=given.get("excluded_payment_method_types"),
        metadata=metadata_of(given),
        payment_method=method["id"] if method else None,
        status="requires_confirmation" if method else "requires_payment_method",
        usage=given.get("usage", "off_session"),
    )
    return _confirm(call, intent, method) if given.get("confirm") else intent


def _method(account: Account, given: dict[str, Any]) -> Object | None:
    if given.get("payment_method_data"):
        return from_data(account, given["payment_method_data"], "payment_method_data")
    return resolve(account, given["payment_method"]) if given.get("payment_method") else None


@route("GET", "/v1/setup_intents/{intent}")
def retrieve(call: Call) -> Object:
    intent = call.named("setup_intent")
    if call.params.get("client_secret") not in (None, intent["client_secret"]):
        raise invalid(
            "The client_secret provided does not match any associated SetupIntent on this account.",
            "client_secret",
            "setup_intent_invalid_parameter",
        )
    return intent


@route("POST", "/v1/setup_intents/{intent}")
def update(call: Call) -> Object:
    account, intent, given = call.account, call.named("setup_intent"), call.params
    if given.get("customer"):
        account.get("customer", given["customer"], "customer")
    method = _method(account, given)
    before = snapshot(intent)
    if method:
        authentication.forget(account, intent)
        intent.update(next_action=None, payment_method=method["id"], status="requires_confirmation")
    take(intent, given, "customer", "description", "allowed_payment_method_types", "excluded_payment_method_types")
    intent["payment_method_types"] = types_for(None, intent)
    if before != intent:
        account.emit("setup_intent.updated", intent, before)
    return intent


@route("POST", "/v1/setup_intents/{intent}/confirm")
def confirm(call: Call) -> Object:
    account, intent = call.account, call.named("setup_intent")
    allowed = ("requires_payment_method", "requires_confirmation", "requires_action")
    if intent["status"] not in allowed:
        raise wrong_state(intent, "confirmed", *allowed)
    method = _method(account, call.params)
    if method is None and intent["payment_method"]:
        method = account.get("payment_method", intent["payment_method"], "payment_method")
    return _confirm(call, intent, method)


def _confirm(call: Call, intent: Object, method: Object | None) -> Object:
    if method is None:
        raise unexpected_state(
            "setup_intent_unexpected_state",
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a "
            "payment method and then confirm it again.",
            setup_intent=intent,
        )
    acceptance = (call.params.get("mandate_data") or {}).get("customer_acceptance")
    url = call.params.get("return_url")
    error = confirm_setup(call.account, intent, method, return_url=url, acceptance=acceptance)
    if error:
        raise error
    return intent


@route("POST", "/v1/setup_intents/{intent}/cancel")
def cancel(call: Call) -> Object:
    account, intent = call.account, call.named("setup_intent")
    allowed = ("requires_payment_method", "requires_confirmation", "requires_action")
    if intent["status"] not in allowed:
        raise wrong_state(intent, "canceled", *allowed)
    authentication.forget(account, intent)
    intent.update(status="canceled", cancellation_reason=call.params.get("cancellation_reason"), next_action=None)
    account.emit("setup_intent.canceled", intent)
    return intent


@route("GET", "/v1/setup_intents")
def list_intents(call: Call) -> Object:
    return page(call, call.account.all("setup_intent"), equal=("customer", "payment_method"))


@route("GET", "/v1/setup_attempts")
def list_attempts(call: Call) -> Object:
    return page(call, call.account.all("setup_attempt"), equal=("setup_intent",))
