from __future__ import annotations

from itertools import pairwise

import pytest
from tests.stripe_sandbox.billing.world import amounts, at, plain

MODES = {
    "classic": {"type": "classic"},
    "included": {"type": "flexible"},
    "itemized": {"type": "flexible", "flexible": {"proration_discounts": "itemized"}},
}


def subscribe(world, customer, *prices, **more):
    items = [{"price": price.id} if not isinstance(price, dict) else price for price in prices]
    return world.api.subscriptions.create({"customer": customer.id, "items": items, **more})


def item_of(subscription, position=0):
    return plain(subscription)["items"]["data"][position]


def parents(invoice):
    return [line.parent.subscription_item_details for line in invoice.lines.data]


def test_the_first_period_is_billed_and_paid_at_once(world):
    customer, price = world.customer(), world.price(3100)
    world.advance("2025-01-15")
    subscription = subscribe(world, customer, {"price": price.id, "quantity": 2}, metadata={"order": "O-1"})
    assert (subscription.status, subscription.billing_cycle_anchor) == ("active", at("2025-01-15"))
    item = item_of(subscription)
    assert (item["current_period_start"], item["current_period_end"]) == (at("2025-01-15"), at("2025-02-15"))
    [invoice] = world.invoices()
    assert (invoice.id, invoice.status, invoice.total, invoice.billing_reason) == (
        subscription.latest_invoice,
        "paid",
        6200,
        "subscription_create",
    )
    assert plain(invoice)["parent"] == {
        "quote_details": None,
        "subscription_details": {"metadata": {"order": "O-1"}, "subscription": subscription.id},
        "type": "subscription_details",
    }
    [line] = plain(invoice)["lines"]["data"]
    assert line["description"] == "2 × Gold (at $31.00 / month)"
    assert line["period"] == {"start": at("2025-01-15"), "end": at("2025-02-15")}
    assert line["metadata"] == {"order": "O-1"}
    assert line["parent"]["subscription_item_details"] == {
        "invoice_item": None,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": subscription.id,
        "subscription_item": item["id"],
    }


def test_renewals_are_drafted_on_the_day_and_charged_an_hour_later(world):
    customer, price = world.customer(), world.price(3100)
    world.advance("2025-01-31")
    subscription = subscribe(world, customer, price)
    world.advance("2025-02-28T00:30:00")
    draft = world.invoices()[-1]
    assert (draft.status, draft.billing_reason, draft.created) == ("draft", "subscription_cycle", at("2025-02-28"))
    assert (draft.period_start, draft.period_end) == (at("2025-01-31"), at("2025-02-28"))
    assert plain(draft.lines.data[0].period) == {"start": at("2025-02-28"), "end": at("2025-03-31")}
    world.advance("2025-12-31T02:00:00")
    lines = [invoice.lines.data[0].period for invoice in world.invoices(subscription=subscription.id)]
    assert len(lines) == 12
    assert all(before.end == after.start for before, after in pairwise(lines))
    assert {invoice.status for invoice in world.invoices()} == {"paid"}
    assert sum(row["amount"] for row in world.sandbox.moved.rows) == 12 * 3100


@pytest.mark.parametrize("mode", MODES)
def test_an_upgrade_waits_for_the_next_invoice(world, mode):
    """90 for April; on the 21st to 120: the rest of April is -30 and +40, invoiced with 120 for May."""
    customer, old, new = world.customer(), world.price(9000), world.price(12000)
    world.advance("2025-04-01")
    subscription = subscribe(world, customer, old, billing_mode=MODES[mode])
    world.advance("2025-04-21")
    world.api.subscriptions.update(subscription.id, {"items": [{"id": item_of(subscription)["id"], "price": new.id}]})
    waiting = world.api.invoice_items.list({"customer": customer.id, "pending": True}).data[::-1]
    assert [(item.amount, item.proration, item.discountable) for item in waiting] == [
        (-3000, True, False),
        (4000, True, False),
    ]
    assert plain(waiting[0].period) == {"start": at("2025-04-21"), "end": at("2025-05-01")}
    world.advance("2025-05-01T02:00:00")
    april, may = world.invoices()
    assert amounts(may.lines.data) == [-3000, 4000, 12000]
    assert [line.description for line in may.lines.data] == [
        "Unused time on Gold after 21 Apr 2025",
        "Remaining time on Gold after 21 Apr 2025",
        "1 × Gold (at $120.00 / month)",
    ]
    credit, charge, period = parents(may)
    assert (credit.proration, charge.proration, period.proration) == (True, True, False)
    assert plain(credit.proration_details.credited_items) == {
        "invoice": april.id,
        "invoice_line_items": [april.lines.data[0].id],
    }
    assert (credit.invoice_item, charge.invoice_item) == (waiting[0].id, waiting[1].id)
    assert charge.proration_details.credited_items is None
    assert (april.amount_paid, may.amount_paid) == (9000, 13000)


