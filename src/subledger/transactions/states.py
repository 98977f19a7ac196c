from __future__ import annotations

from enum import StrEnum

from subledger.kernel.lifecycle import Lifecycle

TRANSACTION_PREFIX = "txn"  # of public ids
REFERENCE_PREFIX = "ref"  # of a transaction's reference number, which is its id in capitals


class Classification(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    INVOICE_CANCELLATION = "invoice_cancellation"
    PAYMENT_CANCELLATION = "payment_cancellation"


C = Classification

DEBITS = frozenset({C.INVOICE, C.REFUND, C.PAYMENT_CANCELLATION})
CREDITS = frozenset(Classification) - DEBITS
WITH_ITEMS = frozenset({C.INVOICE, C.CREDIT_NOTE})
DRAFTABLE = frozenset({C.INVOICE, C.CREDIT_NOTE, C.PAYMENT, C.REFUND})
CANCELLATIONS = frozenset({C.INVOICE_CANCELLATION, C.PAYMENT_CANCELLATION})
SALES = frozenset({C.INVOICE, C.CREDIT_NOTE, C.INVOICE_CANCELLATION})  # what is sold, and what of it is taken back
RARER = frozenset(Classification) - {C.INVOICE, C.PAYMENT}  # than these, in most books
MONEY = frozenset({C.PAYMENT, C.PAYMENT_CANCELLATION, C.REFUND})  # what comes in or goes out


class TransactionState(StrEnum):
    DRAFT = "draft"
    PENDING = "pending"  # waits for its gateway: in no balance, and nobody's to edit
    POSTED = "posted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written_off"


S = TransactionState
UNPOSTED = frozenset({S.DRAFT, S.PENDING, S.REJECTED})  # in no balance, nor ever were
CREDITABLE = frozenset({S.POSTED, S.WRITTEN_OFF})  # of invoices whose items posted credit notes may stand on

_SIMPLE = {(S.DRAFT, "edit"): S.DRAFT, (S.DRAFT, "post"): S.POSTED, (S.DRAFT, "reject"): S.REJECTED}

# Money that a gateway moves: the draft is handed over, and comes back posted, as a draft (a card was declined, a person
# tries again) or rejected (an integrator says it cannot be done).
_THROUGH_GATEWAY = {
    (S.DRAFT, "submit"): S.PENDING,
    (S.PENDING, "confirm"): S.POSTED,
    (S.PENDING, "return"): S.DRAFT,
    (S.PENDING, "decline"): S.REJECTED,
}
_BY_ITSELF = frozenset(action for _, action in _THROUGH_GATEWAY)

# Only invoices and payments can be cancelled, only invoices written off; a payment that
# is moved is cancelled here and posted there. Credit notes and refunds have no action once posted.
LIFECYCLES: dict[Classification, Lifecycle[TransactionState]] = {
    C.INVOICE: Lifecycle(
        {
            **_SIMPLE,
            (S.POSTED, "cancel"): S.CANCELLED,
            (S.POSTED, "write_off"): S.WRITTEN_OFF,
            (S.POSTED, "quick_pay"): S.POSTED,
        }
    ),
    C.PAYMENT: Lifecycle(
        {**_SIMPLE, **_THROUGH_GATEWAY, (S.POSTED, "cancel"): S.CANCELLED, (S.POSTED, "move"): S.CANCELLED},
        by_itself=_BY_ITSELF,
    ),
    C.CREDIT_NOTE: Lifecycle(_SIMPLE),
    C.REFUND: Lifecycle({**_SIMPLE, **_THROUGH_GATEWAY}, by_itself=_BY_ITSELF),
    C.WRITE_OFF: Lifecycle({}),
    C.INVOICE_CANCELLATION: Lifecycle({}),
    C.PAYMENT_CANCELLATION: Lifecycle({}),
}


# What the write-off of an invoice leaves on the company's own account has no life of its own.
MIRROR: Lifecycle[TransactionState] = Lifecycle({})


def lifecycle_of(classification: str, *, is_mirror: bool = False) -> Lifecycle[TransactionState]:
    """The moves that a transaction has; a mirror invoice on the write-off account has none."""
    return MIRROR if is_mirror else LIFECYCLES[Classification(classification)]


class Settlement(StrEnum):
    UNSETTLED = "unsettled"
    PARTIALLY_SETTLED = "partially_settled"
    SETTLED = "settled"


class LinkPrinciple(StrEnum):
    """By which principle an allocation was made."""

    FIFO = "fifo"
    AGAINST_ITEM = "against_item"


class ReleaseReason(StrEnum):
    DISPLACED = "displaced"  # a credit meant for this very invoice took its place
    INVOICE_CANCELLED = "invoice_cancelled"
    PAYMENT_CANCELLED = "payment_cancelled"
    PAYMENT_MOVED = "payment_moved"


def settlement_of(amount_minor: int, open_minor: int) -> Settlement:
    """How far a posted transaction is settled (debits) or used (credits)."""
    if open_minor == 0:
        return Settlement.SETTLED
    return Settlement.UNSETTLED if open_minor == amount_minor else Settlement.PARTIALLY_SETTLED
