"""A page on which a customer pays is closed as soon as what it is over is settled another way: the posting wakes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from tests.endings import terminate
from tests.factories import Ledger, make_company
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.toy import TOY, ToyGateway

from subledger.gateways import errors, link_errors, registry
from subledger.gateways.jobs import sweep_pages
from subledger.gateways.listeners import PAGES_CLOSE
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.port import ActionRequired, Declined, GatewayUnavailable, HostedPage
from subledger.gateways.services import instruments, links
from subledger.gateways.services.instruments import begin_registration
from subledger.gateways.services.links import begin_authentication
from subledger.gateways.services.public import link_for, revoke_link
from subledger.platform import clock, jobs
from subledger.platform.callers import calling
from subledger.platform.listeners import hear
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction
from subledger.transactions.rules.allocation import Book
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.services.actions import cancel
from subledger.transactions.services.allocation import allocate_accounts

pytestmark = pytest.mark.sampled(3)

EXPIRED: list[str] = []
OPENED: list[str] = []


class HostedGateway(ToyGateway):
    is_away = False

    async def pay_page(self, order):
        OPENED.append(order.request)
        return HostedPage(f"https://pay.example/{order.request}", order.request, order.expires_at)

    async def authenticate(self, reference, *, key, return_url):
        return HostedPage("https://bank.example", reference, None)

    async def expire(self, reference):
        if HostedGateway.is_away:
            raise GatewayUnavailable("It is away.")
        EXPIRED.append(reference)
        return Declined("expired", "It was closed.")

    async def register(self, order):
        return HostedPage("https://cards.example", "cs_card", None)

    async def session_facts(self, reference):
        return []


@pytest.fixture
def desk(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Commits are real here: what they wake stands in the table of jobs."""
    kinds = {**registry.kinds(), TOY.name: replace(TOY, make=HostedGateway)}
    monkeypatch.setattr(registry, "kinds", lambda: kinds)
    monkeypatch.setattr(HostedGateway, "is_away", False)
    EXPIRED.clear()
    OPENED.clear()
    with company_scope(make_company().pk):
        yield make_desk(Ledger())
        Provider.objects.update(state="not_effective")  # whoever sweeps later in this database finds nothing here


def work(desk: Desk) -> int:
    """Do what waits for a worker about open pages; how many jobs that were."""
    arguments = {"company_id": desk.provider.company_id, "provider_id": desk.provider.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'close_pages' AND args = %s::jsonb RETURNING id",
            [json.dumps(arguments)],
        )
        found = len(cursor.fetchall())
    for _ in range(found):
        jobs.app.tasks["close_pages"](**arguments)
    return found


def open_page(invoice) -> PaymentRequest:
    links.begin_payment(invoice_ids=[invoice.id], success_url="https://a.example", cancel_url="https://a.example")
    return PaymentRequest.objects.order_by("-pk")[0]


def challenged(desk: Desk, amount: int, **fields) -> PaymentRequest:
    desk.bank.script = [lambda bank, order: bank.settle(order, ActionRequired(f"pi_{order.request}"))]
    return desk.pay(amount, **fields)


def ended(row: PaymentRequest) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.error_code


def test_a_payment_closes_the_page_over_its_invoice(desk):
    invoice = desk.ledger.invoice(75)
    row = open_page(invoice)
    work(desk)
    assert ended(row) == ("requires_action", "")
    desk.ledger.payment(75, to=[invoice])
    assert work(desk)
    assert (ended(row), EXPIRED) == (("rejected", "already_settled"), [row.reference])


def test_a_cancelled_invoice_closes_its_page(desk):
    invoice = desk.ledger.invoice(75)
    row = open_page(invoice)
    work(desk)
    cancel(orders=[Cancel(target_id=invoice.id, amount=ALL)], actor="user:ana")
    assert work(desk)
    assert ended(row) == ("rejected", "already_settled")


def test_an_authentication_for_no_invoice_ends_when_the_account_owes_nothing(desk):
    desk.ledger.invoice(75)
    row = challenged(desk, 7500, confirm_in_advance=False)
    work(desk)
    desk.ledger.payment(75)
    assert work(desk)
    assert (ended(row), EXPIRED) == (("rejected", "already_settled"), [row.reference])


