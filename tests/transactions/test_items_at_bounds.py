"""Items where a mistake of one would show: to whom the last cent goes, bounds, and what comes back of what was kept."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel.money import LARGEST_MINOR
from subledger.transactions.errors import ItemInvalid
from subledger.transactions.rules.item_entry import ProductTerms, as_entered, check_named, completed
from subledger.transactions.rules.items import NewItem, TaxRounding, price_item, price_items, total_of
from subledger.transactions.rules.shares import shares_of_lines
from subledger.transactions.rules.writing_off import Taxed, split_write_off

D = Decimal


def by_rate(*items: NewItem) -> list[int]:
    return [one.tax_minor for one in price_items(items, rounding=TaxRounding.RATE, currency="eur")]


def test_the_cent_of_a_rate_goes_to_the_item_that_was_rounded_off_most():
    # 0.4 of 2, 4 and 1 cents at 10 % …: the taxes are 0.2, 0.4 and 0.1 cents, together 0.7, one cent
    assert by_rate(*[NewItem(unit_amount=D(price), tax_percent=D(10)) for price in (2, 4, 1)]) == [0, 1, 0]
    # 0.6, 0.8 and 0.7: three cents by item, 2.1 together; the one rounded up most gives it back
    assert by_rate(*[NewItem(unit_amount=D(price), tax_percent=D(10)) for price in (8, 6, 7)]) == [1, 0, 1]
    assert by_rate(*[NewItem(unit_amount=D(4), tax_percent=D(10))] * 2) == [1, 0], "of equals the first"


def test_prices_with_tax_keep_their_sub_totals_and_the_tax_of_the_sum_is_in_them():
    items = [NewItem(unit_amount=D(3), tax_percent=D(20), tax_inclusive=True)] * 3
    priced = price_items(items, rounding=TaxRounding.RATE, currency="eur")
    # 0.5 of each is tax: nine cents hold 1.5, two of them; by item it would be three times nothing or one
    assert sum(one.tax_minor for one in priced) == 2
    assert [one.sub_total_minor for one in priced] == [3, 3, 3]
    assert [one.net_minor + one.tax_minor for one in priced] == [3, 3, 3]


def test_a_sub_total_that_was_given_keeps_its_own_tax():
    given_ = NewItem(sub_total_minor=4, tax_percent=D(10))
    assert by_rate(given_, NewItem(unit_amount=D(4), tax_percent=D(10))) == [0, 0]


def test_a_refusal_within_a_document_says_the_amount_in_its_currency():
    items = [NewItem(unit_amount=D(1)), NewItem(unit_amount=D(100), discount_minor=101)]
    with pytest.raises(ItemInvalid, match=r"1\.01 EUR on 1\.00 EUR") as refusal:
        price_items(items, rounding=TaxRounding.ITEM, currency="eur")
    assert refusal.value.param == "/items/1/discount_amount"


def test_the_largest_amounts_are_kept():
    for item in (NewItem(unit_amount=D(LARGEST_MINOR)), NewItem(unit_amount=D(-LARGEST_MINOR))):
        assert abs(price_item(item).sub_total_minor) == LARGEST_MINOR
    for item in (
        NewItem(sub_total_minor=LARGEST_MINOR, discount_minor=1),
        NewItem(unit_amount=D(LARGEST_MINOR), tax_percent=D(1)),
    ):
        with pytest.raises(ItemInvalid, match="more than can be kept exactly"):
            price_item(item)
    assert price_item(NewItem(unit_amount=D(0), quantity=D(10**12 - 1))).net_minor == 0
    with pytest.raises(ItemInvalid, match="quantity"):
        price_item(NewItem(unit_amount=D(0), quantity=D(10**12)))


def test_the_header_adds_up_each_part():
    items = [NewItem(unit_amount=D(100), discount_percent=D(10), tax_percent=D(20)), NewItem(unit_amount=D(50))]
    assert total_of(price_items(items, rounding=TaxRounding.ITEM, currency="eur")) == (150, 10, 18, 158)


@pytest.mark.parametrize(
    ("sub_total", "discount", "fits"), [(100, 1, 1), (0, 1, 1), (0, -1, 0), (-100, -1, 1), (-1, 1, 0)]
)
def test_the_discount_of_a_sub_total_has_its_sign(sub_total: int, discount: int, fits: int):
    item = NewItem(sub_total_minor=sub_total, discount_minor=discount)
    if fits:
        assert price_item(item)[2:] == (
            sub_total + discount,
            price_item(item).discount_percent,
            discount,
            0,
            0,
            sub_total,
        )
    else:
        with pytest.raises(ItemInvalid, match="takes off"):
            price_item(item)


def test_all_of_it_off_is_nothing():
    priced = price_item(NewItem(sub_total_minor=0, discount_percent=D(100)))
    assert (priced.net_minor, priced.discount_minor, priced.tax_minor, priced.sub_total_minor) == (0, 0, 0, 0)
    assert (priced.unit_amount, priced.discount_percent) == (0, 100)


# -- written off -----------------------------------------------------------------------------------------------------


def test_each_rate_gives_back_its_part_as_one_item():
    taxed = [Taxed(1, D(20), 20, 120), Taxed(2, D(0), 0, 80), Taxed(3, D(7), 0, 0)]
    [(first, one), (second, other)] = split_write_off(100, taxed)
    assert (first.tax_rate_id, second.tax_rate_id) == (1, 2)
    assert tuple(one) == (1, 50, 50, 0, 0, 20, 10, 60)
    assert tuple(other) == (1, 40, 40, 0, 0, 0, 0, 40)


def test_a_part_of_one_cent_counts_and_one_that_comes_to_nothing_is_no_item():
    assert [
        (part.tax_rate_id, priced.sub_total_minor) for part, priced in split_write_off(1, [Taxed(1, D(0), 0, 1)])
    ] == [(1, 1)]
    parts = split_write_off(1, [Taxed(1, D(0), 0, 99), Taxed(2, D(0), 0, 1)])
    assert [part.tax_rate_id for part, _ in parts] == [1]


def test_an_invoice_that_says_no_taxes_is_written_off_without():
    [(part, priced)] = split_write_off(69, [])
    assert part == Taxed(None, D(0), 0, 69)
    assert tuple(priced) == (1, 69, 69, 0, 0, 0, 0, 69)


# -- entered and kept ------------------------------------------------------------------------------------------------


CARD = ProductTerms(id=7, name="Card", unit_amount=D(1000), currency="eur", tax_rate_id=3, tax_percent=D(19))


@pytest.mark.parametrize("said", [{"tax_percent": D(7)}, {"tax_rate_id": 4}])
def test_an_item_that_says_its_tax_in_either_way_keeps_it(said: dict):
    item = completed(NewItem(product_id=7, **said), product=CARD, currency="eur")
    assert (item.tax_rate_id, item.tax_percent) == (said.get("tax_rate_id"), said.get("tax_percent"))


def test_every_item_says_what_it_is_for():
    check_named(NewItem(product_id=7))
    check_named(NewItem(description="x"))
    with pytest.raises(ItemInvalid) as refusal:
        check_named(NewItem(description=" "), at=1)
    assert refusal.value.param == "/items/1/description"


@pytest.mark.parametrize(
    "item",
    [
        NewItem(unit_amount=D(100), discount_minor=7, tax_percent=D(19), description="x"),
        NewItem(unit_amount=D(119), discount_percent=D(10), tax_percent=D(19), tax_inclusive=True, description="x"),
        NewItem(sub_total_minor=101, discount_minor=5, tax_percent=D("0.7"), quantity=D(3), description="x"),
    ],
)
def test_an_item_kept_before_leads_to_the_very_amounts(item: NewItem):
    priced = price_item(item)
    row = SimpleNamespace(
        **priced._asdict(), description="x", product_id=None, tax_rate_id=None, price_is=None,
        service_start=None, service_end=None, credits_id=None, credits_position=None, metadata=None,
    )  # fmt: skip
    again = price_item(as_entered(row))
    assert (again.net_minor, again.discount_minor, again.tax_minor, again.sub_total_minor) == (
        priced.net_minor, priced.discount_minor, priced.tax_minor, priced.sub_total_minor,
    )  # fmt: skip


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=9), st.integers(0, 1000))
def test_shares_of_lines_add_up(totals: list[int], part: int):
    wanted = sum(totals) * part // 1000
    assert sum(shares_of_lines(totals, wanted)) == wanted
