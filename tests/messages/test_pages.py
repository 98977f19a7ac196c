"""Sending from a page: what will be sent is shown first; sent mail is shown as it was sent, and runs nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from tests.factories import NOW
from tests.messages.conftest import ADDRESS, address_of, has_gone, send
from tests.pages.conftest import member, seat, version_in
from tests.pages.test_gateways import text_of

from subledger.kernel import ids
from subledger.messages.models import (
    FileContent,
    Message,
    MessageAttachment,
    MessageSettings,
    MessageTemplate,
    Suppression,
)
from subledger.messages.services.delivery import deliver
from subledger.messages.services.suppressions import mark_bounced
from subledger.messages.states import MessageState
from subledger.page_kit.url_ids import page_url
from subledger.platform import clock


@pytest.fixture
def desk(company):
    return seat(member(company, "administrator"))


@pytest.fixture
def invoice(ledger):
    address_of(ledger)
    return ledger.invoice(100, on="04/05", due="01/06").id


def url_of(invoice: int) -> str:
    return f"/messages/new/invoice/{ids.encode('txn', invoice)}/"


def reviewed_in(page) -> str:
    return re.search(r'name="reviewed" value="([0-9a-f]*)"', page.content.decode())[1]


def typed_in(page, **typed):
    text = page.content.decode()
    chosen = re.search(r'<option value="(\d+)" selected>', text)[1]
    return {"template": chosen, "recipient": ADDRESS, "reviewed": reviewed_in(page), **typed}


def test_an_invoice_is_sent_in_two_clicks(desk, invoice):
    page = desk.get(f"/transactions/{ids.encode('txn', invoice)}/").content.decode()
    assert url_of(invoice) in page
    shown = desk.get(url_of(invoice))
    assert "1 June 2026" in shown.content.decode()
    answer = desk.post(url_of(invoice), typed_in(shown))
    assert answer["Location"] == f"/transactions/{ids.encode('txn', invoice)}/"
    made = Message.objects.get()
    assert (made.recipient, made.state) == (ADDRESS, "queued")
    assert made.created_by.startswith("user:")
    record = desk.get(answer["Location"]).content.decode()
    assert f"/messages/{made.public_id}/" in record
    assert "Message written" in record
    assert f"msg {made.public_id.partition('_')[2]}" not in record, "its id is for programs"


@pytest.mark.wide
def test_another_recipient_is_shown_before_it_is_sent(desk, invoice):
    shown = desk.get(url_of(invoice))
    again = desk.post(url_of(invoice), typed_in(shown, recipient="bea@example.com"))
    assert again.status_code == 200
    assert "This is what will be sent now" in again.content.decode()
    assert not Message.objects.exists()
    sent = desk.post(url_of(invoice), typed_in(again, recipient="bea@example.com"))
    assert sent.status_code == 302
    assert Message.objects.get().recipient == "bea@example.com"


@pytest.mark.wide
def test_a_template_that_changed_meanwhile_is_shown_again(desk, invoice):
    shown = desk.get(url_of(invoice))
    MessageTemplate.objects.filter(kind="invoice", language="en").update(body="Now another text.")
    answer = desk.post(url_of(invoice), typed_in(shown))
    assert answer.status_code == 409
    assert "says something else" in answer.content.decode()
    assert not Message.objects.exists()
    assert desk.post(url_of(invoice), typed_in(answer)).status_code == 302


@pytest.mark.wide
def test_the_same_again_asks_first(desk, invoice):
    desk.post(url_of(invoice), typed_in(desk.get(url_of(invoice))))
    answer = desk.post(url_of(invoice), typed_in(desk.get(url_of(invoice))))
    assert answer.status_code == 409
    assert 'type="checkbox" name="confirm_again"' in answer.content.decode()
    assert desk.post(url_of(invoice), typed_in(answer, confirm_again="on")).status_code == 302
    assert Message.objects.count() == 2


def test_a_wrong_recipient_is_said_at_its_field(desk, invoice):
    answer = desk.post(url_of(invoice), typed_in(desk.get(url_of(invoice)), recipient="nobody"))
    assert answer.status_code == 422
    assert "is no e-mail address" in answer.content.decode()


def test_sent_mail_shows_it_as_it_was_and_runs_nothing(desk, invoice, ledger):
    MessageTemplate.objects.filter(kind="invoice", language="en").update(body="<script>alert(1)</script> #FT_NUMBER")
    desk.post(url_of(invoice), typed_in(desk.get(url_of(invoice))))
    made = Message.objects.get()
    assert made.subject in desk.get("/messages/").content.decode()
    assert made.subject not in desk.get("/messages/?state=sent").content.decode()
    page = desk.get(f"/messages/{made.public_id}/").content.decode()
    frame = unescape(re.search(r'sandbox="allow-same-origin" srcdoc="([^"]*)"', page)[1])
    assert "&lt;script&gt;alert(1)&lt;/script&gt; INV" in frame
    assert "<script>alert" not in frame


def test_its_files_are_saved_and_never_opened(desk, invoice):
    desk.post(url_of(invoice), typed_in(desk.get(url_of(invoice))))
    made = Message.objects.get()
    digest = sha256(b"<b>").hexdigest()
    content = FileContent.objects.create(company_id=made.company_id, sha256=digest, size=3, content=b"<b>")
    MessageAttachment.objects.create(message=made, position=2, name="a b.html", media_type="text/html", file=content)
    page = desk.get(f"/messages/{made.public_id}/").content.decode()
    assert "a b.html" in page
    answer = desk.get(f"/messages/{made.public_id}/files/2/")
    assert answer.content == b"<b>"
    assert answer["Content-Disposition"] == 'attachment; filename="a b.html"'
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert desk.get(f"/messages/{made.public_id}/files/3/").status_code == 404


@pytest.mark.wide
def test_one_that_came_back_suppresses_its_address_and_is_sent_again(desk, invoice):
    desk.post(url_of(invoice), typed_in(desk.get(url_of(invoice))))
    made = Message.objects.get()
    assert desk.post(f"/messages/{made.public_id}/resend/", {"recipient": ADDRESS}).status_code == 409
    page = desk.get(f"/messages/{made.public_id}/").content.decode()
    assert "Send again" not in page
    has_gone()
    assert "Send again" in desk.get(f"/messages/{made.public_id}/").content.decode()
    assert desk.post(f"/messages/{made.public_id}/bounced/", {}).status_code == 302
    held = Suppression.objects.get()
    assert "bounced" in desk.get("/messages/suppressed/").content.decode().lower()
    assert desk.post(f"/messages/{made.public_id}/resend/", {"recipient": ADDRESS}).status_code == 409
    assert desk.post(f"/messages/suppressed/{held.public_id}/lift/", {}).status_code == 302
    assert desk.post(f"/messages/{made.public_id}/resend/", {"recipient": ADDRESS}).status_code == 302
    assert Message.objects.get(resends=made).state == "queued"
    assert "Send again" not in desk.get(f"/messages/{made.public_id}/").content.decode()


@pytest.mark.wide
def test_what_could_not_be_sent_waits_on_the_overview(desk, invoice):
    desk.post(url_of(invoice), typed_in(desk.get(url_of(invoice))))
    assert "Messages that nobody got" not in desk.get("/").content.decode()
    Message.objects.update(state=MessageState.FAILED, send_at=None)
    assert "Messages that nobody got" in desk.get("/").content.decode()
    made = Message.objects.get()
    assert desk.post(f"/messages/{made.public_id}/resend/", {"recipient": ADDRESS}).status_code == 302
    assert "Messages that nobody got" not in desk.get("/").content.decode()
    again = Message.objects.filter(state=MessageState.QUEUED)
    again.update(state=MessageState.FAILED, send_at=None)
    mark_bounced(message_id=Message.objects.latest("pk").pk, actor="test")
    assert "Messages that nobody got" in desk.get("/").content.decode()
    listed = desk.get("/messages/?unheard=1").content.decode()  # as many rows as the overview counts
    assert (Message.objects.count(), listed.count('href="/messages/msg_')) == (2, 1)


def test_a_mail_server_that_is_away_is_told(desk, invoice, settings):
    settings.MAIL_GOES_OUT, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", 1
    settings.EMAIL_BACKEND, settings.EMAIL_USE_TLS = "subledger.config.mail_server.EmailBackend", False
    settings.EMAIL_HOST_PASSWORD = "not-to-be-shown"
    row = MessageSettings.objects.get()
    url = f"/configuration/message-settings/{row.public_id}/"
    assert "Nothing waits for it." in text_of(desk.get(url))
    desk.post(url_of(invoice), typed_in(desk.get(url_of(invoice))))
    deliver()
    said, why = "The mail server cannot be reached since", "Nothing answers at 127.0.0.1:1,"
    for page in ("/messages/", url):
        text = text_of(desk.get(page))
        assert said in text
        assert "; one message waits." in text
        assert why in text
    assert said.lower() in text_of(desk.get("/")).lower()
    text = text_of(desk.get(url))
    assert "Mail goes out by 127.0.0.1:1." in text
    assert "not-to-be-shown" not in text


def test_what_waits_is_tried_now_in_one_press(desk, company, invoice, post_office):
    made = send(invoice)
    one, every = f"/messages/{made.public_id}/try/", "/messages/try/"
    assert one not in desk.get(f"/messages/{made.public_id}/").content.decode(), "it is on its way"
    assert every not in desk.get("/messages/").content.decode()
    post_office.says = ["451 Later"] * 2
    deliver()
    auditor = seat(member(company, "auditor"))
    for page, act in ((f"/messages/{made.public_id}/", one), ("/messages/", every)):
        assert act in desk.get(page).content.decode()
        assert act not in auditor.get(page).content.decode()
        assert auditor.post(act).status_code == 403
        assert "tried now" in text_of(desk.post(act, follow=True))
        deliver()
    post_office.says = []
    desk.post(every)
    deliver()
    assert len(post_office.got) == 1
    assert desk.post(one).status_code == 409
    assert "No message waits" in text_of(desk.post(every, follow=True))


def test_what_waits_is_told_from_what_is_on_its_way(desk, invoice, post_office, settings):
    settings.MAIL_GOES_OUT = True
    post_office.says = ["451 Later"] * 3
    made = send(invoice)
    at = clock.now()
    for minutes in (0, 2, 10):
        with clock.frozen(at + timedelta(minutes=minutes)):
            deliver()
    send(invoice, again=True)
    due = timezone.localtime(Message.objects.get(pk=made.pk).send_at)
    listed = desk.get("/messages/")
    text = text_of(listed)
    assert "2 of these are not sent yet." in text
    assert f"Waiting tried 3 times, next {due:%-d %B %Y, %H:%M}" in text
    assert "On its way" in text
    heads = re.findall(r"<th[^>]*>(.*?)</th>", listed.content.decode(), re.DOTALL)
    assert ["Customer" in head for head in heads].count(True) == 1
    assert "Waiting" in text_of(desk.get(f"/messages/{made.public_id}/"))
    assert "tried 3 times" in text_of(desk.get(f"/transactions/{ids.encode('txn', invoice)}/"))
    filed = b"".join(desk.get("/messages/", {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert "Waiting" in filed
    assert "On its way" in filed


def test_a_test_is_sent_to_whoever_asks(desk, post_office, settings):
    settings.MAIL_GOES_OUT = True
    user = get_user_model().objects.get(pk=desk.session["_auth_user_id"])
    get_user_model().objects.filter(pk=user.pk).update(email="")
    assert "no e-mail address" in text_of(desk.post("/messages/test/"))
    get_user_model().objects.filter(pk=user.pk).update(email=ADDRESS)
    assert f"{post_office.host}:{post_office.port}" in text_of(desk.get("/messages/test/"))
    done = desk.post("/messages/test/", follow=True)
    assert f"The mail server took a message to {ADDRESS}." in text_of(done)
    assert [mail["To"] for mail in post_office.got] == [ADDRESS]
    post_office.refuses[ADDRESS] = "550 5.1.1 No such user"
    refused = desk.post("/messages/test/")
    assert refused.status_code == 409
    assert "The mail server said: 550 5.1.1 No such user" in text_of(refused)
    assert "spelt right" in text_of(refused)


def test_a_template_is_written_with_its_tags_at_hand(desk, invoice):
    row = MessageTemplate.objects.get(kind="invoice", language="en")
    url = f"/configuration/message-templates/{row.public_id}/"
    page = desk.get(url)
    text = unescape(page.content.decode())
    assert '["FT_NUMBER", "its number"]' in text
    assert f"/messages/templates/{row.public_id}/preview/" in text
    typed = {"name": row.name, "code": row.code, "kind": "invoice", "language": "en", "subject": row.subject,
             "body": "#FT_NUMBR", "attachment": "facturx", "is_active": "on", "is_default": "on",
             **version_in(page)}  # fmt: skip
    refused = desk.post(url, typed)
    assert refused.status_code == 422
    assert "Did you mean #FT_NUMBER?" in unescape(refused.content.decode())
    foreign = desk.post(url, {**typed, "body": "Dear {{ name }}"})
    assert foreign.status_code == 422
    assert "“{{ name }}” is how other programs write" in unescape(foreign.content.decode())
    assert desk.post(url, {**typed, "body": "All of #FT_NUMBER"}).status_code == 302
    row.refresh_from_db()
    assert row.attachment == "facturx"
    preview = f"/messages/templates/{row.public_id}/preview/"
    assert "All of INV00000042" in desk.get(preview).content.decode()
    found = desk.get(preview, {"about": ids.encode("txn", invoice)}).content.decode()
    assert "All of INV00000001" in found
    assert desk.get(preview, {"about": "nonsense"}).status_code == 404


def test_who_may_only_look_sends_nothing(company, invoice):
    auditor = seat(member(company, "auditor"))
    assert auditor.get("/messages/").status_code == 200
    assert auditor.get(url_of(invoice)).status_code == 403
    assert url_of(invoice) not in auditor.get(f"/transactions/{ids.encode('txn', invoice)}/").content.decode()


def test_a_template_shows_what_it_says_while_it_is_written(desk, invoice):
    row = MessageTemplate.objects.get(code="invoice-en")
    form = desk.get(f"/configuration/message-templates/{row.public_id}/").content.decode()
    [url] = re.findall(r'hx-post="(/messages/templates/words/)"', form)
    typed = {"kind": "invoice", "language": "de", "subject": "Nr. #FT_NUMBER", "body": "Noch #FT_OUTSTANDING & mehr"}
    assert "INV00000042" in desk.post(url, typed).content.decode(), "a sample"
    for name in ("INV00000001", ids.encode("txn", invoice)):
        said = desk.post(url, {**typed, "about": name}).content.decode()
        assert "Nr. INV00000001" in said
        assert "100,00" in unescape(unescape(said))
    assert "#NUMBER is no tag" in desk.post(url, {**typed, "body": "#NUMBER"}).content.decode()
    assert "No record 'INV9' in this company" in unescape(desk.post(url, {**typed, "about": "INV9"}).content.decode())
    assert "appears as you type" in desk.post(url, {**typed, "body": ""}).content.decode()
    row.refresh_from_db()
    assert row.subject != typed["subject"], "nothing is kept"
    assert seat(member(row.company, "read_only")).post(url, typed).status_code == 403


@pytest.mark.parametrize("language", ["it", "en"])
def test_without_an_address_the_template_is_that_of_the_companys_language(desk, ledger, language):
    MessageSettings.objects.update(language=language)
    made = ledger.invoice(100, on="04/05", due="01/06").id
    page = desk.get(url_of(made)).content.decode()
    chosen = re.search(r'<option value="(\d+)" selected>', page)[1]
    assert MessageTemplate.objects.get(pk=chosen).language == language


@pytest.mark.wide
def test_of_a_paid_invoice_no_reminder_and_no_link_to_pay_is_offered(desk, ledger):
    address_of(ledger)
    made = ledger.invoice(100, on="04/05", due="10/05").id
    assert "Payment reminder" in desk.get(url_of(made)).content.decode()
    ledger.payment(100, on="05/05")
    page = desk.get(url_of(made)).content.decode()
    assert "Payment reminder" not in page
    assert "Link to pay" not in page
    assert ">Invoice, English<" in page
    for kind in ("payment_reminder", "pay_link"):  # who follows a link of before is told why
        assert desk.get(f"{url_of(made)}?kind={kind}").status_code == 409


def test_one_that_is_being_handed_over_says_how_long_that_may_take(desk, invoice):
    made = send(invoice)
    Message.objects.filter(pk=made.pk).update(state=MessageState.SENDING, touched_at=NOW)
    shown = text_of(desk.get(page_url("message", made.pk)))
    assert "It has been with the mail server since 20 May 2026, 12:30." in shown
    assert "it ends by 20 May 2026, 12:45 as not sent" in shown
