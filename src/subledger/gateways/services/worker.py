"""Carrying out requests: claim pending ones, commit their attempts, call with no transaction open, take in outcomes.

Three stages, each whole by itself, so a process may die between any two of them and nothing is lost: what was claimed
and never answered has an hour at which the reconciler asks the gateway for it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.transaction import atomic

from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.gateways.interactive import turn
from subledger.gateways.models import Attempt, BarredWay, GatewayCustomer, PaymentRequest, Provider
from subledger.gateways.port import (
    ChargeOrder,
    CustomerFacts,
    Gateway,
    GatewayUnavailable,
    Lost,
    Outcome,
    Postponed,
    RefundOrder,
)
from subledger.gateways.queries import descriptions
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import SEND_WITHIN, next_check
from subledger.gateways.states import PAYMENT_REQUEST, BatchState, ProviderState, RequestState, RequestType
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.platform import clock, jobs
from subledger.platform.events import NewEvent, record_events
from subledger.platform.network import refuse_in_transaction

from .outcomes import ReportedOutcome, apply_outcomes
from .outstanding import NotToLeave, not_to_leave
from .providers import gateway_of

logger = logging.getLogger(__name__)
ACTOR = "system"
AT_ONCE = 192  # calls under way to one provider; by one card or mandate, of what nobody waits for, one
SET = 100  # requests claimed, and outcomes taken in, at a time
PORTION = 500  # of what waits, looked through at a time
# After an answer, for those close behind: a set of outcomes costs little more than one. Longer where nobody waits; at
# the pace of an account of Stripe's, and answers that take half a second, ``AT_ONCE`` calls bridge that.
GATHER_SECONDS, GATHER_UNWATCHED = 0.05, 0.5


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt, committed and ready to be sent."""

    request_id: int
    attempt_id: int
    order: ChargeOrder | RefundOrder
    sent_at: datetime  # as the attempt says


@dataclass(slots=True)
class Worked:
    """What a run of `work_off` came to."""

    sent: int = 0
    posted: int = 0
    rejected: int = 0
    waiting: int = 0  # under processing, to be authenticated, or unknown

    def count(self, state: object) -> None:
        if state == RequestState.POSTED:
            self.posted += 1
        elif state == RequestState.REJECTED:
            self.rejected += 1
        else:
            self.waiting += 1


def work_off(
    provider_id: int, *, request_ids: Sequence[int] | None = None, limit: int | None = None, at_once: int = AT_ONCE
) -> Worked:
    """Carry out what is pending with one provider, or those of ``request_ids`` alone; what it came to.

    No transaction may be open. At most ``at_once`` calls are under way, and no more a second than the provider allows.
    Where somebody waits, what finds no room or no answer in time is left to the worker and the look-up.
    """
    provider = Provider.objects.get(pk=provider_id)
    worked = Worked()
    if not may_work(provider):
        return worked
    with suppress(GatewayUnavailable):  # no room: nothing was claimed
        _work_off(provider, worked, request_ids, limit, at_once)
    return worked


