"""Messages in the API: what was sent and to whom, sent again, and addresses that get none."""

# No deferred annotations here: the bodies are annotated with types made below.
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Path, Router, Schema, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Flag, IdOf, Instant, LongText, Text60, Text320
from subledger.api_kit.resources import Filter, Input, JsonObject, Reference, Resource, Thing, collection, ident_of
from subledger.companies.event_objects import public_id
from subledger.kernel.errors import NotFound
from subledger.platform.public_address import public_url

from .models import Message, MessageAttachment, MessageTemplate, Suppression
from .rules.drafts import shown
from .services.composition import link_words
from .services.next_tries import try_all_now, try_now
from .services.outbox import resend
from .services.previews import preview
from .services.suppressions import lift_suppression, mark_bounced, suppress_address
from .states import MessageState, SuppressionReason

router = Router(tags=["Messages"])
FILE = {"schema": {"type": "string", "format": "binary"}}
MessageId = Annotated[int, IdOf(Message.PREFIX)]


class FileOut(Schema):
    position: int
    name: str
    media_type: str
    size: int
    sha256: str


class MessageOut(Thing):
    """An e-mail as it was, or will be, sent. Links that open something are kept nowhere."""

    object: Literal["message"]
    kind: str
    template: Annotated[Any, Reference("message_templates", null=True)]
    about: str | None = Field(description="The id of what it tells of.")
    language: str
    recipient: str
    subject: str
    body: str
    files: list[FileOut]
    state: MessageState
    trouble: str = Field(description="Why it was not sent, or not yet.")
    warnings: list[str] = Field(description="What of its files is not printed as it was written.")
    level: int
    resends: str | None
    sent_at: datetime | None
    created_by: str


def serialise(rows: Sequence[Message], request: HttpRequest) -> list[JsonObject]:
    files: dict[int, list[JsonObject]] = {}
    found = MessageAttachment.objects.filter(message__in=[row.pk for row in rows]).order_by("position")
    for place, name, kind, size, sha256, message in found.values_list(
        "position", "name", "media_type", "file__size", "file__sha256", "message"
    ):
        files.setdefault(message, []).append(
            {"position": place, "name": name, "media_type": kind, "size": size, "sha256": sha256}
        )
    return [
        {
            "id": row.public_id, "object": "message", "created_at": row.created_at, "kind": row.kind,
            "template": ident_of(MessageTemplate, row.template_id),
            "about": None if row.object_id is None else public_id(row.object_type, row.object_id),
            "language": row.language, "recipient": row.recipient, "subject": row.subject,
            "body": shown(row.body, link_words(row.language, is_sent=True)),
            "files": files.get(row.pk, []), "state": row.state, "trouble": row.trouble,
            "warnings": row.warnings.splitlines(), "level": row.level,
            "resends": ident_of(Message, row.resends_id), "sent_at": row.sent_at, "created_by": row.created_by,
        }
        for row in rows
    ]  # fmt: skip


messages = Resource(
    path="messages",
    model=Message,
    out=MessageOut,
    serialise=serialise,
    rows=lambda: Message.objects.all(),
    filters={
        "kind": Filter(type=Text60, lookup="kind"),
        "state": Filter(type=MessageState, lookup="state"),
        "recipient": Filter(type=Text320, lookup="recipient"),
        "created_at": Filter(type=Instant, lookup="created_at"),
    },
    expands={"template": "message_templates"},
)


class TriedNowOut(Schema):
    object: Literal["messages_tried"]
    count: int = Field(description="How many waited for a later hour, and are due now.")


@router.post("/messages/try_now", response=TriedNowOut, operation_id="try_messages_now")
def try_all(request: HttpRequest) -> JsonObject:
    """All that wait to be tried again are tried now, as when the mail server was mended. None goes twice."""
    return {"object": "messages_tried", "count": try_all_now()}


collection(router, messages, path="/messages")


