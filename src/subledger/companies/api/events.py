"""Events: the trail of everything that happened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal

from django.apps import apps
from django.http import HttpRequest
from ninja import Router
from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from subledger.api_kit.fields import Instant, Text60, Text100
from subledger.api_kit.resources import Filter, JsonObject, Resource, Thing, collection
from subledger.kernel import ids
from subledger.platform.models import Event

router = Router(tags=["Events and notes"])


class EventOut(Thing):
    object: Literal["event"]
    type: str = Field(description="Such as invoice.posted or account.state_changed.")
    actor: str
    object_type: str
    object_id: str
    data: dict[str, Any]
    request_id: str = Field(description="Of the request that did it, as X-Request-Id and our log have it; or empty.")


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, str]:
    """The id prefix of each kind of object that events speak of."""
    known = {str(model._meta.model_name): str(model.PREFIX) for model in apps.get_models() if hasattr(model, "PREFIX")}
    return {**known, "period": known["periodclose"]}


def public_id(object_type: str, ident: int) -> str:
    return ids.encode(_prefixes().get(object_type.replace("_", ""), "obj"), ident)


def _public(data: dict[str, Any]) -> dict[str, Any]:
    """References in an event's data as public ids: ``account_id`` becomes ``account``."""
    serialised = dict(data)
    for name in [name for name in data if name.endswith("_id") and isinstance(data[name], int)]:
        serialised[name.removesuffix("_id")] = public_id(name.removesuffix("_id"), serialised.pop(name))
    return serialised


def _read_any(value: str) -> int:
    return ids.decode(value.rpartition("_")[0], value)


RequestId = Annotated[str, StringConstraints(max_length=128)]
AnyId = Annotated[
    int,
    BeforeValidator(_read_any),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{12}$"}),
]


def serialise(rows: Sequence[Event], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "event", "created_at": row.at, "type": row.type, "actor": row.actor,
            "object_type": row.object_type, "object_id": public_id(row.object_type, row.object_id),
            "data": _public(row.data), "request_id": row.request_id,
        }
        for row in rows
    ]  # fmt: skip


events = Resource(
    path="events",
    model=Event,
    out=EventOut,
    serialise=serialise,
    rows=lambda: Event.objects.all(),
    filters={
        "type": Filter(type=Text100, lookup="type"),
        "object_type": Filter(type=Text60, lookup="object_type"),
        "actor": Filter(type=Text100, lookup="actor"),
        "object_id": Filter(type=AnyId, lookup="object_id"),
        "request_id": Filter(type=RequestId, lookup="request_id"),
        "created_at": Filter(type=Instant, lookup="at"),
    },
)
collection(router, events, path="/events")
