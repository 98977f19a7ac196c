"""Drafts made as a set and handed over to a gateway, alike but for their account, amount and way to pay: by two
statements, however many.

They are the rows that `drafts.save_drafts` makes and `drafts.change_gateway_state` hands over; whoever hands them over
tells of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import NamedTuple

from django.db import connection
from psycopg.types.json import Jsonb

from subledger.platform import clock
from subledger.platform.callers import as_follows, demand
from subledger.platform.scope import current_company_id
from subledger.transactions.errors import ConcurrentChange
from subledger.transactions.models import Transaction
from subledger.transactions.rules.decisions import Decisions
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.draft_values import draft_values
from subledger.transactions.rules.orders import Post
from subledger.transactions.states import TransactionState

from .drafts import demand_to_draft
from .inputs import read_under_lock
from .posting import check

__all__ = ["Own", "make_pending"]


class Own(NamedTuple):
    """What each of a set of drafts has for itself; its id is a new one."""

    id: int
    account_id: int
    currency: str
    amount_minor: int
    payment_preference_id: int | None


MAKE = """
    INSERT INTO transactions_transaction
           (company_id, classification, state, created_at, created_by, {names}, {own})
    SELECT %(company)s, %(classification)s, %(state)s, %(at)s, %(actor)s, {values}, {own}
      FROM unnest(%(id)s::bigint[], %(account_id)s::bigint[], %(currency)s::text[], %(amount_minor)s::bigint[],
                  %(payment_preference_id)s::bigint[]) AS draft ({own})
"""


def make_pending(*, like: NewTransaction, own: Sequence[Own], actor: str) -> None:
    """Make drafts that say what ``like``, which is one of them, says, and hand them over. The rules decide of that one;
    what each has for itself the caller, who holds their accounts, knows to be right.

    Raises: what drafting or posting that one is refused for.
    """
    demand_to_draft([like])
    [refusal] = check([Post(new=like)], actor=actor)
    if refusal is not None:
        raise refusal
    with as_follows():
        decisions = Decisions(read_under_lock([Post(new=like)]), actor=actor, demand=demand)
        columns, _, _ = draft_values(decisions, like)
    said = {name: value for name, value in asdict(columns).items() if name not in Own._fields and value is not None}
    said["metadata"] = Jsonb(said["metadata"])
    at = clock.now()
    params = {
        "company": current_company_id(),
        "classification": like.classification.value,
        "state": TransactionState.DRAFT.value,
        "at": at,
        "actor": actor,
        **{f"said_{name}": value for name, value in said.items()},
        **{name: list(column) for name, column in zip(Own._fields, zip(*own, strict=True), strict=True)},
    }
    text = MAKE.format(
        own=", ".join(Own._fields), names=", ".join(said), values=", ".join(f"%(said_{name})s" for name in said)
    )
    with connection.cursor() as cursor:
        cursor.execute(text, params)
    made = Transaction.objects.filter(pk__in=params["id"], state=TransactionState.DRAFT)
    if made.update(state=TransactionState.PENDING, updated_at=at, updated_by=actor) != len(own):
        raise ConcurrentChange
