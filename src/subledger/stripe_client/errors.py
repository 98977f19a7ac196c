"""How a call to Stripe fails: the SDK's exceptions in, errors of ours out.

========================  ===============================  ===========================================================
`CardRefused`             402 card errors                  a bank or Stripe declined
`RequestRefused`          400, 404 invalid requests        nothing was done, and the same request never will be
`KeyReused`               400 idempotency error            the key was used before, for something that may have happened
`NotNow`                  401, 403, 429, an empty budget   nothing was done, and the same request may be later
`NoAnswer`                409 key in use, 5xx, no answer   it may have happened
`Unreadable`              an answer without its fields     it happened, and we cannot say what
========================  ===============================  ===========================================================

The table is of a first sending. A second one that is refused by `NotNow` says nothing of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
import stripe

from subledger.kernel.sentences import say

RATE_WAIT, KEY_WAIT = 1, 300  # seconds until what was refused as `NotNow` is sent again, unless Stripe says otherwise

# The SDK wraps what goes wrong while it connects, not what goes wrong while an answer is read.
TRANSPORT = (stripe.StripeError, aiohttp.ClientError, OSError, TimeoutError)


class StripeFailure(Exception):
    """A call that did not end in an object. The message is for people: Stripe's sentence, never a body.

    ``code`` is Stripe's, or a word of ours where it gives none; ``body`` Stripe's error object, empty without one.
    """

    def __init__(self, message: str, *, code: str = "", body: Mapping[str, Any] | None = None) -> None:
        self.code, self.body = code, body or {}
        super().__init__(message)


class CardRefused(StripeFailure):
    """A bank, or Stripe in its place, declined."""


class RequestRefused(StripeFailure):
    """Stripe refused the request as it is."""

    @property
    def is_missing(self) -> bool:
        """Whether Stripe has no such object."""
        return self.code == "resource_missing"


class KeyReused(StripeFailure):
    """The idempotency key was used before, with other parameters."""


class NotNow(StripeFailure):
    """Nothing was done. ``retry_after``: seconds."""

    def __init__(self, message: str, *, code: str, retry_after: float, body: Mapping[str, Any] | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message, code=code, body=body)


class NoAnswer(StripeFailure):
    """Nobody knows what became of it."""


class Unreadable(StripeFailure):
    """An answer of Stripe's that lacks what every version of it has, or says it in a way we do not know."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="unreadable")


def failure_of(error: Exception) -> StripeFailure:
    """One of the SDK's exceptions (`TRANSPORT`) as one of ours."""
    message, body = _words(error), _body(error)
    code = _code(error, body)
    if isinstance(error, stripe.CardError):
        return CardRefused(message, code=code, body=body)
    if isinstance(error, stripe.IdempotencyError):
        return KeyReused(message, code=code, body=body)
    if isinstance(error, stripe.InvalidRequestError):
        return RequestRefused(message, code=code, body=body)
    if isinstance(error, stripe.RateLimitError | stripe.AuthenticationError | stripe.PermissionError):
        return NotNow(message, code=code, retry_after=_wait(error), body=body)
    return NoAnswer(message, code=code, body=body)


def _code(error: Exception, body: Mapping[str, Any]) -> str:
    if not isinstance(error, stripe.StripeError):
        return "no_answer"
    own = {
        stripe.RateLimitError: "rate_limit",
        stripe.AuthenticationError: "authentication_failed",
        stripe.PermissionError: "permission_missing",
        stripe.APIConnectionError: "no_answer",
    }
    return str(body.get("code") or own.get(type(error), "stripe_error"))


def _words(error: Exception) -> str:
    """Stripe's sentence with the request's id."""
    if isinstance(error, stripe.APIConnectionError):
        cause = error.__cause__
        return (
            say("Stripe did not answer ({name}).", name=type(cause).__name__)
            if cause
            else say("Stripe did not answer.")
        )
    if isinstance(error, stripe.StripeError):
        status = error.http_status or "no status"
        said = error.user_message if _body(error) else ""  # without an error object it may be a whole page
        where = f" [{error.request_id}]" if error.request_id else ""
        return f"{said or f'Stripe answered {status} without saying why.'}{where}"
    return say("Stripe did not answer ({name}).", name=type(error).__name__)


def _body(error: Exception) -> Mapping[str, Any]:
    whole = error.json_body if isinstance(error, stripe.StripeError) else None
    body = whole.get("error") if isinstance(whole, dict) else None
    return body if isinstance(body, dict) else {}


def _wait(error: stripe.StripeError) -> int:
    said = str((error.headers or {}).get("retry-after", ""))
    if said.isdigit():
        return int(said)
    return RATE_WAIT if isinstance(error, stripe.RateLimitError) else KEY_WAIT
