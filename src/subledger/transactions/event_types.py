"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

POSTED = (
    "amount, currency, account; of credit notes the reason; what it `settles`, of refunds `settled_by`; what it "
    "`cancels`, `writes_off` or was `moved_from`; once for every posted transaction (on the transaction)"
)
# What of their data names another transaction.
REFERENCES = dict.fromkeys(
    (
        "cancels_id",
        "cancelled_by_id",
        "writes_off_id",
        "written_off_by_id",
        "mirrors_id",
        "moved_from_id",
        "moved_to_id",
    ),
    "transaction",
)
# How a posted transaction ends.
ENDINGS = frozenset({"invoice.cancelled", "invoice.written_off", "payment.cancelled", "payment.moved"})
EVENTS = {
    "invoice.posted": POSTED,
    "credit_note.posted": POSTED,
    "payment.posted": POSTED,
    "refund.posted": POSTED,
    "write_off.posted": POSTED,
    "invoice_cancellation.posted": POSTED,
    "payment_cancellation.posted": POSTED,
    "invoice.paid": (
        "nothing of it is open any more: amount that was settled now, `settled_by` (the payments and credit notes, "
        "each with its amount), `no_longer_by` (those that settle less of it); once for a change, whatever the "
        "number of allocations (on the transaction)"
    ),
    "invoice.partially_paid": (
        "less of it is open than before, and some still is (`unsettled_amount`); the rest as of `invoice.paid` (on the "
        "transaction)"
    ),
    "invoice.due_again": (
        "more of it is open than before: a payment was cancelled or moved, or settles another one. The rest as of "
        "`invoice.paid` (on the transaction)"
    ),
    "invoice.settled_otherwise": (
        "as much of it is open as before, but other payments or credit notes settle it (on the transaction)"
    ),
    "invoice.cancelled": (
        "`cancelled_by` what, the reason, and the payments and credit notes that are free again (`no_longer_by`) (on "
        "the transaction)"
    ),
    "payment.cancelled": "`cancelled_by` what, and the reason (on the transaction)",
    "invoice.written_off": "`written_off_by` what, and the reason (on the transaction)",
    "payment.moved": "`moved_to` which payment on another account, and `cancelled_by` what here (on the transaction)",
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
