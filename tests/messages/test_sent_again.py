"""A message is sent once to each recipient: by sending it, or by sending one again to somebody else."""

from __future__ import annotations

import re

import pytest
from tests.factories import Ledger
from tests.messages.conftest import ADDRESS, address_of, has_gone, send
from tests.pages.conftest import member, seat

from subledger.companies.models import Company
from subledger.kernel.email_addresses import identity_of
from subledger.messages import errors
from subledger.messages.models import Message
from subledger.messages.rules.drafts import key_after, key_of, key_to, root_of
from subledger.messages.services.outbox import resend
from subledger.messages.states import MessageState
from subledger.page_kit.url_ids import page_url

BOB = "bob@example.com"


@pytest.fixture
def invoice(ledger: Ledger) -> int:
    address_of(ledger)
    return ledger.invoice(100, on="04/05", due="01/06").id


def failed(invoice: int) -> Message:
    made: Message = send(invoice)
    Message.objects.filter(pk=made.pk).update(state=MessageState.SENDING)
    Message.objects.filter(pk=made.pk).update(state=MessageState.FAILED, send_at=None, sealed="")
    return made


def test_who_did_not_get_it_is_not_said_to_have_got_it(invoice: int):
    old = failed(invoice)
    resend(message_id=old.pk, recipient=BOB, actor="test")
    has_gone()
    again = send(invoice)  # to Ana, who has nothing yet
    assert (again.recipient, again.resends) == (ADDRESS, None)  # her first one was repeated to Bob
    with pytest.raises(errors.AlreadySent, match=ADDRESS):
        send(invoice)


def test_who_got_it_by_sending_it_again_gets_it_once(invoice: int):
    old = failed(invoice)
    to_bob = resend(message_id=old.pk, recipient=BOB.upper(), actor="test")
    assert to_bob.resends == old
    has_gone()
    with pytest.raises(errors.AlreadySent, match=BOB):
        send(invoice, recipient=BOB)
    confirmed = send(invoice, recipient=BOB, again=True)
    assert confirmed.resends == to_bob


def test_sending_it_again_to_who_has_it_asks_first_at_every_door(invoice: int, company: Company):
    send(invoice, recipient=BOB)
    old = failed(invoice)
    with pytest.raises(errors.AlreadySent, match=BOB):
        resend(message_id=old.pk, recipient=BOB, actor="test")
    desk = seat(member(company, "administrator"))
    url = page_url("message_resend", old.pk)
    asked = desk.post(url, {"recipient": BOB})
    assert asked.status_code == 409
    assert 'type="checkbox" name="confirm_again"' in asked.content.decode()
    assert desk.post(url, {"recipient": BOB, "confirm_again": "on"}).status_code == 302
    made = Message.objects.latest("pk")
    assert (made.recipient, made.resends) == (BOB, old)


def test_a_message_is_sent_again_to_its_own_recipient_as_often_as_it_fails(invoice: int):
    old = failed(invoice)
    for _ in range(2):
        new = resend(message_id=old.pk, actor="test")
        assert (new.resends, new.recipient, root_of(new.key)) == (old, ADDRESS, root_of(old.key))
        Message.objects.filter(pk=new.pk).update(state=MessageState.SENDING)
        Message.objects.filter(pk=new.pk).update(state=MessageState.FAILED, send_at=None)
        old = new


def test_keys_are_of_the_whole_address_and_of_whom_it_goes_to():
    said = {"kind": "invoice", "about": "7@2026-01-01..2026-01-31", "template": 3, "level": 0}
    long = [f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 50}.{last}.com" for last in ("x", "y")]
    keys = [key_of(**said, recipient=identity_of(one)) for one in (ADDRESS, BOB, *long)]
    assert len(set(keys)) == 4
    assert max(map(len, keys)) <= 200
    room = 200 - len(key_of(**said, recipient=""))
    assert key_of(**said, recipient="x" * room).endswith("x" * room)  # as long as it may be
    assert not key_of(**said, recipient="x" * (room + 1)).endswith("x")
    assert {key_to(key, identity_of(BOB)) for key in keys} == {keys[1]}
    assert key_of(**{**said, "template": 4}, recipient=BOB) != keys[1]  # by a template
    assert key_of(**{**said, "level": 1}, recipient=BOB) != keys[1]
    assert key_of(**{**said, "about": 7}, recipient=BOB) != keys[1]


def test_the_next_of_a_key_stands_behind_the_last():
    assert key_after("invoice:7:3:0:a@example.com", None) == "invoice:7:3:0:a@example.com"
    assert key_after("invoice:7:3:0:a@example.com", 12) == "invoice:7:3:0:a@example.com:again:12"
    assert root_of(key_after("invoice:7:3:0:a@example.com", 12)) == "invoice:7:3:0:a@example.com"


def test_what_was_shown_is_what_is_sent_again(ledger: Ledger, invoice: int, company: Company):
    old = failed(invoice)
    desk = seat(member(company, "administrator"))
    url = page_url("message_resend", old.pk)
    shown = reviewed_of(desk.get(url))
    ledger.payment(40, on="05/05")  # it said that 100 is to be paid
    refused = desk.post(url, {"recipient": ADDRESS, "reviewed": shown})
    assert (refused.status_code, Message.objects.latest("pk")) == (409, old)
    assert "60.00" in refused.content.decode()
    assert reviewed_of(refused) != shown
    sent = desk.post(url, {"recipient": BOB, "reviewed": reviewed_of(refused)})
    assert sent.status_code == 302
    made = Message.objects.latest("pk")
    assert (made.recipient, made.resends, "60.00" in made.body) == (BOB, old, True)


def reviewed_of(page) -> str:
    [found] = re.findall(r'name="reviewed" value="(\w+)"', page.content.decode())
    return found
