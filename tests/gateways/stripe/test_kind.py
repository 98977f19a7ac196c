"""Stripe as one of the kinds of gateways, and without a network for simulations."""

from __future__ import annotations

import asyncio

from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.testing import InProcessClient
from subledger.gateways.port import (
    CustomerFacts,
    EventSource,
    HostedPayments,
    InstrumentKeeper,
    ProviderSettings,
    Registration,
)
from subledger.gateways.stripe import STRIPE
from subledger.gateways.stripe.adapter import StripeGateway

SETTINGS = ProviderSettings("gwp_1", "stripe", "test", "sk_test_shop")


def test_the_kind_makes_a_gateway_with_every_capability():
    assert STRIPE.make is not None
    gateway = STRIPE.make(SETTINGS)
    assert isinstance(gateway, HostedPayments)
    assert isinstance(gateway, EventSource)
    assert isinstance(gateway, InstrumentKeeper)
    assert STRIPE.executes
    assert STRIPE.has_keys
    asyncio.run(gateway.close())


def test_a_simulation_gives_its_own_transport():
    """Equal seeds give equal ids, and the transport outlives the gateway."""
    ana = CustomerFacts("acc_1", "Ana", "ana@example.com")

    async def register(http):
        gateway = StripeGateway(SETTINGS, http_client=http)
        page = await gateway.register(Registration(ana, ("card",), "eur", "https://x.example", "https://x.example"))
        await gateway.close()
        return page

    def world():
        return InProcessClient(Sandbox(seed=7, start=1_793_500_000))

    first, second = world(), world()
    assert asyncio.run(register(first)) == asyncio.run(register(second))
    assert asyncio.run(register(first)) == asyncio.run(register(second))
