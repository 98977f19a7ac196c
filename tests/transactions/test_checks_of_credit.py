"""Credit that may be gone, and revenue that is taken back: what of it stops an order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.transactions.facts import (
    CUSTOMER,
    OTHER,
    TYPES,
    account,
    credited_item,
    decided,
    draft,
    facts,
    post,
    refused,
    target,
)

from subledger.transactions import errors, going_out_errors
from subledger.transactions.revenue_errors import RevenueMixed
from subledger.transactions.rules.checks import Checks
from subledger.transactions.rules.credits import Amounts, DraftCredit
from subledger.transactions.rules.facts import Leaving, PostingInputs, Standing
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Move, Post
from subledger.transactions.rules.revenue import NoRevenue
from subledger.transactions.states import Classification as C

ITEM = NewItem(unit_amount=Decimal(100), description="Hosting")
CREDITED = ItemRef(9, 1)


def checks(given: PostingInputs) -> Checks:
    return Checks(Standing(given))


# -- credit that has gone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("open_minor", "paid_out", "balance", "passes_"),
    [
        (50_00, (0, 0), -50_00, True),
        (0, (50_00, 0), 0, False),
        (0, (1, 0), 0, False),
        (49_99, (1, 0), -49_99, False),
        (49_99, (1, 0), -50_00, True),  # other credit stands for it
        (0, (0, 1), 0, False),
        (0, (50_00, 0), -50_00, True),
        (0, (50_00, 0), -60_00, True),
    ],
)
def test_a_payment_that_refunds_have_paid_out_is_asked_for(open_minor, paid_out, balance, passes_):
    given = facts(
        target(1, C.PAYMENT, 50_00),
        balances={CUSTOMER: balance, OTHER: 0},
        target_open={1: (open_minor, open_minor)},
        paid_out={1: paid_out},
    )
    for order in (Cancel(target_id=1, amount=ALL), Move(target_id=1, to_account_id=OTHER)):
        if passes_:
            assert decided(given, order).effects.states
        else:
            assert isinstance(refused(given, order), going_out_errors.CreditPaidOut)
            order.confirm_paid_out = True
            assert decided(given, order).effects.states


def test_what_is_missing_on_the_suspense_account_is_what_would_be_owed():
    given = facts(
        target(1, C.PAYMENT, 50_00),
        accounts={CUSTOMER: account(role="suspense"), OTHER: account(OTHER)},
        balances={CUSTOMER: -49_99, OTHER: 0},
        target_open={1: (50_00, 50_00)},
    )
    with pytest.raises(going_out_errors.CreditPaidOut, match=r"0\.01 EUR"):
        checks(given).not_paid_out(given.targets[1], Cancel(target_id=1, amount=ALL))
    enough = replace(given, balances={CUSTOMER: -50_00})
    checks(enough).not_paid_out(enough.targets[1], Cancel(target_id=1, amount=ALL))


def test_a_payment_whose_own_money_is_leaving_stays_whatever_else_is_there():
    given = facts(
        target(1, C.PAYMENT, 50_00),
        balances={CUSTOMER: -500_00},
        going_out={CUSTOMER: 50_00},
        leaving={CUSTOMER: [Leaving(name="its own", pays_back_id=1), Leaving(name="another")]},
        target_open={1: (50_00, 50_00)},
    )
    with pytest.raises(going_out_errors.CreditBeingRefunded, match="its own") as refusal:
        checks(given).still_there(given.targets[1])
    assert "another" not in str(refusal.value)
    others = replace(given, leaving={CUSTOMER: [Leaving(name="another", pays_back_id=2)]})
    checks(others).still_there(others.targets[1])


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (Cancel(target_id=1, amount=ALL), "Cannot cancel payment N-1: its credit is on its way out already (its own)"),
        (Move(target_id=1, to_account_id=OTHER), "Cannot move payment N-1: its credit is on its way out already"),
    ],
)
def test_a_refusal_names_the_deed_the_payment_and_what_is_leaving(order: Cancel | Move, says: str):
    given = facts(
        target(1, C.PAYMENT, 50_00),
        going_out={CUSTOMER: 50_00},
        leaving={CUSTOMER: [Leaving(name="its own", pays_back_id=1)]},
        target_open={1: (50_00, 50_00)},
    )
    assert says in str(refused(given, order))


@pytest.mark.parametrize(("order", "deed"), [(Cancel(target_id=1, amount=ALL), "Cancelled"),
                                             (Move(target_id=1, to_account_id=OTHER), "Moved")])  # fmt: skip
def test_a_question_names_the_deed_the_payment_and_both_figures(order: Cancel | Move, deed: str):
    given = facts(target(1, C.PAYMENT, 50_00), balances={CUSTOMER: -20_00, OTHER: 0}, paid_out={1: (40_00, 5_00)})
    asked = str(refused(given, order))
    assert asked.startswith(f"25.00 EUR of payment N-1 was paid out already, by a refund. {deed},")
    assert "balance would be 30.00 EUR" in asked


def test_what_the_set_has_moved_so_far_counts_for_what_is_left_of_a_credit():
    """A credit of 50.00 is leaving. 100.00 are there for both until another payment of the set is cancelled."""
    first, second = target(1, C.PAYMENT, 50_00), target(2, C.PAYMENT, 50_00)
    leaving = facts(
        first, second, balances={CUSTOMER: -100_00}, going_out={CUSTOMER: 50_00},
        leaving={CUSTOMER: [Leaving(name="a refund")]}, target_open={1: (50_00, 50_00), 2: (50_00, 50_00)},
    )  # fmt: skip
    orders = [Cancel(target_id=ident, amount=ALL) for ident in (1, 2)]
    assert isinstance(refused(leaving, *orders), going_out_errors.CreditBeingRefunded)
    assert decided(leaving, post(C.PAYMENT, 50_00), *orders).effects.states


def test_what_the_set_has_moved_so_far_counts_for_what_was_paid_out():
    given = facts(target(1, C.PAYMENT, 50_00), balances={CUSTOMER: 0}, paid_out={1: (50_00, 0)})
    order = Cancel(target_id=1, amount=ALL)
    assert isinstance(refused(given, order), going_out_errors.CreditPaidOut)
    assert isinstance(refused(given, post(C.PAYMENT, 49_99), order), going_out_errors.CreditPaidOut)
    assert decided(given, post(C.PAYMENT, 50_00), order).effects.states


def test_other_credit_stands_for_what_was_paid_out_as_far_as_it_goes():
    """Of 50.00 that were paid out, the 20.00 of another payment stand for 20.00."""
    given = facts(target(1, C.PAYMENT, 80_00), balances={CUSTOMER: -50_00}, target_open={1: (30_00, 30_00)},
                  paid_out={1: (50_00, 0)})  # fmt: skip
    assert "30.00 EUR of payment" in str(refused(given, Cancel(target_id=1, amount=ALL)))


def test_a_balance_that_nobody_read_is_nothing():
    """It is read only where a credit goes: of a payment that nothing paid out, no balance matters."""
    given = facts(target(1, C.PAYMENT, 50_00), balances={}, paid_out={1: (1, 0)}, target_open={1: (0, 0)})
    asked = str(refused(given, Cancel(target_id=1, amount=ALL)))
    assert asked.startswith("0.01 EUR of payment N-1")
    assert "balance would be 50.00 EUR" in asked


# -- what credit notes take back -------------------------------------------------------------------------------------


def test_an_item_that_credits_another_keeps_what_that_had_in_use_or_not():
    """Its product and tax rate are out of use; one that the item brings itself has to be in use."""
    of = credited_item(CREDITED, product_id=81, tax_rate_id=71, tax_percent=Decimal(19), tax_minor=19)
    known: dict[str, dict[int, str | None]] = {"product": {81: "Gone", 82: None, 83: "Old"}, "tax_rate": {71: "Gone"}}
    given = facts(credited={CREDITED: of}, known=known)
    note = NewItem(credits=CREDITED)
    [item] = decided(given, post(C.CREDIT_NOTE, items=(note,))).effects.items
    assert (item.product_id, item.tax_rate_id, item.sub_total_minor) == (81, 71, 119)
    assert decided(given, post(C.CREDIT_NOTE, items=(replace(note, product_id=82),))).effects.items
    assert "Old" in str(refused(given, post(C.CREDIT_NOTE, items=(replace(note, product_id=83),))))
    alone = post(C.CREDIT_NOTE, items=(replace(ITEM, product_id=81),))
    assert "Gone" in str(refused(given, alone)), "what credits no item names what is in use"
    by_rate = post(C.CREDIT_NOTE, items=(replace(ITEM, tax_rate_id=71),))
    assert "Gone" in str(refused(given, by_rate))


def test_a_note_is_checked_for_revenue_as_it_is_posted():
    deposits = NoRevenue(types={99: "Deposit"})
    given = facts(credited={CREDITED: credited_item(CREDITED, type_id=99)}, settings={"no_revenue": deposits})
    assert isinstance(refused(given, post(C.CREDIT_NOTE, items=(NewItem(credits=CREDITED),))), RevenueMixed)


def test_notes_of_a_set_see_what_those_before_them_took():
    given = facts(credited={CREDITED: credited_item(CREDITED)})
    sixty = post(C.CREDIT_NOTE, items=(NewItem(credits=CREDITED, unit_amount=Decimal(60)),))
    assert isinstance(refused(given, sixty, sixty), errors.CreditedAbove)
    rest = post(C.CREDIT_NOTE, items=(NewItem(credits=CREDITED),))
    assert [row.amount_minor for row in decided(given, sixty, rest).effects.new_rows()] == [60, 40]


def credit_draft(ident: int, ref: ItemRef, net: int, at: int = 0) -> tuple[int, list[DraftCredit]]:
    return ident, [DraftCredit(at=at, ref=ref, amounts=Amounts(net, 0))]


def test_a_draft_of_a_note_credits_what_is_still_left():
    of = credited_item(CREDITED)
    kept, most = draft(7, C.CREDIT_NOTE, 60), draft(8, C.CREDIT_NOTE, 41)
    credits = dict([credit_draft(7, CREDITED, 60), credit_draft(8, CREDITED, 41, at=2)])
    given = facts(kept, most, credited={CREDITED: of}, draft_credits=credits)
    assert decided(given, Post(draft_id=7)).effects.draft_rows()
    above = refused(given, Post(draft_id=7), Post(draft_id=8))
    assert isinstance(above, errors.CreditedAbove)
    assert above.param == "/items/2/credits_item"
    before = replace(given, credited={CREDITED: replace(of, credited=Amounts(41, 0))})
    assert isinstance(refused(before, Post(draft_id=7)), errors.CreditedAbove)
    twice = replace(given, draft_credits={7: [*credits[7], *credits[8]]})
    assert isinstance(refused(twice, Post(draft_id=7)), errors.CreditedAbove), "its items count for each other"
    elsewhere = replace(given, credited={CREDITED: replace(of, account_id=OTHER)})
    assert "stands on another account" in str(refused(elsewhere, Post(draft_id=7)))
    nowhere = replace(given, credited={})
    assert isinstance(refused(nowhere, Post(draft_id=7)), errors.CreditedItemInvalid)


def test_an_invoice_that_a_draft_of_the_set_credits_is_not_cancelled():
    given = facts(
        draft(7, C.CREDIT_NOTE, 60), target(9, C.INVOICE, 100),
        credited={CREDITED: credited_item(CREDITED)}, draft_credits=dict([credit_draft(7, CREDITED, 60)]),
    )  # fmt: skip
    cancel = Cancel(target_id=9, amount=ALL)
    assert isinstance(refused(given, Post(draft_id=7), cancel), errors.InvoiceCredited)
    new = post(C.CREDIT_NOTE, items=(NewItem(credits=CREDITED, unit_amount=Decimal(1)),))
    assert isinstance(refused(given, new, cancel), errors.InvoiceCredited)
    assert decided(given, cancel).effects.states


def test_an_invoice_names_the_notes_that_credit_it():
    given = facts(target(1, C.INVOICE, 5), credit_notes={1: ["CRN-1"]})
    said = str(refused(given, Cancel(target_id=1, amount=ALL)))
    assert "Cannot cancel invoice N-1: it is credited by CRN-1" in said


# -- revenue ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "product", "is_mixed"),
    [
        (TYPES[C.INVOICE], None, False),
        (99, None, True),
        (99, 81, False),  # no revenue by its product, whatever the types
    ],
)
def test_revenue_is_credited_by_what_counts_as_revenue(was: int, product: int | None, is_mixed: bool):
    credited = credited_item(CREDITED, type_id=was, product_id=product)
    none = NoRevenue(types={99: "Deposit"}, products={81: "Voucher"})
    asked = checks(facts(settings={"no_revenue": none}, credited={CREDITED: credited}))
    item = replace(ITEM, credits=CREDITED, product_id=product)
    kind = asked.facts.configuration.types[TYPES[C.CREDIT_NOTE]]
    if is_mixed:
        with pytest.raises(RevenueMixed):
            asked.same_revenue([ITEM, item], kind)
    else:
        asked.same_revenue([ITEM, item], kind)
    checks(facts(credited={CREDITED: credited})).same_revenue([item], kind)
