"""What banks and gateways told of us and the books could not take by themselves: work for a person."""

# No deferred annotations here: the bodies are annotated with id types made below.
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Flag, IdOf, SaidLong
from subledger.api_kit.resources import Filter, Input, JsonObject, Resource, Thing, collection, ident_of
from subledger.gateways.models import PaymentRequest, Provider, UnbookedFact
from subledger.gateways.services import unbooked

from .providers import ProviderId

router = Router(tags=["Payment gateways"])
FactId = Annotated[int, IdOf(UnbookedFact.PREFIX)]


class UnbookedFactOut(Thing):
    object: Literal["unbooked_fact"]
    provider: str
    payment_request: str | None
    source: str = Field(description="The format of the file that told it, or gateway.")
    position: str | None = Field(description="Where it stands in which file.")
    said: str = Field(description="What happened there.")
    code: str
    reason: str = Field(description="Why the books could not take it, and what to do about it by now.")
    reference: str | None
    amount: int | None
    currency: str | None
    booked_on: date | None
    is_open: bool
    resolution: str | None
    resolved_by: str | None


class ResolveIn(Input):
    resolution: SaidLong = Field(description="What was done about it.")


def serialise(rows: Sequence[UnbookedFact], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "unbooked_fact", "created_at": row.created_at,
            "provider": ident_of(Provider, row.provider_id),
            "payment_request": ident_of(PaymentRequest, row.request_id), "source": row.source,
            "position": row.position or None, "said": row.said, "code": row.code, "reason": unbooked.advice_on(row),
            "reference": row.reference or None, "amount": row.amount_minor, "currency": row.currency or None,
            "booked_on": row.booked_on, "is_open": row.resolved_at is None,
            "resolution": row.resolution or None, "resolved_by": row.resolved_by or None,
        }
        for row in rows
    ]  # fmt: skip


unbooked_facts = Resource(
    path="unbooked_facts",
    model=UnbookedFact,
    out=UnbookedFactOut,
    serialise=serialise,
    rows=unbooked.unbooked,
    filters={
        "provider": Filter(type=ProviderId, lookup="provider_id"),
        "is_open": Filter(type=Flag, lookup="resolved_at__isnull"),
    },
)
collection(router, unbooked_facts, path="/unbooked_facts")


@router.post("/unbooked_facts/{id}/resolve", response=UnbookedFactOut, operation_id="resolve_unbooked_fact")
def resolve(request: HttpRequest, id: FactId, body: ResolveIn) -> JsonObject:
    """Close it, with what was done about it; closed again, the first word stands."""
    unbooked_facts.find(id)
    unbooked.resolve(fact_id=id, resolution=body.resolution, actor=caller_of(request).actor)
    return unbooked_facts.one(id, request)