def test_a_second_change_gives_back_the_first_one_s_charge(world):
    customer = world.customer()
    prices = [world.price(amount) for amount in (9000, 12000, 6000)]
    world.advance("2025-04-01")
    subscription = subscribe(world, customer, prices[0])
    item = item_of(subscription)["id"]
    world.advance("2025-04-11")
    world.api.subscriptions.update(subscription.id, {"items": [{"id": item, "price": prices[1].id}]})
    world.advance("2025-04-21")
    world.api.subscriptions.update(subscription.id, {"items": [{"id": item, "price": prices[2].id}]})
    waiting = world.api.invoice_items.list({"customer": customer.id}).data[::-1]
    assert amounts(waiting) == [-6000, 8000, -4000, 2000]
    assert plain(waiting[2])["proration_details"]["credited_items"] == {
        "invoice_item": waiting[1].id,
        "invoice_line_item_details": None,
        "type": "invoice_item",
    }
    world.advance("2025-05-01T02:00:00")
    invoice = world.invoices()[-1]
    credited = plain(parents(invoice)[2])["proration_details"]["credited_items"]
    assert credited == {"invoice": invoice.id, "invoice_line_items": [invoice.lines.data[1].id]}


def test_always_invoice_charges_the_difference_at_once(world):
    customer, price = world.customer(), world.price(9000)
    world.advance("2025-04-01")
    subscription = subscribe(world, customer, price)
    world.advance("2025-04-16")
    changed = world.api.subscriptions.update(
        subscription.id,
        {"items": [{"id": item_of(subscription)["id"], "quantity": 3}], "proration_behavior": "always_invoice"},
    )
    invoice = world.invoices()[-1]
    assert (invoice.billing_reason, invoice.status, amounts(invoice.lines.data)) == (
        "subscription_update",
        "paid",
        [-4500, 13500],
    )
    assert changed.latest_invoice == invoice.id
    assert item_of(changed)["current_period_end"] == at("2025-05-01")


def test_a_downgrade_can_leave_credit(world):
    customer, old, new = world.customer(), world.price(9000), world.price(3000)
    world.advance("2025-04-01")
    subscription = subscribe(world, customer, old)
    world.advance("2025-04-16")
    world.api.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": item_of(subscription)["id"], "price": new.id}],
            "proration_behavior": "always_invoice",
        },
    )
    invoice = world.invoices()[-1]
    assert (invoice.total, invoice.status, invoice.ending_balance) == (-3000, "paid", -3000)
    world.advance("2025-05-01T02:00:00")
    assert (world.invoices()[-1].total, world.invoices()[-1].amount_paid) == (3000, 0)


def test_without_prorations_the_next_period_simply_costs_something_else(world):
    customer, old, new = world.customer(), world.price(9000), world.price(3000)
    world.advance("2025-04-01")
    subscription = subscribe(world, customer, old)
    world.advance("2025-04-16")
    world.api.subscriptions.update(
        subscription.id,
        {"items": [{"id": item_of(subscription)["id"], "price": new.id}], "proration_behavior": "none"},
    )
    world.advance("2025-05-01T02:00:00")
    assert [amounts(invoice.lines.data) for invoice in world.invoices()] == [[9000], [3000]]


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("classic", [(-2700, []), (3600, [])]),
        ("included", [(-2700, [0]), (3600, [0])]),
        ("itemized", [(-3000, [-300]), (4000, [400])]),
    ],
)
def test_prorations_are_net_of_discounts_however_they_show_them(world, mode, shown):
    customer, old, new = world.customer(), world.price(9000), world.price(12000)
    coupon = world.api.coupons.create({"percent_off": 10, "duration": "forever"})
    world.advance("2025-04-01")
    subscription = subscribe(world, customer, old, billing_mode=MODES[mode], discounts=[{"coupon": coupon.id}])
    world.advance("2025-04-21")
    world.api.subscriptions.update(subscription.id, {"items": [{"id": item_of(subscription)["id"], "price": new.id}]})
    world.advance("2025-05-01T02:00:00")
    invoice = world.invoices()[-1]
    lines = invoice.lines.data
    assert [(line.amount, amounts(line.discount_amounts)) for line in lines[:2]] == shown
    nets = [line.amount - sum(amounts(line.discount_amounts)) for line in lines]
    assert nets == [-2700, 3600, 10800]
    assert invoice.total == 11700


