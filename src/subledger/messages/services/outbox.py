"""Writing messages: in the transaction of what they tell of, once by their key. Workers send them after the commit."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.transaction import atomic

from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.texts import check_texts
from subledger.messages import errors
from subledger.messages.kinds import Attached, Letter, MessageKind, fitting, kind_named, kinds_about
from subledger.messages.models import FileContent, Message, MessageAttachment, MessageTemplate
from subledger.messages.queries import day_of, is_automatic, suppressed
from subledger.messages.rules.drafts import key_of
from subledger.messages.states import UNDER_WAY, MessageState, SuppressionReason
from subledger.platform import clock, jobs
from subledger.platform.callers import as_follows, demand
from subledger.platform.encryption import seal
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.tracing import current_request_id

from .composition import Draft, again, attached_files, compose, language_of, opened, standard_template

logger = logging.getLogger(__name__)

SEND = "messages.send"
WHY = {
    SuppressionReason.BOUNCED: "its mail server refused a message to it",
    SuppressionReason.OPTED_OUT: "its owner wants none",
}
GONE = (*UNDER_WAY, MessageState.SENT)  # whoever is written to has it, or will
# The same message, wanted twice at once, waits here and then finds the first.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to send of a record: what they leave out is the record's, or the company's, standard."""

    of: str  # as kinds call the record
    object_id: int
    kind: str = ""  # where a template does not say it
    template_id: int | None = None
    recipient: str = ""
    language: str = ""
    attaches: bool | None = None
    attachments: tuple[int, ...] = ()  # files of the record, its account or customer that go along
    level: int = 0
    site: str = ""


def drafted(wish: Wish) -> Draft:
    """The message as it would be sent, for whoever looks at it first.

    Raises:
        NotFound: the record, or the template; as `compose`; NoTemplate.
    """
    kind, template, letter = read(wish)
    return composed(wish, kind, template, letter)


def read(wish: Wish) -> tuple[MessageKind, MessageTemplate | None, Letter]:
    """What a wish is about: the kind, the template where one is named, and the record. As `drafted`."""
    demand(SEND)
    kind, template = _chosen(wish)
    demand(*([kind.permission] if kind.permission else []))
    assert kind.read is not None  # kinds about records can be read
    letter = _at(kind.read(wish.object_id), wish.site)
    return (fitting(kind, letter) if template is None else kind), template, letter


def composed(wish: Wish, kind: MessageKind, template: MessageTemplate | None, letter: Letter) -> Draft:
    """To whoever is named, else to who gets it first."""
    letter = _at(letter, wish.site).to(wish.recipient.strip() or letter.address)
    if template is None:
        template = standard_template(kind, language_of(wish.language, letter))
    return compose(
        kind=kind,
        letter=letter,
        template=template,
        recipient=wish.recipient,
        attaches=wish.attaches,
        more=attached_files(letter, wish.attachments),
    )


@atomic
def communicate(*, wish: Wish, expected_digest: str = "", confirm_again: bool = False, actor: str) -> Message:
    """Send somebody a message of a record.

    Raises:
        As `drafted`; MessageDiffers: it says something else than was shown; AlreadySent: the same went to the same
        address before, and nobody confirmed that it is meant; Suppressed.
    """
    draft = drafted(wish)
    if expected_digest and expected_digest != draft.written.digest:
        raise errors.MessageDiffers
    [made] = write_once([draft], level=wish.level, confirm_again=confirm_again, actor=actor)
    return made


def write_once(drafts: Sequence[Draft], *, level: int, confirm_again: bool, actor: str) -> list[Message]:
    """Write messages, all or none, each once by its key unless it is confirmed that they go again.

    Raises:
        AlreadySent; Suppressed.
    """
    demand(SEND)
    keys = [_key(draft, level) for draft in drafts]
    for key in sorted(keys):  # in one order, so that nobody waits in a circle
        _lock(key)
    before = [_latest(key) for key in keys]
    got = [
        (draft.written.recipient, old.created_at)
        for draft, old in zip(drafts, before, strict=True)
        if old is not None and old.state in GONE and not _may_go_again(draft.kind, old)
    ]
    if got and not confirm_again:
        raise errors.AlreadySent(got)
    for draft in drafts:
        _refuse_suppressed(draft.kind, draft.written.recipient)
    return [
        _write(draft, key=f"{key}:again:{old.pk}" if old else key, level=level, before=old, actor=actor)
        for draft, key, old in zip(drafts, keys, before, strict=True)
    ]


