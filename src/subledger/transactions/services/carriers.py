"""Who carries orders out: posting itself, or a room above that has somebody move the money first.

The pages, the API and the commands come here, and know no such room. It puts its `Carrier` in at start
(`carry_with`); without one, orders are posted and that is all.

Three steps, none inside another's transaction: what is posted or asked for is committed (`begin`, bound to the
Idempotency-Key, if one came), whoever moves the money is called where there is somebody, and what became of it is read
(`end`). A process that dies after the first leaves a key that is bound: the request repeated skips to the second, where
what was sent is never sent again. See ADRs 16 and 20.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from django.db.transaction import atomic

from subledger.kernel.errors import DomainError
from subledger.platform import idempotency
from subledger.platform.dry_runs import is_dry_run
from subledger.transactions.made_kinds import TRANSACTION
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Order, Posted

from . import drafts
from .posting import execute
from .previews import Preview, preview


class Requested(NamedTuple):
    """The answer to an order that waits for its gateway: the request, and the pending transaction or the payment."""

    request_id: int
    transaction_id: int | None
    account_id: int
    amount_minor: int


Begun = Posted | Requested
Answer = Begun | DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How far an order came. Neither posted nor declined: it is under way.

    ``declined`` is what whoever moves the money answered; ``failure`` is why they could not be asked now: the request
    stands, and is carried out as soon as that is put right.
    """

    transaction_id: int | None
    posted: Posted | None = None
    request_id: int | None = None
    declined: DomainError | None = None
    failure: DomainError | None = None

    def came_to(self) -> int:
        """The transaction that was asked for, as far as it came; what was declined is refused."""
        if self.declined is not None:
            raise self.declined
        assert self.transaction_id is not None  # what is asked for by hand always has one
        return self.transaction_id


class Carrier(Protocol):
    """What a room says that has the money of some orders moved before they are posted."""

    def agreed(self, new: NewTransaction) -> NewTransaction:
        """A document with the method that its way to pay asks for; refused where the two do not agree."""

    def foresee(self, order: Order, *, actor: str) -> list[Preview]:
        """What `begin` would come to, refused and asked as there; nothing is kept, and nobody called."""

    def moved(self, draft_ids: Sequence[int]) -> frozenset[int]:
        """The drafts whose money would be moved before they are posted."""

    def begin(self, orders: Sequence[Order], *, actor: str, collect: bool) -> list[Answer]:
        """Post the orders, or take them over: as `posting.execute` in all else. Calls nobody."""

    def asked(self, request_id: int) -> Requested:
        """What was taken over under an Idempotency-Key that comes again."""

    def end(self, asked: Requested) -> Ended:
        """Have it carried out now, with no transaction open, and tell what became of it."""


class Posting:
    """Nobody moves any money: orders are posted."""

    def agreed(self, new: NewTransaction) -> NewTransaction:
        return new

    def foresee(self, order: Order, *, actor: str) -> list[Preview]:
        return preview(orders=[order], actor=actor)

    def moved(self, draft_ids: Sequence[int]) -> frozenset[int]:
        return frozenset()

    def begin(self, orders: Sequence[Order], *, actor: str, collect: bool) -> list[Answer]:
        return list(execute(list(orders), actor=actor, collect=collect))

    def asked(self, request_id: int) -> Requested:
        raise LookupError("a request is kept, and no room that takes any")

    def end(self, asked: Requested) -> Ended:
        raise LookupError("a request is kept, and no room that takes any")


_carriers: list[Carrier] = [Posting()]


def carry_with(carrier: Carrier) -> None:
    """Have orders carried out by it from now on."""
    _carriers[:] = [carrier]


def carry_out(make_order: Callable[[], Order], *, actor: str) -> Ended:
    """Post, or have the money moved; what became of it.

    The order is made here, because what it names need not be there any more when a repetition is answered.

    Raises:
        DomainError: what posting and the carrier refuse.
    """
    return carried_out(lambda: begin(make_order(), actor=actor))


def carried_out(ask: Callable[[], Answer]) -> Ended:
    """The same for anything that asks for one request, or makes one transaction at once."""
    return end(made_already() or _raised(ask()))


def foresee(order: Order, *, actor: str) -> list[Preview]:
    """Everything that the order would post, refused as `begin` refuses it; nothing is kept."""
    return _carriers[0].foresee(order, actor=actor)


def agreed(new: NewTransaction) -> NewTransaction:
    """A document with the method that its way to pay asks for; refused where the two do not agree."""
    return _carriers[0].agreed(new)


def moved(draft_ids: Sequence[int]) -> frozenset[int]:
    """The drafts that are not simply posted: somebody moves their money first."""
    return _carriers[0].moved(draft_ids)


def begin(order: Order, *, actor: str) -> Begun:
    """Post, or ask for it, and call nobody yet; the refusal is raised."""
    [answer] = _carriers[0].begin([order], actor=actor, collect=False)
    return _raised(answer)


def begin_all(orders: Sequence[Order], *, actor: str) -> list[Answer]:
    """The same of many: what one is refused for is its answer, and the others go on."""
    return _carriers[0].begin(orders, actor=actor, collect=True)


def _raised(answer: Answer) -> Begun:
    if isinstance(answer, DomainError):
        raise answer
    return answer


def end(begun: Begun) -> Ended:
    """What became of it, whoever moves the money being called here, with no transaction open."""
    if isinstance(begun, Posted):
        return Ended(transaction_id=begun.id, posted=begun)
    if is_dry_run():
        return Ended(transaction_id=begun.transaction_id, request_id=begun.request_id)
    return _carriers[0].end(begun)


def made_already() -> Begun | None:
    """What an earlier request with the Idempotency-Key being answered led to: it is told again, never done again."""
    made = idempotency.made_before()
    if made is None:
        return None
    if made.kind != TRANSACTION:
        return _carriers[0].asked(made.id)
    row = Transaction.objects.get(pk=made.id)
    return Posted(row.pk, row.number or "", row.classification, row.account_id, row.amount_minor)


def save_drafts(*, new: Sequence[NewTransaction], actor: str) -> list[Transaction]:
    """Keep drafts (`drafts.save_drafts`) whose method and way to pay agree."""
    drafts.demand_to_draft(new)
    return drafts.save_drafts(new=[_carriers[0].agreed(one) for one in new], actor=actor)


def save_draft_once(make_new: Callable[[], NewTransaction], *, actor: str) -> int:
    """Keep a draft, and have the key that is being answered stand for it; its id."""
    made = made_already()
    if made is not None:
        return made.id if isinstance(made, Posted) else made.transaction_id or 0
    new = make_new()
    with atomic():
        [draft] = save_drafts(new=[new], actor=actor)
        idempotency.bind(TRANSACTION, draft.pk)
    return draft.pk


def update_draft(*, transaction_id: int, new: NewTransaction, version: str = "", actor: str) -> Transaction:
    drafts.demand_to_draft([new])
    return drafts.update_draft(
        transaction_id=transaction_id, new=_carriers[0].agreed(new), version=version, actor=actor
    )