def test_prorations_of_a_downgrade_give_back_what_was_paid_not_what_it_costs_now(world):
    """A discount that ended since: flexible gives back what was charged, classic what it would cost today."""
    given_back = {}
    for mode in ("classic", "included"):
        customer, old, new = world.customer(), world.price(9000), world.price(3000)
        coupon = world.api.coupons.create({"percent_off": 50, "duration": "once"})
        start = world.api.test_helpers.test_clocks.create({"frozen_time": at("2025-04-01")})
        customer = world.customer(test_clock=start.id)
        subscription = subscribe(world, customer, old, billing_mode=MODES[mode], discounts=[{"coupon": coupon.id}])
        world.api.test_helpers.test_clocks.advance(start.id, {"frozen_time": at("2025-04-16")})
        world.api.subscriptions.update(
            subscription.id, {"items": [{"id": item_of(subscription)["id"], "price": new.id}]}
        )
        given_back[mode] = world.api.invoice_items.list({"customer": customer.id}).data[-1].amount
    assert given_back == {"classic": -4500, "included": -2250}


def test_items_can_be_added_and_removed(world, refused):
    customer, seat, extra = world.customer(), world.price(3000), world.price(1500)
    world.advance("2025-04-01")
    subscription = subscribe(world, customer, seat)
    world.advance("2025-04-16")
    added = world.api.subscription_items.create({"subscription": subscription.id, "price": extra.id, "quantity": 4})
    held = world.api.subscription_items.list({"subscription": subscription.id}).data
    assert [row.id for row in held] == [added.id, item_of(subscription)["id"]]
    world.advance("2025-04-21")
    assert world.api.subscription_items.delete(added.id).deleted
    assert amounts(world.api.invoice_items.list({"customer": customer.id}).data[::-1]) == [3000, -2000]
    with refused(None, param="items"):
        world.api.subscription_items.delete(item_of(subscription)["id"])
    with refused("resource_missing", param="id"):
        world.api.subscription_items.retrieve(added.id)


def test_a_trial_costs_nothing_until_it_ends(world):
    customer, price = world.customer(), world.price(3000)
    subscription = subscribe(world, customer, price, trial_period_days=14)
    assert (subscription.status, subscription.trial_end) == ("trialing", at("2025-01-15"))
    first = world.api.invoices.retrieve(subscription.latest_invoice)
    assert (first.status, first.total, first.lines.data[0].description) == ("paid", 0, "Trial period for Gold")
    world.advance("2025-01-12")
    assert world.events("customer.subscription")[-1] == "customer.subscription.trial_will_end"
    world.advance("2025-01-15T02:00:00")
    held = world.api.subscriptions.retrieve(subscription.id)
    assert held.status == "active"
    invoice = world.invoices()[-1]
    assert (invoice.total, invoice.status) == (3000, "paid")
    assert plain(invoice.lines.data[0].period) == {"start": at("2025-01-15"), "end": at("2025-02-15")}


@pytest.mark.parametrize(
    ("choice", "status"), [("cancel", "canceled"), ("pause", "paused"), ("create_invoice", "past_due")]
)
def test_a_trial_that_ends_with_nothing_to_charge(world, choice, status):
    customer, price = world.customer(None), world.price(3000)
    subscription = subscribe(
        world,
        customer,
        price,
        trial_period_days=14,
        trial_settings={"end_behavior": {"missing_payment_method": choice}},
    )
    world.advance("2025-01-15T02:00:00")
    assert world.api.subscriptions.retrieve(subscription.id).status == status


