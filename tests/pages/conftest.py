"""A desk to sit at: a browser-like client logged in as somebody with a role, and books with one of everything."""

from __future__ import annotations

import copy
import re
import uuid
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from tests.factories import Ledger, at_work, company_at_work
from tests.gateways.conftest import install_toy, make_desk
from tests.gateways.toy import decline
from tests.retries.rows import keep_retry
from tests.runs.verbs import started
from tests.shared import share, whole_of

from subledger.accounts.contacts import NewContact, add_contacts
from subledger.accounts.models import PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.attachments.services import attach
from subledger.companies.models import Company, Role
from subledger.companies.services import add_member, create_api_key
from subledger.desk.services import NewContact as DeskContact
from subledger.desk.services import record_contact
from subledger.gateways.models import InboxEvent, MarkedFile, PaymentRequest, UnbookedFact
from subledger.gateways.services.providers import save_provider
from subledger.gateways.services.unbooked import Unbooked, keep
from subledger.imports.models import ImportRun
from subledger.journal.services import close_period
from subledger.messages.services.outbox import Wish, communicate
from subledger.messages.services.suppressions import suppress_address
from subledger.messages.states import SuppressionReason
from subledger.page_kit.access import COMPANY_KEY
from subledger.people.services import invite
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.retries.models import RetryPlan
from subledger.segments.services import create_segment
from subledger.transactions.models import Transaction
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C
from subledger.wallets.rules.moves import NewCredit, NewDebit
from subledger.wallets.services.moves import credit_wallets, debit_wallets
from subledger.webhooks.models import WebhookDelivery
from subledger.webhooks.services.endpoints import create_endpoint
from subledger.webhooks.services.replays import replay_event

PASSWORD = "a long enough password"


def member(company: Company, role: str) -> Any:
    """A new person with a role in ``company``; roles that are no ready ones grant what their name lists."""
    user = get_user_model().objects.create_user(f"person-{uuid.uuid4().hex[:12]}", password=PASSWORD)
    with company_scope(company.pk):
        if not Role.objects.filter(code=role).exists():
            Role.objects.create(
                company=company, code=role, name=role, permissions=[p for p in [role] if p != "nothing"]
            )
        add_member(user=user, role=role, actor="test")
    return user


def cookies_of(username: str, served: str) -> list[dict[str, str]]:
    """For a browser: somebody who has logged in before. The form is tried in tests/people/test_browser.py."""
    client = seat(get_user_model().objects.get(username=username))
    return [{"name": name, "value": morsel.value, "url": served} for name, morsel in client.cookies.items()]


def seat(user: Any, company: Company | None = None) -> Client:
    client = Client()
    client.force_login(user)
    if company:
        session = client.session
        session[COMPANY_KEY] = company.public_id
        session.save()
    return client


def reviewed(client: Client, url: str, typed: dict[str, Any], *, shown: Any = None, **options: Any) -> Any:
    """Send a form as it was ``shown``; what it shows anew before it is done is sent once more."""
    answer = client.post(url, {**typed, **token_in(shown)}, **options)
    found = token_in(answer)
    return client.post(url, {**typed, **found}, **options) if found and answer.status_code == 200 else answer


def token_in(page: Any) -> dict[str, str]:
    """What a form that was shown sends along: what it showed."""
    found = re.search(r'name="reviewed" value="(\w+)"', page.content.decode()) if page else None
    return {"reviewed": found[1]} if found else {}


def version_in(page: Any) -> dict[str, str]:
    """What a form that was shown says it was filled with."""
    found = re.search(r'name="version" value="(\w+)"', page.content.decode())
    assert found, "the form carries no version"
    return {"version": found[1]}


@pytest.fixture
def sit(company: Company) -> Callable[[str], Client]:
    """``sit("auditor")`` is a client logged in with that role in the test's company."""
    return lambda role: seat(member(company, role))


@pytest.fixture
def desk(sit: Callable[[str], Client]) -> Client:
    return sit("administrator")


