"""Reminders of invoices: with a link to pay where there is one, once a day whoever asks, and none of what is paid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories import NOW, Ledger
from tests.gateways.conftest import install_toy, make_desk
from tests.messages.conftest import ADDRESS, address_of, wish_of

from subledger.accounts.contacts import NewContact, add_contacts
from subledger.gateways.models import Provider
from subledger.gateways.states import ProviderState
from subledger.kernel.errors import DomainError
from subledger.messages import errors
from subledger.messages.models import Message, MessageAttachment, MessageTemplate
from subledger.messages.services.distribution import distribute, distributed
from subledger.messages.services.outbox import communicate
from subledger.platform import clock
from subledger.platform.callers import Caller, calling
from subledger.platform.models import Event
from subledger.runs.services.worker import work
from subledger.transactions.services.bulk import Act, Bulk, plan, start_bulk

SITE = "https://books.example.com/"


class Refused(DomainError):
    code = "refused"


@pytest.fixture
def invoice(ledger: Ledger) -> int:
    address_of(ledger)
    return ledger.invoice(100, on="04/05", due="10/05").id


def remind(invoice: int, *recipients: str, **more):
    wish = wish_of(invoice, kind="payment_reminder", site=SITE)
    return distribute(wish=wish, recipients=recipients, actor="test", **more)


def kinds() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def test_a_reminder_says_what_is_open_with_its_document(invoice: int, ledger: Ledger):
    ledger.payment(40, on="05/05")
    [made] = remind(invoice).messages
    assert made.kind == "payment_reminder"
    assert made.subject.startswith("Reminder: invoice INV")
    assert "€60.00" in made.body
    assert "10 May 2026" in made.body
    assert MessageAttachment.objects.get(message=made).media_type == "application/pdf"


def test_where_a_gateway_takes_payments_it_has_a_link_to_pay(invoice: int, ledger: Ledger, monkeypatch):
    install_toy(monkeypatch)
    make_desk(ledger)
    assert distributed(wish_of(invoice, kind="payment_reminder")).drafts[0].kind.name == "payment_reminder"  # no site
    agent = Caller("user:ana", frozenset({"view", "messages.send"}), lambda _: Refused("no"))
    with calling(agent):  # who may not make links sends it without one
        wish = wish_of(invoice, kind="payment_reminder", site=SITE)
        assert distributed(wish).drafts[0].kind.name == "payment_reminder"
    [made] = remind(invoice).messages
    assert made.kind == "pay_link_reminder"
    assert made.sealed
    Provider.objects.update(state=ProviderState.NOT_EFFECTIVE)
    with pytest.raises(errors.AlreadySent, match=ADDRESS):  # the other kind is the same reminder
        remind(invoice)


@pytest.mark.each_once
@pytest.mark.parametrize("act", [Act.REMIND, Act.SEND])
@pytest.mark.parametrize(("may", "by"), [((), None), (("gateways.charge",), "user:x")])
def test_many_at_once_have_the_links_that_their_asker_could_make(invoice, ledger, monkeypatch, act, may, by):
    """A run works for nobody in particular; the links are whoever's that asked for it."""
    install_toy(monkeypatch)
    make_desk(ledger)
    MessageTemplate.objects.filter(kind="invoice").update(body="#PAY_ONLINE Regards.")
    with calling(Caller("user:x", frozenset({"view", "messages.send", *may}), lambda one: Refused(one))):
        bulk = Bulk(act=act, transaction_ids=[invoice], site=SITE)
        run = start_bulk(bulk=bulk, shown=plan(bulk=bulk, actor="user:x").digest, actor="user:x")
    work(run.pk)
    [made] = Message.objects.all()
    assert bool(made.sealed) == bool(may)
    made_by = Event.objects.filter(type="invoice.pay_link_made").values_list("actor", flat=True)
    assert list(made_by) == ([by] if by else [])


def test_it_goes_once_a_day_and_the_second_says_when_the_last_went(invoice: int):
    first = remind(invoice).messages[0]
    with pytest.raises(errors.AlreadySent, match=f"{ADDRESS} got this message already, on {NOW:%Y-%m-%d %H:%M} UTC"):
        remind(invoice)
    other = MessageTemplate.objects.get(kind="payment_reminder", language="de")
    with pytest.raises(errors.AlreadySent):  # in whatever words
        communicate(wish=wish_of(invoice, template_id=other.pk), actor="test")
    with clock.frozen(NOW + timedelta(days=1)):
        second = remind(invoice).messages[0]
        with pytest.raises(errors.AlreadySent):
            remind(invoice)
        third = remind(invoice, confirm_again=True).messages[0]
    assert (second.resends, third.resends) == (first, second)


def test_it_goes_to_who_receives_reminders(invoice: int, ledger: Ledger):
    people = [
        NewContact(customer=ledger.account.customer, name=name, email=f"{name}@example.com", receives=[topic])
        for name, topic in (("eva", "reminders"), ("udo", "invoices"))
    ]
    add_contacts(new=people, actor="test")
    assert [one.recipient for one in remind(invoice).messages] == ["eva@example.com"]


def test_nobody_is_reminded_of_what_is_paid(invoice: int, ledger: Ledger):
    ledger.payment(100, on="05/05")
    with pytest.raises(errors.NothingToRemindOf):
        remind(invoice)
    assert kinds() == []