def test_a_trial_can_be_ended_now(world):
    customer, price = world.customer(), world.price(3000)
    subscription = subscribe(world, customer, price, trial_period_days=14)
    world.advance("2025-01-05")
    changed = world.api.subscriptions.update(subscription.id, {"trial_end": "now"})
    assert (changed.status, changed.billing_cycle_anchor) == ("active", at("2025-01-05"))
    assert (world.invoices()[-1].total, world.invoices()[-1].status) == (3000, "paid")


def test_an_anchor_makes_a_part_of_a_period_first(world):
    customer, price = world.customer(), world.price(3100)
    world.advance("2025-01-16")
    subscription = subscribe(world, customer, price, billing_cycle_anchor_config={"day_of_month": 1})
    assert subscription.billing_cycle_anchor == at("2025-02-01")
    [invoice] = world.invoices()
    assert (invoice.total, parents(invoice)[0].proration) == (1600, True)
    world.advance("2025-02-01T02:00:00")
    assert world.invoices()[-1].total == 3100


def test_another_interval_begins_a_new_cycle_at_once(world):
    customer, month, year = world.customer(), world.price(3000), world.price(30000, "year")
    world.advance("2025-04-01")
    subscription = subscribe(world, customer, month)
    world.advance("2025-04-16")
    changed = world.api.subscriptions.update(
        subscription.id, {"items": [{"id": item_of(subscription)["id"], "price": year.id}]}
    )
    assert changed.billing_cycle_anchor == at("2025-04-16")
    assert item_of(changed)["current_period_end"] == at("2026-04-16")
    assert amounts(world.invoices()[-1].lines.data) == [-1500, 30000]


def test_a_subscription_from_before_now_is_billed_for_the_time_since(world):
    customer, price = world.customer(), world.price(3000)
    world.advance("2025-04-11")
    subscription = subscribe(world, customer, price, backdate_start_date=at("2025-02-01"))
    assert (subscription.start_date, subscription.created) == (at("2025-02-01"), at("2025-04-11"))
    [invoice] = world.invoices()
    assert amounts(invoice.lines.data) == [6000, 3000]
    assert plain(invoice.lines.data[0].period) == {"start": at("2025-02-01"), "end": at("2025-04-01")}


def test_cancelled_at_the_end_of_the_period(world):
    customer, price = world.customer(), world.price(3000)
    subscription = subscribe(world, customer, price)
    world.advance("2025-01-10")
    planned = world.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (planned.status, planned.cancel_at, planned.canceled_at) == ("active", at("2025-02-01"), at("2025-01-10"))
    world.advance("2025-03-01")
    ended = world.api.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.ended_at, ended.cancellation_details.reason) == (
        "canceled",
        at("2025-02-01"),
        "cancellation_requested",
    )
    assert len(world.invoices()) == 1
    assert world.events("customer.subscription")[-1] == "customer.subscription.deleted"


def test_a_plan_to_cancel_can_be_dropped(world):
    subscription = subscribe(world, world.customer(), world.price(3000), cancel_at_period_end=True)
    kept = world.api.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (kept.cancel_at, kept.canceled_at, kept.cancellation_details.reason) == (None, None, None)
    world.advance("2025-02-01T02:00:00")
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"


@pytest.mark.parametrize(
    ("given", "totals", "balance"),
    [
        ({}, [3000], 0),
        ({"invoice_now": True, "prorate": True}, [3000, -1500], -1500),
    ],
)
def test_cancelled_now(world, given, totals, balance):
    customer, price = world.customer(), world.price(3000)
    world.advance("2025-04-01")
    subscription = subscribe(world, customer, price)
    world.advance("2025-04-16")
    ended = world.api.subscriptions.cancel(subscription.id, given)
    assert (ended.status, ended.ended_at) == ("canceled", at("2025-04-16"))
    world.advance("2025-06-01")
    assert [invoice.total for invoice in world.invoices()] == totals
    assert world.api.customers.retrieve(customer.id).balance == balance


def test_cancelling_drops_prorations_that_wait(world):
    customer, price = world.customer(), world.price(3000)
    subscription = subscribe(world, customer, price)
    world.advance("2025-01-10")
    world.api.subscriptions.update(subscription.id, {"items": [{"id": item_of(subscription)["id"], "quantity": 2}]})
    world.api.subscriptions.cancel(subscription.id)
    assert world.api.invoice_items.list({"customer": customer.id}).data == []


