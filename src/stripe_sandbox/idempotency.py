"""Idempotency keys as documented at docs.stripe.com/api/idempotent_requests.

The first answer to a key is kept once its endpoint began, a 500 like any other, and given again to the same request;
the same key with another request is refused, and so is a second request while the first is being answered. Keys may
be forgotten after a day, and this sandbox does forget them.
"""

import hashlib
from dataclasses import dataclass

from stripe_sandbox.errors import StripeError, invalid
from stripe_sandbox.routing import Request, Response
from stripe_sandbox.store import Account

KEPT_FOR = 24 * 3600
LONGEST = 255


@dataclass(slots=True)
class Kept:
    """What was answered to a key; ``answer`` is None while the first request is still being answered."""

    fingerprint: bytes
    path: str
    request_id: str
    expires: float
    answer: Response | None = None


def key_of(request: Request) -> str | None:
    """The request's key. GET and DELETE are idempotent by definition, so theirs is ignored."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return None
    if not key:
        raise invalid("Idempotency keys must not be empty", type="idempotency_error", is_kept=False)
    if len(key) > LONGEST:
        message = f"Idempotency keys can have up to {LONGEST} characters; this one has {len(key)}"
        raise invalid(message, type="idempotency_error", is_kept=False)
    return key


def find(account: Account, key: str, request: Request) -> Response | None:
    """The answer that was given to this key before, or None when it is new.

    Raises:
        StripeError: the key was used for another request (400), or its first request is still in progress (409).
    """
    kept: Kept | None = account.answers.get(key)
    if kept is None:
        return None
    if kept.expires <= account.timeline.exact:
        del account.answers[key]
        return None
    if kept.path != request.path:
        message = (
            f"Keys for idempotent requests can only be used for the same endpoint they were first used for "
            f"('{request.path}' vs '{kept.path}'). Try using a key other than '{key}' if you meant to execute a "
            "different request."
        )
        raise StripeError(message, type="idempotency_error", is_kept=False)
    if kept.fingerprint != fingerprint(request):
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request."
        )
        raise StripeError(message, type="idempotency_error", is_kept=False)
    if kept.answer is None:
        message = (
            "There is currently another in-progress request using this Idempotent Key (that probably means you "
            f"submitted twice, and the other request is still going through): {key}. Please try again later."
        )
        raise StripeError(message, code="idempotency_key_in_use", status=409, is_kept=False)
    headers = {"Idempotent-Replayed": "true", "Original-Request": kept.request_id, "Idempotency-Key": key}
    return Response(kept.answer.status, {**kept.answer.headers, **headers}, kept.answer.body)


def begin(account: Account, key: str, request: Request, request_id: str) -> Kept:
    """Claim a key for the request that is about to be executed."""
    expires = account.timeline.exact + KEPT_FOR
    kept = account.answers[key] = Kept(fingerprint(request), request.path, request_id, expires)
    return kept


def forget(account: Account, key: str) -> None:
    """Free a key whose request was refused before anything began."""
    account.answers.pop(key, None)


def fingerprint(request: Request) -> bytes:
    """16 bytes that stand for a request's parameters, in whatever order they were sent."""
    return hashlib.blake2b(b"&".join(sorted(request.body.split(b"&"))), digest_size=16).digest()
