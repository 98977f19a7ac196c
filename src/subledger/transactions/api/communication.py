"""Messages of invoices, credit notes, payments and refunds, and statements of accounts."""

# No deferred annotations here: the endpoints made below are annotated with schemas passed in.
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Flag, IdOf, Outcome, Text320
from subledger.api_kit.resources import Input, JsonObject, WholeOf, found, resource_at
from subledger.attachments.models import Attachment
from subledger.messages.models import MessageTemplate
from subledger.messages.rules.drafts import shown
from subledger.messages.services.composition import LINK_WORDS, Draft
from subledger.messages.services.outbox import Wish, communicate, drafted
from subledger.platform.public_address import public_url
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

router = Router(tags=["Messages"])


class CommunicateIn(Input):
    template: Annotated[int, IdOf(MessageTemplate.PREFIX)] | None = Field(
        default=None, description="The standard one if left out."
    )
    recipient: Text320 = Field(
        default="",
        description="The contact person who gets such messages, else the customer, if left out.",
    )
    language: Text320 = Field(default="", description="The recipient's if left out, where it is known.")
    attach: Flag | None = Field(default=None, description="As the template says if left out.")
    attachments: list[Annotated[int, IdOf(Attachment.PREFIX)]] = Field(
        default=[], max_length=50, description="Attached files of it, its account or customer that go along."
    )
    expected_digest: Outcome = Field(
        default="", description="Of the preview: refused where it would say another thing."
    )
    dry_run: Flag = Field(default=False, description="Say what would be sent, and send nothing.")
    confirm_again: Flag = Field(default=False, description="Go ahead although they got it already.")


class MessageDraftOut(Schema):
    object: Literal["message_draft"]
    kind: str
    language: str
    recipient: str
    subject: str
    body: str
    files: list[str]
    digest: str = Field(description="Send it as expected_digest.")


def serialise_draft(draft: Draft) -> JsonObject:
    written = draft.written
    return {
        "object": "message_draft", "kind": draft.kind.name, "language": written.language,
        "recipient": written.recipient, "subject": written.subject, "body": shown(written.body, LINK_WORDS),
        "files": list(written.files), "digest": written.digest,
    }  # fmt: skip


def _communicated(path: str, of: str, model: Any, rows: Any) -> None:
    @router.post(
        f"/{path}/{{id}}/communicate",
        response={201: Annotated[Any, WholeOf("messages")], 200: MessageDraftOut},
        operation_id=f"communicate_{of}",
        summary=f"Send a message of one of {path.replace('_', ' ')}",
        description="By e-mail, from a template. With ``dry_run`` it is answered and not sent.",
    )
    def send(request: HttpRequest, id: Annotated[int, IdOf(model.PREFIX)], body: CommunicateIn) -> Status[JsonObject]:
        found(model, id, rows=rows())
        wish = Wish(
            of=of, object_id=id, template_id=body.template, recipient=body.recipient, language=body.language,
            attaches=body.attach, attachments=tuple(body.attachments), site=public_url(request, "/"),
        )  # fmt: skip
        if body.dry_run:
            return Status(200, serialise_draft(drafted(wish)))
        made = communicate(
            wish=wish,
            expected_digest=body.expected_digest,
            confirm_again=body.confirm_again,
            actor=caller_of(request).actor,
        )
        return Status(201, resource_at("messages").one(made.pk, request))


for _path, _of in (
    ("invoices", Classification.INVOICE),
    ("credit_notes", Classification.CREDIT_NOTE),
    ("payments", Classification.PAYMENT),
    ("refunds", Classification.REFUND),
):
    _communicated(_path, _of.value, Transaction, lambda of=_of: Transaction.objects.filter(classification=of))
_communicated("accounts", "account", Account, Account.objects.all)
