"""A sandbox whose time stands still, and the official client on it; every answer is held to Stripe's shapes."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import stripe
from tests.stripe_sandbox.typed import misfits

from stripe_sandbox.routing import Request, Response
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.transport import Headers, InProcessClient

START = 1_767_225_600  # 1 January 2026


class HeldToShape(InProcessClient):
    """The in-process transport, refusing to hand on an object that is not as Stripe writes it."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **more: Any
    ) -> tuple[str, int, Headers]:
        text, status, answered = super().request(method, url, headers, post_data, **more)
        answer = json.loads(text)
        if status == 200:
            rows = answer["data"] if answer["object"] in ("list", "search_result") else [answer]
            wrong = [misfit for row in rows for misfit in misfits(row)]
            assert not wrong, f"{method} {url}: {wrong}"
        else:
            assert {"message", "type", "request_log_url"} <= set(answer["error"]) or status == 401
        return text, status, answered


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(start=START)


@pytest.fixture
def api(sandbox: Sandbox) -> Any:
    """The services of the official client: ``api.customers.create({...})``."""
    return connect(sandbox).v1


def connect(sandbox: Sandbox, key: str = "sk_test_demo", **options: Any) -> stripe.StripeClient:
    return stripe.StripeClient(key, http_client=HeldToShape(sandbox), **options)


@pytest.fixture
def customer(api: Any) -> Any:
    return api.customers.create({"name": "Ana", "email": "ana@example.com"})


@pytest.fixture
def card(api: Any, customer: Any) -> Any:
    """4242, attached to the customer and its default."""
    method = api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    return method


def charge(api: Any, customer: Any, method: str, amount: int = 1000, **more: Any) -> Any:
    """Collect off-session, as a payment run does."""
    order = {"amount": amount, "currency": "eur", "customer": customer.id, "payment_method": method}
    return api.payment_intents.create({**order, "confirm": True, "off_session": True, **more})


def send(sandbox: Sandbox, method: str, path: str, body: str = "", **headers: str) -> Response:
    """One raw request; underscores in header names stand for hyphens."""
    given = {"authorization": "Bearer sk_test_demo", **{k.replace("_", "-"): v for k, v in headers.items()}}
    path, _, query = path.partition("?")
    outcome = sandbox.handle(Request(method, path, query, given, body.encode()))
    assert isinstance(outcome, Response)
    return outcome


def control(sandbox: Sandbox, method: str, path: str, given: Any = None) -> Any:
    path, _, query = path.partition("?")
    outcome = sandbox.handle(Request(method, f"/_sandbox{path}", query, {}, json.dumps(given or {}).encode()))
    assert isinstance(outcome, Response)
    assert outcome.status == 200, outcome.body
    return json.loads(outcome.body)


def types_of(api: Any) -> list[str]:
    """The types of all events so far, oldest first."""
    return [event.type for event in api.events.list({"limit": 100}).data][::-1]
