"""Asking gateways what became of requests that were sent and have no end yet: after 5 minutes, an hour, then daily.

The gateway is asked by its own reference where we have one, else by our metadata. What it does not know was never
received: while it remembers our key the very same attempt is sent again, after that the request is given up. What a
customer did not finish in time is closed. Of a payment that is posted it is asked what went back of it: events of that
may be lost, or have come before anybody here knew the payment. Every answer goes through `outcomes.apply_outcomes`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.db.transaction import atomic

from subledger.gateways.models import Attempt, Charge, GatewayCustomer, PaymentRequest, Provider
from subledger.gateways.port import (
    ActionRequired,
    ChargeHistory,
    GatewayUnavailable,
    HostedPayments,
    InProgress,
    LookUp,
    Lost,
    NotThere,
    Outcome,
    Succeeded,
)
from subledger.gateways.queries import descriptions
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import EXPIRED, GIVE_UP, NEVER_ARRIVED, RESEND, next_check, when_not_there
from subledger.gateways.states import PAYMENT_REQUEST, Mode, RequestState, RequestType
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.platform import clock, jobs
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events

from .gateway_events import apply_facts
from .outcomes import ReportedOutcome, apply_outcomes
from .outstanding import NotToLeave, not_to_leave
from .unbooked import keep_not_posted
from .worker import ACTOR, Call, Calls, calls_to, order_of

PART = 100
logger = logging.getLogger("subledger.worker")


@dataclass(frozen=True, slots=True)
class _Question:
    request_id: int
    attempt: Attempt | None
    query: LookUp
    is_expired: bool  # the customer's time is over


def look_up(provider_id: int, *, request_ids: list[int] | None = None) -> int:
    """Look up what is due with one provider (or these requests, due or not); how many were asked about.

    No transaction may be open. Providers that are not effective are asked too: what was sent has to end.
    """
    demand("gateways.charge:look_up")
    provider = Provider.objects.get(pk=provider_id)
    if not kind_named(provider.kind).executes:
        return _post_again(provider, request_ids)
    return sum(_look_up(provider, mode, request_ids) for mode in Mode)


def _look_up(provider: Provider, mode: Mode, request_ids: list[int] | None) -> int:
    """What was sent in test mode is asked for in test mode, whatever the provider's mode is by now."""
    asked = 0
    while questions := _take_questions(provider, mode, request_ids):
        try:
            with calls_to(provider, mode) as calls:
                for question in questions:
                    _ask(calls, question)
        except GatewayUnavailable:  # somebody waits, and it takes too long: asked again by itself
            break
        asked += len(questions)
        if request_ids is not None or jobs.is_stopping():
            break
    return asked


def _post_again(provider: Provider, request_ids: list[int] | None) -> int:
    """What an integrator reported as executed and the books refused: try to post it again; how many were tried."""
    unknown = PaymentRequest.objects.filter(provider=provider, state=RequestState.UNKNOWN).exclude(reference="")
    due = unknown.filter(check_at__lte=clock.now()) if request_ids is None else unknown.filter(pk__in=request_ids)
    rows = list(due.order_by("pk"))
    PaymentRequest.objects.filter(pk__in=[row.pk for row in rows]).update(checks=F("checks") + 1)
    reports = [ReportedOutcome(row.pk, Succeeded(row.reference, Money(row.amount_minor, row.currency))) for row in rows]
    for start in range(0, len(reports), PART):
        part = reports[start : start + PART]
        apply_outcomes(part, actor=ACTOR)
        keep_not_posted(provider=provider, request_ids=[one.request_id for one in part])
    return len(reports)


@atomic
def _take_questions(provider: Provider, mode: Mode, request_ids: list[int] | None) -> list[_Question]:
    """Take requests that are due and set the hour of their next look-up first, so that a crash repeats nothing soon."""
    at = clock.now()
    sent = PaymentRequest.objects.filter(provider=provider, mode=mode).exclude(state=RequestState.PENDING)
    sent = sent.filter(check_at__lte=at) if request_ids is None else sent.filter(pk__in=request_ids)
    rows = list(
        sent.select_for_update(of=("self",), skip_locked=True)
        .select_related("charge")
        .order_by("check_at", "pk")[:PART]
    )
    for row in rows:
        row.checks += 1
        row.check_at = next_check(row.checks, at)
        row.save(update_fields=["checks", "check_at"])
    attempts = {
        attempt.request_id: attempt
        for attempt in Attempt.objects.filter(request__in=[row.pk for row in rows]).order_by("pk")
    }
    customers = GatewayCustomer.objects.filter(
        provider=provider, mode=mode, account__in={row.account_id for row in rows}
    )
    tokens = dict(customers.values_list("account_id", "token"))
    return [
        _Question(
            row.pk,
            attempts.get(row.pk),
            LookUp(
                request=row.public_id,
                type=row.type,
                reference=row.reference,
                customer_token=tokens.get(row.account_id, ""),
                charge=row.charge.reference if row.charge else "",
                sent_at=attempts[row.pk].sent_at if row.pk in attempts else row.created_at,
            ),
            row.state == RequestState.REQUIRES_ACTION
            and row.action_expires_at is not None
            and row.action_expires_at <= at,
        )
        for row in rows
    ]


