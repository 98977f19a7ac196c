"""Taking in what became of messages, in sets: deliveries are marked, endpoints paused, disabled or released."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import atomic

from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.webhooks.models import PENDING, WebhookDelivery, WebhookEndpoint
from subledger.webhooks.rules import retries
from subledger.webhooks.rules.answers import EndpointResponse, Verdict
from subledger.webhooks.states import DELIVERY, DeliveryState, DisabledReason, EndpointState

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


class Attempt(NamedTuple):
    delivery_id: int
    answer: EndpointResponse

    @property
    def bare(self) -> Attempt:
        """The same without any text of the endpoint."""
        error = say("Its answer could not be kept.") if self.answer.error else ""
        return Attempt(self.delivery_id, EndpointResponse(self.answer.status, "", error, "", self.answer.took_ms))


class Taken(NamedTuple):
    delivered: int
    failed: int


@atomic
def take_in(endpoint_id: int, attempts: Sequence[Attempt], *, chance: Callable[[], float] = random.random) -> Taken:
    """Of one endpoint, in the order in which they came."""
    at = clock.now()
    arrived = [one for one in attempts if one.answer.verdict is Verdict.DELIVERED]
    missed = [one for one in attempts if one.answer.verdict is not Verdict.DELIVERED]
    row = WebhookEndpoint.objects.filter(pk=endpoint_id).first() if not missed else None
    if row is None or row.failures or row.paused_until:
        row = _locked(endpoint_id)
    if arrived:
        _mark_delivered(arrived, at)
    if missed:
        _mark_failed(missed, at, chance)
    if row is not None and row.state == EndpointState.ACTIVE:
        _standing(row, attempts, at, chance)
    return Taken(len(arrived), len(missed))


@atomic
def disable_failing(endpoint_id: int) -> bool:
    """Disable one that nothing has reached for a day, and tell its owner; whether it was so still."""
    row = _locked(endpoint_id)
    if row is None or row.state != EndpointState.ACTIVE or not _health(row).is_failing_too_long(clock.now()):
        return False
    disable(row, DisabledReason.FAILING, actor=ACTOR)
    return True


def _locked(endpoint_id: int) -> WebhookEndpoint | None:
    rows: QuerySet[WebhookEndpoint] = WebhookEndpoint.objects.select_for_update(no_key=True)
    return rows.filter(pk=endpoint_id).first()


def _mark_delivered(arrived: Sequence[Attempt], at: datetime) -> None:
    facts: dict[str, Any] = {
        "now": at, "ids": [one.delivery_id for one in arrived], "statuses": [one.answer.status for one in arrived],
        "answers": [one.answer.text for one in arrived], "took": [one.answer.took_ms for one in arrived],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(DELIVERED, facts)


def _mark_failed(missed: Sequence[Attempt], at: datetime, chance: Callable[[], float]) -> None:
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
        next_at = retries.next_attempt(row.attempts, row.first_attempt_at, answer, at, chance)
        if next_at is None:
            row.state, row.done_at = DELIVERY.advance(DeliveryState(row.state), "give_up"), at
        else:
            row.next_at = next_at
    columns = ["attempts", "first_attempt_at", "attempted_at", "took_ms", "status", "answer", "error", "tries"]
    WebhookDelivery.objects.bulk_update(rows, [*columns, "next_at", "state", "done_at"])


def _standing(row: WebhookEndpoint, attempts: Sequence[Attempt], at: datetime, chance: Callable[[], float]) -> None:
    """How the endpoint stands after it: whether it is asked on, left alone for a while, or disabled."""
    before = _health(row)
    following = retries.after(before, [one.answer for one in attempts], at, chance)
    if following.health != before:
        for name, value in asdict(following.health).items():
            setattr(row, name, value)
        row.save(update_fields=[one.name for one in fields(retries.Health)])
    if following.disabled is not None:
        disable(row, following.disabled, actor=ACTOR)
    elif following.is_back:  # what waited for its hour need not wait any more
        WebhookDelivery.objects.filter(PENDING, endpoint=row).update(next_at=at)


def _health(row: WebhookEndpoint) -> retries.Health:
    return retries.Health(row.failures, row.failing_since, row.paused_until)


def _text(at: datetime) -> str:
    return str(orjson.loads(orjson.dumps(at, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS)))
