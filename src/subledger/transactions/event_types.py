"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "invoice.posted": (
        "amount, currency, account; of credit notes the reason; once for every posted transaction (on the transaction)"
    ),
    "credit_note.posted": (
        "amount, currency, account; of credit notes the reason; once for every posted transaction (on the transaction)"
    ),
    "payment.posted": (
        "amount, currency, account; of credit notes the reason; once for every posted transaction (on the transaction)"
    ),
    "refund.posted": (
        "amount, currency, account; of credit notes the reason; once for every posted transaction (on the transaction)"
    ),
    "write_off.posted": (
        "amount, currency, account; of credit notes the reason; once for every posted transaction (on the transaction)"
    ),
    "invoice_cancellation.posted": (
        "amount, currency, account; of credit notes the reason; once for every posted transaction (on the transaction)"
    ),
    "payment_cancellation.posted": (
        "amount, currency, account; of credit notes the reason; once for every posted transaction (on the transaction)"
    ),
    "invoice.drafted": "a draft was saved (on the transaction)",
    "credit_note.drafted": "a draft was saved (on the transaction)",
    "payment.drafted": "a draft was saved (on the transaction)",
    "refund.drafted": "a draft was saved (on the transaction)",
    "invoice.draft_changed": "a draft was changed (on the transaction)",
    "credit_note.draft_changed": "a draft was changed (on the transaction)",
    "payment.draft_changed": "a draft was changed (on the transaction)",
    "refund.draft_changed": "a draft was changed (on the transaction)",
    "invoice.rejected": "a draft was discarded, with its reason (on the transaction)",
    "credit_note.rejected": "a draft was discarded, with its reason (on the transaction)",
    "payment.rejected": "a draft was discarded, with its reason (on the transaction)",
    "refund.rejected": "a draft was discarded, with its reason (on the transaction)",
    "payment.pending": "it was handed over to its gateway, with the payment request (on the transaction)",
    "refund.pending": "it was handed over to its gateway, with the payment request (on the transaction)",
    "payment.returned": "the gateway declined and it is a draft again, with code and message (on the transaction)",
    "refund.returned": "the gateway declined and it is a draft again, with code and message (on the transaction)",
    "payment.declined": (
        "it was rejected, with code and message: an integrator said no, or its money went to suspense (on the "
        "transaction)"
    ),
    "refund.declined": (
        "it was rejected, with code and message: an integrator said no, or its money went to suspense (on the "
        "transaction)"
    ),
    "transaction.noted": "a note: text, author, day",
}
