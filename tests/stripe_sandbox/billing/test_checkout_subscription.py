from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import pytest
from tests.stripe_sandbox.billing.world import amounts, plain

from stripe_sandbox.routing import Request

CARD = {"method": "card", "number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123", "name": "Ana"}


def fill_in(world, url, fields):
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return world.sandbox.handle(Request("POST", urlsplit(url).path, "", kind, urlencode(fields).encode()))


@pytest.mark.parametrize("trial", [None, 14])
def test_a_subscription_starts_on_the_page(world, trial):
    month, setup = world.price(3000), world.price(5700, None)
    data = {"metadata": {"order": "O-1"}, **({"trial_period_days": trial} if trial else {})}
    session = world.api.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": "https://shop.example/done",
            "line_items": [{"price": month.id, "quantity": 2}, {"price": setup.id, "quantity": 1}],
            "subscription_data": data,
        }
    )
    assert fill_in(world, session.url, {**CARD, "email": "ana@example.com"}).status == 303
    session = world.api.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "invoice"]})
    assert (session.status, session.subscription.status) == ("complete", "trialing" if trial else "active")
    assert plain(session.subscription.metadata) == {"order": "O-1"}
    assert amounts(session.invoice.lines.data) == [5700, 0 if trial else 6000]
    assert session.invoice.status == "paid"


def test_an_inline_price_will_do(world):
    session = world.api.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": "https://shop.example/done",
            "line_items": [
                {
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 1250,
                        "product_data": {"name": "Seat"},
                        "recurring": {"interval": "month"},
                    },
                    "quantity": 3,
                }
            ],
        }
    )
    assert fill_in(world, session.url, {**CARD, "email": "ana@example.com"}).status == 303
    held = world.api.checkout.sessions.retrieve(session.id)
    world.advance("2025-02-01T02:00:00")
    assert [invoice.total for invoice in world.invoices(subscription=held.subscription)] == [3750, 3750]
