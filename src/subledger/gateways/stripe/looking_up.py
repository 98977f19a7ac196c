"""What became of a request whose answer was lost, asked of Stripe itself.

Lists show what was just made; search may lag by a minute. So a list finds it or says that it is not there, and search
is asked besides for what a list by time could miss (our clock and Stripe's may differ).
"""

from __future__ import annotations

from datetime import timedelta

from subledger.gateways.port import (
    ActionRequired,
    Declined,
    InProgress,
    LookUp,
    Lost,
    NotThere,
    Outcome,
    Succeeded,
)
from subledger.gateways.states import RequestType
from subledger.platform import clock
from subledger.stripe_client.errors import RequestRefused
from subledger.stripe_client.objects import Object, instant, need

from .answers import REQUEST, is_of_page, outcome_of_refund, outcome_of_session, request_of
from .facts import outcome_by_now
from .lookups import Reader

CLOCKS_DIFFER = timedelta(minutes=10)
TRIED_WITHIN = timedelta(hours=1)
# Of several objects made for one request, the one that says most about money counts.
ORDER = (Succeeded, InProgress, ActionRequired, Declined)


async def look_up(reader: Reader, provider: str, query: LookUp) -> Outcome:
    """By the reference where one is known, else by our metadata. StripeFailure."""
    if query.type != RequestType.PAYMENT:
        return await _refund(reader, provider, query)
    if query.reference.startswith("cs_"):
        outcome = outcome_of_session(await reader.session(query.reference))
        return outcome or InProgress(query.reference)
    if query.reference:
        intent = await reader.intent(query.reference)
        return await outcome_by_now(reader, intent) or _untried(intent)
    return await _payment(reader, provider, query)


async def _payment(reader: Reader, provider: str, query: LookUp) -> Outcome:
    since = query.sent_at - CLOCKS_DIFFER
    intents = [
        intent
        async for intent in reader.intents_since(since, query.customer_token)
        if request_of(intent, provider) == query.request
    ]
    if not intents:
        intents = [intent for intent in await _found(reader, query) if request_of(intent, provider) == query.request]
    outcomes = [outcome for intent in intents if (outcome := await outcome_by_now(reader, intent))]
    if outcomes:
        return min(outcomes, key=_weight)
    async for session in reader.sessions_since(since, query.customer_token):
        if request_of(session, provider) == query.request:
            session = await reader.session(need(session, "id"))
            return outcome_of_session(session) or InProgress(need(session, "id"))
    return _untried(intents[0]) if intents else NotThere()


async def _found(reader: Reader, query: LookUp) -> list[Object]:
    try:
        return await reader.intents_with(REQUEST, query.request)
    except RequestRefused:  # some countries have no search; the list has been asked
        return []


def _untried(intent: Object) -> Outcome:
    """A payment that Stripe has made and not tried. Nobody else can try it: its client secret never left us."""
    ident = need(intent, "id")
    if is_of_page(intent) or clock.now() - instant(need(intent, "created")) < TRIED_WITHIN:
        return InProgress(ident)
    return Declined("never_tried", "Stripe made the payment and never tried to collect it.", ident)


async def _refund(reader: Reader, provider: str, query: LookUp) -> Outcome:
    if query.reference:
        return outcome_of_refund(await reader.refund(query.reference))
    if not query.charge:
        return Lost("The request names no charge whose refunds could be looked through.")
    outcomes = [
        outcome_of_refund(refund)
        async for refund in reader.refunds_since(query.sent_at - CLOCKS_DIFFER, query.charge)
        if request_of(refund, provider) == query.request
    ]
    return min(outcomes, key=_weight) if outcomes else NotThere()


def _weight(outcome: Outcome) -> int:
    return ORDER.index(type(outcome))
