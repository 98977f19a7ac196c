"""What a notice tells of, as Stripe says it now. The notice is only a hint: everything is fetched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from subledger.gateways.port import GatewayFact, InstrumentGone, Outcome, RequestOutcome
from subledger.stripe_client.errors import RequestRefused
from subledger.stripe_client.objects import Object, id_of, need

from .answers import (
    ACCOUNT,
    dispute_seen,
    instrument_seen,
    is_of_page,
    is_ours,
    outcome_of_intent,
    outcome_of_session,
    refund_seen,
    request_of,
)
from .lookups import Reader

Facts = tuple[GatewayFact, ...]


async def facts_of(reader: Reader, provider: str, kind: str, reference: str) -> Facts:
    """The facts behind an event of a kind about an object; none for what means nothing to us, or is not there."""
    ask = _question(kind)
    if ask is None or not reference:
        return ()
    try:
        return await ask(reader, provider, reference)
    except RequestRefused as failure:
        if not failure.is_missing:
            raise
        return (InstrumentGone(reference),) if kind == "payment_method.detached" else ()


async def _intent(reader: Reader, provider: str, reference: str) -> Facts:
    return await intent_facts(reader, provider, await reader.intent(reference))


async def intent_facts(reader: Reader, provider: str, intent: Object) -> Facts:
    """What became of a payment, if it is one of ours."""
    request = request_of(intent, provider)
    outcome = await outcome_by_now(reader, intent) if request else None
    return (RequestOutcome(request, outcome),) if outcome else ()


async def outcome_by_now(reader: Reader, intent: Object) -> Outcome | None:
    """What became of a payment; of one on a page, what became of the page: there a customer may try another card."""
    if is_of_page(intent) and need(intent, "status") not in ("succeeded", "processing", "canceled"):
        session = await reader.session_of(need(intent, "id"))
        return outcome_of_session(session) if session else None
    return outcome_of_intent(intent)


async def _charge(reader: Reader, provider: str, reference: str) -> Facts:
    intent = id_of((await reader.charge(reference)).get("payment_intent"))
    return await _intent(reader, provider, intent) if intent else ()


async def _refunds_of_charge(reader: Reader, provider: str, reference: str) -> Facts:
    """Behind what became of their payment: our answer to that may be lost, and its own event late or lost."""
    refunds = [refund async for refund in reader.refunds_of(reference)]
    paid = await _payment_of(reader, provider, refunds[0]) if refunds else ()
    return (*paid, *(refund_seen(refund, provider) for refund in refunds))


async def gone_back(reader: Reader, provider: str, charge: str) -> Facts:
    """Refunds and disputes of a charge, however they began. StripeFailure."""
    refunds = [refund_seen(refund, provider) async for refund in reader.refunds_of(charge)]
    disputes = [seen async for dispute in reader.disputes_of(charge) if (seen := dispute_seen(dispute))]
    return (*refunds, *disputes)


async def _payment_of(reader: Reader, provider: str, thing: Object) -> Facts:
    """What became of the payment that a refund or dispute is of, if it is one of ours."""
    intent = id_of(thing.get("payment_intent"))
    return await _intent(reader, provider, intent) if intent else ()


async def _refund(reader: Reader, provider: str, reference: str) -> Facts:
    charge = id_of(need(await reader.refund(reference), "charge"))
    return await _refunds_of_charge(reader, provider, charge) if charge else ()


async def _dispute(reader: Reader, provider: str, reference: str) -> Facts:
    dispute = await reader.dispute(reference)
    seen = dispute_seen(dispute)
    return (*await _payment_of(reader, provider, dispute), seen) if seen else ()


async def session_facts(reader: Reader, provider: str, reference: str) -> Facts:
    """What a page led to: a payment's outcome, or what was saved. None while the customer is still at it."""
    session = await reader.session(reference)
    if not is_ours(session, provider) or need(session, "status") == "open":
        return ()
    if need(session, "mode") == "setup":
        setup = id_of(need(session, "setup_intent"))
        return await _setup(reader, provider, setup) if setup else ()
    request, outcome = request_of(session, provider), outcome_of_session(session)
    return (RequestOutcome(request, outcome),) if request and outcome else ()


async def _setup(reader: Reader, provider: str, reference: str) -> Facts:
    setup = await reader.setup(reference)
    method = setup.get("payment_method")
    if not is_ours(setup, provider) or need(setup, "status") != "succeeded" or not isinstance(method, dict):
        return ()
    return (instrument_seen(method, setup["metadata"].get(ACCOUNT, ""), setup.get("mandate")),)


async def _method(reader: Reader, provider: str, reference: str) -> Facts:
    method = await reader.method(reference)
    customer = method.get("customer")
    if not isinstance(customer, dict) or customer.get("deleted"):
        return (InstrumentGone(reference),)  # once detached, a payment method never belongs to anybody again
    account = (customer.get("metadata") or {}).get(ACCOUNT, "") if is_ours(customer, provider) else ""
    return (instrument_seen(method, account),)


async def _mandate(reader: Reader, provider: str, reference: str) -> Facts:
    mandate = await reader.mandate(reference)
    gone = need(mandate, "status") == "inactive"
    return (InstrumentGone(id_of(need(mandate, "payment_method"))),) if gone else ()


Question = Callable[[Reader, str, str], Awaitable[Facts]]

# The longest prefix of an event's type decides. What stands in none of them means nothing to us.
QUESTIONS: dict[str, Question] = {
    "payment_intent.": _intent,
    "charge.": _charge,
    "charge.refunded": _refunds_of_charge,
    "charge.refund.": _refund,  # its object is the refund
    "charge.dispute.": _dispute,
    "refund.": _refund,
    "checkout.session.": session_facts,
    "setup_intent.succeeded": _setup,
    "payment_method.": _method,
    "mandate.updated": _mandate,
}


def _question(kind: str) -> Question | None:
    prefixes = [prefix for prefix in QUESTIONS if kind.startswith(prefix)]
    return QUESTIONS[max(prefixes, key=len)] if prefixes else None
