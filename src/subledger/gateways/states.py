from __future__ import annotations

from enum import StrEnum

from subledger.kernel.lifecycle import Lifecycle
from subledger.kernel.words import of

REQUEST_PREFIX = "prq"  # of a payment request's public id
MESSAGE_PREFIX = "msg"  # of a file for a bank, which is no row


class ProviderState(StrEnum):
    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not_effective"


class Mode(StrEnum):
    TEST = "test"
    LIVE = "live"


class RequestType(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    PAYMENT_CANCELLATION = "payment_cancellation"


@of("payment request")
class RequestState(StrEnum):
    PENDING = "pending"
    UNDER_PROCESSING = "under_processing"
    REQUIRES_ACTION = "requires_action"  # the customer has to authenticate, or to pay on a hosted page
    UNKNOWN = "unknown"  # no answer came back: the money may have moved
    POSTED = "posted"
    REJECTED = "rejected"


S = RequestState
OPEN = frozenset({S.PENDING, S.UNDER_PROCESSING, S.REQUIRES_ACTION, S.UNKNOWN})
FINAL = frozenset(RequestState) - OPEN

PAYMENT_REQUEST: Lifecycle[RequestState] = Lifecycle(
    {
        (S.PENDING, "submit"): S.UNDER_PROCESSING,
        (S.PENDING, "confirm"): S.POSTED,  # an integrator may report without having said that it began
        (S.PENDING, "decline"): S.REJECTED,
        (S.UNDER_PROCESSING, "confirm"): S.POSTED,
        (S.UNDER_PROCESSING, "decline"): S.REJECTED,
        (S.UNDER_PROCESSING, "challenge"): S.REQUIRES_ACTION,
        (S.UNDER_PROCESSING, "lose"): S.UNKNOWN,
        (S.UNDER_PROCESSING, "postpone"): S.PENDING,  # the gateway did nothing and says so: rate limit, wrong key
        (S.REQUIRES_ACTION, "confirm"): S.POSTED,
        (S.REQUIRES_ACTION, "decline"): S.REJECTED,
        (S.REQUIRES_ACTION, "wait"): S.UNDER_PROCESSING,  # a bank debit was signed for and takes its days
        (S.UNKNOWN, "confirm"): S.POSTED,  # what follows an unknown is known by asking the gateway by our own key
        (S.UNKNOWN, "decline"): S.REJECTED,
        (S.UNKNOWN, "challenge"): S.REQUIRES_ACTION,
        (S.UNKNOWN, "wait"): S.UNDER_PROCESSING,
        (S.UNKNOWN, "submit"): S.UNDER_PROCESSING,  # sent again under the same key, while the gateway remembers it
        # A refund that came back days later (a closed bank account): the gateway's own new fact.
        (S.POSTED, "reverse"): S.REJECTED,
        # The gateway took the money after all (a hosted page paid in its last second): a new fact, never a lost one.
        (S.REJECTED, "confirm"): S.POSTED,
    }
)


class DisputeState(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class InboxState(StrEnum):
    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"  # of a type, or about an object, that means nothing to us
    FAILED = "failed"  # tried and tried again; the page shows why and can replay it


UNPROCESSED = frozenset({InboxState.RECEIVED, InboxState.FAILED})


class InstrumentKind(StrEnum):
    CARD = "card"
    SEPA_DEBIT = "sepa_debit"
    OTHER = "other"


class ClaimKind(StrEnum):
    """What an open request keeps others from paying at the same time."""

    TRANSACTION = "transaction"  # the payment or refund that waits, the payment that is cancelled, the invoice paid
    BILL = "bill"
    WALLET = "wallet"


class BatchState(StrEnum):
    """Of requests that one deed made together."""

    OPEN = "open"  # they leave when their turn comes
    HELD = "held"  # none leaves until the batch is open again
    WITHDRAWN = "withdrawn"  # none leaves any more: those that have not left are taken back
