"""An in-process transport: the official SDK talks to a ``Sandbox`` without a socket, for simulations of many seeds."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from stripe_sandbox.routing import NoAnswer, Request
from stripe_sandbox.sandbox import Sandbox


class Headers(MutableMapping[str, str]):
    """Headers whose names are compared without case, which the SDK expects of its transports."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._held = {name.lower(): value for name, value in headers.items()}

    def __getitem__(self, name: str) -> str:
        return self._held[name.lower()]

    def __setitem__(self, name: str, value: str) -> None:
        self._held[name.lower()] = value

    def __delitem__(self, name: str) -> None:
        del self._held[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


class InProcessClient(stripe.HTTPClient):
    """``stripe.StripeClient(key, http_client=InProcessClient(sandbox))``.

    No answer becomes ``stripe.APIConnectionError``, as it does on a wire. Slow answers come at once.
    """

    name = "sandbox"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self._sandbox = sandbox

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Headers]:
        parts = urlsplit(url)
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        outcome = self._sandbox.handle(Request(method.upper(), parts.path, parts.query, lowered, body))
        if isinstance(outcome, NoAnswer):
            raise stripe.APIConnectionError("The sandbox sent no answer", should_retry=True)
        if outcome.sent:
            outcome.sent()
        return outcome.body.decode(), outcome.status, Headers(outcome.headers)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Headers]:
        text, status, answered = self.request(method, url, headers, post_data)
        return text.encode(), status, answered

    def close(self) -> None:
        """There is nothing to close."""

    async def close_async(self) -> None:
        """There is nothing to close."""


def client(sandbox: Sandbox, key: str = "sk_test_demo", **options: Any) -> stripe.StripeClient:
    """The official client, talking to a sandbox in this process."""
    return stripe.StripeClient(key, http_client=InProcessClient(sandbox), **options)
