"""PaymentIntents: one amount to be collected, however many tries that takes."""

from typing import Any

from stripe_sandbox.errors import StripeError, invalid, refuse_unsupported, unexpected_state
from stripe_sandbox.lists import page
from stripe_sandbox.payments import authentication, confirmation, intents
from stripe_sandbox.payments.money import check_amount, check_currency
from stripe_sandbox.payments.payment_methods import card_error, from_data, resolve, types_for
from stripe_sandbox.routing import Call, route
from stripe_sandbox.search import search
from stripe_sandbox.shapes import Object, merge_metadata, metadata_of, snapshot, take
from stripe_sandbox.store import Account

PLAIN = ("description", "receipt_email", "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix",
         "transfer_group", "shipping")  # fmt: skip
OPTIONS: dict[str, Object] = {
    "card": {"installments": None, "mandate_options": None, "network": None, "request_three_d_secure": "automatic"},
    "sepa_debit": {},
}
FILTERS = ("allowed_payment_method_types", "excluded_payment_method_types")
AUTOMATIC = "automatic_payment_methods"
UNSUPPORTED = (
    "amount_to_confirm", "application_fee_amount", "confirmation_token", "customer_account", "hooks", "on_behalf_of",
    "transfer_data",
)  # fmt: skip
CONFIRM_ONLY = ("off_session", "mandate", "mandate_data", "return_url", "error_on_requires_action", "use_stripe_sdk")


@route("POST", "/v1/payment_intents")
def create(call: Call) -> Object:
    account, given = call.account, call.params
    refuse_unsupported(given, *UNSUPPORTED)
    currency = check_currency(given["currency"])
    check_amount(given["amount"], currency)
    customer = given.get("customer")
    if customer:
        account.get("customer", customer, "customer")
    if not given.get("confirm"):
        only = [name for name in CONFIRM_ONLY if name in given and name != "use_stripe_sdk"]
        if only:
            raise invalid(
                f"The parameter `{only[0]}` cannot be passed when creating a PaymentIntent unless `confirm` is set to "
                "true.",
                only[0],
            )
    types = types_for(currency, given)
    method = _method(account, given)
    if given.get("confirm"):
        if method is None:
            raise _no_method()
        confirmation.check_method(
            account, method, _acceptance(given), payment_method_types=types, customer=customer, currency=currency
        )
    intent = intents.new_intent(
        account,
        amount=given["amount"],
        currency=currency,
        customer=customer,
        allowed_payment_method_types=given.get("allowed_payment_method_types"),
        automatic_payment_methods={"allow_redirects": "always", "enabled": True, **(given.get(AUTOMATIC) or {})},
        capture_method=given.get("capture_method", "automatic_async"),
        excluded_payment_method_types=given.get("excluded_payment_method_types"),
        confirmation_method=given.get("confirmation_method", "automatic"),
        metadata=metadata_of(given),
        payment_method=method["id"] if method else None,
        payment_method_options=_options({kind: dict(OPTIONS[kind]) for kind in types}, given),
        payment_method_types=types,
        status="requires_confirmation" if method else "requires_payment_method",
        **{name: given[name] for name in PLAIN if name in given},
    )
    return _confirm(call, intent, method) if given.get("confirm") else intent


def _options(held: Object, given: dict[str, Any]) -> Object:
    """The options of each type of method, with those that were given."""
    wanted = given.get("payment_method_options") or {}
    return {kind: {**options, **(wanted.get(kind) or {})} for kind, options in held.items()}


def _method(account: Account, given: dict[str, Any]) -> Object | None:
    """The method that the parameters name or describe."""
    if given.get("payment_method_data"):
        return from_data(account, given["payment_method_data"], "payment_method_data")
    return resolve(account, given["payment_method"]) if given.get("payment_method") else None


@route("GET", "/v1/payment_intents/{intent}")
def retrieve(call: Call) -> Object:
    intent = call.named("payment_intent")
    if call.params.get("client_secret") not in (None, intent["client_secret"]):
        raise invalid("The client_secret provided does not match any associated PaymentIntent on this account.",
                      "client_secret", "payment_intent_invalid_parameter")  # fmt: skip
    return intent


