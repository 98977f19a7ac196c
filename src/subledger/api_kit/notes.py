"""Notes on a thing, which are events that people write: the room of the thing gives it the two operations."""

# No deferred annotations here: the endpoints made below are annotated with types passed in.
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status

from subledger.platform.events import add_note
from subledger.platform.models import Event

from .callers import caller_of
from .fields import SaidLong
from .resources import Input, JsonObject, Resource, page, page_of, query_of


class NoteOut(Schema):
    id: str
    object: Literal["note"]
    created_at: datetime
    created_by: str
    text: str


class NoteIn(Input):
    text: SaidLong


def serialise_notes(rows: Sequence[Event], request: HttpRequest) -> list[JsonObject]:
    return [
        {"id": row.public_id, "object": "note", "created_at": row.at, "created_by": row.actor, "text": row.data["text"]}
        for row in rows
    ]


notes = Resource(path="notes", model=Event, out=NoteOut, serialise=serialise_notes, rows=lambda: Event.objects.all())
NotePage: Any = page_of(notes)
NoteQuery: Any = query_of(notes)


def noted(router: Router, resource: Resource) -> None:
    """Add the notes of a resource: list them, add one."""
    kind = resource.singular

    @router.get(f"/{resource.path}/{{id}}/notes", response=NotePage, operation_id=f"list_{kind}_notes")
    def list_notes(
        request: HttpRequest,
        query: Query[NoteQuery],
        id: resource.id_type = Path(...),  # type: ignore[name-defined]
    ) -> JsonObject:
        resource.find(id)
        rows = Event.objects.filter(object_type=kind, object_id=id, type=f"{kind}.noted")
        return page(notes, rows, query, request)

    @router.post(f"/{resource.path}/{{id}}/notes", response={201: NoteOut}, operation_id=f"create_{kind}_note")
    def add(
        request: HttpRequest,
        body: NoteIn,
        id: resource.id_type = Path(...),  # type: ignore[name-defined]
    ) -> Status[JsonObject]:
        resource.find(id)
        row = add_note(object_type=kind, object_id=id, text=body.text, actor=caller_of(request).actor)
        return Status(201, notes.serialised([row], request)[0])
