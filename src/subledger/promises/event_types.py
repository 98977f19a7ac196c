"""The types of events that this room records, each with what it tells. All are on the invoice."""

from __future__ import annotations

_PROMISE = "the promise, what was promised, its first agreed day and its last, its instalments"

EVENTS = {
    "promise.made": f"{_PROMISE}, the days of grace, whether interest is waived (on the transaction)",
    "promise.kept": "the promise: nothing of the invoice is open any more (on the transaction)",
    "promise.reopened": "the promise: the invoice is open again, so is what was promised (on the transaction)",
    "promise.broken": "the promise: an instalment was not paid in time; what is unpaid of it (on the transaction)",
    "promise.withdrawn": (
        "the promise, and why: by hand, or the invoice was cancelled or written off (on the transaction)"
    ),
    "invoice.disputed": "a dispute holds the invoice: reason, amount, follow-up day (on the transaction)",
    "invoice.dispute_closed": "its dispute was closed: outcome, what was said (on the transaction)",
    "invoice.dispute_changed": "what a dispute says, as [before, after] (on the transaction)",
}
