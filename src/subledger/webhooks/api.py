"""Webhook endpoints and deliveries by API."""

# No deferred annotations here: the endpoints are annotated with schemas made below.
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import IdOf, Instant, Text100, Text300
from subledger.api_kit.idempotency import bound, shown_once
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Resource,
    Thing,
    collection,
    ident_of,
    partial,
)
from subledger.companies.event_objects import public_id
from subledger.platform import clock
from subledger.platform.callers import current_caller
from subledger.platform.idempotency import Binding, made_before
from subledger.platform.models import Event

from . import queries
from .models import WebhookDelivery, WebhookEndpoint
from .services import endpoints as services
from .services import replays
from .states import DeliveryKind, DeliveryState, DisabledReason, EndpointState

router = Router(tags=["Webhooks"])
EndpointId = Annotated[int, IdOf(WebhookEndpoint.PREFIX)]
EventId = Annotated[int, IdOf(Event.PREFIX)]
Url = Annotated[str, Field(max_length=2000)]


class EndpointOut(Thing):
    object: Literal["webhook_endpoint"]
    url: str = Field(description="Without what stands behind its ?, for keys that may not write endpoints.")
    description: str
    filters: list[str]
    state: EndpointState
    disabled_reason: DisabledReason | None
    disabled_at: datetime | None
    failing_since: datetime | None
    secret: str | None = Field(description="When it is new; else null.")
    secret_hint: str
    old_secret_until: datetime | None
    waiting: int = Field(description="Deliveries that wait.")
    created_by: str


class EndpointIn(Input):
    url: Url = Field(examples=["https://hooks.example.com/subledger"])
    filters: list[Text100] = Field(default=["*"], description="Such as invoice.* or *.posted.", max_length=50)
    description: Text300 = ""


class ReplayIn(Input):
    """An event, or what happened in a span."""

    event: EventId | None = None
    since: Instant | None = None
    until: Instant | None = None


class ReplayOut(Schema):
    object: Literal["webhook_replay"]
    events: int
    waiting: int = Field(description="Of which so many were on their way.")


class DeliveryOut(Thing):
    object: Literal["webhook_delivery"]
    endpoint: str
    event: str
    type: str
    object_id: str
    kind: DeliveryKind
    state: DeliveryState
    attempts: int
    attempted_at: datetime | None
    next_at: datetime | None
    status: int | None = Field(description="Of the last answer.")
    answer: str = Field(description="Its first bytes.")
    error: str
    took_ms: int | None
    done_at: datetime | None


def serialise_endpoints(rows: Sequence[WebhookEndpoint], request: HttpRequest) -> list[JsonObject]:
    counts, at = queries.counts_of([row.pk for row in rows]), clock.now()
    caller = current_caller()
    may_edit = caller is None or caller.may("webhooks.edit")
    return [
        {
            "id": row.public_id, "object": "webhook_endpoint", "created_at": row.created_at,
            "url": row.url if may_edit else row.shown_url,
            "description": row.description, "filters": row.filters, "state": row.state,
            "disabled_reason": row.disabled_reason or None, "disabled_at": row.disabled_at,
            "failing_since": row.failing_since, "secret": None, "secret_hint": row.secret_hint,
            "old_secret_until": row.old_secret_until if row.old_secret_until and row.old_secret_until > at else None,
            "waiting": counts.get(row.pk, (0, 0))[0], "created_by": row.actor,
        }
        for row in rows
    ]  # fmt: skip


def serialise_deliveries(rows: Sequence[WebhookDelivery], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "webhook_delivery", "created_at": row.created_at,
            "endpoint": ident_of(WebhookEndpoint, row.endpoint_id), "event": ident_of(Event, row.event_id),
            "type": row.event_type, "object_id": public_id(row.object_type, row.object_id), "kind": row.kind,
            "state": row.state, "attempts": row.attempts, "attempted_at": row.attempted_at,
            "next_at": row.next_at if row.done_at is None else None, "status": row.status, "answer": row.answer,
            "error": row.error, "took_ms": row.took_ms, "done_at": row.done_at,
        }
        for row in rows
    ]  # fmt: skip


