"""From the table of events to deliveries: an endpoint reads on from its cursor, and what it hears waits to be sent.

The cursor and the rows that it makes are one transaction, so every event that was passed has its delivery. Of one
object an event with a lower id happened earlier, yet may have been written by a transaction that comes later in the
order of reading: what is there of the same object with a lower id is taken along.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.db.transaction import atomic

from subledger.platform import clock
from subledger.platform.event_order import AFTER, LAST, SETTLED, begins_anew, horizon
from subledger.webhooks.models import WebhookCursor, WebhookEndpoint
from subledger.webhooks.rules.filters import TESTED, like_patterns

AT_ONCE = 1_000
# An endpoint that hears of nothing need not say at every look how far it has come.
WORTH_WRITING = 1_000

QUEUE = f"""
    WITH heard AS (
        SELECT e.id, e.recorded_in, e.company_id, e.type, e.object_type, e.object_id FROM platform_event e
         WHERE e.company_id = %(company)s AND {AFTER} AND {SETTLED}
         ORDER BY e.recorded_in, e.id LIMIT %(most)s
    ), found AS (
        SELECT * FROM heard
         UNION
        SELECT e.id, e.recorded_in, e.company_id, e.type, e.object_type, e.object_id
          FROM (SELECT object_id, object_type, max(id) AS id FROM heard GROUP BY 1, 2) h
          JOIN platform_event e ON e.object_id = h.object_id AND e.object_type = h.object_type AND e.id < h.id
         WHERE e.company_id = %(company)s AND {AFTER}
    ), made AS (
        INSERT INTO webhooks_webhookdelivery
               (company_id, endpoint_id, event_id, event_type, object_type, object_id, kind, state, created_at, next_at)
        SELECT company_id, %(endpoint)s, id, type, object_type, object_id, 'event', 'pending', %(now)s, %(now)s
          FROM found
         WHERE CASE type WHEN %(tested)s THEN object_id = %(endpoint)s ELSE type LIKE ANY (%(patterns)s) END
         ORDER BY id
            ON CONFLICT (endpoint_id, event_id) WHERE kind = 'event' DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM heard), (SELECT count(*) FROM made), last.recorded_in, last.id
      FROM (SELECT 1) one
      LEFT JOIN (SELECT recorded_in, id FROM heard ORDER BY recorded_in DESC, id DESC LIMIT 1) last ON true
"""


class Queued(NamedTuple):
    """``heard`` events were read, ``made`` of them are to be delivered."""

    heard: int
    made: int

    @property
    def may_have_more(self) -> bool:
        return self.heard >= AT_ONCE


NOTHING = Queued(0, 0)


@atomic
def queue_events(endpoint: WebhookEndpoint, lease: str) -> Queued:
    """Read on, one set of events. Nothing where the lease was lost: somebody else does it."""
    cursor = WebhookCursor.objects.select_for_update().filter(endpoint=endpoint, lease=lease).first()
    if cursor is None:
        return NOTHING
    at = horizon()
    if begins_anew(cursor, at):
        cursor.save(update_fields=["floor", "recorded_in", "event_id"])
    with connection.cursor() as asked:
        asked.execute(QUEUE, _facts(endpoint, cursor, at.running))
        heard, made, recorded_in, event_id = asked.fetchone()
    last = (recorded_in, event_id) if heard else (cursor.recorded_in, cursor.event_id)
    if heard < AT_ONCE:  # all that is settled was seen, of whatever company
        last = max(last, (at.running - 1, LAST))
    if heard or last[0] - cursor.recorded_in >= WORTH_WRITING:
        cursor.recorded_in, cursor.event_id = last
        cursor.save(update_fields=["recorded_in", "event_id"])
    return Queued(heard, made)


def _facts(endpoint: WebhookEndpoint, cursor: WebhookCursor, running: int) -> dict[str, Any]:
    return {
        "company": endpoint.company_id, "endpoint": endpoint.pk, "floor": cursor.floor, "most": AT_ONCE,
        "recorded_in": cursor.recorded_in, "event_id": cursor.event_id, "running": running,
        "patterns": like_patterns(endpoint.filters), "tested": TESTED, "now": clock.now(),
    }  # fmt: skip
