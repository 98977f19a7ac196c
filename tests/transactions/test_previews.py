"""What a preview tells is what posting then does, and nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from subledger.accounts.models import Account
from subledger.kernel.money import Money
from subledger.platform.models import Event
from subledger.transactions.errors import AlreadySettled, OutcomeDiffers
from subledger.transactions.going_out_errors import RefundAboveCredit
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.rules.orders import ALL, Cancel, Move, Post, WriteOff
from subledger.transactions.services.actions import write_off
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.services.posting import execute
from subledger.transactions.services.previews import preview
from subledger.transactions.states import Classification as C


def eur(amount: int) -> Money:
    return Money(amount * 100, "eur")


def test_a_write_off_is_told_with_its_tax_and_leaves_nothing(ledger):
    invoice = ledger.invoice(119, tax=0)
    taxed = ledger.invoice(100, tax=19)
    ledger.payment(50, to=[taxed])
    before = (Transaction.objects.count(), Account.objects.count(), Event.objects.count())
    written_off, mirror = preview(orders=[WriteOff(target_id=taxed.id, amount=ALL, mirror_account_id=0)], actor="test")
    assert (written_off.classification, written_off.amount) == (C.WRITE_OFF, eur(69))
    assert (written_off.net, written_off.tax) == (Money(57_98, "eur"), Money(11_02, "eur"))
    assert (written_off.balance_before, written_off.balance_after) == (eur(188), eur(119))
    assert [(one.number, one.amount) for one in written_off.settles] == [(taxed.number, eur(69))]
    assert (mirror.classification, mirror.balance_after) == (C.INVOICE, eur(69))
    assert (Transaction.objects.count(), Account.objects.count(), Event.objects.count()) == before
    assert ledger.state(taxed) == "posted"
    assert ledger.unsettled(invoice) == 119


def test_a_draft_is_told_as_it_will_be_posted(ledger):
    invoice = ledger.invoice(60)
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 100)], actor="test")
    [told] = preview(orders=[Post(draft_id=draft.pk)], actor="test")
    assert (told.amount, told.balance_before, told.balance_after) == (eur(100), eur(60), eur(-40))
    assert [(one.number, one.amount) for one in told.settles] == [(invoice.number, eur(60))]
    assert (told.left_open, told.net) == (eur(40), None)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_draft_invoice_tells_its_tax_and_due_date(ledger):
    [draft] = save_drafts(new=[ledger.new(C.INVOICE, 100, tax=19, accept_due_date=False)], actor="test")
    [told] = preview(orders=[Post(draft_id=draft.pk)], actor="test")
    assert (told.net, told.tax, told.amount) == (eur(100), eur(19), eur(119))
    assert told.due_on is not None


def test_a_cancellation_and_a_move_tell_both_sides(ledger):
    other = ledger.open("Ben")
    payment = ledger.payment(40)
    [cancelled] = preview(orders=[Cancel(target_id=payment.id, amount=ALL)], actor="test")
    assert (cancelled.balance_before, cancelled.balance_after) == (eur(-40), eur(0))
    here, there = preview(orders=[Move(target_id=payment.id, to_account_id=other.pk)], actor="test")
    assert (here.balance_after, there.balance_after, there.account_number) == (eur(0), eur(-40), other.number)
    assert OpenItem.objects.filter(account=ledger.account).count() == 1


def test_what_posting_refuses_or_asks_is_refused_or_asked(ledger):
    invoice = ledger.invoice(10)
    ledger.payment(15)
    with pytest.raises(AlreadySettled):
        preview(orders=[WriteOff(target_id=invoice.id, amount=ALL, mirror_account_id=0)], actor="test")
    new = ledger.new(C.REFUND, 50)
    with pytest.raises(RefundAboveCredit):
        preview(orders=[Post(new=new)], actor="test")


def test_an_order_is_held_to_what_its_preview_told(ledger):
    ledger.invoice(60)
    order = Post(new=ledger.new(C.PAYMENT, 100))
    [told] = preview(orders=[order], actor="test")
    assert preview(orders=[order], actor="test")[0].outcome == told.outcome
    ledger.invoice(10)  # it settles more now
    with pytest.raises(OutcomeDiffers, match=r"It comes to 100\.00 EUR"):
        execute([replace(order, expected_outcome=told.outcome)], actor="test")
    [again] = preview(orders=[order], actor="test")
    assert again.outcome != told.outcome
    [posted] = execute([replace(order, expected_outcome=again.outcome)], actor="test")
    assert posted.amount_minor == 10_000  # type: ignore[union-attr]


def test_a_first_write_off_is_held_to_its_preview_too(ledger):
    order = WriteOff(target_id=ledger.invoice(50).id, amount=ALL, mirror_account_id=0)
    [told, _] = preview(orders=[order], actor="test")
    [posted] = write_off(orders=[replace(order, expected_outcome=told.outcome)], actor="test")
    assert posted.amount_minor == 5_000  # type: ignore[union-attr]


def test_in_a_set_the_order_that_differs_leaves_nothing_behind(ledger):
    invoice = ledger.invoice(50)
    wrong = Post(new=ledger.new(C.PAYMENT, 20), expected_outcome="0" * 32)
    right = Post(new=ledger.new(C.PAYMENT, 30))
    refused, posted = execute([wrong, right], actor="test", collect=True)
    assert isinstance(refused, OutcomeDiffers)
    assert posted.amount_minor == 3_000  # type: ignore[union-attr]
    assert (ledger.unsettled(invoice), ledger.balance()) == (20, 20)
    assert Transaction.objects.filter(classification=C.PAYMENT).count() == 1
