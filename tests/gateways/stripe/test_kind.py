"""Stripe as one of the kinds of gateways, and without a network for simulations."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.transport import InProcessClient
from subledger.gateways.port import (
    CustomerFacts,
    EventSource,
    HostedPayments,
    InstrumentKeeper,
    ProviderSettings,
    Registration,
)
from subledger.gateways.stripe import STRIPE
from subledger.gateways.stripe.adapter import StripeGateway, budget_of
from subledger.stripe_client.budget import Priority
from subledger.stripe_client.keys import LIMITS

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


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        ({}, LIMITS["test"]),
        ({"mode": "live", "secret_key": "sk_live_shop"}, LIMITS["live"]),
        ({"calls_per_second": 7}, 7),
        ({"base_url": "http://127.0.0.1:1", "calls_per_second": 7}, 7),
        ({"base_url": "http://127.0.0.1:1"}, None),  # the sandbox counts for itself
    ],
)
def test_a_provider_keeps_to_the_limit_of_its_account(settings, limit):
    budget = budget_of(replace(SETTINGS, **settings))
    assert (budget and budget.limit) == limit


@pytest.mark.parametrize(("is_waited_for", "priority"), [(True, Priority.INTERACTIVE), (False, Priority.WORK)])
def test_calls_that_somebody_waits_for_come_first(is_waited_for, priority):
    gateway = StripeGateway(replace(SETTINGS, is_waited_for=is_waited_for))
    assert gateway._wire.priority == priority
