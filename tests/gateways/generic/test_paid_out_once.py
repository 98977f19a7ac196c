"""A credit is paid out once: what is on its way out counts, at every door, and is looked at again when it leaves."""

from __future__ import annotations

import pytest
from tests.endings import terminate
from tests.gateways.generic.office import Office, said

from subledger.companies.entries import save_entry
from subledger.reports.proof import prove
from subledger.transactions.going_out_errors import CreditBeingRefunded, RefundAboveCredit, RefundNeedsCreditBalance
from subledger.transactions.models import TransactionDefinition
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.previews import preview
from subledger.transactions.states import Classification as C

pytestmark = pytest.mark.django_db


def check_off() -> None:
    definition = TransactionDefinition.objects.get()
    save_entry(
        model=TransactionDefinition, ident=definition.pk, values={"refund_needs_credit_balance": False}, actor="test"
    )


def collected(office, amount, **fields):
    """A payment that the integrator has collected."""
    row = office.pay(amount, **fields)
    office.post(said(row, reference=f"C-{row.pk}"))
    return office.transaction(row)


def test_one_credit_is_refunded_by_the_bank_once(office):
    office.ledger.payment(50)
    row = office.refund(50)
    with pytest.raises(RefundNeedsCreditBalance, match=r"50\.00 EUR is being paid out .* its credit is 50\.00 EUR"):
        office.refund(50)
    assert office.export("pain.001").written == (row.public_id,)


def test_credit_that_waits_for_the_bank_is_not_paid_out_in_cash(office):
    office.ledger.payment(50)
    office.refund(30)
    with pytest.raises(RefundAboveCredit, match=r"credit of 20\.00 EUR .*30\.00 EUR that is being paid out"):
        office.ledger.refund(50)
    office.ledger.refund(20)
    with pytest.raises(RefundNeedsCreditBalance):
        office.ledger.refund(1)
    assert office.ledger.balance() == -30


def test_a_cancellation_that_pays_back_takes_the_credit_with_it(office):
    payment = collected(office, 50)
    office.cancel(payment.pk)
    with pytest.raises(RefundNeedsCreditBalance):
        office.refund(50)
    with pytest.raises(RefundNeedsCreditBalance):
        office.ledger.refund(50)


def test_a_payment_whose_credit_is_being_refunded_is_not_paid_back_as_well(office):
    payment = collected(office, 50)
    Office.opened(office.ledger, code="other").refund(50)
    with pytest.raises(CreditBeingRefunded, match=r"50\.00 EUR"):
        office.cancel(payment.pk)


def test_a_payment_that_paid_an_invoice_is_paid_back_beside_a_refund(office):
    invoice = office.ledger.invoice(50)
    payment = collected(office, 50, to=[invoice])
    office.ledger.payment(20)
    Office.opened(office.ledger, code="other").refund(20)
    assert office.cancel(payment.pk).amount_minor == 5000


@pytest.mark.parametrize("file_format", ["pain.001", "csv"])
def test_a_refund_whose_credit_an_invoice_used_does_not_leave(office, file_format):
    office.ledger.payment(50)
    row = office.refund(50)
    office.ledger.invoice(50)
    export = office.export(file_format, mark=True)
    assert export.written == ()
    assert [(left.request, left.code) for left in export.left_out] == [(row.public_id, "credit_used")]
    assert (office.state(row), office.transaction(row).state) == ("rejected", "draft")


def test_with_the_check_off_a_credit_that_was_used_up_is_not_refunded(office):
    check_off()
    office.ledger.payment(50)
    row = office.refund(50)
    office.ledger.invoice(30)
    [left] = office.export("pain.001").left_out
    assert (left.code, left.request) == ("less_credit", row.public_id)
    assert "20.00 EUR" in left.reason


def test_with_the_check_off_what_leaves_the_account_owing_from_the_first_leaves(office):
    check_off()
    invoice = office.ledger.invoice(50)
    office.ledger.payment(50, to=[invoice])
    row = office.refund(50)
    office.ledger.invoice(20)
    assert office.export("pain.001").written == (row.public_id,)


def test_the_older_of_two_refunds_has_the_credit(office):
    check_off()
    office.ledger.payment(50)
    older, newer = office.refund(30), office.refund(20)
    office.ledger.invoice(10)
    assert office.export("pain.001").written == (older.public_id,)
    office.process(said(older))
    [answer] = office.process(said(newer))
    assert (answer.error.code, answer.error.reason) == ("payment_request_not_due", "less_credit")
    assert office.transaction(newer).state == "draft"


def test_an_integrator_is_not_given_a_refund_whose_credit_is_gone(office):
    office.ledger.payment(50)
    row = office.refund(50)
    office.ledger.invoice(50)
    [answer] = office.process(said(row))
    assert answer.error.reason == "credit_used"
    assert (office.state(row), office.transaction(row).state) == ("rejected", "draft")


def test_a_preview_tells_what_is_being_paid_out_already(office):
    check_off()
    office.ledger.payment(50)
    office.refund(50)
    [told] = preview(orders=[Post(new=office.ledger.new(C.REFUND, 50))], actor="user:ana")
    assert (told.balance_before.minor, told.going_out.minor, told.balance_in_the_end.minor) == (-5000, 5000, 5000)


def test_what_has_not_left_a_terminated_account_stays(office):
    """What was said of terminating it holds: nothing is paid back or collected there any more."""
    office.ledger.payment(50)
    row = office.refund(50)
    account = office.ledger.account
    terminate(account.pk)
    [answer] = office.process(said(row))
    assert answer.error.reason == "account_terminated"
    assert (office.state(row), office.ledger.balance()) == ("rejected", -50)
    assert office.export("pain.001").written == ()
    assert not [finding for finding in prove(everywhere=False) if finding.rows]
