"""Calls to Stripe through the official SDK: parameters in, JSON out, without the SDK's own classes in between.

Those classes cost more time than all the rest of a call, and what we read are plain fields.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

import aiohttp
import stripe

from subledger.gateways.port import ProviderSettings

from .answers import Object
from .orders import Parameters

# Stripe's own limit for one call is below this; a call that ends here is lost, not failed.
TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)

# The SDK writes whole requests and answers at level debug, and keeps an id in the home directory to report timings by.
logging.getLogger("stripe").setLevel(logging.WARNING)
stripe.enable_telemetry = False


class Wire:
    """One provider's Stripe account, spoken to from one event loop. Failures of the SDK go through; see `refusals`.

    Args:
        http_client: what carries the calls, for simulations without a network; closed by whoever made it.
    """

    def __init__(self, settings: ProviderSettings, api_version: str, http_client: stripe.HTTPClient | None) -> None:
        self._own_http = None if http_client else stripe.AIOHTTPClient(timeout=TIMEOUT)
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
        address = "/v1/" + "/".join(quote(part, safe="") for part in path)
        answer = await self._client.raw_request_async(method, address, **parameters)
        found: Object = answer.data
        return found
