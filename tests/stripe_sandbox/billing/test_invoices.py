from __future__ import annotations

import pytest
from tests.stripe_sandbox.billing.world import amounts, at, plain


def bill(world, customer, *items, finalise=True, **more):
    """An invoice with items of these amounts, or of these parameters."""
    for item in items:
        given = {"amount": item, "currency": "usd"} if isinstance(item, int) else item
        world.api.invoice_items.create({"customer": customer.id, **given})
    invoice = world.api.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include", **more})
    return world.api.invoices.finalize_invoice(invoice.id) if finalise else invoice


def test_an_invoice_is_drafted_finalised_and_paid(world):
    customer = world.customer()
    draft = bill(world, customer, 5000, {"amount": 1200, "currency": "usd", "description": "Hours"}, finalise=False)
    assert (draft.status, draft.number, draft.total, draft.amount_due, draft.billing_reason) == (
        "draft",
        None,
        6200,
        6200,
        "manual",
    )
    world.advance("2025-01-02")
    invoice = world.api.invoices.finalize_invoice(draft.id)
    assert (invoice.status, invoice.effective_at, invoice.amount_remaining) == ("open", at("2025-01-02"), 6200)
    assert invoice.status_transitions.finalized_at == at("2025-01-02")
    assert invoice.number.endswith("-0001")
    world.advance("2025-01-03")
    invoice = world.api.invoices.pay(invoice.id, {"expand": ["payments.data.payment.payment_intent"]})
    assert (invoice.status, invoice.amount_paid, invoice.amount_remaining, invoice.status_transitions.paid_at) == (
        "paid",
        6200,
        0,
        at("2025-01-03"),
    )
    [payment] = invoice.payments.data
    assert (payment.status, payment.amount_paid, payment.payment.payment_intent.amount_received) == (
        "paid",
        6200,
        6200,
    )
    assert world.events("invoice.") == [
        "invoice.created",
        "invoice.finalized",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]


def test_numbers_of_a_customer_have_no_gaps(world):
    customer, other = world.customer(), world.customer()
    numbers = [bill(world, who, 1000).number for who in (customer, other, customer, customer)]
    assert [number[-4:] for number in numbers] == ["0001", "0001", "0002", "0003"]
    assert len({number[:-5] for number in numbers}) == 2


def test_a_draft_that_advances_finalises_after_an_hour_and_is_charged(world):
    invoice = bill(world, world.customer(), 5000, finalise=False, auto_advance=True)
    assert invoice.automatically_finalizes_at == at("2025-01-01T01:00:00")
    world.advance("2025-01-01T00:59:59")
    assert world.api.invoices.retrieve(invoice.id).status == "draft"
    world.advance("2025-01-01T01:00:00")
    paid = world.api.invoices.retrieve(invoice.id)
    assert (paid.status, paid.status_transitions.paid_at, paid.attempt_count) == ("paid", at("2025-01-01T01:00:00"), 1)


def test_lines_carry_their_period_price_and_parent(world):
    customer = world.customer()
    price = world.price(250, None)
    period = {"start": at("2025-01-01"), "end": at("2025-04-01")}
    invoice = bill(
        world, customer, {"pricing": {"price": price.id}, "quantity": 3, "period": period, "metadata": {"sku": "G"}}
    )
    [line] = plain(invoice)["lines"]["data"]
    assert (line["amount"], line["subtotal"], line["quantity"], line["quantity_decimal"]) == (750, 750, 3, "3")
    assert line["period"] == period
    assert line["metadata"] == {"sku": "G"}
    assert line["pricing"] == {
        "price_details": {"price": price.id, "product": world.product},
        "type": "price_details",
        "unit_amount_decimal": "250",
    }
    [item] = world.api.invoice_items.list({"customer": customer.id}).data
    assert line["parent"] == {
        "invoice_item_details": {
            "invoice_item": item.id,
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": None,
        },
        "subscription_item_details": None,
        "type": "invoice_item_details",
    }


