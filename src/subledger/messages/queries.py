"""Reads of messages, templates and suppressed addresses."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import ENGLISH

from .kinds import MessageKind
from .models import Message, MessageAttachment, MessageSettings, MessageTemplate, Suppression
from .states import UNDER_WAY, MessageState


def message_by_id(ident: int) -> Message:
    """NotFound."""
    row: Message | None = Message.objects.select_related("template").filter(pk=ident).first()
    if row is None:
        raise NotFound(Message, ident)
    return row


def messages_about(idents: Iterable[int]) -> QuerySet[Message]:
    """The messages that concern any of these objects, newest first."""
    found: QuerySet[Message] = Message.objects.filter(concerns__overlap=list(idents)).order_by("-pk")
    return found


def last_written(about: int, kind: str) -> dict[str, Message]:
    """The last message of a kind about an object to each address, by its identity: what went out, or will."""
    rows = Message.objects.filter(object_id=about, kind=kind, state__in=(*UNDER_WAY, MessageState.SENT)).order_by("pk")
    return {identity_of(row.recipient): row for row in rows}


def attachments_of(message: Message) -> list[MessageAttachment]:
    """Without their bytes."""
    found = MessageAttachment.objects.filter(message=message).select_related("file").defer("file__content")
    return list(found.order_by("position"))


def settings_of_company() -> MessageSettings:
    """How the company in scope writes; as new ones do where nobody gave it settings yet."""
    row: MessageSettings | None = MessageSettings.objects.first()
    return row or MessageSettings(language=ENGLISH, automatic=[])


def is_automatic(kind: str) -> bool:
    """Whether the company in scope wants messages of a kind sent by themselves."""
    return kind in settings_of_company().automatic


def template_for(kind: MessageKind, language: str) -> MessageTemplate | None:
    """The standard template of a kind in a language; else in the company's, else in English; None where there is
    none."""
    wanted = list(dict.fromkeys([language, settings_of_company().language, ENGLISH]))
    rows = MessageTemplate.objects.filter(kind=kind.name, is_default=True, is_active=True, language__in=wanted)
    found: dict[str, MessageTemplate] = {row.language: row for row in rows}
    return next((found[each] for each in wanted if each in found), None)


def templates_of(kinds: Iterable[MessageKind]) -> QuerySet[MessageTemplate]:
    """Those in use, standard ones first."""
    rows: QuerySet[MessageTemplate] = MessageTemplate.objects.filter(
        kind__in=[kind.name for kind in kinds], is_active=True
    )
    return rows.order_by("kind", "-is_default", "name")


def suppressed(addresses: Iterable[str]) -> dict[str, Suppression]:
    """Those of these addresses that get no mail, by their identity."""
    wanted = {identity_of(address) for address in addresses}
    rows = Suppression.objects.filter(identity__in=wanted, lifted_at=None)
    return {row.identity: row for row in rows}
