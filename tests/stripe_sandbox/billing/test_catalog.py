from __future__ import annotations

import pytest


def test_a_product_can_come_with_its_first_price(world):
    product = world.api.products.create(
        {
            "name": "Silver",
            "default_price_data": {"currency": "eur", "unit_amount": 900, "recurring": {"interval": "year"}},
        }
    )
    price = world.api.prices.retrieve(product.default_price)
    assert (price.product, price.unit_amount, price.type, price.recurring.interval_count) == (
        product.id,
        900,
        "recurring",
        1,
    )
    assert world.events("product", "price")[-3:] == ["product.created", "price.created", "product.updated"]


def test_a_fraction_of_a_cent_has_no_whole_amount(world):
    price = world.price(None, None, unit_amount_decimal="0.0125")
    assert (price.unit_amount, str(price.unit_amount_decimal)) == (None, "0.0125")


@pytest.mark.parametrize(
    ("wanted", "code", "param"),
    [
        ({"currency": "usd", "product": "?"}, "parameter_missing", "unit_amount"),
        ({"currency": "usd", "product": "prod_x", "unit_amount": 1}, "resource_missing", "product"),
        ({"currency": "usd", "product": "?", "unit_amount": -1}, "parameter_invalid_integer", "unit_amount"),
        ({"currency": "zzz", "product": "?", "unit_amount": 1}, None, "currency"),
        ({"product": "?", "unit_amount": 1}, "parameter_missing", "currency"),
        ({"currency": "usd", "product": "?", "unit_amount": 1, "price": 2}, "parameter_unknown", "price"),
        (
            {
                "currency": "usd",
                "product": "?",
                "unit_amount": 1,
                "recurring": {"interval": "year", "interval_count": 4},
            },
            None,
            "recurring[interval_count]",
        ),
        (
            {"currency": "usd", "product": "?", "unit_amount": 1, "recurring": {"interval": "month", "meter": "mtr_1"}},
            "resource_missing",
            "recurring[meter]",
        ),
        ({"currency": "usd", "product": "?", "billing_scheme": "tiered"}, "parameter_missing", "tiers_mode"),
    ],
)
def test_what_makes_no_price_is_refused_and_named(world, refused, wanted, code, param):
    if wanted.get("product") == "?":
        wanted = {**wanted, "product": world.product}
    with refused(code, param=param):
        world.api.prices.create(wanted)


def test_tiers_show_when_expanded(world):
    price = world.price(
        billing_scheme="tiered",
        tiers_mode="graduated",
        tiers=[{"up_to": 5, "unit_amount": 700}, {"up_to": "inf", "unit_amount": 500, "flat_amount": 100}],
    )
    assert "tiers" not in price
    shown = world.api.prices.retrieve(price.id, {"expand": ["tiers"]})
    assert [(tier.up_to, tier.unit_amount, tier.flat_amount) for tier in shown.tiers] == [
        (5, 700, None),
        (None, 500, 100),
    ]


def test_a_lookup_key_is_one_price_s_and_can_be_transferred(world, refused):
    first = world.price(100, lookup_key="gold")
    with refused(None, param="lookup_key"):
        world.price(200, lookup_key="gold")
    second = world.price(200, lookup_key="gold", transfer_lookup_key=True)
    assert [row.id for row in world.api.prices.list({"lookup_keys": ["gold"]}).data] == [second.id]
    assert world.api.prices.retrieve(first.id).lookup_key is None


def test_a_product_with_prices_stays(world, refused):
    world.price(100)
    with refused("resource_in_use"):
        world.api.products.delete(world.product)
    other = world.api.products.create({"name": "Bronze", "id": "bronze"})
    assert world.api.products.delete(other.id).deleted
    with refused("resource_missing", param="id"):
        world.api.products.retrieve("bronze")


def test_lists_filter_and_search_finds_by_metadata(world):
    price = world.price(100, metadata={"sku": "G-1"})
    world.price(200, None)
    assert [row.id for row in world.api.prices.list({"type": "recurring"}).data] == [price.id]
    assert [row.id for row in world.api.prices.search({"query": "metadata['sku']:'G-1'"}).data] == [price.id]
    assert world.api.products.list({"active": False}).data == []


def test_coupons_and_promotion_codes_count_and_expire(world, refused):
    coupon = world.api.coupons.create({"percent_off": 25.5, "duration": "forever", "max_redemptions": 1})
    assert coupon.percent_off == 25.5
    customer = world.customer()
    price = world.price(1000)
    code = world.api.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "fall"})
    subscription = world.api.subscriptions.create(
        {"customer": customer.id, "items": [{"price": price.id}], "discounts": [{"promotion_code": code.id}]}
    )
    assert world.api.invoices.retrieve(subscription.latest_invoice).total == 745
    assert world.api.promotion_codes.retrieve(code.id).times_redeemed == 1
    assert world.api.coupons.retrieve(coupon.id).valid is False
    with refused("coupon_expired", param="discounts[0][coupon]"):
        world.api.subscriptions.create(
            {"customer": customer.id, "items": [{"price": price.id}], "discounts": [{"coupon": coupon.id}]}
        )


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        ({"duration": "once"}, "percent_off"),
        ({"percent_off": 10, "amount_off": 5, "currency": "usd"}, "percent_off"),
        ({"percent_off": 101}, "percent_off"),
        ({"amount_off": 5}, "currency"),
        ({"percent_off": 10, "duration": "repeating"}, "duration_in_months"),
    ],
)
def test_what_makes_no_coupon_is_refused(world, refused, wanted, param):
    with refused("parameter_missing" if param == "currency" else None, param=param):
        world.api.coupons.create(wanted)


def test_a_tax_rate_keeps_its_percentage_as_written(world, refused):
    rate = world.api.tax_rates.create({"display_name": "VAT", "percentage": 19.25, "inclusive": True})
    assert (rate.percentage, rate.inclusive, rate.active) == (19.25, True, True)
    assert world.api.tax_rates.update(rate.id, {"active": False}).active is False
    with refused(None, param="percentage"):
        world.api.tax_rates.create({"display_name": "VAT", "percentage": 100.5, "inclusive": True})


def test_a_customer_s_tax_ids_stand_on_its_invoices(world, refused):
    customer = world.customer()
    tax_id = world.api.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": "DE123456789"})
    assert tax_id.country == "DE"
    invoice = world.api.invoices.create({"customer": customer.id})
    assert [(row.type, row.value) for row in invoice.customer_tax_ids] == [("eu_vat", "DE123456789")]
    with refused("resource_missing", param="id"):
        world.api.customers.tax_ids.retrieve(world.customer().id, tax_id.id)
    assert world.api.customers.tax_ids.delete(customer.id, tax_id.id).deleted
    assert world.api.customers.tax_ids.list(customer.id).data == []
