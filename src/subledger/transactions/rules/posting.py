"""Which ledger accounts a transaction moves: posting rules, as rows that a person can read and change.

A rule says: for this classification (and, where given, this type), on accounts of this role, the *component* of the
transaction debits one ledger account and credits another. ``None`` stands for the ledger account of the payment or
refund method. Rules of a type replace the general ones of its classification. A rule that names a product or a product
group stands in for the rule of its component on such items. See docs/domain/posting-rules.md.
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
    DEFERRED = "deferred"  # net less discount of items with a service period, which then count under neither


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
    product_id: int | None = None
    group_id: int | None = None

    @property
    def is_of_items(self) -> bool:
        """Whether it asks what a document's items are, and not for its totals alone."""
        return self.is_special or self.component is Component.DEFERRED

    @property
    def is_special(self) -> bool:
        return self.product_id is not None or self.group_id is not None


class PostingPart(NamedTuple):
    """What of a document goes by the same rules: an item, or several alike. Amounts in minor units."""

    net: int
    discount: int
    tax: int
    total: int
    product_id: int | None = None
    is_deferred: bool = False  # it has a service period


class RuleBook:
    """The posting rules of a company, looked up by what a transaction and its items are."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._general: dict[tuple[str, str, int | None], list[Rule]] = {}
        self._special: dict[tuple[str, str], list[Rule]] = {}
        self._of_items: set[tuple[str, str]] = set()
        self._resolved: dict[tuple[str, str, int, int | None, int | None, bool], Sequence[Rule]] = {}
        for rule in rules:
            if rule.is_special:
                self._special.setdefault((rule.classification, rule.role), []).append(rule)
            else:
                self._general.setdefault((rule.classification, rule.role, rule.type_id), []).append(rule)
            if rule.is_of_items:
                self._of_items.add((rule.classification, rule.role))

    def goes_by_items(self, classification: str, role: str) -> bool:
        """Whether these rules ask for items: else the totals of a document say all."""
        return (classification, role) in self._of_items

    def rules_for(
        self,
        classification: str,
        role: str,
        type_id: int | None,
        *,
        product_id: int | None = None,
        group_id: int | None = None,
        is_deferred: bool = False,
    ) -> Sequence[Rule]:
        """The type's own rules, else its classification's, with those of the product or its group in their places.

        Empty where there are none.
        """
        general = self._general.get((classification, role, type_id)) or self._general.get((classification, role, None))
        if not general or (classification, role) not in self._of_items:
            return general or ()
        key = (classification, role, type_id or 0, product_id, group_id, is_deferred)
        found = self._resolved.get(key)
        if found is None:
            special = self._special.get((classification, role), ())
            asked = (type_id, product_id, group_id)
            found = self._resolved[key] = _most_specific(general, special, asked, is_deferred)
        return found


def _most_specific(
    general: Sequence[Rule],
    special: Sequence[Rule],
    asked: tuple[int | None, int | None, int | None],
    is_deferred: bool,
) -> Sequence[Rule]:
    """By component: the rule of the product, of its group, of none; within each, of the type, of the classification.

    A special rule stands in for a general one; where a type has one rule of the total, one of the net has no place.
    """
    type_id, product_id, group_id = asked
    found = {rule.component: rule for rule in general}
    for own_product, own_group in ((None, group_id), (product_id, None)):
        for own_type in dict.fromkeys((None, type_id)):
            for rule in special:
                is_it = (rule.product_id, rule.group_id, rule.type_id) == (own_product, own_group, own_type)
                place = Component.NET if rule.component is Component.DEFERRED else rule.component
                if is_it and (rule.component in found or place in found):
                    found[rule.component] = rule
    if Component.DEFERRED in found:
        left_out = (Component.NET, Component.DISCOUNT) if is_deferred else (Component.DEFERRED,)
        return tuple(rule for component, rule in found.items() if component not in left_out)
    return tuple(found.values())


def amounts_for(
    rules: Sequence[Rule], *, net: int, discount: int, tax: int, total: int, method_account_id: int | None
) -> list[tuple[int | None, int]]:
    """(ledger account, signed minor) pairs, debits positive, in the order of the rules; zero components are left out.

    An account that stays None is a method without a ledger account: the caller refuses it.
    """
    parts = {
        Component.NET: net,
        Component.DISCOUNT: discount,
        Component.TAX: tax,
        Component.TOTAL: total,
        Component.DEFERRED: net - discount,
    }
    pairs: list[tuple[int | None, int]] = []
    for rule in rules:
        minor = parts[rule.component]
        if minor:
            pairs.append((method_account_id if rule.debit_id is None else rule.debit_id, minor))
            pairs.append((method_account_id if rule.credit_id is None else rule.credit_id, -minor))
    return pairs
