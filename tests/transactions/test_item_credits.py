"""Parts of an item that exhaust it add up to it, in net and in tax, whatever they are; no part exceeds what is left."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel.errors import DomainError
from subledger.transactions.rules.credits import Amounts, CreditedItem, Crediting, amounts_of
from subledger.transactions.rules.items import ItemRef, NewItem, PricedItem, TaxRounding, price_item
from subledger.transactions.rules.shares import spread_over
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


@pytest.mark.parametrize(
    ("note", "share"),
    [((-10_00, 19_00), (0, 9_00)), ((100_00, -19_00), (81_00, 0)), ((-10_00, 5_00), None), ((1_00, -5_00), None)],
)
def test_a_note_takes_no_more_of_net_and_tax_than_they_come_to_together(note, share):
    """Lines of 100.00 at 19 % and -110.00 at none come to 9.00: no more is credited of the tax."""
    of = item(NewItem(unit_amount=Decimal(100_00), tax_percent=Decimal(19)))
    taken = Crediting({REF: of}).spread(Amounts(*note), [REF.transaction_id], account_id=ACCOUNT)
    assert taken == ({REF: share} if share else {})


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


# -- worked examples at the bounds of each sentence ------------------------------------------------------------------


def amounts_credited(of: CreditedItem, *parts: NewItem) -> list[Amounts]:
    return [amounts_of(priced) for priced in credited(of, *parts)]


@pytest.mark.parametrize("part", [total, net])
def test_the_tax_of_a_part_goes_by_what_is_credited_with_it(part):
    # by total 4.79 of each 30.00 are tax (19.00 of 118.99), by net 5.70 come on top of it (19.00 on 99.99)
    of = item(HUNDRED_LESS_ONE)
    wanted = (25_21, 4_79) if part is total else (30_00, 5_70)
    assert amounts_credited(of, part(30_00), part(30_00)) == [wanted, wanted]


ALL_TAX = NewItem(unit_amount=Decimal(1), tax_percent=Decimal(100))


@pytest.mark.parametrize(
    ("of", "part", "taken"),
    [
        # a cent of two with one of tax: the tax stays with what is left, for half of it rounds up with the rest
        (item(NewItem(unit_amount=Decimal(2), tax_percent=Decimal(25))), total(1), (1, 0)),
        (item(NewItem(unit_amount=Decimal(100), tax_percent=Decimal(1))), net(10), (10, 0)),
        (item(NewItem(unit_amount=Decimal(100), tax_percent=Decimal(19))), net(0), (0, 0)),
        # rounded by rate, prices with tax of 0.03 hold 1.5 cents of tax each, and the odd cents of all go to some:
        # what is left of the tax needs some net, and none is left of either
        (item(ALL_TAX, tax_minor=2), total(2), (0, 2)),
        (item(ALL_TAX, net_minor=0), REST, (0, 1)),  # an item has the sign of net and tax together
    ],
)
def test_cents_of_a_part(of, part, taken):
    assert amounts_credited(of, part) == [taken]


def test_a_part_of_what_has_no_tax_left_takes_none_back():
    of = item(NewItem(unit_amount=Decimal(3), tax_percent=Decimal(50)), credited=Amounts(0, 2))
    assert amounts_credited(of, total(1)) == [(1, 0)]


def test_a_discount_is_taken_off_before_it_is_credited():
    of = item(HUNDRED_LESS_ONE)
    [part] = credited(of, NewItem(unit_amount=Decimal(109_99), discount_minor=10_00, credits=REF))
    assert (part.net_minor, part.discount_minor, part.tax_minor, part.sub_total_minor) == (109_99, 10_00, 19_00, 118_99)


def test_the_price_of_one_follows_from_a_sub_total_and_stays_where_it_was_said():
    of = item(HUNDRED_LESS_ONE)
    [by_total] = credited(of, NewItem(quantity=Decimal(2), sub_total_minor=59_50, credits=REF))
    assert (by_total.net_minor, by_total.unit_amount) == (50_00, 25_00)
    [by_price] = credited(of, NewItem(quantity=Decimal(2), unit_amount=Decimal(25_00), credits=REF))
    assert (by_price.net_minor, by_price.unit_amount) == (50_00, 25_00)
    [inclusive] = credited(of, NewItem(unit_amount=Decimal(59_50), tax_inclusive=True, credits=REF))
    assert (inclusive.net_minor, inclusive.unit_amount) == (50_00, 59_50), "the price with its tax, as it was said"
    [all_tax] = credited(item(ALL_TAX, tax_minor=2), total(2))
    assert (all_tax.net_minor, all_tax.unit_amount) == (0, 0), "of the net that its share of the tax leaves"


def test_the_price_behind_a_part_has_the_fewest_decimals_that_lead_back_to_it():
    of = item(NewItem(quantity=Decimal(3), unit_amount=Decimal(19_99), tax_percent=Decimal(22)))
    [part] = credited(of, NewItem(quantity=Decimal(3), sub_total_minor=36_58, credits=REF))
    assert (part.net_minor, part.tax_minor, part.unit_amount) == (29_98, 6_60, Decimal("999.3"))


def test_nothing_is_left_of_an_item_that_came_to_nothing():
    of = item(NewItem(unit_amount=Decimal(5_00), discount_percent=Decimal(100)))
    assert refused(of, net(1)).code == "credited_above_invoiced"
    assert amounts_credited(of, REST) == [(0, 0)], "the item itself is credited with nothing"


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ((None, None), (1, 31)),
        ((10, 20), (10, 20)),
        ((10, None), (10, None)),
        ((None, 20), (None, 20)),
    ],
)
def test_the_days_of_the_service_are_those_of_the_item_unless_said(said, days):
    def day(number: int | None) -> date | None:
        return None if number is None else date(2026, 5, number)

    of = item(HUNDRED_LESS_ONE, service_start=day(1), service_end=day(31))
    part = NewItem(unit_amount=Decimal(1_00), service_start=day(said[0]), service_end=day(said[1]), credits=REF)
    [done] = Crediting({REF: of}).completed([part], account_id=ACCOUNT)
    assert (done.service_start, done.service_end) == (day(days[0]), day(days[1]))


def test_the_rest_of_an_item_is_one_of_it_by_its_total_without_any_discount():
    of = item(
        NewItem(quantity=Decimal(3), unit_amount=Decimal(20_00), discount_minor=10_00, tax_percent=Decimal(19)),
        credited=Amounts(20_00, 3_80),
    )
    asked = NewItem(discount_percent=Decimal(10), credits=REF)
    [rest] = Crediting({REF: of}).completed([asked], account_id=ACCOUNT)
    assert (rest.quantity, rest.sub_total_minor, rest.discount_minor, rest.discount_percent) == (1, 35_70, None, None)


def test_all_that_is_left_is_taken_once_in_a_note():
    crediting = Crediting({REF: item(HUNDRED_LESS_ONE)})
    with pytest.raises(DomainError, match=r"^Item 2 credits 99\.99 EUR and 19\.00 EUR tax .*: all of it is credited"):
        crediting.completed([REST, REST], account_id=ACCOUNT)


def test_of_equal_items_the_first_of_the_first_invoice_gets_the_cent():
    one = NewItem(unit_amount=Decimal(1_00))
    refs = [ItemRef(8, 2), ItemRef(7, 1), ItemRef(8, 1)]
    crediting = Crediting({ref: item(one, ref=ref) for ref in refs})
    assert crediting.copy().spread(Amounts(1, 0), [8, 7], account_id=ACCOUNT) == {ItemRef(8, 1): (1, 0)}
    assert crediting.copy().spread(Amounts(1, 0), [7, 8], account_id=ACCOUNT) == {ItemRef(7, 1): (1, 0)}


@pytest.mark.parametrize(("minor", "shares"), [(1, [1, 0]), (2, [1, 0])])
def test_a_part_of_one_cent_is_spread_over(minor, shares):
    assert spread_over(minor, [1, 0]) == shares


# -- drafts, checked when they are posted ----------------------------------------------------------------------------


def checked(of: CreditedItem, amounts: Amounts) -> None:
    Crediting({REF: of}).check(REF, amounts, at=1)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_draft_credits_what_is_still_there(sign):
    def signed(net: int, tax: int) -> Amounts:
        return Amounts(sign * net, sign * tax)

    price = NewItem(unit_amount=Decimal(sign * 99_99), tax_percent=Decimal(19))
    of = item(price, credited=signed(50_00, 9_50))
    checked(of, signed(49_99, 9_50))
    checked(of, signed(49_98, 9_50))
    checked(of, signed(49_98, 0))
    for above in (signed(50_00, 9_50), signed(49_98, 9_51)):
        with pytest.raises(DomainError) as refusal:
            checked(of, above)
        assert str(refusal.value).startswith("Item 2 credits ")
        assert str(refusal.value).endswith(" of it are left to credit. Credit that or less.")


def test_a_draft_of_all_the_net_that_is_left_has_all_of_the_tax():
    of = item(HUNDRED_LESS_ONE, credited=Amounts(50_00, 9_50))
    with pytest.raises(DomainError) as refusal:
        checked(of, Amounts(49_99, 9_49))
    assert str(refusal.value) == (
        "Item 2 credits the rest of item 1 of invoice INV-1, 49.99 EUR before tax, with 9.49 EUR tax, and 9.50 EUR of "
        "its tax is left: other parts were credited since the draft was saved. Save the draft again."
    )
    assert refusal.value.param == "/items/1/credits_item"


# -- how much of it is left ------------------------------------------------------------------------------------------


def of_quantity(quantity: str, unit: int, percent: int = 0, taken: Amounts | None = None) -> CreditedItem:
    price = NewItem(quantity=Decimal(quantity), unit_amount=Decimal(unit), tax_percent=Decimal(percent))
    return item(price, credited=taken or Amounts(0, 0))


@pytest.mark.parametrize(
    ("of", "left"),
    [
        (of_quantity("5", 4_00), "5"),
        (of_quantity("5", 4_00, taken=Amounts(12_00, 0)), "2"),
        (of_quantity("5", 4_00, taken=Amounts(20_00, 0)), "0"),
        (of_quantity("3", 10_00, percent=19, taken=Amounts(10_00, 1_90)), "2"),
        (of_quantity("3", 3_33, taken=Amounts(3_34, 0)), "1.9970"),
        (of_quantity("5", 0), "0"),
        (of_quantity("5", -4_00, taken=Amounts(-12_00, 0)), "2"),
    ],
)
def test_what_of_a_quantity_goes_with_what_is_left_of_the_amount(of, left):
    assert of.quantity_left == Decimal(left)
    assert str(of.quantity_left) == str(Decimal(left).normalize()), "written without zeros behind it"


@pytest.mark.parametrize(
    ("of", "quantity", "part"),
    [
        (of_quantity("5", 4_00), "2", 8_00),
        (of_quantity("5", 4_00), "5", 20_00),
        (of_quantity("5", 4_00), "6", 20_00),
        (of_quantity("3", 10_00, percent=19), "1", 11_90),
        (of_quantity("8", 1), "0.5", 1),
        (of_quantity("5", 4_00, taken=Amounts(12_00, 0)), "1", 4_00),
        (of_quantity("5", 4_00, taken=Amounts(12_00, 0)), "2", 8_00),
        (of_quantity("5", -4_00, taken=Amounts(-12_00, 0)), "1", -4_00),
        # 0.50004 is left, which is said as 0.5: whoever takes that takes all of it
        (of_quantity("1", 1_000_00, taken=Amounts(499_96, 0)), "0.5", 500_04),
        # 0.49995 is left, which is said as 0.5: no part is more than what is left
        (of_quantity("1", 1_000_00, taken=Amounts(500_05, 0)), "0.49999", 499_95),
        (of_quantity("1", -1_000_00, taken=Amounts(-500_05, 0)), "0.49999", -499_95),
        (item(NewItem(unit_amount=Decimal(4_00)), quantity=Decimal(0)), "-1", 4_00),
    ],
)
def test_what_a_part_of_the_quantity_comes_to(of, quantity, part):
    assert of.part(Decimal(quantity)) == part


@given(
    quantity=st.integers(1, 50),
    unit=st.integers(1, 10**5),
    percent=st.integers(0, 30),
    taken=st.integers(0, 100),
    asked=st.integers(0, 50),
)
def test_a_part_is_that_share_of_the_whole_halves_up_and_never_more_than_is_left(quantity, unit, percent, taken, asked):
    whole = of_quantity(str(quantity), unit, percent).whole
    gone = Amounts(whole.net * taken // 100, whole.tax * taken // 100)
    of = of_quantity(str(quantity), unit, percent, taken=gone)
    total, left = whole.net + whole.tax, sum(whole.less(gone))
    exact = (2 * total * asked + quantity) // (2 * quantity)  # in whole numbers
    wanted = left if asked >= of.quantity_left else min(exact, left)
    assert of.part(Decimal(asked)) == wanted
