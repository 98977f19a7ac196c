"""Stripe from end to end: the API on one side, a local stand-in for Stripe on a real socket on the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from django.test import Client
from tests.api.client import Books, books
from typer.testing import CliRunner

from stripe_sandbox.server import Running, running_sandbox
from subledger.cli.main import app
from subledger.gateways.services import inbox, links
from subledger.kernel.ids import decode
from subledger.platform.scope import company_scope

KEY, SECRET = "sk_test_shop", "whsec_of_the_shop"
FORM = {"method": "card", "expiry": "12/34", "cvc": "123", "name": "Ann Example"}
GOOD, DECLINED, ASKS_EVERY_TIME = "4242424242424242", "4000000000000341", "4000002760003184"


class Shop(Books):
    """A company that collects through Stripe, its customer, and Stripe itself."""

    running: Running
    provider: str
    methods: dict[str, str]

    def code_of(self, path: str) -> dict[str, str]:
        return {one["code"]: one["id"] for one in self.get(path, limit=100)["data"]}

    def register(self, number: str = GOOD) -> dict[str, Any]:
        """The customer's card, typed into Stripe's page; Stripe's events tell of it."""
        session = self.post(f"accounts/{self.account}/payment_preferences/setup_session", expect=201)
        asks = fill_in(session["url"], number=number)
        if "/3ds/" in asks:
            fill_in(asks, outcome="authorise")
        self.hear()
        card: dict[str, Any] = self.get(f"accounts/{self.account}/payment_preferences")["data"][0]
        return card

    def hear(self) -> list[int]:
        """Stripe delivers what it has to tell, signed; a worker works it off."""
        statuses = []
        for delivery in self.running.control("POST", "deliveries/take", {}):
            headers = {name: value for name, value in delivery["headers"].items() if name.lower() != "content-type"}
            address = f"/webhooks/stripe/{self.provider}"
            answer = Client().post(address, delivery["body"], content_type="application/json", headers=headers)
            statuses.append(answer.status_code)
        with company_scope(self.company.pk):
            inbox.process(decode("gwp", self.provider))
        return statuses

    def pay(self, minor: int = 2500, *, expect: int = 201, **fields: Any) -> dict[str, Any]:
        body = {"account": self.account, "state": "posted", "amount": minor, "method": self.methods["card"]}
        body |= {"confirm_in_advance": True, **fields}
        told: dict[str, Any] = self.post("payments", body, expect=expect)
        return told

    @property
    def moved(self) -> int:
        """Minor units that came from customers' cards, less what went back."""
        rows = self.running.control("GET", "moved")
        return sum(row["amount"] if row["type"] == "captured" else -row["amount"] for row in rows)


