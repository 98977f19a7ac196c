"""Reads of messages, templates and suppressed addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q, QuerySet

from subledger.companies.models import Company
from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import ENGLISH
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.scope import current_company_id

from .kinds import MessageKind, Period, family_of
from .models import Message, MessageAttachment, MessageSettings, MessageTemplate, Suppression
from .states import GONE, UNDER_WAY, MessageState


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


def day_of(at: datetime) -> date:
    """The business day of an instant, in the company in scope."""
    company = Company.objects.get(pk=current_company_id())
    return at.astimezone(clock.zone_of(company.time_zone)).date()


def gone(about: Iterable[int], kind: str) -> QuerySet[Message]:
    """Messages of a kind, or of one that stands in for it, about objects, oldest first: what went out, or will."""
    rows: QuerySet[Message] = Message.objects.filter(
        object_id__in=list(about), kind__in=family_of(kind), state__in=GONE
    )
    return rows.order_by("pk")


def latest_gone(about: int, kind: str) -> Message | None:
    found: Message | None = gone([about], kind).last()
    return found


def latest_gone_of(about: Iterable[int], kind: str) -> dict[int, datetime]:
    """When each was told of last."""
    latest = gone(about, kind).order_by().values_list("object_id").annotate(Max("created_at"))
    return {ident: at for ident, at in latest if ident}


def last_written(about: int, kind: str, period: Period | None = None) -> dict[str, Message]:
    """The last of `gone` to each address, by its identity; of what tells of days, those that told of ``period``."""
    rows = gone([about], kind)
    if period is not None:
        rows = rows.filter(key__contains=f":{about}@{period}:")
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


COUNTED = 10_000  # beyond it, nobody needs the number


@dataclass(frozen=True, slots=True)
class Outage:
    """The mail server cannot be reached: since when, how many messages wait for that (``COUNTED`` at most), and why."""

    since: datetime
    waiting: int
    reason: str

    @property
    def words(self) -> str:
        if self.waiting == 1:
            return say("The mail server cannot be reached since {since}; one message waits.", since=self.since)
        return say(
            "The mail server cannot be reached since {since}; {number} messages wait.",
            since=self.since,
            number=self.waiting,
        )


def mail_outage() -> Outage | None:
    """How it stands for the messages of the company in scope; None where none waits for the mail server."""
    return outage_among(Message.objects.all())


def outage_among(rows: QuerySet[Message]) -> Outage | None:
    """Likewise of any messages. One look at an index that is empty while mail goes out."""
    away = rows.filter(unreached_since__isnull=False, state=MessageState.QUEUED)
    first = away.only("unreached_since", "trouble", "sentences").order_by("unreached_since").first()
    if first is None or first.unreached_since is None:
        return None
    return Outage(first.unreached_since, away.order_by()[:COUNTED].count(), first.why)


def unsent() -> int:
    """How many messages of the company in scope are not sent yet, ``COUNTED`` at most."""
    return Message.objects.filter(send_at__isnull=False, state__in=UNDER_WAY).order_by()[:COUNTED].count()


def waiting(rows: QuerySet[Message], at: datetime) -> QuerySet[Message]:
    """Those that wait for a later hour than ``at``, because they were not taken when they were tried."""
    return rows.filter(state=MessageState.QUEUED, send_at__gt=at)


# It could not be sent, or came back, and nobody has sent it again.
NOBODY_GOT_IT = Q(state__in=(MessageState.FAILED, MessageState.BOUNCED), resent_as=None)


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
