"""The letterhead's logo in the API; the letterhead itself is made from its declaration."""

# No deferred annotations here: operations are annotated with types made here.
import base64
import binascii
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import IdOf, Text30, Text60
from subledger.api_kit.resources import Filter, Input, JsonObject, Resource, Thing, collection

from .errors import LogoInvalid
from .kinds import kinds
from .logos import MOST_BYTES
from .models import Copy
from .printouts import CONTENT_TYPES
from .queries import copies, copy_by_id, file_of_copy
from .services import remove_logo, set_logo
from .values import FileFormat
from .web import POLICY

if TYPE_CHECKING:
    Kind = str
else:
    Kind = StrEnum("Kind", {name.upper(): name for name in kinds()})

router = Router(tags=["Configuration"])
copy_router = Router(tags=["Printouts"])
BINARY = {"schema": {"type": "string", "format": "binary"}}


# A PNG of one pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mOQ96sEAAF2AOeIcoD6AAAAAElFTkSuQmCC"


class LogoIn(Input):
    content: Annotated[str, Field(max_length=MOST_BYTES * 2, description="A PNG or JPEG, in base64.", examples=[PIXEL])]


@router.put("/letterhead/logo", response={204: None}, operation_id="set_logo", summary="Set the logo")
def put_logo(request: HttpRequest, body: LogoIn) -> Status[None]:
    """On documents that are printed from now on."""
    try:
        content = base64.b64decode(body.content, validate=True)
    except (binascii.Error, ValueError):
        raise LogoInvalid("The logo is no base64. Encode the bytes of the file.", param="/content") from None
    set_logo(content=content, actor=caller_of(request).actor)
    return Status(204, None)


@router.delete("/letterhead/logo", response={204: None}, operation_id="remove_logo", summary="Take off the logo")
def delete_logo(request: HttpRequest) -> Status[None]:
    """Documents have the name in its place."""
    remove_logo(actor=caller_of(request).actor)
    return Status(204, None)


class CopyOut(Thing):
    """A document as it was printed. It never changes; printing it anew makes another edition."""

    object: Literal["printed_copy"]
    record: str = Field(description="The id of what it is of.")
    kind: Kind
    number: str
    language: str
    format: FileFormat
    edition: int
    sha256: str
    created_by: str


def serialise(rows: Sequence[Copy], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "printed_copy", "created_at": row.made_at, "record": row.record,
            "kind": row.kind_id, "number": row.number, "language": row.language, "format": row.format,
            "edition": row.edition, "sha256": row.file.sha256, "created_by": row.made_by,
        }
        for row in rows
    ]  # fmt: skip


printed_copies = Resource(
    path="printed_copies",
    model=Copy,
    out=CopyOut,
    serialise=serialise,
    rows=copies,
    filters={
        "record": Filter(type=Text30, lookup="record"),
        "kind": Filter(type=Kind, lookup="kind"),
        "number": Filter(type=Text60, lookup="number"),
        "format": Filter(type=FileFormat, lookup="format"),
    },
)
collection(copy_router, printed_copies, path="/printed_copies")


@copy_router.get(
    "/printed_copies/{id}/file",
    response={200: None},
    openapi_extra={"responses": {200: {"content": dict.fromkeys(CONTENT_TYPES, BINARY)}}},
    operation_id="retrieve_printed_copy_file",
    summary="Download a printed copy",
)
def copy_file(request: HttpRequest, id: Annotated[int, IdOf(Copy.PREFIX)]) -> Any:
    """The bytes as they were printed."""
    printed_copies.find(id)
    printed = file_of_copy(copy_by_id(id))
    response = HttpResponse(printed.content, content_type=printed.content_type)
    response["Content-Disposition"] = content_disposition_header(True, printed.name) or "attachment"
    response["Content-Security-Policy"] = POLICY
    return response


API = ApiFace(
    mounts=(Mount(router=router), Mount(router=copy_router)),
    summaries={"retrieve_letterhead": "Retrieve the letterhead", "update_letterhead": "Change the letterhead"},
)
