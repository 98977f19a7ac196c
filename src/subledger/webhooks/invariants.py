"""What must never be false of webhooks, for `subledger check`."""

from __future__ import annotations

from datetime import timedelta

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant

from .rules.filters import TESTED, like_sql
from .rules.retries import KEPT

CHECKED = KEPT - timedelta(days=1)  # of what is older some may be swept by now

WEBHOOKS = (
    Invariant(
        "webhooks-heard",
        say("Every event that a webhook endpoint has passed, and that its filters take, has a delivery."),
        "SELECT count(*) FROM webhooks_webhookdelivery WHERE company_id = %(company)s",
        rf"""
        SELECT 'webhook endpoint ' || p.id, 'it has passed event ' || e.id || ' (' || e.type || ') without a delivery'
          FROM webhooks_webhookendpoint p JOIN webhooks_webhookcursor c ON c.endpoint_id = p.id
          JOIN platform_event e ON e.company_id = p.company_id AND e.id > p.filtered_from AND e.id > c.floor
           AND (e.recorded_in, e.id) <= (c.recorded_in, c.event_id)
         WHERE p.company_id = %(company)s AND p.state <> 'deleted' AND e.at > now() - interval '{CHECKED.days} days'
           AND e.type <> '{TESTED}'
           AND e.type LIKE ANY (SELECT {like_sql("f")} FROM unnest(p.filters) f)
           AND NOT EXISTS (SELECT FROM webhooks_webhookdelivery d WHERE d.endpoint_id = p.id AND d.event_id = e.id)
        """,
    ),
    Invariant(
        "webhooks-in-order",
        say("No event was delivered while an earlier one of the same object was still to be delivered."),
        "SELECT count(*) FROM webhooks_webhookdelivery WHERE company_id = %(company)s AND state = 'delivered'",
        """
        SELECT 'webhook delivery ' || d.id, 'event ' || b.event_id || ' of the same object still waits'
          FROM webhooks_webhookdelivery b JOIN webhooks_webhookdelivery d
            ON d.endpoint_id = b.endpoint_id AND d.object_id = b.object_id AND d.event_id > b.event_id
         WHERE b.company_id = %(company)s AND b.state = 'pending' AND b.kind = 'event' AND d.state = 'delivered'
           AND d.kind = 'event'
        """,
    ),
)
