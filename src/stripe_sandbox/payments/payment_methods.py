"""PaymentMethods: saved cards and bank accounts, made from test tokens, IBANs or the sandbox's own pages."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from stripe_sandbox.errors import StripeError, invalid, missing_param, no_such
from stripe_sandbox.lists import page
from stripe_sandbox.payments.cards import Card, Iban, card_of_token, error_code, iban_of, message
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import ADDRESS, Object, Shape, address, merge_metadata, snapshot
from stripe_sandbox.store import LETTERS, Account

METHOD = Shape(
    "payment_method",
    beyond=("sepa_debit",),
    billing_details={"address": {**ADDRESS}, "email": None, "name": None, "phone": None, "tax_id": None},
    customer=None,
    metadata={},
)
RAW_CARD = (
    "Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that "
    "map to the test card you are using, see https://stripe.com/docs/testing. To enable testing raw card data APIs, "
    "see https://support.stripe.com/questions/enabling-access-to-raw-card-data-apis."
)


def fingerprint(account: Account, number: str) -> str:
    """Sixteen characters that are the same for the same card or bank account within an account."""
    digest = hashlib.sha256(f"{account.name} {number}".encode()).digest()
    return "".join(LETTERS[byte % 62] for byte in digest[:16])


def make_card(
    account: Account, card: Card, *, exp_month: int = 0, exp_year: int = 0, billing: dict[str, Any] | None = None
) -> Object:
    """A PaymentMethod for a card; how the card behaves is known to the sandbox alone."""
    year = datetime.fromtimestamp(account.now, UTC).year
    details = {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "unchecked"},
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": exp_month or datetime.fromtimestamp(account.now, UTC).month,
        "exp_year": exp_year or year + 1,
        "fingerprint": fingerprint(account, card.number),
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
    return _make(account, "card", details, {"card": card}, billing)


def make_sepa(account: Account, iban: Iban, *, billing: dict[str, Any] | None = None) -> Object:
    """A PaymentMethod for a bank account that can be debited under a mandate."""
    details = {
        "bank_code": iban.iban[4:9] if iban.iban.startswith("AT") else iban.iban[4:12],
        "branch_code": None,
        "country": iban.iban[:2],
        "fingerprint": fingerprint(account, iban.iban),
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": iban.iban[-4:],
    }
    return _make(account, "sepa_debit", details, {"iban": iban}, billing)


def _make(
    account: Account, kind: str, details: Object, secret: dict[str, Any], billing: dict[str, Any] | None
) -> Object:
    method = METHOD.new(id=account.new_id("pm"), created=account.now, livemode=account.livemode, type=kind)
    del method["card"]
    method[kind] = details
    _set_billing(method, billing or {})
    account.secret(method["id"]).update(secret)
    return account.add(method)


def _set_billing(method: Object, given: dict[str, Any]) -> None:
    details = {**method["billing_details"], **given}
    details["address"] = address(given.get("address") or details["address"])
    method["billing_details"] = details


def resolve(account: Account, token: str, param: str = "payment_method") -> Object:
    """The PaymentMethod that an id names. A test token makes a new one each time, as with Stripe."""
    if token.startswith(("pm_card_", "tok_")):
        card = card_of_token(token)
        if card is None:
            raise no_such("PaymentMethod", token, param, status=400)
        return make_card(account, card)
    return account.get("payment_method", token, param)


def from_data(account: Account, given: dict[str, Any], param: str = "") -> Object:
    """A PaymentMethod from ``type`` and the details of that type."""
    kind, billing = given["type"], given.get("billing_details")
    prefix = f"{param}[{{}}]" if param else "{}"
    if kind == "card":
        card = given.get("card") or {}
        if "number" in card:
            raise StripeError(RAW_CARD, status=402, code=None, is_kept=False)
        if "token" not in card:
            raise missing_param(prefix.format("card") + "[token]")
        known = card_of_token(card["token"])
        if known is None:
            raise no_such("token", card["token"], prefix.format("card") + "[token]", status=400)
        return make_card(account, known, billing=billing)
    if kind == "sepa_debit":
        where = prefix.format("sepa_debit") + "[iban]"
        text = (given.get("sepa_debit") or {}).get("iban")
        if not text:
            raise missing_param(where)
        for name in ("name", "email"):
            if not (billing or {}).get(name):
                raise missing_param(prefix.format("billing_details") + f"[{name}]")
        iban = iban_of(text)
        if iban is None:
            raise invalid(
                f"The bank account number provided is invalid: {text[:4]}…", where, "invalid_bank_account_iban"
            )
        return make_sepa(account, iban, billing=billing)
    raise invalid(
        f"The payment method type provided: {kind} is invalid. Please ensure the provided type is activated in your "
        "dashboard (https://dashboard.stripe.com/account/payments/settings).",
        "type",
        "payment_method_unactivated",
    )


def types_for(currency: str | None, given: dict[str, Any]) -> list[str]:
    """The types of method that can be used: what this sandbox has for the currency, filtered as the caller asked.

    ``given`` may hold ``allowed_payment_method_types`` and ``excluded_payment_method_types``.
    """
    offered = ["card", "sepa_debit"] if currency in (None, "eur") else ["card"]
    allowed, excluded = given.get("allowed_payment_method_types"), given.get("excluded_payment_method_types") or ()
    types = [kind for kind in offered if (not allowed or kind in allowed) and kind not in excluded]
    if not types:
        raise invalid(
            "No valid payment method types for this request. Please ensure that you have activated payment methods "
            "compatible with your chosen currency in your dashboard (https://dashboard.stripe.com/settings/payment_methods).",
            "allowed_payment_method_types",
        )
    return types


def card_error(decline: str, *, status: int = 402, **more: Any) -> StripeError:
    """A card's refusal, as an error of its own."""
    code = error_code(decline)
    return StripeError(
        message(decline),
        type="card_error",
        status=status,
        code=code,
        decline_code=decline if code in ("card_declined", "authentication_required") else None,
        param={"incorrect_cvc": "cvc", "incorrect_number": "number", "expired_card": "exp_month"}.get(code),
        **more,
    )


