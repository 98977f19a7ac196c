"""Telling what happened: one append-only row that is audit trail, timeline, note and outbox at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from subledger.kernel.texts import check_texts

from . import clock
from .callers import demand
from .models import Event
from .rooms import event_types
from .scope import current_company_id
from .statements import FRESH_ID
from .tracing import current_request_id


class NewEvent(NamedTuple):
    """One thing that happened to one object: ``NewEvent("account.suspended", "account", 42, {"reason": "…"})``."""

    type: str
    object_type: str
    object_id: int
    data: dict[str, Any]


def record_events(facts: Iterable[NewEvent], *, actor: str) -> list[Event]:
    """Append the facts, in order, to the trail of the company in scope, inside the caller's transaction.

    Raises:
        ValueError: no room declares a type, so whoever hears it by its right name never would.
    """
    facts = list(facts)
    undeclared = {f.type for f in facts} - event_types().keys()
    if undeclared:
        types = ", ".join(sorted(undeclared))
        raise ValueError(f"No room declares events of the type {types}. Declare it, or correct it.")
    company_id, at, request_id = current_company_id(), clock.now(), current_request_id()
    return Event.objects.bulk_create(
        Event(
            company_id=company_id,
            at=at,
            actor=actor,
            type=f.type,
            object_type=f.object_type,
            object_id=f.object_id,
            data=f.data,
            request_id=request_id,
        )
        for f in facts
    )


# Of a statement that makes rows, the part that tells of them: ``source`` gives ``type``, ``object_type``, ``object_id``
# and ``data``, in order. The statement has the parameters of `told_by`, and `statements.ID_BASE` among its parts.
TELL = f"""
    INSERT INTO platform_event (id, company_id, at, actor, type, object_type, object_id, data, request_id)
    SELECT {FRESH_ID}, %(event_company)s, %(event_at)s, %(event_actor)s, type, object_type, object_id, data,
           %(event_request)s
      FROM {{source}}
"""


def told_by(actor: str) -> dict[str, Any]:
    """The parameters of `TELL`: who did it, and when."""
    return {
        "event_company": current_company_id(),
        "event_at": clock.now(),
        "event_actor": actor,
        "event_request": current_request_id(),
    }


def add_note(*, object_type: str, object_id: int, text: str, actor: str) -> Event:
    """A note with its author and date: shown on the object's timeline, never edited."""
    demand("notes.add")
    check_texts(text, param="/text")
    fact = NewEvent(f"{object_type}.noted", object_type, object_id, {"text": text})
    return record_events([fact], actor=actor)[0]
