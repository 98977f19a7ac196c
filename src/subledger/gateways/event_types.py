"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "provider.created": "a payment gateway provider was set up",
    "provider.changed": "what a provider says, as [before, after]",
    "provider.effective": "a payment gateway provider was switched on or off, or deleted",
    "provider.not_effective": "a payment gateway provider was switched on or off, or deleted",
    "provider.deleted": "a payment gateway provider was switched on or off, or deleted",
    "provider.secrets_changed": "which keys were changed or removed, never what they are",
    "provider.requests_exported": (
        "pending requests were written as a file: format, message (its name), marked, requests"
    ),
    "provider.requests_exported_again": (
        "a file that was marked before was fetched once more: format, message (its name), requests (how many)"
    ),
    "provider.results_imported": (
        "a file of results was taken in: file, format, sha256, counts, the first hundred refusals"
    ),
    "provider.fact_unbooked": "something that a bank or gateway told could not be booked; what was done about it",
    "provider.fact_resolved": "something that a bank or gateway told could not be booked; what was done about it",
    "payment_request.created": "type, amount, currency, account",
    "payment_request.under_processing": "its state, the one before, reference, code and message",
    "payment_request.requires_action": "its state, the one before, reference, code and message",
    "payment_request.pending": "its state, the one before, reference, code and message",
    "payment_request.unknown": "its state, the one before, reference, code and message",
    "payment_request.posted": "its state, the one before, reference, code and message",
    "payment_request.rejected": "its state, the one before, reference, code and message",
    "payment_request.sent_again": "the attempt, sent once more under its own key",
    "payment_request.reminder": "its customer is to be reminded of what they have to do",
    "payment_request.authentication_link_revoked": "one link was revoked, named by `link`",
    "invoice.pay_link_revoked": "one link was revoked, named by `link` (on the transaction)",
    "account.registration_begun": "a customer opened the gateway's page to register a card or mandate, by `link`",
    "payment_request.authentication_begun": "a customer opened the page of their bank to confirm it, by `link`",
    "account.registration_link_revoked": "one link was revoked, named by `link`",
    "account.page_link_revoked": "one link was revoked, named by `link`",
    "payment_request.authentication_link_made": "a link for the customer was made, and until when it is good",
    "invoice.pay_link_made": "a link for the customer was made, and until when it is good (on the transaction)",
    "account.registration_link_made": "a link for the customer was made, and until when it is good",
    "account.page_link_made": "a link for the customer was made, and until when it is good",
    "account.instrument_registered": "a card or mandate, by kind and last digits",
    "account.instrument_changed": "a card or mandate, by kind and last digits",
    "account.instrument_defaulted": "a card or mandate, by kind and last digits",
    "account.instrument_recurring": "a card or mandate, by kind and last digits",
    "account.instrument_not_recurring": "a card or mandate, by kind and last digits",
    "account.instrument_removed": "a card or mandate, by kind and last digits",
    "account.instrument_kept_at_gateway": "the gateway could not be told to forget a removed one; it is not charged",
    "account.payment_preference_barred": (
        "a way to pay was declined for good: the payment request that was, and its code; nothing charges it unasked"
    ),
    "account.payment_preference_unbarred": (
        "a way to pay that was declined for good is charged again: it changed, paid, or somebody said so"
    ),
    "charge.fee_recorded": "what the gateway kept, in the journal, or not for want of an exchange rate",
    "charge.fee_without_rate": "what the gateway kept, in the journal, or not for want of an exchange rate",
    "payment_request.fee_recorded": (
        "what the bank took for its booking or its return, in the journal, or not for want of an exchange rate"
    ),
    "payment_request.fee_without_rate": (
        "what the bank took for its booking or its return, in the journal, or not for want of an exchange rate"
    ),
    "inbox_event.replayed": "an event of a gateway is worked off once more",
    "dispute.open": "reference, amount, currency",
    "dispute.won": "reference, amount, currency",
    "dispute.lost": "reference, amount, currency",
    "payment.dispute_open": "the same, on the payment that is disputed (on the transaction)",
    "payment.dispute_won": "the same, on the payment that is disputed (on the transaction)",
    "payment.dispute_lost": "the same, on the payment that is disputed (on the transaction)",
}
