"""Messages of transactions, and statements of accounts."""

# No deferred annotations here: the endpoints made below are annotated with schemas passed in.
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Day, Flag, IdOf, Outcome, Text60, Text320
from subledger.api_kit.resources import Input, JsonObject, WholeOf, found, resource_at
from subledger.attachments.models import Attachment
from subledger.messages.errors import RecipientsInvalid
from subledger.messages.models import MessageTemplate
from subledger.messages.rules.drafts import shown
from subledger.messages.services.composition import Draft, link_words
from subledger.messages.services.distribution import MOST, LeftOut, distribute, distributed
from subledger.messages.services.outbox import Wish, communicate, drafted, refuse_held
from subledger.platform.public_address import public_url
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

router = Router(tags=["Messages"])


class CommunicateIn(Input):
    kind: Text60 = Field(default="", description="Which message, such as pay_link; the usual one if left out.")
    template: Annotated[int, IdOf(MessageTemplate.PREFIX)] | None = Field(
        default=None, description="The standard one if left out."
    )
    recipient: Text320 = Field(
        default="",
        description="The contact person who gets such messages, else the customer, if left out.",
    )
    recipients: list[Text320] | None = Field(
        default=None,
        max_length=MOST,
        description="Several, who each get a message of their own, all or none; everybody who receives such messages "
        "where the list is empty. The answer is then a communication, which names whose address gets no mail.",
    )
    language: Text60 = Field(default="", description="The recipient's if left out, where it is known.")
    start: Day | None = Field(
        default=None,
        alias="from",
        description="Of a statement, the first of its days; a year before the last if left out. It goes once for each "
        "period.",
    )
    to: Day | None = Field(default=None, description="Of a statement, the last of its days; today if left out.")
    attach: Flag | None = Field(default=None, description="As the template says if left out.")
    document: Text60 = Field(
        default="",
        description="Which document goes along, such as facturx of an invoice, or group_pdf of a statement; none for "
        "none; as the template says if left out.",
    )
    attachments: list[Annotated[int, IdOf(Attachment.PREFIX)]] = Field(
        default=[], max_length=50, description="Attached files of it, its account or customer that go along."
    )
    expected_digest: Outcome = Field(
        default="", description="Of the preview: refused where it would say another thing."
    )
    dry_run: Flag = Field(default=False, description="Say what would be sent, and send nothing.")
    confirm_again: Flag = Field(default=False, description="Go ahead although they got it already.")
    confirm_held: Flag = Field(
        default=False, description="Remind of an invoice although it is disputed or promised for other days."
    )


class MessageDraftOut(Schema):
    object: Literal["message_draft"]
    kind: str
    language: str
    recipient: str
    subject: str
    body: str
    files: list[str]
    warnings: list[str] = Field(description="What of its files is not printed as it was written.")
    digest: str = Field(description="Send it as expected_digest.")


class UnreachedOut(Schema):
    recipient: str
    why: str


class CommunicationDraftOut(Schema):
    """The same message as several would get it."""

    object: Literal["communication_draft"]
    drafts: list[MessageDraftOut]
    left_out: list[UnreachedOut] = Field(description="Whose address gets no mail.")
    digest: str = Field(description="Send it as expected_digest.")


class CommunicationOut(Schema):
    """The same message to several, each their own."""

    object: Literal["communication"]
    messages: list[Annotated[Any, WholeOf("messages")]]
    left_out: list[UnreachedOut] = Field(description="Whose address gets no mail.")


def serialise_draft(draft: Draft) -> JsonObject:
    written, words = draft.written, link_words(draft.written.language)
    return {
        "object": "message_draft", "kind": draft.kind.name, "language": written.language,
        "recipient": written.recipient, "subject": written.subject, "body": shown(written.body, words),
        "files": list(written.files), "warnings": draft.warnings, "digest": written.digest,
    }  # fmt: skip


def _left_out(found: Sequence[LeftOut]) -> list[JsonObject]:
    return [{"recipient": one.recipient, "why": one.why} for one in found]


def _to_several(wish: Wish, body: CommunicateIn, request: HttpRequest) -> Status[JsonObject]:
    assert body.recipients is not None
    if body.recipient:
        raise RecipientsInvalid(
            "Who it goes to is in recipient and in recipients. Give one of them.", param="/recipient"
        )
    if body.dry_run:
        draft = distributed(wish, body.recipients)
        refuse_held(draft.drafts, is_confirmed=body.confirm_held)
        return Status(
            200,
            {
                "object": "communication_draft", "drafts": [serialise_draft(one) for one in draft.drafts],
                "left_out": _left_out(draft.left_out), "digest": draft.digest,
            },
        )  # fmt: skip
    made = distribute(
        wish=wish,
        recipients=body.recipients,
        expected_digest=body.expected_digest,
        confirm_again=body.confirm_again,
        confirm_held=body.confirm_held,
        actor=caller_of(request).actor,
    )
    messages = resource_at("messages").serialised(made.messages, request)
    return Status(201, {"object": "communication", "messages": messages, "left_out": _left_out(made.left_out)})


def _communicated(path: str, name: str, model: Any, rows: Any, of: Callable[[Any], str]) -> None:
    @router.post(
        f"/{path}/{{id}}/communicate",
        response={
            201: CommunicationOut | Annotated[Any, WholeOf("messages")],
            200: CommunicationDraftOut | MessageDraftOut,
        },
        operation_id=f"communicate_{name}",
        summary=f"Send a message of one of {path.replace('_', ' ')}",
        description="By e-mail, from a template, to one recipient or to several. With ``dry_run`` it is answered and "
        "not sent.",
    )
    def send(request: HttpRequest, id: Annotated[int, IdOf(model.PREFIX)], body: CommunicateIn) -> Status[JsonObject]:
        row = found(model, id, rows=rows())
        wish = Wish(
            of=of(row), object_id=id, kind=body.kind, template_id=body.template, recipient=body.recipient,
            language=body.language, attaches=body.attach, document=body.document, attachments=tuple(body.attachments),
            site=public_url(request, "/"), start=body.start, end=body.to,
        )  # fmt: skip
        if body.recipients is not None:
            return _to_several(wish, body, request)
        if body.dry_run:
            draft = drafted(wish)
            refuse_held([draft], is_confirmed=body.confirm_held)
            return Status(200, serialise_draft(draft))
        made = communicate(
            wish=wish,
            expected_digest=body.expected_digest,
            confirm_again=body.confirm_again,
            confirm_held=body.confirm_held,
            actor=caller_of(request).actor,
        )
        return Status(201, resource_at("messages").one(made.pk, request))


for _path, _of in (
    ("invoices", Classification.INVOICE),
    ("credit_notes", Classification.CREDIT_NOTE),
    ("payments", Classification.PAYMENT),
    ("refunds", Classification.REFUND),
):
    _communicated(
        _path,
        _of.value,
        Transaction,
        lambda of=_of: Transaction.objects.filter(classification=of),
        lambda row: str(row.classification),
    )
_communicated("transactions", "transaction", Transaction, Transaction.objects.all, lambda row: str(row.classification))
_communicated("accounts", "account", Account, Account.objects.all, lambda row: "account")
