"""What decided orders leave to be written: by which rules their lines go, their numbers, what allocations realise."""

from __future__ import annotations

from dataclasses import astuple, replace
from decimal import Decimal
from typing import Any

import pytest
from tests.transactions.facts import (
    CUSTOMER,
    FIRST_ID,
    GAIN,
    LOSS,
    RECEIVABLE,
    REVENUE,
    TAX,
    TODAY,
    TYPES,
    account,
    credited_item,
    decided,
    draft,
    facts,
    lines,
    made,
    may,
    open_debit,
    post,
    posting_rules,
    refused,
    target,
)

from subledger.transactions import rule_errors
from subledger.transactions.revenue_errors import RevenueRefused
from subledger.transactions.rules.credits import Amounts, DraftCredit
from subledger.transactions.rules.facts import PostingInputs, StoredLink
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Post
from subledger.transactions.rules.posting import AccountRole, Component, Rule, RuleBook
from subledger.transactions.rules.revenue import NoRevenue
from subledger.transactions.states import Classification as C
from subledger.transactions.states import LinkPrinciple, TransactionState

VOUCHERS, HOSTING, LATER, DEPOSITS = 21, 22, 23, 24
VOUCHER, SERVER = 81, 82
KNOWN: dict[str, dict[int, str | None]] = {"product": {VOUCHER: None, SERVER: None}}
ITEM = NewItem(unit_amount=Decimal(100), description="x")
SERVED = replace(ITEM, service_start=may(1), service_end=may(31))


def net_to(ledger: int, component: Component = Component.NET, **said: int) -> Rule:
    return Rule(C.INVOICE, AccountRole.CUSTOMER, None, component, RECEIVABLE, ledger, **said)


def given(*rules: Rule, **settings: Any) -> PostingInputs:
    return facts(known=KNOWN, settings={"rules": RuleBook([*posting_rules(), *rules]), **settings})


def test_each_item_goes_by_the_rule_of_its_product_its_group_or_the_others():
    books = given(
        net_to(VOUCHERS, product_id=VOUCHER), net_to(HOSTING, group_id=91), product_groups={SERVER: 91, 1: 91}
    )
    items = (replace(ITEM, product_id=VOUCHER), replace(ITEM, product_id=SERVER), ITEM)
    done = decided(books, post(C.INVOICE, items=items))
    assert {ledger: minor for ledger, (minor, _) in lines(done, FIRST_ID).items()} == {
        RECEIVABLE: 300, VOUCHERS: -100, HOSTING: -100, REVENUE: -100,
    }  # fmt: skip


def test_what_is_delivered_over_a_period_is_deferred_unless_it_is_no_revenue():
    later = net_to(LATER, Component.DEFERRED)
    done = decided(given(later), post(C.INVOICE, items=(SERVED, ITEM)))
    assert {ledger: minor for ledger, (minor, _) in lines(done, FIRST_ID).items()} == {
        RECEIVABLE: 200, LATER: -100, REVENUE: -100,
    }  # fmt: skip
    none = NoRevenue(products={VOUCHER: "Voucher"}, income={REVENUE: "Revenue"})
    books = given(later, net_to(VOUCHERS, product_id=VOUCHER), no_revenue=none)
    done = decided(books, post(C.INVOICE, items=(replace(SERVED, product_id=VOUCHER), SERVED)))
    assert {ledger: minor for ledger, (minor, _) in lines(done, FIRST_ID).items()} == {
        RECEIVABLE: 200, VOUCHERS: -100, LATER: -100,
    }  # fmt: skip


def test_what_is_no_revenue_moves_no_income():
    income = {REVENUE: "Revenue"}
    by_product = given(no_revenue=NoRevenue(products={VOUCHER: "Voucher"}, income=income))
    assert decided(by_product, post(C.INVOICE, items=(ITEM,))).effects.rows
    error = refused(by_product, post(C.INVOICE, items=(ITEM, replace(ITEM, product_id=VOUCHER))))
    assert isinstance(error, RevenueRefused)
    assert "product 'Voucher' is no revenue, and the posting rules would enter it on Revenue" in str(error)
    assert "add one for an invoice of this product" in str(error)
    by_type = given(no_revenue=NoRevenue(types={TYPES[C.INVOICE]: "Deposit"}, income=income))
    assert "type 'Deposit' is no revenue" in str(refused(by_type, post(C.INVOICE, items=(ITEM,))))
    elsewhere = facts(
        settings={
            "rules": RuleBook([net_to(DEPOSITS)]),
            "no_revenue": NoRevenue(types={TYPES[C.INVOICE]: "Deposit"}, income=income),
        }
    )
    assert decided(elsewhere, post(C.INVOICE, items=(ITEM,))).effects.rows


