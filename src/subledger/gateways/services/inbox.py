"""Events of gateways: taken in once, answered quickly, worked off afterwards, replayed when a person asks.

An event is only a hint that something changed: what did is read from the gateway (`gateway_events.apply_facts`), so
events may come in any order and any number of times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import connection
from django.db.transaction import atomic

from subledger.companies.queries import today_of_company
from subledger.gateways.models import InboxEvent, Provider
from subledger.gateways.port import GatewayUnavailable, Notice, NoticeRefused
from subledger.gateways.refund_errors import (
    ChargeUnknownYet,
)
from subledger.gateways.states import InboxState
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.platform import clock, jobs
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events

from .gateway_events import apply_facts
from .providers import gateway_of
from .put_off import awaited
from .worker import Calls, calls_to

# Tried at once, then after these many minutes; after the last it is failed and waits for a person.
RETRIES = (1, 5, 30, 120, 720)
PART = 200


def receive(*, provider: Provider, body: bytes, headers: Mapping[str, str]) -> InboxEvent | None:
    """Check a delivery and keep it; None when this event was taken in before.

    Raises:
        NoticeRefused: it is not from the gateway, or not for this provider. It is counted on the provider's page.
    """
    try:
        notice = gateway_of(provider).parse(body, headers)
    except NoticeRefused as refusal:
        _count_refusal(provider, refusal)
        raise
    taken = keep(provider=provider, notices=[notice])
    return taken[0] if taken else None


def keep(*, provider: Provider, notices: Sequence[Notice]) -> list[InboxEvent]:
    """Take notices in, each event id once; those that are new."""
    at = clock.now()
    rows = [
        InboxEvent(
            provider=provider,
            external_id=notice.external_id,
            type=notice.type[:100],
            object_reference=notice.object_reference,
            created_at=notice.created_at,
            received_at=at,
            body=notice.body,
            process_at=at,
        )
        for notice in notices
    ]
    kept = InboxEvent.objects.bulk_create(rows, ignore_conflicts=True)
    new = InboxEvent.objects.filter(pk__in=[row.pk for row in kept]).order_by("pk")
    return list(new)


def process(provider_id: int, *, event_ids: Sequence[int] | None = None) -> int:
    """Work off one provider's events that are due; how many were tried. No transaction may be open."""
    provider = Provider.objects.get(pk=provider_id)
    tried = 0
    while events := _take(provider, event_ids):
        try:
            with calls_to(provider) as calls:
                for event in events:
                    _process(provider, calls, event)
        except GatewayUnavailable:  # somebody waits, and there is no room: each has its next try
            break
        tried += len(events)
        if event_ids is not None or jobs.is_stopping():
            break
    return tried


def replay(*, event_id: int, actor: str) -> InboxEvent:
    """Have an event worked off once more, as if it had just come in."""
    demand("gateways.charge")
    event: InboxEvent | None = InboxEvent.objects.filter(pk=event_id).first()
    if event is None:
        raise NotFound(InboxEvent, event_id, noun=say("event"))
    with atomic():
        event.state, event.process_at, event.tries = InboxState.RECEIVED, clock.now(), 0
        event.save(update_fields=["state", "process_at", "tries"])
        record_events([NewEvent("inbox_event.replayed", "inbox_event", event.pk, {})], actor=actor)
    return event


@atomic
def _take(provider: Provider, event_ids: Sequence[int] | None) -> list[InboxEvent]:
    """Take events that are due and set their next try first: whoever dies over one does not lose it."""
    at = clock.now()
    due = InboxEvent.objects.filter(provider=provider, process_at__lte=at)
    if event_ids is not None:
        due = due.filter(pk__in=list(event_ids))
    events = list(due.select_for_update(of=("self",), skip_locked=True).order_by("created_at", "pk")[:PART])
    for event in events:
        minutes = RETRIES[min(event.tries, len(RETRIES) - 1)]
        event.tries += 1
        event.process_at = at + timedelta(minutes=minutes)
        event.save(update_fields=["tries", "process_at"])
    return events


def _process(provider: Provider, calls: Calls, event: InboxEvent) -> None:
    notice = Notice(event.external_id, event.type, event.object_reference, event.created_at, bytes(event.body))
    asked_at = clock.now()
    try:
        facts = calls.ask(calls.gateway.facts(notice))
        applied = apply_facts(provider=provider, facts=facts, observed_at=asked_at)
    except GatewayUnavailable as error:
        _put_off(event, str(error))
        return
    except ChargeUnknownYet as error:
        _put_off(event, str(error), error.code)
        if not awaited(provider).exists():  # it had its end while we looked
            InboxEvent.objects.filter(pk=event.pk).update(process_at=clock.now(), state=InboxState.RECEIVED)
        return
    except Exception as error:  # one event's trouble is its own: it is shown, and the others go on
        _put_off(event, f"{type(error).__name__}: {error}"[:2000])
        return
    event.state = InboxState.PROCESSED if applied else InboxState.IGNORED
    event.process_at, event.processed_at, event.error, event.put_off_by = None, clock.now(), "", ""
    event.save(update_fields=["state", "process_at", "processed_at", "error", "put_off_by"])


def _put_off(event: InboxEvent, error: str, code: str = "") -> None:
    event.error, event.put_off_by = error, code
    if event.tries > len(RETRIES):
        event.state, event.process_at = InboxState.FAILED, None
    event.save(update_fields=["error", "put_off_by", "state", "process_at"])


REFUSED = """
    INSERT INTO gateways_refuseddelivery (provider_id, "on", reason, count, last_at, detail)
    VALUES (%s, %s, %s, 1, %s, %s)
    ON CONFLICT (provider_id, "on", reason)
    DO UPDATE SET count = gateways_refuseddelivery.count + 1, last_at = EXCLUDED.last_at, detail = EXCLUDED.detail
"""


def _count_refusal(provider: Provider, refusal: NoticeRefused) -> None:
    at = clock.now()
    on = today_of_company()
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, [provider.pk, on, refusal.reason[:40], at, refusal.detail[:500]])
