"""What a bank's row says, for the fact that is kept of it: how much went which way, and in words."""

from __future__ import annotations

from dataclasses import replace

from subledger.gateways.generic.reported import Refusal, Reported
from subledger.gateways.states import RequestType
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money


def direction_of(told: Reported, request_type: str) -> str:
    """Which way the money went: as the bank says, else as it does when a request of that type is booked or returned."""
    if told.direction or told.verb not in ("post", "return"):
        return told.direction
    return "in" if (request_type == RequestType.PAYMENT) != (told.verb == "return") else "out"


def amount_of(told: Reported | None) -> Money | None:
    try:
        return Money.parse(told.amount, told.currency) if told and told.amount and told.currency else None
    except DomainError:
        return None


SAID = {"post": "booked", "return": "returned", "reject": "refused", "process": "accepted"}


def in_words(refusal: Refusal, told: Reported | None, request_type: str) -> str:
    """What the bank says, for whoever has to deal with it."""
    what = refusal.request or (f"file {told.message}" if told and told.message else refusal.position)
    if told is None:
        return f"The bank reports on {what} in a way that cannot be read."
    over = f" over {told.amount} {told.currency.upper()}".rstrip() if told.amount else ""
    fee = f", with charges of {told.fee} {told.currency.upper()}" if told.fee else ""
    why = f": {told.error_message}".rstrip(".") if told.verb == "reject" and told.error_message else ""
    is_natural = not request_type or told.direction in ("", direction_of(replace(told, direction=""), request_type))
    way = "" if is_natural else f" as money {told.direction}"
    return f"The bank {SAID[told.verb]} {what}{over}{way}{fee}{why}."