def _may_go_again(kind: MessageKind, old: Message) -> bool:
    """Whether it is another day than when it went last, and that is enough for it."""
    return kind.is_daily and day_of(old.created_at) < day_of(clock.now())


def _latest(key: str) -> Message | None:
    """The last message of a key, if any."""
    found: Message | None = (
        Message.objects.filter(Q(key=key) | Q(key__startswith=f"{key}:again:")).order_by("-pk").first()
    )
    return found


def latest_of(draft: Draft, level: int = 0) -> Message | None:
    """The same message, as it went to the same address last."""
    return _latest(_key(draft, level))


@atomic
def resend(*, message_id: int, recipient: str = "", site: str = "", actor: str) -> Message:
    """Send a message again, as it was: a new one that names the old. Links in it are made anew.

    Raises:
        NotFound; NotSentAgain: it waits to be sent, was sent again already, or held a link that only whoever made it
        makes anew; LinkUnknown: it holds one that nobody makes any more; AddressInvalid; Suppressed.
    """
    old = Message.objects.select_for_update(of=("self",)).select_related("template").filter(pk=message_id).first()
    if old is None:
        raise NotFound(Message, message_id)
    kind = kind_named(old.kind)
    demand(SEND, *([kind.permission] if kind.permission else []))
    why_not = why_not_again(old)
    if why_not:
        raise errors.NotSentAgain(why_not)
    draft = again(kind=kind, old=old, recipient=recipient, site=site or _public_site())
    _refuse_suppressed(kind, draft.written.recipient)
    return _write(draft, key=f"{_root(old.key)}:again:{old.pk}", level=old.level, before=old, files_of=old, actor=actor)


def why_not_again(old: Message) -> str:
    """Why a message cannot be sent again, or ""."""
    if old.state in UNDER_WAY:
        return "This message has not left yet. Wait for it, or look why it waits."
    later = Message.objects.filter(resends=old).first()
    if later is not None:
        return f"This message was sent again on {later.created_at:%Y-%m-%d}. Look at that one."
    if kind_named(old.kind).read is None or old.object_id is None or old.template is None:
        return (
            "This message held a link that is good once, and it is not kept. Make a new link where this one was made."
        )
    return ""


@atomic
def send_by_itself(*, kind: str, object_ids: Sequence[int], actor: str, level: int = 0) -> list[Message]:
    """Send what a company wants sent by itself: each once to everybody who gets it, whoever asks and however often.

    What cannot be sent (no address, no template, no public address for its link) is left out and logged: nobody waits
    for it, and what it tells of stands.
    """
    if not is_automatic(kind):
        return []
    declared, sent = kind_named(kind), []
    assert declared.read is not None
    with as_follows():
        for ident in object_ids:
            wish = Wish(of=declared.of, object_id=ident, kind=kind, level=level, site=_public_site())
            try:
                letter = declared.read(ident)
            except DomainError as refusal:
                logger.warning("no %s was sent of %s: %s", kind, ident, refusal)
                continue
            for address in [one.address for one in letter.recipients if one.gets_it] or [letter.address]:
                sent += _send_once(replace(wish, recipient=address), declared, letter, actor=actor)
    return sent


def _send_once(wish: Wish, kind: MessageKind, letter: Letter, *, actor: str) -> list[Message]:
    """The message, where it was not sent before."""
    try:
        with atomic():
            draft = composed(wish, kind, None, letter)
            key = _key(draft, wish.level)
            _lock(key)
            if Message.objects.filter(key=key).exists():
                return []
            return [_write(draft, key=key, level=wish.level, before=None, actor=actor)]
    except DomainError as refusal:
        logger.warning("no %s was sent of %s: %s", kind.name, wish.object_id, refusal)
        return []


