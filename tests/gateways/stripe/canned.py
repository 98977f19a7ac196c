"""A transport that gives answers written down beforehand to the official SDK."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

from stripe_sandbox.transport import Headers
from subledger.gateways.port import ProviderSettings
from subledger.gateways.stripe.adapter import StripeGateway

PROVIDER = "gwp_1"
OURS = {"subledger_request": "prq_1", "subledger_account": "acc_1", "subledger_provider": PROVIDER}


class Canned(stripe.HTTPClient):
    """Answers by method and path; ``asked`` keeps every request as (method, path, parameters, headers)."""

    name = "canned"

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__()
        self._answers = answers
        self.asked: list[tuple[str, str, dict[str, str], dict[str, str]]] = []

    async def request_async(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        parts = urlsplit(url)
        sent = dict(parse_qsl(post_data or parts.query, keep_blank_values=True))
        self.asked.append((method.upper(), parts.path, sent, dict(headers)))
        answer = self._answers[f"{method.upper()} {parts.path}"]
        if isinstance(answer, Exception):
            raise answer
        status, body, *more = answer
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        return text, status, Headers({"Request-Id": "req_1", **(more[0] if more else {})})

    async def close_async(self) -> None:
        raise AssertionError("who makes a transport closes it")


def canned(answers: dict[str, Any], budget: Any = None, **settings: Any) -> tuple[StripeGateway, Canned]:
    """A gateway that hears these answers, and what it asks."""
    known = {"provider": PROVIDER, "kind": "stripe", "mode": "test", "secret_key": "sk_test_hidden1234"}
    http = Canned(answers)
    return StripeGateway(ProviderSettings(**{**known, **settings}), http_client=http, budget=budget), http


def run(work: Any) -> Any:
    return asyncio.run(work)
