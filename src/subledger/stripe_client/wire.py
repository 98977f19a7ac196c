"""Calls to Stripe through the official SDK: parameters in, JSON out, without the SDK's own classes in between.

Those classes cost more time than all the rest of a call, and what we read are plain fields.
"""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import stripe

from subledger.kernel.sentences import say
from subledger.platform.public_addresses import PublicResolver, trouble_calling

from .budget import Budget, Priority
from .errors import TRANSPORT, NoAnswer, failure_of
from .keys import API_VERSIONS
from .objects import Object

Parameters = dict[str, Any]

# Stripe's own limit for one call is below this; a call that ends here is lost, not failed.
TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)

# The SDK writes whole requests and answers at level debug, and keeps an id in the home directory to report timings by.
logging.getLogger("stripe").setLevel(logging.WARNING)
stripe.enable_telemetry = False


class _Carrier(stripe.AIOHTTPClient):
    """The SDK's own, which follows no redirect, and with ``is_guarded`` leads to public addresses alone."""

    def __init__(self, *, is_guarded: bool) -> None:
        super().__init__(timeout=TIMEOUT)
        self._is_guarded = is_guarded
        self._made: aiohttp.ClientSession | None = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._made is None:
            context = ssl.create_default_context(cafile=stripe.ca_bundle_path)
            resolver = PublicResolver() if self._is_guarded else None
            connector = aiohttp.TCPConnector(ssl=context, resolver=resolver)
            self._made = aiohttp.ClientSession(connector=connector)
        return self._made

    async def close_async(self) -> None:
        if self._made is not None:
            await self._made.close()

    def _get_request_args_kwargs(self, *args: Any) -> Any:
        positional, named = super()._get_request_args_kwargs(*args)
        return positional, {**named, "allow_redirects": False}


@dataclass(frozen=True, slots=True)
class StripeAccount:
    """An account as it is spoken to; ``repr`` shows no key."""

    secret_key: str = field(repr=False)
    mode: str  # test or live
    api_version: str = ""  # empty: the one that the SDK is written for
    base_url: str = ""  # empty: Stripe's own
    allows_private: bool = False  # whether base_url may lead into our own network (see `platform.public_addresses`)


class Wire:
    """One Stripe account, spoken to from one event loop. A call that fails raises a `StripeFailure`.

    Args:
        http_client: what carries the calls, for simulations without a network; closed by whoever made it.
        budget: what every call is taken from first; without one, calls go as fast as they come. Closed with the wire.
        priority: of the calls that name none.
    """

    def __init__(
        self,
        account: StripeAccount,
        *,
        http_client: stripe.HTTPClient | None = None,
        budget: Budget | None = None,
        priority: Priority = Priority.WORK,
    ) -> None:
        self._trouble = trouble_calling(account.base_url, account.mode, allows_private=account.allows_private)
        self._budget, self.priority = budget, priority
        is_guarded = bool(account.base_url) and not account.allows_private
        self._own_http = None if http_client else _Carrier(is_guarded=is_guarded)
        base: Any = {"api": account.base_url.rstrip("/")} if account.base_url else {}
        self._client = stripe.StripeClient(
            account.secret_key,
            stripe_version=account.api_version or API_VERSIONS[0],
            base_addresses=base,
            max_network_retries=0,  # sending again is ours to decide: the attempt and its key are kept
            http_client=http_client or self._own_http,
        )

    async def get(self, *path: str, parameters: Parameters | None = None, priority: Priority | None = None) -> Object:
        """``get("refunds", "re_1")``. StripeFailure."""
        return await self._ask("get", path, parameters or {}, priority)

    async def post(self, *path: str, parameters: Parameters | None = None, key: str = "") -> Object:
        """``post("refunds", parameters={…}, key="att_…")``; without a key the SDK makes one up. StripeFailure."""
        options = {"idempotency_key": key} if key else {}
        return await self._ask("post", path, {**(parameters or {}), **options}, None)

    async def close(self) -> None:
        if self._own_http:
            await self._own_http.close_async()
        if self._budget:
            await self._budget.close()

    async def _ask(
        self, method: str, path: tuple[str, ...], parameters: Parameters, priority: Priority | None
    ) -> Object:
        if self._trouble and self._own_http:  # as if nobody answered, whoever might have
            raise NoAnswer(say("Stripe did not answer."), code="no_answer")
        if self._budget:
            await self._budget.take(priority or self.priority)
        address = "/v1/" + "/".join(quote(part, safe="") for part in path)
        try:
            answer = await self._client.raw_request_async(method, address, **parameters)
        except TRANSPORT as error:
            raise failure_of(error) from error
        found: Object = answer.data
        return found
