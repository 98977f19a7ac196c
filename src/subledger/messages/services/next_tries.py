"""What waits to be tried again, tried now: a person knows that the mail server was mended, a worker does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.db.transaction import atomic

from subledger.messages import errors
from subledger.messages.models import Message
from subledger.messages.queries import message_by_id, waiting
from subledger.messages.states import MessageState
from subledger.platform import clock, jobs
from subledger.platform.callers import demand

from .outbox import SEND


@atomic
def try_now(*, message_id: int) -> Message:
    """Have a message that waits tried at once. One that is due already is left as it is.

    Raises:
        NotFound; NotWaiting: it is being handed over, or that is over.
    """
    demand(SEND)
    row = message_by_id(message_id)
    _hurry(Message.objects.filter(pk=row.pk), clock.now())
    row.refresh_from_db()
    if row.state != MessageState.QUEUED:
        raise errors.NotWaiting(row.subject, row.state)
    jobs.wake("deliver_messages")
    return row


@atomic
def try_all_now() -> int:
    """Likewise all that wait in the company in scope, in the order in which they were due. How many."""
    demand(SEND)
    hurried = _hurry(Message.objects.all(), clock.now())
    if hurried:
        jobs.wake("deliver_messages")
    return hurried


def _hurry(rows: QuerySet[Message], at: datetime) -> int:
    """Those that wait for a later hour are due. A worker that has one by now keeps it: the row is looked at again where
    somebody else held it. Whoever presses often uses up no try."""
    changes: dict[str, Any] = {"send_at": at, "tries": Greatest(F("tries") - 1, 0)}
    return waiting(rows, at).update(**changes)
