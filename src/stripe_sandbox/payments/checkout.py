"""Checkout Sessions: a page of ours on which a customer saves a card, pays, or subscribes."""

from typing import Any

from stripe_sandbox.billing.checkout import start_subscription
from stripe_sandbox.errors import StripeError, invalid, missing_param, refuse_unsupported
from stripe_sandbox.expand import includable
from stripe_sandbox.lists import of, page
from stripe_sandbox.payments import authentication, confirmation, intents
from stripe_sandbox.payments.checkout_items import line_items
from stripe_sandbox.payments.customers import new_customer
from stripe_sandbox.payments.money import check_amount, check_currency
from stripe_sandbox.payments.payment_methods import types_for
from stripe_sandbox.payments.setup_intents import confirm_setup, new_setup
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, merge_metadata, metadata_of
from stripe_sandbox.store import Account

SESSION = Shape(
    "checkout.session",
    adaptive_pricing=None,
    after_expiration=None,
    automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
    cancel_url=None,
    collected_information=None,
    consent=None,
    consent_collection=None,
    currency_conversion=None,
    custom_text={"after_submit": None, "shipping_address": None, "submit": None, "terms_of_service_acceptance": None},
    customer_details=None,
    discounts=[],
    invoice_creation=None,
    managed_payments=None,
    payment_intent=None,
    payment_method_configuration_details=None,
    payment_method_options={},
    permissions=None,
    saved_payment_method_options=None,
    shipping_address_collection=None,
    shipping_cost=None,
    success_url=None,
    total_details=None,
    ui_mode="hosted_page",
    wallet_options=None,
)
HOUR = 3600
PLAIN = ("client_reference_id", "locale", "submit_type", "billing_address_collection", "cancel_url", "success_url")
UPDATE_UNSUPPORTED = ("collected_information", "line_items", "shipping_options", "discounts")
UNSUPPORTED = (
    "adaptive_pricing", "allow_promotion_codes", "consent_collection", "custom_fields", "customer_account", "discounts",
    "invoice_creation", "managed_payments", "optional_items", "shipping_address_collection", "shipping_options",
    "tax_id_collection",
)  # fmt: skip


@route("POST", "/v1/checkout/sessions")
def create(call: Call) -> Object:
    account, given = call.account, call.params
    mode = given.get("mode")
    if mode is None:
        raise missing_param("mode")
    refuse_unsupported(given, *UNSUPPORTED)
    if (given.get("automatic_tax") or {}).get("enabled"):
        raise invalid("This sandbox does not calculate taxes by itself.", "automatic_tax[enabled]")
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("This sandbox's Checkout is a hosted page; it cannot be embedded.", "ui_mode")
    if "success_url" not in given:
        raise missing_param("success_url")
    if given.get("customer"):
        account.get("customer", given["customer"], "customer")
        if "customer_email" in given:
            raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer")
    expires_at = given.get("expires_at", call.now + 24 * HOUR)
    if not call.now + HOUR // 2 <= expires_at <= call.now + 24 * HOUR:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            "expires_at",
        )
    items = line_items(account, given)
    currency = _currency(given, items)
    types = types_for(currency, given)
    total = sum(item["amount_total"] for item in items) if mode != "setup" else None
    if mode == "payment" and currency:
        check_amount(total or 0, currency, "line_items")
    return _open(account, given, items, currency, types, total, expires_at)


