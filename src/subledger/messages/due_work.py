"""The reads of this room that go across companies: whose messages are due, and which nobody is sending any more."""

from __future__ import annotations

from datetime import datetime

from .models import Message
from .queries import Outage, outage_among
from .states import MessageState


def with_messages_due(at: datetime) -> list[int]:
    rows = Message.unscoped.filter(send_at__lte=at, state=MessageState.QUEUED)
    return sorted(rows.values_list("company_id", flat=True).distinct().order_by())


def outage() -> Outage | None:
    """How it stands with the mail server for all companies."""
    return outage_among(Message.unscoped.all())


def with_messages_left(before: datetime) -> list[int]:
    """Companies with messages that a worker began to send and never ended."""
    rows = Message.unscoped.filter(send_at__isnull=False, state=MessageState.SENDING, touched_at__lt=before)
    return sorted(rows.values_list("company_id", flat=True).distinct().order_by())
