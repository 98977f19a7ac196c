"""A sandbox in this process with the official SDK on it, and the usual things to sell and to pay with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.stripe_sandbox.conftest import connect

from stripe_sandbox.sandbox import Sandbox


def at(text: str) -> int:
    """The instant that an ISO date or time names, in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def plain(thing: Any) -> Any:
    """An SDK object as the JSON that it came from."""
    return json.loads(str(thing))


@dataclass
class World:
    """One account of a sandbox whose time stands still until it is told to move."""

    sandbox: Sandbox
    api: Any
    product: str

    @classmethod
    def new(cls) -> World:
        """On 1 January 2025, with one product and nobody yet."""
        sandbox = Sandbox(start=at("2025-01-01"))
        api = connect(sandbox).v1
        return cls(sandbox, api, api.products.create({"name": "Gold"}).id)

    def price(self, amount: int | None = None, interval: str | None = "month", **more: Any) -> Any:
        """A price of the one product; without an interval it is for one time."""
        wanted: dict[str, Any] = {"product": self.product, "currency": "usd", **more}
        if amount is not None:
            wanted["unit_amount"] = amount
        if interval:
            wanted["recurring"] = {"interval": interval, **more.pop("recurring", {})}
        return self.api.prices.create(wanted)

    def customer(self, card: str | None = "pm_card_visa", **more: Any) -> Any:
        """A customer who pays with one of Stripe's test cards."""
        customer = self.api.customers.create({"name": "Ana", "email": "ana@example.com", **more})
        if card:
            method = self.api.payment_methods.attach(card, {"customer": customer.id})
            self.api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
        return customer

    def advance(self, moment: str) -> None:
        """Move the sandbox's own time; whatever falls due happens on the way."""
        self.sandbox.timeline.advance_to(at(moment))

    def invoices(self, **wanted: Any) -> list[Any]:
        """Invoices, oldest first."""
        return self.api.invoices.list({"limit": 100, **wanted}).data[::-1]

    def events(self, *prefixes: str) -> list[str]:
        """The types of what happened, oldest first."""
        rows = self.sandbox.account("demo").all("event")
        return [row["type"] for row in rows if not prefixes or row["type"].startswith(prefixes)]


def amounts(rows: Sequence[Any]) -> list[int]:
    return [row.amount for row in rows]
