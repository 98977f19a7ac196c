"""What is collected is owed when it leaves: meant for invoices or for none, at every door by which it leaves."""

from __future__ import annotations

import pytest
from tests.gateways.generic.office import said

from subledger.gateways import errors
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services.payables import payable
from subledger.transactions.rules.orders import ALL, QuickPay

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]


def codes(export):
    return {left.request: left.code for left in export.left_out}


def test_an_integrator_does_not_begin_what_was_paid_another_way(office):
    invoice = office.ledger.invoice(50)
    row, other = office.pay(50, to=[invoice]), office.pay(20)
    office.ledger.payment(50, to=[invoice])
    late, begun = office.process(said(row, id="1"), said(other, id="2"))
    assert (late.error.code, late.error.reason) == ("payment_request_not_due", "already_settled")
    assert (office.state(row), office.transaction(row).state) == ("rejected", "draft")
    assert (begun.state, office.state(other)) == ("under_processing", "under_processing")


def test_a_debit_for_no_invoice_is_over_what_the_account_owes(office):
    office.ledger.invoice(50)
    row = office.pay(50, confirm_in_advance=False)
    office.ledger.payment(20)
    [left] = office.export("pain.008").left_out
    assert (left.code, left.request) == ("less_is_owed", row.public_id)
    office.ledger.payment(30)
    assert codes(office.export("pain.008", mark=True)) == {row.public_id: "already_settled"}
    assert (office.state(row), office.transaction(row).state) == ("rejected", "draft")


def quick_pay(office, invoice):
    return office._asked(QuickPay(target_id=invoice.id, amount=ALL, payment_method_id=office.method.pk))


def test_a_debit_for_an_invoice_that_is_settled_is_asked_about(office):
    invoice = office.ledger.invoice(100)
    office.post(said(office.pay(100, to=[invoice], confirm_in_advance=False)))
    told = f"meant for {invoice.number}, of which 0.00 EUR is open"
    with pytest.raises(errors.ChargeAboveOwed, match=f"{told}.*: 100.00 EUR would be collected in advance"):
        office.pay(100, to=[invoice], confirm_in_advance=False)
    row = office.pay(100, to=[invoice])
    assert office.export("pain.008").written == (row.public_id,)


def test_a_debit_over_more_than_its_invoice_is_asked_about(office):
    invoice = office.ledger.invoice(100)
    with pytest.raises(errors.ChargeAboveOwed, match=r"of which 100\.00 EUR is open .*: 50\.00 EUR would be"):
        office.pay(150, to=[invoice], confirm_in_advance=False)
    assert not PaymentRequest.objects.exists()
    row = office.pay(150, to=[invoice])
    with pytest.raises(errors.PaymentUnderWay, match=row.number):  # no question that leads to a refusal
        office.pay(150, to=[invoice], confirm_in_advance=False)
    assert office.export("pain.008").written == (row.public_id,)


def test_a_payment_in_advance_that_has_left_pays_the_invoice_that_comes_after(office):
    advance = office.pay(100)
    office.process(said(advance))
    invoice = office.ledger.invoice(100)
    assert payable([invoice.id]).is_collected
    with pytest.raises(errors.ChargeAboveOwed, match=r"of which 0\.00 EUR is open and not being collected already"):
        office.pay(100, to=[invoice], confirm_in_advance=False)
    with pytest.raises(errors.ChargeAboveOwed):  # a quick payment is asked about as any other
        quick_pay(office, invoice)
    office.post(said(advance, id="booked"))
    assert payable([invoice.id]).open_minor == 0


def test_what_has_left_over_more_than_its_invoice_pays_the_next(office):
    office.process(said(office.pay(150, to=[office.ledger.invoice(100)])))
    later = office.ledger.invoice(50)
    assert payable([later.id]).is_collected
    with pytest.raises(errors.ChargeAboveOwed):
        office.pay(50, to=[later], confirm_in_advance=False)


