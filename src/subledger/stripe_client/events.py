"""What Stripe sends by itself: whether Stripe sent it, and to whom. Pure but for the clock that the caller reads.

The check is that of docs.stripe.com/webhooks#verify-manually, over the raw bytes, with our clock and every secret (two
are valid while one is being replaced).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from subledger.kernel.nesting import DEEPEST, is_too_deep
from subledger.kernel.sentences import say

from .objects import instant

TOLERANCE = timedelta(minutes=5)
LONGEST_STAMP = 11  # digits of a time that Python can still hold


class EventRefused(Exception):
    """A delivery that is not from Stripe, or not for this account: ``reason`` is a stable word."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Event:
    """That something happened to an object. What became of it is fetched, never read from here."""

    ident: str
    type: str
    object_id: str  # "" where the object has none
    created_at: datetime


def event_of(body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], is_live: bool, now: datetime) -> Event:
    """The event in a delivery.

    Raises:
        EventRefused: signature_missing, signature_wrong, too_old, too_new, not_json, too_deep, not_event, wrong_mode
        or wrong_account.
    """
    check_signature(body, headers, secrets=secrets, now=now)
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise EventRefused("not_json", say("The body is signed and is not JSON.")) from None
    if is_too_deep(event):
        raise EventRefused("too_deep", say("The body is nested on more than {deepest} levels.", deepest=DEEPEST))
    return read_event(event, is_live=is_live)


def check_signature(body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], now: datetime) -> None:
    """EventRefused: signature_missing, signature_wrong, too_old or too_new."""
    header = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
    if not header:
        raise EventRefused("signature_missing", say("The delivery has no Stripe-Signature header."))
    if not secrets:
        raise EventRefused("signature_wrong", say("There is no webhook secret to check the signature with."))
    pairs = [part.strip().partition("=")[::2] for part in header.split(",")]
    stamp = next((value for name, value in pairs if name == "t"), "")
    signatures = [value.encode() for name, value in pairs if name == "v1"]
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= LONGEST_STAMP and signatures):
        raise EventRefused("signature_wrong", say("The Stripe-Signature header has no time or no v1 signature."))
    right = [signature_of(body, secret, stamp).encode() for secret in secrets]
    if not any(hmac.compare_digest(one, other) for one in right for other in signatures):
        raise EventRefused("signature_wrong", say("The signature was not made with any of our webhook secrets."))
    if instant(int(stamp)) > now + TOLERANCE:
        raise EventRefused(
            "too_new",
            say("Signed at {instant}, over five minutes ahead.", instant=instant(int(stamp))),
        )
    if instant(int(stamp)) < now - TOLERANCE:
        raise EventRefused(
            "too_old",
            say("Signed at {instant}, over five minutes ago.", instant=instant(int(stamp))),
        )


def signature_of(body: bytes, secret: str, stamp: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def read_event(event: Any, *, is_live: bool) -> Event:
    """An event of this mode of our own account. EventRefused: not_event, wrong_mode or wrong_account."""
    if not isinstance(event, dict) or event.get("object") != "event":
        raise EventRefused("not_event", say("The body is not an event of Stripe's version 1 API."))
    ident, kind, created = event.get("id"), event.get("type"), event.get("created")
    data = event.get("data")
    if not (isinstance(ident, str) and ident and isinstance(kind, str) and kind and _is_time(created)):
        raise EventRefused("not_event", say("The event lacks its id, its type or its time."))
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(thing, dict):
        raise EventRefused("not_event", say("The event is about no object."))
    if event.get("livemode") is not is_live:
        ours, theirs = ("live", "test") if is_live else ("test", "live")
        raise EventRefused(
            "wrong_mode", say("The event is of {theirs} mode, and our key is of {ours} mode.", theirs=theirs, ours=ours)
        )
    if event.get("account"):  # set on events of connected accounts alone; we act for none
        raise EventRefused("wrong_account", say("The event is of a connected account, not of our own."))
    reference = thing.get("id")
    if not all(_is_text(text) for text in (ident, kind, reference) if isinstance(text, str)):
        raise EventRefused("not_event", say("The event's id, type or object is no text."))
    return Event(ident, kind, reference if isinstance(reference, str) else "", instant(created))


def _is_text(text: str) -> bool:
    """Whether the database can keep it: no zero character, no half of a surrogate pair (JSON can write both)."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _is_time(value: Any) -> TypeGuard[int]:
    return type(value) is int and len(str(value)) <= LONGEST_STAMP
