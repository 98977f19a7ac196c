"""Whom it is written to when a payment fails: once, in their language, with what they can do."""

from __future__ import annotations

import pytest
from tests.retries.conftest import HARD, SOFT, Retrying, on

from subledger.accounts.models import Account, Customer
from subledger.messages.models import Message, MessageSettings
from subledger.platform.models import Event
from subledger.retries.listeners import LISTENERS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings) -> None:
    settings.PUBLIC_URL = "https://books.example.com/"


def reach(account: Account, address: str, language: str = "en") -> None:
    Customer.objects.filter(pk=account.customer_id).update(email=address, language=language)


def tell() -> list[Message]:
    """Let the listener that writes to customers hear everything, as often as a worker might."""
    [listener] = [one for one in LISTENERS if one.name == "messages about payments that failed"]
    for _ in range(2):
        listener.handle(list(Event.objects.filter(type__in=listener.hears).order_by("pk")))
    return list(Message.objects.order_by("pk"))


def test_a_card_that_is_declined_for_good_is_told_of_once(books: Retrying):
    """However many invoices it failed for, and however often that is heard."""
    reach(books.ledger.account, "ann@example.com", "de")
    with on("08/06"):
        first, _ = books.ledger.invoice(75), books.ledger.invoice(50)
        books.collect(first, HARD, HARD)
        [message] = tell()
    assert (message.kind, message.recipient) == ("method_declined", "ann@example.com")
    assert "Visa •••• 4242" in message.body
    assert "nicht noch einmal" in message.body
    assert "hinterlegen Sie hier" in message.body
    assert "CARD_LINK" in message.body, "sealed until it leaves"


def test_where_the_plan_tells_nobody(books: Retrying):
    books.plan(tells_customers=False)
    reach(books.ledger.account, "ann@example.com")
    books.collect(books.ledger.invoice(75), HARD)
    assert tell() == []


def test_row_4_one_retry_and_one_reminder_where_the_company_wants_that(books: Retrying):
    """Each failure that is tried again is told of once, if the company has that sent by itself."""
    reach(books.ledger.account, "ann@example.com")
    with on("08/06"):
        books.collect(books.ledger.invoice(75), SOFT)
        assert tell() == [], "not by itself"
        MessageSettings.objects.update_or_create(
            company_id=books.ledger.account.company_id, defaults={"automatic": ["charge_failed"]}
        )
        [message] = tell()
        assert message.kind == "charge_failed"
        assert "11 June 2026" in message.body
        assert "€75.00" in message.body
    with on("11/06"):
        books.due(SOFT)
        assert len(tell()) == 2


def test_who_has_no_address_is_work_for_people(books: Retrying):
    books.collect(books.ledger.invoice(75), HARD)
    assert tell() == []
    assert books.retry().state == "waiting"