def attach_to(account: Account, method: Object, customer_id: str) -> Object:
    """Attach to a customer. The bank is asked, so a card that declines cannot be attached."""
    account.get("customer", customer_id, "customer")
    secret = account.secret(method["id"])
    if method["customer"] == customer_id:
        return method
    if method["customer"]:
        raise invalid(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    if secret.get("is_spent"):
        raise invalid(
            "This PaymentMethod was previously used without being attached to a Customer or was detached from a "
            "Customer, and may not be used again.",
            code="payment_method_unexpected_state",
        )
    card: Card | None = secret.get("card")
    if card and card.decline and not card.attaches:
        raise card_error(card.decline)
    method["customer"] = customer_id
    if card:
        method["card"]["checks"]["cvc_check"] = "pass"
    account.emit("payment_method.attached", method)
    return method


@route("POST", "/v1/payment_methods")
def create(call: Call) -> Object:
    given = call.params
    if "type" not in given:
        raise missing_param("type")
    method = from_data(call.account, given)
    merge_metadata(method, given)
    return method


@route("GET", "/v1/payment_methods/{payment_method}")
def retrieve(call: Call) -> Object:
    return call.named("payment_method")


@route("POST", "/v1/payment_methods/{payment_method}")
def update(call: Call) -> Object:
    method, given = call.named("payment_method"), call.params
    if not method["customer"]:
        raise invalid(
            "You must save this PaymentMethod to a customer before you can update it.",
            code="payment_method_unexpected_state",
        )
    before = snapshot(method)
    _set_billing(method, given.get("billing_details") or {})
    for name in ("exp_month", "exp_year"):
        if name in (given.get("card") or {}):
            method["card"][name] = given["card"][name]
    if "allow_redisplay" in given:
        method["allow_redisplay"] = given["allow_redisplay"]
    merge_metadata(method, given)
    call.account.emit("payment_method.updated", method, before)
    return method


@route("POST", "/v1/payment_methods/{payment_method}/attach")
def attach(call: Call) -> Object:
    if "customer" not in call.params:
        raise missing_param("customer")
    method = resolve(call.account, call.path["payment_method"])
    return attach_to(call.account, method, call.params["customer"])


@route("POST", "/v1/payment_methods/{payment_method}/detach")
def detach(call: Call) -> Object:
    method = call.named("payment_method")
    if not method["customer"]:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            code="payment_method_unexpected_state",
        )
    remove_from_customer(call.account, method)
    return method


def remove_from_customer(account: Account, method: Object) -> None:
    """Detach for good; nothing can be collected with it from now on."""
    before = snapshot(method)
    customer = account.all("customer").get(method["customer"])
    method["customer"] = None
    account.secret(method["id"])["is_spent"] = True
    if customer and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        held = snapshot(customer)
        customer["invoice_settings"]["default_payment_method"] = None
        account.emit("customer.updated", customer, held)
    account.emit("payment_method.detached", method, {**method, "customer": before["customer"]})


def update_by_network(account: Account, method: Object, *, exp_month: int, exp_year: int, number: str | None) -> None:
    """The card network told Stripe of a card's renewal: new expiry, perhaps a new number."""
    before = snapshot(method)
    secret = account.secret(method["id"])
    if number:
        card = replace(secret["card"], number=number)
        secret["card"] = card
        method["card"].update(last4=card.last4, fingerprint=fingerprint(account, number))
    method["card"].update(exp_month=exp_month, exp_year=exp_year)
    account.emit("payment_method.automatically_updated", method, before)


@route("GET", "/v1/payment_methods")
def list_methods(call: Call) -> Object:
    """Those attached to a customer; without ``customer`` none, for loose ones are not listed."""
    return _page(call, call.params.get("customer"))


@route("GET", "/v1/customers/{customer}/payment_methods")
def list_of_customer(call: Call) -> Object:
    return _page(call, call.named("customer")["id"])


@route("GET", "/v1/customers/{customer}/payment_methods/{payment_method}")
def retrieve_of_customer(call: Call) -> Object:
    customer = call.named("customer")
    method = call.account.get("payment_method", call.path["payment_method"])
    if method["customer"] != customer["id"]:
        raise no_such("PaymentMethod", method["id"], "payment_method")
    return method


def _page(call: Call, customer: str | None) -> Object:
    if customer:
        call.account.get("customer", customer, "customer")
    kind = call.params.get("type")
    return page(
        call,
        call.account.all("payment_method"),
        lambda row: row["customer"] is not None and row["customer"] == customer and kind in (None, row["type"]),
    )
