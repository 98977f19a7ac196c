"""How Stripe's refusals and silences read. Pure: exceptions in, values of the port out.

===============================  ==============================================================================
402 card errors                  declined; `authentication_required` waits for the customer
400, 404 invalid requests        declined: nothing was done, and the same request never will be
400 idempotency error            lost: the key was used before, for something that may have moved money
401, 403, 429                    postponed: nothing was done, and the same request may be later
409 key in use, 5xx, no answer   lost
===============================  ==============================================================================

The table is of a first sending. A second one that is postponed says nothing of the first, so the request stays lost.
"""

from __future__ import annotations

import aiohttp
import stripe

from subledger.gateways.port import GatewayUnavailable, Lost, Outcome, Postponed

from .answers import Object, Unreadable, id_of, refusal

# The SDK wraps what goes wrong while it connects, not what goes wrong while an answer is read.
FAILURES = (stripe.StripeError, aiohttp.ClientError, OSError, TimeoutError, Unreadable)

RATE_WAIT, KEY_WAIT = 1, 300  # seconds until a postponed request is sent again, unless Stripe says otherwise


def outcome_of_failure(failure: Exception, *, sent_before: bool = False) -> Outcome:
    """What is known of a request after its call failed."""
    if isinstance(failure, stripe.CardError):
        return refusal(*_said(failure))
    if isinstance(failure, stripe.IdempotencyError):
        return Lost(f"Stripe had this key with other parameters: {words(failure)}")
    if isinstance(failure, stripe.InvalidRequestError):
        return refusal(*_said(failure))
    if isinstance(failure, stripe.RateLimitError | stripe.AuthenticationError | stripe.PermissionError):
        if sent_before:
            return Lost(f"Stripe refused the second sending; the first may have arrived: {words(failure)}")
        return Postponed(code_of(failure), words(failure), _wait(failure))
    return Lost(words(failure))


def unavailable(failure: Exception) -> GatewayUnavailable:
    return GatewayUnavailable(words(failure), code=code_of(failure))


def code_of(failure: Exception) -> str:
    """Stripe's code, or a word of ours where it gives none."""
    if isinstance(failure, stripe.StripeError):
        own = {
            stripe.RateLimitError: "rate_limit",
            stripe.AuthenticationError: "authentication_failed",
            stripe.PermissionError: "permission_missing",
            stripe.APIConnectionError: "no_answer",
        }
        return _body(failure).get("code") or own.get(type(failure), "stripe_error")
    return "unreadable" if isinstance(failure, Unreadable) else "no_answer"


def words(failure: Exception) -> str:
    """What people are told: Stripe's sentence with the request's id, never a body."""
    if isinstance(failure, stripe.APIConnectionError):
        cause = failure.__cause__
        return f"Stripe did not answer ({type(cause).__name__})." if cause else "Stripe did not answer."
    if isinstance(failure, stripe.StripeError):
        status = failure.http_status or "no status"
        said = failure.user_message if _body(failure) else ""  # without an error object it may be a whole page
        where = f" [{failure.request_id}]" if failure.request_id else ""
        return f"{said or f'Stripe answered {status} without saying why.'}{where}"
    return str(failure) if isinstance(failure, Unreadable) else f"Stripe did not answer ({type(failure).__name__})."


def is_missing(failure: stripe.StripeError) -> bool:
    """Whether Stripe has no such object."""
    return isinstance(failure, stripe.InvalidRequestError) and code_of(failure) == "resource_missing"


def _said(failure: stripe.StripeError) -> tuple[Object, str]:
    """The error as Stripe wrote it, and the payment that it is about, if it names one."""
    body = _body(failure)
    return {"type": "stripe_error", **body}, id_of(body.get("payment_intent"))


def _body(failure: stripe.StripeError) -> Object:
    body = failure.json_body if isinstance(failure.json_body, dict) else {}
    error = body.get("error")
    return error if isinstance(error, dict) else {}


def _wait(failure: stripe.StripeError) -> int:
    said = str((failure.headers or {}).get("retry-after", ""))
    if said.isdigit():
        return int(said)
    return RATE_WAIT if isinstance(failure, stripe.RateLimitError) else KEY_WAIT
