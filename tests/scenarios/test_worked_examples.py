"""The worked examples of the specification (docs/domain/allocation.md) through the services."""

from __future__ import annotations

import pytest
from tests.factories import AGAINST_ITEM, FIFO, Ledger, configure

from subledger.transactions.errors import InvoiceCreditedTwice


@pytest.fixture
def fifo(ledger: Ledger) -> Ledger:
    configure(allocation_principle="fifo")
    return ledger


def test_E1_cancelled_invoice_frees_its_credit_note_for_the_next_invoice(fifo: Ledger):
    inv1 = fifo.invoice(100, on="04/05", due="01/06")
    assert (fifo.unsettled(inv1), fifo.balance()) == (100, 100)

    cn1 = fifo.credit_note(100, on="05/05")
    assert fifo.links() == {(cn1.number, inv1.number, 100, FIFO)}
    assert (fifo.unsettled(inv1), fifo.unallocated(cn1), fifo.balance()) == (0, 0, 0)

    inv2 = fifo.invoice(80, on="06/05", due="10/06")
    assert fifo.links() == {(cn1.number, inv1.number, 100, FIFO)}
    assert (fifo.unsettled(inv2), fifo.balance()) == (80, 80)

    ic1 = fifo.cancel(inv1, on="12/05")
    assert ic1.amount_minor == 100_00
    assert fifo.links() == {(ic1.number, inv1.number, 100, AGAINST_ITEM), (cn1.number, inv2.number, 80, FIFO)}
    assert (fifo.unsettled(inv2), fifo.unallocated(cn1), fifo.balance()) == (0, 20, -20)
    assert fifo.state(inv1) == "cancelled"


def test_E2_credit_freed_by_a_cancelled_invoice_goes_on_by_fifo_and_the_other_stays(ledger: Ledger):
    inv1 = ledger.invoice(100, on="04/05", due="01/06")
    inv2 = ledger.invoice(60, on="04/05", due="05/06")
    inv3 = ledger.invoice(150, on="04/05", due="10/06")
    assert ledger.balance() == 310

    cn1 = ledger.credit_note(100, on="05/05", to=[inv1])
    assert ledger.links() == {(cn1.number, inv1.number, 100, AGAINST_ITEM)}
    assert ledger.balance() == 210

    cn2 = ledger.credit_note(60, on="06/05", to=[inv2])
    assert [ledger.unsettled(i) for i in (inv1, inv2, inv3)] == [0, 0, 150]
    assert ledger.balance() == 150

    with pytest.raises(InvoiceCreditedTwice, match=rf"{cn1.number} .*would be 50\.00 EUR"):
        ledger.cancel(inv1, on="12/05")
    ic1 = ledger.cancel(inv1, on="12/05", confirm_credited=True)
    assert ledger.links() == {
        (ic1.number, inv1.number, 100, AGAINST_ITEM),
        (cn1.number, inv3.number, 100, FIFO),
        (cn2.number, inv2.number, 60, AGAINST_ITEM),
    }
    assert [ledger.unsettled(i) for i in (inv1, inv2, inv3)] == [0, 0, 50]
    assert ledger.balance() == 50


def test_E3_fifo_pays_by_due_date_and_not_by_the_order_of_posting(fifo: Ledger):
    inv1 = fifo.invoice(100, on="01/05", due="10/06")
    inv2 = fifo.invoice(80, on="02/05", due="01/06")
    inv3 = fifo.invoice(50, on="03/05", due="20/06")

    pay1 = fifo.payment(120, on="05/05")
    assert fifo.links() == {(pay1.number, inv2.number, 80, FIFO), (pay1.number, inv1.number, 40, FIFO)}
    assert fifo.unsettled(inv1) == 60

    pay2 = fifo.payment(150, on="08/05")
    assert fifo.links() >= {(pay2.number, inv1.number, 60, FIFO), (pay2.number, inv3.number, 50, FIFO)}
    assert (fifo.unallocated(pay2), fifo.balance()) == (40, -40)


def test_E4_a_payment_meant_for_a_settled_invoice_displaces_its_fifo_link(ledger: Ledger):
    inv1 = ledger.invoice(100, on="01/05", due="01/06")
    pay1 = ledger.payment(100, on="02/05")
    inv2 = ledger.invoice(80, on="03/05", due="10/06")
    assert ledger.links() == {(pay1.number, inv1.number, 100, FIFO)}

    pay2 = ledger.payment(100, on="05/05", to=[inv1])
    assert ledger.links() == {(pay2.number, inv1.number, 100, AGAINST_ITEM), (pay1.number, inv2.number, 80, FIFO)}
    assert (ledger.unallocated(pay1), ledger.unallocated(pay2), ledger.balance()) == (20, 0, -20)


