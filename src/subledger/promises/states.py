from __future__ import annotations

from enum import StrEnum

from subledger.kernel.lifecycle import Lifecycle
from subledger.kernel.words import of

PROMISE_PREFIX = "ptp"  # of public ids
DISPUTE_PREFIX = "ivd"


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


P = PromiseState

# People withdraw. What settles or reopens the invoice keeps and reopens, and the clock breaks. Broken is final: staff
# and dunning have acted on it, and a new promise may be made.
PROMISES: Lifecycle[PromiseState] = Lifecycle(
    {
        (P.OPEN, "withdraw"): P.WITHDRAWN,
        (P.OPEN, "keep"): P.KEPT,
        (P.OPEN, "break"): P.BROKEN,
        (P.KEPT, "reopen"): P.OPEN,
    },
    by_itself=("keep", "break", "reopen"),
)
LIVING = frozenset({P.OPEN, P.KEPT})  # an invoice has at most one of these


class EndReason(StrEnum):
    """Why a promise was withdrawn."""

    BY_HAND = "by_hand"
    CANCELLED = "cancelled"  # the invoice was
    WRITTEN_OFF = "written_off"  # the invoice was


class DisputeState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@of("dispute")
class DisputeOutcome(StrEnum):
    """How a dispute ended."""

    ACCEPTED = "accepted"  # the customer was right: a credit note or a cancellation follows by hand
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"  # the invoice stands
    SETTLED = "settled"  # they came to terms, or it was paid
