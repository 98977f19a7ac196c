"""What orders would make permanent, decided as posting decides and then taken back: nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.transaction import atomic, set_rollback

from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.rules.decisions import Decisions
from subledger.transactions.rules.orders import Order, WriteOff
from subledger.transactions.rules.outcomes import digest_of, settled_by
from subledger.transactions.states import DEBITS, Classification

from .actions import name_mirror_accounts
from .decision import decided


@dataclass(frozen=True, slots=True)
class Settling:
    """What of another transaction is settled, or used, by the one that is previewed."""

    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Preview:
    """One transaction as it would be posted, and where its account stands before and after.

    ``net``, ``discount`` and ``tax`` are None for what has no items. Of a set they are in the set's order: the balance
    after one is the balance before the next. ``outcome`` is that of the whole set: of one order, what it can be held to
    (its ``expected_outcome``). Of refunds ``going_out`` says what is on its way out of the account already, in no
    balance yet.
    """

    classification: Classification
    account_id: int
    account_number: str
    issued_on: date
    posted_on: date
    due_on: date | None
    amount: Money
    net: Money | None
    discount: Money | None
    tax: Money | None
    balance_before: Money
    balance_after: Money
    settles: Sequence[Settling]
    outcome: str
    going_out: Money
    has_no_tax_rate: bool = False  # an item names none, and no percentage

    @property
    def left_open(self) -> Money:
        """What of it stays open: owed, or free to be used."""
        return Money(self.amount.minor - sum(one.amount.minor for one in self.settles), self.amount.currency)

    @property
    def balance_in_the_end(self) -> Money:
        """The balance once all that is on its way out has gone as well."""
        return Money(self.balance_after.minor + self.going_out.minor, self.amount.currency)


def preview(*, orders: Sequence[Order], actor: str) -> list[Preview]:
    """Everything that orders would post: a write-off and its mirror invoice, a payment moved and its cancellation …

    What would be refused is refused; what posting asks to be confirmed is asked here as well, so that orders carry
    their confirmations.

    Raises:
        DomainError: as `posting.execute`.
    """
    orders = [replace(order, expected_outcome=None) for order in orders]
    with atomic():
        if any(isinstance(order, WriteOff) for order in orders):
            name_mirror_accounts([order for order in orders if isinstance(order, WriteOff)], actor=actor)
        previews = _previews_of(decided(orders, actor=actor, collect=False).decisions)
        set_rollback(True)
    return previews


@dataclass(frozen=True, slots=True)
class ForeseenOrder:
    """What one order of a set would come to: its refusal, or the tax of what it posts, where that has items."""

    refusal: DomainError | None = None
    tax_minor: int | None = None


def foresee_set(*, orders: Sequence[Order], actor: str) -> tuple[list[ForeseenOrder], str]:
    """What each order of a set would come to, decided together as posting decides, and the outcome of all.

    What one is refused for leaves the others as they are, as in `posting.execute` with ``collect``.
    """
    with atomic():
        name_mirror_accounts([order for order in orders if isinstance(order, WriteOff)], actor=actor)
        found = decided(orders, actor=actor, collect=True)
        taxes: dict[int, int] = {}
        for posting in found.postings:
            for row in posting.rows:
                if row.tax_minor is not None and row.mirrors_id is None:
                    taxes[posting.leader] = taxes.get(posting.leader, 0) + row.tax_minor
        rows = list(found.decisions.effects.rows.values())
        outcome = digest_of(rows, settled_by(found.decisions))
        set_rollback(True)
    return [
        ForeseenOrder(refusal=answer) if isinstance(answer, DomainError) else ForeseenOrder(tax_minor=taxes.get(at))
        for at, answer in enumerate(found.answers)
    ], outcome


def _previews_of(decisions: Decisions) -> list[Preview]:
    facts, rows = decisions.facts, decisions.effects.rows
    balances = {ident: _balance(ident) for ident in {row.account_id for row in rows.values()}}
    settled = settled_by(decisions)
    outcome = digest_of(list(rows.values()), settled)
    numbers = dict(
        Transaction.objects.filter(pk__in={other for pairs in settled.values() for other, _ in pairs}).values_list(
            "pk", "number"
        )
    )
    untaxed = {
        item.transaction_id
        for item in decisions.effects.items
        if item.tax_rate_id is None and not Decimal(item.tax_percent)
    }
    previews = []
    for ident, row in rows.items():
        currency, classification, amount = row.currency, row.classification, row.amount_minor
        before = balances[row.account_id]
        after = balances[row.account_id] = before + (amount if classification in DEBITS else -amount)
        parts = row.net_minor, row.discount_minor, row.tax_minor
        net, discount, tax = (None if part is None else Money(part, currency) for part in parts)
        settles = [
            Settling(numbers.get(other) or "", Money(minor, currency))
            for other, minor in settled.get(ident, ())
            if other in numbers
        ]
        previews.append(
            Preview(
                classification=classification,
                account_id=row.account_id,
                account_number=facts.accounts[row.account_id].number,
                issued_on=row.issued_on,
                posted_on=row.posted_on,
                due_on=row.due_on,
                amount=Money(amount, currency),
                net=net,
                discount=discount,
                tax=tax,
                balance_before=Money(before, currency),
                balance_after=Money(after, currency),
                settles=settles,
                outcome=outcome,
                has_no_tax_rate=ident in untaxed,
                going_out=Money(
                    facts.going_out.get(row.account_id, 0) if classification is Classification.REFUND else 0, currency
                ),
            )
        )
    return previews


def _balance(account_id: int) -> int:
    rows = OpenItem.objects.filter(account_id=account_id).values_list("is_debit", "open_minor")
    return sum(minor if is_debit else -minor for is_debit, minor in rows)
