"""What a generic gateway is asked for: with its way to pay, never over more than is owed, taken back while it waits."""

from __future__ import annotations

import pytest
from tests.gateways.generic.office import said

from subledger.gateways import errors
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services.withdrawal import withdraw
from subledger.kernel.errors import NotFound
from subledger.transactions.models import Transaction

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("verb", ["pay", "refund"])
def test_a_generic_gateway_needs_its_way_to_pay_when_it_is_asked(office, verb):
    office.ledger.payment(75)
    with pytest.raises(errors.InstrumentMissing):
        getattr(office, verb)(75, payment_preference_id=None)
    assert Transaction.objects.count() == 1
    assert not PaymentRequest.objects.exists()


def test_a_debit_of_what_was_paid_another_way_is_left_out_and_taken_back(office):
    invoice = office.ledger.invoice(50)
    row = office.pay(50, to=[invoice])
    office.ledger.payment(50, to=[invoice])
    export = office.export("pain.008")
    assert (export.content, [left.code for left in export.left_out]) == (None, ["already_settled"])
    assert office.state(row) == "pending"  # nothing changes unless it is asked to
    office.export("pain.008", mark=True)
    assert (office.state(row), office.transaction(row).state) == ("rejected", "draft")


@pytest.mark.parametrize("file_format", ["csv", "pain.008"])
def test_a_debit_over_more_than_is_left_says_what_is(office, file_format):
    invoice = office.ledger.invoice(50)
    row = office.pay(50, to=[invoice])
    other = office.pay(20)
    office.ledger.payment(30, to=[invoice])
    export = office.export(file_format, mark=True)
    [left] = export.left_out
    assert (left.code, left.request) == ("less_is_owed", row.public_id)
    assert "50.00 EUR" in left.reason
    assert "20.00 EUR" in left.reason
    assert export.written == (other.public_id,)


def test_a_payment_in_advance_is_not_held_back(office):
    invoice = office.ledger.invoice(50)
    office.pay(80, to=[invoice])
    assert len(office.export("pain.008").written) == 1


def test_what_waits_is_taken_back_and_is_a_draft_again(office):
    row = office.pay(75)
    done = withdraw(request_id=row.pk, reason="The customer pays by card", actor="user:ana")
    assert (done.state, done.error_code, office.transaction(row).state) == ("rejected", "withdrawn", "draft")
    assert withdraw(request_id=row.pk, actor="user:ana").state == "rejected"
    other = office.pay(20)
    office.reject(said(other))
    with pytest.raises(errors.NotToWithdraw, match="rejected already"):
        withdraw(request_id=other.pk, actor="user:ana")


def test_what_was_begun_is_not_taken_back(office):
    row = office.pay(75)
    office.process(said(row))
    with pytest.raises(errors.NotToWithdraw, match="begun"):
        withdraw(request_id=row.pk, actor="user:ana", is_not_sent=True)


def test_what_a_file_holds_is_taken_back_by_who_knows_that_it_was_not_sent(office):
    row = office.pay(75)
    message = office.export("pain.008").message
    with pytest.raises(errors.PerhapsSent, match=message):
        withdraw(request_id=row.pk, actor="user:ana")
    assert withdraw(request_id=row.pk, actor="user:ana", is_not_sent=True).state == "rejected"


def test_what_is_not_there_is_not_taken_back(office):
    with pytest.raises(NotFound):
        withdraw(request_id=1, actor="user:ana")
