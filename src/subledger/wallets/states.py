from __future__ import annotations

from enum import StrEnum

from subledger.kernel.lifecycle import Lifecycle
from subledger.kernel.words import of

WALLET_PREFIX = "wal"  # of public ids
ENTRY_PREFIX = "wtx"
LOT_PREFIX = "lot"


class WalletState(StrEnum):
    EFFECTIVE = "effective"
    CANCELLED = "cancelled"


W = WalletState

WALLETS: Lifecycle[WalletState] = Lifecycle({(W.EFFECTIVE, "cancel"): W.CANCELLED})


@of("wallet transaction")
class EntryKind(StrEnum):
    """What a wallet transaction does to its wallet."""

    CREDIT = "credit"
    DEBIT = "debit"
    REIMBURSE = "reimburse"
    VOID = "void"
    TRANSFER = "transfer"


class EntryState(StrEnum):
    EFFECTIVE = "effective"
    VOIDED = "voided"


E = EntryState

ENTRIES: Lifecycle[EntryState] = Lifecycle({(E.EFFECTIVE, "void"): E.VOIDED})


class Cause(StrEnum):
    """Which process made a wallet transaction."""

    BY_HAND = "by_hand"
    PAYMENT = "payment"  # a payment of a type that credits wallets was posted
    CREDIT_NOTE = "credit_note"  # the same of a credit note
    ACCOUNT = "account"  # free credit of the account was transferred
    CANCELLATION = "cancellation"  # of the payment or invoice that had credited it
    EXPIRY = "expiry"
    WALLET_CANCELLED = "wallet_cancelled"
