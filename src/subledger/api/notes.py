"""Events, which are the trail of everything that happened, and notes, which are events that people write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

from django.apps import apps
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import BeforeValidator, Field, WithJsonSchema

from subledger.kernel import ids
from subledger.platform.events import add_note
from subledger.platform.models import Event

from .accounts import accounts
from .entrance import caller_of
from .fields import AccountId, Instant, LongText, Text60, Text100, TransactionId
from .resources import Filter, Input, Resource, Thing, Told, collection, page, page_of, query_of
from .transactions import transactions

router = Router(tags=["Events and notes"])


class EventOut(Thing):
    object: Literal["event"]
    type: str = Field(description="Such as invoice.posted or account.state_changed.")
    actor: str
    object_type: str
    object_id: str
    data: dict[str, Any]


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, str]:
    """The id prefix of each kind of object that events speak of."""
    known = {str(model._meta.model_name): str(model.PREFIX) for model in apps.get_models() if hasattr(model, "PREFIX")}
    return {**known, "period": known["periodclose"]}


def public_id(object_type: str, ident: int) -> str:
    return ids.encode(_prefixes().get(object_type.replace("_", ""), "obj"), ident)


def _public(data: dict[str, Any]) -> dict[str, Any]:
    """References in an event's data as public ids: ``account_id`` becomes ``account``."""
    told = dict(data)
    for name in [name for name in data if name.endswith("_id") and isinstance(data[name], int)]:
        told[name.removesuffix("_id")] = public_id(name.removesuffix("_id"), told.pop(name))
    return told


def _read_any(value: str) -> int:
    return ids.decode(value.rpartition("_")[0], value)


AnyId = Annotated[
    int,
    BeforeValidator(_read_any),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{12}$"}),
]


def tell(rows: Sequence[Event], request: HttpRequest) -> list[Told]:
    return [
        {
            "id": row.public_id, "object": "event", "created_at": row.at, "type": row.type, "actor": row.actor,
            "object_type": row.object_type, "object_id": public_id(row.object_type, row.object_id),
            "data": _public(row.data),
        }
        for row in rows
    ]  # fmt: skip


events = Resource(
    path="events",
    model=Event,
    out=EventOut,
    tell=tell,
    rows=lambda: Event.objects.all(),
    filters={
        "type": Filter(type=Text100, lookup="type"),
        "object_type": Filter(type=Text60, lookup="object_type"),
        "actor": Filter(type=Text100, lookup="actor"),
        "object_id": Filter(type=AnyId, lookup="object_id"),
        "created_at": Filter(type=Instant, lookup="at"),
    },
)
collection(router, events, path="/events")


class NoteOut(Schema):
    id: str
    object: Literal["note"]
    created_at: datetime
    created_by: str
    text: str


class NoteIn(Input):
    text: LongText = Field(min_length=1)


def tell_notes(rows: Sequence[Event], request: HttpRequest) -> list[Told]:
    return [
        {"id": row.public_id, "object": "note", "created_at": row.at, "created_by": row.actor, "text": row.data["text"]}
        for row in rows
    ]


notes = Resource(path="notes", model=Event, out=NoteOut, tell=tell_notes, rows=lambda: Event.objects.all())
NotePage: Any = page_of(notes)
NoteQuery: Any = query_of(notes)


def _list(kind: str, ident: int, query: Any, request: HttpRequest) -> Told:
    rows = Event.objects.filter(object_type=kind, object_id=ident, type=f"{kind}.noted")
    return page(notes, rows, query, request)


def _add(kind: str, ident: int, body: NoteIn, request: HttpRequest) -> Status[Told]:
    row = add_note(object_type=kind, object_id=ident, text=body.text, actor=caller_of(request).actor)
    return Status(201, notes.told([row], request)[0])


@router.get("/accounts/{id}/notes", response=NotePage, operation_id="list_account_notes")
def list_account_notes(request: HttpRequest, id: AccountId, query: Query[NoteQuery]) -> Told:
    accounts.find(id)
    return _list("account", id, query, request)


@router.post("/accounts/{id}/notes", response={201: NoteOut}, operation_id="create_account_note")
def create_account_note(request: HttpRequest, id: AccountId, body: NoteIn) -> Status[Told]:
    accounts.find(id)
    return _add("account", id, body, request)


@router.get("/transactions/{id}/notes", response=NotePage, operation_id="list_transaction_notes")
def list_transaction_notes(request: HttpRequest, id: TransactionId, query: Query[NoteQuery]) -> Told:
    transactions.find(id)
    return _list("transaction", id, query, request)


@router.post("/transactions/{id}/notes", response={201: NoteOut}, operation_id="create_transaction_note")
def create_transaction_note(request: HttpRequest, id: TransactionId, body: NoteIn) -> Status[Told]:
    transactions.find(id)
    return _add("transaction", id, body, request)
