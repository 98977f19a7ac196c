"""Credit that is on its way out of the house belongs to its refund: what invoices use of it meanwhile is open again."""

from __future__ import annotations

import pytest
from tests.gateways.generic.office import said
from tests.gateways.generic.test_paid_out_once import check_off

from subledger.platform.models import Event
from subledger.reports.proof import prove
from subledger.transactions.models import Allocation, OpenItem

pytestmark = pytest.mark.django_db


def left_of(*rows) -> list[int]:
    """What of each is open."""
    found = dict(OpenItem.objects.filter(pk__in=[row.id for row in rows]).values_list("pk", "open_minor"))
    return [found.get(row.id, 0) for row in rows]


def exported(office, amount):
    row = office.refund(amount)
    assert office.export("pain.001", mark=True).written == (row.public_id,)
    return row


def test_an_invoice_that_used_credit_on_its_way_out_is_open_once_the_bank_has_paid(office):
    """Credit of 45.00 is refunded; an invoice of 45.00 is posted before the bank answers: it is owed."""
    office.ledger.payment(45)
    row = exported(office, 45)
    invoice = office.ledger.invoice(45)
    assert left_of(invoice) == [0]
    office.post(said(row))
    assert left_of(invoice, office.transaction(row)) == [4500, 0]
    assert office.ledger.balance() == 45
    [told] = Event.objects.filter(object_id=invoice.id, type="invoice.due_again")
    assert (told.data["unsettled_amount"], told.data["amount"]) == (4500, 4500)
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def test_an_invoice_keeps_credit_that_the_bank_did_not_pay_out(office):
    office.ledger.payment(45)
    row = exported(office, 45)
    invoice = office.ledger.invoice(45)
    office.reject(said(row, error_code="AC04", error_message="Closed account"))
    assert (left_of(invoice), office.ledger.balance()) == ([0], 0)


def test_no_more_is_taken_back_than_was_on_its_way(office):
    """100.00 of credit, 45.00 of it on their way out: of an invoice of 80.00, 25.00 are owed."""
    office.ledger.payment(100)
    row = exported(office, 45)
    invoice = office.ledger.invoice(80)
    assert left_of(invoice) == [0]
    office.post(said(row))
    assert left_of(invoice, office.transaction(row)) == [2500, 0]
    live = Allocation.objects.filter(account=office.ledger.account, released_on=None).order_by("minor")
    assert [one.minor for one in live] == [2000, 2500, 5500]
    assert office.ledger.balance() == 25
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def test_the_invoice_due_last_gives_it_up_first(office):
    office.ledger.payment(60)
    row = exported(office, 40)
    early, late = (office.ledger.invoice(30, due=text) for text in ("10/06", "20/06"))
    office.post(said(row))
    assert left_of(early, late, office.transaction(row)) == [1000, 3000, 0]


def test_what_was_paid_since_stays_with_what_it_pays(office):
    office.ledger.payment(45)
    row = exported(office, 45)
    used = office.ledger.invoice(45)
    later = office.ledger.invoice(100)
    office.ledger.payment(100)
    office.post(said(row))
    assert left_of(used, later, office.transaction(row)) == [4500, 0, 0]


def test_credit_that_came_since_pays_the_refund_out(office):
    office.ledger.payment(45)
    row = exported(office, 45)
    invoice = office.ledger.invoice(45)
    office.ledger.payment(45)
    office.post(said(row))
    assert left_of(invoice, office.transaction(row)) == [0, 0]


def test_what_a_refund_was_to_exceed_the_credit_by_takes_nothing_back(office):
    check_off()
    office.ledger.payment(30)
    row = office.refund(50)
    paid = office.ledger.invoice(30)
    office.ledger.payment(30, to=[paid])
    assert office.export("pain.001", mark=True).written == (row.public_id,)
    later = office.ledger.invoice(40)
    office.post(said(row))
    assert left_of(later, office.transaction(row)) == [4000, 2000]
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def test_several_refunds_of_one_account_in_one_set(office):
    check_off()
    office.ledger.payment(50)
    first, second = exported(office, 30), exported(office, 20)
    invoice = office.ledger.invoice(50)
    office.post(said(first), said(second))
    assert left_of(invoice, office.transaction(first), office.transaction(second)) == [5000, 0, 0]
    assert not [finding for finding in prove(everywhere=False) if finding.rows]