@router.get(
    "/messages/{id}/files/{position}",
    response={200: None},
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": FILE}}}},
    operation_id="retrieve_message_file",
)
def file_of(request: HttpRequest, id: MessageId, position: Annotated[int, Path(ge=1, le=32_000)]) -> Any:
    """A file as it went out with the message."""
    messages.find(id)
    one = MessageAttachment.objects.select_related("file").filter(message=id, position=position).first()
    if one is None:
        raise NotFound("file", str(position), param="/position")
    response = HttpResponse(bytes(one.file.content), content_type=one.media_type)
    response["Content-Disposition"] = content_disposition_header(True, one.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


class ResendIn(Input):
    recipient: Text320 = Field(default="", description="The same address if left out.")
    confirm_again: Flag = Field(default=False, description="Go ahead although somebody else got it already.")
    confirm_held: Flag = Field(default=False, description="Go ahead although what it tells of is held.")


@router.post("/messages/{id}/resend", response={201: MessageOut}, operation_id="resend_message")
def send_again(request: HttpRequest, id: MessageId, body: ResendIn) -> Status[JsonObject]:
    """A new message that says the same and names the old one; links in it are made anew."""
    site = public_url(request, "/")
    made = resend(
        message_id=id,
        recipient=body.recipient,
        site=site,
        confirm_again=body.confirm_again,
        confirm_held=body.confirm_held,
        actor=caller_of(request).actor,
    )
    return Status(201, messages.one(made.pk, request))


@router.post("/messages/{id}/try_now", response=MessageOut, operation_id="try_message_now")
def try_one(request: HttpRequest, id: MessageId) -> JsonObject:
    """A message that waits to be tried again is tried now."""
    try_now(message_id=id)
    return messages.one(id, request)


@router.post("/messages/{id}/bounced", response=MessageOut, operation_id="bounce_message")
def bounced(request: HttpRequest, id: MessageId) -> JsonObject:
    """It came back: its address gets no more."""
    mark_bounced(message_id=id, actor=caller_of(request).actor)
    return messages.one(id, request)


class TemplatePreviewIn(Input):
    about: Text60 = Field(
        default="", description="The number or id of a record, such as an invoice's; a sample if left out."
    )


class TemplatePreviewOut(Schema):
    object: Literal["message_preview"]
    language: str
    subject: str
    body: str
    html: str


@router.post("/message_templates/{id}/preview", response=TemplatePreviewOut, operation_id="preview_message_template")
def preview_template(
    request: HttpRequest, id: Annotated[int, IdOf(MessageTemplate.PREFIX)], body: TemplatePreviewIn
) -> JsonObject:
    """What a template says of a record, or of a sample. Nothing is sent."""
    found = preview(template_id=id, about=body.about)
    return {
        "object": "message_preview", "language": found.language, "subject": found.subject, "body": found.body,
        "html": found.html,
    }  # fmt: skip


class SuppressionIn(Input):
    address: Text320 = Field(examples=["ann@example.com"])
    reason: SuppressionReason
    note: LongText = ""


class SuppressionOut(Thing):
    """An address that gets no mail until that is lifted."""

    object: Literal["suppression"]
    address: str
    reason: SuppressionReason
    note: str
    created_by: str
    lifted_at: datetime | None


def serialise_suppressions(rows: Sequence[Suppression], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "suppression", "created_at": row.created_at, "address": row.address,
            "reason": row.reason, "note": row.note, "created_by": row.created_by, "lifted_at": row.lifted_at,
        }
        for row in rows
    ]  # fmt: skip


suppressions = Resource(
    path="suppressions",
    model=Suppression,
    out=SuppressionOut,
    serialise=serialise_suppressions,
    rows=lambda: Suppression.objects.all(),
    filters={"address": Filter(type=Text320, lookup="address")},
)
collection(router, suppressions, path="/suppressions")


@router.post("/suppressions", response={201: SuppressionOut}, operation_id="create_suppression")
def create(request: HttpRequest, body: SuppressionIn) -> Status[JsonObject]:
    """Send nothing more to an address."""
    row = suppress_address(address=body.address, reason=body.reason, note=body.note, actor=caller_of(request).actor)
    return Status(201, suppressions.one(row.pk, request))


@router.post("/suppressions/{id}/lift", response=SuppressionOut, operation_id="lift_suppression")
def lift(request: HttpRequest, id: Annotated[int, IdOf(Suppression.PREFIX)]) -> JsonObject:
    """Send to the address again. Twice is once."""
    lift_suppression(suppression_id=id, actor=caller_of(request).actor)
    return suppressions.one(id, request)


API = ApiFace(
    mounts=(Mount(router=router),),
    summaries={
        "retrieve_message_file": "Download a file that went out with a message",
        "bounce_message": "Mark a message that came back",
        "resend_message": "Send a message again",
        "try_message_now": "Try a message that waits now",
        "try_messages_now": "Try all messages that wait now",
        "preview_message_template": "Preview a message template",
        "create_suppression": "Suppress an address",
        "lift_suppression": "Lift the suppression of an address",
        "retrieve_message_settings": "Retrieve the message settings",
        "update_message_settings": "Change the message settings",
    },
)
