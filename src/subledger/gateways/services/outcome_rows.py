"""Payment requests, their calls and their transactions as outcomes left them, each set in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection

from .booking import Change

# What outcomes change of a request: the statement is made of it, by the types of the table's own columns.
WRITTEN = (
    "state",
    "reference",
    "action_url",
    "action_expires_at",
    "error_code",
    "error_message",
    "executed_at",
    "executed_on",
    "returned_first_on",
    "check_at",
    "in_books_minor",
    "transaction_id",
)
WRITE_REQUESTS = f"""
    UPDATE gateways_paymentrequest r SET {", ".join(f"{name} = n.{name}" for name in WRITTEN)}
      FROM json_populate_recordset(NULL::gateways_paymentrequest, %s) AS n WHERE r.id = n.id
"""


class EndedAttempt(NamedTuple):
    """A call that got its answer, or none."""

    id: int
    outcome: str
    code: str
    message: str
    reference: str


WRITE_ATTEMPTS = f"""
    UPDATE gateways_attempt a
       SET ended_at = %s, {", ".join(f"{name} = n.{name}" for name in EndedAttempt._fields if name != "id")}
      FROM json_populate_recordset(NULL::gateways_attempt, %s) AS n WHERE a.id = n.id
"""
KEEP_TRANSACTIONS = """
    UPDATE gateways_paymentrequest r SET transaction_id = n.transaction_id
      FROM json_to_recordset(%s) AS n(id bigint, transaction_id bigint) WHERE r.id = n.id
"""


def write_requests(changes: Sequence[Change]) -> None:
    rows: list[dict[str, Any]] = [{name: getattr(change.row, name) for name in ("id", *WRITTEN)} for change in changes]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(WRITE_REQUESTS, [orjson.dumps(rows).decode()])


def write_attempts(changes: Sequence[Change], at: datetime) -> None:
    rows = [
        EndedAttempt(
            id=attempt_id,
            outcome=type(outcome).__name__.lower(),
            code=getattr(outcome, "code", "")[:80],
            message=getattr(outcome, "message", "") or getattr(outcome, "detail", ""),
            reference=getattr(outcome, "reference", ""),
        )._asdict()
        for change in changes
        for attempt_id, outcome in change.attempts
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(WRITE_ATTEMPTS, [at, orjson.dumps(rows).decode()])


def keep_transactions(made: dict[int, int]) -> None:
    rows = [{"id": ident, "transaction_id": transaction_id} for ident, transaction_id in made.items()]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(KEEP_TRANSACTIONS, [orjson.dumps(rows).decode()])
