"""Stripe as a gateway: the port's methods, each ending in a value of the port."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

import stripe

from subledger.gateways.kind import limit_of
from subledger.gateways.port import (
    ActionRequired,
    ChargeOrder,
    CustomerFacts,
    Declined,
    GatewayFact,
    GatewayUnavailable,
    HostedPage,
    LookUp,
    Lost,
    Notice,
    NoticeRefused,
    Outcome,
    PayOrder,
    ProviderSettings,
    RefundOrder,
    Registration,
)
from subledger.gateways.states import RequestType
from subledger.kernel.errors import AmountInvalid
from subledger.platform import clock
from subledger.stripe_client.budget import Budget, Priority
from subledger.stripe_client.errors import KeyReused, RequestRefused, StripeFailure
from subledger.stripe_client.keys import API_VERSIONS, LIMITS, account_key
from subledger.stripe_client.objects import Object, id_of, instant, need
from subledger.stripe_client.wire import StripeAccount, Wire

from . import orders
from .answers import (
    outcome_of_intent,
    outcome_of_refund,
    outcome_of_session,
    redirect_of,
    refusal,
    request_of,
)
from .facts import facts_of, gone_back, session_facts
from .failures import outcome_of_failure, unavailable
from .looking_up import look_up
from .lookups import Reader
from .notices import notice_of, read_notice

logger = logging.getLogger(__name__)
T = TypeVar("T")

UNTRIED = "Stripe made the payment and had not tried to collect it when it answered."
MOST_EVENTS = 1000  # taken by one poll; the next goes on from there


class StripeGateway:
    """One provider's Stripe account, spoken to from one event loop.

    Args:
        http_client: what carries the calls, for simulations without a network; closed by whoever made it.
        budget: of the account, which all calls are taken from; closed with the gateway.
    """

    def __init__(
        self, settings: ProviderSettings, *, http_client: stripe.HTTPClient | None = None, budget: Budget | None = None
    ) -> None:
        self._settings = settings
        self._version = settings.api_version or API_VERSIONS[0]
        account = StripeAccount(
            settings.secret_key, settings.mode, self._version, settings.base_url, settings.allows_private
        )
        priority = Priority.INTERACTIVE if settings.is_waited_for else Priority.WORK
        self._wire = Wire(account, http_client=http_client, budget=budget, priority=priority)
        self._reader = Reader(self._wire)

    def __repr__(self) -> str:
        return f"StripeGateway({self._settings!r})"

    # -- payments and refunds --------------------------------------------------------------------------------------

    async def charge(self, order: ChargeOrder) -> Outcome:
        """Collect from a saved card or mandate. A bank that wants to see the customer leaves ActionRequired."""
        try:
            parameters = orders.intent_parameters(order, provider=self._settings.provider, api_version=self._version)
        except AmountInvalid as error:
            return Declined(error.code, str(error))
        call = self._wire.post("payment_intents", parameters=parameters, key=order.key)
        return await _moved(call, outcome_of_intent, sent_before=order.sent_before)

    async def refund(self, order: RefundOrder) -> Outcome:
        """Pay back part or all of a charge; Stripe itself refuses more than is left of it."""
        try:
            parameters = orders.refund_parameters(order, provider=self._settings.provider)
        except AmountInvalid as error:
            return Declined(error.code, str(error))
        call = self._wire.post("refunds", parameters=parameters, key=order.key)
        return await _moved(call, outcome_of_refund, sent_before=order.sent_before)

    async def look_up(self, query: LookUp) -> Outcome:
        """What became of a request. An object that Stripe does not know under its reference is `Lost`, not absent: the
        key may be another account's, and sending again would collect twice."""
        try:
            return await look_up(self._reader, self._settings.provider, query)
        except StripeFailure as failure:
            return Lost(str(unavailable(failure)))

    # -- pages -----------------------------------------------------------------------------------------------------

    async def register(self, order: Registration) -> HostedPage:
        """A Checkout page that saves a card or a mandate. GatewayUnavailable."""
        try:
            customer = await self._customer(order.customer)
            parameters = orders.setup_page_parameters(
                order, customer=customer, provider=self._settings.provider, api_version=self._version
            )
            return _page(await self._wire.post("checkout", "sessions", parameters=parameters), customer)
        except ValueError as error:
            raise GatewayUnavailable(str(error), code="kind_not_taken") from None
        except StripeFailure as failure:
            raise unavailable(failure) from failure

    async def pay_page(self, order: PayOrder) -> HostedPage:
        """A Checkout page on which a customer pays. GatewayUnavailable: none was made, or its address was lost; asked
        again under the same key, Stripe answers with the same page."""
        try:
            customer = await self._customer(order.customer)
            parameters = orders.pay_page_parameters(
                order, customer=customer, provider=self._settings.provider, now=clock.now()
            )
            return _page(await self._wire.post("checkout", "sessions", parameters=parameters, key=order.key), customer)
        except AmountInvalid as error:
            raise GatewayUnavailable(str(error), code=error.code) from None
        except KeyReused as used:
            # Made before, when the same order allowed the page another end: it is still that page.
            page = await self._answered(self._page_of(order.request, customer))
            if page is None:
                raise unavailable(used) from used
            return page
        except StripeFailure as failure:
            raise unavailable(failure) from failure

    async def _page_of(self, request: str, customer: str) -> HostedPage | None:
        """The open page of a request."""
        async for session in self._reader.sessions_since(clock.now() - timedelta(days=1), customer):
            if request_of(session, self._settings.provider) == request and need(session, "status") == "open":
                return _page(session, customer)
        return None

    async def authenticate(self, reference: str, *, key: str, return_url: str) -> HostedPage | Outcome:
        """The bank's page for the very payment that asked for it, or what became of that payment by now.

        Raises:
            GatewayUnavailable: Stripe did not answer, or gave no page; the payment still waits.
        """
        intent = await self._answered(self._reader.intent(reference))
        url, leads_to = redirect_of(intent)
        if url and leads_to == return_url:
            return HostedPage(url, reference)
        method = _method_to_confirm(intent)
        if method:
            # A key of its own: the attempt's belongs to the call that made the payment.
            again = f"{key}-{sha256(return_url.encode()).hexdigest()[:16]}"
            parameters = {"payment_method": method, "return_url": return_url, "expand": [orders.MONEY_OF_INTENT]}
            try:
                intent = await self._wire.post(
                    "payment_intents", reference, "confirm", parameters=parameters, key=again
                )
            except StripeFailure as failure:
                return await self._by_now(reference, unavailable(failure))
            url, _ = redirect_of(intent)
            if url:
                return HostedPage(url, reference)
        return await self._by_now(reference, GatewayUnavailable("Stripe gave no page to authenticate on."))

    async def _by_now(self, reference: str, otherwise: GatewayUnavailable) -> HostedPage | Outcome:
        """What a payment is that did not simply lead to its page: declined, or finished in another window."""
        outcome = await self._now(reference)
        if isinstance(outcome, ActionRequired) and outcome.url:
            return HostedPage(outcome.url, reference)
        if isinstance(outcome, ActionRequired | Lost):
            raise otherwise
        return outcome

    async def expire(self, reference: str) -> Outcome:
        """Close a page, or give up a payment that waits for its customer; what became of it if that comes too late."""
        try:
            if reference.startswith("cs_"):
                closed = outcome_of_session(await self._wire.post("checkout", "sessions", reference, "expire"))
            else:
                closed = outcome_of_intent(await self._wire.post("payment_intents", reference, "cancel"))
        except RequestRefused as refused:
            closed = await self._now(reference)
            if isinstance(closed, ActionRequired):  # still open: nobody may take it for closed
                return Lost(str(unavailable(refused)))
        except StripeFailure as failure:
            return Lost(str(unavailable(failure)))
        return closed or Lost("Stripe did not close it.")

    async def session_facts(self, reference: str) -> Sequence[GatewayFact]:
        """What a page led to. GatewayUnavailable."""
        return await self._answered(session_facts(self._reader, self._settings.provider, reference))

    # -- events ----------------------------------------------------------------------------------------------------

    def parse(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        secrets = self._settings.webhook_secrets
        return notice_of(body, headers, secrets=secrets, is_live=self._is_live, now=clock.now())

    async def facts(self, notice: Notice) -> Sequence[GatewayFact]:
        question = facts_of(self._reader, self._settings.provider, notice.type, notice.object_reference)
        return await self._answered(question)

    async def gone_back(self, charge: str) -> Sequence[GatewayFact]:
        """Refunds and disputes of a charge as they stand. GatewayUnavailable."""
        return await self._answered(gone_back(self._reader, self._settings.provider, charge))

    async def notices(self, *, after: str, since: datetime) -> Sequence[Notice]:
        """Events that Stripe keeps (30 days). Where it has forgotten ``after``, those since the time are given."""
        notices = []
        for event in await self._answered(self._events(after, since)):
            try:
                notices.append(read_notice(event, json.dumps(event).encode(), is_live=self._is_live))
            except NoticeRefused as refused:
                logger.warning("An event of Stripe's is left out: %s", refused.detail)
        return notices

    async def _events(self, after: str, since: datetime) -> list[Object]:
        if not after:
            return await self._reader.events_since(since)
        events: list[Object] = []
        try:
            while len(events) < MOST_EVENTS:
                page, has_more = await self._reader.events_after(after)
                events += page
                if not has_more or not page:
                    break
                after = need(page[-1], "id")
        except RequestRefused as refused:
            if events or not refused.is_missing:
                raise
            return await self._reader.events_since(since)
        return events

    # -- the rest --------------------------------------------------------------------------------------------------

    async def forget(self, token: str) -> None:
        """Detach a payment method; one that is detached already, or unknown, is forgotten. GatewayUnavailable."""
        try:
            await self._wire.post("payment_methods", token, "detach")
        except RequestRefused as refused:
            if refused.is_missing:
                return
            method = await self._answered(self._reader.method(token))
            if method.get("customer"):
                raise unavailable(refused) from refused
        except StripeFailure as failure:
            raise unavailable(failure) from failure

    async def close(self) -> None:
        await self._wire.close()

    @property
    def _is_live(self) -> bool:
        return self._settings.mode == "live"

    async def _now(self, reference: str) -> Outcome:
        return await self.look_up(LookUp("", RequestType.PAYMENT, reference, "", "", clock.now()))

    async def _customer(self, customer: CustomerFacts) -> str:
        """Stripe's id of a customer, made on first need; asked for twice, it is made once."""
        if customer.token:
            return customer.token
        provider = self._settings.provider
        parameters = orders.customer_parameters(customer, provider=provider)
        key = orders.customer_key(customer, provider=provider)
        ident: str = need(await self._wire.post("customers", parameters=parameters, key=key), "id")
        details = orders.customer_details(customer)
        if details:
            await self._wire.post("customers", ident, parameters=details)
        return ident

    async def _answered(self, question: Awaitable[T]) -> T:
        try:
            return await question
        except StripeFailure as failure:
            raise unavailable(failure) from failure


def budget_of(settings: ProviderSettings) -> Budget | None:
    """The calls of the provider's account. Another address than Stripe's has the limit that the provider names."""
    limit = limit_of(LIMITS, settings.mode, base_url=settings.base_url, chosen=settings.calls_per_second)
    return Budget(account_key(settings.secret_key, settings.mode), limit) if limit else None


async def _moved(call: Awaitable[Object], read: Callable[[Object], Outcome | None], *, sent_before: bool) -> Outcome:
    """The outcome of a call that moves money, whatever way it ends."""
    try:
        return read(await call) or Lost(UNTRIED)
    except StripeFailure as failure:
        return outcome_of_failure(failure, sent_before=sent_before)


def _method_to_confirm(intent: Object) -> str:
    """The payment method with which a payment is finished by its customer; "" where there is nothing to finish."""
    status, error = need(intent, "status"), intent.get("last_payment_error") or {}
    if status == "requires_action":
        return id_of(intent.get("payment_method"))
    if status == "requires_payment_method" and isinstance(refusal(error, need(intent, "id")), ActionRequired):
        return id_of(error.get("payment_method"))
    return ""


def _page(session: Object, customer: str) -> HostedPage:
    return HostedPage(
        url=need(session, "url"),
        reference=need(session, "id"),
        expires_at=instant(need(session, "expires_at")),
        customer_token=customer,
    )
