"""A room's face in the API: found, composed, added to a lower room's objects; what two rooms say alike is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from ninja import Router, Schema
from pydantic import create_model

from subledger.accounts.models import Customer
from subledger.api_kit import parts, resources
from subledger.api_kit.app import SchemaTwice, composed
from subledger.api_kit.faces import ApiFace, Mount, Refusal
from subledger.api_kit.parts import AddedField, Extensible
from subledger.api_kit.resources import Reference, Resource, Thing, WholeOf, collection
from subledger.config.api import FACES
from subledger.platform import rooms


class BoxOut(Extensible, Thing):
    """Of a low room, which knows nobody above it."""

    object: Literal["box"]


class LidOut(Schema):
    colour: str


@pytest.fixture
def apart() -> Iterator[None]:
    """Faces of a test, which must not stay for the API of the program."""
    known = dict(resources._resources)
    yield
    resources._resources.clear()
    resources._resources.update(known)
    parts.declare_parts(part for face in FACES for part in face.parts)


def boxes() -> ApiFace:
    router = Router(tags=["Boxes"])
    boxed = Resource(
        path="boxes",
        model=Customer,
        out=BoxOut,
        serialise=lambda rows, request: [
            {"id": row.public_id, "object": "box", "created_at": row.created_at} for row in rows
        ],
        rows=lambda: Customer.objects.all(),
    )
    collection(router, boxed, path="/boxes")
    return ApiFace(mounts=(Mount(router=router),), summaries={"list_boxes": "List the boxes"})


def lids(**more: Any) -> ApiFace:
    """Of a higher room: an operation that answers with a box, and what it adds to every box."""
    router = Router(tags=["Lids"])

    @router.post("/boxes/{id}/close", response=Annotated[Any, WholeOf("boxes")], operation_id="close_box")
    def close(request: HttpRequest, id: str) -> dict[str, Any]:
        """Put a lid on."""
        return {}

    lid = AddedField(of="box", name="lid", type=LidOut | None, serialise=lambda rows: {rows[0].pk: {"colour": "red"}})
    return ApiFace(mounts=(Mount(router=router),), parts=(lid,), **more)


def document(*faces: ApiFace) -> Any:
    return composed(faces, title="Toys", about="").get_openapi_schema(path_prefix="/toys/")


def test_a_higher_room_adds_a_part_to_a_lower_ones_objects(apart, ledger):
    for name in ("Ann", "Ben"):
        ledger.open(name)
    document(boxes(), lids())
    rows = list(Customer.objects.order_by("pk"))
    told = resources.resource_at("boxes").serialised(rows, RequestFactory().get("/"))
    assert [one["lid"] for one in told] == [{"colour": "red"}, *[None] * (len(rows) - 1)]
    answered = BoxOut.model_validate(told[0]).model_dump()
    assert answered["lid"] == {"colour": "red"}


def test_the_document_tells_of_parts_and_of_other_rooms_objects(apart):
    told = document(boxes(), lids())
    schemas = told["components"]["schemas"]
    assert schemas["BoxOut"]["properties"]["lid"]["anyOf"][0] == {"$ref": "#/components/schemas/LidOut"}
    assert "lid" in schemas["BoxOut"]["required"]
    assert "additionalProperties" not in schemas["BoxOut"]
    answer = told["paths"]["/toys/boxes/{id}/close"]["post"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/BoxOut"}
    assert told["paths"]["/toys/boxes"]["get"]["summary"] == "List the boxes"


def test_without_the_higher_room_there_is_no_such_part(apart):
    assert "lid" not in document(boxes())["components"]["schemas"]["BoxOut"]["properties"]


def test_what_only_one_rooms_problems_have_is_told_with_problems(apart):
    told = document(
        boxes(),
        lids(
            problem_members={"colour": "Of lid_missing: which."},
            refusals={418: Refusal(words="No lid fits.", tags=frozenset({"Lids"}))},
        ),
    )
    assert told["components"]["schemas"]["Problem"]["properties"]["colour"]["description"] == "Of lid_missing: which."
    assert "418" in told["paths"]["/toys/boxes/{id}/close"]["post"]["responses"]
    assert "418" not in told["paths"]["/toys/boxes"]["get"]["responses"]


@pytest.mark.parametrize("twin", [{"summaries": {"list_boxes": "Boxes"}}, {"examples": {"id": "box_1"}}])
def test_what_two_rooms_say_alike_is_refused(apart, twin):
    other = ApiFace(**twin)
    with pytest.raises(ValueError, match="Two rooms declare"):
        document(boxes(), ApiFace(**twin), other)


def test_a_part_that_two_rooms_add_is_refused(apart):
    with pytest.raises(ValueError, match="Two rooms add 'lid' to 'box'"):
        composed((boxes(), lids(), lids()), title="Toys", about="")


def test_two_bodies_of_one_name_are_refused(apart):
    def closing(name: str, **fields: Any) -> ApiFace:
        body = create_model("ClosingIn", __base__=Schema, **fields)
        router = Router(tags=["Lids"])

        def close(request: HttpRequest, body: Any) -> None: ...

        close.__annotations__["body"] = body
        router.post(f"/{name}/close", response={204: None}, operation_id=f"close_{name}")(close)
        return ApiFace(mounts=(Mount(router=router),))

    told = document(closing("jars", turns=(int, ...)), closing("tins", turns=(int, ...)))
    assert told["components"]["schemas"]["ClosingIn"]["required"] == ["turns"], "of one content they are one"
    with pytest.raises(SchemaTwice, match="Two different schemas of the API are called 'ClosingIn'"):
        document(closing("jars", turns=(int, ...)), closing("tins", seam=(str, ...)))


def test_a_reference_is_an_id_or_the_whole_object(apart):
    document(boxes())
    reference = Reference("boxes")
    assert reference.read("cus_0000000000001") == "cus_0000000000001"
    with pytest.raises(ValueError, match="Field required"):
        reference.read({"object": "box"})
    with pytest.raises(ValueError, match="validation error"):
        reference.read(None)
    assert Reference("boxes", null=True).read(None) is None


def test_every_installed_room_with_a_face_is_found():
    found = {room.name for room, _ in rooms.faces("api")}
    assert {"companies", "accounts", "catalog", "journal", "transactions", "gateways", "reports"} <= found
    assert len(found) == len(FACES)
