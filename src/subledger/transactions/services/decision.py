"""A set of orders decided under the lock, with what follows from them: what posting writes and a preview shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from subledger.kernel.errors import DomainError
from subledger.platform.callers import as_follows, demand
from subledger.transactions.consequences import Consequence, DecidedSet, Posting, consequences, spent_on
from subledger.transactions.errors import ConsequenceRefused, OutcomeDiffers
from subledger.transactions.rules.decisions import Decisions
from subledger.transactions.rules.facts import PostingInputs
from subledger.transactions.rules.orders import Order
from subledger.transactions.rules.outcomes import check_outcome, made_by

from .inputs import read_under_lock


@dataclass(frozen=True, slots=True)
class Decided:
    """``answers`` stand in the order of the set asked for: the id that an order made, or its refusal."""

    decisions: Decisions
    answers: list[int | DomainError]
    postings: tuple[Posting, ...]

    @property
    def to_write(self) -> DecidedSet:
        effects = self.decisions.effects
        return DecidedSet(effects.facts.company_id, self.decisions.actor, self.postings, effects)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An order of the set asked for, and what follows from it: (because of what, order)."""

    order: Order
    followers: tuple[tuple[Consequence, Order], ...]


class _LeftOut(Exception):
    """An order, by its place in the set asked for, that the set must be decided without."""

    def __init__(self, leader: int, refusal: DomainError) -> None:
        super().__init__(leader)
        self.leader, self.refusal = leader, refusal


def decided(orders: Sequence[Order], *, actor: str, collect: bool) -> Decided:
    """Lock, read and decide, in the caller's transaction.

    What an order comes to is known only when it is decided, and whether a consequence refuses it only when all are.
    Where that is a refusal the set is decided again without the order, so that it leaves nothing behind.

    Raises:
        DomainError: without ``collect`` the first refusal.
    """
    asked = _with_followers(orders)
    facts = read_under_lock([order for one in asked for order in (one.order, *(order for _, order in one.followers))])
    left_out: dict[int, DomainError] = {}
    while True:
        try:
            attempt = _attempt(facts, asked, left_out, actor=actor, collect=collect)
            again = _checked(attempt)
        except _LeftOut as found:
            again = {found.leader: found.refusal}
        if not again:
            return attempt
        if not collect:
            raise again[min(again)]
        left_out.update(again)


def _with_followers(orders: Sequence[Order]) -> list[_Asked]:
    found: dict[int, list[tuple[Consequence, Order]]] = {}
    for consequence in consequences():
        if consequence.follow is not None:
            for leader, order in consequence.follow(orders):
                found.setdefault(leader, []).append((consequence, order))
    return [_Asked(order, tuple(found.get(at, ()))) for at, order in enumerate(orders)]


def _attempt(
    facts: PostingInputs,
    asked: Sequence[_Asked],
    left_out: Mapping[int, DomainError],
    *,
    actor: str,
    collect: bool,
) -> Decided:
    """Everything decided but what is left out. An order that is refused itself noted nothing: the rest goes on."""
    decisions = Decisions(facts, actor=actor, demand=demand, spent_on=spent_on)
    answers: list[int | DomainError] = []
    postings: list[Posting] = []
    for at, one in enumerate(asked):
        if at in left_out:
            answers.append(left_out[at])
            continue
        since = len(decisions.effects.rows)
        try:
            answers.append(decisions.decide(one.order))
        except ConsequenceRefused as refusal:  # of a credit that is noted already
            raise _LeftOut(at, refusal) from refusal
        except DomainError as refusal:
            if not collect:
                raise
            answers.append(refusal)
            continue
        postings.append(Posting(at, one.order, tuple(made_by(decisions, since=since))))
        for consequence, order in one.followers:
            before = len(decisions.effects.rows)
            try:
                with as_follows():
                    decisions.decide(order)
            except DomainError as refusal:
                raise _LeftOut(at, ConsequenceRefused(consequence.name, refusal)) from refusal
            postings.append(Posting(at, order, tuple(made_by(decisions, since=before))))
        try:
            check_outcome(one.order, decisions, since=since)
        except OutcomeDiffers as refusal:
            raise _LeftOut(at, refusal) from refusal
    return Decided(decisions, answers, tuple(postings))


def _checked(attempt: Decided) -> dict[int, DomainError]:
    """What consequences refuse, by the place of the order; the first that refuses one says why."""
    found: dict[int, DomainError] = {}
    for consequence in consequences():
        if consequence.check is None or not attempt.postings:
            continue
        for at, refusal in consequence.check(attempt.to_write).items():
            found.setdefault(at, ConsequenceRefused(consequence.name, refusal))
    return found
