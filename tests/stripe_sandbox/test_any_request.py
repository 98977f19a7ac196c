"""No request that the declared parameters allow makes the sandbox fail: it answers or refuses."""

import json
import os
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from tests.stripe_sandbox.conftest import START, charge, connect
from tests.stripe_sandbox.typed import misfits

from stripe_sandbox.params import _TYPES
from stripe_sandbox.routing import ROUTER, Request, Response, Route
from stripe_sandbox.sandbox import Sandbox

WORDS = ("eur", "jpy", "usd", "xyz", "pm_card_visa", "tok_visa", "https://a.example", "a@b.c", "created>0")
WHOLE = ("0", "1", "7", "50", "1000", "-5", "31", str(START), str(START + 86400), "10" * 8)
PARTS = ("0", "1.5", "12.34", "100", "-1", "x")
#: Requests for each endpoint; more with SANDBOX_REQUESTS=1000.
REQUESTS = int(os.environ.get("SANDBOX_REQUESTS", "40"))
#: What stands in paths and parameters for a kind of object where it is not called by its name.
KINDS = {
    "id": "",
    "intent": "payment_intent",
    "item": "subscription_item",
    "session": "checkout.session",
    "transaction": "customer_balance_transaction",
    "subscription_exposed_id": "subscription",
    "line_item_id": "line_item",
    "test_clock": "test_helpers.test_clock",
    "default_payment_method": "payment_method",
}


def routes(node: dict[str, Any]) -> Iterator[Route]:
    for part, below in node.items():
        if part == "":
            yield from below.values()
        else:
            yield from routes(below)


API = sorted((r for r in routes(ROUTER._tree) if r.is_api), key=lambda r: (r.path, r.method))


def filled() -> Sandbox:
    """A sandbox with an object of each kind that calls make."""
    sandbox = Sandbox(start=START)
    api = connect(sandbox).v1
    customer = api.customers.create({"name": "Ana"})
    method = api.payment_methods.attach("pm_card_createDispute", {"customer": customer.id})
    paid = charge(api, customer, method.id)
    card = api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    api.refunds.create({"payment_intent": charge(api, customer, card.id).id, "amount": 100})
    charge(api, customer, card.id, capture_method="manual")
    api.payment_intents.create({"amount": 1000, "currency": "eur"})
    api.setup_intents.create({"customer": customer.id})
    page = {"mode": "setup", "currency": "eur", "success_url": "https://a.example", "customer": customer.id}
    api.checkout.sessions.create(page)
    api.webhook_endpoints.create({"url": "https://a.example", "enabled_events": ["*"]})
    product = api.products.create({"name": "P"})
    monthly = {"interval": "month"}
    price = api.prices.create({"product": product.id, "currency": "eur", "unit_amount": 1000, "recurring": monthly})
    coupon = api.coupons.create({"percent_off": 10, "duration": "once"})
    api.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}})
    api.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False})
    api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": card.id}})
    api.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    api.invoice_items.create({"customer": customer.id, "amount": 500, "currency": "eur"})
    api.test_helpers.test_clocks.create({"frozen_time": START})
    api.disputes.retrieve(api.disputes.list({"charge": paid.latest_charge}).data[0].id)
    return sandbox


class Chance:
    """Makes requests up from the declared parameters: mostly right ones, sometimes not."""

    def __init__(self, sandbox: Sandbox, random: Random) -> None:
        self.account, self.random = sandbox.account("demo"), random

    def an_id(self, named: str, path: str = "") -> str:
        """An object of the kind that a name stands for, or now and then of any kind."""
        kind = KINDS.get(named, named) or path.removeprefix("/v1/").partition("/")[0].removesuffix("s")
        rows = list(self.account.all(kind))
        if not rows or self.random.random() < 0.1:
            rows = [row for rows in self.account._collections.values() for row in rows]
        return self.random.choice(rows)["id"]

    def value(self, declared: Any, name: str, depth: int) -> Any:
        if isinstance(declared, str):
            if declared in _TYPES:
                return self.form(_TYPES[declared], depth + 1)
            if declared == "str":
                is_id = name in KINDS or len(self.account.all(name)) > 0
                return self.an_id(name) if is_id else self.random.choice(WORDS)
            choices = {"int": WHOLE, "bool": ("true", "false"), "empty": ("",)}
            return self.random.choice(choices.get(declared, PARTS))
        kind, *inner = declared
        if kind == "enum":
            return self.random.choice(inner)
        if kind == "or":
            return self.value(self.random.choice(inner), name, depth)
        if kind == "list":
            rows = [self.value(inner[0], name.removesuffix("s"), depth + 1) for _ in range(self.random.randint(0, 2))]
            return dict(enumerate(rows))
        keys = self.random.sample(["a", "eur", "usd"], self.random.randint(0, 2))
        return {key: self.value(inner[0], name, depth + 1) for key in keys}

    def form(self, declared: dict[str, Any], depth: int = 0) -> dict[str, Any]:
        fields = declared["fields"]
        chosen = set(declared.get("required", ()))
        if depth < 3 and fields:
            chosen |= set(self.random.sample(sorted(fields), min(len(fields), self.random.randint(0, 4))))
        return {name: self.value(fields[name], name, depth) for name in sorted(chosen)}


def encoded(form: Any, name: str = "") -> Iterator[str]:
    if isinstance(form, dict):
        for key, value in form.items():
            yield from encoded(value, f"{name}[{key}]" if name else str(key))
    else:
        yield f"{name}={quote(str(form))}"


@pytest.mark.few(15)
@pytest.mark.parametrize("route", API, ids=lambda r: f"{r.method} {r.path}")
def test_it_answers_or_refuses(route: Route) -> None:
    sandbox = filled()
    chance = Chance(sandbox, Random(f"{route.method} {route.path}"))
    declared = _TYPES[route.params] if route.params else {"fields": {}}
    for _ in range(REQUESTS):
        text = "&".join(encoded(chance.form(declared)))
        parts = [chance.an_id(p[1:-1], route.path) if p.startswith("{") else p for p in route.path.split("/")]
        is_post = route.method == "POST"
        key = {"authorization": "Bearer sk_test_demo"}
        request = Request(route.method, "/".join(parts), "" if is_post else text, key, text.encode() * is_post)
        outcome = sandbox.handle(request)
        assert isinstance(outcome, Response)
        assert outcome.status in (200, 400, 402, 403, 404), request
        answer = json.loads(outcome.body)
        if outcome.status == 200 and answer["object"] not in ("list", "search_result"):
            assert not misfits(answer), request
    for _ in range(4):  # what the requests set going must not fail either
        sandbox.timeline.advance_to(sandbox.timeline.now + 10 * 86400)
