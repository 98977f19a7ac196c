"""The reads of this room that go across companies: which endpoints have something to do."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from subledger.platform.event_order import SETTLED, horizon
from subledger.platform.rows import keyed_rows, typed_rows

# An endpoint that is so many transactions behind reads on without anybody looking whether there is anything for it.
FAR_BEHIND = 2_000

ENDPOINTS = """
    SELECT e.company_id, e.id, c.recorded_in, c.event_id,
           EXISTS (SELECT FROM webhooks_webhookdelivery d
                    WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.next_at <= %(now)s) AS has_due
      FROM webhooks_webhookendpoint e JOIN webhooks_webhookcursor c ON c.endpoint_id = e.id
     WHERE e.state = 'active' AND (e.paused_until IS NULL OR e.paused_until <= %(now)s)
       AND (c.leased_until IS NULL OR c.leased_until < clock_timestamp())
     ORDER BY e.id
"""
# By the lowest of the cursors as a literal, so that the few last blocks of the table are read and no others.
LATEST = f"""
    SELECT DISTINCT ON (company_id) company_id, recorded_in, id AS event_id FROM platform_event e
     WHERE recorded_in >= %(lowest)s AND {SETTLED}
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


class Reading(NamedTuple):
    """How far an endpoint has read, and whether a delivery of it is due."""

    company_id: int
    id: int
    recorded_in: int
    event_id: int
    has_due: bool


class Place(NamedTuple):
    """Where an event stands in the order of all."""

    recorded_in: int
    event_id: int


def with_something_to_do(now: datetime) -> list[Endpoint]:
    """Endpoints that nobody delivers to at the moment and that have something due, or events to read."""
    rows = typed_rows(Reading, ENDPOINTS, {"now": now})
    if not rows:
        return []
    running = horizon().running
    caught_up = [row for row in rows if not row.has_due and 0 <= running - row.recorded_in <= FAR_BEHIND]
    latest: dict[int, Place] = {}
    if caught_up:
        lowest = min(row.recorded_in for row in caught_up)
        latest = dict(keyed_rows(Place, LATEST, {"lowest": lowest, "running": running}))
    idle = {
        row.id for row in caught_up if latest.get(row.company_id, Place(0, 0)) <= Place(row.recorded_in, row.event_id)
    }
    return [Endpoint(row.company_id, row.id) for row in rows if row.id not in idle]


def failing_since(before: datetime) -> list[Endpoint]:
    return typed_rows(Endpoint, FAILING, {"before": before})


def delete_done(*, before: datetime, most: int) -> int:
    """Delete the oldest deliveries that have ended before then; how many."""
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {"before": before, "most": most})
        return int(cursor.rowcount)
