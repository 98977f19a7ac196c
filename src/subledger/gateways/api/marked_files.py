"""Files of payment requests that were marked and handed out: which there are, to get one again."""

# No deferred annotations here: the filters are annotated with id types made below.
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from subledger.api_kit.resources import Filter, JsonObject, Reference, Resource, Thing, collection, ident_of
from subledger.gateways.models import MarkedFile, Provider
from subledger.gateways.services.bank_files import files_given_again, sums_of

from .providers import ProviderId

router = Router(tags=["Payment gateways"])


class SumOut(Schema):
    currency: str
    amount: int


class MarkedFileOut(Thing):
    """A file of payment requests that marked them as under processing. `POST /payment_requests/export/again` gives it
    again, by its ``provider`` and ``message``, for 90 days."""

    object: Literal["marked_file"]
    provider: Annotated[Any, Reference("payment_gateway_providers")]
    message: str = Field(description="Its own name (MsgId).")
    format: str = Field(description="csv, pain.008 or pain.001.")
    requests: int = Field(description="How many payment requests it holds.")
    sums: list[SumOut] = Field(description="What they come to, by currency.")
    made_at: datetime
    made_by: str


def serialise(rows: Sequence[MarkedFile], request: HttpRequest) -> list[JsonObject]:
    sums = sums_of(rows)
    return [
        {
            "id": row.public_id, "object": "marked_file", "created_at": row.made_at,
            "provider": ident_of(Provider, row.provider_id), "message": row.message, "format": row.format,
            "requests": len(row.requests), "made_at": row.made_at, "made_by": row.made_by,
            "sums": [{"currency": one.currency, "amount": one.minor} for one in sums[row.pk]],
        }
        for row in rows
    ]  # fmt: skip


marked_files = Resource(
    path="marked_files",
    model=MarkedFile,
    out=MarkedFileOut,
    serialise=serialise,
    rows=files_given_again,
    filters={
        "provider": Filter(type=ProviderId, lookup="provider_id"),
        "message": Filter(type=str, lookup="message"),
    },
    expands={"provider": "payment_gateway_providers"},
)
collection(router, marked_files, path="/marked_files")
