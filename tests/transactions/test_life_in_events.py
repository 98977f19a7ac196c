"""What programs hear of documents (docs/domain/events.md): each event of a life once, on its document."""

from __future__ import annotations

from tests.factories import Ledger

from subledger.platform.models import Event
from subledger.transactions.models import Reason
from subledger.transactions.services.drafts import reject_drafts, save_drafts, update_draft


def told_of(*idents: int) -> list[str]:
    rows = Event.objects.filter(object_type="transaction", object_id__in=idents).order_by("id")
    return list(rows.values_list("type", flat=True))


def test_every_event_of_documents_is_told_once(ledger: Ledger):
    kinds = ("invoice", "credit_note", "payment", "refund")
    for kind in kinds:
        [draft] = save_drafts(new=[ledger.new(kind, 30)], actor="test")
        update_draft(transaction_id=draft.pk, new=ledger.new(kind, 40), actor="test")
        reject_drafts(transaction_ids=[draft.pk], reason=Reason.objects.get(code="mistake"), actor="test")
        assert told_of(draft.pk) == [f"{kind}.drafted", f"{kind}.draft_changed", f"{kind}.rejected"]

    invoice = ledger.invoice(100, on="04/05")
    part = ledger.payment(40, on="05/05")
    ledger.payment(60, on="06/05")
    assert told_of(invoice.id) == ["invoice.posted", "invoice.partially_paid", "invoice.paid"]
    reversal = ledger.cancel(part, on="07/05")
    assert told_of(invoice.id)[3:] == ["invoice.due_again"]
    assert told_of(part.id) == ["payment.posted", "payment.cancelled"]
    assert told_of(reversal.id) == ["payment_cancellation.posted"]
    ledger.credit_note(40, on="08/05")
    assert told_of(invoice.id)[4:] == ["invoice.paid"]
    annulment = ledger.cancel(invoice, on="09/05")
    assert told_of(invoice.id)[5:] == ["invoice.cancelled"]
    assert told_of(annulment.id) == ["invoice_cancellation.posted"]

    other = ledger.open("Ben")
    bad = ledger.invoice(100, account=other, on="04/05")
    loss = ledger.write_off(bad, on="10/05")
    assert told_of(bad.id) == ["invoice.posted", "invoice.written_off"]
    assert told_of(loss.id) == ["write_off.posted"]
