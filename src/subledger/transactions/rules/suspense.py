"""Payments that cannot be placed (docs/domain/import.md): unknown or terminated account, or another owner."""

from __future__ import annotations

from enum import StrEnum

from subledger.accounts.imports.owners import AccountInBooks, is_owner
from subledger.accounts.states import AccountState


class Misfit(StrEnum):
    UNKNOWN = "unknown account"
    TERMINATED = "terminated account"
    OWNER_DIFFERS = "the account has another owner"


def misfit_of(account: AccountInBooks | None, owner: str) -> Misfit | None:
    """Why a payment does not belong on the account it names; None when it does. ``owner`` is "" when not given."""
    if account is None:
        return Misfit.UNKNOWN
    if account.state == AccountState.TERMINATED:
        return Misfit.TERMINATED
    if owner and not is_owner(account, owner):
        return Misfit.OWNER_DIFFERS
    return None
