"""A payment stays on its account while its credit is on its way out; what has happened is booked all the same."""

from __future__ import annotations

import pytest
from tests.endings import terminate
from tests.gateways.generic.office import Office, said

from subledger.accounts.services import open_system_account
from subledger.accounts.states import SystemRole
from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import Returned
from subledger.gateways.refund_errors import (
    PaidBackAlready,
)
from subledger.gateways.services import submission
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.gateways.services.submission import refund_payment
from subledger.gateways.services.withdrawal import withdraw
from subledger.reports.proof import prove
from subledger.transactions.going_out_errors import CreditBeingRefunded
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Cancel, Move, Posted
from subledger.transactions.services.actions import cancel, move
from subledger.transactions.services.previews import preview
from subledger.transactions.states import Classification as C

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]


def by_hand(payment_id: int) -> list:
    return cancel(orders=[Cancel(target_id=payment_id, amount=ALL)], actor="user:ana")


def collected(office, amount, **fields) -> Transaction:
    """A payment that the integrator has collected."""
    row = office.pay(amount, **fields)
    office.post(said(row, reference=f"C-{row.pk}"))
    return office.transaction(row)


def of_its_charge(office, payment_id, minor) -> PaymentRequest:
    new = NewTransaction(classification=C.REFUND, account_id=office.ledger.account.pk, confirm_above_credit=True)
    asked = refund_payment(payment_id=payment_id, amount=minor, new=new, actor="user:ana")
    return office.row(asked.request_id)


DOORS = {
    "core": by_hand,
    "gateway's door": lambda ident: submission.post(orders=[Cancel(target_id=ident, amount=ALL)], actor="user:ana"),
    "page's review": lambda ident: preview(orders=[Cancel(target_id=ident, amount=ALL)], actor="user:ana"),
}


@pytest.mark.few(2)
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("begun", [False, True])
def test_a_payment_whose_refund_is_under_way_is_not_cancelled(office, door, begun):
    payment = office.ledger.payment(35)
    row = office.refund(35)
    if begun:
        office.process(said(row))
    with pytest.raises(CreditBeingRefunded) as refused:
        DOORS[door](payment.id)
    told = str(refused.value)
    assert f"Cannot cancel payment {payment.number}" in told
    assert f"refund {row.number} over 35.00 EUR by Bank, {'under processing' if begun else 'pending'}" in told
    assert "withdraw what has not left" in told
    office.post(said(row))
    assert (office.state(row), office.ledger.balance()) == ("posted", 0)
    assert Transaction.objects.get(pk=payment.id).state == "posted"
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def test_withdrawn_the_payment_is_cancelled(office):
    payment = office.ledger.payment(35)
    row = office.refund(35)
    withdraw(request_id=row.pk, actor="user:ana")
    assert isinstance(by_hand(payment.id)[0], Posted)
    assert (office.ledger.balance(), office.transaction(row).state) == (0, "draft")


def test_one_by_one_until_the_credit_that_leaves_is_touched(office):
    """Each is decided by what those before it in the set have left."""
    payments = [office.ledger.payment(20) for _ in range(3)]
    office.refund(35)
    orders = [Cancel(target_id=one.id, amount=ALL) for one in payments]
    answers = cancel(orders=orders, actor="user:ana", collect=True)
    assert [type(answer) for answer in answers] == [Posted, CreditBeingRefunded, CreditBeingRefunded]
    assert office.ledger.balance() == -40


def test_what_other_credit_covers_is_cancelled(office):
    bounced, _ = office.ledger.payment(35), office.ledger.credit_note(35)
    row = office.refund(35)
    by_hand(bounced.id)
    office.post(said(row))
    assert (office.state(row), office.ledger.balance()) == ("posted", 0)


def test_credit_that_an_invoice_used_while_it_was_leaving_is_not_given_back_by_hand(office):
    payment = office.ledger.payment(35)
    row = office.refund(35)
    office.process(said(row))
    office.ledger.invoice(35)
    with pytest.raises(CreditBeingRefunded):
        by_hand(payment.id)
    office.post(said(row))
    assert office.ledger.balance() == 35