def _work_off(
    provider: Provider, worked: Worked, request_ids: Sequence[int] | None, limit: int | None, at_once: int
) -> None:
    pace = Pace(provider.calls_per_second)
    gather = GATHER_UNWATCHED if request_ids is None else GATHER_SECONDS
    with calls_to(provider) as calls:
        under_way: dict[Future[Outcome], Call] = {}
        ended: list[tuple[Call, Outcome]] = []
        more = True
        while under_way or more or ended:
            room = min(at_once - len(under_way), SET, limit - worked.sent if limit is not None else SET)
            if more and (room >= min(at_once, SET) // 2 or not under_way):
                claimed = claim(provider, limit=max(room, 0), request_ids=request_ids)
                more = bool(claimed) and request_ids is None and not jobs.is_stopping()
                worked.sent += len(claimed)
                for call in claimed:
                    under_way[calls.send(call, pace.next())] = call
                    calls.asked_at[call.request_id] = clock.now()
            for state in take_in(ended, calls.asked_at):  # while the next calls are under way
                worked.count(state)
            # What waited behind the same card may leave now, or is declined by the last look.
            more = more or (bool(ended) and request_ids is None and not jobs.is_stopping())
            done, _ = wait(under_way, timeout=0.5, return_when=FIRST_COMPLETED)
            if done:
                wait(set(under_way) - done, timeout=gather)
                done = {future for future in under_way if future.done()}
            ended = [(under_way.pop(future), future.result()) for future in done]
            pace.slow_down([outcome for _, outcome in ended])
            if calls.is_late and not ended:
                for future in under_way:
                    future.cancel()  # it has an hour at which it is looked up
                return


def may_work(provider: Provider) -> bool:
    return provider.state == ProviderState.EFFECTIVE and kind_named(provider.kind).executes


def claim(provider: Provider, *, limit: int, request_ids: Sequence[int] | None = None) -> list[Call]:
    """Take pending requests for oneself and commit their attempts, keys and all, before anything is sent.

    The last look: what asks for more than is due by now is declined instead of charged, or paid out. Of what nobody
    waits for, one is taken by each card or mandate: the answer to it may be that nothing more is to be charged there.
    """
    seen: set[int] = set()
    while True:
        calls, late = _claim(provider, limit, request_ids)
        if late:  # after the claim has let go of its rows: accounts are locked before requests
            apply_outcomes([ReportedOutcome(ident, late[ident].reason) for ident in sorted(late)], actor=ACTOR)
        if calls or request_ids is not None or seen.issuperset(late):
            return calls
        seen.update(late)  # none of them left, so there may be others behind them


@atomic
def _claim(
    provider: Provider, limit: int, request_ids: Sequence[int] | None
) -> tuple[list[Call], Mapping[int, NotToLeave]]:
    at = clock.now()
    due = PaymentRequest.objects.filter(Q(check_at=None) | Q(check_at__lte=at), provider=provider)
    due = due.filter(state=RequestState.PENDING, mode=provider.mode)
    due = due.filter(Q(batch=None) | Q(batch__state=BatchState.OPEN))
    if request_ids is not None:
        due = due.filter(pk__in=list(request_ids))
    else:
        due = due.filter(pk__in=_first_of_each_way(due, at, limit))
    rows = list(
        due.select_for_update(of=("self",), skip_locked=True)
        .select_related("account__customer", "preference__instrument", "charge", "provider")
        .order_by("pk")[:limit]
    )
    if request_ids is None:
        rows = _without_busy(rows, at)
    late = not_to_leave(rows)
    rows = [row for row in rows if row.pk not in late]
    attempts = Attempt.objects.bulk_create(Attempt(request_id=row.pk, started_at=at, sent_at=at) for row in rows)
    for row in rows:
        PAYMENT_REQUEST.advance(RequestState(row.state), "submit")
    PaymentRequest.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=RequestState.UNDER_PROCESSING, check_at=next_check(0, at), checks=0
    )
    facts = [NewEvent("payment_request.under_processing", "payment_request", row.pk, {}) for row in rows]
    record_events(facts, actor=ACTOR)
    customers, named = _customers(rows), descriptions(rows)
    calls = [
        Call(row.pk, attempt.pk, order_of(row, attempt, customers, named), at)
        for row, attempt in zip(rows, attempts, strict=True)
    ]
    return calls, late


def _first_of_each_way(due: QuerySet[Any], at: datetime, limit: int) -> list[int]:
    """What may be claimed of these, by id: of payments by one way to pay the first alone, and none where a call of it
    is unanswered. What was declined for good is for the last look to say, all of it at once."""
    taken = _busy(at)
    barred = BarredWay.objects.filter(preference=OuterRef("preference"), ended_at=None)
    rows = due.annotate(is_barred=Exists(barred)).order_by("pk")
    found: list[int] = []
    after, part = 0, PORTION
    while len(found) < limit and part == PORTION:
        rest = rows.filter(pk__gt=after).exclude(type=RequestType.PAYMENT, preference__in=taken)
        part = 0
        for ident, type_, way, is_barred in rest.values_list("pk", "type", "preference_id", "is_barred")[:PORTION]:
            after, part = ident, part + 1
            if type_ != RequestType.PAYMENT or way is None or is_barred:
                found.append(ident)
            elif way not in taken:
                taken.add(way)
                found.append(ident)
    return found[:limit]


def _without_busy(rows: Sequence[PaymentRequest], at: datetime) -> list[PaymentRequest]:
    """Those of these, locked by now, whose way to pay nobody charges: two workers that are at the same one see each
    other at its row."""
    asked = {row.preference_id for row in rows if row.type == RequestType.PAYMENT} - {None}
    if not asked:
        return list(rows)
    ways = AccountPaymentPreference.ever.filter(pk__in=asked).order_by("pk")
    free = set(ways.select_for_update(of=("self",), skip_locked=True, no_key=True).values_list("pk", flat=True))
    unfree = (asked - free) | _busy(at)
    return [row for row in rows if row.type != RequestType.PAYMENT or row.preference_id not in unfree]


def _busy(at: datetime) -> set[int]:
    """The ways to pay of which a call may be answered yet."""
    calls = Attempt.objects.filter(ended_at=None, sent_at__gt=at - SEND_WITHIN, request__preference__isnull=False)
    charges = calls.filter(request__type=RequestType.PAYMENT, request__state=RequestState.UNDER_PROCESSING)
    return set(charges.values_list("request__preference", flat=True))


def take_in(ended: Sequence[tuple[Call, Outcome]], asked_at: dict[int, datetime]) -> list[object]:
    """Take in the outcomes of calls, in sets; the states they led to."""
    states: list[object] = []
    for start in range(0, len(ended), SET):
        reports = [
            ReportedOutcome(call.request_id, outcome, call.attempt_id, asked_at.pop(call.request_id, None))
            for call, outcome in ended[start : start + SET]
        ]
        states.extend(apply_outcomes(reports, actor=ACTOR))
    return states