def test_a_cancelled_one_changes_no_more(world, refused):
    subscription = subscribe(world, world.customer(), world.price(3000))
    world.api.subscriptions.cancel(subscription.id)
    with refused(None, param="description"):
        world.api.subscriptions.update(subscription.id, {"description": "x"})
    with refused("resource_missing", param="id"):
        world.api.subscriptions.cancel(subscription.id)


@pytest.mark.parametrize(
    ("behavior", "status"), [("keep_as_draft", "draft"), ("void", "void"), ("mark_uncollectible", "uncollectible")]
)
def test_paused_collection_still_makes_invoices(world, behavior, status):
    subscription = subscribe(world, world.customer(), world.price(3000))
    world.api.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": behavior, "resumes_at": at("2025-02-15")}}
    )
    world.advance("2025-03-01T02:00:00")
    assert [invoice.status for invoice in world.invoices()] == ["paid", status, "paid"]
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"


def test_paused_and_resumed(world):
    customer = world.customer()
    subscription = subscribe(world, customer, world.price(3100))
    world.advance("2025-01-16T12:00:00")
    paused = world.api.subscriptions.pause(subscription.id, {"type": "subscription"})
    assert paused.status == "paused"
    assert amounts(world.api.invoice_items.list({"customer": customer.id}).data) == [-1550]
    world.advance("2025-04-01")
    assert len(world.invoices()) == 1
    resumed = world.api.subscriptions.resume(subscription.id)
    assert (resumed.status, resumed.billing_cycle_anchor) == ("active", at("2025-04-01"))
    assert amounts(world.invoices()[-1].lines.data) == [-1550, 3100]
    assert [name for name in world.events("customer.subscription") if name.endswith(("paused", "resumed"))] == [
        "customer.subscription.paused",
        "customer.subscription.resumed",
    ]


def test_a_declined_start_is_incomplete_and_expires(world):
    customer = world.customer("pm_card_chargeCustomerFail")
    subscription = subscribe(world, customer, world.price(3000))
    assert subscription.status == "incomplete"
    world.advance("2025-01-02")
    held = world.api.subscriptions.retrieve(subscription.id)
    assert held.status == "incomplete_expired"
    assert world.api.invoices.retrieve(held.latest_invoice).status == "void"


def test_a_declined_start_that_has_to_succeed_leaves_nothing(world, refused):
    customer = world.customer("pm_card_chargeCustomerFail")
    price = world.price(3000)
    with refused("card_declined"):
        subscribe(world, customer, price, payment_behavior="error_if_incomplete")
    assert world.api.subscriptions.list({"status": "all"}).data == []
    assert [invoice.status for invoice in world.invoices()] == ["void"]
    assert "customer.subscription.created" not in world.events()


def test_a_first_payment_on_the_page_makes_it_active(world):
    customer = world.customer(None)
    subscription = subscribe(
        world,
        customer,
        world.price(3000),
        payment_behavior="default_incomplete",
        payment_settings={"save_default_payment_method": "on_subscription"},
        expand=["latest_invoice.confirmation_secret"],
    )
    assert subscription.status == "incomplete"
    intent = subscription.latest_invoice.confirmation_secret.client_secret.partition("_secret_")[0]
    method = world.api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    world.api.payment_intents.confirm(intent, {"payment_method": method.id})
    held = world.api.subscriptions.retrieve(subscription.id)
    assert (held.status, held.default_payment_method) == ("active", method.id)


def test_a_renewal_that_fails_is_past_due_tried_again_and_cancelled(world):
    customer, price = world.customer(), world.price(3000)
    subscription = subscribe(world, customer, price)
    bad = world.api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    world.api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": bad.id}})
    world.advance("2025-02-01T02:00:00")
    assert world.api.subscriptions.retrieve(subscription.id).status == "past_due"
    world.advance("2025-02-09")
    held = world.api.subscriptions.retrieve(subscription.id)
    assert (held.status, held.cancellation_details.reason) == ("canceled", "payment_failed")
    assert world.invoices()[-1].attempt_count == 4


