"""An invoice that a credit note is for as a whole is cancelled when that is confirmed: both take the same back.

Neither a day, nor where its payment stands now, nor how its money went out makes a difference. A note of which some
items name one of another invoice is for that with those alone.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from subledger.transactions.errors import CreditedAbove, IntendedInvoiceInvalid, InvoiceCredited, InvoiceCreditedTwice
from subledger.transactions.going_out_errors import CreditPaidOut
from subledger.transactions.item_credits import credited_items
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


def test_a_question_writes_its_amounts_in_one_way(ledger):
    invoice = ledger.invoice("1234.56")
    payment = ledger.payment("1234.56", to=[invoice])
    ledger.credit_note("1234.56", to=[invoice])
    ledger.refund("1234.56")
    for target in (invoice, payment):
        with pytest.raises((InvoiceCreditedTwice, CreditPaidOut)) as question:
            ledger.cancel(target)
        assert ("1234.56 EUR" in str(question.value), "1,234.56" in str(question.value)) == (True, False)


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


def of(invoice, minor):
    """A part of its only item."""
    return NewItem(credits=ItemRef(invoice.id, 1), sub_total_minor=minor)


def goodwill(minor):
    return NewItem(description="Goodwill", sub_total_minor=minor)


def mixed(ledger, invoice, other, *, rest=50_00, **fields):
    """A note that is meant for one invoice, of which one item names one of another."""
    return ledger.new(C.CREDIT_NOTE, items=(of(other, 10_00), goodwill(rest)), to=[invoice], **fields)


def by_posting(ledger, note):
    return execute([Post(new=note)], actor="test")[0]


def by_a_draft(ledger, note):
    [draft] = save_drafts(new=[note], actor="test")
    return execute([Post(draft_id=draft.pk)], actor="test")[0]


@pytest.mark.parametrize("door", [by_posting, by_a_draft])
def test_what_of_a_note_names_no_item_is_for_its_invoices_all_the_same(ledger, door):
    invoice, other = ledger.invoice(50), ledger.invoice(60)
    note = door(ledger, mixed(ledger, invoice, other))
    with pytest.raises(InvoiceCreditedTwice, match=rf"by {note.number} \(50\.00 EUR of it\).*balance .* be 0\.00 EUR"):
        ledger.cancel(invoice)
    with pytest.raises(CreditedAbove, match="nothing is left to credit"):
        ledger.credit_note(items=(of(invoice, 1),))
    ledger.cancel(invoice, confirm_credited=True)
    assert ledger.balance() == 0


def test_as_far_as_the_invoice_goes(ledger):
    first, second, other = ledger.invoice(40), ledger.invoice(20), ledger.invoice(60)
    note = by_posting(ledger, replace(mixed(ledger, first, other, rest=30_00), intended_ids=(first.id, second.id)))
    for invoice, share, left in ((first, "20.00", "20.00"), (second, "10.00", "10.00")):
        with pytest.raises(InvoiceCreditedTwice, match=rf"{note.number} \({share} EUR of it\).* it, {left} EUR, inst"):
            ledger.cancel(invoice)


def test_a_fee_that_is_kept_takes_nothing_of_an_invoice(ledger):
    """What is left of the note beside what it names is below zero."""
    invoice, other = ledger.invoice(50), ledger.invoice(60)
    by_posting(ledger, ledger.new(C.CREDIT_NOTE, items=(of(other, 30_00), goodwill(-5_00)), to=[invoice, other]))
    ledger.cancel(invoice)
    ledger.credit_note(items=(of(other, 30_00),))


@pytest.mark.parametrize("is_draft", [False, True])
def test_one_of_the_same_set_asks_with_what_names_no_item(ledger, is_draft):
    invoice, other = ledger.invoice(50), ledger.invoice(60)
    note = mixed(ledger, invoice, other, rest=20_00)
    order = Post(draft_id=save_drafts(new=[note], actor="test")[0].pk) if is_draft else Post(new=note)
    cancel = Cancel(target_id=invoice.id, amount=ALL)
    with pytest.raises(InvoiceCreditedTwice, match=r"a credit note \(20\.00 EUR of it\).*would be 30\.00 EUR"):
        execute([order, cancel], actor="test")
    for refused in ([cancel, order], [order, cancel]):  # the other way round it is meant for what is cancelled
        with pytest.raises(IntendedInvoiceInvalid if refused[0] is cancel else InvoiceCreditedTwice):
            execute(refused, actor="test")


def test_none_is_posted_for_an_invoice_that_was_cancelled_meanwhile(ledger):
    invoice, other = ledger.invoice(50), ledger.invoice(60)
    [draft] = save_drafts(new=[mixed(ledger, invoice, other)], actor="test")
    ledger.cancel(invoice)
    for order in (Post(draft_id=draft.pk), Post(new=mixed(ledger, invoice, other))):
        with pytest.raises(IntendedInvoiceInvalid, match=f"{invoice.number}.*cancelled"):
            execute([order], actor="test")


@pytest.mark.few(8)
@pytest.mark.parametrize("seed", range(12))
def test_whatever_notes_there_are_nothing_of_an_invoice_is_taken_back_twice_unasked(ledger, seed):
    """Notes of any items, meant for any invoices: the cancellation of each is refused where its items are named, asked
    about where some of a note names none and is meant for it, and else not; and no item is credited above itself."""
    chance = random.Random(seed)
    invoices = [ledger.invoice(100) for _ in range(3)]
    left, named, meant = [100_00] * 3, set(), set()
    for _ in range(chance.randint(1, 4)):
        to = chance.sample(range(3), chance.randint(0, 2))
        by_name = chance.sample([at for at in range(3) if left[at] >= 20_00], chance.randint(0, 1))
        free = [chance.randint(1, 30_00) for _ in range(chance.randint(0 if by_name else 1, 2))]
        items = (*(of(invoices[at], 20_00) for at in by_name), *map(goodwill, free))
        ledger.credit_note(items=items, to=[invoices[at] for at in to])
        named.update(by_name)
        meant.update(to if free else ())
        for at in by_name:
            left[at] -= 20_00
        shares = [left[at] - left_of(invoices[at]) for at in range(3)]
        assert sum(shares) == min(sum(free), sum(left[at] for at in to))
        assert all(0 <= share <= left[at] and (at in to or not share) for at, share in enumerate(shares))
        left = [minor - share for minor, share in zip(left, shares, strict=True)]
    for at, invoice in enumerate(invoices):
        cancel = Cancel(target_id=invoice.id, amount=ALL)
        expected = InvoiceCredited if at in named else InvoiceCreditedTwice if at in meant else None
        if expected is None:
            assert preview(orders=[cancel], actor="test")
            continue
        with pytest.raises(expected):
            preview(orders=[cancel], actor="test")


def left_of(invoice):
    [item] = credited_items([invoice.id]).values()
    return sum(item.left)


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