endpoints = Resource(
    path="webhook_endpoints",
    model=WebhookEndpoint,
    out=EndpointOut,
    serialise=serialise_endpoints,
    rows=queries.endpoints,
    filters={"state": Filter(type=EndpointState, lookup="state")},
)
collection(router, endpoints, path="/webhook_endpoints")
EndpointUpdate = partial(EndpointIn)
deliveries = Resource(
    path="webhook_deliveries",
    model=WebhookDelivery,
    out=DeliveryOut,
    serialise=serialise_deliveries,
    rows=queries.deliveries,
    filters={
        "endpoint": Filter(type=EndpointId, lookup="endpoint_id"),
        "event": Filter(type=EventId, lookup="event_id"),
        "state": Filter(type=DeliveryState, lookup="state"),
    },
)
collection(router, deliveries, path="/webhook_deliveries")


def _with_secret(row: WebhookEndpoint, secret: str, request: HttpRequest) -> JsonObject:
    return endpoints.one(row.pk, request) | {"secret": secret}


@router.post("/webhook_endpoints", response={201: EndpointOut}, operation_id="create_webhook_endpoint")
@bound(Binding.BY_SERVICE)
@shown_once("secret")
def create(request: HttpRequest, body: EndpointIn) -> Status[JsonObject]:
    """It is told of what happens from now on. Its secret is shown this once."""
    made = made_before()
    if made is not None:
        return Status(201, endpoints.one(made.id, request))
    row, secret = services.create_endpoint(**body.model_dump(), actor=caller_of(request).actor)
    return Status(201, _with_secret(row, secret, request))


@router.patch("/webhook_endpoints/{id}", response=EndpointOut, operation_id="update_webhook_endpoint")
@bound(Binding.BY_SERVICE)
def update(request: HttpRequest, id: EndpointId, body: EndpointUpdate) -> JsonObject:  # type: ignore[valid-type]
    """Its place in the events is kept."""
    if made_before() is None:
        changes: dict[str, Any] = body.changes()  # type: ignore[attr-defined]
        services.update_endpoint(endpoint_id=id, changes=changes, actor=caller_of(request).actor)
    return endpoints.one(id, request)


@router.delete("/webhook_endpoints/{id}", response={204: None}, operation_id="delete_webhook_endpoint")
def delete(request: HttpRequest, id: EndpointId) -> Status[None]:
    """What waits for it is not sent."""
    services.delete_endpoint(endpoint_id=id, actor=caller_of(request).actor)
    return Status(204, None)


@router.post("/webhook_endpoints/{id}/enable", response=EndpointOut, operation_id="enable_webhook_endpoint")
def enable(request: HttpRequest, id: EndpointId) -> JsonObject:
    """It goes on where it stood: nothing is lost."""
    services.enable_endpoint(endpoint_id=id, actor=caller_of(request).actor)
    return endpoints.one(id, request)


@router.post("/webhook_endpoints/{id}/disable", response=EndpointOut, operation_id="disable_webhook_endpoint")
def disable(request: HttpRequest, id: EndpointId) -> JsonObject:
    """Its place in the events is kept."""
    services.disable_endpoint(endpoint_id=id, actor=caller_of(request).actor)
    return endpoints.one(id, request)


@router.post("/webhook_endpoints/{id}/rotate", response=EndpointOut, operation_id="rotate_webhook_endpoint_secret")
@shown_once("secret")
def rotate(request: HttpRequest, id: EndpointId) -> JsonObject:
    """A new secret, shown this once; for a day the old one signs too."""
    row, secret = services.rotate_secret(endpoint_id=id, actor=caller_of(request).actor)
    return _with_secret(row, secret, request)


@router.post("/webhook_endpoints/{id}/test", response=EndpointOut, operation_id="test_webhook_endpoint")
def test(request: HttpRequest, id: EndpointId) -> JsonObject:
    """Send it a webhook_endpoint.tested, whatever its filters."""
    services.send_test(endpoint_id=id, actor=caller_of(request).actor)
    return endpoints.one(id, request)


@router.post("/webhook_endpoints/{id}/replay", response=ReplayOut, operation_id="replay_webhooks")
def replay(request: HttpRequest, id: EndpointId, body: ReplayIn) -> JsonObject:
    """Send one event again, or those of a span that pass the filters."""
    actor = caller_of(request).actor
    done = replays.replay(endpoint_id=id, event_id=body.event, since=body.since, until=body.until, actor=actor)
    return {"object": "webhook_replay", "events": done.events, "waiting": done.waiting}


API = ApiFace(
    mounts=(Mount(router=router),),
    summaries={
        "list_webhook_deliveries": "List deliveries of webhooks",
        "retrieve_webhook_deliveries": "Retrieve a delivery of a webhook",
        "rotate_webhook_endpoint_secret": "Give a webhook endpoint a new secret",
        "replay_webhooks": "Send webhooks again",
    },
    examples={"filters": ["invoice.*"]},
)
