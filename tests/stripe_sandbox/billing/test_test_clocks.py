from __future__ import annotations

from tests.stripe_sandbox.billing.world import at, plain


def test_a_clock_drives_its_customers_and_nobody_else(world):
    clock = world.api.test_helpers.test_clocks.create({"frozen_time": at("2025-01-31"), "name": "Year"})
    price = world.price(1000)
    theirs, ours = world.customer(test_clock=clock.id), world.customer()
    for customer in (theirs, ours):
        world.api.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    answer = world.api.test_helpers.test_clocks.advance(clock.id, {"frozen_time": at("2025-05-01")})
    assert answer.status == "advancing"
    assert world.api.test_helpers.test_clocks.retrieve(clock.id).status == "ready"
    starts = [invoice.lines.data[0].period.start for invoice in world.invoices(customer=theirs.id)]
    assert starts == [at(f"2025-{day}") for day in ("01-31", "02-28", "03-31", "04-30")]
    assert len(world.invoices(customer=ours.id)) == 1
    assert world.events("test_helpers") == [
        "test_helpers.test_clock.created",
        "test_helpers.test_clock.advancing",
        "test_helpers.test_clock.ready",
    ]


def test_what_a_clock_does_names_no_request(world):
    clock = world.api.test_helpers.test_clocks.create({"frozen_time": at("2025-01-01")})
    customer = world.customer(test_clock=clock.id)
    world.api.subscriptions.create({"customer": customer.id, "items": [{"price": world.price(1000).id}]})
    world.api.test_helpers.test_clocks.advance(clock.id, {"frozen_time": at("2025-02-02")})
    [event] = world.api.events.list({"type": "invoice.finalized", "limit": 1}).data
    assert plain(event)["request"] == {"id": None, "idempotency_key": None}


def test_time_does_not_go_back(world, refused):
    clock = world.api.test_helpers.test_clocks.create({"frozen_time": at("2025-01-01")})
    with refused(None, param="frozen_time"):
        world.api.test_helpers.test_clocks.advance(clock.id, {"frozen_time": at("2024-12-31")})


def test_with_a_clock_go_its_customers(world, refused):
    clock = world.api.test_helpers.test_clocks.create({"frozen_time": at("2025-01-01")})
    customer = world.customer(test_clock=clock.id)
    world.api.subscriptions.create({"customer": customer.id, "items": [{"price": world.price(1000).id}]})
    assert world.api.customers.list().data == []
    assert [row.id for row in world.api.customers.list({"test_clock": clock.id}).data] == [customer.id]
    assert world.api.test_helpers.test_clocks.delete(clock.id).deleted
    assert world.api.customers.retrieve(customer.id).deleted
    assert world.api.subscriptions.list({"status": "all", "test_clock": clock.id}).data == []
    with refused("resource_missing", param="id"):
        world.api.test_helpers.test_clocks.retrieve(clock.id)
