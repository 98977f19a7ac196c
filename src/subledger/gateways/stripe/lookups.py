"""Questions to Stripe about payments. StripeFailure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from subledger.stripe_client.budget import Priority
from subledger.stripe_client.objects import Object, need
from subledger.stripe_client.paging import PAGE_SIZE, rows_of
from subledger.stripe_client.wire import Parameters, Wire

from .orders import MONEY_OF_INTENT


class Reader:
    """Asks one Stripe account."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def intent(self, ident: str) -> Object:
        """A payment with its charge and what the charge moved."""
        return await self._wire.get("payment_intents", ident, parameters={"expand": [MONEY_OF_INTENT]})

    async def charge(self, ident: str) -> Object:
        return await self._wire.get("charges", ident)

    async def refund(self, ident: str) -> Object:
        return await self._wire.get("refunds", ident)

    async def dispute(self, ident: str) -> Object:
        return await self._wire.get("disputes", ident)

    async def mandate(self, ident: str) -> Object:
        return await self._wire.get("mandates", ident)

    async def method(self, ident: str) -> Object:
        """A payment method with its customer, by whose metadata its account is known."""
        return await self._wire.get("payment_methods", ident, parameters={"expand": ["customer"]})

    async def setup(self, ident: str) -> Object:
        """A set-up with the payment method that it saved and the mandate given for it."""
        return await self._wire.get("setup_intents", ident, parameters={"expand": ["payment_method", "mandate"]})

    async def session(self, ident: str) -> Object:
        """A page with what was paid on it."""
        parameters = {"expand": [f"payment_intent.{MONEY_OF_INTENT}"]}
        return await self._wire.get("checkout", "sessions", ident, parameters=parameters)

    async def session_of(self, intent: str) -> Object | None:
        """The page on which a payment is made."""
        async for session in rows_of(self._wire, "checkout", "sessions", parameters={"payment_intent": intent}):
            return await self.session(need(session, "id"))
        return None

    def intents_since(self, since: datetime, customer: str) -> AsyncIterator[Object]:
        """Payments made since then, the newest first; of one customer if named."""
        parameters = {**_since(since, customer=customer), "expand": [f"data.{MONEY_OF_INTENT}"]}
        return rows_of(self._wire, "payment_intents", parameters=parameters)

    def sessions_since(self, since: datetime, customer: str) -> AsyncIterator[Object]:
        """Pages made since then, the newest first; of one customer if named."""
        return rows_of(self._wire, "checkout", "sessions", parameters=_since(since, customer=customer))

    def refunds_since(self, since: datetime, charge: str) -> AsyncIterator[Object]:
        """Refunds of a charge made since then, the newest first."""
        return rows_of(self._wire, "refunds", parameters=_since(since, charge=charge))

    def refunds_of(self, charge: str) -> AsyncIterator[Object]:
        return rows_of(self._wire, "refunds", parameters={"charge": charge, "expand": ["data.balance_transaction"]})

    def disputes_of(self, charge: str) -> AsyncIterator[Object]:
        return rows_of(self._wire, "disputes", parameters={"charge": charge})

    async def intents_with(self, key: str, value: str) -> list[Object]:
        """Payments found by their metadata. What is younger than a minute may be missing."""
        parameters = {"query": f"metadata['{key}']:'{value}'", "expand": [f"data.{MONEY_OF_INTENT}"]}
        return list(need(await self._wire.get("payment_intents", "search", parameters=parameters), "data"))

    async def events_after(self, ident: str) -> tuple[list[Object], bool]:
        """Up to a page of events after one, oldest first, and whether there are more."""
        page = await self._wire.get(
            "events", parameters={"ending_before": ident, "limit": PAGE_SIZE}, priority=Priority.BULK
        )
        return list(need(page, "data"))[::-1], bool(need(page, "has_more"))

    async def events_since(self, since: datetime) -> list[Object]:
        """Every event since then, oldest first."""
        return [
            event async for event in rows_of(self._wire, "events", parameters=_since(since), priority=Priority.BULK)
        ][::-1]


def _since(since: datetime, **named: str) -> Parameters:
    return {"created": {"gte": int(since.timestamp())}, **{name: value for name, value in named.items() if value}}
