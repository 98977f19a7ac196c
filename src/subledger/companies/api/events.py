"""Events: the trail of everything that happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from subledger.api_kit.fields import Instant, Text60, Text100
from subledger.api_kit.resources import Filter, JsonObject, Resource, Thing, collection
from subledger.companies.event_objects import event_object
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


def _read_any(value: str) -> int:
    return ids.decode(value.rpartition("_")[0], value)


RequestId = Annotated[str, StringConstraints(max_length=128)]
AnyId = Annotated[
    int,
    BeforeValidator(_read_any),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{12}$"}),
]


def serialise(rows: Sequence[Event], request: HttpRequest) -> list[JsonObject]:
    return [event_object(row) for row in rows]


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
