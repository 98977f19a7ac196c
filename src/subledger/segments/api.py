"""Segments by API."""

# No deferred annotations here: the endpoints are annotated with schemas made below.
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.errors import InvalidRequest
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Day, IdOf, Text60, Text120, Text300
from subledger.api_kit.idempotency import bound
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Paging,
    Resource,
    Thing,
    WholeOf,
    collection,
    page,
    partial,
    refuse_unknown_parameters,
    resource_at,
)
from subledger.kernel import ids
from subledger.platform.callers import demand
from subledger.platform.idempotency import Binding

from . import queries, services
from .models import Segment
from .states import About

router = Router(tags=["Segments"])
SegmentId = Annotated[int, IdOf(Segment.PREFIX)]
CRITERIA = (
    "What is asked for; what is left out is not. Amounts are minor units of `currency`, days `2026-05-31`, "
    "references ids."
)


class SegmentOut(Thing):
    object: Literal["segment"]
    name: str
    description: str
    about: About
    criteria: dict[str, Any]
    created_by: str


class CriteriaIn(Input):
    about: About
    criteria: dict[str, Any] = Field(default={}, description=CRITERIA)


class SegmentIn(CriteriaIn):
    name: Text120
    description: Text300 = ""


class SegmentPreviewIn(CriteriaIn):
    as_of: Day | None = Field(default=None, description="Days are counted to it; today when left out.")


class SegmentTotalOut(Schema):
    """What members in one currency come to. An account's debit is what it owes, its credit what is unapplied."""

    currency: str
    members: int
    debit: int
    credit: int
    open_debit: int
    open_credit: int
    overdue: int = Field(description="Of accounts: what of the debit is late.")


class SegmentTotalsOut(Schema):
    object: Literal["segment_totals"]
    as_of: date
    members: int
    totals: list[SegmentTotalOut]


class SegmentMembersOut(Schema):
    """A page of the accounts or transactions, newest first."""

    object: Literal["list"]
    data: list[Annotated[Any, WholeOf("accounts")] | Annotated[Any, WholeOf("transactions")]]
    has_more: bool
    url: str


class SegmentMembersQuery(Paging):
    starting_after: Text60 | None = Field(default=None, description="The page after this id.")
    ending_before: Text60 | None = Field(default=None, description="The page before this id.")
    as_of: Day | None = Field(default=None, description="Days are counted to it; today when left out.")


def serialise(rows: Sequence[Segment], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "segment", "created_at": row.created_at, "name": row.name,
            "description": row.description, "about": row.about, "criteria": row.criteria, "created_by": row.created_by,
        }
        for row in rows
    ]  # fmt: skip


segments = Resource(
    path="segments",
    model=Segment,
    out=SegmentOut,
    serialise=serialise,
    rows=queries.segments,
    filters={
        "name": Filter(type=Text120, lookup="name"),
        "about": Filter(type=About, lookup="about"),
    },
)


@router.post("/segments/preview", response=SegmentTotalsOut, operation_id="preview_segment")
@bound(Binding.REPEATABLE)
def preview(request: HttpRequest, body: SegmentPreviewIn) -> JsonObject:
    """What criteria would select; nothing is kept."""
    demand(f"view:{body.about}")
    day = body.as_of or caller_of(request).today
    return _totals(services.preview(about=body.about, criteria=body.criteria, as_of=day), day)


collection(router, segments, path="/segments")
SegmentUpdate = partial(SegmentIn, without={"about"})


@router.post("/segments", response={201: SegmentOut}, operation_id="create_segment")
def create(request: HttpRequest, body: SegmentIn) -> Status[JsonObject]:
    """Criteria under a name. Its members are whatever fulfils them when somebody looks."""
    row = services.create_segment(**body.model_dump(), actor=caller_of(request).actor)
    return Status(201, segments.one(row.pk, request))


@router.patch("/segments/{id}", response=SegmentOut, operation_id="update_segment")
def update(request: HttpRequest, id: SegmentId, body: SegmentUpdate) -> JsonObject:  # type: ignore[valid-type]
    """Criteria are sent whole. Runs under way go by those with which they began."""
    changes = body.changes()  # type: ignore[attr-defined]
    services.update_segment(segment_id=id, changes=changes, actor=caller_of(request).actor)
    return segments.one(id, request)


@router.delete("/segments/{id}", response={204: None}, operation_id="delete_segment")
def delete(request: HttpRequest, id: SegmentId) -> Status[None]:
    """Only one that nothing relies on."""
    services.delete_segment(segment_id=id, actor=caller_of(request).actor)
    return Status(204, None)


@router.get("/segments/{id}/totals", response=SegmentTotalsOut, operation_id="retrieve_segment_totals")
def totals(request: HttpRequest, id: SegmentId, as_of: Day | None = None) -> JsonObject:
    """How many members there are now, and what they come to."""
    row = segments.find(id)
    demand(f"view:{row.about}")
    day = as_of or caller_of(request).today
    return _totals(queries.totals_of(queries.members_of(row, as_of=day), as_of=day), day)


@router.get("/segments/{id}/members", response=SegmentMembersOut, operation_id="list_segment_members")
def members(request: HttpRequest, id: SegmentId, query: Query[SegmentMembersQuery]) -> JsonObject:
    """The accounts or transactions that fulfil its criteria now."""
    refuse_unknown_parameters(request, SegmentMembersQuery)
    row = segments.find(id)
    demand(f"view:{row.about}")
    resource = resource_at(row.about)
    chosen = queries.members_of(row, as_of=query.as_of or caller_of(request).today)
    rows = resource.rows().filter(pk__in=chosen.order_by().values("pk"))
    paging = Paging.model_construct(
        _fields_set=set(),
        limit=query.limit,
        starting_after=_number(resource, query.starting_after, "starting_after"),
        ending_before=_number(resource, query.ending_before, "ending_before"),
    )
    return page(resource, rows, paging, request)


def _number(resource: Resource, public_id: str | None, name: str) -> int | None:
    try:
        return None if public_id is None else ids.decode(resource.model.PREFIX, public_id)
    except ValueError as error:
        raise InvalidRequest(f"{name}: {error}.", param=f"/{name}") from None


def _totals(found: Sequence[queries.SegmentTotals], day: date) -> JsonObject:
    return {
        "object": "segment_totals", "as_of": day, "members": sum(one.members for one in found),
        "totals": [
            {
                "currency": one.currency, "members": one.members, "debit": one.debit, "credit": one.credit,
                "open_debit": one.open_debit, "open_credit": one.open_credit, "overdue": one.overdue,
            }
            for one in found
        ],
    }  # fmt: skip


API = ApiFace(
    mounts=(Mount(router=router),),
    summaries={
        "retrieve_segment_totals": "Show what a segment comes to",
        "preview_segment": "Show what criteria would select",
        "list_segment_members": "List members of a segment",
    },
)
