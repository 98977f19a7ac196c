"""A refusal of posting states the facts that refused it: which is which stands in its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.transactions.facts import (
    BANK,
    CUSTOMER,
    METHOD,
    OTHER,
    TODAY,
    TYPES,
    account,
    configuration,
    decided,
    facts,
    may,
    open_debit,
    post,
    refused,
    target,
)

from subledger.transactions.rules.documents import MethodFacts
from subledger.transactions.rules.facts import PostingInputs
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Move, Order, Post, WriteOff
from subledger.transactions.states import Classification as C
from subledger.transactions.states import TransactionState

ITEM = NewItem(unit_amount=Decimal(100), description="Hosting")
LONG_AGO = TODAY - timedelta(days=500)
TOMORROW = TODAY + timedelta(days=1)
GONE_BY, IN_USE = MethodFacts("Cheque", BANK, False), MethodFacts("Bank", BANK, True)


def settings(kind: C, **changed: Any) -> PostingInputs:
    """Facts whose type of ``kind`` is changed."""
    types = dict(configuration().types)
    types[TYPES[kind]] = replace(types[TYPES[kind]], **changed)
    return facts(settings={"types": types})


def methods(**changed: Any) -> PostingInputs:
    given = settings(C.PAYMENT, **changed)
    known = {METHOD: IN_USE, 32: GONE_BY, 33: MethodFacts("Cash", BANK, True)}
    return replace(given, configuration=replace(given.configuration, payment_methods=known))


def owing(balance: int, limit: int | None = None, *, needs_credit: bool = True) -> PostingInputs:
    return facts(
        balances={CUSTOMER: balance},
        accounts={CUSTOMER: account(credit_limit_minor=limit)},
        settings={"refund_needs_credit_balance": needs_credit},
    )


@pytest.mark.parametrize(
    ("given", "order", "says"),
    [
        (facts(), post(C.PAYMENT, 1, received_on=TOMORROW), f"received on {TOMORROW}: .*today is {TODAY}"),
        (facts(), post(C.PAYMENT, 1, received_on=LONG_AGO), f"receiving day {LONG_AGO} lies 500 days before today"),
        (facts(), post(C.PAYMENT, 1, posted_on=TOMORROW), f"post on {TOMORROW}: .*today is {TODAY}"),
        (facts(), post(C.PAYMENT, 1, posted_on=LONG_AGO), f"posting day {LONG_AGO} lies 500 days before today"),
        (
            facts(),
            post(C.INVOICE, items=(ITEM,), due_on=date(2050, 1, 1)),
            f"due date 2050-01-01 lies more than ten years after the posting day {TODAY}",
        ),
        (facts(), post(C.PAYMENT, 1, currency="usd"), "amount is in USD, but the account is kept in EUR"),
        (settings(C.PAYMENT, is_active=False), post(C.PAYMENT, 1), "type 'payment'"),
        (facts(), post(C.CREDIT_NOTE, items=(ITEM,), credit_reason_id=62), "reason 'Old'"),
        (
            facts(known={"payment_preference": {5: "Old card"}}),
            post(C.PAYMENT, 1, payment_preference_id=5),
            "payment preference 'Old card'",
        ),
        (
            facts(codes=frozenset({("payment", "A-1")})),
            post(C.PAYMENT, 1, back_office_code="A-1"),
            "code 'A-1' is on another payment",
        ),
        (facts(), post(C.PAYMENT, 1, intended_ids=(8,)), "allocate to txn_.*: there is no such invoice"),
        (
            facts(target(8, C.REFUND, 5)),
            post(C.PAYMENT, 1, intended_ids=(8,)),
            "allocate to N-8: it is not an invoice",
        ),
        (
            facts(target(8, C.INVOICE, 5, account_id=OTHER)),
            post(C.PAYMENT, 1, intended_ids=(8,)),
            "allocate to N-8: it belongs to another account",
        ),
        (
            facts(target(8, C.INVOICE, 5, state=TransactionState.CANCELLED)),
            post(C.PAYMENT, 1, intended_ids=(8,)),
            "allocate to N-8: its state is cancelled",
        ),
        (owing(-20_00), post(C.REFUND, 30_00), r"refund of 30\.00 EUR is more than the credit of 20\.00 EUR"),
        (
            owing(20_00, 100_00, needs_credit=False),
            post(C.REFUND, 90_00),
            r"raise the balance to 110\.00 EUR, above the credit limit of 100\.00 EUR",
        ),
        (facts(target(1, C.INVOICE, 5_00)), Cancel(target_id=1, amount=4_00), r"N-1: it is over 5\.00 EUR, not 4\.00"),
        (
            methods(payment_method_ids=frozenset({METHOD, 32})),
            post(C.PAYMENT, 1, payment_method_id=33),
            r"Type 'payment' does not allow this method\. Allowed: Bank\.",
        ),
        (
            methods(payment_method_ids=frozenset({METHOD, 32})),
            post(C.PAYMENT, 1, payment_method_id=32),
            "method 'Cheque'",
        ),
        (
            facts(target(1, C.PAYMENT, 5, posted_on=may(9))),
            Cancel(target_id=1, amount=ALL, posted_on=may(8)),
            "act on N-1 as of 2026-05-08: it was posted on 2026-05-09",
        ),
        (
            facts(target(7, C.INVOICE, 5_00, state=TransactionState.DRAFT, number=None, posted_on=None)),
            Post(draft_id=7, expected_total_minor=4_00),
            r"draft comes to 5\.00 EUR, and 4\.00 EUR was given",
        ),
        (
            facts(target(7, C.INVOICE, 5_00, state=TransactionState.DRAFT, number=None, posted_on=None)),
            Post(draft_id=7, expected_total_minor=0),
            r"draft comes to 5\.00 EUR, and 0\.00 EUR was given",
        ),
    ],
)
def test_each_fact_stands_in_its_place(given: PostingInputs, order: Order, says: str):
    refusal = refused(given, order)
    with pytest.raises(type(refusal), match=says):
        raise refusal


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (Cancel(target_id=1, amount=ALL), "cancel it"),
        (WriteOff(target_id=1, amount=ALL, mirror_account_id=103), "write the invoice off"),
        (Post(draft_id=7), "post the draft"),
        (post(C.INVOICE, items=(ITEM,)), "post an invoice"),
    ],
)
def test_an_account_that_has_ended_says_what_could_not_be_done(order: Order, says: str):
    unposted = target(7, C.INVOICE, 5_00, state=TransactionState.DRAFT, number=None, posted_on=None)
    given = facts(
        target(1, C.INVOICE, 5),
        unposted,
        accounts={CUSTOMER: account(state="terminated")},
        open_items={CUSTOMER: [open_debit(1, 5)]},
    )
    assert f"Cannot {says}" in str(refused(given, order))


def test_a_deed_is_that_of_the_order_in_hand():
    """One decides a set: what the order before it did is forgotten."""
    given = facts(
        target(1, C.PAYMENT, 5),
        accounts={CUSTOMER: account(), OTHER: account(OTHER)},
        open_items={},
        target_open={1: (5, 5)},
    )
    moved = Move(target_id=1, to_account_id=OTHER)
    suspended = replace(given, accounts={CUSTOMER: account(state="suspended"), OTHER: account(OTHER)})
    assert "post an invoice" in str(refused(suspended, moved, post(C.INVOICE, items=(ITEM,))))


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    "order",
    [Cancel(target_id=1, amount=ALL, note=CARD), post(C.PAYMENT, 1, note=CARD)],
)
def test_no_order_brings_the_number_of_a_card(order: Order):
    assert refused(facts(target(1, C.PAYMENT, 5)), order).param == "/note"


def test_what_moved_already_is_posted_whatever_it_says():
    """Refusing it would lose the trace of the money."""
    assert decided(facts(), post(C.PAYMENT, 1, note=CARD, money_has_moved=True)).effects.rows
