from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.stripe_sandbox.billing.world import World, amounts, at, plain


def invoice_of(world, *items, customer=None, **more):
    customer = customer or world.customer()
    for item in items:
        given = {"amount": item} if isinstance(item, int) else item
        world.api.invoice_items.create({"customer": customer.id, "currency": "usd", **given})
    invoice = world.api.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include", **more})
    return world.api.invoices.finalize_invoice(invoice.id)


def credit(world, invoice, *parts, **more):
    """Credit lines by position, or an amount."""
    lines = [
        {"type": "invoice_line_item", "invoice_line_item": invoice.lines.data[position].id, "amount": amount}
        for position, amount in parts
    ]
    given = {"invoice": invoice.id, **({"lines": lines} if lines else {}), **more}
    return world.api.credit_notes.create(given)


def test_before_payment_it_reduces_what_is_due(world):
    invoice = invoice_of(world, 9000)
    world.advance("2025-02-01")
    note = credit(world, invoice, (0, 4500), reason="product_unsatisfactory", memo="Sorry")
    assert (note.type, note.total, note.pre_payment_amount, note.post_payment_amount) == ("pre_payment", 4500, 4500, 0)
    assert (note.number, note.created, note.effective_at) == (
        f"{invoice.number}-CN-01",
        at("2025-02-01"),
        at("2025-02-01"),
    )
    assert (note.lines.data[0].invoice_line_item, note.lines.data[0].amount) == (invoice.lines.data[0].id, 4500)
    held = world.api.invoices.retrieve(invoice.id)
    assert (held.total, held.amount_due, held.amount_remaining, held.pre_payment_credit_notes_amount) == (
        9000,
        4500,
        4500,
        4500,
    )
    assert world.api.invoices.pay(invoice.id).amount_paid == 4500
    assert [row["amount"] for row in world.sandbox.moved.rows] == [4500]


def test_crediting_all_of_it_settles_the_invoice(world):
    invoice = invoice_of(world, 9000)
    credit(world, invoice, (0, 9000))
    held = world.api.invoices.retrieve(invoice.id)
    assert (held.status, held.amount_paid, held.amount_remaining) == ("paid", 0, 0)
    assert world.sandbox.moved.rows == []


def test_after_payment_the_money_goes_three_ways(world):
    invoice = world.api.invoices.pay(invoice_of(world, 9000).id)
    note = credit(world, invoice, (0, 4500), refund_amount=2000, credit_amount=1500, out_of_band_amount=1000)
    assert (note.type, note.post_payment_amount, note.out_of_band_amount) == ("post_payment", 4500, 1000)
    [refund] = note.refunds
    assert refund.amount_refunded == 2000
    assert world.api.refunds.retrieve(refund.refund).amount == 2000
    assert world.api.customers.retrieve(invoice.customer).balance == -1500
    transaction = world.api.customers.balance_transactions.retrieve(invoice.customer, note.customer_balance_transaction)
    assert (transaction.type, transaction.amount, transaction.credit_note) == ("credit_note", -1500, note.id)
    held = world.api.invoices.retrieve(invoice.id)
    assert (held.status, held.amount_paid, held.post_payment_credit_notes_amount) == ("paid", 9000, 4500)
    assert [row["amount"] for row in world.sandbox.moved.rows] == [9000, 2000]


def test_on_a_partly_credited_invoice_the_rest_can_be_mixed(world):
    invoice = invoice_of(world, 9000)
    intent = world.api.payment_intents.create(
        {
            "customer": invoice.customer,
            "amount": 6000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "return_url": "https://example.com",
        }
    )
    assert world.api.invoices.attach_payment(invoice.id, {"payment_intent": intent.id}).amount_remaining == 3000
    note = credit(world, invoice, (0, 5000), refund_amount=2000)
    assert (note.type, note.pre_payment_amount, note.post_payment_amount) == ("mixed", 3000, 2000)
    assert world.api.invoices.retrieve(invoice.id).status == "paid"