def _ask(calls: Calls, question: _Question) -> None:
    asked_at = clock.now()
    outcome: Outcome = calls.ask(calls.gateway.look_up(question.query))
    if isinstance(outcome, ActionRequired) and question.is_expired:
        outcome = _close(calls, outcome.reference or question.query.reference)
    if isinstance(outcome, NotThere):
        step = when_not_there(question.query.sent_at, asked_at)
        if step == RESEND and question.attempt is not None:
            _resend(calls, question, asked_at)
            return
        if step != GIVE_UP and question.attempt is not None:
            return
        outcome = NEVER_ARRIVED
    apply_outcomes([ReportedOutcome(question.request_id, outcome, observed_at=asked_at)], actor=ACTOR)
    if question.query.type == RequestType.PAYMENT and not isinstance(outcome, Lost):
        _ask_what_went_back(calls, question.request_id)


def _ask_what_went_back(calls: Calls, request_id: int) -> None:
    """Refunds and disputes of a posted payment, by two questions; until they are taken in, it has an hour to be asked
    again."""
    asked = PaymentRequest.objects.filter(pk=request_id, state=RequestState.POSTED)
    charge = Charge.objects.select_related("provider").filter(request__in=asked).first()
    if charge is None:
        return
    if isinstance(calls.gateway, ChargeHistory):
        asked_at = clock.now()
        try:
            facts = calls.ask(calls.gateway.gone_back(charge.reference))
            apply_facts(provider=charge.provider, facts=facts, observed_at=asked_at)
        except (GatewayUnavailable, DomainError) as error:  # closed books, say: it is asked again
            logger.warning("What went back of charge %s is not taken in: %s", charge.reference, error)
            return
    asked.update(check_at=None)


def _close(calls: Calls, reference: str) -> Outcome:
    """End what the customer did not finish; the money, if it was taken in the last second."""
    if not isinstance(calls.gateway, HostedPayments):
        return EXPIRED
    last: Outcome = calls.ask(calls.gateway.expire(reference))
    return last if isinstance(last, Succeeded | InProgress | Lost) else EXPIRED  # a bank debit may be on its way


def _resend(calls: Calls, question: _Question, asked_at: datetime) -> None:
    """Send the very same attempt again, under its own key, which the gateway still remembers."""
    call, late = _again(question)
    if late is not None:
        apply_outcomes([ReportedOutcome(question.request_id, late.reason, observed_at=asked_at)], actor=ACTOR)
    if call is None:
        return
    outcome = calls.send(call).result()
    apply_outcomes([ReportedOutcome(call.request_id, outcome, call.attempt_id, asked_at)], actor=ACTOR)


@atomic
def _again(question: _Question) -> tuple[Call | None, NotToLeave | None]:
    """Commit that the attempt is sent once more; nothing when the request has moved on, and the reason where it asks
    for more than is still due: it never arrived, so it need not leave."""
    row = (
        PaymentRequest.objects.select_for_update(of=("self",))
        .select_related("account__customer", "preference__instrument", "charge", "provider")
        .get(pk=question.request_id)
    )
    attempt = question.attempt
    if attempt is None or row.state not in (RequestState.UNKNOWN, RequestState.UNDER_PROCESSING):
        return None, None
    late = not_to_leave([row]).get(row.pk)
    if late is not None:
        return None, late
    if row.state == RequestState.UNKNOWN:
        row.state = PAYMENT_REQUEST.advance(RequestState.UNKNOWN, "submit")
        row.save(update_fields=["state"])
    at = clock.now()
    Attempt.objects.filter(pk=attempt.pk).update(sent=F("sent") + 1, sent_at=at)
    record_events(
        [NewEvent("payment_request.sent_again", "payment_request", row.pk, {"attempt": attempt.public_id})], actor=ACTOR
    )
    token = GatewayCustomer.objects.filter(provider=row.provider_id, account=row.account_id, mode=row.mode).first()
    customers = {(row.account_id, row.mode): token.token} if token else {}
    return Call(row.pk, attempt.pk, order_of(row, attempt, customers, descriptions([row]), sent_before=True), at), None
