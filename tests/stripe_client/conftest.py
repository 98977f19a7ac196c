"""A Stripe account of the sandbox, spoken to over HTTP by the official SDK."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from stripe_sandbox.server import Running, running_sandbox
from subledger.stripe_client.wire import StripeAccount, Wire


class Line:
    """A wire to the sandbox, and an event loop to run its calls on."""

    def __init__(self, running: Running, runner: asyncio.Runner, **options: Any) -> None:
        self.running, self._runner = running, runner
        self.account = StripeAccount("sk_test_shop", "test", base_url=running.url, allows_private=True)
        self.wire = Wire(self.account, **options)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    def customers(self, count: int) -> list[str]:
        """New customers, the newest first."""

        async def make() -> list[str]:
            made = [await self.wire.post("customers", parameters={"name": f"Ana {n}"}) for n in range(count)]
            return [customer["id"] for customer in reversed(made)]

        return self.run(make())

    def requests(self, path: str) -> int:
        """How many calls of a path the sandbox has been sent."""
        return sum(row["path"] == path for row in self.running.control("GET", "requests"))


@pytest.fixture
def line() -> Iterator[Line]:
    with running_sandbox() as running, asyncio.Runner() as runner:
        line = Line(running, runner)
        try:
            yield line
        finally:
            line.run(line.wire.close())
