"""Stripe: cards and bank debits. How Stripe is spoken to stands in `subledger.stripe_client`.

`adapter` is the gateway. What it asks for is built in `orders`, what a failed call means is in `failures`, how
Stripe's objects read in `answers`; all three are pure. `reading` asks questions, `facts` and `looking_up` put them
together; `notices` takes what arrives by webhook.

What is always true:
1. Amounts and states are read from objects fetched from Stripe, never from what a notice carries.
2. An object belongs to a request when its metadata names the request and this very provider.
"""

from __future__ import annotations

from subledger.gateways.kind import GatewayKind
from subledger.gateways.port import Gateway, ProviderSettings
from subledger.stripe_client.amounts import CURRENCIES
from subledger.stripe_client.keys import API_VERSIONS, LIMITS, check_key

from .declines import STRIPE_DECLINES


def _make(settings: ProviderSettings) -> Gateway:
    from .adapter import StripeGateway, budget_of  # the SDK is imported by the processes that talk to Stripe

    return StripeGateway(settings, budget=budget_of(settings))


STRIPE = GatewayKind(
    name="stripe",
    title="Stripe",
    make=_make,
    api_versions=API_VERSIONS,
    currencies=CURRENCIES,
    limits=LIMITS,
    checks_key=check_key,
    taken_back=frozenset({"charge_disputed"}),
    declines=STRIPE_DECLINES,
)