def test_two_debits_for_the_same_debt_are_asked_about(office):
    office.ledger.invoice(50)
    office.pay(50, confirm_in_advance=False)
    with pytest.raises(errors.ChargeAboveOwed, match=r"owes 0\.00 EUR .*: 50\.00 EUR would be collected in advance"):
        office.pay(50, confirm_in_advance=False)


@pytest.mark.wide
def test_a_debit_beside_one_for_the_invoice_is_asked_about(office):
    invoice = office.ledger.invoice(50)
    office.pay(50, to=[invoice])
    with pytest.raises(errors.ChargeAboveOwed):
        office.pay(50, confirm_in_advance=False)


@pytest.mark.wide
def test_a_debit_for_the_invoice_goes_before_one_for_none(office):
    invoice = office.ledger.invoice(50)
    loose = office.pay(50, confirm_in_advance=False)
    meant = office.pay(50, to=[invoice])
    export = office.export("pain.008")
    assert export.written == (meant.public_id,)
    assert codes(export) == {loose.public_id: "already_settled"}


def test_nothing_is_collected_twice_once_a_debit_for_no_invoice_has_left(office):
    invoice = office.ledger.invoice(50)
    loose = office.pay(50, confirm_in_advance=False)
    office.process(said(loose))
    with pytest.raises(errors.ChargeAboveOwed):
        office.pay(50, to=[invoice], confirm_in_advance=False)
    with pytest.raises(errors.ChargeAboveOwed):
        quick_pay(office, invoice)


def test_free_credit_pays_before_a_debit_does(office):
    office.ledger.payment(20)
    with pytest.raises(errors.ChargeAboveOwed):
        office.pay(10, confirm_in_advance=False)


def test_a_payment_in_advance_that_was_confirmed_is_not_left_out(office):
    with pytest.raises(errors.ChargeAboveOwed, match=r"75\.00 EUR would be collected in advance"):
        office.pay(75, confirm_in_advance=False)
    row = office.pay(75, confirm_in_advance=True)
    office.ledger.payment(20)
    assert office.export("pain.008").written == (row.public_id,)


def test_of_a_payment_partly_in_advance_the_rest_has_to_be_owed(office):
    office.ledger.invoice(50)
    row = office.pay(80, confirm_in_advance=True)
    office.ledger.payment(30)
    [left] = office.export("pain.008").left_out
    assert (left.code, left.request) == ("less_is_owed", row.public_id)
    assert "50.00 EUR" in left.reason


def test_debits_for_different_debts_all_leave(office):
    first, second = office.ledger.invoice(50), office.ledger.invoice(30)
    rows = [office.pay(50, to=[first]), office.pay(30, to=[second])]
    assert office.export("pain.008").written == tuple(row.public_id for row in rows)


@pytest.mark.parametrize(("how", "word"), [("cancel", "cancelled"), ("write_off", "written off")])
def test_what_ended_otherwise_is_not_said_to_be_settled(office, how, word):
    invoice = office.ledger.invoice(50)
    row = office.pay(50, to=[invoice])
    getattr(office.ledger, how)(invoice)
    [left] = office.export("pain.008").left_out
    told = f"What it was to pay ({invoice.number}) was {word} in the meantime: nothing is owed on it."
    assert (left.code, left.reason) == ("already_settled", told)
    [answer] = office.process(said(row))
    assert f"what it was to pay was {word} in the meantime" in str(answer.error)
    assert "settled" not in str(answer.error)


def test_of_several_invoices_each_end_is_told(office):
    cancelled, paid = office.ledger.invoice(50), office.ledger.invoice(20)
    office.pay(70, to=[cancelled, paid])
    office.ledger.cancel(cancelled)
    [left] = office.export("pain.008").left_out
    assert "50.00 EUR of what it was to pay" in left.reason
    assert "was cancelled in the meantime: 20.00 EUR is left of it." in left.reason
    office.ledger.payment(20, to=[paid])
    [left] = office.export("pain.008").left_out
    assert "was cancelled or settled in the meantime" in left.reason
