"""Messages that hold a link to the customer's page: made as they are written, opened by whoever gets them."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.messages.conftest import address_of

from subledger.companies.entries import save_entry
from subledger.gateways.services.public import LinkKind, live_links
from subledger.messages.models import MessageTemplate
from subledger.messages.services.outbox import Wish, communicate, drafted
from subledger.platform.encryption import unseal

SITE = "https://books.example.org/"


@pytest.mark.parametrize("kind", ["account_link", "statement"])
def test_a_message_about_an_account_holds_the_link_to_its_page(ledger, kind):
    address_of(ledger)
    account = ledger.account.pk
    template = MessageTemplate.objects.get(kind=kind, language="en")
    if kind == "statement":
        save_entry(
            model=MessageTemplate, ident=template.pk, values={"body": "Pay here: #PAY_BALANCE_LINK"}, actor="test"
        )
    wish = Wish(of="account", object_id=account, template_id=template.pk, site=SITE)
    drafted(wish)
    assert live_links(LinkKind.ACCOUNT, account) == [], "whoever looks at it makes none"
    made = communicate(wish=wish, actor="test")
    assert len(live_links(LinkKind.ACCOUNT, account)) == 1
    assert "/pay/" not in made.body
    address = json.loads(unseal(made.sealed))["PAY_BALANCE_LINK"]
    assert Client().get(address.removeprefix(SITE.rstrip("/"))).status_code == 200
