"""An invoice that a credit note is for as a whole is cancelled when that is confirmed: both take the same back.

Neither a day, nor where its payment stands now, nor how its money went out makes a difference.
"""

from __future__ import annotations

import pytest

from subledger.transactions.errors import InvoiceCredited, InvoiceCreditedTwice
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Post
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.services.posting import execute
from subledger.transactions.services.previews import preview
from subledger.transactions.states import Classification as C

pytestmark = pytest.mark.django_db


def paid_and_credited(ledger, *, on: str = "05/05"):
    invoice = ledger.invoice(100, on="01/05")
    payment = ledger.payment(100, on="02/05", to=[invoice])
    return invoice, payment, ledger.credit_note(100, on=on, to=[invoice])


def refunded_on_an_earlier_day(ledger):
    """The refund pays out the note itself, on a day before the note's."""
    invoice, _, note = paid_and_credited(ledger, on="09/05")
    ledger.refund(100, on="04/05")
    return invoice, note


def refunded_elsewhere(ledger):
    """The payment was moved, and its credit paid out on the account where it stands now."""
    invoice, payment, note = paid_and_credited(ledger)
    other = ledger.open("Bob")
    ledger.move(payment, other)
    ledger.refund(100, account=other)
    return invoice, note


def paid_back(ledger):
    """No refund at all: the payment was cancelled, as a bank's return does."""
    invoice, payment, note = paid_and_credited(ledger)
    ledger.cancel(payment)
    return invoice, note


def refunded(ledger):
    invoice, _, note = paid_and_credited(ledger)
    ledger.refund(100)
    return invoice, note


def refunded_before_the_note(ledger):
    invoice = ledger.invoice(100, on="01/05")
    ledger.payment(200, on="02/05")
    ledger.refund(100, on="03/05")
    return invoice, ledger.credit_note(100, on="09/05", to=[invoice])


def refunded_by_nobody(ledger):
    """The other order: one refund of everything is still to come."""
    invoice, _, note = paid_and_credited(ledger)
    return invoice, note


def never_paid(ledger):
    invoice = ledger.invoice(100)
    return invoice, ledger.credit_note(100, to=[invoice], against_item=True)


def posted_as_a_draft(ledger):
    invoice = ledger.invoice(100)
    [draft] = save_drafts(new=[ledger.new(C.CREDIT_NOTE, 100, to=[invoice])], actor="test")
    return invoice, execute([Post(draft_id=draft.pk)], actor="test")[0]


WAYS = [
    refunded_on_an_earlier_day, refunded_elsewhere, paid_back, refunded, refunded_before_the_note, refunded_by_nobody,
    never_paid, posted_as_a_draft,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_it_is_asked_whatever_became_of_the_money(ledger, way):
    invoice, note = way(ledger)
    before = ledger.balance()
    with pytest.raises(InvoiceCreditedTwice) as question:
        ledger.cancel(invoice)
    assert str(question.value) == (
        f"Invoice {invoice.number} is credited already, by {note.number} (100.00 EUR of it). Cancelled as well, it is "
        f"taken back twice: the balance of its account would be {before - 100:.2f} EUR, and what credits it now is "
        "free for other invoices or a refund. If it is to be taken back once, nothing more needs doing, for nothing of "
        "it is left to credit. If both are meant, confirm it."
    )
    assert (question.value.code, question.value.confirmation) == ("invoice_credited_twice", "confirm_credited")
    assert ledger.balance() == before
    ledger.cancel(invoice, confirm_credited=True)
    assert ledger.balance() == before - 100


def test_what_is_left_of_it_is_the_other_way_out(ledger):
    invoice = ledger.invoice(100)
    first, second = ledger.credit_note(30, to=[invoice]), ledger.credit_note(25, to=[invoice])
    with pytest.raises(InvoiceCreditedTwice, match=r"credit what is left of it, 45\.00 EUR, instead") as question:
        ledger.cancel(invoice)
    assert f"by {first.number} (30.00 EUR of it), {second.number} (25.00 EUR of it)." in str(question.value)


def test_a_note_for_several_counts_with_its_share_of_each(ledger):
    first, second = ledger.invoice(100), ledger.invoice(50)
    note = ledger.credit_note(120, to=[first, second])
    for invoice, share, after in ((first, "80.00", "-70.00"), (second, "40.00", "-20.00")):
        asked = rf"{note.number} \({share} EUR of it\).*would be {after} EUR"
        with pytest.raises(InvoiceCreditedTwice, match=asked):
            ledger.cancel(invoice)


def test_confirmed_it_frees_the_note_for_others(ledger):
    invoice, other = ledger.invoice(100, due="20/05"), ledger.invoice(80, due="21/05")
    note = ledger.credit_note(100, to=[invoice], against_item=True)
    ledger.cancel(invoice, confirm_credited=True)
    assert (ledger.unsettled(other), ledger.unallocated(note), ledger.balance()) == (0, 20, -20)


def test_a_note_that_is_not_meant_for_it_asks_nothing(ledger):
    """That it settles the invoice is nothing that anybody said: its credit goes on to the next."""
    invoice = ledger.invoice(100)
    ledger.credit_note(100)
    ledger.cancel(invoice)
    assert ledger.balance() == -100


def test_a_note_that_names_an_item_of_another_is_for_that(ledger):
    invoice, other = ledger.invoice(100), ledger.invoice(60)
    ledger.credit_note(items=(NewItem(credits=ItemRef(other.id, 1)),), to=[invoice])
    ledger.cancel(invoice)
    with pytest.raises(InvoiceCredited):
        ledger.cancel(other, confirm_credited=True)


def test_a_note_that_names_an_item_of_it_is_no_question(ledger):
    invoice = ledger.invoice(100)
    whole = ledger.credit_note(10, to=[invoice])
    named = ledger.credit_note(items=(NewItem(credits=ItemRef(invoice.id, 1), sub_total_minor=20_00),))
    with pytest.raises(InvoiceCredited, match=f"credited by {named.number}, and") as refusal:
        ledger.cancel(invoice, confirm_credited=True)
    assert whole.number not in str(refusal.value)


def test_a_preview_asks_as_well(ledger):
    invoice, _ = never_paid(ledger)
    with pytest.raises(InvoiceCreditedTwice):
        preview(orders=[Cancel(target_id=invoice.id, amount=ALL)], actor="test")
    [shown] = preview(orders=[Cancel(target_id=invoice.id, amount=ALL, confirm_credited=True)], actor="test")
    assert shown.balance_after.minor == -100_00


def test_a_note_of_the_same_set_counts(ledger):
    invoice = ledger.invoice(100)
    note = Post(new=ledger.new(C.CREDIT_NOTE, 60, to=[invoice]))
    with pytest.raises(InvoiceCreditedTwice, match=r"a credit note \(60\.00 EUR of it\).*would be -60\.00 EUR"):
        execute([note, Cancel(target_id=invoice.id, amount=ALL)], actor="test")
