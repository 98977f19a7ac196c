"""Events that are sent again because somebody asks: one, or those of a span of days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.transaction import atomic

from subledger.kernel.days import check_day
from subledger.kernel.errors import Door, NotFound
from subledger.kernel.ids import first_made_at
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.models import Event
from subledger.webhooks.errors import WebhookEndpointDisabled, WebhookReplayInvalid
from subledger.webhooks.models import PENDING, WebhookDelivery, WebhookEndpoint
from subledger.webhooks.rules.filters import TESTED, like_patterns
from subledger.webhooks.states import EndpointState

from .endpoints import held

MOST_AT_ONCE = 10_000
CLOCKS_APART = timedelta(hours=1)  # the database's, which ids are made by, and the program's

REPLAY = """
    INSERT INTO webhooks_webhookdelivery
           (company_id, endpoint_id, event_id, event_type, object_type, object_id, kind, state, created_at, next_at)
    SELECT e.company_id, %(endpoint)s, e.id, e.type, e.object_type, e.object_id, 'replay', 'pending', %(now)s, %(now)s
      FROM platform_event e
     WHERE e.id = ANY (%(events)s)
       AND NOT EXISTS (SELECT FROM webhooks_webhookdelivery d
                        WHERE d.endpoint_id = %(endpoint)s AND d.event_id = e.id AND d.state = 'pending')
     ORDER BY e.id
        ON CONFLICT (endpoint_id, event_id) WHERE kind = 'replay' AND state = 'pending' DO NOTHING
"""

SPAN = """
    SELECT id FROM platform_event
     WHERE company_id = %(company)s AND id >= %(first)s AND at >= %(since)s AND at < %(until)s
       AND type LIKE ANY (%(patterns)s) AND type <> %(tested)s
     ORDER BY id LIMIT %(most)s
"""


class Replayed(NamedTuple):
    """``events`` are asked for; ``waiting`` of them were on their way already and are tried at once."""

    events: int
    waiting: int


def replay(
    *,
    endpoint_id: int,
    event_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    actor: str,
) -> Replayed:
    """Send again one event, or what happened in a span.

    Raises:
        WebhookReplayInvalid: both are said, or neither; as `replay_event` and `replay_span`.
    """
    if event_id is not None and since is None and until is None:
        return replay_event(endpoint_id=endpoint_id, event_id=event_id, actor=actor)
    if event_id is None and since is not None:
        return replay_span(endpoint_id=endpoint_id, since=since, until=until, actor=actor)
    raise WebhookReplayInvalid(
        say("Say one event, or from when. It needs the one or the other."),
        param="/event",
        remedies={Door.COMMAND: say("Give --event with an id, or --since with a day.")},
    )


@atomic
def replay_event(*, endpoint_id: int, event_id: int, actor: str) -> Replayed:
    """Send one event again, whatever the filters say; one that waits is tried at once.

    Raises:
        NotFound, WebhookEndpointDisabled.
    """
    row = _active(endpoint_id)
    if not Event.objects.filter(pk=event_id).exists():
        raise NotFound(Event, event_id, param="/event")
    return _replay(row, [event_id], actor, event_id=event_id)


@atomic
def replay_span(*, endpoint_id: int, since: datetime, until: datetime | None = None, actor: str) -> Replayed:
    """Send again what happened from ``since`` to before ``until``, now where it is left out, and passes the filters.

    Raises:
        NotFound, WebhookEndpointDisabled. WebhookReplayInvalid: the span is none, or holds more than may be sent.
    """
    row = _active(endpoint_id)
    check_day(since.date(), what=say("calendar day"), param="/since")
    at = clock.now()
    until = min(until, at) if until is not None else at
    if since >= until:
        raise WebhookReplayInvalid(
            say("The span ends before it begins. Give a later end, or an earlier start."), param="/until"
        )
    facts: dict[str, Any] = {
        "company": row.company_id, "first": first_made_at(since - CLOCKS_APART), "since": since, "until": until,
        "patterns": like_patterns(row.filters), "tested": TESTED, "most": MOST_AT_ONCE + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SPAN, facts)
        events = [ident for [ident] in cursor.fetchall()]
    if len(events) > MOST_AT_ONCE:
        raise WebhookReplayInvalid(
            say(
                "More than {most_at_once:,} events lie in the span. Replay it in shorter ones.",
                most_at_once=MOST_AT_ONCE,
            )
        )
    return _replay(row, events, actor, since=since.isoformat(), until=until.isoformat())


def _active(endpoint_id: int) -> WebhookEndpoint:
    demand("webhooks.replay")
    row = held(endpoint_id)
    if row.state != EndpointState.ACTIVE:
        raise WebhookEndpointDisabled(say("nothing is sent again"))
    return row


def _replay(row: WebhookEndpoint, events: list[int], actor: str, **asked: object) -> Replayed:
    at = clock.now()
    waiting = WebhookDelivery.objects.filter(PENDING, endpoint=row, event_id__in=events).update(next_at=at)
    with connection.cursor() as cursor:
        cursor.execute(REPLAY, {"endpoint": row.pk, "events": events, "now": at})
    WebhookEndpoint.objects.filter(pk=row.pk).update(paused_until=None)
    told = NewEvent("webhook_endpoint.replayed", "webhook_endpoint", row.pk, {**asked, "events": len(events)})
    record_events([told], actor=actor)
    return Replayed(len(events), waiting)
