"""The row of a message: as it goes out, with the bytes of its files; and who gets none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from subledger.kernel.email_addresses import identity_of
from subledger.kernel.kept_sentences import kept
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.messages.kinds import Attached, MessageKind
from subledger.messages.models import FileContent, Message, MessageAttachment
from subledger.messages.queries import suppressed
from subledger.messages.states import MessageState, SuppressionReason
from subledger.platform import clock, jobs
from subledger.platform.encryption import seal
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.tracing import current_request_id

from .composition import Draft, opened

WHY = {
    SuppressionReason.BOUNCED: say("its mail server refused a message to it"),
    SuppressionReason.OPTED_OUT: say("its owner wants none"),
}


def why_stopped(kind: MessageKind | None, address: str) -> str:
    """Why an address gets no message of a kind (None: one that no room declares any more); "" where it does."""
    return stopped(kind, [address]).get(identity_of(address), "")


def stopped(kind: MessageKind | None, addresses: Iterable[str]) -> dict[str, str]:
    """Why each of these addresses gets no message of a kind, by its identity; those that get it are left out."""
    return {
        identity: WHY[SuppressionReason(row.reason)]
        for identity, row in suppressed(addresses).items()
        if not (kind is not None and kind.essential and row.reason == SuppressionReason.OPTED_OUT)
    }


def no_mail(recipient: str, why: str) -> str:
    """What a message says that is not sent because its address gets none."""
    return say("{recipient} gets no mail, because {why}.", recipient=recipient, why=why)


def write_row(
    draft: Draft, *, key: str, level: int, before: Message | None, files_of: Message | None = None, actor: str
) -> Message:
    """The row of a message that goes out, or of one whose address gets no mail; copies of what goes along are kept."""
    why = why_stopped(draft.kind, draft.written.recipient)
    cautions = files_of.cautions if files_of is not None else draft.warnings
    row = unwritten_row(draft, key=key, level=level, why=why, warnings=cautions, actor=actor)
    row.resends = before
    seal_what_opens(row, draft)
    row.save(force_insert=True)
    if files_of is not None:
        _attach_again(row, files_of)
    else:
        attach(row, draft.files, actor=actor)
    _tell(row, "suppressed" if why else "queued", actor=actor)
    if not why:
        jobs.wake("deliver_messages")
    return row


def unwritten_row(draft: Draft, *, key: str, level: int, why: str, warnings: Sequence[str], actor: str) -> Message:
    """The row of a message, not written yet. ``why`` its address gets none, "" where it does. TextInvalid."""
    written, letter, at = draft.written, draft.letter, clock.now()
    check_texts(written.recipient, param="/recipient")
    trouble = no_mail(written.recipient, why) if why else ""
    return Message(
        company_id=current_company_id(),
        kind=draft.kind.name,
        template=draft.template if draft.template.pk else None,  # a company keeps none of what opens logins
        object_type=letter.object_type,
        object_id=letter.object_id or None,
        about=letter.name[:120],
        concerns=sorted({*letter.concerns, *([letter.object_id] if letter.object_id else [])}),
        key=key,
        level=level,
        language=written.language,
        recipient=written.recipient,
        addressee=letter.addressee[:300],
        subject=written.subject,
        body=written.body,
        state=MessageState.SUPPRESSED if why else MessageState.QUEUED,
        trouble=trouble,
        warnings="\n".join(warnings),
        sentences=kept([trouble, *warnings]),
        send_at=None if why else at,
        touched_at=at,
        created_at=at,
        created_by=actor,
        request_id=current_request_id()[:128],
    )


def seal_what_opens(row: Message, draft: Draft) -> None:
    """Links are made now, and kept sealed until the message leaves; of one that never does nothing is kept."""
    opening = opened(draft)
    row.sealed = seal(json.dumps(opening)) if opening and row.state == MessageState.QUEUED else ""


def attach(row: Message, files: Sequence[Attached], *, actor: str) -> None:
    for position, one in enumerate(files, 1):
        content = one.keep(actor) if one.keep is not None else one.content
        digest = sha256(content).hexdigest()
        FileContent.objects.bulk_create(
            [FileContent(company_id=row.company_id, sha256=digest, size=len(content), content=content)],
            ignore_conflicts=True,
        )
        MessageAttachment.objects.create(
            message=row,
            position=position,
            name=one.name,
            media_type=one.media_type,
            file=FileContent.objects.only("pk").get(sha256=digest),
        )


def _attach_again(row: Message, old: Message) -> None:
    MessageAttachment.objects.bulk_create(
        MessageAttachment(
            message=row, position=one.position, name=one.name, media_type=one.media_type, file_id=one.file_id
        )
        for one in MessageAttachment.objects.filter(message=old)
    )


def _tell(row: Message, verb: str, *, actor: str) -> None:
    record_events([told(row, verb)], actor=actor)


def told(row: Message, verb: str) -> NewEvent:
    """What became of a message, on the timeline of what it tells of."""
    data: dict[str, Any] = {"message": row.public_id, "subject": row.subject, "recipient": row.recipient}
    if row.trouble:
        data["trouble"] = row.trouble
    if row.object_id is None:
        return NewEvent(f"message.{verb}", "message", row.pk, data)
    return NewEvent(f"message.{verb}", row.object_type, row.object_id, data)
