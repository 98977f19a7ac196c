"""The arithmetic of items (specification 2.6): the printed examples, the way back, and laws over random items."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import Ledger

from subledger.kernel.money import LARGEST_MINOR
from subledger.transactions.errors import ItemInvalid
from subledger.transactions.models import Transaction, TransactionItem
from subledger.transactions.rules.items import NewItem, PricedItem, price_item, total_of

D = Decimal
EXPONENTS = {"jpy": 0, "eur": 2, "kwd": 3}


def test_the_example_of_the_api_documentation():
    priced = price_item(NewItem(quantity=D(3), unit_amount=D(20_00), discount_percent=D(5)))
    assert (priced.net_minor, priced.discount_minor, priced.tax_minor, priced.sub_total_minor) == (
        60_00,
        3_00,
        0,
        57_00,
    )


CARDS = [
    (NewItem(unit_amount=D(100_00), discount_percent=D(15), tax_percent=D(19)), (100_00, 15_00, 16_15, 101_15), 15),
    (NewItem(unit_amount=D(100_00), discount_minor=20_00, tax_percent=D(19)), (100_00, 20_00, 15_20, 95_20), 20),
]


@pytest.mark.parametrize(("item", "amounts", "percent"), CARDS)
def test_scenario_4_item_by_item(item: NewItem, amounts: tuple[int, ...], percent: int):
    priced = price_item(item)
    assert (priced.net_minor, priced.discount_minor, priced.tax_minor, priced.sub_total_minor) == amounts
    assert priced.discount_percent == percent, "the percentage is derived where the amount was given"


@pytest.mark.parametrize(
    "item",
    [
        NewItem(sub_total_minor=101_15, discount_percent=D(15), tax_percent=D(19)),
        NewItem(sub_total_minor=95_20, discount_minor=20_00, tax_percent=D(19)),
    ],
)
def test_scenario_4_the_sub_totals_return_the_unit_price(item: NewItem):
    priced = price_item(item)
    assert (priced.unit_amount, priced.net_minor) == (100_00, 100_00)
    assert priced.sub_total_minor == item.sub_total_minor


def test_the_write_off_item_divides_69_into_net_and_tax():
    priced = price_item(NewItem(sub_total_minor=69_00, tax_percent=D(19)))
    assert (priced.net_minor, priced.tax_minor) == (57_98, 11_02)


def test_a_tax_inclusive_price_is_the_gross_amount():
    priced = price_item(NewItem(quantity=D(3), unit_amount=D(9_99), tax_percent=D(19), tax_inclusive=True))
    assert (priced.net_minor, priced.tax_minor, priced.sub_total_minor) == (25_18, 4_79, 29_97)
    discounted = price_item(
        NewItem(unit_amount=D(119_00), tax_percent=D(19), tax_inclusive=True, discount_percent=D(10))
    )
    assert (discounted.net_minor, discounted.discount_minor, discounted.tax_minor) == (100_00, 10_00, 17_10)
    assert discounted.sub_total_minor == 107_10


def test_halves_round_away_from_zero_once_per_item():
    assert price_item(NewItem(quantity=D("0.5"), unit_amount=D(1))).net_minor == 1
    assert price_item(NewItem(quantity=D("2.5"), unit_amount=D(1))).net_minor == 3
    three = [price_item(NewItem(unit_amount=D("33.4"), tax_percent=D(10)))] * 3
    assert total_of(three).net_minor == 99, "each item is rounded, not the sum"


REFUSED = [
    (NewItem(), "unit_amount", "exactly one of a unit price and a sub-total"),
    (NewItem(unit_amount=D(1), sub_total_minor=1), "unit_amount", "exactly one"),
    (NewItem(unit_amount=D(1), discount_percent=D(1), discount_minor=1), "discount_percent", "two discounts"),
    (NewItem(unit_amount=D(1), quantity=D(0)), "quantity", "must be above zero"),
    (NewItem(unit_amount=D(1), quantity=D(-1)), "quantity", "must be above zero"),
    (NewItem(unit_amount=D(1), quantity=D("NaN")), "quantity", "must be above zero"),
    (NewItem(unit_amount=D("Infinity")), "unit_amount", "largest that is kept exactly"),
    (NewItem(unit_amount=D(-LARGEST_MINOR - 1)), "unit_amount", "largest that is kept exactly"),
    (NewItem(sub_total_minor=-LARGEST_MINOR - 1), "sub_total", "largest that is kept exactly"),
    (NewItem(unit_amount=D(-100), discount_minor=1), "discount_amount", "at most all of it"),
    (NewItem(unit_amount=D(100), discount_percent=D(101)), "discount_percent", "0 to 100"),
    (NewItem(unit_amount=D(100), tax_percent=D(-1)), "tax_percent", "0 to 100"),
    (NewItem(unit_amount=D(100), discount_minor=101), "discount_amount", "at most all of it"),
    (NewItem(sub_total_minor=100, discount_minor=-1), "discount_amount", "a discount takes off"),
    (NewItem(sub_total_minor=100, discount_percent=D(100)), "sub_total", "Give the unit price instead"),
    (NewItem(unit_amount=D(LARGEST_MINOR), quantity=D(2)), "quantity", "Split it"),
    (NewItem(unit_amount=D(1), quantity=D("0.000000001")), "quantity", "at most 8 decimals"),
    (NewItem(unit_amount=D("1e-13")), "unit_amount", "at most 12 decimals"),
    (NewItem(unit_amount=D(100), tax_percent=D("7.12345")), "tax_percent", "at most 4 decimals"),
    (NewItem(sub_total_minor=LARGEST_MINOR, quantity=D("0.00000001")), "quantity", "too little for its sub-total"),
]


@pytest.mark.parametrize(("item", "field", "says"), REFUSED)
def test_a_bad_item_is_refused_with_its_place_and_field(item: NewItem, field: str, says: str):
    with pytest.raises(ItemInvalid, match=says) as refusal:
        price_item(item, at=2)
    assert refusal.value.param == f"/items/2/{field}"
    assert str(refusal.value).startswith("Item 3 ")


percents = st.decimals(0, 100, places=2)
quantities = st.decimals("0.001", 1000, places=3)


@st.composite
def items(draw: st.DrawFn) -> NewItem:
    price = draw(
        st.one_of(
            st.fixed_dictionaries({"unit_amount": st.decimals(0, 10**7, places=4)}),
            st.fixed_dictionaries({"sub_total_minor": st.integers(0, 10**9)}),
        )
    )
    discount = draw(st.one_of(st.just({}), st.fixed_dictionaries({"discount_percent": st.decimals(0, 99, places=2)})))
    return NewItem(
        quantity=draw(quantities), tax_percent=draw(percents), tax_inclusive=draw(st.booleans()), **price, **discount
    )


@given(items())
def test_the_parts_of_an_item_always_add_up(item: NewItem):
    priced = price_item(item)
    assert priced.sub_total_minor == priced.net_minor - priced.discount_minor + priced.tax_minor
    assert 0 <= priced.discount_minor <= priced.net_minor
    assert priced.tax_minor >= 0
    if item.sub_total_minor is not None:
        assert priced.sub_total_minor == item.sub_total_minor, "a sub-total entered is kept to the unit"


@given(items())
def test_the_sub_total_of_a_priced_item_leads_back_to_it(item: NewItem):
    """The way back finds the same sub-total, and amounts within the rounding of one unit for each step."""
    priced = price_item(item)
    back = price_item(
        NewItem(
            quantity=priced.quantity,
            sub_total_minor=priced.sub_total_minor,
            tax_percent=priced.tax_percent,
            discount_minor=priced.discount_minor,
        )
    )
    assert back.sub_total_minor == priced.sub_total_minor
    assert abs(back.net_minor - priced.net_minor) <= 1


def _partition(minor: int, chance: random.Random) -> list[int]:
    cuts = sorted(chance.sample(range(1, minor), min(minor - 1, chance.randint(0, 5)))) if minor > 1 else []
    return [b - a for a, b in zip([0, *cuts], [*cuts, minor], strict=True)]


@pytest.mark.parametrize("currency", EXPONENTS)
def test_credit_notes_over_any_parts_of_an_item_sum_exactly(currency: str):
    """Any partition of an item's sub-total into credit notes: gross sums exactly, and so do the entered net parts.

    What was invoiced inclusive of tax is credited by sub-totals, so no rounding can make 335.00 of 334.99.
    """
    chance = random.Random(currency)
    for _ in range(400):
        item = NewItem(
            quantity=D(chance.randint(1, 30)),
            unit_amount=D(chance.randint(1, 20_000)) / chance.choice([1, 3, 7]).__int__(),
            tax_percent=D(chance.choice(["0", "7", "19", "20.5"])),
            tax_inclusive=chance.random() < 0.5,
            discount_percent=D(chance.choice(["0", "3.33", "15"])),
        )
        invoice = price_item(_trimmed(item))
        if not invoice.sub_total_minor:
            continue
        parts = [
            price_item(NewItem(sub_total_minor=part, tax_percent=invoice.tax_percent))
            for part in _partition(invoice.sub_total_minor, chance)
        ]
        assert sum(p.sub_total_minor for p in parts) == invoice.sub_total_minor
        assert all(p.net_minor + p.tax_minor == p.sub_total_minor for p in parts)


def _trimmed(item: NewItem) -> NewItem:
    unit = item.unit_amount.quantize(D("0.000001")) if item.unit_amount is not None else None
    return NewItem(
        quantity=item.quantity,
        unit_amount=unit,
        tax_percent=item.tax_percent,
        tax_inclusive=item.tax_inclusive,
        discount_percent=item.discount_percent,
    )


@pytest.mark.few(2)
@pytest.mark.parametrize("currency", EXPONENTS)
def test_credit_notes_posted_over_an_invoice_settle_it_to_the_last_unit(ledger: Ledger, currency: str):
    """Through the service: the invoice ends settled, and the account at zero, whatever the parts."""
    from tests.factories import day

    from subledger.journal.services import NewRate, enter_rates

    if currency != "eur":
        enter_rates(rates=[NewRate(currency, day("01/01"), D("0.7"))], actor="test")
    chance = random.Random(currency)
    account = ledger.open(currency=currency)
    for _ in range(5):
        item = NewItem(
            description="Services", quantity=D(3), unit_amount=D(chance.randint(100, 99_999)), tax_percent=D(19)
        )
        inv = ledger.invoice(items=(item,), account=account)
        for part in _partition(inv.amount_minor, chance):
            note = NewItem(description="Services", sub_total_minor=part, tax_percent=D(19))
            ledger.credit_note(items=(note,), account=account, to=[inv])
        assert ledger.open_amount(inv) == 0
        assert ledger.balance(account) == 0


def test_what_is_stored_is_what_was_computed(ledger: Ledger):
    """No column rounds: quantities to 8 decimals, prices to 12, percentages to 4."""
    item = NewItem(
        description="Services",
        quantity=D("0.12345678"),
        unit_amount=D("98765.432109876543"),
        tax_percent=D("7.1234"),
        discount_percent=D("1.2345"),
    )
    priced = price_item(item)
    inv = ledger.invoice(items=(item,))
    row = TransactionItem.objects.get(transaction_id=inv.id)
    assert (
        PricedItem(
            row.quantity,
            row.unit_amount,
            row.net_minor,
            row.discount_percent,
            row.discount_minor,
            row.tax_percent,
            row.tax_minor,
            row.sub_total_minor,
        )
        == priced
    )
    total = Transaction.objects.get(pk=inv.id)
    assert (total.net_minor, total.discount_minor, total.tax_minor, total.amount_minor) == total_of([priced])
