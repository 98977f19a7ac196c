"""Toys in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from subledger.toys.models import Toy
from subledger.toys.services import NewToy, add_toys

from subledger.api_kit.callers import caller_of
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Name
from subledger.api_kit.idempotency import bound
from subledger.api_kit.resources import Input, JsonObject, Resource, Thing, collection, serialise_fields
from subledger.platform.idempotency import Binding, made_before

router = Router(tags=["Toys"])


class ToyIn(Input):
    name: Name


class ToyOut(Thing):
    object: Literal["toy"]
    number: str
    name: str


def serialise(rows: Sequence[Toy], request: HttpRequest) -> list[JsonObject]:
    return [{**serialise_fields(row, "number", "name"), "object": "toy"} for row in rows]


toys = Resource(path="toys", model=Toy, out=ToyOut, serialise=serialise, rows=lambda: Toy.objects.all(), filters={})
collection(router, toys, path="/toys")

names = Resource(
    path="toy_names", model=Toy, out=ToyOut, serialise=serialise, rows=lambda: Toy.objects.all(), filters={}
)
collection(router, names, path="/toy_names")


@router.post("/toys", response={201: ToyOut}, operation_id="create_toy", summary="Create a toy")
@bound(Binding.BY_SERVICE)
def create(request: HttpRequest, body: ToyIn) -> Status[dict[str, Any]]:
    """A toy that came today."""
    made = made_before()
    if made is not None:
        return Status(201, toys.one(made.id, request))
    [row] = add_toys(new=[NewToy(body.name)], actor=caller_of(request).actor)
    return Status(201, toys.one(row.pk, request))


API = ApiFace(mounts=(Mount(router=router),))
