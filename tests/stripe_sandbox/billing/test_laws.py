"""What holds whatever is done to a subscription, by the seed."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.stripe_sandbox.billing.world import World, amounts, at

from stripe_sandbox.billing.periods import DAY

START, END = at("2025-01-01"), at("2025-02-01")
MODES = st.sampled_from(
    [{"type": "classic"}, {"type": "flexible"}, {"type": "flexible", "flexible": {"proration_discounts": "itemized"}}]
)
CHANGES = st.lists(
    st.tuples(
        st.integers(60, END - START - 60),
        st.integers(0, 2),
        st.integers(1, 5),
        st.sampled_from(["create_prorations", "always_invoice"]),
    ),
    max_size=5,
)
QUIET = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def net(line):
    return line.amount - sum(amounts(line.discount_amounts))


def untaxed(line):
    return net(line) - sum(tax.amount for tax in line.taxes if tax.tax_behavior == "inclusive")


@QUIET
@given(
    mode=MODES,
    changes=CHANGES,
    cancelled=st.integers(60, END - START - 60),
    off=st.sampled_from([None, 10, 50]),
    inclusive=st.sampled_from([None, False, True]),
)
def test_what_was_billed_is_what_was_used_to_the_second(mode, changes, cancelled, off, inclusive):
    """Each change bills by the second, so at the end the lines add up to price × time, within half a cent a line."""
    world = World.new()
    prices = [world.price(amount) for amount in (3000, 7700, 12345)]
    more = {}
    if off:
        coupon = world.api.coupons.create({"percent_off": off, "duration": "forever"})
        more["discounts"] = [{"coupon": coupon.id}]
    if inclusive is not None:
        rate = world.api.tax_rates.create({"display_name": "VAT", "percentage": "7.7", "inclusive": inclusive})
        more["default_tax_rates"] = [rate.id]
    customer = world.customer()
    subscription = world.api.subscriptions.create(
        {"customer": customer.id, "items": [{"price": prices[0].id}], "billing_mode": mode, **more}
    )
    item = subscription["items"].data[0].id
    changes = sorted((moment, *rest) for moment, *rest in changes if moment < cancelled)
    used, since, rate = Fraction(0), START, Fraction(3000)
    for moment, which, quantity, behaviour in changes:
        world.sandbox.timeline.advance_to(START + moment)
        world.api.subscriptions.update(
            subscription.id,
            {
                "items": [{"id": item, "price": prices[which].id, "quantity": quantity}],
                "proration_behavior": behaviour,
            },
        )
        used += rate * (START + moment - since) / (END - START)
        since, rate = START + moment, Fraction((3000, 7700, 12345)[which] * quantity)
    world.sandbox.timeline.advance_to(START + cancelled)
    world.api.subscriptions.cancel(subscription.id, {"invoice_now": True, "prorate": True})
    used += rate * (START + cancelled - since) / (END - START)
    lines = []
    for invoice in world.invoices():
        found = world.api.invoices.line_items.list(invoice.id, {"limit": 100}).data
        assert sum(map(untaxed, found)) == invoice.total_excluding_tax
        lines += found
    assert abs(sum(map(net, lines)) - used * (100 - (off or 0)) / 100) <= len(lines)
    assert world.api.invoice_items.list({"pending": True}).data == []
    held = world.api.customers.retrieve(customer.id)
    turned = world.api.customers.balance_transactions.list(customer.id, {"limit": 100}).data
    paid = sum(invoice.amount_paid for invoice in world.invoices())
    assert held.balance == sum(amounts(turned))
    assert sum(invoice.total for invoice in world.invoices()) == paid + held.balance
    assert paid == sum(row["amount"] for row in world.sandbox.moved.rows)
    for line in lines:
        details = line.parent.subscription_item_details
        gives_back = details.proration and details.proration_details.credited_items is not None
        assert line.amount <= 0 if gives_back else line.amount >= 0  # a moment's unused time comes to nothing


@QUIET
@given(mode=MODES, changes=CHANGES)
def test_each_credit_names_a_charge_that_covers_it(mode, changes):
    world = World.new()
    prices = [world.price(amount) for amount in (3000, 7700, 12345)]
    subscription = world.api.subscriptions.create(
        {"customer": world.customer().id, "items": [{"price": prices[0].id}], "billing_mode": mode}
    )
    item = subscription["items"].data[0].id
    for moment, which, quantity, behaviour in sorted(changes):
        world.sandbox.timeline.advance_to(START + moment)
        wanted = [{"id": item, "price": prices[which].id, "quantity": quantity}]
        world.api.subscriptions.update(subscription.id, {"items": wanted, "proration_behavior": behaviour})
    world.sandbox.timeline.advance_to(END + DAY)
    lines = {
        line.id: line
        for invoice in world.invoices()
        for line in world.api.invoices.line_items.list(invoice.id, {"limit": 100}).data
    }
    credits = [line for line in lines.values() if line.amount < 0]
    for line in credits:
        named = line.parent.subscription_item_details.proration_details.credited_items
        [charge] = [lines[line_id] for line_id in named.invoice_line_items]
        assert charge.invoice == named.invoice
        assert net(charge) + net(line) >= 0
        assert charge.period.start <= line.period.start
        assert charge.period.end == line.period.end
    assert len(
        {
            line.parent.subscription_item_details.proration_details.credited_items.invoice_line_items[0]
            for line in credits
        }
    ) == len(credits), "nothing is given back twice"


@pytest.mark.wide
@QUIET
@given(
    day=st.integers(1, 31),
    hour=st.integers(0, 23),
    interval=st.sampled_from([("day", 10), ("week", 1), ("month", 1), ("month", 3), ("year", 1)]),
)
def test_the_periods_of_a_subscription_tile_time(day, hour, interval):
    world = World.new()
    world.sandbox.timeline.advance_to(START + (day - 1) * DAY + hour * 3600)
    began = world.sandbox.timeline.now
    price = world.api.prices.create(
        {
            "product": world.product,
            "currency": "usd",
            "unit_amount": 100,
            "recurring": {"interval": interval[0], "interval_count": interval[1]},
        }
    )
    subscription = world.api.subscriptions.create({"customer": world.customer().id, "items": [{"price": price.id}]})
    world.sandbox.timeline.advance_to(began + 400 * DAY)
    periods = [
        line.period
        for invoice in world.api.invoices.list({"subscription": subscription.id, "limit": 100}).data[::-1]
        for line in invoice.lines.data
    ]
    assert periods[0].start == began
    assert all(before.end == after.start for before, after in pairwise(periods))
    assert periods[-1].end > began + 400 * DAY - 366 * DAY


@pytest.mark.parametrize("status", ["void", "uncollectible", "paid"])
def test_a_finalised_invoice_s_lines_stay_as_they_were(world, status):
    customer = world.customer()
    world.api.invoice_items.create({"customer": customer.id, "amount": 5000, "currency": "usd"})
    draft = world.api.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})
    invoice = world.api.invoices.finalize_invoice(draft.id)
    before = [str(line) for line in invoice.lines.data]
    actions = {
        "void": world.api.invoices.void_invoice,
        "uncollectible": world.api.invoices.mark_uncollectible,
        "paid": world.api.invoices.pay,
    }
    after = actions[status](invoice.id)
    assert (after.status, [str(line) for line in after.lines.data]) == (status, before)
