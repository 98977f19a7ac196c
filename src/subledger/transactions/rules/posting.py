"""Which ledger accounts a transaction moves: posting rules, as rows that a person can read and change.

A rule says: for this classification (and, where given, this type), on accounts of this role, the *component* of the
transaction debits one ledger account and credits another. ``None`` stands for the ledger account of the payment or
refund method. Rules of a type replace the general ones of its classification. See docs/domain/posting-rules.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from subledger.transactions.states import Classification


class Component(StrEnum):
    NET = "net"  # before discount, without tax
    DISCOUNT = "discount"
    TAX = "tax"
    TOTAL = "total"


class AccountRole(StrEnum):
    """Whose account it is: a customer's, or one of the company's own."""

    CUSTOMER = "customer"
    SUSPENSE = "suspense"
    WRITE_OFF = "write_off"


class Rule(NamedTuple):
    classification: Classification
    role: AccountRole
    type_id: int | None
    component: Component
    debit_id: int | None
    credit_id: int | None


class RuleBook:
    """The posting rules of a company, looked up by what a transaction is."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[tuple[str, str, int | None], list[Rule]] = {}
        for rule in rules:
            self._rules.setdefault((rule.classification, rule.role, rule.type_id), []).append(rule)

    def rules_for(self, classification: str, role: str, type_id: int) -> Sequence[Rule]:
        """The type's own rules, else its classification's; empty when there are none."""
        own = self._rules.get((classification, role, type_id))
        return own or self._rules.get((classification, role, None)) or ()


def amounts_for(
    rules: Sequence[Rule], *, net: int, discount: int, tax: int, total: int, method_account_id: int | None
) -> list[tuple[int | None, int]]:
    """(ledger account, signed minor) pairs, debits positive, in the order of the rules; zero components are left out.

    An account that stays None is a method without a ledger account: the caller refuses it.
    """
    parts = {Component.NET: net, Component.DISCOUNT: discount, Component.TAX: tax, Component.TOTAL: total}
    pairs: list[tuple[int | None, int]] = []
    for rule in rules:
        minor = parts[rule.component]
        if minor:
            pairs.append((method_account_id if rule.debit_id is None else rule.debit_id, minor))
            pairs.append((method_account_id if rule.credit_id is None else rule.credit_id, -minor))
    return pairs