def test_discounts_and_taxes_of_lines_foot_with_the_invoice(world):
    customer = world.customer()
    vat = world.api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": False})
    gst = world.api.tax_rates.create({"display_name": "GST", "percentage": 10, "inclusive": True})
    third = world.api.coupons.create({"percent_off": 33, "duration": "once"})
    five = world.api.coupons.create({"amount_off": 500, "currency": "usd", "duration": "once"})
    invoice = bill(
        world,
        customer,
        {"amount": 3333, "currency": "usd", "discounts": [{"coupon": five.id}], "tax_rates": [vat.id]},
        {"amount": 3410, "currency": "usd", "tax_rates": [gst.id]},
        {"amount": 999, "currency": "usd", "discountable": False},
        discounts=[{"coupon": third.id}],
    )
    off = [sum(amounts(line.discount_amounts)) for line in invoice.lines.data]
    assert off == [500 + 935, 1125, 0]  # 33 % of 6,243 is 2,060.19; the larger remainder takes the odd cent
    first, second, last = invoice.lines.data
    assert (first.taxes[0].amount, first.taxes[0].taxable_amount, first.taxes[0].tax_behavior) == (
        361,
        1898,
        "exclusive",
    )
    assert (second.taxes[0].amount, second.taxes[0].taxable_amount, second.taxes[0].tax_behavior) == (
        208,
        2077,
        "inclusive",
    )
    assert last.taxes == []
    assert invoice.subtotal == 3333 - 500 + 3410 + 999
    assert invoice.total == 3333 + 3410 + 999 - sum(off) + 361
    assert invoice.total_excluding_tax == invoice.total - 361 - 208
    assert {row.discount: row.amount for row in invoice.total_discount_amounts} == {
        first.discount_amounts[0].discount: 500,
        first.discount_amounts[1].discount: 2060,
    }
    nets = [
        line.amount
        - sum(amounts(line.discount_amounts))
        - sum(tax.amount for tax in line.taxes if tax.tax_behavior == "inclusive")
        for line in invoice.lines.data
    ]
    assert sum(nets) == invoice.total_excluding_tax


def test_a_customer_s_credit_pays_first(world):
    customer = world.customer()
    world.api.customers.balance_transactions.create(customer.id, {"amount": -1100, "currency": "usd"})
    invoice = bill(world, customer, 3100)
    assert (invoice.starting_balance, invoice.ending_balance, invoice.total, invoice.amount_due) == (
        -1100,
        0,
        3100,
        2000,
    )
    applied = world.api.customers.balance_transactions.list(customer.id).data[0]
    assert (applied.type, applied.amount, applied.invoice) == ("applied_to_invoice", 1100, invoice.id)
    assert world.api.invoices.pay(invoice.id).amount_paid == 2000


def test_a_negative_invoice_becomes_credit(world):
    customer = world.customer()
    invoice = bill(world, customer, -3100)
    assert (invoice.status, invoice.total, invoice.amount_due, invoice.ending_balance) == ("paid", -3100, 0, -3100)
    assert world.api.customers.retrieve(customer.id).balance == -3100


def test_what_is_too_little_to_charge_waits_for_the_next_invoice(world):
    customer = world.customer()
    assert bill(world, customer, 30).status == "paid"
    assert world.api.customers.retrieve(customer.id).balance == 30
    assert bill(world, customer, 1000).amount_due == 1030


def test_a_void_invoice_gives_the_credit_back(world, refused):
    customer = world.customer()
    world.api.customers.balance_transactions.create(customer.id, {"amount": -1100, "currency": "usd"})
    invoice = bill(world, customer, 3100)
    world.advance("2025-02-01")
    void = world.api.invoices.void_invoice(invoice.id)
    assert (void.status, void.status_transitions.voided_at) == ("void", at("2025-02-01"))
    assert world.api.customers.retrieve(customer.id).balance == -1100
    with refused("invoice_not_editable"):
        world.api.invoices.pay(invoice.id)
    with refused("invoice_not_editable"):
        world.api.invoices.void_invoice(invoice.id)


def test_an_uncollectible_invoice_can_still_be_paid(world):
    invoice = bill(world, world.customer(), 9000)
    world.advance("2025-02-01")
    written_off = world.api.invoices.mark_uncollectible(invoice.id)
    assert (written_off.status, written_off.status_transitions.marked_uncollectible_at) == (
        "uncollectible",
        at("2025-02-01"),
    )
    assert written_off.amount_remaining == 9000
    world.advance("2025-04-01")
    paid = world.api.invoices.pay(invoice.id)
    assert (paid.status, paid.status_transitions.paid_at) == ("paid", at("2025-04-01"))
    assert paid.status_transitions.marked_uncollectible_at == at("2025-02-01")


