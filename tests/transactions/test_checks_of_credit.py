"""Credit that may be gone, and revenue that is taken back: what of it stops an order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.transactions.facts import CUSTOMER, OTHER, TYPES, account, decided, facts, refused, target

from subledger.transactions import going_out_errors
from subledger.transactions.revenue_errors import RevenueMixed
from subledger.transactions.rules.checks import Checks
from subledger.transactions.rules.credits import CreditedItem
from subledger.transactions.rules.facts import Leaving, PostingInputs, Standing
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Move
from subledger.transactions.rules.revenue import NoRevenue
from subledger.transactions.states import Classification as C
from subledger.transactions.states import TransactionState

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
    credited = CreditedItem(
        ref=CREDITED, account_id=CUSTOMER, classification=C.INVOICE, state=TransactionState.POSTED, type_id=was,
        number="INV-9", currency="eur", product_id=product, description="x", quantity=Decimal(1), net_minor=100,
        discount_minor=0, tax_rate_id=None, tax_percent=Decimal(0), tax_minor=0, service_start=None, service_end=None,
    )  # fmt: skip
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
