"""Stripe: cards and bank debits through the official SDK, at one pinned version of its API.

`adapter` is the gateway. What it asks for is built in `orders`, how refusals and silences read in `refusals`, how
Stripe's objects read in `answers`; all three are pure. `wire` carries calls, `reading` asks questions, `facts` and
`looking_up` put them together; `notices` checks what arrives by webhook. Stripe's rules about decimals are in `amounts`
alone.

What is always true:
1. Amounts and states are read from objects fetched from Stripe, never from what a notice carries.
2. A field that we do not know is nothing to us; one that we need and do not find is an error that says its name.
3. An object belongs to a request when its metadata names the request and this very provider.
4. No key, card number or whole object is logged; the SDK does not retry, log or phone home.
"""

from __future__ import annotations

from subledger.gateways.port import Gateway, ProviderSettings
from subledger.gateways.registry import GatewayKind

from .amounts import CURRENCIES
from .keys import API_VERSIONS, check_key


def _make(settings: ProviderSettings) -> Gateway:
    from .adapter import StripeGateway  # the SDK is imported by the processes that talk to Stripe

    return StripeGateway(settings)


STRIPE = GatewayKind(
    name="stripe",
    title="Stripe",
    make=_make,
    api_versions=API_VERSIONS,
    currencies=CURRENCIES,
    checks_key=check_key,
)