def test_a_refusal_says_which_rule_is_missing_or_wrong():
    missing = refused(facts(settings={"rules": RuleBook([])}), post(C.PAYMENT, 1))
    assert isinstance(missing, rule_errors.PostingRuleMissing)
    assert "where a payment on a customer account goes" in str(missing)
    away = Rule(C.PAYMENT, AccountRole.CUSTOMER, None, Component.TOTAL, None, REVENUE)
    wrong = str(refused(facts(settings={"rules": RuleBook([away])}), post(C.PAYMENT, 1)))
    assert wrong.index("payment") < wrong.index("customer")


def test_lines_are_carried_into_base_currency_by_its_decimals_and_the_control_account_keeps_its_own():
    yen = facts(accounts={CUSTOMER: account(currency="jpy")}, rates={("jpy", TODAY): Decimal("0.0061")})
    done = decided(yen, post(C.PAYMENT, 1000))
    assert done.effects.rows[FIRST_ID].base_minor == 610
    assert lines(done, FIRST_ID)[RECEIVABLE] == (-1000, -610)
    dollars = facts(accounts={CUSTOMER: account(currency="usd")}, rates={("usd", TODAY): Decimal("1.2345")})
    done = decided(dollars, post(C.INVOICE, items=(replace(ITEM, tax_percent=Decimal(19)),)))
    assert lines(done, FIRST_ID) == {RECEIVABLE: (119, 147), REVENUE: (-100, -124), TAX: (-19, -23)}


def test_numbers_of_a_series_follow_each_other_within_a_set():
    done = decided(facts(), *[post(C.PAYMENT, 1)] * 3, post(C.INVOICE, items=(ITEM,)))
    assert [(row.counter, row.ordinal) for row in done.effects.new_rows()] == [
        ("payment", 0), ("payment", 1), ("payment", 2), ("invoice", 0),
    ]  # fmt: skip
    assert done.effects.counters() == [("invoice", 1), ("payment", 3)]


def test_a_refund_is_settled_by_the_credit_that_is_open():
    credit = (False, (5, may(1), may(1), 50_00, 50_00))
    done = decided(facts(balances={CUSTOMER: -50_00}, open_items={CUSTOMER: [credit]}), post(C.REFUND, 50_00))
    assert made(done) == [(5, FIRST_ID, 50_00)]


def test_what_is_left_open_of_a_new_transaction_is_known_and_of_no_other():
    books = facts(open_items={CUSTOMER: [open_debit(1, 30)]})
    done = decided(books, post(C.PAYMENT, 50))
    assert done.effects.left_open(FIRST_ID) == 20

    several = decided(facts(open_items={CUSTOMER: [open_debit(1, 55)]}), post(C.PAYMENT, 50), post(C.PAYMENT, 10))
    assert [several.effects.left_open(ident) for ident in (FIRST_ID, FIRST_ID + 1)] == [0, 5]
    settled = facts(open_items={CUSTOMER: [(False, (5, may(1), may(1), 30, 30))]})
    assert decided(settled, post(C.INVOICE, items=(ITEM,))).effects.left_open(FIRST_ID) == 70
    draft = target(7, C.PAYMENT, 50, state=TransactionState.DRAFT, number=None, posted_on=None, base_minor=None)
    assert decided(replace(books, targets={7: draft}), Post(draft_id=7)).effects.left_open(7) is None
    owed = facts(target(1, C.INVOICE, 5), open_items={CUSTOMER: [open_debit(1, 5)]})
    assert decided(owed, Cancel(target_id=1, amount=ALL)).effects.left_open(FIRST_ID) == 0


@pytest.mark.parametrize(("base", "goes_to"), [(99, GAIN), (101, LOSS)])
def test_a_difference_of_one_unit_is_a_gain_or_a_loss(base: int, goes_to: int):
    books = facts(
        accounts={CUSTOMER: account(currency="usd")},
        rates={("usd", TODAY): Decimal(1)},
        open_items={CUSTOMER: [open_debit(1, 100, base=base)]},
    )
    done = decided(books, post(C.PAYMENT, 100))
    [link] = done.effects.allocations
    assert lines(done, link.id) == {RECEIVABLE: (0, 100 - base), goes_to: (0, base - 100)}


