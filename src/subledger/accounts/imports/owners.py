"""An account that a file names, and whether somebody is its owner."""

from __future__ import annotations

from typing import NamedTuple

from subledger.accounts.rules import CreditPeriod


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
    parent_id: int | None = None
    parent: str = ""  # its code, else its number
    code: str = ""

    @property
    def credit_period(self) -> CreditPeriod | None:
        return CreditPeriod.of(self.credit_period_value, self.credit_period_operator, self.credit_period_unit)


def is_owner(account: AccountInBooks, owner: str) -> bool:
    """Whether ``owner`` is the code or the name of the account's customer, spaces and case aside."""
    return _plain(owner) in (_plain(account.customer_code), _plain(account.customer_name))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