@atomic
def send_given(
    *, kind: str, letter: Letter, values: Mapping[str, str], once: str, language: str = "", actor: str
) -> Message:
    """Send a message whose values whoever sends it gives: they know what opens, and nobody else ever does.

    Raises:
        NoRecipient; AddressInvalid; NoTemplate.
    """
    declared = kind_named(kind)
    with as_follows():
        template = standard_template(declared, language_of(language, letter))
        draft = compose(kind=declared, letter=letter, template=template, given=values)
        key = f"{_key(draft, 0)}:{once}"[:300]
        _lock(key)
        found: Message | None = Message.objects.filter(key=key).first()
        return found or _write(draft, key=key, level=0, before=None, actor=actor)


def _chosen(wish: Wish) -> tuple[MessageKind, MessageTemplate | None]:
    """The kind, and the template where one is named."""
    possible = {kind.name: kind for kind in kinds_about(wish.of)}
    template = None
    if wish.template_id is not None:
        template = MessageTemplate.objects.filter(pk=wish.template_id).first()
        if template is None:
            raise NotFound(MessageTemplate, wish.template_id, param="/template")
        if template.kind not in possible:
            raise errors.TemplateUnfit(
                f"The template “{template.name}” is for “{kind_named(template.kind).title}”, which cannot be sent of "
                f"this. Choose another.",
                param="/template",
            )
        return possible[template.kind], template
    if not possible or (wish.kind and wish.kind not in possible):
        raise errors.KindUnfit(wish.kind or wish.of, list(possible))
    return (possible[wish.kind] if wish.kind else next(iter(possible.values()))), template


def _at(letter: Letter, site: str) -> Letter:
    return replace(letter, site=site or _public_site())


def _public_site() -> str:
    return settings.PUBLIC_URL or ""


def _key(draft: Draft, level: int) -> str:
    letter = draft.letter
    return key_of(
        kind=draft.kind.family,
        about=letter.object_id,
        template="any" if draft.kind.is_daily else draft.template.pk,
        recipient=identity_of(draft.written.recipient),
        level=level,
    )


def _root(key: str) -> str:
    return key.partition(":again:")[0]


def _lock(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [f"message {key}", current_company_id()])


def why_stopped(kind: MessageKind, address: str) -> str:
    """Why an address gets no message of a kind; "" where it does."""
    found = suppressed([address]).get(identity_of(address))
    if found is None or (kind.essential and found.reason == SuppressionReason.OPTED_OUT):
        return ""
    return WHY[SuppressionReason(found.reason)]


def _refuse_suppressed(kind: MessageKind, address: str) -> None:
    why = why_stopped(kind, address)
    if why:
        raise errors.Suppressed(address, why)


def _write(
    draft: Draft, *, key: str, level: int, before: Message | None, files_of: Message | None = None, actor: str
) -> Message:
    written, letter, at = draft.written, draft.letter, clock.now()
    check_texts(written.recipient, param="/recipient")
    why = why_stopped(draft.kind, written.recipient)
    opening = opened(draft)
    row: Message = Message.objects.create(
        company_id=current_company_id(),
        kind=draft.kind.name,
        template=draft.template,
        object_type=letter.object_type,
        object_id=letter.object_id or None,
        about=letter.name[:120],
        concerns=sorted({*letter.concerns, *([letter.object_id] if letter.object_id else [])}),
        key=key,
        level=level,
        resends=before,
        language=written.language,
        recipient=written.recipient,
        addressee=letter.addressee[:300],
        subject=written.subject,
        body=written.body,
        sealed="" if why else seal(json.dumps(opening)) if opening else "",
        state=MessageState.SUPPRESSED if why else MessageState.QUEUED,
        trouble=f"{written.recipient} gets no mail, because {why}." if why else "",
        send_at=None if why else at,
        touched_at=at,
        created_at=at,
        created_by=actor,
        request_id=current_request_id()[:128],
    )
    if files_of is not None:
        _attach_again(row, files_of)
    else:
        _attach(row, draft.files)
    _tell(row, "suppressed" if why else "queued", actor=actor)
    if not why:
        jobs.wake("deliver_messages")
    return row


def _attach(row: Message, files: Sequence[Attached]) -> None:
    for position, one in enumerate(files, 1):
        digest = sha256(one.content).hexdigest()
        FileContent.objects.bulk_create(
            [FileContent(company_id=row.company_id, sha256=digest, size=len(one.content), content=one.content)],
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