def test_a_payment_that_pays_an_invoice_is_cancelled_beside_a_refund_of_other_credit(office):
    paid = office.ledger.payment(50, to=[office.ledger.invoice(50)])
    office.ledger.payment(20)
    row = office.refund(20)
    by_hand(paid.id)
    office.post(said(row))
    assert office.ledger.balance() == 50


@pytest.mark.parametrize("minor", [3500, 1000])
def test_a_payment_whose_own_money_goes_back_is_not_cancelled_whatever_else_is_there(office, minor):
    payment = collected(office, 35)
    office.ledger.payment(100)
    row = of_its_charge(office, payment.pk, minor)
    with pytest.raises(CreditBeingRefunded, match=row.number):
        by_hand(payment.pk)
    with pytest.raises(CreditBeingRefunded, match=row.number):
        office.cancel(payment.pk)


def test_a_payment_that_its_gateway_pays_back_is_not_cancelled_by_hand_as_well(office):
    payment = collected(office, 35, to=[office.ledger.invoice(35)])
    office.ledger.payment(100)
    row = office.cancel(payment.pk)
    with pytest.raises(CreditBeingRefunded, match=f"cancellation that pays back {row.number} over 35.00 EUR by Bank"):
        by_hand(payment.pk)


def test_a_payment_whose_credit_leaves_is_not_moved_away(office):
    payment, other = office.ledger.payment(35), office.ledger.open("Bob")
    row = office.refund(35)
    with pytest.raises(CreditBeingRefunded, match=f"Cannot move payment {payment.number}.*{row.number}"):
        move(orders=[Move(target_id=payment.id, to_account_id=other.pk)], actor="user:ana")
    office.post(said(row))
    assert (office.ledger.balance(), office.ledger.balance(other)) == (0, 0)


def test_the_rest_of_the_account_is_moved(office):
    office.ledger.payment(35)
    wrong, other = office.ledger.payment(10), office.ledger.open("Bob")
    office.refund(35)
    move(orders=[Move(target_id=wrong.id, to_account_id=other.pk)], actor="user:ana")
    assert office.ledger.balance(other) == -10


def test_money_on_suspense_that_leaves_is_not_given_to_a_customer(office):
    suspense = open_system_account(role=SystemRole.SUSPENSE, currency="eur", actor="test")
    [payment] = [office.ledger.payment(35, account=suspense)]
    office.refund(35, account=suspense)
    with pytest.raises(CreditBeingRefunded):
        move(orders=[Move(target_id=payment.id, to_account_id=office.ledger.account.pk)], actor="user:ana")


def test_a_return_that_the_bank_tells_is_booked_beside_a_refund_under_way(office):
    payment = collected(office, 35)
    row = Office.opened(office.ledger, code="other").refund(35)
    of_payment = PaymentRequest.objects.get(transaction_id=payment.pk)
    apply_outcomes([ReportedOutcome(of_payment.pk, Returned("AC04", "The account is closed."))], actor="bank")
    payment.refresh_from_db()
    assert (payment.state, office.state(row), office.ledger.balance()) == ("cancelled", "pending", 0)
    assert not Transaction.objects.filter(account__system_role="suspense").exists()


def test_a_return_takes_back_the_pay_back_that_waits_and_cancels_the_payment(office):
    invoice = office.ledger.invoice(35)
    payment = collected(office, 35, to=[invoice])
    row = office.cancel(payment.pk)
    of_payment = PaymentRequest.objects.get(transaction_id=payment.pk, type="payment")
    [state] = apply_outcomes([ReportedOutcome(of_payment.pk, Returned("AC04", "The account is closed."))], actor="bank")
    assert (state, office.ledger.balance(), office.ledger.unsettled(invoice)) == ("rejected", 35, 35)
    payment.refresh_from_db()
    held = office.row(row.pk)
    assert (payment.state, held.state, held.error_code) == ("cancelled", "rejected", "credit_used")
    cancellation = Transaction.objects.get(cancels=payment)
    assert ("AC04" in cancellation.issue_reason, Transaction.objects.filter(classification=C.REFUND).count()) == (
        True,
        0,
    )
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


