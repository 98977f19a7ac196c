"""What actions on posted ones come to, decided on facts by hand: cancellations, write-offs, moves, quick payments."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.transactions.facts import (
    BANK,
    CUSTOMER,
    FIRST_ID,
    LOSSES,
    MIRROR,
    OTHER,
    RECEIVABLE,
    REVENUE,
    TAX,
    WRITE_OFF,
    account,
    decided,
    deciding,
    facts,
    lines,
    made,
    may,
    open_debit,
    post,
    refused,
    target,
)

from subledger.transactions import errors, going_out_errors
from subledger.transactions.rules.facts import Leaving, StoredLink
from subledger.transactions.rules.orders import ALL, Cancel, Move, QuickPay, WriteOff
from subledger.transactions.rules.writing_off import Taxed
from subledger.transactions.states import Classification as C
from subledger.transactions.states import LinkPrinciple, ReleaseReason, TransactionState

# -- cancellations ---------------------------------------------------------------------------------------------------


def test_a_cancelled_invoice_has_its_lines_turned_round_and_gives_its_credit_back():
    invoice = target(1, C.INVOICE, 100_00, net_minor=90_00, discount_minor=0, tax_minor=10_00, base_minor=120_00)
    link = StoredLink(
        id=5, minor=100_00, principle=LinkPrinciple.FIFO, allocated_on=may(2), credit_base=100_00, debit_base=100_00,
        credit=(3, may(2), may(2), 0, 0), debit=(1, may(11), may(1), 0, 0),
    )  # fmt: skip
    entry = [(RECEIVABLE, 100_00, 120_00), (REVENUE, -90_00, -108_00), (TAX, -10_00, -12_00)]
    given = facts(invoice, lines={1: entry}, links={CUSTOMER: [link]}, open_items={CUSTOMER: [open_debit(2, 30_00)]})
    done = decided(given, Cancel(target_id=1, amount=ALL, issue_reason="why", posted_on=may(9)))
    [row] = done.effects.new_rows()
    assert (row.classification, row.cancels_id, row.issue_reason) == (C.INVOICE_CANCELLATION, 1, "why")
    assert (row.amount_minor, row.base_minor, row.net_minor, row.tax_minor) == (100_00, 120_00, 90_00, 10_00)
    assert lines(done, FIRST_ID) == {RECEIVABLE: (-100_00, -120_00), REVENUE: (90_00, 108_00), TAX: (10_00, 12_00)}
    assert [(s.id, s.state) for s in done.effects.states] == [(1, TransactionState.CANCELLED)]
    assert [(r.id, r.released_on, r.release_reason) for r in done.effects.releases] == [
        (5, may(9), ReleaseReason.INVOICE_CANCELLED)
    ]
    assert made(done) == [(FIRST_ID, 1, 100_00), (3, 2, 30_00)]
    assert done.effects.item_copies == [(FIRST_ID, 1)]


def test_a_cancelled_payment_is_a_debit_that_it_settles_itself():
    payment = target(1, C.PAYMENT, 50_00)
    given = facts(
        payment, lines={1: [(BANK, 50_00, 50_00), (RECEIVABLE, -50_00, -50_00)]}, target_open={1: (50_00, 50_00)}
    )
    done = decided(given, Cancel(target_id=1, amount=50_00))
    assert made(done) == [(1, FIRST_ID, 50_00)]
    assert lines(done, FIRST_ID) == {BANK: (-50_00, -50_00), RECEIVABLE: (50_00, 50_00)}
    assert done.standing.moved == {CUSTOMER: 50_00}
    assert done.effects.item_copies == []


def test_what_is_cancelled_is_all_of_it_once_and_not_before_it_was_posted():
    given = facts(target(1, C.PAYMENT, 50_00, posted_on=may(5)))
    assert isinstance(refused(given, Cancel(target_id=1, amount=49_99)), errors.AmountNotWhole)
    early = refused(given, Cancel(target_id=1, amount=ALL, posted_on=may(4)))
    assert isinstance(early, errors.EarlierThanTarget)
    assert decided(given, Cancel(target_id=1, amount=ALL, posted_on=may(5))).effects.states
    refused(given, Cancel(target_id=1, amount=ALL), Cancel(target_id=1, amount=ALL))


@pytest.mark.parametrize(
    ("balance", "going_out", "open_minor", "passes"),
    [
        (-50_00, 0, 50_00, 1),
        (-50_00, 1, 50_00, 0),
        (-60_00, 10_00, 50_00, 1),
        (-60_00, 10_01, 50_00, 0),
        (0, 10_00, 0, 0),
    ],
)
def test_a_payment_whose_credit_is_on_its_way_out_stays(balance, going_out, open_minor, passes):
    leaving = {CUSTOMER: [Leaving(name="a refund")]} if going_out else {}
    given = facts(
        target(1, C.PAYMENT, 50_00),
        balances={CUSTOMER: balance},
        going_out={CUSTOMER: going_out},
        leaving=leaving,
        target_open={1: (open_minor, open_minor)},
    )
    if passes:
        assert decided(given, Cancel(target_id=1, amount=ALL)).effects.states
    else:
        assert isinstance(refused(given, Cancel(target_id=1, amount=ALL)), going_out_errors.CreditBeingRefunded)
        assert decided(given, Cancel(target_id=1, amount=ALL, money_has_moved=True)).effects.states


# -- written off, moved, paid ----------------------------------------------------------------------------------------


def test_a_write_off_takes_what_is_open_with_its_tax_and_is_mirrored():
    taxed = [Taxed(61, Decimal(19), 19_00, 119_00)]
    given = facts(
        target(1, C.INVOICE, 119_00), open_items={CUSTOMER: [open_debit(1, 59_50)]}, taxed={1: taxed}
    )  # fmt: skip
    order = WriteOff(target_id=1, amount=59_50, mirror_account_id=WRITE_OFF, issue_reason="gone")
    done = decided(given, order)
    row, mirror = done.effects.new_rows()
    assert (row.writes_off_id, row.amount_minor, row.net_minor, row.tax_minor) == (1, 59_50, 50_00, 9_50)
    assert (mirror.mirrors_id, mirror.account_id, mirror.amount_minor, mirror.counter) == (
        row.id, WRITE_OFF, 59_50, "mirror_invoice",
    )  # fmt: skip
    assert lines(done, row.id) == {LOSSES: (50_00, 50_00), TAX: (9_50, 9_50), RECEIVABLE: (-59_50, -59_50)}
    assert lines(done, mirror.id) == {MIRROR: (59_50, 59_50), LOSSES: (-59_50, -59_50)}
    assert made(done) == [(row.id, 1, 59_50)]
    assert [(s.id, s.state) for s in done.effects.states] == [(1, TransactionState.WRITTEN_OFF)]
    assert [(i.transaction_id, i.sub_total_minor, i.tax_rate_id) for i in done.effects.items] == [
        (row.id, 59_50, 61), (mirror.id, 59_50, 61),
    ]  # fmt: skip
    order.amount = 59_49
    assert isinstance(refused(given, order), errors.AmountNotWhole)
    settled = facts(target(1, C.INVOICE, 119_00))
    order.amount = ALL
    assert isinstance(refused(settled, order), errors.AlreadySettled)


def test_a_payment_is_moved_with_what_it_says_of_itself():
    payment = target(1, C.PAYMENT, 50_00, received_on=may(2), received_by="Carla", category_id=41, metadata={"k": "v"})
    given = facts(
        payment, lines={1: [(BANK, 50_00, 50_00), (RECEIVABLE, -50_00, -50_00)]}, target_open={1: (50_00, 50_00)},
        open_items={OTHER: [open_debit(2, 20_00)]},
    )  # fmt: skip
    done = decided(given, Move(target_id=1, to_account_id=OTHER, issue_reason="moved"))
    cancellation, moved = done.effects.new_rows()
    assert (cancellation.cancels_id, cancellation.account_id, cancellation.issue_reason) == (1, CUSTOMER, "moved")
    assert (moved.moved_from_id, moved.account_id, moved.amount_minor) == (1, OTHER, 50_00)
    assert (moved.received_on, moved.received_by, moved.category_id, moved.metadata) == (
        may(2), "Carla", 41, {"k": "v"},
    )  # fmt: skip
    assert made(done) == [(1, cancellation.id, 50_00), (moved.id, 2, 20_00)]
    assert lines(done, moved.id) == {BANK: (50_00, 50_00), RECEIVABLE: (-50_00, -50_00)}
    assert done.standing.moved == {CUSTOMER: 50_00, OTHER: -50_00}
    assert isinstance(refused(given, Move(target_id=1, to_account_id=CUSTOMER)), errors.MoveRefused)
    abroad = facts(payment, accounts={CUSTOMER: account(), OTHER: account(OTHER, currency="usd")})
    assert isinstance(refused(abroad, Move(target_id=1, to_account_id=OTHER)), errors.MoveRefused)


def test_quick_pay_pays_what_is_open_of_its_invoice_under_either_principle():
    open_items = {CUSTOMER: [open_debit(1, 40_00, 12), open_debit(2, 50_00)]}
    given = facts(target(1, C.INVOICE, 60_00, due_on=may(12)), open_items=open_items)
    done = decided(given, QuickPay(target_id=1, amount=40_00, received_by="Carla"))
    [row] = done.effects.new_rows()
    assert (row.amount_minor, row.received_by, row.intended_ids) == (40_00, "Carla", [1])
    assert made(done) == [(FIRST_ID, 1, 40_00)]
    assert isinstance(refused(given, QuickPay(target_id=1, amount=40_01)), errors.AmountNotWhole)
    twice = refused(given, QuickPay(target_id=1, amount=ALL), QuickPay(target_id=1, amount=ALL))
    assert isinstance(twice, errors.AlreadySettled)


def test_each_deed_asks_for_its_permission():
    given = facts(
        target(1, C.INVOICE, 60_00), target(2, C.PAYMENT, 50_00), balances={CUSTOMER: -1, OTHER: 0},
        open_items={CUSTOMER: [open_debit(1, 60_00)]},
    )  # fmt: skip
    decisions, asked = deciding(given)
    for order in (
        post(C.REFUND, 1),
        QuickPay(target_id=1, amount=ALL),
        Move(target_id=2, to_account_id=OTHER),
        Cancel(target_id=1, amount=ALL),
    ):
        decisions.decide(order)
    assert set(asked) == {
        "transactions.refund", "transactions.post:payment", "transactions.move", "transactions.cancel:invoice",
    }  # fmt: skip
