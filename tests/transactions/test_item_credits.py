"""Parts of an item that exhaust it add up to it, in net and in tax, whatever they are; no part exceeds what is left."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel.errors import DomainError
from subledger.transactions.rules.credits import Amounts, CreditedItem, Crediting, amounts_of, spread_over
from subledger.transactions.rules.items import ItemRef, NewItem, PricedItem, TaxRounding, price_item
from subledger.transactions.states import Classification, TransactionState

REF, ACCOUNT = ItemRef(7, 1), 101


def item(price: NewItem, **changed) -> CreditedItem:
    told = price_item(price)
    values = {
        "ref": REF, "account_id": ACCOUNT, "classification": Classification.INVOICE, "state": TransactionState.POSTED,
        "type_id": 11, "number": "INV-1", "currency": "eur", "product_id": None, "description": "Hosting",
        "quantity": told.quantity,
        "net_minor": told.net_minor, "discount_minor": told.discount_minor, "tax_rate_id": None,
        "tax_percent": told.tax_percent, "tax_minor": told.tax_minor, "service_start": None, "service_end": None,
        **changed,
    }  # fmt: skip
    return CreditedItem(**values)


def credited(of: CreditedItem, *parts: NewItem) -> list[PricedItem]:
    """One note a part."""
    crediting, found = Crediting({REF: of}), []
    for part in parts:
        items = crediting.completed([part], account_id=ACCOUNT)
        priced = crediting.priced(items, rounding=TaxRounding.ITEM, currency="eur")
        crediting.take_all(items, priced)
        found += priced
    return found


def net(minor: int) -> NewItem:
    return NewItem(unit_amount=Decimal(minor), credits=REF)


def total(minor: int) -> NewItem:
    return NewItem(sub_total_minor=minor, credits=REF)


REST = NewItem(credits=REF)
HUNDRED_LESS_ONE = NewItem(unit_amount=Decimal(99_99), tax_percent=Decimal(19))


@pytest.mark.parametrize("halves", [(net(50_00), net(49_99)), (total(59_50), total(59_49)), (net(50_00), REST)])
def test_halves_add_up(halves):
    first, second = credited(item(HUNDRED_LESS_ONE), *halves)
    assert (first.sub_total_minor, first.tax_minor) == (59_50, 9_50)
    assert (second.sub_total_minor, second.tax_minor) == (59_49, 9_50)


def test_all_of_an_item_is_taken_as_it_was_charged():
    of = item(NewItem(quantity=Decimal(3), unit_amount=Decimal(20_00), discount_minor=10_00, tax_percent=Decimal(19)))
    [whole] = credited(of, REST)
    assert (whole.quantity, whole.net_minor, whole.discount_minor, whole.tax_minor) == (3, 60_00, 10_00, 9_50)


@given(
    price=st.integers(1, 10**6),
    percent=st.decimals(0, 100, places=2),
    off=st.integers(0, 99),
    is_credit_line=st.booleans(),
    cuts=st.lists(st.tuples(st.integers(1, 10**6), st.booleans()), max_size=8),
)
def test_any_parts_that_exhaust_an_item_sum_to_it_exactly(price, percent, off, is_credit_line, cuts):
    sign = -1 if is_credit_line else 1
    of = item(NewItem(unit_amount=Decimal(sign * price), discount_percent=Decimal(off), tax_percent=percent))
    crediting, sums = Crediting({REF: of}), Amounts(0, 0)
    for share, is_total in cuts:
        left = crediting.left(REF)
        whole = abs(left.net + left.tax) if is_total else abs(left.net)
        part = share % (whole + 1)
        if not part:
            continue
        one = (total if is_total else net)(sign * part)
        items = crediting.completed([one], account_id=ACCOUNT)
        [priced] = crediting.priced(items, rounding=TaxRounding.ITEM, currency="eur")
        taken = amounts_of(priced)
        assert 0 <= sign * taken.net <= sign * left.net
        assert 0 <= sign * taken.tax <= sign * left.tax
        assert priced.sub_total_minor == taken.net + taken.tax
        assert (taken.net + taken.tax if is_total else taken.net) == sign * part
        assert taken.net != left.net or taken.tax == left.tax
        crediting.take_all(items, [priced])
        sums = sums.plus(taken)
    left = crediting.left(REF)
    if left != (0, 0):
        [rest] = crediting.priced(
            crediting.completed([REST], account_id=ACCOUNT), rounding=TaxRounding.ITEM, currency="eur"
        )
        sums = sums.plus(amounts_of(rest))
    assert sums == of.whole


def refused(of: CreditedItem, *parts: NewItem, account_id: int = ACCOUNT) -> DomainError:
    def price() -> None:
        crediting = Crediting({REF: of})
        items = crediting.completed(parts, account_id=account_id)
        crediting.priced(items, rounding=TaxRounding.ITEM, currency="eur")

    with pytest.raises(DomainError) as found:
        price()
    return found.value


def test_what_is_left_is_said():
    of = item(HUNDRED_LESS_ONE, credited=Amounts(50_00, 9_50))
    refusal = refused(of, net(50_00))
    assert refusal.code == "credited_above_invoiced"
    assert str(refusal) == (
        "Item 1 credits 50.00 EUR and 9.50 EUR tax of item 1 of invoice INV-1: 49.99 EUR and 9.50 EUR tax of it are "
        "left to credit. Credit that or less."
    )
    assert refused(of, net(30_00), total(30_00)).param == "/items/1/credits_item"
    gone = item(HUNDRED_LESS_ONE, credited=Amounts(99_99, 19_00))
    assert "nothing is left to credit" in str(refused(gone, REST))
    assert "nothing is left to credit" in str(refused(gone, net(1)))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"classification": Classification.CREDIT_NOTE}, "is no invoice"),
        ({"account_id": 102}, "stands on another account"),
        ({"state": TransactionState.CANCELLED}, "is cancelled"),
        ({"state": TransactionState.WRITTEN_OFF}, "is written off"),
        ({"state": TransactionState.DRAFT}, "is not posted"),
    ],
)
def test_only_items_of_posted_invoices_of_the_account_are_credited(changed, words):
    refusal = refused(item(HUNDRED_LESS_ONE, **changed), REST)
    assert refusal.code == "credited_item_invalid"
    assert words in str(refusal)


def test_a_part_has_the_tax_and_the_sign_of_its_item():
    of = item(HUNDRED_LESS_ONE)
    other_tax = NewItem(unit_amount=Decimal(1_00), tax_percent=Decimal(7), credits=REF)
    assert "has 19 %" in str(refused(of, other_tax))
    assert "a part has its sign" in str(refused(of, net(-1)))


def three() -> Crediting:
    """33.33, 33.33 and 33.34 at 19 %: 6.33 of tax each, 118.99 in all."""
    items = {}
    for position, minor in enumerate((33_33, 33_33, 33_34), 1):
        ref = ItemRef(7, position)
        items[ref] = item(NewItem(unit_amount=Decimal(minor), tax_percent=Decimal(19)), ref=ref)
    return Crediting(items)


def test_a_note_for_an_invoice_as_a_whole_is_spread_by_what_is_left_of_each_item():
    crediting = three()
    first = crediting.spread(Amounts(50_00, 9_50), [7], account_id=ACCOUNT)
    assert list(first.values()) == [(16_67, 3_17), (16_66, 3_17), (16_67, 3_16)]
    second = crediting.spread(Amounts(50_00, 9_49), [7], account_id=ACCOUNT)
    assert list(second.values()) == [(16_66, 3_16), (16_67, 3_16), (16_67, 3_17)]
    assert crediting.spread(Amounts(50_00, 9_50), [7], account_id=ACCOUNT) == {}, "what exceeds the items is of none"


def test_a_note_of_another_tax_takes_net_and_tax_each_as_far_as_they_go():
    crediting = three()
    taken = crediting.spread(Amounts(118_99, 0), [7], account_id=ACCOUNT)
    assert list(taken.values()) == [(33_33, 0), (33_33, 0), (33_34, 0)]
    assert crediting.left(ItemRef(7, 1)) == (0, 6_33)
    [rest] = crediting.priced(
        crediting.completed([REST], account_id=ACCOUNT), rounding=TaxRounding.ITEM, currency="eur"
    )
    assert amounts_of(rest) == (0, 6_33)


def test_a_note_is_spread_over_posted_invoices_of_its_account_alone():
    for changed in ({"account_id": 999}, {"state": TransactionState.WRITTEN_OFF}):
        of = item(HUNDRED_LESS_ONE, **changed)
        assert Crediting({REF: of}).spread(Amounts(50_00, 9_50), [7], account_id=ACCOUNT) == {}
    assert three().spread(Amounts(50_00, 9_50), [8], account_id=ACCOUNT) == {}


@given(st.integers(-10, 10**12), st.lists(st.integers(-(10**6), 10**9), max_size=8))
def test_what_is_spread_is_exact_and_gives_no_part_more_than_it_is(total, parts):
    shares, whole = spread_over(total, parts), sum(parts)
    assert sum(shares) == (min(total, whole) if total > 0 and whole > 0 else 0)
    assert all(min(part, 0) <= share <= max(part, 0) for part, share in zip(parts, shares, strict=True))
    if 0 < total < whole:
        exact = [Decimal(total) * part / whole for part in parts]
        assert all(abs(share - one) < 1 for share, one in zip(shares, exact, strict=True))


@pytest.mark.parametrize(
    ("minor", "parts", "shares"),
    [
        (-1, [5, 5], [0, 0]), (0, [5, 5], [0, 0]), (1, [5, 5], [1, 0]), (1, [5, 6], [0, 1]), (9, [5, 5], [5, 4]),
        (10, [5, 5], [5, 5]), (11, [5, 5], [5, 5]), (3, [5, -2], [5, -2]), (2, [5, -2], [3, -1]), (1, [2, -2], [0, 0]),
        (1, [1, -2], [0, 0]), (4, [], []),
    ],
)  # fmt: skip
def test_it_is_spread_as_far_as_the_parts_go(minor, parts, shares):
    assert spread_over(minor, parts) == shares
