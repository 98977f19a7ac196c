"""Plan changes with published or recomputed numbers: what revenue recognition will read of them."""

from __future__ import annotations

import pytest
from tests.stripe_sandbox.billing.world import amounts, at, plain


@pytest.mark.parametrize(
    ("moment", "per_day", "shown", "left"),
    [
        ("2025-04-10", 500, [-24600, 41000], 0),  # order change: 82 of 181 days at 3.00 and at 5.00
        ("2025-04-10", 100, [-24600, 8200], -16400),  # a downgrade: the difference is the customer's credit
        ("2025-04-10T18:00:00", 500, [-24375, 40625], 0),  # by the second: 81.25 days
    ],
)
def test_a_change_of_plan_in_april(world, moment, per_day, shown, left):
    customer = world.customer()
    old, new = (
        world.api.prices.create(
            {
                "product": world.product,
                "currency": "usd",
                "unit_amount": 181 * amount,
                "recurring": {"interval": "month", "interval_count": 6},
            }
        )
        for amount in (300, per_day)
    )
    subscription = world.api.subscriptions.create({"customer": customer.id, "items": [{"price": old.id}]})
    [first] = world.invoices()
    assert (first.total, plain(first.lines.data[0].period)) == (
        54300,
        {"start": at("2025-01-01"), "end": at("2025-07-01")},
    )
    world.advance(moment)
    world.api.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": subscription["items"].data[0].id, "price": new.id}],
            "proration_behavior": "always_invoice",
        },
    )
    second = world.invoices()[-1]
    assert amounts(second.lines.data) == shown
    credit, charge = second.lines.data
    for line in (credit, charge):
        assert plain(line.period) == {"start": at(moment), "end": at("2025-07-01")}
    details = credit.parent.subscription_item_details
    assert plain(details.proration_details.credited_items) == {
        "invoice": first.id,
        "invoice_line_items": [first.lines.data[0].id],
    }
    assert (credit.pricing.price_details.price, charge.pricing.price_details.price) == (old.id, new.id)
    assert second.parent.subscription_details.subscription == subscription.id
    assert world.api.customers.retrieve(customer.id).balance == left


def test_an_invoice_in_arrears_keeps_the_service_period_of_its_lines(world):
    """92.00 invoiced on 1 November for 1 October to 31 December."""
    customer = world.customer()
    world.advance("2025-11-01")
    period = {"start": at("2025-10-01"), "end": at("2026-01-01")}
    world.api.invoice_items.create({"customer": customer.id, "amount": 9200, "currency": "usd", "period": period})
    invoice = world.api.invoices.create(
        {
            "customer": customer.id,
            "pending_invoice_items_behavior": "include",
            "description": "Service Start Date: 2025-10-01 Service End Date: 2025-12-31",
        }
    )
    invoice = world.api.invoices.finalize_invoice(invoice.id)
    assert plain(invoice.lines.data[0].period) == period
    assert invoice.effective_at == at("2025-11-01")
    assert invoice.parent is None
    assert invoice.description.startswith("Service Start Date")


def test_balance_applied_is_a_payment_not_a_discount(world):
    """31.00 with 11.00 of credit: the total stays 31.00, 20.00 is charged."""
    customer = world.customer()
    world.api.customers.balance_transactions.create(customer.id, {"amount": -1100, "currency": "usd"})
    world.advance("2025-01-15")
    world.api.subscriptions.create({"customer": customer.id, "items": [{"price": world.price(3100).id}]})
    [invoice] = world.invoices()
    assert (invoice.total, invoice.total_excluding_tax, invoice.amount_paid) == (3100, 3100, 2000)
    assert (invoice.starting_balance, invoice.ending_balance) == (-1100, 0)


@pytest.mark.parametrize(
    ("inclusive", "price", "taxes", "net"), [(False, 3100, [310], 3100), (True, 3410, [310], 3100)]
)
def test_tax_is_never_part_of_the_net(world, inclusive, price, taxes, net):
    customer = world.customer()
    rate = world.api.tax_rates.create({"display_name": "VAT", "percentage": 10, "inclusive": inclusive})
    world.api.subscriptions.create(
        {"customer": customer.id, "items": [{"price": world.price(price).id}], "default_tax_rates": [rate.id]}
    )
    [invoice] = world.invoices()
    assert amounts(invoice.lines.data[0].taxes) == taxes
    assert (invoice.total, invoice.total_excluding_tax) == (3410, net)
