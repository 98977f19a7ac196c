"""Signed links for people who have no login: what a link is for travels in it, and nobody can change it.

A token is no secret of its own: it says what it opens, until when, and is refused once a character of it is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer
from django.utils.http import base36_to_int, int_to_base36

from subledger.kernel.sentences import say

from . import clock

# Characters that stand in a URL as they are, and in none of the parts.
BETWEEN_PARTS, BEFORE_SIGNATURE = "~", "."


@dataclass(frozen=True, slots=True)
class SignedLink:
    """What a token opens: a ``kind`` of page about some objects of a company, until ``expires_at``."""

    kind: str
    company_id: int
    object_ids: tuple[int, ...]
    expires_at: datetime


def sign(kind: str, *, company_id: int, object_ids: Sequence[int], expires_at: datetime) -> str:
    """A token of about 85 characters for a URL; ``expires_at`` counts in whole seconds."""
    if not (kind.isascii() and kind.replace("_", "a").isalnum()):
        raise ValueError(say("a link's kind is letters, digits and _, got {kind!r}", kind=kind))
    numbers = (company_id, int(expires_at.timestamp()), *object_ids)
    return _signer().sign(BETWEEN_PARTS.join([kind, *map(int_to_base36, numbers)]))


def read(token: str, *, invalid: Callable[[str], Exception], expired: Callable[[datetime], Exception]) -> SignedLink:
    """What a token opens. The caller's own errors are raised.

    Raises:
        invalid(message): not signed by this installation, or changed on its way.
        expired(at): it was good until then.
    """
    try:
        kind, company, until, *objects = _signer().unsign(token).split(BETWEEN_PARTS)
    except BadSignature:
        raise invalid(
            say("This link is not complete or was changed. Open it as it was sent, or ask for a new one.")
        ) from None
    link = SignedLink(
        kind=kind,
        company_id=base36_to_int(company),
        object_ids=tuple(map(base36_to_int, objects)),
        expires_at=datetime.fromtimestamp(base36_to_int(until), UTC),
    )
    if clock.now() >= link.expires_at:
        raise expired(link.expires_at)
    return link


def _signer() -> Signer:
    return Signer(salt="subledger.platform.links", sep=BEFORE_SIGNATURE)
