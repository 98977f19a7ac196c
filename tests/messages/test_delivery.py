"""A real mail server on loopback: what it gets, what its refusals come to, and that nothing is handed over twice."""

from __future__ import annotations

import smtplib
import socket
import ssl
from datetime import timedelta
from itertools import islice

import pytest
from tests.messages.conftest import ADDRESS, address_of, send

from subledger.cli import status_report
from subledger.companies.errors import PermissionDenied
from subledger.companies.models import Company
from subledger.messages import due_work
from subledger.messages.errors import NotWaiting, UnknownTags
from subledger.messages.kinds import Attached, Attachment, kinds
from subledger.messages.models import Message, MessageAttachment, Suppression
from subledger.messages.queries import mail_outage
from subledger.messages.servers import advice_for, reason_of
from subledger.messages.services import composition, delivery, outbox
from subledger.messages.services.next_tries import try_all_now, try_now
from subledger.messages.services.rows import why_stopped
from subledger.messages.services.suppressions import lift_suppression, suppress_address
from subledger.messages.states import SuppressionReason
from subledger.platform import clock
from subledger.platform.callers import Caller, calling
from subledger.platform.models import Event

PDF = b"%PDF-1.7 a printed invoice"


@pytest.fixture
def invoice(ledger):
    address_of(ledger)
    return ledger.invoice(100, on="04/05", due="01/06").id


@pytest.fixture
def printed(monkeypatch):
    """Invoices come with a file."""
    file = Attached("Rechnung\r\nX: INV/1.pdf", "application/pdf", PDF)
    monkeypatch.setattr(composition, "_attachment", lambda *_: Attachment("pdf", "PDF", lambda letter: file))


def state_of(message) -> tuple[str, int, str]:
    row = Message.objects.get(pk=message.pk)
    return row.state, row.tries, row.trouble


def test_the_mail_server_gets_it_with_its_file(invoice, printed, post_office):
    made = send(invoice, attaches=True)
    assert delivery.deliver() == ({"sent": 1, "again": 0, "failed": 0, "suppressed": 0}, False)
    [mail] = post_office.got
    assert mail["To"] == ADDRESS
    assert mail["From"] == "Test company <books@example.org>"
    assert mail["Subject"] == made.subject
    assert mail["Message-ID"] == f"<{made.public_id}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content().splitlines() == made.body.splitlines()
    assert "1 June 2026" in mail.get_body(("html",)).get_content()
    [file] = list(mail.iter_attachments())
    assert (file.get_filename(), file.get_content_type()) == ("Rechnung X INV 1.pdf", "application/pdf")
    assert file.get_content() == PDF
    assert state_of(made) == ("sent", 1, "")
    assert MessageAttachment.objects.get(message=made).file.size == len(PDF)
    assert Event.objects.filter(type="message.sent", object_id=invoice).count() == 1
    assert delivery.deliver() == ({"sent": 0, "again": 0, "failed": 0, "suppressed": 0}, False)
    assert len(post_office.got) == 1


def test_mail_that_is_attached_goes_out_in_lines_that_servers_take(invoice, monkeypatch, post_office):
    content = b"From: ana@example.com\r\n\r\n" + b"x" * 5_000
    file = Attached("old.eml", "message/rfc822", content)
    monkeypatch.setattr(composition, "_attachment", lambda *_: Attachment("pdf", "PDF", lambda letter: file))
    send(invoice, attaches=True)
    assert delivery.deliver()[0]["sent"] == 1
    [mail] = post_office.got
    assert [one.get_content() for one in mail.iter_attachments()] == [content]
    assert max(len(line) for line in mail.as_bytes().splitlines()) < 998


def test_an_address_that_is_not_there_is_suppressed(invoice, post_office):
    post_office.refuses[ADDRESS] = "550 5.1.1 No such user"
    made = send(invoice)
    assert delivery.deliver()[0]["failed"] == 1
    state, tries, trouble = state_of(made)
    assert (state, tries) == ("failed", 1)
    assert "550 5.1.1 No such user" in trouble
    assert Suppression.objects.get(lifted_at=None).address == ADDRESS


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (SuppressionReason.OPTED_OUT, "because its owner wants none"),
        (SuppressionReason.BOUNCED, "because its mail server refused a message to it"),
    ],
)
def test_what_waits_is_not_sent_to_an_address_that_gets_no_mail_meanwhile(invoice, post_office, reason, why):
    post_office.says = ["451 Later"]
    made = send(invoice)
    delivery.deliver()
    suppress_address(address=ADDRESS.upper(), reason=reason, actor="test")
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert delivery.deliver() == ({"sent": 0, "again": 0, "failed": 0, "suppressed": 1}, False)
        assert delivery.deliver()[0]["suppressed"] == 0
    assert post_office.got == []
    state, tries, trouble = state_of(made)
    assert (state, tries) == ("suppressed", 1)
    assert why in trouble
    row = Message.objects.get(pk=made.pk)
    assert (row.send_at, row.sealed) == (None, "")
    assert Event.objects.get(type="message.suppressed", object_id=invoice).data["trouble"] == trouble


