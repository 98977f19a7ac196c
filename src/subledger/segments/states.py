from __future__ import annotations

from enum import StrEnum


class About(StrEnum):
    """What a segment selects."""

    ACCOUNTS = "accounts"
    TRANSACTIONS = "transactions"


class Standing(StrEnum):
    """Which way an account's balance stands."""

    OWES = "owes"
    IN_CREDIT = "in_credit"
    EVEN = "even"