@route("POST", "/v1/payment_intents/{intent}")
def update(call: Call) -> Object:
    account, intent, given = call.account, call.named("payment_intent"), call.params
    refuse_unsupported(given, *UNSUPPORTED)
    allowed = ("requires_payment_method", "requires_confirmation", "requires_action")
    if intent["status"] not in allowed and set(given) - {"metadata", "description", "receipt_email", "transfer_group"}:
        raise intents.wrong_state(intent, "updated", *allowed)
    currency = check_currency(given["currency"]) if "currency" in given else intent["currency"]
    if "amount" in given or "currency" in given:
        check_amount(given["amount"] if "amount" in given else intent["amount"], currency)
    if given.get("customer"):
        account.get("customer", given["customer"], "customer")
    method = _method(account, given)
    before = snapshot(intent)
    intent["currency"] = currency
    if intent["status"] == "requires_action" and (method or "amount" in given or "currency" in given):
        authentication.forget(account, intent)  # what the cardholder was asked for is no longer what will be paid
        intent.update(next_action=None, status="requires_confirmation")
    if method:
        intent.update(payment_method=method["id"], status="requires_confirmation")
    take(intent, given, "amount", "customer", *FILTERS, *PLAIN)
    intent["payment_method_types"] = types_for(currency, intent)
    if snapshot(intent) != before:
        account.emit("payment_intent.updated", intent, before)
    return intent


@route("POST", "/v1/payment_intents/{intent}/confirm")
def confirm(call: Call) -> Object:
    account, intent, given = call.account, call.named("payment_intent"), call.params
    refuse_unsupported(given, *UNSUPPORTED)
    allowed = ("requires_payment_method", "requires_confirmation", "requires_action")
    if intent["status"] not in allowed:
        done = "already succeeded" if intent["status"] == "succeeded" else f"a status of {intent['status']}"
        raise unexpected_state(
            "payment_intent_unexpected_state",
            f"You cannot confirm this PaymentIntent because it has {done}"
            + (" after being previously confirmed." if done.startswith("already") else "."),
            payment_intent=intent,
        )
    method = _method(account, given)
    if method is None and intent["payment_method"]:
        method = account.get("payment_method", intent["payment_method"], "payment_method")
    intent["payment_method_options"] = _options(intent["payment_method_options"], given)
    for name in ("receipt_email", "setup_future_usage", "shipping"):
        if name in given:
            intent[name] = given[name]
    return _confirm(call, intent, method)


def _confirm(call: Call, intent: Object, method: Object | None) -> Object:
    """Confirm as the parameters say; a decline is raised, with the intent in it."""
    given = call.params
    if method is None:
        raise _no_method(payment_intent=intent)
    error = confirmation.confirm(
        call.account,
        intent,
        method,
        off_session=bool(given.get("off_session")) and given["off_session"] != "false",
        return_url=given.get("return_url"),
        acceptance=_acceptance(given),
    )
    heard = call.account.secret(intent["id"]).get("settled")
    if heard:
        heard(intent)  # an invoice waits for this payment
    if intent["status"] != "requires_action":
        intents.announce(call.account, intent)
    if error is None and given.get("error_on_requires_action") and intent["status"] == "requires_action":
        error = _refuse_action(call.account, intent, method)
    if error:
        raise error
    return intent


def _acceptance(given: dict[str, Any]) -> dict[str, Any] | None:
    """How the customer accepted a mandate, if the parameters say so."""
    acceptance: dict[str, Any] | None = (given.get("mandate_data") or {}).get("customer_acceptance")
    return acceptance


def _no_method(**more: Any) -> StripeError:
    return unexpected_state(
        "payment_intent_unexpected_state",
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
        "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
        "method or ConfirmationToken.",
        **more,
    )


def _refuse_action(account: Account, intent: Object, method: Object) -> StripeError:
    """The caller wants an error instead of a question to the cardholder."""
    error = card_error("authentication_required")
    return confirmation.give_up(account, intent, method, error)


@route("POST", "/v1/payment_intents/{intent}/capture")
def capture(call: Call) -> Object:
    intent = call.named("payment_intent")
    refuse_unsupported(call.params, *UNSUPPORTED)
    confirmation.capture(call.account, intent, call.params.get("amount_to_capture"))
    merge_metadata(intent, call.params)
    return intent


@route("POST", "/v1/payment_intents/{intent}/cancel")
def cancel(call: Call) -> Object:
    reason = call.params.get("cancellation_reason")
    return confirmation.cancel_intent(call.account, call.named("payment_intent"), reason)


@route("GET", "/v1/payment_intents")
def list_intents(call: Call) -> Object:
    return page(call, call.account.all("payment_intent"), equal=("customer",))


@route("GET", "/v1/payment_intents/search")
def search_intents(call: Call) -> Object:
    return search(call, "payment_intent", ("amount", "created", "currency", "customer", "status"))