def test_what_waits_behind_a_message_that_was_refused_is_not_sent(invoice, post_office):
    post_office.refuses[ADDRESS] = "550 5.1.1 No such user"
    made, behind = send(invoice), send(invoice, again=True)
    assert delivery.deliver()[0] == {"sent": 0, "again": 0, "failed": 1, "suppressed": 1}
    assert (state_of(made)[0], state_of(behind)[0]) == ("failed", "suppressed")


def test_an_address_that_was_taken_off_the_list_gets_what_waits(invoice, post_office):
    made = send(invoice)
    row = suppress_address(address=ADDRESS, reason=SuppressionReason.OPTED_OUT, actor="test")
    lift_suppression(suppression_id=row.pk, actor="test")
    assert delivery.deliver()[0]["sent"] == 1
    assert state_of(made)[0] == "sent"


def test_a_refused_text_suppresses_nobody(invoice, post_office):
    post_office.says = ["554 5.6.0 Not taken"]
    made = send(invoice)
    delivery.deliver()
    assert state_of(made)[0] == "failed"
    assert not Suppression.objects.exists()


def test_what_is_refused_for_now_is_tried_again_until_it_was_enough(invoice, post_office):
    post_office.says = ["451 Later"] * 20
    made = send(invoice)
    now, tries = clock.now(), 0
    while state_of(made)[0] == "queued":
        with clock.frozen(now := now + timedelta(hours=40)):
            delivery.deliver()
        tries += 1
        assert tries < 20
    assert state_of(made) == ("failed", 8, "The mail server said: 451 Later")
    assert post_office.got == []


def test_it_waits_for_its_hour(invoice, post_office):
    post_office.says = ["451 Later"]
    send(invoice)
    assert delivery.deliver()[0]["again"] == 1
    assert delivery.deliver()[0] == {"sent": 0, "again": 0, "failed": 0, "suppressed": 0}
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert delivery.deliver()[0]["sent"] == 1


def test_a_mail_server_that_is_away_takes_it_later(invoice, post_office, settings):
    settings.EMAIL_PORT = 1
    made = send(invoice)
    assert delivery.deliver()[0]["again"] == 1
    state, tries, trouble = state_of(made)
    assert (state, tries) == ("queued", 0), "the message was not tried"
    assert trouble == "Nothing answers at 127.0.0.1:1, the address of the mail server."


def test_what_waited_for_the_mail_server_leaves_as_soon_as_one_message_gets_through(
    ledger, invoice, post_office, settings
):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    waiting = [send(invoice), send(ledger.invoice(5).id), send(ledger.invoice(6).id)]
    now = clock.now()
    for _ in range(4):  # of a day
        with clock.frozen(now := now + timedelta(hours=6)):
            assert delivery.deliver()[0]["again"] == 3
    settings.EMAIL_PORT = port
    Message.objects.filter(pk=waiting[0].pk).update(send_at=now)
    with clock.frozen(now + timedelta(seconds=1)):
        assert delivery.deliver()[0]["sent"] == 3
    assert {state_of(one)[:2] for one in waiting} == {("sent", 1)}


@pytest.mark.parametrize(
    ("error", "reason", "advice"),
    [
        (ConnectionRefusedError(111, "refused"), "Nothing answers at", "host and port"),
        (socket.gaierror(-2, "Name or service not known"), "is not known", "host and port"),
        (TimeoutError("timed out"), "gave no answer in 5 seconds", "host and port"),
        (ssl.SSLError(1, "wrong version number"), "wrong version number", "smtps://"),
        (smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."), "STARTTLS", "smtps://"),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 No"), "said: 535 5.7.8 No", "user and password"),
        (smtplib.SMTPSenderRefused(530, b"5.7.0 Authenticate", "a@b.c"), "said: 530 5.7.0", "user and password"),
        (smtplib.SMTPSenderRefused(550, b"5.7.1 Not you", "a@b.c"), "said: 550 5.7.1 Not you", "SUBLEDGER_MAIL_FROM"),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"5.1.1 Nobody")}), "said: 550 5.1.1 Nobody", "spelt right"),
        (smtplib.SMTPDataError(554, b"5.6.0 No"), "said: 554 5.6.0 No", "the message itself"),
        (smtplib.SMTPDataError(451, b"Later"), "said: 451 Later", "again later"),
    ],
)  # fmt: skip
def test_what_a_mail_server_does_is_said_in_words_with_what_helps(error, reason, advice):
    assert reason in reason_of(error)
    assert advice in advice_for(error)