def test_paid_outside_stripe_moves_no_money(world):
    invoice = bill(world, world.customer(None), 3100)
    paid = world.api.invoices.pay(invoice.id, {"paid_out_of_band": True})
    assert (paid.status, paid.amount_paid_off_stripe, paid.amount_remaining) == ("paid", 3100, 0)
    assert world.sandbox.moved.rows == []
    [payment] = world.api.invoice_payments.list({"invoice": invoice.id}).data
    assert payment.status == "canceled"


def test_a_declined_card_leaves_it_open_and_is_tried_again(world, refused):
    customer = world.customer("pm_card_chargeCustomerFail")
    invoice = bill(world, customer, 5000, auto_advance=True)
    with refused("card_declined"):
        world.api.invoices.pay(invoice.id)
    held = world.api.invoices.retrieve(invoice.id)
    assert (held.status, held.attempt_count, held.next_payment_attempt) == ("open", 1, at("2025-01-04"))
    good = world.api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    world.api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": good.id}})
    world.advance("2025-01-05")
    held = world.api.invoices.retrieve(invoice.id)
    assert (held.status, held.attempt_count, held.status_transitions.paid_at) == ("paid", 2, at("2025-01-04"))


def test_nobody_to_charge_is_said(world, refused):
    invoice = bill(world, world.customer(None), 5000)
    with refused(None, match="no attached payment source"):
        world.api.invoices.pay(invoice.id)
    assert world.api.invoices.retrieve(invoice.id).status == "open"


def test_a_customer_can_pay_the_open_invoice_on_a_page(world):
    invoice = bill(world, world.customer(None), 5000)
    held = world.api.invoices.retrieve(invoice.id, {"expand": ["confirmation_secret"]})
    intent = held.confirmation_secret.client_secret.partition("_secret_")[0]
    world.api.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    assert world.api.invoices.retrieve(invoice.id).status == "paid"


def test_a_bank_debit_pays_when_the_bank_has_answered(world):
    customer = world.customer(None)
    method = world.api.payment_methods.create(
        {
            "type": "sepa_debit",
            "sepa_debit": {"iban": "DE89370400440532013000"},
            "billing_details": {"name": "Ana", "email": "ana@example.com"},
        }
    )
    setup = world.api.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": method.id,
            "allowed_payment_method_types": ["sepa_debit"],
            "confirm": True,
            "mandate_data": {"customer_acceptance": {"type": "offline"}},
        }
    )
    world.api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": setup.payment_method}})
    invoice = bill(world, customer, {"amount": 5000, "currency": "eur"}, currency="eur")
    assert world.api.invoices.pay(invoice.id).status == "open"
    world.advance("2025-02-01")
    assert world.api.invoices.retrieve(invoice.id).status == "paid"


def test_an_invoice_that_is_sent_falls_due(world, refused):
    customer = world.customer(None)
    with refused("parameter_missing", param="days_until_due"):
        world.api.invoices.create({"customer": customer.id, "collection_method": "send_invoice"})
    invoice = bill(world, customer, 5000, collection_method="send_invoice", days_until_due=30)
    assert invoice.due_date == at("2025-01-31")
    assert world.api.invoices.send_invoice(invoice.id).status == "open"
    world.advance("2025-02-01")
    assert world.events("invoice.")[-2:] == ["invoice.sent", "invoice.overdue"]
    assert [row.id for row in world.invoices(due_date={"gte": at("2025-01-31")})] == [invoice.id]


