"""Calls to Stripe through the official SDK: parameters in, JSON out, without the SDK's own classes in between.

Those classes cost more time than all the rest of a call, and what we read are plain fields.
"""

from __future__ import annotations

import logging
import ssl
from typing import Any
from urllib.parse import quote

import aiohttp
import stripe

from subledger.gateways.addresses import PublicResolver, trouble_calling
from subledger.gateways.port import ProviderSettings

from .answers import Object
from .orders import Parameters

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


class Wire:
    """One provider's Stripe account, spoken to from one event loop. Failures of the SDK go through; see `refusals`.

    Args:
        http_client: what carries the calls, for simulations without a network; closed by whoever made it.
    """

    def __init__(self, settings: ProviderSettings, api_version: str, http_client: stripe.HTTPClient | None) -> None:
        self._trouble = trouble_calling(settings.base_url, settings.mode, allows_private=settings.allows_private)
        is_guarded = bool(settings.base_url) and not settings.allows_private
        self._own_http = None if http_client else _Carrier(is_guarded=is_guarded)
        base: Any = {"api": settings.base_url.rstrip("/")} if settings.base_url else {}
        self._client = stripe.StripeClient(
            settings.secret_key,
            stripe_version=api_version,
            base_addresses=base,
            max_network_retries=0,  # sending again is ours to decide: the attempt and its key are kept
            http_client=http_client or self._own_http,
        )

    async def get(self, *path: str, parameters: Parameters | None = None) -> Object:
        """``get("refunds", "re_1")``."""
        return await self._ask("get", path, parameters or {})

    async def post(self, *path: str, parameters: Parameters | None = None, key: str = "") -> Object:
        """``post("refunds", parameters={…}, key="att_…")``; without a key the SDK makes one up."""
        options = {"idempotency_key": key} if key else {}
        return await self._ask("post", path, {**(parameters or {}), **options})

    async def close(self) -> None:
        if self._own_http:
            await self._own_http.close_async()

    async def _ask(self, method: str, path: tuple[str, ...], parameters: Parameters) -> Object:
        if self._trouble and self._own_http:  # as if nobody answered, whoever might have
            raise stripe.APIConnectionError(self._trouble)
        address = "/v1/" + "/".join(quote(part, safe="") for part in path)
        answer = await self._client.raw_request_async(method, address, **parameters)
        found: Object = answer.data
        return found
