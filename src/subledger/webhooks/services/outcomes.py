"""Taking in what became of messages, in sets: deliveries are marked, endpoints paused, disabled or released."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import atomic

from subledger.platform import clock
from subledger.webhooks.models import PENDING, WebhookDelivery, WebhookEndpoint
from subledger.webhooks.rules import retries
from subledger.webhooks.rules.answers import Answer, Verdict
from subledger.webhooks.states import DisabledReason, EndpointState

from .endpoints import disable

ACTOR = "system"

DELIVERED = """
    UPDATE webhooks_webhookdelivery d
       SET state = 'delivered', attempts = d.attempts + 1, status = n.status, answer = n.answer, error = '',
           took_ms = n.took_ms, attempted_at = %(now)s, done_at = %(now)s,
           first_attempt_at = coalesce(d.first_attempt_at, %(now)s)
      FROM unnest(%(ids)s::bigint[], %(statuses)s::int[], %(answers)s::text[], %(took)s::int[])
           AS n (id, status, answer, took_ms)
     WHERE d.id = n.id AND d.state = 'pending'
"""


class Outcome(NamedTuple):
    delivery_id: int
    answer: Answer


class Taken(NamedTuple):
    delivered: int
    failed: int


@atomic
def take_in(endpoint_id: int, outcomes: Sequence[Outcome], *, chance: Callable[[], float] = random.random) -> Taken:
    """Of one endpoint, in the order in which they came."""
    at = clock.now()
    arrived = [one for one in outcomes if one.answer.verdict is Verdict.DELIVERED]
    missed = [one for one in outcomes if one.answer.verdict is not Verdict.DELIVERED]
    row = WebhookEndpoint.objects.filter(pk=endpoint_id).first() if not missed else None
    if row is None or row.failures or row.paused_until:
        row = _locked(endpoint_id)
    if arrived:
        _mark_delivered(arrived, at)
    if missed:
        _mark_failed(missed, at, chance)
    if row is not None and row.state == EndpointState.ACTIVE:
        _standing(row, outcomes, at, chance)
    return Taken(len(arrived), len(missed))


@atomic
def disable_failing(endpoint_id: int) -> bool:
    """Disable one that nothing has reached for a day, and tell its owner; whether it was so still."""
    row = _locked(endpoint_id)
    if row is None or row.state != EndpointState.ACTIVE or row.failing_since is None:
        return False
    if row.failing_since > clock.now() - retries.DISABLED_AFTER:
        return False
    disable(row, DisabledReason.FAILING, actor=ACTOR)
    return True


def _locked(endpoint_id: int) -> WebhookEndpoint | None:
    rows: QuerySet[WebhookEndpoint] = WebhookEndpoint.objects.select_for_update(no_key=True)
    return rows.filter(pk=endpoint_id).first()


def _mark_delivered(arrived: Sequence[Outcome], at: datetime) -> None:
    facts: dict[str, Any] = {
        "now": at, "ids": [one.delivery_id for one in arrived], "statuses": [one.answer.status for one in arrived],
        "answers": [one.answer.text for one in arrived], "took": [one.answer.took_ms for one in arrived],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(DELIVERED, facts)


def _mark_failed(missed: Sequence[Outcome], at: datetime, chance: Callable[[], float]) -> None:
    """Each has its next hour, or is given up."""
    answers = {one.delivery_id: one.answer for one in missed}
    rows = list(WebhookDelivery.objects.filter(PENDING, pk__in=answers).select_for_update().order_by("pk"))
    for row in rows:
        answer = answers[row.pk]
        row.attempts += 1
        row.first_attempt_at = row.first_attempt_at or at
        row.attempted_at, row.took_ms = at, answer.took_ms
        row.status, row.answer, row.error = answer.status or None, answer.text, answer.why
        row.tries = [*row.tries, {"at": _text(at), "status": row.status, "error": row.error, "took_ms": row.took_ms}]
        asked = retries.retry_after(answer.retry_after, at) if answer.retry_after else None
        row.next_at = at + max(retries.delay(row.attempts, chance()), asked or retries.LADDER[0] * 0)
        if at - row.first_attempt_at >= retries.GIVEN_UP_AFTER:
            row.state, row.done_at = "failed", at
    fields = ["attempts", "first_attempt_at", "attempted_at", "took_ms", "status", "answer", "error", "tries"]
    WebhookDelivery.objects.bulk_update(rows, [*fields, "next_at", "state", "done_at"])


def _standing(row: WebhookEndpoint, outcomes: Sequence[Outcome], at: datetime, chance: Callable[[], float]) -> None:
    """How the endpoint stands after it: whether it is asked on, left alone for a while, or disabled."""
    verdicts = [one.answer.verdict for one in outcomes]
    was_paused = row.paused_until is not None
    arrived = Verdict.DELIVERED in verdicts
    before = (row.failures, row.failing_since, row.paused_until)
    if arrived:
        row.failures, row.failing_since, row.paused_until = 0, None, None
    failures = verdicts[::-1].index(Verdict.DELIVERED) if arrived else len(verdicts)
    if failures:
        row.failures += failures
        row.failing_since = row.failing_since or at
        waits = [retries.retry_after(one.answer.retry_after, at) for one in outcomes if one.answer.retry_after]
        pauses = [one for one in (*waits, retries.pause(row.failures, chance())) if one]
        row.paused_until = at + max(pauses) if pauses else None
    if (row.failures, row.failing_since, row.paused_until) != before:
        row.save(update_fields=["failures", "failing_since", "paused_until"])
    if Verdict.GONE in verdicts:
        disable(row, DisabledReason.GONE, actor=ACTOR)
    elif row.failing_since is not None and at - row.failing_since >= retries.DISABLED_AFTER:
        disable(row, DisabledReason.FAILING, actor=ACTOR)
    elif arrived and was_paused:  # it is back: what waited for its hour need not wait any more
        WebhookDelivery.objects.filter(PENDING, endpoint=row).update(next_at=at)


def _text(at: datetime) -> str:
    return str(orjson.loads(orjson.dumps(at, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS)))
