"""What events of gateways are called on pages, and what they speak of."""

from __future__ import annotations

from typing import Any

from subledger.gateways.models import Charge, Dispute, InboxEvent, PaymentRequest, Provider
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "provider.effective": say("Payment provider activated"),
    "provider.not_effective": say("Payment provider deactivated"),
    "provider.deleted": say("Payment provider deleted"),
    "provider.secrets_changed": say("Keys of the payment provider changed"),
    "provider.fact_unbooked": say("Something the bank or gateway told could not be booked"),
    "provider.fact_resolved": say("Something that could not be booked was settled by hand"),
    "provider.requests_exported": say("Payment requests exported"),
    "provider.requests_exported_again": say("Exported file downloaded again"),
    "provider.results_imported": say("File of results imported"),
    "payment_request.created": say("Payment request created"),
    "payment_request.pending": say("Payment request waiting"),
    "payment_request.under_processing": say("Payment request processing"),
    "payment_request.requires_action": say("Payment request needs authentication"),
    "payment_request.unknown": say("Payment request needs review"),
    "payment_request.posted": say("Payment request posted"),
    "payment_request.rejected": say("Payment request failed"),
    "payment_request.sent_again": say("Payment request sent again"),
    "payment_request.reminder": say("Customer to be reminded"),
    "payment_request.authentication_link_made": say("Link to authenticate created"),
    "invoice.pay_link_revoked": say("Link to pay revoked"),
    "account.registration_link_revoked": say("Link to save a card revoked"),
    "payment_request.authentication_link_revoked": say("Link to authenticate revoked"),
    "invoice.pay_link_made": say("Link to pay created"),
    "account.registration_begun": say("Page to save a card opened"),
    "payment_request.authentication_begun": say("Page to authenticate opened"),
    "account.registration_link_made": say("Link to save a card created"),
    "account.page_link_made": say("Link to the customer's page created"),
    "account.page_link_revoked": say("Link to the customer's page revoked"),
    "account.instrument_registered": say("Card or mandate saved"),
    "account.instrument_changed": say("Card or mandate changed"),
    "account.instrument_defaulted": say("Card or mandate made the default"),
    "account.instrument_recurring": say("Auto-charge switched on"),
    "account.instrument_not_recurring": say("Auto-charge switched off"),
    "account.instrument_removed": say("Card or mandate removed"),
    "account.payment_preference_barred": say("Payment method declined for good"),
    "account.payment_preference_unbarred": say("Payment method charged again"),
    "account.instrument_kept_at_gateway": say("Removed card is still known to its gateway"),
    "charge.fee_recorded": say("Fee of the gateway recorded"),
    "charge.fee_without_rate": say("Fee of the gateway not recorded: no exchange rate"),
    "payment_request.fee_recorded": say("Charge of the bank recorded"),
    "payment_request.fee_without_rate": say("Charge of the bank not recorded: no exchange rate"),
    "inbox_event.replayed": say("Gateway event processed again"),
    "dispute.open": say("Dispute opened"),
    "dispute.won": say("Dispute won"),
    "dispute.lost": say("Dispute lost"),
    "payment.dispute_open": say("Payment disputed"),
    "payment.dispute_won": say("Dispute of the payment won"),
    "payment.dispute_lost": say("Dispute of the payment lost"),
}
THINGS = {
    "payment_request": say("Payment request"),
    "provider": say("Payment provider"),
    "charge": say("Charge"),
    "dispute": say("Dispute"),
    "inbox_event": say("Gateway event"),
}
EVENT_LABELS = {
    "fee": say("Fee"),
    "said": say("What was reported"),
    "is_effective": say("Active"),
    "payment_request_id": say("Payment request"),
    "requests": say("Payment requests"),
    "instrument": say("Card or mandate"),
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
EVENT_MONEY = frozenset({"fee"})
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
    "payment_preference_barred": ("credit-card", "bad"),
    "payment_preference_unbarred": ("credit-card", "good"),
    "dispute_open": ("alert-triangle", "bad"),
    "dispute_won": ("check", "good"),
    "dispute_lost": ("x", "bad"),
}