def test_a_past_due_one_is_active_once_paid(world):
    customer, price = world.customer(), world.price(3000)
    subscription = subscribe(world, customer, price)
    bad = world.api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    world.api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": bad.id}})
    world.advance("2025-02-01T02:00:00")
    good = world.api.payment_methods.attach("pm_card_mastercard", {"customer": customer.id})
    world.api.invoices.pay(world.invoices()[-1].id, {"payment_method": good.id})
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"


def test_a_subscription_on_account_is_sent_and_falls_due(world):
    customer, price = world.customer(None), world.price(3000)
    subscription = subscribe(world, customer, price, collection_method="send_invoice", days_until_due=10)
    assert subscription.status == "active"
    world.advance("2025-01-01T01:00:00")
    [invoice] = world.invoices()
    assert (invoice.status, invoice.due_date) == ("open", at("2025-01-11T01:00:00"))
    world.advance("2025-01-12")
    assert world.api.subscriptions.retrieve(subscription.id).status == "past_due"
    world.api.invoices.pay(invoice.id, {"paid_out_of_band": True})
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"


def test_discounts_last_as_long_as_their_coupons(world):
    customer, price = world.customer(), world.price(1000)
    for duration in ({"duration": "once"}, {"duration": "repeating", "duration_in_months": 3}, {"duration": "forever"}):
        coupon = world.api.coupons.create({"percent_off": 10, **duration})
        subscribe(world, customer, {"price": price.id, "metadata": {}}, discounts=[{"coupon": coupon.id}])
    world.advance("2025-05-01T02:00:00")
    by_month: dict[int, list[int]] = {}
    for invoice in world.invoices():
        by_month.setdefault(invoice.lines.data[0].period.start, []).append(invoice.total)
    assert [sorted(totals) for totals in by_month.values()] == [
        [900, 900, 900],
        [900, 900, 1000],
        [900, 900, 1000],
        [900, 1000, 1000],
        [900, 1000, 1000],
    ]


def test_taxes_of_item_subscription_and_customer(world):
    customer = world.customer()
    vat = world.api.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False})
    low = world.api.tax_rates.create({"display_name": "VAT", "percentage": 5, "inclusive": False})
    subscription = subscribe(
        world,
        customer,
        {"price": world.price(1000).id},
        {"price": world.price(2000).id, "tax_rates": [low.id]},
        default_tax_rates=[vat.id],
    )
    [invoice] = world.invoices(subscription=subscription.id)
    assert [line.taxes[0].amount for line in invoice.lines.data] == [200, 100]
    assert (invoice.total, invoice.total_excluding_tax) == (3300, 3000)


def test_one_time_items_come_with_the_first_invoice(world):
    customer, price, setup = world.customer(), world.price(3000), world.price(5700, None)
    subscribe(world, customer, price, add_invoice_items=[{"price": setup.id}])
    [invoice] = world.invoices()
    assert amounts(invoice.lines.data) == [5700, 3000]
    assert invoice.lines.data[0].parent.type == "invoice_item_details"


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({"items": []}, "parameter_missing", "items"),
        ({"items": [{"price": "price_none"}]}, "resource_missing", "items[0][price]"),
        ({"items": [{"price": "ONCE"}]}, None, "items[0][price]"),
        ({"items": [{"price": "MONTH"}, {"price": "MONTH"}]}, None, "items"),
        ({"items": [{"price": "MONTH"}, {"price": "EURO"}]}, None, "items"),
        ({"items": [{"price": "MONTH", "quantity": -1}]}, "parameter_invalid_integer", "items[0][quantity]"),
        ({"items": [{"price": "MONTH"}, {"price": "YEAR"}], "billing_mode": {"type": "classic"}}, None, "items"),
        ({"items": [{"price": "MONTH"}], "trial_end": 1}, None, "trial_end"),
        ({"items": [{"price": "MONTH"}], "days_until_due": 3}, None, "days_until_due"),
        (
            {"items": [{"price": "MONTH"}], "default_payment_method": "pm_none"},
            "resource_missing",
            "default_payment_method",
        ),
        ({"items": [{"price": "MONTH"}], "billing_thresholds": {"amount_gte": 5}}, None, "billing_thresholds"),
        ({"items": [{"price": "MONTH"}], "automatic_tax": {"enabled": True}}, None, "automatic_tax[enabled]"),
    ],
)
def test_what_makes_no_subscription_is_refused_and_nothing_is_left(world, refused, given, code, param):
    names = {
        "MONTH": world.price(1000).id,
        "YEAR": world.price(1000, "year").id,
        "ONCE": world.price(1000, None).id,
        "EURO": world.price(1000, currency="eur").id,
    }
    items = [{**item, "price": names.get(item["price"], item["price"])} for item in given["items"]]
    with refused(code, param=param):
        world.api.subscriptions.create({"customer": world.customer().id, **given, "items": items})
    assert world.api.subscriptions.list({"status": "all"}).data == []
    assert world.invoices() == []