def test_an_authentication_in_advance_stays_open(desk):
    row = challenged(desk, 7500)
    desk.ledger.payment(75)
    work(desk)
    assert ended(row)[0] == "requires_action"


def test_credit_that_is_allocated_without_a_posting_closes_the_page_over_what_it_settles(desk, monkeypatch):
    """What was loaded another way stands open on both sides, until somebody allocates it."""
    with monkeypatch.context() as unsettling:
        unsettling.setattr(Book, "settle", lambda self, *, on: None)
        unsettling.setattr(Book, "_fifo_credit", lambda self, credit, on: None)
        desk.ledger.payment(75)
        invoice = desk.ledger.invoice(75)
    row = open_page(invoice)
    work(desk)
    assert ended(row) == ("requires_action", "")
    assert not work(desk), "nobody is woken by now"
    assert allocate_accounts(account_ids=[desk.ledger.account.pk], actor="user:ana") == 1
    assert work(desk) == 1
    assert (ended(row), EXPIRED) == (("rejected", "already_settled"), [row.reference])
    assert allocate_accounts(account_ids=[desk.ledger.account.pk], actor="user:ana") == 0
    assert not work(desk), "what allocates nothing wakes nobody"


def test_what_no_page_is_about_wakes_nobody(desk):
    open_page(desk.ledger.invoice(75))
    work(desk)
    other = desk.ledger.open("Ben")
    desk.ledger.payment(20, account=other)
    assert not work(desk)


def test_the_sweep_closes_what_the_gateway_did_not_when_it_was_woken(desk, monkeypatch):
    invoice = desk.ledger.invoice(75)
    row = open_page(invoice)
    work(desk)
    desk.ledger.payment(75, to=[invoice])
    monkeypatch.setattr(HostedGateway, "is_away", True)
    assert work(desk)
    assert ended(row)[0] == "requires_action"
    monkeypatch.setattr(HostedGateway, "is_away", False)
    links.close_settled(desk.provider.pk)
    assert ended(row) == ("rejected", "already_settled")


def test_a_link_leads_to_no_page_of_a_settled_invoice(desk):
    invoice = desk.ledger.invoice(75)
    open_page(invoice)
    desk.ledger.payment(75, to=[invoice])
    with pytest.raises(link_errors.AlreadyPaid):
        open_page(invoice)


def test_a_link_leads_to_no_page_while_a_charge_for_no_invoice_collects_the_same(desk):
    invoice = desk.ledger.invoice(75)
    asked = desk.ask(7500, confirm_in_advance=False)
    PaymentRequest.objects.filter(pk=asked.request_id).update(state="under_processing")
    with pytest.raises(errors.PaymentUnderWay, match=desk.row(asked.request_id).number):
        open_page(invoice)
    assert OPENED == []


def test_terminating_an_account_closes_its_pages_and_takes_back_what_has_not_left(desk):
    invoice = desk.ledger.invoice(75)
    row = open_page(invoice)
    hear(PAGES_CLOSE)
    terminate(row.account_id, actor="user:ana")
    work(desk)
    hear(PAGES_CLOSE)
    assert work(desk)
    assert (ended(row), EXPIRED) == (("rejected", "account_terminated"), [row.reference])
    assert not Transaction.objects.filter(account__system_role="suspense").exists()


@pytest.mark.parametrize("kind", ["pay", "account"])
def test_a_revoked_link_closes_the_page_that_it_opened(desk, kind):
    """Sent to the wrong person and revoked, its page took the money for hours, and held the invoice as long."""
    invoice = desk.ledger.invoice(75)
    before = open_page(desk.ledger.invoice(20))
    link = link_for(kind, invoice.id if kind == "pay" else desk.ledger.account.pk, actor="test")
    row = open_page(invoice)
    HostedGateway.is_away = True
    with pytest.raises(link_errors.PageStaysOpen, match=row.number):
        revoke_link(link=link.id, actor="user:ana")
    assert ended(row) == ("requires_action", "")
    HostedGateway.is_away = False
    revoke_link(link=link.id, actor="user:ana")  # revoked already: the page is closed now
    assert (ended(row), EXPIRED) == (("rejected", "withdrawn"), [row.reference])
    assert ended(before)[0] == "requires_action", "it was opened before there was that link"
    assert open_page(invoice).pk != row.pk, "nothing holds it any more"