@pytest.mark.parametrize("begun", [False, True])
def test_a_return_is_booked_beside_a_pay_back_that_left_or_that_a_file_for_the_bank_holds(office, begun):
    """It moves the money as well."""
    invoice = office.ledger.invoice(35)
    payment = collected(office, 35, to=[invoice])
    row = office.cancel(payment.pk)
    of_payment = PaymentRequest.objects.get(transaction_id=payment.pk, type="payment")
    if begun:
        office.process(said(row))
    else:
        assert office.export("pain.001").written == (row.public_id,)
    [state] = apply_outcomes([ReportedOutcome(of_payment.pk, Returned("AC04", "The account is closed."))], actor="bank")
    assert (state, office.ledger.balance()) == ("rejected", 35)
    office.post(said(row))
    assert (office.state(row), office.ledger.balance()) == ("posted", 70)
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def test_what_is_taken_back_says_what_it_was(office):
    """Of a cancellation no draft is left: its payment stays."""
    payment = collected(office, 35)
    row = office.cancel(payment.pk)
    terminate(office.ledger.account.pk)
    [answer] = office.process(said(row))
    assert "and the payment that it was to pay back stays as it is." in str(answer.error)
    assert "draft" not in str(answer.error)


@pytest.mark.each_once
@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("refund_first", [False, True])
def test_a_refund_that_left_beside_the_return_of_its_payment_is_booked_in_either_order(office, begun, refund_first):
    """Paid 35, returned 35, refunded 35: the customer owes 35, whichever the bank tells first."""
    payment = collected(office, 35)
    row = of_its_charge(office, payment.pk, 3500)
    of_payment = PaymentRequest.objects.get(transaction_id=payment.pk, type="payment")
    if begun or refund_first:
        office.process(said(row))
    facts = [
        lambda: apply_outcomes(
            [ReportedOutcome(of_payment.pk, Returned("MD06", "Refund asked by the payer."))], actor="bank"
        ),
        lambda: office.post(said(row)),
    ]
    for fact in reversed(facts) if refund_first else facts:
        fact()
    assert (office.state(row), office.ledger.balance()) == ("posted", 35)
    refund = Transaction.objects.get(pk=PaymentRequest.objects.get(pk=row.pk).transaction_id)
    assert (refund.classification, refund.state) == (C.REFUND, "posted")
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def test_a_refund_that_left_beside_a_return_and_came_back_leaves_nothing_to_claim(office):
    payment = collected(office, 35)
    row = of_its_charge(office, payment.pk, 3500)
    office.process(said(row))
    of_payment = PaymentRequest.objects.get(transaction_id=payment.pk, type="payment")
    apply_outcomes([ReportedOutcome(of_payment.pk, Returned("MD06", "Refund asked by the payer."))], actor="bank")
    office.post(said(row))
    apply_outcomes([ReportedOutcome(row.pk, Returned("AC04", "The account is closed."))], actor="bank")
    assert office.ledger.balance() == 0
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


@pytest.mark.parametrize("again", ["by hand", "through the bank"])
def test_a_payment_whose_return_is_booked_beside_it_is_not_cancelled_as_well(office, again):
    """Paid 35 for an invoice, returned 35: the customer owes 35, once."""
    invoice = office.ledger.invoice(35)
    payment = collected(office, 35, to=[invoice])
    row = office.cancel(payment.pk)
    office.process(said(row))
    of_payment = PaymentRequest.objects.get(transaction_id=payment.pk, type="payment")
    apply_outcomes([ReportedOutcome(of_payment.pk, Returned("MD06", "Refund asked by the payer."))], actor="bank")
    office.reject(said(row))
    assert office.ledger.balance() == 35
    undo = {"by hand": DOORS["gateway's door"], "through the bank": office.cancel}[again]
    with pytest.raises(PaidBackAlready, match=r"35\.00 EUR of it went back already.* Nothing is left"):
        undo(payment.pk)
    assert office.ledger.balance() == 35
    assert not [finding for finding in prove(everywhere=False) if finding.rows]
