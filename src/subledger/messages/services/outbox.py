"""Writing messages: in the transaction of what they tell of, once by their key. Workers send them after the commit."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.transaction import atomic

from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.languages import language_asked
from subledger.kernel.sentences import say
from subledger.messages import errors
from subledger.messages.holds import held, hold_words
from subledger.messages.kinds import Letter, MessageKind, fitting, kind_named, kinds, kinds_about
from subledger.messages.models import Message, MessageTemplate
from subledger.messages.queries import day_of, is_automatic, message_by_id
from subledger.messages.rules.drafts import AGAIN, key_after, key_of, key_to, root_of
from subledger.messages.states import GONE, UNDER_WAY
from subledger.platform import clock
from subledger.platform.callers import Caller, as_follows, demand
from subledger.platform.scope import current_company_id

from .composition import Draft, Made, again, attached_files, compose, language_of, of_days, standard_template
from .rows import why_stopped, write_row

logger = logging.getLogger(__name__)

SEND = "messages.send"
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
    document: str = ""  # which of the kind's goes along, or that none does; as the template says where it is ""
    attachments: tuple[int, ...] = ()  # files of the record, its account or customer that go along
    level: int = 0
    site: str = ""
    start: date | None = None  # of the days it tells of, where the kind is told of days
    end: date | None = None


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
    demand(*_needed(kind))
    assert kind.read is not None  # kinds about records can be read
    letter = of_days(kind, _at(kind.read(wish.object_id), wish.site), wish.start, wish.end)
    return (fitting(kind, letter) if template is None else kind), template, letter


def _needed(kind: MessageKind) -> list[str]:
    """What whoever sends a message needs beside `SEND`: it shows its record to whomever they name, so they may see
    it."""
    return [*([f"view:{kind.resource}"] if kind.resource else []), *([kind.permission] if kind.permission else [])]


def asked_by(caller: Caller) -> list[str]:
    """The permissions of a caller by which messages of records are decided, for whoever sends them later."""
    wanted = {SEND, *(each for kind in kinds().values() for each in _needed(kind))}
    return sorted(each for each in wanted if caller.may(each))


def composed(
    wish: Wish, kind: MessageKind, template: MessageTemplate | None, letter: Letter, made: Made | None = None
) -> Draft:
    """To whoever is named, else to who gets it first. ``made``: files of the same record that others get, too.

    Raises:
        LanguageUnknown; NoTemplate; MessageEmpty; what else `compose` does.
    """
    letter = _at(letter, wish.site).to(wish.recipient.strip() or letter.address)
    language = language_asked(wish.language)
    if template is None:
        template = standard_template(kind, language_of(language, letter))
    return compose(
        kind=kind,
        letter=letter,
        template=template,
        recipient=wish.recipient,
        attaches=wish.attaches,
        document=wish.document,
        more=attached_files(letter, wish.attachments),
        made=made,
    )


@atomic
def communicate(
    *,
    wish: Wish,
    expected_digest: str = "",
    confirm_again: bool = False,
    confirm_held: bool = False,
    actor: str,
) -> Message:
    """Send somebody a message of a record.

    Raises:
        As `drafted`; MessageDiffers: it says something else than was shown; AlreadySent: the same went to the same
        address before, and nobody confirmed that it is meant; MessageHeld: neither that; AddressSuppressed.
    """
    draft = drafted(wish)
    if expected_digest and expected_digest != draft.written.digest:
        raise errors.MessageDiffers
    confirmed = {"confirm_again": confirm_again, "confirm_held": confirm_held}
    [made] = write_once([draft], level=wish.level, **confirmed, actor=actor)
    return made


def write_once(
    drafts: Sequence[Draft], *, level: int, confirm_again: bool, confirm_held: bool, actor: str
) -> list[Message]:
    """Write messages, all or none, each once by its key unless it is confirmed that they go again.

    Raises:
        MessageHeld; AlreadySent; AddressSuppressed.
    """
    demand(SEND)
    keys = [_key(draft, level) for draft in drafts]
    for key in sorted(keys):  # in one order, so that nobody waits in a circle
        _lock(key)
    before = [_latest(key) for key in keys]
    refuse_held(drafts, is_confirmed=confirm_held)
    if not confirm_again:
        _refuse_twice(list(zip(drafts, before, strict=True)))
    for draft in drafts:
        _refuse_suppressed(draft.kind, draft.written.recipient)
    return [
        write_row(draft, key=_next(key, old), level=level, before=_unrepeated(old), actor=actor)
        for draft, key, old in zip(drafts, keys, before, strict=True)
    ]


def refuse_held(drafts: Sequence[Draft], *, is_confirmed: bool) -> None:
    """MessageHeld: what one of them tells of is held, and nobody confirmed that it is meant."""
    if is_confirmed:
        return
    for letter, kind in {draft.letter.object_id: (draft.letter, draft.kind) for draft in drafts}.values():
        reason = held(kind.family, [letter.object_id]).get(letter.object_id)
        if reason is not None:
            raise errors.MessageHeld(letter.name, hold_words(kind.family)[reason])


def _refuse_twice(wanted: Sequence[tuple[Draft, Message | None]]) -> None:
    """AlreadySent: some got the same, as the message beside each says."""
    got = [
        (draft.written.recipient, old.created_at)
        for draft, old in wanted
        if old is not None and old.state in GONE and not _may_go_again(draft.kind, old)
    ]
    if got:
        raise errors.AlreadySent(got)


def _next(key: str, before: Message | None) -> str:
    return key_after(key, before.pk if before is not None else None)


def _unrepeated(old: Message | None) -> Message | None:
    """A message that a new one can name as the one that it repeats: nothing else does, be it to somebody else."""
    return None if old is None or Message.objects.filter(resends=old).exists() else old


def _may_go_again(kind: MessageKind, old: Message) -> bool:
    """Whether it is another day than when it went last, and that is enough for it."""
    return kind.is_daily and day_of(old.created_at) < day_of(clock.now())


def _latest(key: str) -> Message | None:
    """The last message of a key, if any."""
    found: Message | None = (
        Message.objects.filter(Q(key=key) | Q(key__startswith=f"{key}{AGAIN}")).order_by("-pk").first()
    )
    return found


@atomic
def resend(
    *,
    message_id: int,
    recipient: str = "",
    site: str = "",
    expected_text: str = "",
    confirm_again: bool = False,
    confirm_held: bool = False,
    actor: str,
) -> Message:
    """Send a message again: a new one that names the old, and says what that said while it is true (`again`). Links in
    it are made anew.

    To somebody else it is sent once like any other, unless it is confirmed that they get it again.

    Args:
        expected_text: `Written.text_digest` of what was shown; left out, whatever is true by now is sent.

    Raises:
        NotFound; NotSentAgain: it waits to be sent, was sent again already, or held a link that only whoever made it
        makes anew; LinkUnknown: it holds one that nobody makes any more; AddressInvalid; MessageDiffers: it would say
        something else than what was shown; MessageHeld; AlreadySent: somebody else got it; AddressSuppressed.
    """
    old = message_by_id(message_id)
    kind = kind_named(old.kind)
    demand(SEND, *_needed(kind))
    was = root_of(old.key)
    key = key_to(was, identity_of(recipient.strip())) if recipient.strip() else was
    for each in sorted({was, key}):  # as whoever writes the same to either
        _lock(each)
    old = Message.objects.select_for_update(of=("self",)).select_related("template").get(pk=message_id)
    why_not = why_not_again(old)
    if why_not:
        raise errors.NotSentAgain(why_not)
    draft = again(kind=kind, old=old, recipient=recipient, site=site or _public_site())
    if expected_text and expected_text != draft.written.text_digest:
        raise errors.MessageDiffers
    refuse_held([draft], is_confirmed=confirm_held)
    before = _latest(key)
    if before is not None and before.pk != old.pk and not confirm_again:
        _refuse_twice([(draft, before)])
    _refuse_suppressed(kind, draft.written.recipient)
    files_of = None if draft.is_anew else old
    return write_row(draft, key=_next(key, before), level=old.level, before=old, files_of=files_of, actor=actor)


def why_not_again(old: Message) -> str:
    """Why a message cannot be sent again, or ""."""
    if old.state in UNDER_WAY:
        return say("This message has not left yet. Wait for it, or look why it waits.")
    later = Message.objects.filter(resends=old).first()
    if later is not None:
        return say("This message was sent again on {created_at}. Look at that one.", created_at=later.created_at)
    if kind_named(old.kind).read is None or old.object_id is None or old.template is None:
        return say(
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
                letter = of_days(declared, declared.read(ident))
            except DomainError as refusal:
                logger.warning("no %s was sent of %s: %s", kind, ident, refusal)
                continue
            for address in letter.goes_to:
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
            return [write_row(draft, key=key, level=wish.level, before=None, actor=actor)]
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
        return found or write_row(draft, key=key, level=0, before=None, actor=actor)


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
                say(
                    "The template “{name}” is for “{title}”, which cannot be sent of this. Choose another.",
                    name=template.name,
                    title=kind_named(template.kind).title,
                ),
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
    about = f"{letter.object_id}.{letter.occasion}" if letter.occasion else str(letter.object_id)
    return key_of(
        kind=draft.kind.family,
        about=about if letter.period is None else f"{about}@{letter.period}",
        template="any" if draft.kind.is_daily else draft.template.pk,
        recipient=identity_of(draft.written.recipient),
        level=level,
    )


def _lock(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [f"message {key}", current_company_id()])


def _refuse_suppressed(kind: MessageKind, address: str) -> None:
    why = why_stopped(kind, address)
    if why:
        raise errors.AddressSuppressed(address, why)