def order_of(
    row: PaymentRequest,
    attempt: Attempt,
    customers: Mapping[tuple[int, str], str],
    named: Mapping[int, str],
    *,
    sent_before: bool = False,
) -> ChargeOrder | RefundOrder:
    """A request as its gateway is asked for it, under the attempt's own key."""
    amount = Money(row.amount_minor, row.currency)
    metadata = metadata_of(row)
    if row.type != RequestType.PAYMENT:
        charge = row.charge.reference if row.charge else ""
        return RefundOrder(attempt.public_id, row.public_id, charge, amount, metadata, sent_before=sent_before)
    instrument = row.preference.instrument if row.preference else None
    customer = row.account.customer
    return ChargeOrder(
        key=attempt.public_id,
        request=row.public_id,
        customer=CustomerFacts(
            account=row.account.public_id,
            name=customer.name if customer else row.account.name,
            email=customer.email if customer else "",
            token=customers.get((row.account_id, row.mode), ""),
        ),
        instrument=instrument.token if instrument else "",
        instrument_kind=instrument.kind if instrument else "",
        amount=amount,
        description=named[row.pk],
        metadata=metadata,
        sent_before=sent_before,
    )


def metadata_of(row: PaymentRequest) -> dict[str, str]:
    """Our ids, which the gateway keeps with what is its: by them a lost answer is found again."""
    return {
        "subledger_request": row.public_id,
        "subledger_account": encode(Account.PREFIX, row.account_id),
        "subledger_provider": encode(Provider.PREFIX, row.provider_id),
    }


def _customers(rows: Sequence[PaymentRequest]) -> dict[tuple[int, str], str]:
    """The gateway's own ids of the accounts, by account and mode."""
    known = GatewayCustomer.objects.filter(
        provider__in={row.provider_id for row in rows}, account__in={row.account_id for row in rows}
    )
    return {(one.account_id, one.mode): one.token for one in known}


# -- calling -----------------------------------------------------------------------------------------------------


class Calls:
    """Calls to one gateway, on an event loop in a thread of its own: the caller keeps its thread, and the database."""

    def __init__(self, gateway: Gateway, until: float | None = None) -> None:
        self.gateway = gateway
        self._until = until  # monotonic; None: calls take their time
        self.asked_at: dict[int, datetime] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gateway-calls", daemon=True)
        self._thread.start()

    def send(self, call: Call, wait_seconds: float = 0.0) -> Future[Outcome]:
        return asyncio.run_coroutine_threadsafe(self._carry_out(call, wait_seconds), self._loop)

    def ask(self, question: Any) -> Any:
        """The answer to any other question, waited for. GatewayUnavailable: not in time, where somebody waits."""
        asked = asyncio.run_coroutine_threadsafe(question, self._loop)
        if self._until is None:
            return asked.result()
        try:
            return asked.result(timeout=max(self._until - time.monotonic(), 0))
        except TimeoutError:
            asked.cancel()
            raise GatewayUnavailable(say("It took too long to answer."), code="too_late") from None

    @property
    def is_late(self) -> bool:
        """Whether whoever waits has waited long enough."""
        return self._until is not None and time.monotonic() >= self._until

    async def _carry_out(self, call: Call, wait_seconds: float) -> Outcome:
        if wait_seconds:
            await asyncio.sleep(wait_seconds)
        if clock.now() - call.sent_at > SEND_WITHIN:
            # This process was asleep. By now the reconciler may have sent it, and the gateway forgotten the key.
            return Lost(say("Not sent in time: others may have done so."))
        order = call.order
        try:
            if isinstance(order, ChargeOrder):
                return await self.gateway.charge(order)
            return await self.gateway.refund(order)
        except Exception as error:  # a gateway's package broke its promise: what it did is not known
            return Lost(say("{name} while calling the gateway", name=type(error).__name__))

    def close(self) -> None:
        try:
            asyncio.run_coroutine_threadsafe(self.gateway.close(), self._loop).result(timeout=1 if self.is_late else 10)
        except TimeoutError:
            logger.warning("A gateway's connections did not close in time")
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)
            self._loop.close()


@contextmanager
def calls_to(provider: Provider, mode: str = "") -> Iterator[Calls]:
    """The gateway of a provider, ready to be called. No transaction may be open: a call may take its time.

    Raises:
        GatewayUnavailable: somebody waits, and too many others do (see `interactive`).
    """
    refuse_in_transaction(say("A gateway is called"))
    with turn() as until:
        calls = Calls(gateway_of(provider, mode), until)
        try:
            yield calls
        finally:
            calls.close()


class Pace:
    """Room between calls: none, or so many a second. What the gateway refuses as too much slows down what follows."""

    def __init__(self, per_second: int | None) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = time.monotonic()

    def next(self) -> float:
        """Seconds to wait before the next call may be sent."""
        now = time.monotonic()
        at = max(self._next, now)
        self._next = at + self._gap
        return max(at - now, 0.0)

    def slow_down(self, outcomes: Sequence[Outcome]) -> None:
        waits = [outcome.retry_after for outcome in outcomes if isinstance(outcome, Postponed)]
        if waits:
            self._next = max(self._next, time.monotonic() + max(waits))
