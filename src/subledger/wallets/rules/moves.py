"""What a wallet transaction says before it is made, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMove:
    """What any wallet transaction may say."""

    amount_minor: int
    type_id: int | None = None
    posted_on: date | None = None
    note: str = ""
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredit(NewMove):
    """Granted credit: face that nobody paid for. ``product_id``: what alone it is meant for."""

    account_id: int
    product_id: int | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDebit(NewMove):
    """A supply that the wallet pays for, at a gross amount; its tax is that of the product."""

    wallet_id: int
    product_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransfer(NewMove):
    """Between wallets of one currency."""

    wallet_id: int
    to_wallet_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReimbursement(NewMove):
    """Back to the wallet's own account, as a credit note for the paid value; granted face is forfeited with it."""

    wallet_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFunding(NewMove):
    """Free credit of an account that goes into its wallet."""

    account_id: int
