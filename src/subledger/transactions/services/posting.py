"""Posting: one door for everything that moves money on an account, a set at a time.

`execute` takes any mixture of orders. It locks the accounts once in id order, reads once what the rules need,
decides order by order in plain Python, and writes all effects in one statement. One posting is a set of one.

A refused order leaves nothing behind: everything is checked before the first effect is noted, so the rest of a set
can go on (``collect=True``) or the whole set rolls back with the refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError
from django.db.transaction import atomic

from subledger.kernel.errors import DomainError
from subledger.kernel.number_series import PLACE
from subledger.platform import clock, idempotency
from subledger.platform.statements import Json, call_last, columns, fresh_ids
from subledger.platform.tracing import current_request_id
from subledger.transactions.consequences import DecidedSet, consequences
from subledger.transactions.errors import BackOfficeCodeTaken, ConcurrentChange
from subledger.transactions.made_kinds import TRANSACTION
from subledger.transactions.models import CreditShare
from subledger.transactions.rules.orders import Order, Posted
from subledger.transactions.rules.rows import AllocationRow, NewlyPosted, PostedRow, as_objects

from .decision import decided


def execute(orders: Sequence[Order], *, actor: str, collect: bool = False) -> list[Posted | DomainError]:
    """Carry out orders in sequence; the answers stand in the orders' order.

    Without ``collect`` the first refusal is raised and nothing is kept; with it, a refused order's answer is the
    refusal and the others are kept.

    Raises:
        DomainError: what the rules refuse (see ``errors``); ConcurrentChange where two people did the same at once.
    """
    if not orders:
        return []
    try:
        with atomic():
            set_ = decided(orders, actor=actor, collect=collect)
            effects, answers = set_.decisions.effects, set_.answers
            made = answers[0] if len(answers) == 1 and isinstance(answers[0], int) else None
            at = clock.now()
            firsts = write(set_.to_write, at=at, made=made) if effects.rows else {}
    except IntegrityError as error:
        raise translated(error) from error
    posted = [a if isinstance(a, DomainError) else _posted(effects.rows[a], firsts) for a in answers]
    if made is not None and (open_minor := effects.left_open(made)) is not None:
        [alone] = posted
        assert isinstance(alone, Posted)
        written = NewlyPosted(effects.rows[made], effects.facts.company_id, alone.number, open_minor, at, actor)
        return [alone._replace(newly=written)]
    return posted


def check(orders: Sequence[Order], *, actor: str) -> list[DomainError | None]:
    """Whether orders would be carried out as things stand: the refusal of each, or None. Nothing is written.

    In the caller's transaction the accounts stay locked, so that the answer holds until its end.
    """
    with atomic():
        answers = decided(orders, actor=actor, collect=True).answers
    return [answer if isinstance(answer, DomainError) else None for answer in answers]


def _posted(row: PostedRow, firsts: Mapping[str, int]) -> Posted:
    number = row.number_as.replace(PLACE, f"{firsts[row.counter] + row.ordinal:0{row.digits}d}")
    return Posted(row.id, number, row.classification, row.account_id, row.amount_minor)


def write(set_: DecidedSet, *, at: datetime, made: int | None = None) -> dict[str, int]:
    """Write every effect in one statement, the last of its transaction; counter -> the first number that was taken.

    What rooms above add is written before it (`consequences`). An Idempotency-Key that is being answered stands for
    ``made`` by the same message: it is bound where it is made.
    """
    effects = set_.effects
    wanted = effects.ids_needed()
    effects.close(fresh_ids(wanted) if wanted else ())
    for consequence in consequences():
        if consequence.write is not None:
            consequence.write(set_)
    if effects.credit_shares:
        CreditShare.objects.bulk_create(CreditShare(**row) for row in as_objects(effects.credit_shares))
    before = None if made is None else idempotency.binding(TRANSACTION, made)
    taken = call_last(
        "posting_write_v11",
        effects.facts.company_id,
        at,
        set_.actor,
        current_request_id(),
        *(
            Json(rows) if rows else None
            for rows in (
                as_objects(effects.entries),
                as_objects(effects.lines),
                as_objects(effects.events),
                as_objects(effects.settlements),
                as_objects(effects.items),
                effects.item_copies,
                effects.counters(),
                as_objects(effects.new_rows()),
                as_objects(effects.draft_rows()),
                as_objects(effects.states),
                as_objects(effects.releases),
                columns(AllocationRow._fields, effects.allocations) if effects.allocations else None,
            )
        ),
        before=before,
    )
    if before is not None and made is not None:
        idempotency.bound(TRANSACTION, made)
    return dict(taken or ())


def translated(error: IntegrityError) -> DomainError:
    """The database's guard as the refusal it stands for: two people did the same thing at once."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if getattr(diagnosis, "constraint_name", "") == "transaction_back_office_code":
        # Key (company_id, classification, back_office_code)=(1, payment, X) already exists.
        detail = getattr(diagnosis, "message_detail", None) or ""
        classification, _, rest = detail.partition("=(")[2].partition(", ")[2].partition(", ")
        return BackOfficeCodeTaken(classification or "transaction", rest.partition(") already")[0])
    return ConcurrentChange()
