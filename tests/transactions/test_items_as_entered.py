"""Drafts keep what was entered: a percentage stays one, a price with tax stays with tax, a sub-total a sub-total."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.catalog.services import create_products
from subledger.transactions.errors import ItemInvalid
from subledger.transactions.models import TransactionItem
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.item_entry import ProductTerms, as_entered, completed
from subledger.transactions.rules.items import NewItem, price_item
from subledger.transactions.rules.rows import item_rows
from subledger.transactions.services.actions import post_new
from subledger.transactions.services.drafts import save_drafts, update_draft
from subledger.transactions.services.item_entry import completed_items
from subledger.transactions.states import Classification as C

CARD = ProductTerms(id=7, name="Card", unit_amount=D(1000), currency="eur", tax_rate_id=3, tax_percent=D(19))


def kept(item: NewItem) -> TransactionItem:
    """The row that is kept of an item, read back as the database would give it."""
    [row] = item_rows(1, [item], [price_item(item)], entered=True)
    decimals = {name: D(getattr(row, name)) for name in ("quantity", "unit_amount", "discount_percent", "tax_percent")}
    percent = row.entered_discount_percent
    return TransactionItem(
        **{**asdict(row), **decimals, "entered_discount_percent": None if percent is None else D(percent)}
    )


priced = st.one_of(
    st.fixed_dictionaries({"unit_amount": st.decimals(0, 10**7, places=4), "tax_inclusive": st.booleans()}),
    st.fixed_dictionaries({"sub_total_minor": st.integers(0, 10**9)}),
)
discounted = st.one_of(st.just({}), st.fixed_dictionaries({"discount_percent": st.decimals(0, 99, places=4)}))


@given(
    price=priced,
    discount=discounted,
    quantity=st.decimals("0.01", 10**5, places=8),
    tax=st.decimals(0, 100, places=4),
)
def test_the_way_back_is_the_item_that_was_entered(price, discount, quantity, tax):
    item = NewItem(quantity=quantity, tax_percent=tax, description="Services", **price, **discount)
    assert as_entered(kept(item)) == item


def test_a_discount_amount_on_a_price_with_tax_is_the_one_that_was_typed():
    item = NewItem(unit_amount=D(119_00), tax_inclusive=True, tax_percent=D(19), discount_minor=11_90, description="x")
    row = kept(item)
    assert row.discount_minor == 10_00  # what it came to without the tax
    assert as_entered(row).discount_minor == 11_90


def test_a_percentage_stays_one_when_the_price_changes():
    again = as_entered(kept(NewItem(unit_amount=D(100_00), discount_percent=D(15), description="Services")))
    changed = price_item(replace(again, unit_amount=D(120_00)))
    assert (changed.discount_minor, changed.sub_total_minor) == (18_00, 102_00)


def test_a_price_with_tax_stays_one_when_the_quantity_changes():
    item = NewItem(
        unit_amount=D(100_00), tax_inclusive=True, tax_percent=D(25), discount_percent=D(10), description="Services"
    )
    changed = price_item(replace(as_entered(kept(item)), quantity=D(2)))
    assert (changed.sub_total_minor, changed.tax_minor) == (180_00, 36_00)


def test_an_item_kept_before_comes_back_with_the_same_amounts():
    row = kept(NewItem(quantity=D(3), unit_amount=D(9_99), tax_percent=D(19), tax_inclusive=True, description="x"))
    row.price_is = None
    assert price_item(as_entered(row)).sub_total_minor == row.sub_total_minor == 29_97


def test_a_product_gives_what_an_item_leaves_out():
    item = completed(NewItem(quantity=D(2), product_id=7), product=CARD, currency="eur")
    assert (item.unit_amount, item.tax_rate_id, item.tax_percent, item.description) == (1000, 3, 19, "Card")
    assert price_item(item).sub_total_minor == 23_80


def test_what_an_item_says_itself_is_not_the_products():
    said = NewItem(product_id=7, unit_amount=D(5), tax_rate_id=4, tax_percent=D(7), description="Mine")
    assert completed(said, product=CARD, currency="usd") == said


def test_a_products_price_is_read_as_the_item_says():
    item = completed(NewItem(product_id=7, tax_inclusive=True), product=CARD, currency="eur")
    assert price_item(item).sub_total_minor == 10_00


@pytest.mark.parametrize(
    ("product", "said"),
    [(CARD, "priced in EUR"), (replace(CARD, unit_amount=None), "neither has Card")],
)
def test_a_product_without_a_price_in_the_accounts_currency_gives_none(product, said):
    with pytest.raises(ItemInvalid, match=said) as refusal:
        completed(NewItem(product_id=7), product=product, currency="usd", at=1)
    assert refusal.value.param == "/items/1/unit_amount"


@pytest.mark.parametrize("kind", [C.INVOICE, C.CREDIT_NOTE])
def test_what_is_posted_at_once_is_kept_as_entered(ledger, kind):
    entered = (
        NewItem(quantity=D(2), unit_amount=D("1234.5"), discount_percent=D(10), tax_percent=D(22), description="Pane"),
        NewItem(unit_amount=D(119_00), tax_inclusive=True, tax_percent=D(19), discount_minor=11_90, description="B"),
        NewItem(sub_total_minor=77_77, discount_percent=D("2.5"), tax_percent=D(19), description="C"),
    )
    [posted] = post_new(new=[ledger.new(kind, items=entered)], actor="test")
    rows = TransactionItem.objects.filter(transaction_id=posted.id).order_by("position")
    assert tuple(as_entered(row) for row in rows) == entered
    assert price_item(replace(as_entered(rows[0]), quantity=D(4))).discount_minor == 4_94


def test_what_the_system_made_was_entered_by_nobody(ledger):
    invoice = ledger.invoice(100, tax=19)
    ledger.write_off(invoice)
    rows = TransactionItem.objects.exclude(transaction_id=invoice.id)
    assert {row.price_is for row in rows} == {None}
    assert len(rows) == 2


def test_a_draft_is_kept_changed_and_kept_again_as_entered(ledger):
    [product] = create_products(
        new=[{"code": "c", "name": "Card", "unit_amount": D(1000), "currency": "eur"}], actor="test"
    )
    entered = [
        NewItem(unit_amount=D(100_00), discount_percent=D("12.5"), description="A"),
        NewItem(sub_total_minor=77_77, discount_percent=D(3), tax_percent=D(19), description="B"),
        NewItem(product_id=product.pk, tax_inclusive=True, discount_minor=1_00),
    ]
    items = completed_items(entered, account_id=ledger.account.pk)
    new = NewTransaction(classification=C.INVOICE, account_id=ledger.account.pk, items=items)
    [draft] = save_drafts(new=[new], actor="test")
    for _ in range(2):
        rows = TransactionItem.objects.filter(transaction_id=draft.pk).order_by("position")
        again = tuple(as_entered(row) for row in rows)
        assert [replace(item, tax_percent=item.tax_percent or None) for item in again] == list(items)
        new.items = again
        update_draft(transaction_id=draft.pk, new=new, actor="test")


def test_an_item_says_what_it_is_for(ledger):
    new = ledger.new(C.INVOICE, items=(NewItem(unit_amount=D(1), description="A"), NewItem(unit_amount=D(1))))
    with pytest.raises(ItemInvalid, match="does not say what it is for") as refusal:
        ledger.post(new)
    assert refusal.value.param == "/items/1/description"
