"""What Stripe is asked for. Pure: orders of the port in, parameters of Stripe's API out.

An order sent again has to say the same, letter for letter, or Stripe refuses its key: nothing here depends on anything
but the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from subledger.gateways.port import ChargeOrder, CustomerFacts, PayOrder, RefundOrder, Registration
from subledger.stripe_client.amounts import to_stripe
from subledger.stripe_client.wire import Parameters

from .answers import ACCOUNT, PAGE, PROVIDER, REQUEST

MONEY_OF_INTENT = "latest_charge.balance_transaction"
KINDS = ("card", "sepa_debit")  # those that can be saved and charged later
# A page is open for 30 minutes to 24 hours (docs.stripe.com/api/checkout/sessions/create#expires_at), counted when the
# call arrives: a minute is left for the way.
SHORTEST, LONGEST = timedelta(minutes=31), timedelta(hours=24) - timedelta(minutes=1)


def types_parameter(api_version: str) -> str:
    """The parameter that narrows the kinds of payment methods.

    Stripe took ``payment_method_types`` away from intents and Checkout in 2026-09-30.endive and refuses it since.
    """
    return "allowed_payment_method_types" if api_version[:10] >= "2026-09-30" else "payment_method_types"


def intent_parameters(order: ChargeOrder, *, provider: str, api_version: str) -> Parameters:
    """A payment made and tried at once, with nobody present. AmountInvalid."""
    parameters: Parameters = {
        "amount": to_stripe(order.amount),
        "currency": order.amount.currency,
        "payment_method": order.instrument,
        "confirm": True,
        "off_session": True,
        # Captured before the answer, so that the fee is in it; by default Stripe does it a little later.
        "capture_method": "automatic",
        "metadata": metadata(order.metadata, provider, request=order.request, account=order.customer.account),
        "expand": [MONEY_OF_INTENT],
    }
    if order.customer.token:
        parameters["customer"] = order.customer.token
    if order.description:
        parameters["description"] = order.description[:1000]
    if order.instrument_kind in KINDS:
        parameters[types_parameter(api_version)] = [order.instrument_kind]
    if order.return_url:
        parameters["return_url"] = order.return_url
    elif order.instrument_kind not in KINDS or types_parameter(api_version) != "payment_method_types":
        # Without an address to come back to, Stripe wants to hear that nobody is to be sent away.
        parameters["automatic_payment_methods"] = {"enabled": True, "allow_redirects": "never"}
    return parameters


def refund_parameters(order: RefundOrder, *, provider: str) -> Parameters:
    """AmountInvalid."""
    return {
        "charge": order.charge,
        "amount": to_stripe(order.amount),
        "metadata": metadata(order.metadata, provider, request=order.request),
    }


def setup_page_parameters(order: Registration, *, customer: str, provider: str, api_version: str) -> Parameters:
    """A page on which a card or mandate is saved. Bank debits are in euros alone; ValueError if no kind is left."""
    kinds = [kind for kind in order.kinds if kind == "card" or (kind == "sepa_debit" and order.currency == "eur")]
    if not kinds:
        raise ValueError(f"Stripe saves none of {', '.join(order.kinds) or 'no kinds'} in {order.currency.upper()}.")
    ours = metadata({}, provider, account=order.customer.account)
    return {
        "mode": "setup",
        "customer": customer,
        "currency": order.currency,
        types_parameter(api_version): kinds,
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
        "metadata": ours,
        "setup_intent_data": {"metadata": ours},
    }


def pay_page_parameters(order: PayOrder, *, customer: str, provider: str, now: datetime) -> Parameters:
    """A page on which a customer pays once. AmountInvalid."""
    ours = metadata(order.metadata, provider, request=order.request, account=order.customer.account)
    description = order.description or "Payment"
    price = {
        "currency": order.amount.currency,
        "unit_amount": to_stripe(order.amount),
        "product_data": {"name": description[:250]},
    }
    return {
        "mode": "payment",
        "customer": customer,
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
        "expires_at": int(min(max(order.expires_at, now + SHORTEST), now + LONGEST).timestamp()),
        "metadata": ours,
        "payment_intent_data": {
            "capture_method": "automatic",
            "description": description[:1000],
            "metadata": {**ours, PAGE: "1"},
        },
    }


def customer_parameters(customer: CustomerFacts, *, provider: str) -> Parameters:
    """A customer by our ids alone: twice is once under one key, whatever became of its name in between."""
    return {"metadata": metadata({}, provider, account=customer.account)}


def customer_key(customer: CustomerFacts, *, provider: str) -> str:
    return f"customer-{provider}-{customer.account}"


def customer_details(customer: CustomerFacts) -> Parameters:
    found = {"name": customer.name[:256], "email": customer.email}
    return {name: value for name, value in found.items() if value}


def metadata(own: Mapping[str, str], provider: str, *, request: str = "", account: str = "") -> dict[str, str]:
    ids = {REQUEST: request, ACCOUNT: account, PROVIDER: provider}
    return {**own, **{name: value for name, value in ids.items() if value}}