def test_a_refund_made_before_can_be_linked(world):
    invoice = world.api.invoices.pay(invoice_of(world, 9000).id)
    charge = world.api.charges.list({"customer": invoice.customer}).data[0]
    refund = world.api.refunds.create({"charge": charge.id, "amount": 2500})
    note = credit(world, invoice, (0, 2500), refunds=[{"refund": refund.id}])
    assert plain(note)["refunds"] == [
        {"amount_refunded": 2500, "payment_record_refund": None, "refund": refund.id, "type": "refund"}
    ]
    assert len(world.sandbox.moved.rows) == 2


def test_taxes_and_discounts_go_with_the_credited_part(world):
    vat = world.api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": False})
    coupon = world.api.coupons.create({"percent_off": 10, "duration": "once"})
    invoice = invoice_of(
        world,
        {"amount": 9999, "tax_rates": [vat.id]},
        {"amount": 5001, "tax_rates": [vat.id]},
        discounts=[{"coupon": coupon.id}],
    )
    note = credit(world, invoice, (0, 3333))
    [line] = note.lines.data
    assert (line.amount, line.discount_amount, line.taxes[0].amount) == (3333, 333, 570)
    assert (note.subtotal, note.discount_amount, note.total_excluding_tax, note.total) == (3333, 333, 3000, 3570)
    assert plain(note)["total_taxes"] == [
        {
            "amount": 570,
            "tax_behavior": "exclusive",
            "tax_rate_details": {"tax_rate": vat.id},
            "taxability_reason": "standard_rated",
            "taxable_amount": 3000,
            "type": "tax_rate_details",
        }
    ]
    assert [rate.id for rate in line.tax_rates] == [vat.id]


def test_an_amount_without_lines_takes_its_part_of_the_taxes(world):
    vat = world.api.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False})
    invoice = invoice_of(world, {"amount": 10000, "tax_rates": [vat.id]})
    note = credit(world, invoice, amount=4000)
    assert (note.total, note.total_excluding_tax, note.lines.data) == (4000, 3333, [])
    rest = credit(world, invoice, amount=8000)
    assert note.total_taxes[0].amount + rest.total_taxes[0].amount == 2000


def test_a_note_of_its_own_line(world):
    invoice = invoice_of(world, 9000)
    vat = world.api.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False})
    line = {
        "type": "custom_line_item",
        "description": "Goodwill",
        "unit_amount": 250,
        "quantity": 2,
        "tax_rates": [vat.id],
    }
    note = world.api.credit_notes.create({"invoice": invoice.id, "lines": [line]})
    [made] = note.lines.data
    assert (made.type, made.amount, made.invoice_line_item, made.unit_amount, note.total) == (
        "custom_line_item",
        500,
        None,
        250,
        600,
    )


def test_voiding_gives_the_debt_back(world, refused):
    invoice = invoice_of(world, 9000)
    note = credit(world, invoice, (0, 4500))
    world.advance("2025-02-01")
    void = world.api.credit_notes.void_credit_note(note.id)
    assert (void.status, void.voided_at) == ("void", at("2025-02-01"))
    held = world.api.invoices.retrieve(invoice.id)
    assert (held.amount_remaining, held.pre_payment_credit_notes_amount) == (9000, 0)
    with refused(None):
        world.api.credit_notes.void_credit_note(note.id)
    assert world.events("credit_note") == ["credit_note.created", "credit_note.voided"]
    assert credit(world, invoice, (0, 9000)).number.endswith("-CN-02")


def test_after_payment_nothing_is_voided(world, refused):
    invoice = world.api.invoices.pay(invoice_of(world, 9000).id)
    note = credit(world, invoice, (0, 4500), credit_amount=4500)
    with refused(None):
        world.api.credit_notes.void_credit_note(note.id)


