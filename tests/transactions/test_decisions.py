"""What orders come to, decided on facts by hand: amounts, days, sides of the journal, refusals at the bound."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.transactions.facts import (
    BANK,
    CUSTOMER,
    DISCOUNTS,
    FIRST_ID,
    GAIN,
    LOSS,
    OTHER,
    RECEIVABLE,
    REVENUE,
    TAX,
    TODAY,
    account,
    decided,
    facts,
    lines,
    made,
    may,
    open_debit,
    post,
    refused,
    target,
)

from subledger.accounts.errors import AccountSuspended, AccountTerminated
from subledger.journal.errors import PeriodClosed
from subledger.transactions import day_errors, errors, going_out_errors, rule_errors
from subledger.transactions.rules.facts import Leaving, PostingInputs, StoredLink
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Post
from subledger.transactions.states import Classification as C
from subledger.transactions.states import LinkPrinciple, TransactionState

ITEM = NewItem(
    unit_amount=Decimal(100_00), discount_percent=Decimal(10), tax_percent=Decimal(19), description="Hosting"
)


# -- new ones --------------------------------------------------------------------------------------------------------


def test_an_invoice_has_its_totals_its_due_date_and_its_lines():
    done = decided(facts(), post(C.INVOICE, items=(ITEM,), note="seen"))
    [row] = done.effects.new_rows()
    assert (row.id, row.amount_minor, row.net_minor, row.discount_minor, row.tax_minor) == (
        FIRST_ID, 107_10, 100_00, 10_00, 17_10,
    )  # fmt: skip
    assert (row.base_minor, row.issued_on, row.posted_on, row.due_on) == (107_10, TODAY, TODAY, may(30))
    assert (row.received_on, row.received_by, row.payment_method_id) == (None, None, None)
    assert lines(done, FIRST_ID) == {
        RECEIVABLE: (107_10, 107_10), REVENUE: (-100_00, -100_00), DISCOUNTS: (10_00, 10_00), TAX: (-17_10, -17_10),
    }  # fmt: skip
    assert [(e.type, e.data.get("amount")) for e in done.effects.events] == [
        ("invoice.posted", 107_10),
        ("transaction.noted", None),
    ]
    assert done.standing.moved == {CUSTOMER: 107_10}


def test_a_payment_settles_what_is_due_first_and_says_who_received_it():
    done = decided(
        facts(open_items={CUSTOMER: [open_debit(1, 60_00, 12), open_debit(2, 50_00)]}), post(C.PAYMENT, 80_00)
    )
    [row] = done.effects.new_rows()
    assert made(done) == [(FIRST_ID, 2, 50_00), (FIRST_ID, 1, 30_00)]
    assert (row.net_minor, row.received_on, row.received_by) == (None, TODAY, "tester")
    assert lines(done, FIRST_ID) == {BANK: (80_00, 80_00), RECEIVABLE: (-80_00, -80_00)}
    assert done.standing.moved == {CUSTOMER: -80_00}


@pytest.mark.parametrize(("principle", "pairs"), [("fifo", [2]), ("against_item_fifo", [1])])
def test_a_payment_meant_for_an_invoice_settles_it_where_the_principle_says_so(principle: str, pairs: list[int]):
    invoice = target(1, C.INVOICE, 60_00, due_on=may(12))
    open_items = {CUSTOMER: [open_debit(1, 60_00, 12), open_debit(2, 50_00)]}
    given = facts(invoice, open_items=open_items, settings={"principle": principle})
    done = decided(given, post(C.PAYMENT, 50_00, intended_ids=(1,)))
    assert [debit for _, debit, _ in made(done)] == pairs
    assert done.effects.new_rows()[0].intended_ids == [1]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"classification": C.REFUND}, "not an invoice"),
        ({"account_id": OTHER}, "another account"),
        ({"state": TransactionState.WRITTEN_OFF}, "its state is written off"),
        ({"state": TransactionState.CANCELLED}, "its state is cancelled"),
    ],
)
def test_a_payment_is_meant_for_posted_invoices_of_its_account_unless_it_is_a_fact(changed, says):
    given = facts(target(1, C.INVOICE, 60_00, **changed))
    error = refused(given, post(C.PAYMENT, 50_00, intended_ids=(1,)))
    assert isinstance(error, errors.IntendedInvoiceInvalid)
    assert says in str(error)
    assert decided(given, post(C.PAYMENT, 50_00, intended_ids=(1,), money_has_moved=True)).effects.new_rows()


@pytest.mark.parametrize(
    ("day", "said", "error"),
    [
        (may(20), {}, None),
        (may(21), {}, day_errors.PostingDateInvalid),
        (may(6), {}, None),
        (may(5), {}, PeriodClosed),
    ],
)
def test_a_posting_day_is_after_the_closed_books_and_no_later_than_today(day: date, said, error):
    given, order = facts(closed_through=may(5)), post(C.PAYMENT, 1, posted_on=day, **said)
    if error:
        assert isinstance(refused(given, order), error)
    else:
        assert decided(given, order).effects.new_rows()[0].posted_on == day


def test_a_day_of_more_than_400_days_ago_is_asked_for_except_of_a_fact():
    old = date(2025, 4, 14)
    assert isinstance(refused(facts(), post(C.PAYMENT, 1, posted_on=old)), day_errors.PostingDayOld)
    for said in ({"confirm_posted_on": True}, {"money_has_moved": True}):
        assert decided(facts(), post(C.PAYMENT, 1, posted_on=old, **said)).effects.new_rows()


@pytest.mark.parametrize(
    ("state", "kind", "error"),
    [
        ("terminated", C.PAYMENT, AccountTerminated),
        ("suspended", C.INVOICE, AccountSuspended),
        ("suspended", C.PAYMENT, None),
    ],
)
def test_an_account_takes_what_its_state_allows(state: str, kind: C, error):
    given = facts(accounts={CUSTOMER: account(state=state)})
    order = post(kind, items=(ITEM,)) if kind is C.INVOICE else post(kind, 1)
    if error:
        assert isinstance(refused(given, order), error)
    else:
        assert decided(given, order).effects.new_rows()


def test_a_document_of_another_total_or_below_zero_is_refused():
    assert decided(facts(), post(C.INVOICE, items=(ITEM,), expected_total_minor=107_10)).effects.new_rows()
    error = refused(facts(), post(C.INVOICE, items=(ITEM,), expected_total_minor=107_11))
    assert isinstance(error, errors.TotalDiffers)
    below = NewItem(unit_amount=Decimal(-1), description="Back")
    assert isinstance(refused(facts(), post(C.INVOICE, items=(below,))), errors.TotalBelowZero)
    nothing = NewItem(unit_amount=Decimal(0), description="Free")
    assert decided(facts(), post(C.INVOICE, items=(nothing,))).effects.new_rows()[0].amount_minor == 0


# -- refunds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("balance", "going_out", "amount", "said", "error"),
    [
        (-50_00, 0, 50_00, {}, None),
        (-50_00, 0, 50_01, {}, going_out_errors.RefundAboveCredit),
        (-50_00, 0, 50_01, {"confirm_above_credit": True}, None),
        (-50_00, 20_00, 30_00, {}, None),
        (-50_00, 20_00, 30_01, {}, going_out_errors.RefundAboveCredit),
        (-50_00, 50_00, 1, {}, going_out_errors.RefundNeedsCreditBalance),
        (0, 0, 1, {}, going_out_errors.RefundNeedsCreditBalance),
        (-1, 0, 1, {}, None),
        (0, 0, 1, {"money_has_moved": True}, None),
    ],
)
def test_a_refund_is_within_the_credit_that_is_left(balance, going_out, amount, said, error):
    given = facts(balances={CUSTOMER: balance}, going_out={CUSTOMER: going_out})
    if error:
        assert isinstance(refused(given, post(C.REFUND, amount, **said)), error)
    else:
        done = decided(given, post(C.REFUND, amount, **said))
        assert lines(done, FIRST_ID) == {RECEIVABLE: (amount, amount), BANK: (-amount, -amount)}


@pytest.mark.parametrize(
    ("balance", "going_out", "amount", "said", "error"),
    [
        (-50_00, 0, 90_00, {}, None),
        (0, 0, 90_00, {}, None),
        (-50_00, 20_00, 30_00, {}, None),
        (-50_00, 20_00, 30_01, {}, going_out_errors.RefundAboveCredit),
        (-50_00, 20_00, 30_01, {"confirm_above_credit": True}, None),
        (-50_00, 49_99, 2, {}, going_out_errors.RefundAboveCredit),
        (-50_00, 50_00, 1, {}, going_out_errors.RefundNeedsCreditBalance),
        (-50_00, 50_00, 50_01, {"confirm_above_credit": True}, going_out_errors.RefundNeedsCreditBalance),
        (-1, 50_00, 1, {"confirm_above_credit": True}, going_out_errors.RefundNeedsCreditBalance),
        # where there is no credit that could go twice
        (0, 50_00, 50_00, {}, going_out_errors.RefundAboveCredit),
        (0, 50_00, 50_00, {"confirm_above_credit": True}, None),
        (10_00, 50_00, 50_00, {"confirm_above_credit": True}, None),
    ],
)
def test_where_no_credit_is_needed_what_is_on_its_way_out_is_none_all_the_same(balance, going_out, amount, said, error):
    given = facts(
        balances={CUSTOMER: balance}, going_out={CUSTOMER: going_out}, leaving={CUSTOMER: [Leaving(name="PRQ-1")]},
        settings={"refund_needs_credit_balance": False},
    )  # fmt: skip
    order = post(C.REFUND, amount, **said)
    if error:
        refusal = refused(given, order)
        assert isinstance(refusal, error)
        assert "by PRQ-1" in str(refusal)
        assert "credit of -" not in str(refusal)
    else:
        assert decided(given, order).effects.new_rows()


@pytest.mark.parametrize("needs_credit", [True, False])
@pytest.mark.parametrize(
    ("balance", "going_out", "gone", "amount", "passes", "left"),
    [
        (-100_00, 99_99, 99_99, 1, "at once", ""),
        (-100_00, 99_99, 99_99, 2, "", "0.01"),
        (-100_00, 99_99, 99_99, 100_00, "", "0.01"),
        (-100_00, 100_00, 100_00, 1, "", "nothing"),
        (-100_00, 100_01, 100_01, 1, "", "nothing"),
        # of 100.00 that may have gone 90.00 are told
        (-200_00, 100_00, 90_00, 100_00, "at once", ""),
        (-200_00, 100_00, 90_00, 100_01, "confirmed", ""),
        (-200_00, 100_00, 90_00, 110_00, "confirmed", ""),
        (-200_00, 100_00, 90_00, 110_01, "", "100.00"),
        (-200_00, 100_00, 90_00, 300_00, "", "100.00"),
        # no credit at all: nothing of it is left either
        (0, 90_00, 90_00, 1, "", "nothing"),
    ],
)
def test_what_is_told_to_have_gone_is_not_confirmed_away(balance, going_out, gone, amount, passes, left, needs_credit):
    given = facts(
        balances={CUSTOMER: balance}, going_out={CUSTOMER: going_out}, said_gone={CUSTOMER: gone},
        leaving={CUSTOMER: [Leaving(name="PRQ-1")]}, settings={"refund_needs_credit_balance": needs_credit},
    )  # fmt: skip
    order, confirmed = post(C.REFUND, amount), post(C.REFUND, amount, confirm_above_credit=True)
    if passes:
        assert decided(given, confirmed).effects.new_rows()
    if passes == "at once":
        assert decided(given, order).effects.new_rows()
    if passes == "confirmed":
        assert isinstance(refused(given, order), going_out_errors.RefundAboveCredit)
    if not passes:
        for one in (order, confirmed):
            refusal = refused(given, one)
            if not (needs_credit and not balance):
                assert isinstance(refusal, going_out_errors.RefundNeedsCreditBalance)
                assert f"{left} EUR is left to refund".replace("nothing EUR", "nothing") in str(refusal)


@given(credit=st.integers(1, 300), gone=st.integers(0, 400), beside=st.integers(0, 100), amount=st.integers(1, 400))
def test_no_cent_decides_more_than_a_cent(credit, gone, beside, amount):
    """Confirmed, a refund goes up to what is left once what is told to have gone is taken off; at once, up to what is
    left beside what is in doubt as well."""
    given_ = facts(
        balances={CUSTOMER: -credit}, going_out={CUSTOMER: gone + beside}, said_gone={CUSTOMER: gone},
        settings={"refund_needs_credit_balance": True},
    )  # fmt: skip
    free, left = credit - gone - beside, credit - gone
    for fields, most in (({}, free), ({"confirm_above_credit": True}, left if gone else amount)):
        order = post(C.REFUND, amount, **fields)
        if free > 0 and amount <= most:
            assert decided(given_, order).effects.new_rows()
        else:
            assert refused(given_, order).code in ("refund_needs_credit_balance", "refund_above_credit")


def test_refunds_of_a_set_see_what_those_before_them_take():
    given = facts(balances={CUSTOMER: -50_00})
    error = refused(given, post(C.REFUND, 30_00), post(C.REFUND, 20_01))
    assert isinstance(error, going_out_errors.RefundAboveCredit)
    assert len(decided(given, post(C.REFUND, 30_00), post(C.REFUND, 20_00)).effects.rows) == 2
    assert len(decided(given, post(C.PAYMENT, 1), post(C.REFUND, 50_01)).effects.rows) == 2


@pytest.mark.parametrize(
    ("amount", "said", "passes"), [(30_00, {}, 1), (30_01, {}, 0), (30_01, {"confirm_credit_limit": True}, 1)]
)
def test_a_refund_reaches_the_credit_limit_and_not_beyond(amount: int, said: dict, passes: int):
    given = facts(
        balances={CUSTOMER: 70_00},
        accounts={CUSTOMER: account(credit_limit_minor=100_00)},
        settings={"refund_needs_credit_balance": False},
    )
    if passes:
        assert decided(given, post(C.REFUND, amount, **said)).effects.new_rows()
    else:
        assert isinstance(refused(given, post(C.REFUND, amount, **said)), errors.CreditLimitExceeded)


# -- drafts ----------------------------------------------------------------------------------------------------------


def test_a_draft_is_posted_as_it_stands():
    draft = target(
        7, C.INVOICE, 107_10, state=TransactionState.DRAFT, number=None, posted_on=None, base_minor=None, due_on=None,
        net_minor=100_00, discount_minor=10_00, tax_minor=17_10, issued_on=may(3),
    )  # fmt: skip
    done = decided(facts(draft), Post(draft_id=7, posted_on=may(8), expected_total_minor=107_10))
    assert done.effects.new_rows() == []
    [row] = done.effects.draft_rows()
    assert (row.id, row.posted_on, row.due_on, row.base_minor) == (7, may(8), may(18), 107_10)
    assert lines(done, 7) == {
        RECEIVABLE: (107_10, 107_10), REVENUE: (-100_00, -100_00), DISCOUNTS: (10_00, 10_00), TAX: (-17_10, -17_10),
    }  # fmt: skip
    assert done.effects.rows[7].issued_on == may(3)
    error = refused(facts(draft), Post(draft_id=7, expected_total_minor=107_11))
    assert isinstance(error, errors.DraftDiffers)
    twice = refused(facts(draft), Post(draft_id=7), Post(draft_id=7))
    assert twice.code == "action_not_allowed" or "posted" in str(twice)


# -- another currency ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "difference"), [("1.1", 10_00), ("0.9", -10_00), ("1", 0)])
def test_a_payment_at_another_rate_realises_the_difference(rate: str, difference: int):
    given = facts(
        accounts={CUSTOMER: account(currency="usd")},
        rates={("usd", TODAY): Decimal(rate)},
        open_items={CUSTOMER: [open_debit(1, 100_00)]},
    )
    done = decided(given, post(C.PAYMENT, 100_00))
    [row] = done.effects.new_rows()
    assert row.base_minor == 100_00 + difference
    assert lines(done, FIRST_ID) == {BANK: (100_00, row.base_minor), RECEIVABLE: (-100_00, -row.base_minor)}
    [link] = done.effects.allocations
    assert (link.credit_base_minor, link.debit_base_minor) == (row.base_minor, 100_00)
    if difference:
        assert done.effects.ids_needed() == 1
        assert lines(done, link.id) == {RECEIVABLE: (0, difference), GAIN if difference > 0 else LOSS: (0, -difference)}
    else:
        assert (done.effects.ids_needed(), link.id) == (0, None)


def test_a_release_takes_the_difference_back_with_the_very_lines():
    link = StoredLink(
        id=5, minor=100_00, principle=LinkPrinciple.FIFO, allocated_on=may(2), credit_base=90_00, debit_base=100_00,
        credit=(1, may(2), may(2), 0, 0), debit=(3, may(11), may(1), 0, 0),
    )  # fmt: skip
    payment = target(1, C.PAYMENT, 100_00, base_minor=90_00, posted_on=may(2))
    given = facts(payment, links={CUSTOMER: [link]})
    done = decided(given, Cancel(target_id=1, amount=ALL))
    released = next(entry for entry in done.effects.entries if entry.source == "release")
    assert (released.source_id, released.effective_on) == (5, TODAY)
    assert lines(done, released.id) == {RECEIVABLE: (0, 10_00), LOSS: (0, -10_00)}


def test_rules_that_would_leave_the_balance_are_refused():
    from subledger.transactions.rules.posting import AccountRole, Component, Rule, RuleBook

    def with_rules(*rules: Rule) -> PostingInputs:
        return facts(settings={"rules": RuleBook(rules)})

    away = Rule(C.PAYMENT, AccountRole.CUSTOMER, None, Component.TOTAL, None, REVENUE)
    assert isinstance(refused(with_rules(away), post(C.PAYMENT, 1)), rule_errors.PostingRuleInvalid)
    assert isinstance(refused(with_rules(), post(C.PAYMENT, 1)), rule_errors.PostingRuleMissing)
