"""Items at the ends of what they may say, and every fact of one on its way into a draft and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from types import SimpleNamespace
from typing import Any

import pytest

from subledger.kernel.errors import DomainError
from subledger.kernel.money import LARGEST_MINOR
from subledger.transactions.errors import ItemInvalid
from subledger.transactions.rules.item_entry import (
    PriceIs,
    ProductTerms,
    as_entered,
    check_service_period,
    completed,
    entered_columns,
    needs_price,
)
from subledger.transactions.rules.items import ItemRef, NewItem, TaxRounding, price_item, price_items

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
CREDITED = ItemRef(9, 2)


def kept(**changed: Any) -> SimpleNamespace:
    """A row of an item as a draft keeps it."""
    values: dict[str, Any] = {
        "product_id": 7, "tax_rate_id": 3, "description": "Hosting", "quantity": D(2), "unit_amount": D(50),
        "net_minor": 100, "discount_percent": D(10), "discount_minor": 10, "tax_percent": D(20), "tax_minor": 18,
        "sub_total_minor": 108, "price_is": "unit", "entered_discount_percent": None, "entered_discount_minor": None,
        "service_start": FIRST, "service_end": LAST, "credits_id": 9, "credits_position": 2, "metadata": {"k": "v"},
    }  # fmt: skip
    return SimpleNamespace(**{**values, **changed})


# -- what an item may say --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"unit_amount": D(1), "discount_percent": D(0), "tax_percent": D(0)},
        {"unit_amount": D(1), "discount_percent": D(100), "tax_percent": D(100)},
        {"unit_amount": D("0.000000000001"), "quantity": D("0.00000001")},
        {"unit_amount": D(100), "discount_minor": 100},
        {"unit_amount": D(100), "discount_minor": 0},
        {"unit_amount": D(-100), "discount_minor": -100},
        {"sub_total_minor": LARGEST_MINOR},
        {"sub_total_minor": -LARGEST_MINOR},
        {"sub_total_minor": LARGEST_MINOR, "quantity": D("1")},
        {"unit_amount": D("1.5"), "tax_percent": D("7.1234"), "discount_percent": D("0.0001")},
    ],
)
def test_an_item_is_taken_at_the_very_bound(said: dict[str, Any]):
    priced = price_item(NewItem(**said))
    assert priced.sub_total_minor == priced.net_minor - priced.discount_minor + priced.tax_minor


@pytest.mark.parametrize(
    "said",
    [
        {"unit_amount": D(1), "discount_percent": D("-0.0001")},
        {"unit_amount": D(1), "discount_percent": D("NaN")},
        {"unit_amount": D(1), "tax_percent": D("100.0001")},
        {"unit_amount": D(1), "discount_percent": D("0.00001")},
        {"unit_amount": D(100), "discount_minor": -1},
        {"unit_amount": D(-100), "discount_minor": -101},
        {"unit_amount": D(LARGEST_MINOR + 1)},
        {"sub_total_minor": LARGEST_MINOR + 1},
    ],
)
def test_an_item_is_refused_just_beyond_it(said: dict[str, Any]):
    with pytest.raises(ItemInvalid):
        price_item(NewItem(**said))


def test_the_discount_of_an_item_is_told_as_a_percentage_of_its_net():
    assert price_item(NewItem(unit_amount=D(300), discount_minor=100)).discount_percent == D("33.3333")
    assert price_item(NewItem(unit_amount=D(300), discount_percent=D(5))).discount_percent == 5
    assert price_item(NewItem(unit_amount=D(300))).discount_percent == 0


def test_the_price_of_one_comes_out_of_a_sub_total():
    priced = price_item(NewItem(sub_total_minor=119_00, quantity=D(4), tax_percent=D(19), discount_percent=D(50)))
    assert tuple(priced) == (4, 50_00, 200_00, 50, 100_00, 19, 19_00, 119_00)


def test_a_discount_off_a_price_with_tax_is_kept_without_it():
    priced = price_item(NewItem(unit_amount=D(120), discount_minor=12, tax_percent=D(20), tax_inclusive=True))
    assert tuple(priced) == (1, 120, 100, 10, 10, 20, 18, 108)
    without = price_item(NewItem(unit_amount=D(120), discount_minor=12, tax_inclusive=True))
    assert (without.net_minor, without.discount_minor, without.tax_minor, without.sub_total_minor) == (120, 12, 0, 108)


def test_items_of_other_rates_and_credited_ones_keep_their_taxes():
    items = [
        NewItem(unit_amount=D(4), tax_percent=D(10)),
        NewItem(unit_amount=D(4), tax_percent=D(11)),
        NewItem(unit_amount=D(4), tax_percent=D(10), credits=CREDITED),
    ]
    assert [one.tax_minor for one in price_items(items, rounding=TaxRounding.RATE, currency="eur")] == [0, 0, 0]
    twice = [NewItem(unit_amount=D(4), tax_percent=D(10))] * 2
    assert [one.tax_minor for one in price_items(twice, rounding=TaxRounding.ITEM, currency="eur")] == [0, 0]
    moved = price_items(twice, rounding=TaxRounding.RATE, currency="eur")
    assert [(one.net_minor, one.tax_minor, one.sub_total_minor) for one in moved] == [(4, 1, 5), (4, 0, 4)]


def test_the_tax_of_a_rate_is_that_of_its_prices_as_they_are_kept():
    def taxes(*items: NewItem) -> list[int]:
        return [one.tax_minor for one in price_items(items, rounding=TaxRounding.RATE, currency="eur")]

    # 10 with 20 % in it: 1.67, kept as 2; of three together 5
    assert taxes(*[NewItem(unit_amount=D(10), tax_percent=D(20), tax_inclusive=True)] * 3) == [1, 2, 2]
    # 8 less 4: 0.4 of each, together 0.8
    assert taxes(*[NewItem(unit_amount=D(8), discount_minor=4, tax_percent=D(10))] * 2) == [1, 0]
    # 0.4 and 1.3: the first was rounded off more, though the second has more tax
    assert taxes(*[NewItem(unit_amount=D(price), tax_percent=D(10)) for price in (4, 13)]) == [1, 1]
    # one alone is priced by itself: half of three is with it, and the half cent with the net
    assert taxes(NewItem(unit_amount=D(3), tax_percent=D(100), tax_inclusive=True)) == [1]


def test_nothing_with_tax_in_it_is_nothing():
    assert price_item(NewItem(unit_amount=D(0), tax_percent=D(20), tax_inclusive=True)).sub_total_minor == 0


def test_a_percentage_that_is_refused_is_named():
    with pytest.raises(ItemInvalid, match="a discount of 101 %"):
        price_item(NewItem(unit_amount=D(1), discount_percent=D(101)))
    with pytest.raises(ItemInvalid, match="a tax of 101 %"):
        price_item(NewItem(unit_amount=D(1), tax_percent=D(101)))


# -- kept, and back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price_is", "said"),
    [
        (PriceIs.UNIT, {"unit_amount": D(50)}),
        (PriceIs.UNIT_WITH_TAX, {"unit_amount": D(50), "tax_inclusive": True}),
        (PriceIs.SUB_TOTAL, {"sub_total_minor": 108}),
    ],
)
def test_everything_that_was_entered_comes_back(price_is: PriceIs, said: dict[str, Any]):
    entered = {"discount_percent": D(10)} if price_is is PriceIs.UNIT else {"discount_minor": 10}
    item = as_entered(
        kept(
            price_is=price_is.value,
            entered_discount_percent=entered.get("discount_percent"),
            entered_discount_minor=entered.get("discount_minor"),
        )
    )
    assert item == NewItem(
        quantity=D(2), tax_percent=D(20), description="Hosting", product_id=7, tax_rate_id=3, service_start=FIRST,
        service_end=LAST, metadata={"k": "v"}, credits=CREDITED, **entered, **said,
    )  # fmt: skip
    columns = {"entered_discount_percent": None, "entered_discount_minor": None}
    columns |= {f"entered_{name}": value for name, value in entered.items()}
    assert entered_columns(item) == {"price_is": price_is.value, **columns}


@pytest.mark.parametrize("half", [{"credits_id": None}, {"credits_position": None}])
def test_half_of_a_reference_is_none(half: dict[str, None]):
    assert as_entered(kept(**half)).credits is None


def test_an_item_kept_before_comes_back_by_its_price_where_that_fits():
    before = {"price_is": None, "credits_id": None, "metadata": None}
    by_price = as_entered(kept(**before))
    assert (by_price.unit_amount, by_price.discount_minor, by_price.tax_inclusive) == (50, 10, False)
    assert by_price.metadata == {}
    with_tax = as_entered(kept(**before, unit_amount=D(60)))
    assert (with_tax.unit_amount, with_tax.discount_percent, with_tax.tax_inclusive) == (60, 10, True)
    by_total = as_entered(kept(**before, unit_amount=D(51)))
    assert (by_total.unit_amount, by_total.sub_total_minor, by_total.discount_minor) == (None, 108, 10)


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        ({"product_id": 7}, True),
        ({}, False),
        ({"product_id": 7, "unit_amount": D(0)}, False),
        ({"product_id": 7, "sub_total_minor": 0}, False),
        ({"product_id": 7, "credits": CREDITED}, False),
    ],
)
def test_a_price_is_left_to_the_product_where_nothing_else_gives_it(said: dict[str, Any], needs: bool):
    assert needs_price(NewItem(**said)) is needs


def test_an_item_that_credits_another_has_its_words_of_the_product_and_no_more():
    card = ProductTerms(id=7, name="Card", unit_amount=D(1000), currency="eur", tax_rate_id=3, tax_percent=D(19))
    item = completed(NewItem(product_id=7, credits=CREDITED), product=card, currency="usd")
    assert (item.description, item.unit_amount, item.tax_rate_id, item.tax_percent) == ("Card", None, None, None)
    alone = NewItem(unit_amount=D(1), description="x")
    assert completed(alone, product=None, currency="eur") is alone


@pytest.mark.parametrize(
    ("start", "end", "at_fault"),
    [
        (None, None, ""),
        (FIRST, LAST, ""),
        (FIRST, FIRST, ""),
        (LAST, FIRST, "/items/1/service_end"),
        (FIRST, None, "/items/1/service_end"),
        (None, LAST, "/items/1/service_start"),
        (date(1, 1, 1), LAST, "/items/1/service_start"),
        (FIRST, date(9999, 1, 1), "/items/1/service_end"),
    ],
)
def test_a_service_period_has_both_ends_in_their_order(start: date | None, end: date | None, at_fault: str):
    item = NewItem(service_start=start, service_end=end)
    if not at_fault:
        check_service_period(item, at=1)
        return
    with pytest.raises(DomainError) as refusal:
        check_service_period(item, at=1)
    assert refusal.value.param == at_fault
