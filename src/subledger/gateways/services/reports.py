"""What is reported of requests and answered, and keeping as work what the books could not take of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from subledger.gateways.errors import OutcomeDiffers
from subledger.gateways.generic.errors import (
    BookingDayImprobable,
    PostingRefused,
    ReferenceTaken,
    RefusedAsDuplicate,
    RequestSettled,
)
from subledger.gateways.generic.reported import Verb, request_id
from subledger.gateways.generic.states import is_said_already
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.states import RequestState
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.platform.models import Event

from .bank_words import SAID
from .told import ToldBefore, told_of
from .unbooked import API, Unbooked, keep, reported_again

# Refusals of what may have happened all the same: not those of a call that says nothing.
KEPT = (OutcomeDiffers, BookingDayImprobable, ReferenceTaken, RequestSettled, PostingRefused, RefusedAsDuplicate)


@dataclass(frozen=True, slots=True)
class Element:
    """What is said of one request. ``request_unique_identifier`` is the caller's own, echoed and not kept.

    ``amount`` may be left out; where it is given it has to be the request's. ``booked_on`` is the day on which the bank
    booked it: it is posted on that day while its period is open, else on the next open one. It is no day before the
    request was made, nor more than a week from today."""

    request_unique_identifier: str
    request: str  # prq_…, or its number
    reference: str = ""
    error_code: str = ""
    error_message: str = ""
    amount: Money | None = None
    booked_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """What came of one element: the request's new ``state``, or the ``error`` that says why nothing did.

    Both stand where its word was taken in and the books refuse it: the request is unknown until they take it."""

    request_unique_identifier: str
    request: str
    state: RequestState | None = None
    error: DomainError | None = None
    note: str = ""  # on which day it was posted, where that is not the day that was told


def keep_refused(verb: Verb, pairs: Sequence[tuple[Element, ReportAnswer]], *, actor: str) -> None:
    """Keep what is said to have happened and was refused; close what was kept of what is taken by now.

    Who asks to begin a request has moved nothing, but for one that was rejected meanwhile."""
    named = {at: request_id(one.request) for at, (one, answer) in enumerate(pairs) if _is_about(answer)}
    rows = PaymentRequest.objects.select_related("provider").in_bulk(set(named.values()))
    begun = begun_before(rows) if verb == "process" else set()
    before = ToldBefore(API)
    before.load(rows)
    facts: dict[Provider, list[Unbooked]] = {}
    for at, ident in named.items():
        (one, answer), row = pairs[at], rows[ident]
        told = told_of(one.request, one.reference, one.booked_on)
        error = answer.error
        if error is None or (_is_said(row, verb, error, ident in begun) and not before.is_another(ident, verb, told)):
            before.remember(ident, verb, told)
        elif verb != "process" or row.state == RequestState.REJECTED:
            facts.setdefault(row.provider, []).append(_fact(verb, one, row, error))
    before.write()
    for provider, kept in facts.items():
        keep(provider=provider, facts=kept, actor=actor)
    reported_again(
        said=[(request_id(one.request), verb, one.reference) for one, answer in pairs if answer.error is None]
    )


def _is_about(answer: ReportAnswer) -> bool:
    return answer.error is None or is_kept(answer.error)


def _is_said(row: PaymentRequest, verb: Verb, error: DomainError, was_begun: bool) -> bool:
    """Whether what was refused is known of the request all the same."""
    is_same_amount = not isinstance(error, OutcomeDiffers)
    return is_same_amount and is_said_already(RequestState(row.state), verb, was_begun=was_begun)


def begun_before(request_ids: Collection[int]) -> set[int]:
    """Those of these requests that were under processing some time."""
    begun = Event.objects.filter(object_id__in=list(request_ids), type="payment_request.under_processing")
    return set(begun.values_list("object_id", flat=True))


def is_kept(error: DomainError | None) -> bool:
    """Whether a report that is refused so says something of its request that may have happened all the same."""
    return isinstance(error, KEPT)


def _fact(verb: Verb, element: Element, row: PaymentRequest, error: DomainError) -> Unbooked:
    over = f" over {element.amount}" if element.amount else ""
    on = f" on {element.booked_on}" if element.booked_on else ""
    return Unbooked(
        source=API,
        said=say(
            "It was reported that {name} {said} {number}{over}{on}.",
            name=row.provider.name,
            said=SAID[verb],
            number=row.number,
            over=over,
            on=on,
        ),
        code=error.code,
        reason=str(error),
        reference=element.reference,
        request_id=row.pk,
        amount=element.amount,
        booked_on=element.booked_on,
        verb=verb,
    )
