"""What events of gateways are called on pages, and what they speak of."""

from __future__ import annotations

from typing import Any

from subledger.gateways.models import Charge, Dispute, InboxEvent, PaymentRequest, Provider
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "provider.effective": "Payment provider activated",
    "provider.not_effective": "Payment provider deactivated",
    "provider.deleted": "Payment provider deleted",
    "provider.secrets_changed": "Keys of the payment provider changed",
    "provider.fact_unbooked": "Something the bank or gateway told could not be booked",
    "provider.fact_resolved": "Something that could not be booked was settled by hand",
    "provider.requests_exported": "Payment requests exported",
    "provider.results_imported": "File of results imported",
    "payment_request.created": "Payment request created",
    "payment_request.pending": "Payment request waiting",
    "payment_request.under_processing": "Payment request processing",
    "payment_request.requires_action": "Payment request needs authentication",
    "payment_request.unknown": "Payment request needs review",
    "payment_request.posted": "Payment request posted",
    "payment_request.rejected": "Payment request failed",
    "payment_request.sent_again": "Payment request sent again",
    "payment_request.reminder": "Customer to be reminded",
    "payment_request.authentication_link_made": "Link to authenticate created",
    "invoice.pay_link_revoked": "Link to pay revoked",
    "account.registration_link_revoked": "Link to save a card revoked",
    "payment_request.authentication_link_revoked": "Link to authenticate revoked",
    "invoice.pay_link_made": "Link to pay created",
    "account.registration_link_made": "Link to save a card created",
    "account.instrument_registered": "Card or mandate saved",
    "account.instrument_changed": "Card or mandate changed",
    "account.instrument_defaulted": "Card or mandate made the default",
    "account.instrument_recurring": "Auto-charge switched on",
    "account.instrument_not_recurring": "Auto-charge switched off",
    "account.instrument_removed": "Card or mandate removed",
    "account.instrument_kept_at_gateway": "Removed card is still known to its gateway",
    "charge.fee_recorded": "Fee of the gateway recorded",
    "charge.fee_without_rate": "Fee of the gateway not recorded: no exchange rate",
    "payment_request.fee_recorded": "Charge of the bank recorded",
    "payment_request.fee_without_rate": "Charge of the bank not recorded: no exchange rate",
    "inbox_event.replayed": "Gateway event processed again",
    "dispute.open": "Dispute opened",
    "dispute.won": "Dispute won",
    "dispute.lost": "Dispute lost",
    "payment.dispute_open": "Payment disputed",
    "payment.dispute_won": "Dispute of the payment won",
    "payment.dispute_lost": "Dispute of the payment lost",
}
THINGS = {
    "payment_request": "Payment request",
    "provider": "Payment provider",
    "charge": "Charge",
    "dispute": "Dispute",
    "inbox_event": "Gateway event",
}
EVENT_LABELS = {
    "is_effective": "Active",
    "payment_request_id": "Payment request",
    "requests": "Payment requests",
    "instrument": "Card or mandate",
}
REFERENCES = {
    "payment_request_id": "payment_request",
    "requests": "payment_request",
}


def _of_payment(row: Any) -> str:
    return page_url("transaction", row.payment_id) if row.payment_id else ""


NAMED = {
    "payment_request": Named(
        lambda idents: PaymentRequest.objects.filter(pk__in=idents),
        lambda row: row.number,
        lambda row: page_url("payment_request", row.pk),
    ),
    "provider": Named(
        lambda idents: Provider.objects.filter(pk__in=idents),
        lambda row: row.name,
        lambda row: page_url("provider", row.pk),
    ),
    "charge": Named(lambda idents: Charge.objects.filter(pk__in=idents), lambda row: row.reference, _of_payment),
    "dispute": Named(
        lambda idents: Dispute.objects.filter(pk__in=idents).select_related("charge"),
        lambda row: row.reference,
        lambda row: _of_payment(row.charge),
    ),
    "inbox_event": Named(
        lambda idents: InboxEvent.objects.filter(pk__in=idents),
        lambda row: row.external_id,
        lambda row: page_url("inbox_event", row.pk),
    ),
}
SILENT = frozenset({"refusals", "attempt"})
MARKS: dict[str, tuple[str, str]] = {
    "pending": ("hourglass", ""),
    "returned": ("arrow-back-up", "warn"),
    "declined": ("x", "bad"),
    "under_processing": ("send", ""),
    "requires_action": ("user", "warn"),
    "unknown": ("alert-triangle", "bad"),
    "sent_again": ("send", ""),
    "effective": ("bolt", "good"),
    "not_effective": ("ban", "warn"),
    "secrets_changed": ("key", "warn"),
    "instrument_registered": ("credit-card", "good"),
    "instrument_removed": ("credit-card", "warn"),
    "dispute_open": ("alert-triangle", "bad"),
    "dispute_won": ("check", "good"),
    "dispute_lost": ("x", "bad"),
}