def test_how_long_the_mail_server_is_away_is_known_until_it_took_what_waits(invoice, post_office, settings):
    made, port = send(invoice), post_office.port
    assert (mail_outage(), due_work.outage()) == (None, None)
    at = clock.now()
    settings.EMAIL_PORT = 1
    for minutes in (0, 2, 10):
        with clock.frozen(at + timedelta(minutes=minutes)):
            delivery.deliver()
    found = mail_outage()
    assert found is not None
    assert (found.since, found.waiting, found.reason) == (at, 1, state_of(made)[2])
    assert found.words.endswith("; one message waits.")
    assert due_work.outage() == found
    told = dict(islice(status_report._facts(), 5))["mail server"]
    assert told.endswith(f"cannot be reached since {at:%Y-%m-%d %H:%M} UTC; 1 message waits. {found.reason}")
    settings.EMAIL_PORT = port
    with clock.frozen(at + timedelta(hours=1)):
        assert delivery.deliver()[0]["sent"] == 1
    assert mail_outage() is None


def test_one_that_was_cut_off_within_the_text_is_not_handed_over_again(invoice, post_office, monkeypatch):
    def cut(self, msg):
        smtplib.SMTP.data(self, msg)
        raise smtplib.SMTPServerDisconnected("cut")

    from subledger.config import mail_server

    def data(self, msg):
        self._at_data()
        return cut(self, msg)

    monkeypatch.setattr(mail_server._Plain, "data", data)
    made = send(invoice)
    delivery.deliver()
    assert len(post_office.got) == 1
    state, _, trouble = state_of(made)
    assert state == "failed"
    assert "Nobody knows" in trouble
    with clock.frozen(clock.now() + timedelta(days=3)):
        delivery.deliver()
    assert len(post_office.got) == 1


