"""Each link for a customer is revoked by itself, and one to register a card works once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from subledger.gateways.link_errors import AlreadyPaid
from subledger.gateways.services.public import LinkKind, link_for, links_for, live_links, revoke_link
from subledger.kernel.errors import NotFound
from subledger.platform import clock
from subledger.platform.models import Event

pytestmark = pytest.mark.django_db


def test_one_link_is_revoked_and_the_others_stay_good(desk):
    invoice = desk.ledger.invoice(120)
    sent_wrongly, other = (link_for("pay", invoice.id, actor="test") for _ in range(2))
    assert {one.id for one in live_links(LinkKind.PAY, invoice.id)} == {sent_wrongly.id, other.id}
    for _ in range(2):  # twice is once
        revoke_link(link=sent_wrongly.id, actor="test")
    assert Event.objects.filter(object_id=invoice.id, type="invoice.pay_link_revoked").count() == 1
    for visit in (Client().get, Client().post):
        answer = visit(sent_wrongly.path)
        assert (answer.status_code, b"withdrawn by whoever sent it" in answer.content) == (410, True)
    assert Client().get(other.path).status_code == 200
    assert [one.id for one in live_links(LinkKind.PAY, invoice.id)] == [other.id]


def test_only_links_are_revoked(desk):
    some = Event.objects.order_by("pk").values_list("pk", flat=True)[0]
    for link in ("lnk_nonsense", "lnk_0000000000000", f"evt_{some}"):
        with pytest.raises(NotFound):
            revoke_link(link=link, actor="test")


def test_a_link_to_register_works_once(desk):
    account = desk.ledger.account.pk
    link = link_for("register", account, actor="test")
    assert Client().post(link.path).status_code == 200, "begun, and not finished: it may be tried again"
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert b"Enter my card" in Client().get(link.path).content
        desk.register(desk.ledger.account, "tok-new")
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        page = Client().get(link.path).content
        assert b"was registered with this link" in page
        assert b"Enter my card" not in page
        assert Client().post(link.path).status_code == 410
        fresh = link_for("register", account, actor="test")
        assert Client().post(fresh.path).status_code == 200


def test_links_to_many_invoices_are_made_together_each_as_one_alone(desk):
    ledger = desk.ledger
    invoices = [ledger.invoice(10 + n) for n in range(4)]
    alone = link_for("pay", invoices[0].id, actor="test")
    counts = []
    for some in (invoices[:1], invoices):
        with CaptureQueriesContext(connection) as seen:
            made = links_for("pay", [one.id for one in some], actor="test")
        counts.append(len(seen))
    assert counts[0] == counts[1], "the statements do not grow with the number"
    assert [Client().get(one.path).status_code for one in made] == [200] * 4
    assert {made[0].expires_at - alone.expires_at < timedelta(minutes=1)} == {True}
    twice = links_for("pay", [invoices[0].id] * 2, actor="test")
    assert len({link.id for link in (*made, *twice, alone)}) == 7
    assert len(live_links(LinkKind.PAY, invoices[0].id)) == 5
    ledger.payment(10, to=[invoices[0]])
    with pytest.raises(AlreadyPaid):
        links_for("pay", [invoices[1].id, invoices[0].id], actor="test")
    assert len(live_links(LinkKind.PAY, invoices[1].id)) == 1, "all or none"
