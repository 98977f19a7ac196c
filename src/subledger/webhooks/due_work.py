"""The reads of this room that go across companies: which endpoints have something to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from subledger.platform.event_order import horizon

# An endpoint that is so many transactions behind reads on without anybody looking whether there is anything for it.
FAR_BEHIND = 2_000

ENDPOINTS = """
    SELECT e.company_id, e.id, c.recorded_in, c.event_id, c.floor,
           EXISTS (SELECT FROM webhooks_webhookdelivery d
                    WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.next_at <= %(now)s)
      FROM webhooks_webhookendpoint e JOIN webhooks_webhookcursor c ON c.endpoint_id = e.id
     WHERE e.state = 'active' AND (e.paused_until IS NULL OR e.paused_until <= %(now)s)
       AND (c.leased_until IS NULL OR c.leased_until < clock_timestamp())
     ORDER BY e.id
"""
# By the lowest of the cursors as a literal, so that the few last blocks of the table are read and no others.
LATEST = """
    SELECT DISTINCT ON (company_id) company_id, recorded_in, id FROM platform_event
     WHERE recorded_in >= %(lowest)s AND (recorded_in < %(running)s OR recorded_in >= %(coming)s)
     ORDER BY company_id, recorded_in DESC, id DESC
"""
FAILING = """
    SELECT company_id, id FROM webhooks_webhookendpoint
     WHERE state = 'active' AND failing_since <= %(before)s
"""
SWEEP = """
    DELETE FROM webhooks_webhookdelivery WHERE id IN (
        SELECT id FROM webhooks_webhookdelivery WHERE state <> 'pending' AND done_at < %(before)s
         ORDER BY done_at LIMIT %(most)s)
"""


class Endpoint(NamedTuple):
    company_id: int
    id: int


def with_something_to_do(now: datetime) -> list[Endpoint]:
    """Endpoints that nobody delivers to at the moment and that have something due, or events to read."""
    rows = _rows(ENDPOINTS, now=now)
    if not rows:
        return []
    at = horizon()
    caught_up = [row for row in rows if not row[5] and 0 <= at.running - row[2] <= FAR_BEHIND]
    latest: dict[int, tuple[int, int]] = {}
    if caught_up:
        lowest = min(row[2] for row in caught_up)
        found = _rows(LATEST, lowest=lowest, running=at.running, coming=at.coming)
        latest = {company: (recorded_in, event) for company, recorded_in, event in found}
    idle = {row[1] for row in caught_up if latest.get(row[0], (0, 0)) <= (row[2], row[3])}
    return [Endpoint(row[0], row[1]) for row in rows if row[1] not in idle]


def failing_since(before: datetime) -> list[Endpoint]:
    return [Endpoint(*row) for row in _rows(FAILING, before=before)]


def delete_done(*, before: datetime, most: int) -> int:
    """Delete the oldest deliveries that have ended before then; how many."""
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {"before": before, "most": most})
        return int(cursor.rowcount)


def _rows(statement: str, **facts: Any) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return list(cursor.fetchall())
