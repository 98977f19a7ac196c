"""Credit that a refund has paid out does not go out again with its payment, unless that is confirmed."""

from __future__ import annotations

import pytest

from subledger.accounts.services import open_system_account
from subledger.accounts.states import SystemRole
from subledger.transactions.going_out_errors import CreditPaidOut
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.services import actions

pytestmark = pytest.mark.django_db


def deeds(ledger, payment):
    return {
        "cancel": lambda **said: ledger.cancel(payment, **said),
        "move": lambda **said: ledger.move(payment, ledger.open("Bob"), **said),
    }


@pytest.mark.parametrize("deed", ["cancel", "move"])
def test_a_payment_that_a_refund_has_paid_out_asks_with_the_figures(ledger, deed):
    payment = ledger.payment(100)
    ledger.refund(60)
    again = {"cancel": "if it is given back as well", "move": "from the other account"}[deed]
    asked = rf"60\.00 EUR of payment {payment.number} was paid out already.*balance would be 60\.00 EUR.*twice, {again}"
    with pytest.raises(CreditPaidOut, match=asked) as question:
        deeds(ledger, payment)[deed]()
    assert (question.value.code, question.value.confirmation) == ("credit_paid_out", "confirm_paid_out")
    assert ledger.balance() == -40
    deeds(ledger, payment)[deed](confirm_paid_out=True)
    assert ledger.balance() == 60


@pytest.mark.parametrize("deed", ["cancel", "move"])
def test_nothing_is_asked_where_other_credit_stands_for_what_was_paid_out(ledger, deed):
    payment = ledger.payment(100)
    ledger.refund(100)
    ledger.payment(100)
    deeds(ledger, payment)[deed]()
    assert ledger.balance() == 0


def test_other_credit_stands_for_a_part_of_it(ledger):
    payment = ledger.payment(100)
    ledger.refund(100)
    ledger.payment(30)
    with pytest.raises(CreditPaidOut, match=r"70\.00 EUR of payment .*balance would be 70\.00 EUR"):
        ledger.cancel(payment)


def test_what_a_payment_settled_is_owed_again_without_a_question(ledger):
    ledger.invoice(100)
    payment = ledger.payment(100)
    ledger.payment(50)
    ledger.refund(50)
    ledger.cancel(payment)
    assert ledger.balance() == 100


@pytest.mark.parametrize("way", ["by its item", "as a whole"])
def test_what_was_paid_out_of_a_credit_note_for_what_it_paid_counts(ledger, way):
    """Its invoice is credited, and the credit was refunded: the money of the payment has gone back so."""
    invoice = ledger.invoice(100)
    payment = ledger.payment(100, to=[invoice], against_item=True)
    if way == "by its item":
        ledger.credit_note(items=(NewItem(credits=ItemRef(invoice.id, 1)),))
    else:
        ledger.credit_note(100, to=[invoice])
    ledger.refund(80)
    with pytest.raises(CreditPaidOut, match=r"80\.00 EUR of payment .*balance would be 80\.00 EUR"):
        ledger.cancel(payment)
    ledger.cancel(payment, confirm_paid_out=True)
    assert ledger.balance() == 80


def test_what_was_paid_out_of_suspense_is_not_moved_to_a_customer_as_well(ledger):
    suspense = open_system_account(role=SystemRole.SUSPENSE, currency="eur", actor="test")
    payment = ledger.payment(100, account=suspense)
    ledger.refund(100, account=suspense)
    with pytest.raises(CreditPaidOut, match=r"100\.00 EUR of payment .* was paid out already"):
        ledger.move(payment, ledger.account)
    kept = ledger.payment(40, account=suspense)
    ledger.move(kept, ledger.account)
    assert (ledger.balance(suspense), ledger.balance()) == (0, -40)


def test_in_a_set_each_counts_what_the_others_took(ledger):
    first, second = ledger.payment(100), ledger.payment(100)
    ledger.refund(100)
    answers = actions.cancel(
        orders=[Cancel(target_id=one.id, amount=ALL) for one in (second, first)], actor="test", collect=True
    )
    assert [getattr(one, "code", "posted") for one in answers] == ["posted", "credit_paid_out"]
    assert ledger.balance() == 0
