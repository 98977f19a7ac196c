"""What is told of retries: on the invoice or payment that is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subledger.collecting.documents import INVOICES
from subledger.platform.events import NewEvent, record_events
from subledger.retries.documents import PAYMENT
from subledger.retries.models import Retry
from subledger.retries.states import RetryState

SYSTEM = "system"


def tell_scheduled(rows: Sequence[Retry], *, actor: str) -> None:
    """Of those that are scheduled, or wait for another way to pay."""
    record_events([_event(f"retry.{row.state}", row, _plan(row)) for row in rows], actor=actor)


def tell_made_or_not(rows: Sequence[Retry], *, actor: str) -> None:
    """Of those that were made or stopped."""
    record_events([_event(f"retry.{row.state}", row, _end(row)) for row in rows], actor=actor)


def _event(name: str, row: Retry, data: dict[str, Any]) -> NewEvent:
    is_transaction = row.document_kind in (PAYMENT, INVOICES.name)
    about = ("transaction", row.document_id) if is_transaction else ("payment_request", row.failed_request_id)
    facts = {
        "retry_id": row.pk,
        "failed_request_id": row.failed_request_id,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "decline_class": row.decline_class,
        "code": row.code,
    }
    return NewEvent(name, *about, {**facts, **data})


def _plan(row: Retry) -> dict[str, Any]:
    if row.state == RetryState.WAITING:
        return {}
    assert row.due_at is not None
    return {"due_on": str(row.due_on), "due_at": row.due_at.isoformat(), "number": row.number, "of": row.of}


def _end(row: Retry) -> dict[str, Any]:
    if row.state == RetryState.MADE:
        return {"payment_request_id": row.made_request_id, "number": row.number, "of": row.of}
    return {"stop_reason": row.stop_reason} | ({"note": row.stop_note} if row.stop_note else {})
