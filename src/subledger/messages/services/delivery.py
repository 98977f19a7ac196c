"""Handing messages to the mail server. A worker says that it begins, hands over, and says what came of it: three steps,
the middle one outside of any transaction.

A worker that dies in the middle leaves a message of which nobody knows whether it was taken: it is never handed over
again by itself, and a person decides (docs/decisions/0050-mail-is-handed-over-once.md). What fails before anything was
handed over is tried again.
"""

from __future__ import annotations

import json
import logging
import random
import smtplib
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.transaction import atomic

from subledger.companies.models import Company
from subledger.kernel.email_addresses import header_of, on_wire_domain
from subledger.kernel.kept_sentences import kept
from subledger.kernel.sentences import say
from subledger.messages.kinds import kinds
from subledger.messages.models import Message, MessageAttachment
from subledger.messages.queries import settings_of_company
from subledger.messages.rules.delivery import MailReply, Verdict, verdict_of, wait_after, wait_unreached
from subledger.messages.rules.markup import html_of
from subledger.messages.rules.templates import complete, held_back_in, one_line
from subledger.messages.senders import sender_of
from subledger.messages.servers import reason_of, reply_of
from subledger.messages.states import MESSAGE, MessageState, SuppressionReason
from subledger.platform import clock, jobs
from subledger.platform.callers import as_follows
from subledger.platform.encryption import unseal
from subledger.platform.errors import SealedWithAnotherKey
from subledger.platform.events import record_events
from subledger.platform.network import refuse_in_transaction
from subledger.platform.scope import current_company_id

from .rows import no_mail, told, why_stopped
from .suppressions import suppress_address

logger = logging.getLogger("subledger.worker")

ACTOR = "system"
BATCH = 200
LEFT_AFTER = timedelta(minutes=15)  # a message is handed over in less, however large
SETTLED = (
    "state", "tries", "trouble", "sentences", "send_at", "sent_at", "sealed", "touched_at", "unreached_since",
)  # fmt: skip
CUT_OFF = say(
    "Nobody knows whether the mail server took it: the connection was cut while it was "
    "handed over. Ask its recipient, and send it again if it did not come."
)


def deliver(limit: int = BATCH) -> tuple[dict[str, int], bool]:
    """Hand over what is due in the company in scope; counts of what came of it, and whether there is more."""
    refuse_in_transaction(say("Sending mail"))
    counts = {"sent": 0, "again": 0, "failed": 0, "suppressed": 0}
    if not _due().exists():
        return counts, False
    server = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        counts["again"] = _put_off(reason_of(error), limit)
        logger.warning("deliver_messages: the mail server cannot be reached: %s", reason_of(error))
        return counts, False
    company, own = Company.objects.get(pk=current_company_id()), settings_of_company()
    try:
        for _ in range(limit):
            message = None if jobs.is_stopping() else _begin()
            if message is None:
                return counts, False
            if message.state == MessageState.SUPPRESSED:
                counts["suppressed"] += 1
                continue
            answer = _hand_over(server, message, company=company, reply_to=own.reply_to, sender=own.sender)
            came_of_it = _end(message, answer)
            counts[came_of_it] += 1
            if came_of_it == "sent" and counts["sent"] == 1:
                _bring_forward()
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.close()
    return counts, True


@atomic
def give_up_left() -> int:
    """Messages whose worker died while it handed them over: nobody knows what became of them. How many."""
    rows = Message.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=MessageState.SENDING, send_at__isnull=False, touched_at__lt=clock.now() - LEFT_AFTER
    )
    left = list(rows)
    for row in left:
        _settle(row, MailReply(Verdict.UNKNOWN, CUT_OFF))
    return len(left)


def _bring_forward() -> int:
    """One got through: what waits because the mail server was away is due now, in the order in which it was. How
    many."""
    now = clock.now()
    away = Message.objects.filter(unreached_since__isnull=False, state=MessageState.QUEUED, send_at__gt=now)
    return away.update(send_at=now)


def _due() -> Any:
    return Message.objects.filter(state=MessageState.QUEUED, send_at__lte=clock.now())


@atomic
def _begin() -> Message | None:
    """The next message, which is being sent from now on, or is suppressed where its address got on the list while it
    waited; None where nothing is due."""
    row: Message | None = _due().select_for_update(skip_locked=True, of=("self",)).order_by("send_at", "pk").first()
    if row is None:
        return None
    why = why_stopped(kinds().get(row.kind), row.recipient)
    if why:
        _suppress(row, why)
        return row
    row.state = MESSAGE.advance(MessageState(row.state), "send")
    row.tries += 1
    row.touched_at = clock.now()
    row.save(update_fields=["state", "tries", "touched_at"])
    return row


def _suppress(row: Message, why: str) -> None:
    row.state = MESSAGE.advance(MessageState(row.state), "suppress")
    row.trouble = no_mail(row.recipient, why)
    row.sentences = kept([row.trouble, *row.cautions])
    row.sealed, row.send_at, row.touched_at, row.unreached_since = "", None, clock.now(), None
    row.save(update_fields=[*SETTLED])
    record_events([told(row, "suppressed")], actor=ACTOR)


