"""Payments that cannot be placed (specification 1, scenario 3): unknown or terminated account, or another owner."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from subledger.accounts.rules import CreditPeriod
from subledger.accounts.states import AccountState


class AccountInBooks(NamedTuple):
    """An account that a file names, as the books have it."""

    id: int
    number: str
    state: str
    currency: str
    customer_code: str
    customer_name: str
    classification_id: int | None = None
    credit_limit_minor: int | None = None
    name: str = ""
    credit_period_value: int | None = None
    credit_period_operator: str | None = None
    credit_period_unit: str | None = None

    @property
    def credit_period(self) -> CreditPeriod | None:
        return CreditPeriod.of(self.credit_period_value, self.credit_period_operator, self.credit_period_unit)


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


def is_owner(account: AccountInBooks, owner: str) -> bool:
    """Whether ``owner`` is the code or the name of the account's customer, spaces and case aside."""
    return _plain(owner) in (_plain(account.customer_code), _plain(account.customer_name))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