class Books:
    """One of everything a page may be about."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.account = ledger.account
        self.customer = ledger.account.customer
        self.paid = ledger.invoice(100, on="04/05", due="01/06")
        self.payment = ledger.payment(100, on="05/05", to=[self.paid])
        self.invoice = ledger.invoice(250, on="06/05", due="10/06", tax=19)
        self.partly = ledger.payment(50, on="07/05")
        self.cancelled = ledger.invoice(30, on="08/05", due="10/06")
        ledger.cancel(self.cancelled)
        self.draft, self.draft_payment = save_drafts(
            new=[ledger.new(C.INVOICE, 80), ledger.new(C.PAYMENT, 20)], actor="test"
        )
        close_period(through=date(2026, 4, 30), actor="test")
        new = NewContact(customer=self.customer, name="Eva Rossi", email="eva@example.com", receives=["invoices"])
        [self.contact] = add_contacts(new=[new], actor="test")
        self.file = attach(of="account", object_id=self.account.pk, name="terms.txt", content=b"Net 30", actor="test")
        self.way = set_payment_preference(
            account_id=self.account.pk,
            preference=PaymentPreference.objects.get(code="direct_debit"),
            details={"reference": "IT60"},
            is_default=True,
            actor="test",
        )
        colleague = get_user_model().objects.create_user(f"colleague-{uuid.uuid4().hex[:12]}", password=PASSWORD)
        self.colleague = add_member(user=colleague, role="agent", actor="test")
        self.invitation, _ = invite(role="agent", name="Bea", actor="test")
        self.key, _ = create_api_key(name="billing", actor="test")
        wish = Wish(of="invoice", object_id=self.invoice.id, recipient="ana@example.com")
        self.message = communicate(wish=wish, actor="test")
        self.suppression = suppress_address(address="bea@example.com", reason=SuppressionReason.OPTED_OUT, actor="test")
        self.run = ImportRun.objects.create(
            company_id=self.account.company_id,
            kind="payments",
            file_name="may.csv",
            sha256="0" * 64,
            is_kept=False,
            read=2,
            created=1,
            unchanged=0,
            rejected=1,
            at=clock.now(),
            actor="test",
            rejections=[[2, "amount", "amount_invalid", "'x' is not an amount."]],
        )

        self.execution = started(to=5, schedule={"every": "day", "start": "2026-01-01T09:00"}, leave=[2])
        criteria = {"standing": "owes", "parent": self.account.number}
        self.segment = create_segment(name="Owing", about="accounts", criteria=criteria, actor="test")
        self.endpoint, _ = create_endpoint(url="https://93.184.215.14/hooks", filters=["invoice.*"], actor="test")
        replay_event(
            endpoint_id=self.endpoint.pk,
            event_id=Event.objects.get(object_id=self.paid.id, type__endswith=".posted").pk,
            actor="test",
        )
        self.delivery = WebhookDelivery.objects.get(endpoint=self.endpoint)
        self.gateway = GatewayBooks(ledger)
        other = ledger.open("Pia")
        self.owed, self.promised, self.disputed = (
            ledger.invoice(60, account=other, on="06/05", due="10/06") for _ in range(3)
        )
        new = NewPromise(document_id=self.promised.id, instalments=[Instalment(date(2026, 7, 1), None)])
        self.promise = make_promise(new=new, actor="test")
        said = DeskContact(account_id=other.pk, kind="call", text="She pays on Friday.", follow_up_on=date(2026, 5, 20))
        self.said = record_contact(new=said, actor="test")
        self.dispute = open_dispute(document_id=self.disputed.id, reason="The hours of May.", actor="test")
        [grant] = credit_wallets(
            new=[NewCredit(account_id=other.pk, amount_minor=5000, expires_on=date(2027, 1, 31))], actor="test"
        )
        self.wallet = grant.wallet
        debit = NewDebit(wallet_id=grant.wallet_id, amount_minor=1190)
        self.wallet_debit = debit_wallets(new=[debit], actor="test")[0]
        self.tried_again = Transaction.objects.get(pk=self.owed.id)
        RetryPlan.objects.get(code="standard").providers.add(self.gateway.desk.provider)
        self.retry = keep_retry(self.gateway.rejected, self.tried_again)


class GatewayBooks:
    """One of everything that a payment gateway may show; the gateway is the toy of its own tests."""

    def __init__(self, ledger: Ledger) -> None:
        self.desk = make_desk(ledger)
        self.card = self.desk.card
        invoice = ledger.invoice(75, on="06/05", due="10/06")
        self.posted = self.desk.pay(7500, to=[invoice])
        self.desk.bank.script = [decline]
        self.rejected = self.desk.pay(1000)
        self.pending = self.desk.row(self.desk.ask(2000).request_id)
        self.waiting = self.desk.row(self.desk.ask(3000).request_id)
        PaymentRequest.objects.filter(pk=self.waiting.pk).update(state="requires_action", check_at=clock.now())
        values = {"kind": "generic", "code": "clerk", "name": "Clerk"}
        self.generic = save_provider(ident=None, values=values, actor="test")
        keep(
            provider=self.generic,
            facts=[Unbooked(source="camt.053", said="The bank booked PRQ-1.", code="amount_differs", reason="Look.")],
            actor="test",
        )
        self.fact = UnbookedFact.objects.get(provider=self.generic)
        self.marked = MarkedFile.objects.create(
            company_id=self.generic.company_id,
            provider=self.generic,
            message="MSG-1",
            format="csv",
            requests=[self.pending.pk],
            content=zlib.compress(b"request\n"),
            made_at=clock.now(),
            made_by="user:ana",
        )
        self.event = InboxEvent.objects.create(
            provider=self.desk.provider,
            external_id="evt_1",
            type="payment_intent.succeeded",
            object_reference="nobody's",
            created_at=clock.now(),
            received_at=clock.now(),
            body=b'{"id": "evt_1", "data": {"object": {"client_secret": "pi_1_secret_2", "amount": 7500}}}',
        )


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where books of everything are looked at, they are made once for the module, before the test's own savepoint."""
    for item in items:
        names = getattr(item, "fixturenames", [])
        if item.path.parent == HERE and "books" in names and "db" in names:
            names.insert(names.index("db"), "full_books")
    share([item for item in items if "full_books" not in getattr(item, "fixturenames", ())], company, "full_company")


@pytest.fixture(scope="module")
def full_books(module_db: None) -> Iterator[Books]:
    with pytest.MonkeyPatch.context() as patches, company_at_work():
        install_toy(patches)
        found = Books(Ledger())
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
        yield found


@pytest.fixture
def company(request: pytest.FixtureRequest, db: None) -> Iterator[Company]:
    """The company of the books, where the test has them; else one of its own."""
    if "full_books" in request.fixturenames:
        with at_work(request.getfixturevalue("full_books").ledger.account.company) as found:
            yield found
        return
    whole = whole_of(request)
    with at_work(copy.deepcopy(whole.company)) if whole else company_at_work() as found:
        yield found


@pytest.fixture
def books(company: Company, toy_kind: None, full_books: Books) -> Books:
    return copy.deepcopy(full_books)


@pytest.fixture
def toy_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the toy's package were installed."""
    install_toy(monkeypatch)