def test_only_drafts_change_and_go(world, refused):
    customer = world.customer()
    draft = bill(world, customer, 5000, finalise=False)
    world.api.invoices.update(draft.id, {"description": "Memo"})
    world.api.invoices.add_lines(draft.id, {"lines": [{"amount": 700, "description": "More"}]})
    [first, second] = world.api.invoices.line_items.list(draft.id).data
    world.api.invoices.line_items.update(draft.id, first.id, {"amount": 6000})
    assert world.api.invoices.retrieve(draft.id).total == 6700
    world.api.invoices.remove_lines(draft.id, {"lines": [{"id": second.id, "behavior": "unassign"}]})
    assert world.api.invoices.retrieve(draft.id).total == 6000
    assert amounts(world.api.invoice_items.list({"pending": True}).data) == [700]
    final = world.api.invoices.finalize_invoice(draft.id)
    assert final.description == "Memo"
    with refused("invoice_not_editable", param="description"):
        world.api.invoices.update(final.id, {"description": "Other"})
    with refused("invoice_not_editable"):
        world.api.invoices.delete(final.id)
    with refused("invoice_not_editable"):
        world.api.invoice_items.create({"customer": customer.id, "invoice": final.id, "amount": 1, "currency": "usd"})
    other = bill(world, customer, finalise=False)
    assert world.api.invoices.delete(other.id).deleted
    assert plain(world.api.invoices.update(final.id, {"metadata": {"a": "b"}}))["metadata"] == {"a": "b"}


def test_an_invoice_shows_ten_lines_and_lists_all(world):
    invoice = bill(world, world.customer(), *range(100, 125))
    assert (len(invoice.lines.data), invoice.lines.has_more) == (10, True)
    every = list(world.api.invoices.line_items.list(invoice.id, {"limit": 7}).auto_paging_iter())
    assert amounts(every) == list(range(100, 125))
    assert amounts(invoice.lines.data) == list(range(100, 110))


def test_currencies_of_a_customer_do_not_mix(world, refused):
    customer = world.customer()
    bill(world, customer, 5000)
    with refused(None, param="currency"):
        world.api.invoice_items.create({"customer": customer.id, "amount": 100, "currency": "eur"})


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({}, "parameter_missing", "customer"),
        ({"customer": "cus_none"}, "resource_missing", "customer"),
        ({"customer": "?", "automatic_tax": {"enabled": True}}, None, "automatic_tax[enabled]"),
        ({"customer": "?", "days_until_due": 3}, None, "due_date"),
        ({"customer": "?", "discounts": [{"coupon": "NONE"}]}, "resource_missing", "discounts[0][coupon]"),
        ({"customer": "?", "default_tax_rates": ["txr_none"]}, "resource_missing", "default_tax_rates"),
        ({"customer": "?", "subscription": "sub_none"}, "resource_missing", "subscription"),
    ],
)
def test_what_makes_no_invoice_is_refused_and_nothing_is_left(world, refused, given, code, param):
    if given.get("customer") == "?":
        given = {**given, "customer": world.customer().id}
    with refused(code, param=param):
        world.api.invoices.create(given)
    assert world.invoices() == []


def test_more_than_a_card_can_be_charged_is_said_and_can_be_paid_otherwise(world, refused):
    invoice = bill(world, world.customer(), 99_999_999, 1)
    with refused("amount_too_large", param="amount"):
        world.api.invoices.pay(invoice.id)
    assert world.api.invoices.pay(invoice.id, {"paid_out_of_band": True}).status == "paid"


@pytest.mark.parametrize(("currency", "amount"), [("jpy", 5000), ("kwd", 12340), ("eur", 1)])
def test_amounts_are_minor_units_in_every_currency(world, currency, amount):
    customer = world.customer()
    invoice = bill(world, customer, {"amount": amount, "currency": currency}, currency=currency)
    if currency == "eur":  # a cent cannot be charged: it waits for the next invoice
        assert world.api.customers.retrieve(customer.id).balance == 1
        return
    assert world.api.invoices.pay(invoice.id).amount_paid == amount
    assert [row["amount"] for row in world.sandbox.moved.rows] == [amount]


def test_the_event_of_a_payment_says_what_it_changed(world):
    invoice = bill(world, world.customer(), 5000)
    world.api.invoices.pay(invoice.id)
    [event] = world.api.events.list({"type": "invoice.updated", "limit": 1}).data
    assert plain(event)["data"]["previous_attributes"] == {
        "amount_paid": 0,
        "amount_remaining": 5000,
        "status": "open",
        "status_transitions": {"paid_at": None},
    }
