"""What deciding begins with and remembers: rates, codes, books of open items; and what a quick payment hands on."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

import pytest
from tests.transactions.facts import CUSTOMER, TODAY, facts, may, open_debit, target

from subledger.journal.errors import ExchangeRateMissing
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.facts import Standing, StoredLink
from subledger.transactions.rules.items import NewItem, price_item
from subledger.transactions.rules.orders import ALL, QuickPay
from subledger.transactions.rules.rows import item_rows
from subledger.transactions.states import Classification as C
from subledger.transactions.states import LinkPrinciple

# -- facts -----------------------------------------------------------------------------------------------------------


def test_a_rate_comes_with_the_decimals_of_both_currencies():
    known = facts(rates={("jpy", TODAY): Decimal("0.006")})
    assert known.rate("jpy", TODAY) == (Decimal("0.006"), (0, 2))
    assert known.rate("eur", TODAY) == (None, (2, 2)), "the base currency has none"


def test_a_rate_that_is_missing_is_named():
    with pytest.raises(ExchangeRateMissing, match=r"JPY on 2026-05-20: there is no exchange rate to EUR"):
        facts().rate("jpy", TODAY)


@pytest.mark.parametrize("name", ["day", "base"])
def test_what_only_a_posted_one_has_is_not_made_up(name):
    draft = target(7, C.INVOICE, 100, posted_on=None, base_minor=None)
    with pytest.raises(ValueError, match="transaction 7 is not posted"):
        getattr(draft, name)


# -- standing --------------------------------------------------------------------------------------------------------


def test_a_code_is_taken_until_the_draft_that_has_it_is_saved_anew():
    standing = Standing(facts(codes=frozenset({("invoice", "old")})))
    standing.take("invoice", "new")
    taken = [("invoice", "old"), ("invoice", "new"), ("payment", "old"), ("invoice", "other")]
    assert [standing.is_taken(*one) for one in taken] == [True, True, False, False]
    standing.free("invoice", "old")
    standing.free("invoice", "new")
    assert [standing.is_taken(*one) for one in taken] == [False] * 4
    standing.take("invoice", "old")
    assert standing.is_taken("invoice", "old")


def test_items_of_one_day_stand_beside_each_other():
    standing = Standing(facts(open_items={CUSTOMER: [open_debit(1, 5_00), open_debit(2, 7_00)]}))
    found = [standing.book(CUSTOMER).item(ident, is_debit=True) for ident in (1, 2)]
    assert [one and one.open_minor for one in found] == [5_00, 7_00]


def test_the_sides_of_a_link_are_known_and_what_is_open_of_them_stays():
    """As open items they say what is open; at the link, that nothing is, where they were not read otherwise."""
    link = StoredLink(
        id=9, minor=3_00, principle=LinkPrinciple.FIFO, allocated_on=may(2), credit_base=3_00, debit_base=3_00,
        credit=(1, may(2), may(2), 0, 0), debit=(2, may(11), may(2), 0, 0),
    )  # fmt: skip

    def open_of(**changed) -> list[int | None]:
        book = Standing(facts(links={CUSTOMER: [link]}, **changed)).book(CUSTOMER)
        sides = [book.item(1, is_debit=False), book.item(2, is_debit=True)]
        return [one.open_minor if one else None for one in sides]

    assert open_of() == [0, 0]
    items = [(False, (1, may(2), may(2), 4_00, 4_00)), (True, (2, may(11), may(2), 6_00, 6_00))]
    assert open_of(open_items={CUSTOMER: items}) == [4_00, 6_00]


def test_a_target_of_which_nothing_is_open_has_nothing_in_either_currency():
    standing = Standing(facts())
    settled = standing.open_item(target(7, C.INVOICE, 100))
    assert (settled.id, settled.open_minor, settled.open_base) == (7, 0, 0)


# -- a quick payment -------------------------------------------------------------------------------------------------

PAID = {
    "type_id": 12, "category_id": 41, "payment_method_id": 31, "payment_preference_id": 51, "issued_on": may(3),
    "posted_on": may(4), "confirm_posted_on": True, "received_on": may(2), "received_by": "Ann",
    "issue_reason": "In person", "back_office_code": "B-1", "metadata": {"till": "2"}, "note": "By the door",
}  # fmt: skip


def test_a_quick_payment_hands_on_all_that_was_said_of_it():
    order = QuickPay(target_id=7, amount=ALL, **PAID)
    shared = {one.name for one in fields(QuickPay)} & {one.name for one in fields(NewTransaction)}
    assert shared - set(PAID) == {"confirm_in_advance"}, "it answers what is asked of the order itself"
    payment = order.payment(account_id=CUSTOMER, amount_minor=5_00)
    assert {name: getattr(payment, name) for name in PAID} == PAID
    assert (payment.classification, payment.account_id, payment.amount_minor) == (C.PAYMENT, CUSTOMER, 5_00)
    assert (payment.intended_ids, payment.against_item) == ((7,), True)


# -- rows of items ---------------------------------------------------------------------------------------------------


def test_what_an_item_has_of_metadata_is_kept_and_nothing_where_it_has_none():
    items = [NewItem(unit_amount=Decimal(5), metadata={"colour": "red"}), NewItem(unit_amount=Decimal(5))]
    rows = item_rows(7, items, [price_item(one) for one in items])
    assert [row.metadata for row in rows] == [{"colour": "red"}, None]
    assert [row.position for row in rows] == [1, 2]
