"""Payment requests, their calls and their transactions as outcomes left them, each set in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from .booking import Change

WRITE_REQUESTS = """
    UPDATE gateways_paymentrequest r
       SET state = n.state, reference = n.reference, action_url = n.action_url, action_expires_at = n.action_expires_at,
           error_code = n.error_code, error_message = n.error_message, executed_at = n.executed_at,
           executed_on = n.executed_on, returned_first_on = n.returned_first_on, check_at = n.check_at,
           in_books_minor = n.in_books_minor, transaction_id = n.transaction_id
      FROM json_to_recordset(%s) AS n(id bigint, state text, reference text, action_url text,
           action_expires_at timestamptz, error_code text, error_message text, executed_at timestamptz,
           executed_on date, returned_first_on date, check_at timestamptz, in_books_minor bigint, transaction_id bigint)
     WHERE r.id = n.id
"""
WRITTEN = (
    "id",
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
WRITE_ATTEMPTS = """
    UPDATE gateways_attempt a
       SET ended_at = %s, outcome = n.outcome, code = n.code, message = n.message, reference = n.reference
      FROM json_to_recordset(%s) AS n(id bigint, outcome text, code text, message text, reference text)
     WHERE a.id = n.id
"""
KEEP_TRANSACTIONS = """
    UPDATE gateways_paymentrequest r SET transaction_id = n.transaction_id
      FROM json_to_recordset(%s) AS n(id bigint, transaction_id bigint) WHERE r.id = n.id
"""


def write_requests(changes: Sequence[Change]) -> None:
    rows: list[dict[str, Any]] = [{name: getattr(change.row, name) for name in WRITTEN} for change in changes]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(WRITE_REQUESTS, [orjson.dumps(rows).decode()])


def write_attempts(changes: Sequence[Change], at: datetime) -> None:
    rows = [
        {
            "id": attempt_id,
            "outcome": type(outcome).__name__.lower(),
            "code": getattr(outcome, "code", "")[:80],
            "message": getattr(outcome, "message", "") or getattr(outcome, "detail", ""),
            "reference": getattr(outcome, "reference", ""),
        }
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
