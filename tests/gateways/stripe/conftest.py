"""A shop with a Stripe account of the sandbox: the gateway speaks to it over HTTP with the official SDK."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine, Iterator
from contextvars import copy_context
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from stripe_sandbox.server import Running, running_sandbox
from subledger.gateways.port import (
    ChargeOrder,
    CustomerFacts,
    GatewayFact,
    LookUp,
    Notice,
    Outcome,
    PayOrder,
    ProviderSettings,
    RefundOrder,
    Registration,
    Succeeded,
)
from subledger.gateways.stripe.adapter import StripeGateway
from subledger.kernel.money import Money
from subledger.platform import clock

PROVIDER = "gwp_0000000000001"
KEY = "sk_test_shop"
SECRETS = ("whsec_first", "whsec_second")
BACK, AWAY = "https://shop.example/back?page={CHECKOUT_SESSION_ID}", "https://shop.example/away"
ANA = CustomerFacts("acc_0000000000007", "Ana Bach", "ana@example.com")


class StaysHere(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Shop:
    """The gateway under test and short verbs: what the shop asks, what its customer does, what Stripe is made to do."""

    def __init__(self, running: Running, runner: asyncio.Runner, **settings: Any) -> None:
        self.running, self._runner = running, runner
        known = {
            "provider": PROVIDER,
            "kind": "stripe",
            "mode": "test",
            "secret_key": KEY,
            "webhook_secrets": SECRETS,
            "base_url": running.url,
            "allows_private": True,
        }
        self.settings = ProviderSettings(**{**known, **settings})
        self.gateway = StripeGateway(self.settings)
        self.stripe = self.gateway._wire._client.v1
        self._numbers = itertools.count(1)
        self.customer = ANA

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work, context=copy_context())  # with the clock as the test has set it

    # -- the shop --------------------------------------------------------------------------------------------------

    def open_customer(self) -> CustomerFacts:
        """Ana as Stripe knows her, made by the way to a page as the product does it."""
        if not self.customer.token:
            page = self.register()
            self.customer = CustomerFacts(ANA.account, ANA.name, ANA.email, page.customer_token)
        return self.customer

    def register(self, *kinds: str, currency: str = "eur", customer: CustomerFacts | None = None) -> Any:
        order = Registration(customer or self.customer, kinds or ("card",), currency, BACK, AWAY)
        return self.run(self.gateway.register(order))

    def card(self, token: str = "pm_card_visa") -> str:
        """A card on file, by one of Stripe's test tokens."""
        customer = self.open_customer().token
        return self.run(self.stripe.payment_methods.attach_async(token, {"customer": customer})).id

    def order(self, method: str, minor: int = 1050, currency: str = "eur", **fields: Any) -> ChargeOrder:
        number = next(self._numbers)
        known = {
            "key": f"att_{number}",
            "request": f"prq_{number}",
            "customer": self.open_customer(),
            "instrument": method,
            "instrument_kind": "card",
            "amount": Money(minor, currency),
            "description": "Invoice 7",
            "metadata": {"subledger_company": "cmp_1"},
        }
        return ChargeOrder(**{**known, **fields})

    def charge(self, order: ChargeOrder) -> Outcome:
        return self.run(self.gateway.charge(order))

    def pay(self, token: str = "pm_card_visa", minor: int = 1050, currency: str = "eur") -> Succeeded:
        outcome = self.charge(self.order(self.card(token), minor, currency))
        assert isinstance(outcome, Succeeded), outcome
        return outcome

    def refund_order(self, paid: Succeeded, minor: int, **fields: Any) -> RefundOrder:
        number = next(self._numbers)
        known = {
            "key": f"att_{number}",
            "request": f"prq_{number}",
            "charge": paid.charge,
            "amount": Money(minor, paid.amount.currency),
            "metadata": {},
        }
        return RefundOrder(**{**known, **fields})

    def refund(self, order: RefundOrder) -> Outcome:
        return self.run(self.gateway.refund(order))

    def pay_page(self, minor: int = 900, **fields: Any) -> Any:
        return self.run(self.gateway.pay_page(self.page_order(minor, **fields)))

    def page_order(self, minor: int = 900, **fields: Any) -> PayOrder:
        number = next(self._numbers)
        known = {
            "key": f"att_{number}",
            "request": f"prq_{number}",
            "customer": self.customer,
            "amount": Money(minor, "eur"),
            "description": "Invoice 8",
            "success_url": BACK,
            "cancel_url": AWAY,
            "expires_at": clock.now() + timedelta(hours=2),
            "metadata": {},
        }
        return PayOrder(**{**known, **fields})

    def look_up(self, request: str, type_: str = "payment", **fields: Any) -> Outcome:
        known = {"reference": "", "customer_token": self.customer.token, "charge": "", "sent_at": clock.now()}
        return self.run(self.gateway.look_up(LookUp(request=request, type=type_, **{**known, **fields})))

    def facts(self, kind: str, reference: str) -> list[GatewayFact]:
        notice = Notice("evt_1", kind, reference, clock.now())
        return list(self.run(self.gateway.facts(notice)))

    def notices(self, *, after: str = "") -> list[Notice]:
        since = clock.now() - timedelta(hours=1)
        return list(self.run(self.gateway.notices(after=after, since=since)))

    # -- its customer ----------------------------------------------------------------------------------------------

    def fill_in(self, page: str, **form: str) -> tuple[int, str]:
        """Type into a page and press its button; the status, and where that leads."""
        ready = {"expiry": "12/34", "cvc": "123", "name": "Ana Bach"} if "/c/pay/" in page else {}
        request = Request(
            page, urlencode({**ready, **form}).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        )
        try:
            with build_opener(StaysHere()).open(request, timeout=60) as answer:
                return answer.status, answer.headers.get("Location", "")
        except HTTPError as error:
            with error:
                return error.code, error.headers.get("Location", "")

    # -- Stripe ----------------------------------------------------------------------------------------------------

    def control(self, path: str, given: Any) -> Any:
        return self.running.control("POST", path, given)

    def fault(self, action: str, path: str = "^/v1/(payment_intents|refunds)$", **rule: Any) -> None:
        self.control("faults", [{"action": action, "method": "POST", "path": path, **rule}])

    def all_well(self) -> None:
        self.control("faults", [])

    def wait(self, seconds: int) -> None:
        self.control("clock", {"advance": seconds})

    @property
    def moved(self) -> list[dict[str, Any]]:
        return self.running.control("GET", "moved")


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_sandbox() as running, asyncio.Runner() as runner:
        shop = Shop(running, runner)
        try:
            yield shop
        finally:
            shop.run(shop.gateway.close())


@pytest.fixture
def another(shop: Shop) -> Iterator[Any]:
    """``another(secret_key=…)``: the same shop through a provider with other settings."""
    made: list[Shop] = []

    def make(**settings: Any) -> Shop:
        made.append(Shop(shop.running, shop._runner, **settings))
        return made[-1]

    yield make
    for one in made:
        shop.run(one.gateway.close())
