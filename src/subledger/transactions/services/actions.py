"""The verbs people and programs use. Each takes a sequence; one is a sequence of one. See `posting.execute`."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.accounts.services import open_system_account
from subledger.accounts.states import SystemRole
from subledger.kernel.errors import DomainError
from subledger.platform.callers import demand
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Cancel, Move, Post, Posted, QuickPay, WriteOff

from .posting import execute


def post_new(*, new: Sequence[NewTransaction], actor: str, collect: bool = False) -> list[Posted | DomainError]:
    """Create and post invoices, credit notes, payments and refunds."""
    return execute([Post(new=one) for one in new], actor=actor, collect=collect)


def post_drafts(*, drafts: Sequence[Post], actor: str, collect: bool = False) -> list[Posted | DomainError]:
    """Post drafts as they stand; what they say is checked again, with the day of posting."""
    return execute(drafts, actor=actor, collect=collect)


def cancel(*, orders: Sequence[Cancel], actor: str, collect: bool = False) -> list[Posted | DomainError]:
    """Cancel posted invoices and payments; the answers are the cancellations."""
    return execute(orders, actor=actor, collect=collect)


def write_off(*, orders: Sequence[WriteOff], actor: str, collect: bool = False) -> list[Posted | DomainError]:
    """Write off what of invoices is unsettled; each is mirrored on the write-off account of its currency.

    An order whose ``mirror_account_id`` is 0 gets the company's own; it is opened on first need.
    """
    demand("transactions.write_off")
    name_mirror_accounts(orders, actor=actor)
    return execute(orders, actor=actor, collect=collect)


def name_mirror_accounts(orders: Sequence[WriteOff], *, actor: str) -> None:
    """Give each order the write-off account of its currency, opened on first need, where it names none."""
    currencies = dict(
        Transaction.objects.filter(pk__in=[order.target_id for order in orders]).values_list("pk", "currency")
    )
    for order in orders:
        if order.target_id in currencies and not order.mirror_account_id:
            account = open_system_account(role=SystemRole.WRITE_OFF, currency=currencies[order.target_id], actor=actor)
            order.mirror_account_id = account.pk


def move(*, orders: Sequence[Move], actor: str, collect: bool = False) -> list[Posted | DomainError]:
    """Move payments to other accounts; the answers are the payments there."""
    return execute(orders, actor=actor, collect=collect)


def quick_pay(*, orders: Sequence[QuickPay], actor: str, collect: bool = False) -> list[Posted | DomainError]:
    """Pay what of invoices is unsettled, each by a payment of its own; the answers are the payments."""
    return execute(orders, actor=actor, collect=collect)