def test_a_preview_changes_nothing(world):
    invoice = world.api.invoices.pay(invoice_of(world, 9000, 100).id)
    lines = [{"type": "invoice_line_item", "invoice_line_item": line.id, "amount": 50} for line in invoice.lines.data]
    preview = world.api.credit_notes.preview({"invoice": invoice.id, "lines": lines})
    assert (preview.total, preview.post_payment_amount) == (100, 100)
    listed = world.api.credit_notes.preview_lines.list({"invoice": invoice.id, "lines": lines, "limit": 1})
    assert (amounts(listed.data), listed.has_more) == ([50], True)
    assert world.api.credit_notes.list({"invoice": invoice.id}).data == []
    assert world.api.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 0


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({}, "parameter_missing", "amount"),
        ({"amount": 100, "lines": [{"type": "custom_line_item"}]}, None, "lines"),
        ({"amount": 9001}, None, "amount"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"lines": [{"type": "invoice_line_item"}]}, "parameter_missing", "lines[0][invoice_line_item]"),
        (
            {"lines": [{"type": "invoice_line_item", "invoice_line_item": "il_none", "amount": 5}]},
            "resource_missing",
            "lines[0][invoice_line_item]",
        ),
        (
            {"lines": [{"type": "invoice_line_item", "invoice_line_item": "?", "amount": 9001}]},
            None,
            "lines[0][amount]",
        ),
        ({"lines": [{"type": "custom_line_item", "unit_amount": 5}]}, "parameter_missing", "lines[0][description]"),
        ({"amount": 100, "credit_amount": 100}, None, "refund_amount"),
        ({"amount": 100, "reason": "bored"}, None, "reason"),
        ({"invoice": "in_none", "amount": 5}, "resource_missing", "invoice"),
    ],
)
def test_what_makes_no_credit_note_is_refused_and_nothing_is_left(world, refused, given, code, param):
    invoice = invoice_of(world, 9000)
    for line in given.get("lines", ()):
        if line.get("invoice_line_item") == "?":
            line["invoice_line_item"] = invoice.lines.data[0].id
    with refused(code, param=param):
        world.api.credit_notes.create({"invoice": invoice.id, **given})
    assert world.api.credit_notes.list().data == []
    assert world.api.invoices.retrieve(invoice.id).amount_remaining == 9000


def test_no_more_than_was_invoiced_and_only_of_what_stands(world, refused):
    invoice = invoice_of(world, 9000)
    credit(world, invoice, (0, 5000))
    with refused(None, param="lines[0][amount]"):
        credit(world, invoice, (0, 4001))
    with refused(None, param="amount"):
        credit(world, invoice, amount=4001)
    world.api.invoices.void_invoice(invoice.id)
    with refused(None, param="invoice"):
        credit(world, invoice, (0, 1))


def test_more_than_the_card_has_left_is_not_refunded(world, refused):
    invoice = world.api.invoices.pay(invoice_of(world, 9000).id)
    charge = world.api.charges.list({"customer": invoice.customer}).data[0]
    world.api.refunds.create({"charge": charge.id, "amount": 8000})
    with refused(None, param="amount"):
        credit(world, invoice, (0, 2000), refund_amount=2000)
    assert world.api.credit_notes.list().data == []


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    amount=st.integers(200, 10**6),
    cuts=st.lists(st.integers(10, 10**6), min_size=1, max_size=5),
    percent=st.sampled_from(["5.5", "19", "7.7"]),
    inclusive=st.booleans(),
    off=st.sampled_from([None, 10, 33]),
)
def test_any_partition_into_notes_adds_up_to_net_tax_and_gross(amount, cuts, percent, inclusive, off):
    world = World.new()
    api = world.api
    rate = api.tax_rates.create({"display_name": "VAT", "percentage": percent, "inclusive": inclusive})
    more = {}
    if off:
        more["discounts"] = [{"coupon": api.coupons.create({"percent_off": off, "duration": "once"}).id}]
    invoice = invoice_of(world, {"amount": amount, "tax_rates": [rate.id]}, customer=world.customer(None), **more)
    left, notes = amount, []
    for cut in cuts:
        if cut <= left - 10:  # a cent whose discount rounds to a cent would be a note of nothing
            notes.append(credit(world, invoice, (0, cut)))
            left -= cut
    notes.append(credit(world, invoice, (0, left)))
    assert sum(note.total for note in notes) == invoice.total
    assert sum(note.total_excluding_tax for note in notes) == invoice.total_excluding_tax
    assert sum(note.total_taxes[0].amount for note in notes) == invoice.total_taxes[0].amount
    assert sum(note.discount_amount for note in notes) == sum(amounts(invoice.total_discount_amounts))
    assert api.invoices.retrieve(invoice.id).status == "paid"