class StaysHere(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def fill_in(page: str, **form: str) -> str:
    """Type into a page of Stripe's and press its button; where that leads."""
    filled = FORM | form if "/c/pay/" in page else form
    with pytest.raises(HTTPError) as answer:
        build_opener(StaysHere()).open(Request(page, urlencode(filled).encode()), timeout=60).close()
    with answer.value as leaving:
        assert leaving.code == 303
        return urljoin(page, leaving.headers["Location"])


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    with running_sandbox() as running:
        running.control("POST", "webhooks", {"key": KEY, "url": "pull:shop", "events": ["*"], "secret": SECRET})
        shop = Shop(books().company)
        shop.running = running
        shop.methods = shop.code_of("payment_methods")
        kinds = shop.code_of("transaction_types")
        shop.kind = kinds["paid_back"]
        refund_methods = shop.code_of("refund_methods")
        made = shop.post(
            "payment_gateway_providers",
            {
                "kind": "stripe", "code": "stripe", "name": "Stripe", "base_url": running.url, "test_key": KEY,
                "webhook_secrets": [SECRET], "payment_methods": [shop.methods["card"]],
                "payment_method": shop.methods["card"], "refund_methods": [refund_methods["card"]],
                "refund_method": refund_methods["card"], "cancellation_types": [shop.kind],
                "preferences": [shop.code_of("payment_preferences")["card"]],
            },
            expect=201,
        )  # fmt: skip
        shop.provider = made["id"]
        shop.post(f"payment_gateway_providers/{shop.provider}/activate")
        yield shop


@pytest.mark.wide
def test_a_card_is_registered_charged_refunded_and_paid_back(shop: Shop):
    card = shop.register()
    assert (card["instrument"]["brand"], card["instrument"]["last4"]) == ("visa", "4242")
    invoice = shop.invoice(25, on=None)
    paid = shop.post(f"invoices/{invoice}/quick_pay", {"amount": "all", "method": shop.methods["card"]}, expect=201)
    assert (paid["state"], paid["amount"], paid["payment_preference"]) == ("posted", 2500, None)
    assert shop.unsettled(invoice) == 0
    assert shop.moved == 2500
    other = shop.pay(1000)
    refund = shop.post(f"payments/{other['id']}/refund", {"amount": 400}, expect=201)
    assert (refund["state"], shop.moved) == ("posted", 3100)
    cancelled = shop.post(f"payments/{paid['id']}/cancel", {"amount": "all", "type": shop.kind})
    assert (cancelled["state"], shop.moved) == ("cancelled", 600)
    assert set(shop.hear()) == {200}
    assert shop.unsettled(invoice) == 25 - 6
    assert shop.balance() == 19


def test_a_declined_card_leaves_a_draft_that_another_card_pays(shop: Shop):
    shop.register(DECLINED)
    refused = shop.pay(expect=402)
    assert (refused["code"], refused["gateway_code"]) == ("payment_declined", "generic_decline")
    good = shop.register(GOOD)
    shop.patch(f"payments/{refused['transaction']}", {"payment_preference": good["id"]})
    again = shop.post(f"payments/{refused['transaction']}/post", {"confirm_in_advance": True})
    assert again["state"] == "posted"
    assert shop.moved == 2500


def test_a_bank_that_asks_for_its_customer_is_answered_by_the_customer(shop: Shop):
    shop.register(ASKS_EVERY_TIME)
    told = shop.pay()
    assert (told["state"], told["payment_request"]["state"]) == ("pending", "requires_action")
    request = told["payment_request"]["id"]
    link = shop.post(f"payment_requests/{request}/authentication_link", expect=201)
    assert re.fullmatch(r"http://testserver/pay/\S+", link["url"])
    with company_scope(shop.company.pk):
        page = links.begin_authentication(request_id=decode("prq", request), return_url="https://shop.example/back")
    assert page is not None
    fill_in(page.url, outcome="authorise")
    assert shop.post(f"payment_requests/{request}/look_up")["state"] == "posted"
    assert shop.get(f"payments/{told['id']}")["state"] == "posted"
    assert shop.moved == 2500


def test_a_removed_card_is_gone_at_stripe_too(shop: Shop):
    card = shop.register()
    shop.delete(f"accounts/{shop.account}/payment_preferences/{card['id']}")
    assert shop.get(f"accounts/{shop.account}/payment_preferences")["data"] == []
    assert shop.pay(expect=422)["code"] == "payment_preference_missing"


def test_events_are_taken_without_a_public_address(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """``subledger stripe listen``: the same end as by webhooks."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    session = shop.post(f"accounts/{shop.account}/payment_preferences/setup_session", expect=201)
    fill_in(session["url"], number=GOOD)
    assert shop.get(f"accounts/{shop.account}/payment_preferences")["data"] == []
    listened = CliRunner().invoke(
        app, ["stripe", "listen", "--once", "--provider", "stripe", "--company", shop.company.code]
    )
    assert listened.exit_code == 0, listened.stderr
    assert re.fullmatch(r"Stripe: \d+ new events, \d+ worked off\n", listened.stdout)
    assert len(shop.get(f"accounts/{shop.account}/payment_preferences")["data"]) == 1
    again = CliRunner().invoke(app, ["stripe", "listen", "--once", "--company", shop.company.code])
    assert (again.exit_code, again.stdout) == (0, "")