def _hand_over(server: Any, message: Message, *, company: Company, reply_to: str, sender: str) -> MailReply:
    """What the mail server says of a message."""
    try:
        mail = mail_of(message, company=company, reply_to=reply_to, sender=sender)
        if hasattr(server, "is_handed_over"):  # what its own class says of where it was
            server.is_handed_over = False
        sent = server.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        return _answer_of(error, of_recipient=True)
    except smtplib.SMTPResponseException as error:
        _renew(server)
        return _answer_of(error, of_recipient=False)
    except (OSError, smtplib.SMTPException) as error:
        is_handed_over = getattr(server, "is_handed_over", True)  # where it says nothing, the worst is taken
        away = _renew(server)
        if is_handed_over:
            return MailReply(Verdict.UNKNOWN, CUT_OFF)
        return MailReply(Verdict.UNREACHED, away) if away else MailReply(Verdict.AGAIN, reason_of(error))
    except (ValueError, SealedWithAnotherKey) as error:  # it cannot be written as mail: no server was asked
        return MailReply(Verdict.REFUSED, say("It cannot be written as mail: {error}", error=error))
    return MailReply(Verdict.SENT) if sent else MailReply(Verdict.AGAIN, say("The mail server took nothing."))


def mail_of(message: Message, *, company: Company, reply_to: str, sender: str = "") -> EmailMultiAlternatives:
    """The message as mail: plain text, the same as HTML, and its files. What lets somebody in to a login is the
    installation's, whatever ``sender`` the company has chosen: the login may open other companies."""
    opening = json.loads(unseal(message.sealed)) if message.sealed else {}
    left = [name for name in held_back_in(message.body) if name not in opening]
    if left:
        raise ValueError(say("nothing is known of what #{left} opens.", left=left[0]))
    text = complete(message.body, opening)
    ours = settings.DEFAULT_FROM_EMAIL
    kind = kinds().get(message.kind)
    opens_logins = kind is not None and kind.opens_logins
    sender = ours if opens_logins else sender_of(sender, code=company.code)
    domain = on_wire_domain(sender.rpartition("@")[2].strip("> ")) or "localhost"  # filters look for the sender's
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=text,
        from_email=sender if "<" in sender else header_of(sender, one_line(company.name, 100)),
        to=[header_of(message.recipient)],
        reply_to=[reply_to] if reply_to and not opens_logins else None,
        headers={
            # The same whenever it is handed over: whoever gets it twice sees it once.
            "Message-ID": f"<{message.public_id}@{domain}>",
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(html_of(text, subject=message.subject, language=message.language), "text/html")
    for file in MessageAttachment.objects.select_related("file").filter(message=message).order_by("position"):
        mail.attach(file.name, bytes(file.file.content), _in_base64(file.media_type))
    return mail


def _in_base64(media_type: str) -> str:
    """The type that a file goes out as: a message within a message is written as it stands, with lines that no mail
    server takes, so it goes as bytes."""
    return "application/octet-stream" if media_type.startswith("message/") else media_type


def _answer_of(error: smtplib.SMTPException, *, of_recipient: bool) -> MailReply:
    reply = reply_of(error)
    assert reply is not None
    return MailReply(verdict_of(*reply, of_recipient=of_recipient), reason_of(error))


def _renew(server: Any) -> str:
    """A connection that an error went through is used no more. Why there is no other, "" where there is."""
    with suppress(OSError, smtplib.SMTPException):
        server.close()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:  # the next message finds it, too
        return reason_of(error)
    return ""


@atomic
def _end(message: Message, answer: MailReply) -> str:
    held = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if held.state != MessageState.SENDING or held.tries != message.tries:
        return "failed"  # given up meanwhile, as if this worker were dead
    return _settle(held, answer)


def _settle(row: Message, answer: MailReply) -> str:
    """Keep what came of handing over; what the counts call it."""
    at = row.touched_at = clock.now()
    since, row.unreached_since = row.unreached_since, None
    if answer.verdict is Verdict.UNREACHED:
        row.unreached_since, row.tries = since or at, row.tries - 1  # the message was not tried
        wait = wait_unreached(at - row.unreached_since, random.random())
    else:
        wait = wait_after(row.tries, random.random()) if answer.verdict is Verdict.AGAIN else None
    row.trouble = answer.words
    row.sentences = kept([answer.words, *row.cautions])
    verb = {Verdict.SENT: "send"}.get(answer.verdict, "retry" if wait else "fail")
    row.state = MESSAGE.advance(MessageState(row.state), verb)
    row.sent_at = at if verb == "send" else None
    row.send_at = at + wait if wait else None
    if not wait:
        row.sealed, row.unreached_since = "", None
    row.save(update_fields=[*SETTLED])
    if wait:
        return "again"
    record_events([told(row, "sent" if verb == "send" else "failed")], actor=ACTOR)
    if answer.verdict is Verdict.NO_ADDRESS:
        with as_follows():
            suppress_address(
                address=row.recipient, reason=SuppressionReason.BOUNCED, note=answer.words, actor=ACTOR, twice=True
            )
    return "sent" if verb == "send" else "failed"


@atomic
def _put_off(words: str, limit: int) -> int:
    """Nothing could be handed over at all: what is due waits, each a step longer than before."""
    rows = list(_due().select_for_update(skip_locked=True, of=("self",)).order_by("send_at", "pk")[:limit])
    for row in rows:
        row.state, row.tries = MESSAGE.advance(MessageState(row.state), "send"), row.tries + 1
        _settle(row, MailReply(Verdict.UNREACHED, words))
    return len(rows)