def _open(
    account: Account,
    given: dict[str, Any],
    items: list[Object],
    currency: str | None,
    types: list[str],
    total: int | None,
    expires_at: int,
) -> Object:
    mode = given["mode"]
    live = "live" if account.livemode else "test"
    session_id = f"cs_{live}_a1{account.letters(56)}"
    email = given.get("customer_email")
    session = SESSION.new(
        id=session_id,
        amount_subtotal=total,
        amount_total=total,
        created=account.now,
        currency=currency,
        customer=given.get("customer"),
        customer_creation=_creation(given),
        customer_email=email,
        customer_details=_details(None, email) if email else None,
        expires_at=expires_at,
        livemode=account.livemode,
        mode=mode,
        payment_method_collection="always" if mode == "subscription" else None,
        payment_method_types=types,
        payment_status="unpaid" if total else "no_payment_required",
        total_details=None if total is None else {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        url=f"{account.sandbox.base_url}/c/pay/{session_id}",
        **{name: given[name] for name in PLAIN if name in given},
    )
    merge_metadata(session, given)
    data = given.get("subscription_data" if mode == "subscription" else f"{mode}_intent_data") or {}
    account.secret(session_id).update(items=items, data=data)
    if mode == "setup":
        intent = new_setup(
            account,
            types=types,
            customer=given.get("customer"),
            description=data.get("description"),
            metadata=metadata_of(data),
            usage="off_session",
        )
        session["setup_intent"] = intent["id"]
    account.add(session)
    account.sandbox.links[session_id] = (account, session_id)
    account.timeline.at(expires_at, lambda: _lapse(account, session))
    return session


def _creation(given: dict[str, Any]) -> str | None:
    if given["mode"] != "payment" or given.get("customer"):
        return None
    creation: str = given.get("customer_creation", "if_required")
    return creation


def _details(name: str | None, email: str | None) -> Object:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def _currency(given: dict[str, Any], items: list[Object]) -> str | None:
    """The currency that all items share; of a set-up the one named, if any."""
    named = check_currency(given["currency"]) if "currency" in given else None
    if given["mode"] == "setup":
        if named is None and "allowed_payment_method_types" not in given:
            raise missing_param("currency")
        return named
    currencies = {item["currency"] for item in items} | ({named} if named else set())
    if len(currencies) != 1:
        raise invalid("All line items have to be in the currency of the Session.", "line_items")
    return currencies.pop()


def submit(
    account: Account, session: Object, method: Object, *, name: str | None, email: str | None
) -> StripeError | None:
    """The customer filled in the page. What came of it stands in the session and its intent; a refusal is returned."""
    session["customer_details"] = _details(name, email or session["customer_email"])
    secret = account.secret(session["id"])
    acceptance = {"type": "online"} if method["type"] == "sepa_debit" else None
    if session["mode"] == "setup":
        intent = account.get("setup_intent", session["setup_intent"])
        error = confirm_setup(account, intent, method, return_url=session["url"], acceptance=acceptance)
    elif session["mode"] == "subscription":
        _make_customer(account, session)
        types, customer = session["payment_method_types"], session["customer"]
        intent = secret.get("intent") or new_setup(account, types=types, customer=customer)
        error = confirm_setup(account, intent, method, return_url=session["url"], acceptance=acceptance)
    else:
        intent = secret.get("intent") or _payment(account, session)
        error = confirmation.confirm(
            account, intent, method, off_session=False, return_url=session["url"], acceptance=acceptance
        )
    secret["intent"] = intent
    account.secret(intent["id"])["settled"] = lambda decided: _decided(account, session, decided)
    _decided(account, session, intent)
    return error


def _payment(account: Account, session: Object) -> Object:
    data = account.secret(session["id"])["data"]
    if session["customer_creation"] == "always" or data.get("setup_future_usage"):
        _make_customer(account, session)
    names = (
        "description",
        "receipt_email",
        "setup_future_usage",
        "statement_descriptor",
        "statement_descriptor_suffix",
    )
    return intents.new_intent(
        account,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        capture_method=data.get("capture_method", "automatic_async"),
        metadata=metadata_of(data),
        payment_method_types=session["payment_method_types"],
        **{name: data[name] for name in names if name in data},
    )


def _make_customer(account: Account, session: Object) -> None:
    if not session["customer"]:
        details = session["customer_details"]
        session["customer"] = new_customer(account, {"name": details["name"], "email": details["email"]})["id"]


def _decided(account: Account, session: Object, intent: Object) -> None:
    """The intent of a session reached a state: complete the session, or report what came after it was complete."""
    if session["status"] == "open" and intent["status"] in ("succeeded", "processing", "requires_capture"):
        _complete(account, session, intent)
    elif session["status"] == "complete" and session["payment_status"] == "unpaid":
        has_paid = intent["status"] == "succeeded"
        if has_paid:
            session["payment_status"] = "paid"
        account.emit(f"checkout.session.async_payment_{'succeeded' if has_paid else 'failed'}", session)


def _complete(account: Account, session: Object, intent: Object) -> None:
    if session["mode"] == "payment":
        session["payment_intent"] = intent["id"]
        session["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
    elif session["mode"] == "subscription":
        subscription = start_subscription(account, session, intent["payment_method"])
        has_begun = subscription["status"] in ("active", "trialing")
        session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])
        session["payment_status"] = "paid" if has_begun else "unpaid"
    session["status"] = "complete"
    session["url"] = None
    account.emit("checkout.session.completed", session)


def _lapse(account: Account, session: Object) -> None:
    if session["status"] == "open":
        expire_session(account, session)


def expire_session(account: Account, session: Object) -> None:
    """Nobody can use the page any more; what it had begun is cancelled."""
    session.update(status="expired", url=None)
    intent: Object | None = account.secret(session["id"]).get("intent")
    if session["mode"] == "setup":
        intent = account.get("setup_intent", session["setup_intent"])
    if intent and intent["object"] == "payment_intent" and intent["status"] in confirmation.CANCELLABLE:
        confirmation.cancel_intent(account, intent, "expired" if session["mode"] == "payment" else None)
    elif intent and intent["status"] not in ("succeeded", "canceled"):
        authentication.forget(account, intent)
        intent.update(status="canceled", next_action=None)
        account.emit("setup_intent.canceled", intent)
    account.emit("checkout.session.expired", session)


@route("GET", "/v1/checkout/sessions/{session}")
def retrieve(call: Call) -> Object:
    return call.named("checkout.session")


@route("POST", "/v1/checkout/sessions/{session}")
def update(call: Call) -> Object:
    session = call.named("checkout.session")
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}; only open ones can be updated.")
    refuse_unsupported(call.params, *UPDATE_UNSUPPORTED)
    merge_metadata(session, call.params)
    return session


@route("POST", "/v1/checkout/sessions/{session}/expire")
def expire(call: Call) -> Object:
    session = call.named("checkout.session")
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f'"{session["status"]}".'
        )
    expire_session(call.account, session)
    return session


@route("GET", "/v1/checkout/sessions")
def list_sessions(call: Call) -> Object:
    equal = ("customer", "payment_intent", "status", "subscription")
    details = call.params.get("customer_details")
    return page(
        call,
        call.account.all("checkout.session"),
        lambda row: not details or (row["customer_details"] or {}).get("email") == details["email"],
        equal=equal,
    )


@route("GET", "/v1/checkout/sessions/{session}/line_items")
def list_items(call: Call) -> Object:
    session = call.named("checkout.session")
    return of(call.url, call.account.secret(session["id"])["items"])


@includable("checkout.session", "line_items")
def items_of(account: Account, session: Object) -> Object:
    return of(f"/v1/checkout/sessions/{session['id']}/line_items", account.secret(session["id"])["items"])