def test_a_customer_with_nothing_to_pay_with_is_refused(world, refused):
    with refused("resource_missing", match="no attached payment source"):
        subscribe(world, world.customer(None), world.price(1000))


def test_items_of_several_intervals_are_billed_each_in_its_time(world):
    customer = world.customer()
    subscription = subscribe(world, customer, world.price(1000), world.price(9000, "year"))
    world.advance("2026-01-01T02:00:00")
    totals = [invoice.total for invoice in world.invoices(subscription=subscription.id)]
    assert totals == [10000, *[1000] * 11, 10000]


def test_lists_leave_out_the_cancelled_and_search_finds(world):
    customer, price = world.customer(), world.price(1000)
    kept = subscribe(world, customer, price, metadata={"order": "O-7"})
    gone = subscribe(world, customer, price)
    world.api.subscriptions.cancel(gone.id)
    assert [row.id for row in world.api.subscriptions.list().data] == [kept.id]
    assert [row.id for row in world.api.subscriptions.list({"status": "ended"}).data] == [gone.id]
    assert {row.id for row in world.api.subscriptions.list({"status": "all", "price": price.id}).data} == {
        kept.id,
        gone.id,
    }
    assert [row.id for row in world.api.subscriptions.search({"query": "metadata['order']:'O-7'"}).data] == [kept.id]


def test_previous_attributes_say_what_changed(world):
    subscription = subscribe(world, world.customer(), world.price(1000))
    world.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    [event] = world.api.events.list({"type": "customer.subscription.updated", "limit": 1}).data
    assert plain(event)["data"]["previous_attributes"] == {
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"reason": None},
    }


def test_with_a_customer_end_its_subscriptions(world):
    customer = world.customer()
    subscription = subscribe(world, customer, world.price(1000))
    world.api.invoice_items.create({"customer": customer.id, "amount": 500, "currency": "usd"})
    draft = world.api.invoices.create(
        {"customer": customer.id, "auto_advance": True, "pending_invoice_items_behavior": "include"}
    )
    world.api.customers.delete(customer.id)
    assert world.api.subscriptions.retrieve(subscription.id).status == "canceled"
    world.advance("2025-04-01")
    assert [invoice.status for invoice in world.invoices()] == ["paid", "draft"]
    assert world.invoices()[-1].id == draft.id


@pytest.mark.parametrize(
    ("extra", "code", "param"),
    [
        ({"price": "price_none"}, "resource_missing", "add_invoice_items[0][price]"),
        ({"price": "MONTH"}, None, "add_invoice_items[0][price]"),
        ({"price": "EURO"}, None, "add_invoice_items[0][price]"),
        ({"price": "ONCE", "tax_rates": ["txr_none"]}, "resource_missing", "add_invoice_items[0][tax_rates]"),
    ],
)
def test_extra_items_that_cannot_be_billed_are_refused_before_anything_is_written(world, refused, extra, code, param):
    customer, month = world.customer(), world.price(1000)
    names = {"MONTH": month.id, "ONCE": world.price(500, None).id, "EURO": world.price(500, None, currency="eur").id}
    extra = {**extra, "price": names.get(extra["price"], extra["price"])}
    with refused(code, param=param):
        subscribe(world, customer, month, add_invoice_items=[extra])
    assert world.api.subscriptions.list({"status": "all"}).data == []
    subscription = subscribe(world, customer, month)
    with refused(code, param=param):
        world.api.subscriptions.update(subscription.id, {"description": "x", "add_invoice_items": [extra]})
    assert world.api.subscriptions.retrieve(subscription.id).description is None
