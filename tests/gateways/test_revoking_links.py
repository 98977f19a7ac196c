"""Each link for a customer is revoked by itself, and one to register a card works once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from subledger.gateways.services.public import LinkKind, link_for, live_links, revoke_link
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
