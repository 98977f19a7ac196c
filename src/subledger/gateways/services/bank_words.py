"""What a bank's row says, for the fact that is kept of it: how much went which way, and in words."""

from __future__ import annotations

from dataclasses import replace

from subledger.gateways.generic.direction_errors import ReturnTakenBack
from subledger.gateways.generic.reported import Refusal, Reported
from subledger.gateways.states import RequestType
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.kernel.sentences import say


def direction_of(report: Reported, request_type: str) -> str:
    """Which way the money went: as the bank says, else as it does when a request of that type is booked or returned."""
    if report.direction or report.verb not in ("post", "return"):
        return report.direction
    return "in" if (request_type == RequestType.PAYMENT) != (report.verb == "return") else "out"


def amount_of(report: Reported | None) -> Money | None:
    try:
        return Money.parse(report.amount, report.currency) if report and report.amount and report.currency else None
    except DomainError:
        return None


SAID = {"post": "booked", "return": "returned", "reject": "refused", "process": "accepted"}


def in_words(refusal: Refusal, report: Reported | None, request_type: str) -> str:
    """What the bank says, for whoever has to deal with it."""
    what = refusal.request or (f"file {report.message}" if report and report.message else refusal.position)
    if report is None:
        return say("The bank reports on {what} in a way that cannot be read.", what=what)
    over = f" over {report.amount} {report.currency.upper()}".rstrip() if report.amount else ""
    fee = (
        say(", with charges of {fee} {currency}", fee=report.fee, currency=report.currency.upper())
        if report.fee
        else ""
    )
    if isinstance(refusal.error, ReturnTakenBack):
        return say("The bank took back its return of {what}{over}{fee}.", what=what, over=over, fee=fee)
    why = f": {report.error_message}".rstrip(".") if report.verb == "reject" and report.error_message else ""
    is_natural = not request_type or report.direction in ("", direction_of(replace(report, direction=""), request_type))
    way = "" if is_natural else f" as money {report.direction}"
    return say(
        "The bank {said} {what}{over}{way}{fee}{why}.",
        said=SAID[report.verb],
        what=what,
        over=over,
        way=way,
        fee=fee,
        why=why,
    )