def test_one_that_was_cut_off_is_not_handed_over_again_where_nobody_says_how_far_it_was(invoice, settings, monkeypatch):
    """Another back end than ours: it may have given the text away."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def cut(self, messages):
        raise smtplib.SMTPServerDisconnected("cut")

    made = send(invoice)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", cut)
    delivery.deliver()
    assert state_of(made)[0] == "failed"
    assert Message.objects.get(pk=made.pk).send_at is None


def test_one_that_was_cut_off_before_the_text_is_tried_again(invoice, post_office, monkeypatch):
    def mail(self, *arguments, **named):
        raise smtplib.SMTPServerDisconnected("cut")

    with monkeypatch.context() as cut:
        cut.setattr(smtplib.SMTP, "mail", mail)
        made = send(invoice)
        delivery.deliver()
    assert state_of(made)[0] == "queued"
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        delivery.deliver()
    assert len(post_office.got) == 1


def test_a_link_that_nobody_made_is_never_handed_over(invoice, post_office):
    made = send(invoice)
    made.body += "Pay here: \u27e6PAY_LINK\u27e7"
    company = Company.objects.get(pk=made.company_id)
    with pytest.raises(ValueError, match="PAY_LINK"):
        delivery.mail_of(made, company=company, reply_to="")


def test_a_killed_worker_sends_nothing_twice(invoice, post_office):
    """It dies after the mail server took the mail and before it could say so."""
    made = send(invoice)

    class Killed(BaseException):
        pass

    def die(message, answer):
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "_end", die)
        with pytest.raises(Killed):
            delivery.deliver()
    assert state_of(made)[0] == "sending"
    delivery.deliver()
    assert delivery.give_up_left() == 0  # a worker may still be at it
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert delivery.give_up_left() == 1
        delivery.deliver()
    assert len(post_office.got) == 1
    assert state_of(made)[0] == "failed"


def test_what_opens_something_is_in_the_mail_alone(invoice, post_office, monkeypatch):
    from dataclasses import replace

    from subledger.companies.entries import save_entry
    from subledger.messages.kinds import Tag
    from subledger.messages.models import MessageTemplate

    made_links = []

    def link(letter):
        made_links.append(letter.name)
        return letter.url(f"/pay/{len(made_links)}")

    kind = kinds()["invoice"]
    linked = replace(kind, tags=(*kind.tags, Tag("PAY", "a link", "https://example.org/pay/x", link, opens=True)))
    monkeypatch.setattr(outbox, "kinds_about", lambda of: [linked])
    monkeypatch.setattr("subledger.messages.tables.kind_named", lambda name: linked)
    row = MessageTemplate.objects.get(kind="invoice", language="en")
    save_entry(model=MessageTemplate, ident=row.pk, values={"body": "Pay here: #PAY"}, actor="test")
    shown = outbox.drafted(outbox.Wish(of="invoice", object_id=invoice, site="https://books.example.org"))
    assert made_links == []
    assert "books.example.org" not in shown.written.body
    made = send(invoice, site="https://books.example.org")
    assert made_links
    assert "books.example.org" not in made.body + made.sealed
    delivery.deliver()
    assert "https://books.example.org/pay/1" in post_office.got[0].get_body(("plain",)).get_content()
    assert Message.objects.get(pk=made.pk).sealed == ""
    with pytest.raises(UnknownTags, match="PAY"):  # a subject is kept as it is sent
        save_entry(model=MessageTemplate, ident=row.pk, values={"subject": "Pay here: #PAY"}, actor="test")
    post_office.refuses = {"bea@example.com": "554 5.7.1 not taken"}
    refused = send(invoice, site="https://books.example.org", recipient="bea@example.com")
    assert refused.sealed
    delivery.deliver()
    row = Message.objects.get(pk=refused.pk)
    assert (row.state, row.sealed) == ("failed", "")  # what opens something is kept nowhere, however it ended


def test_what_a_worker_that_was_given_up_learns_is_not_taken(invoice, post_office):
    made = send(invoice)
    held = delivery._begin()
    Message.objects.filter(pk=made.pk).update(tries=held.tries + 1)  # another try, by somebody else
    assert delivery._end(held, delivery.MailReply(delivery.Verdict.SENT)) == "failed"
    assert state_of(made)[0] == "sending"


@pytest.mark.parametrize(
    ("kind", "reason", "is_stopped"),
    [
        ("authentication_reminder", SuppressionReason.OPTED_OUT, False),  # they asked for it themselves
        ("authentication_reminder", SuppressionReason.BOUNCED, True),
        ("password_link", SuppressionReason.OPTED_OUT, False),
        ("password_link", SuppressionReason.BOUNCED, True),
        ("invoice", SuppressionReason.OPTED_OUT, True),
        ("invoice", SuppressionReason.BOUNCED, True),
    ],
)
def test_who_wants_no_mail_still_gets_what_they_asked_for(company, kind, reason, is_stopped):
    suppress_address(address=ADDRESS, reason=reason, actor="test")
    assert bool(why_stopped(kinds()[kind], ADDRESS.upper())) is is_stopped
    assert why_stopped(kinds()[kind], "bea@example.com") == ""


def test_what_waits_is_tried_now_when_somebody_says_so(invoice, post_office):
    post_office.says = ["451 Later"] * 9
    made, behind = send(invoice), send(invoice, again=True)
    delivery.deliver()
    assert delivery.deliver()[0]["again"] == 0, "they wait for their hour"
    for _ in range(8):  # pressed often: that is none of the tries after which it has failed
        assert try_now(message_id=made.pk).send_at == clock.now()
        post_office.says = ["451 Later"]
        assert delivery.deliver()[0]["again"] == 1
    assert state_of(made)[:2] == ("queued", 1)
    assert try_all_now() == 2
    assert try_all_now() == 0, "they are due"
    post_office.says = []
    assert delivery.deliver()[0]["sent"] == 2
    assert (state_of(made)[0], state_of(behind)[0], len(post_office.got)) == ("sent", "sent", 2)
    with pytest.raises(NotWaiting, match="it is sent"):
        try_now(message_id=made.pk)
    assert try_all_now() == 0


def test_whoever_may_not_send_has_nothing_tried(invoice):
    made = send(invoice)
    with calling(Caller("user:ana", frozenset({"view"}), lambda lacks: PermissionDenied(lacks, title=lacks))):
        for press in (try_all_now, lambda: try_now(message_id=made.pk)):
            with pytest.raises(PermissionDenied):
                press()