def test_E5_what_an_intended_payment_has_left_goes_on_by_fifo(ledger: Ledger):
    inv1 = ledger.invoice(100, on="01/05", due="01/06")
    inv2 = ledger.invoice(70, on="01/05", due="10/06")
    pay1 = ledger.payment(120, on="05/05", to=[inv1])
    assert ledger.links() == {(pay1.number, inv1.number, 100, AGAINST_ITEM), (pay1.number, inv2.number, 20, FIFO)}
    assert (ledger.unsettled(inv2), ledger.balance()) == (50, 50)


def _invoices_of_E6(ledger: Ledger):
    return (
        ledger.invoice(100, on="01/05", due="01/06"),
        ledger.invoice(60, on="01/05", due="05/06"),
        ledger.invoice(40, on="01/05", due="30/05"),
    )


def test_E6_several_intended_invoices_are_settled_due_date_first(ledger: Ledger):
    inv1, inv2, inv3 = _invoices_of_E6(ledger)
    pay1 = ledger.payment(150, on="05/05", to=[inv2, inv1])
    assert ledger.links() == {
        (pay1.number, inv1.number, 100, AGAINST_ITEM),
        (pay1.number, inv2.number, 50, AGAINST_ITEM),
    }
    assert [ledger.unsettled(i) for i in (inv1, inv2, inv3)] == [0, 10, 40]
    assert ledger.balance() == 50


def test_E7_free_credit_takes_the_place_of_a_cancelled_payment(fifo: Ledger):
    inv1 = fifo.invoice(100, on="01/05", due="01/06")
    pay1 = fifo.payment(100, on="02/05")
    pay2 = fifo.payment(60, on="03/05")
    assert fifo.balance() == -60

    pc1 = fifo.cancel(pay1, on="10/05")
    assert fifo.links() == {(pay1.number, pc1.number, 100, AGAINST_ITEM), (pay2.number, inv1.number, 60, FIFO)}
    assert (fifo.unsettled(inv1), fifo.unallocated(pay1), fifo.unsettled(pc1), fifo.balance()) == (40, 0, 0, 40)
    assert fifo.state(pay1) == "cancelled"


def test_E8_credit_tied_to_another_invoice_is_not_pulled_away(fifo: Ledger):
    inv1 = fifo.invoice(100, on="01/05", due="01/06")
    pay1 = fifo.payment(100, on="02/05")
    inv2 = fifo.invoice(100, on="03/05", due="10/06")
    pay2 = fifo.payment(60, on="04/05")
    assert fifo.links() == {(pay1.number, inv1.number, 100, FIFO), (pay2.number, inv2.number, 60, FIFO)}

    fifo.cancel(pay1, on="10/05")
    assert (pay2.number, inv2.number, 60, FIFO) in fifo.links()
    assert (fifo.unsettled(inv1), fifo.unsettled(inv2), fifo.balance()) == (100, 40, 140)


def test_E9_a_displaced_payment_refills_what_room_is_left_first(ledger: Ledger):
    inv1 = ledger.invoice(100, on="01/05", due="01/06")
    pay1 = ledger.payment(40, on="02/05")
    inv2 = ledger.invoice(80, on="03/05", due="10/06")

    pay2 = ledger.payment(90, on="05/05", to=[inv1])
    assert ledger.links() == {
        (pay2.number, inv1.number, 90, AGAINST_ITEM),
        (pay1.number, inv1.number, 10, FIFO),
        (pay1.number, inv2.number, 30, FIFO),
    }
    assert (ledger.unsettled(inv2), ledger.balance()) == (50, 50)


def test_E10_under_fifo_an_intended_list_is_ignored(fifo: Ledger):
    inv1, inv2, inv3 = _invoices_of_E6(fifo)
    pay1 = fifo.payment(150, on="05/05", to=[inv2, inv1])
    assert fifo.links() == {
        (pay1.number, inv3.number, 40, FIFO),
        (pay1.number, inv1.number, 100, FIFO),
        (pay1.number, inv2.number, 10, FIFO),
    }


def test_E10_under_fifo_the_data_of_E5_gives_the_same_amounts_with_fifo_links(fifo: Ledger):
    inv1 = fifo.invoice(100, on="01/05", due="01/06")
    inv2 = fifo.invoice(70, on="01/05", due="10/06")
    pay1 = fifo.payment(120, on="05/05", to=[inv1])
    assert fifo.links() == {(pay1.number, inv1.number, 100, FIFO), (pay1.number, inv2.number, 20, FIFO)}
    assert (fifo.unsettled(inv2), fifo.balance()) == (50, 50)


def test_E11_a_refund_consumes_free_credit_so_that_it_settles_nothing_later(ledger: Ledger):
    pay1 = ledger.payment(200, on="01/05")
    inv1 = ledger.invoice(150, on="02/05", due="01/06")
    assert (ledger.unallocated(pay1), ledger.balance()) == (50, -50)

    refund = ledger.refund(50, on="03/05")
    assert (ledger.unallocated(pay1), ledger.unsettled(refund), ledger.balance()) == (0, 0, 0)

    inv2 = ledger.invoice(30, on="04/05", due="02/06")
    assert (ledger.unsettled(inv1), ledger.unsettled(inv2), ledger.balance()) == (0, 30, 30)