@pytest.mark.parametrize("kind", ["register", "account"])
def test_a_revoked_link_closes_the_page_to_register_by_that_it_opened(desk, kind):
    account = desk.ledger.account.pk
    urls = {"success_url": "https://shop.example/back", "cancel_url": "https://shop.example"}
    link, other = (link_for(kind, account, actor="test") for _ in range(2))
    begin_registration(provider=desk.provider, account_id=account, link=link.id, **urls)
    begin_registration(provider=desk.provider, account_id=account, **urls)  # at the desk
    revoke_link(link=other.id, actor="user:ana")
    assert EXPIRED == []
    HostedGateway.is_away = True
    with pytest.raises(link_errors.RegistrationStaysOpen, match="Revoke it again"):
        revoke_link(link=link.id, actor="user:ana")
    HostedGateway.is_away = False
    revoke_link(link=link.id, actor="user:ana")
    assert EXPIRED == ["cs_card"]


def test_a_revoked_link_gives_up_what_was_begun_to_be_confirmed_by_it(desk):
    row = challenged(desk, 7500)
    link, other = (link_for("authenticate", row.pk, actor="test") for _ in range(2))
    begin_authentication(request_id=row.pk, return_url="https://shop.example", link=link.id)
    revoke_link(link=other.id, actor="user:ana")
    assert ended(row) == ("requires_action", ""), "nobody began by that one"
    revoke_link(link=link.id, actor="user:ana")
    assert (ended(row), EXPIRED) == (("rejected", "withdrawn"), [row.reference])


RACES = {
    "pay": (links, "keep_customer"),
    "register": (instruments, "keep_customer"),
    "authenticate": (links, "note_authentication"),
}


@pytest.mark.parametrize("kind", RACES)
def test_what_a_gateway_opens_while_its_link_is_revoked_is_closed(desk, kind, monkeypatch):
    """The revocation comes between the gateway's page and our note of it: it finds nothing, and closes nothing."""
    about = {"pay": lambda: desk.ledger.invoice(75).id, "register": lambda: desk.ledger.account.pk}
    link = link_for(kind, about[kind]() if kind in about else challenged(desk, 7500).pk, actor="test")
    module, name = RACES[kind]
    noted = getattr(module, name)

    def revoked_before(*args, **named):
        with calling(None):
            revoke_link(link=link.id, actor="user:ana")
        assert EXPIRED == []
        return noted(*args, **named)

    monkeypatch.setattr(module, name, revoked_before)
    answer = Client().post(link.path)
    assert (answer.status_code, b"withdrawn by whoever sent it" in answer.content) == (410, True)
    assert len(EXPIRED) == 1
    if kind != "register":
        assert ended(PaymentRequest.objects.get()) == ("rejected", "withdrawn")


def test_a_key_that_cannot_be_opened_holds_up_no_other_company(desk):
    """Its pages wait; those of whoever comes after it are closed all the same, and their customers are reminded."""
    settled = desk.ledger.invoice(75)
    open_page(settled)
    desk.ledger.payment(75, to=[settled])
    Provider.objects.update(sealed_test_key="v1:AAAA", sealed_live_key="v1:AAAA")
    with company_scope(make_company().pk):
        other = make_desk(Ledger())
        invoice = other.ledger.invoice(75)
        row, waiting = open_page(invoice), open_page(other.ledger.invoice(20))
        other.ledger.payment(75, to=[invoice])
    with clock.frozen(waiting.action_expires_at - timedelta(minutes=1)):
        sweep_pages()
    with company_scope(other.provider.company_id):
        waiting.refresh_from_db()
        Provider.objects.update(state="not_effective")
        assert ended(row) == ("rejected", "already_settled")
        assert row.reference in EXPIRED
        assert (waiting.state, waiting.reminded_at is None) == ("requires_action", False)
