"""What a call to Stripe that failed means to a request. Pure: failures in, values of the port out.

======================================  =======================================================================
`CardRefused`, `RequestRefused`         declined; `authentication_required` waits for the customer
`NotNow`                                postponed: nothing was done, and the same request may be later
`KeyReused`, `NoAnswer`, `Unreadable`   lost: it may have moved money
======================================  =======================================================================

The table is of a first sending. A second one that is postponed says nothing of the first, so the request stays lost.
"""

from __future__ import annotations

from subledger.gateways.port import GatewayUnavailable, Lost, Outcome, Postponed
from subledger.stripe_client.errors import CardRefused, KeyReused, NotNow, RequestRefused, StripeFailure
from subledger.stripe_client.objects import id_of

from .answers import refusal


def outcome_of_failure(failure: StripeFailure, *, sent_before: bool = False) -> Outcome:
    """What is known of a request after its call failed."""
    if isinstance(failure, CardRefused | RequestRefused):
        return refusal({"type": "stripe_error", **failure.body}, id_of(failure.body.get("payment_intent")))
    if isinstance(failure, KeyReused):
        return Lost(f"Stripe had this key with other parameters: {failure}")
    if isinstance(failure, NotNow):
        if sent_before:
            return Lost(f"Stripe refused the second sending; the first may have arrived: {failure}")
        return Postponed(failure.code, str(failure), failure.retry_after)
    return Lost(str(failure))


def unavailable(failure: StripeFailure) -> GatewayUnavailable:
    return GatewayUnavailable(str(failure), code=failure.code)
