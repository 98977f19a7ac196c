"""Whether posting rules, taken together, keep the journal in step with the balances."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.sentences import say
from subledger.transactions.states import DEBITS, Classification

from .posting import AccountRole, Component, Rule, RuleBook

# What the total of a document is made of: net - discount + tax.
PARTS = {Component.NET: 1, Component.DISCOUNT: -1, Component.TAX: 1}
PARTS_OF = {Component.TOTAL: PARTS, Component.DEFERRED: {Component.NET: 1, Component.DISCOUNT: -1}}
WITH_PERIODS = frozenset({Classification.INVOICE, Classification.CREDIT_NOTE})
WITH_METHOD = frozenset({Classification.PAYMENT, Classification.REFUND})


def fault_of(rule: Rule) -> tuple[str, str] | None:
    """(field, what is wrong) of one rule by itself; None where nothing is."""
    if rule.debit_id is None and rule.credit_id is None:
        return "debit", say("Both sides are empty: at most one can be that of the method.")
    if rule.debit_id == rule.credit_id:
        return "credit", say("Debit and credit are the same ledger account, so it would move nothing.")
    if rule.classification not in WITH_METHOD:
        for field, ledger in (("debit", rule.debit_id), ("credit", rule.credit_id)):
            if ledger is None:
                words = rule.classification.replace("_", " ")
                return field, say(
                    "An empty side is that of the method, and a transaction of class {words} has none.", words=words
                )
    if rule.classification in WITH_METHOD and rule.component != Component.TOTAL:
        return "component", say("A payment or refund has a total only, no parts.")
    if rule.classification in WITH_METHOD and rule.is_special:
        field = "product" if rule.product_id is not None else "product_group"
        return field, say("A payment or refund has no items, so no products.")
    if rule.product_id is not None and rule.group_id is not None:
        return "product_group", say("A rule is for a product or for a group of them, not for both.")
    if rule.component is Component.DEFERRED and rule.classification not in WITH_PERIODS:
        return "component", say("Only items of invoices and credit notes have service periods, and so a deferred part.")
    return None


def moves_control(rules: Sequence[Rule], control_id: int) -> bool:
    """Whether the rules of one classification and role move its control account by exactly the whole amount.

    The write-off account has no balance that the journal follows.
    """
    if not rules or rules[0].role == AccountRole.WRITE_OFF:
        return True
    moved = dict.fromkeys(PARTS, 0)
    for rule in rules:
        side = (rule.debit_id == control_id) - (rule.credit_id == control_id)
        parts = PARTS_OF.get(rule.component) or {rule.component: 1}
        for part, sign in parts.items():
            moved[part] += side * sign
    sign = 1 if rules[0].classification in DEBITS else -1
    if rules[0].classification in WITH_METHOD:
        return moved[Component.NET] == sign
    if rules[0].classification == Classification.WRITE_OFF:  # never a discount
        return all(moved[part] == sign * PARTS[part] for part in (Component.NET, Component.TAX))
    return all(moved[part] == sign * PARTS[part] for part in PARTS)


def all_move_control(rules: Sequence[Rule], classification: Classification, role: AccountRole, control_id: int) -> bool:
    """`moves_control` of whatever these rules say of any item, with and without a service period."""
    book = RuleBook(rules)
    ours = [rule for rule in rules if (rule.classification, rule.role) == (classification, role)]
    kinds = {None, *(rule.type_id for rule in ours)}
    items = {(None, None), *((rule.product_id, rule.group_id) for rule in ours)}
    return all(
        moves_control(
            book.rules_for(classification, role, kind, product_id=product, group_id=group, is_deferred=is_deferred),
            control_id,
        )
        for kind in kinds
        for product, group in items
        for is_deferred in (False, True)
    )