def test_what_is_allocated_and_released_in_one_set_realises_and_takes_back():
    books = facts(
        target(1, C.INVOICE, 100, base_minor=90),
        accounts={CUSTOMER: account(currency="usd")},
        rates={("usd", may(10)): Decimal(1)},
        open_items={CUSTOMER: [open_debit(1, 100, base=90)]},
    )
    paid = post(C.PAYMENT, 100, posted_on=may(10))
    done = decided(books, paid, Cancel(target_id=1, amount=ALL, posted_on=may(12)))
    found = [(entry.source, entry.effective_on) for entry in done.effects.entries if entry.source != "transaction"]
    assert found == [("allocation", may(10)), ("release", may(12))]
    assert done.effects.ids_needed() == 2
    same_day = decided(books, paid, Cancel(target_id=1, amount=ALL, posted_on=may(10)))
    assert same_day.effects.ids_needed() == 0, "no day has seen it"


def test_a_release_that_realised_nothing_enters_nothing():
    link = StoredLink(
        id=5, minor=100, principle=LinkPrinciple.FIFO, allocated_on=may(2), credit_base=100, debit_base=100,
        credit=(3, may(2), may(2), 0, 0), debit=(1, may(11), may(1), 0, 0),
    )  # fmt: skip
    done = decided(facts(target(1, C.INVOICE, 100), links={CUSTOMER: [link]}), Cancel(target_id=1, amount=ALL))
    assert [release.id for release in done.effects.releases] == [5]
    assert [entry.source for entry in done.effects.entries] == ["transaction"]
    assert done.effects.ids_needed() == 0


FIRST, SECOND = ItemRef(7, 1), ItemRef(7, 2)


def shares_of(*orders: Post, **known: Any) -> list[tuple[int, ...]]:
    """(note, invoice, place, net, tax) of what credit notes take, of two items of 1.00 of an invoice of 2.00."""
    books = facts(
        target(7, C.INVOICE, 200),
        *known.pop("drafts", ()),
        credited={ref: credited_item(ref, tax_minor=19) for ref in (FIRST, SECOND)},
        **known,
    )
    return [astuple(one) for one in decided(books, *orders).effects.credit_shares]


def test_a_credit_note_that_names_no_item_is_spread_over_its_invoice():
    item = NewItem(unit_amount=Decimal(60), discount_minor=9, tax_percent=Decimal(10), description="x")
    note = post(C.CREDIT_NOTE, items=(item,), intended_ids=(7,))
    assert shares_of(note, note) == [
        (FIRST_ID, 7, 1, 26, 3), (FIRST_ID, 7, 2, 25, 2), (FIRST_ID + 1, 7, 1, 25, 2), (FIRST_ID + 1, 7, 2, 26, 3),
    ]  # fmt: skip
    assert shares_of(post(C.CREDIT_NOTE, items=(item,))) == [], "it is for no invoice"
    named = replace(ITEM, unit_amount=Decimal(1), credits=FIRST)
    beside = shares_of(post(C.CREDIT_NOTE, items=(item, named), intended_ids=(7,)))
    assert beside == [(FIRST_ID, 7, 1, 25, 3), (FIRST_ID, 7, 2, 26, 2)], "the rest of one that names an item"
    assert shares_of(post(C.PAYMENT, 50, intended_ids=(7,))) == []


def test_so_is_a_draft_of_one():
    columns = {"net_minor": 60, "discount_minor": 9, "tax_minor": 5, "intended_ids": (7,)}
    one = draft(8, C.CREDIT_NOTE, 56, **columns)
    assert shares_of(Post(draft_id=8), drafts=[one]) == [(8, 7, 1, 26, 3), (8, 7, 2, 25, 2)]
    net, tax = ({**columns, "net_minor": minor, "discount_minor": 0, "tax_minor": 5 - minor} for minor in (5, 0))
    for parts, shares in ((net, [(3, 0), (2, 0)]), (tax, [(0, 3), (0, 2)])):
        taken = shares_of(Post(draft_id=8), drafts=[draft(8, C.CREDIT_NOTE, 5, **parts)])
        assert [one[3:] for one in taken] == shares
    credit = DraftCredit(at=0, ref=FIRST, amounts=Amounts(1, 0))
    beside = shares_of(Post(draft_id=8), drafts=[one], draft_credits={8: [credit]})
    assert beside == [(8, 7, 1, 25, 3), (8, 7, 2, 25, 2)], "the rest of one that names an item"
