from __future__ import annotations

import pytest
from tests.stripe_sandbox.billing.world import amounts, at, plain


@pytest.fixture
def subscription(world):
    customer = world.customer()
    world.advance("2025-04-01")
    return world.api.subscriptions.create({"customer": customer.id, "items": [{"price": world.price(9000).id}]})


def held(world):
    """All that the API shows of what there is."""
    lists = (
        world.api.subscriptions.list({"status": "all"}),
        world.api.invoices.list(),
        world.api.invoice_items.list(),
        world.api.customers.list(),
        world.api.coupons.list(),
        world.api.prices.list(),
        world.api.payment_intents.list(),
    )
    return [plain(rows) for rows in lists], len(world.events()), list(world.sandbox.moved.rows)


def test_the_next_invoice(world, subscription):
    world.api.invoice_items.create({"customer": subscription.customer, "amount": 500, "currency": "usd"})
    before = held(world)
    preview = world.api.invoices.create_preview({"subscription": subscription.id})
    assert (amounts(preview.lines.data), preview.total, preview.billing_reason) == ([500, 9000], 9500, "upcoming")
    assert preview.period_end == at("2025-05-01")
    assert held(world) == before
    world.advance("2025-05-01T02:00:00")
    assert amounts(world.invoices()[-1].lines.data) == [500, 9000]


@pytest.mark.parametrize(
    ("behaviour", "shown"),
    [("create_prorations", [-3000, 4000, 12000]), ("always_invoice", [-3000, 4000]), ("none", [12000])],
)
def test_a_change_before_it_is_made(world, subscription, behaviour, shown):
    new = world.price(12000)
    world.advance("2025-04-21")
    items = [{"id": subscription["items"].data[0].id, "price": new.id}]
    change = {"items": items, "proration_behavior": behaviour}
    before = held(world)
    preview = world.api.invoices.create_preview({"subscription": subscription.id, "subscription_details": change})
    assert amounts(preview.lines.data) == shown
    assert held(world) == before
    world.api.subscriptions.update(subscription.id, change)
    world.advance("2025-05-01T02:00:00")
    made = [invoice for invoice in world.invoices() if amounts(invoice.lines.data) == shown]
    assert [invoice.total for invoice in made] == [preview.total]


def test_a_cancellation_before_it_is_made(world, subscription):
    world.advance("2025-04-16")
    before = held(world)
    preview = world.api.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": {"cancel_now": True}}
    )
    assert preview.total == -4500
    assert held(world) == before


def test_a_new_subscription_before_it_begins(world):
    customer, price = world.customer(None), world.price(3000)
    coupon = world.api.coupons.create({"percent_off": 10, "duration": "once", "max_redemptions": 1})
    before = held(world)
    preview = world.api.invoices.create_preview(
        {
            "customer": customer.id,
            "subscription_details": {"items": [{"price": price.id, "quantity": 2}]},
            "discounts": [{"coupon": coupon.id}],
        }
    )
    assert (preview.subtotal, preview.total) == (6000, 5400)
    assert held(world) == before


def test_nothing_to_come_is_said(world, refused, subscription):
    world.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    with refused("invoice_upcoming_none"):
        world.api.invoices.create_preview({"subscription": subscription.id})
    with refused("invoice_upcoming_none"):
        world.api.invoices.create_preview({"customer": subscription.customer})
    with refused("parameter_missing", param="customer"):
        world.api.invoices.create_preview({})
