"""Attached files in the API."""

# No deferred annotations here: operations are annotated with types made here.
import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import AfterValidator, Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.examples import IDENT
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import IdOf, LongName, LongText, Text30
from subledger.api_kit.resources import Filter, Input, JsonObject, Resource, Thing, collection
from subledger.kernel import ids
from subledger.platform.callers import demand

from .attachable import attachables, named_by
from .errors import FileRefused
from .models import Attachment
from .queries import attachment_by_id, attachments
from .responses import file_response
from .services import attach, remove_attachment

router = Router(tags=["Attached files"])
AttachmentId = Annotated[int, IdOf(Attachment.PREFIX)]
ABOUT = "The id of the record that it is attached to: of a customer, an account, a transaction."
FILE = {"schema": {"type": "string", "format": "binary"}}


def _read_about(text: str) -> str:
    if not ids.looks_like_id(text):
        raise ValueError("it must be the id of a record, such as an account's")
    return text


About = Annotated[Text30, AfterValidator(_read_about)]


class AttachmentOut(Thing):
    """A file that somebody attached to a record. It never changes."""

    object: Literal["attachment"]
    about: str = Field(description=ABOUT)
    name: str
    media_type: str
    size: int
    sha256: str
    note: str
    created_by: str


class AttachmentIn(Input):
    about: About = Field(description=ABOUT, examples=[f"acc_{IDENT}"])
    name: LongName = Field(description="With the ending that says what it is, such as .pdf.", examples=["call.txt"])
    file: str = Field(
        min_length=1, description="In base64.", examples=[base64.b64encode(b"Called; pays on Friday.\n").decode()]
    )
    note: LongText = ""


def serialise(rows: Sequence[Attachment], request: HttpRequest) -> list[JsonObject]:
    prefixes = {one.name: one.prefix for one in attachables().values()}
    return [
        {
            "id": row.public_id, "object": "attachment", "created_at": row.added_at,
            "about": ids.encode(prefixes[row.object_type], row.object_id), "name": row.name,
            "media_type": row.media_type, "size": row.size, "sha256": row.sha256, "note": row.note,
            "created_by": row.added_by,
        }
        for row in rows
    ]  # fmt: skip


def _number_of(text: str) -> int:
    """Ids are numbers that no two rows share, whatever they are of."""
    prefix = text.rpartition("_")[0]
    try:
        return ids.decode(prefix, text)
    except ValueError:
        raise ValueError("it must be the id of a record, such as an account's") from None


resource = Resource(
    path="attachments",
    model=Attachment,
    out=AttachmentOut,
    serialise=serialise,
    rows=attachments,
    filters={
        "about": Filter(type=Annotated[Text30, AfterValidator(_number_of)], lookup="object_id"),
        "name": Filter(type=LongName, lookup="name"),
    },
)
collection(router, resource, path="/attachments")


@router.post("/attachments", response={201: AttachmentOut}, operation_id="create_attachment", summary="Attach a file")
def create(request: HttpRequest, body: AttachmentIn) -> Status[JsonObject]:
    """PDF, images, office documents without macros, text, CSV and e-mails are taken, by their bytes."""
    kind, ident = named_by(body.about, param="/about")
    demand(f"view:{kind.resource}")
    try:
        content = base64.b64decode(body.file, validate=True)
    except (binascii.Error, ValueError):
        raise FileRefused("The file is no base64. Encode the bytes of the file.", param="/file") from None
    row = attach(
        of=kind.name, object_id=ident, name=body.name, content=content, note=body.note,
        actor=caller_of(request).actor,
    )  # fmt: skip
    return Status(201, resource.one(row.pk, request))


@router.get(
    "/attachments/{id}/file",
    response={200: None},
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": FILE}}}},
    operation_id="retrieve_attachment_file",
    summary="Download an attached file",
)
def file_of(request: HttpRequest, id: AttachmentId) -> HttpResponse:
    """The bytes as they were attached."""
    return file_response(attachment_by_id(id))


@router.delete(
    "/attachments/{id}", response={204: None}, operation_id="remove_attachment", summary="Remove an attached file"
)
def remove(request: HttpRequest, id: AttachmentId) -> Status[None]:
    """Its bytes are erased. What is evidence is not removed."""
    resource.find(id)
    remove_attachment(attachment_id=id, actor=caller_of(request).actor)
    return Status(204, None)


API = ApiFace(mounts=(Mount(router=router),))
