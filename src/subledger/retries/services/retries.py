"""Making what is due, and ending what is over: by the worker in sets, or one by whoever asks for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.collecting.documents import collectable_named
from subledger.collecting.reasons import Reason
from subledger.collecting.services.asking import DocumentAsked, ask
from subledger.companies.queries import company_zone
from subledger.gateways.errors import PaymentUnderWay, WayDeclined
from subledger.gateways.models import Provider
from subledger.gateways.registry import kind_named
from subledger.gateways.services.bars import unbar
from subledger.gateways.services.submission import post
from subledger.gateways.states import ProviderState
from subledger.gateways.ways_to_collect import bars_of
from subledger.kernel.errors import DomainError
from subledger.kernel.texts import check_texts
from subledger.platform import clock, jobs
from subledger.platform.callers import as_follows, demand
from subledger.platform.outages import PASSING
from subledger.retries.documents import PAYMENT
from subledger.retries.models import Retry
from subledger.retries.queries import live_retries_of, retry_by_id, why_stopped
from subledger.retries.states import RETRY, RetryState, StopReason
from subledger.retries.ways import charged_by, other_ways
from subledger.transactions.models import Transaction
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.carriers import Requested
from subledger.transactions.states import Classification, TransactionState

from .schedule import set_due, stop_rows
from .trail import SYSTEM, tell_made_or_not, tell_scheduled

logger = logging.getLogger("subledger.worker")

SET = 200  # made in one transaction
# Looked at again so much later, where something else has to come to its end first.
LATER: Mapping[str, timedelta] = {
    Reason.OPEN_REQUEST: timedelta(hours=1),
    Reason.PAY_PAGE_OPEN: timedelta(hours=1),
    Reason.UNDER_WAY: timedelta(hours=1),
    Reason.PROVIDER_NOT_EFFECTIVE: timedelta(hours=6),
    Reason.IN_DOUBT: timedelta(days=1),
    Reason.ACCOUNT_NOT_ACTIVE: timedelta(days=1),
}
WAITS = frozenset({Reason.CARD_EXPIRED.value, Reason.DECLINED_FOR_GOOD.value})  # for another way to pay
STOPS: Mapping[str, StopReason] = {
    Reason.SETTLED: StopReason.SETTLED,
    Reason.DISPUTED: StopReason.DISPUTED,
    Reason.PROMISED: StopReason.PROMISED,
    Reason.NO_PREFERENCE: StopReason.METHOD_REMOVED,
    Reason.NOT_RECURRING: StopReason.NOT_RECURRING,
    Reason.CURRENCY: StopReason.CURRENCY,
}


BROKEN = timedelta(hours=1)
BY_NOBODY = "Its payment method is collected by no provider any more."


class _MovedByNobody(Exception):
    """Takes back what would be posted as money received, of which no gateway has moved any."""


def make_due(*, limit: int = SET) -> int:
    """Make what is due of the company by now, a set of it; how many were looked at. A set that breaks off is made by
    halves; the one that breaks it is alone in being put off."""
    due = Retry.objects.filter(state=RetryState.SCHEDULED, due_at__lte=clock.now()).order_by("due_at", "pk")
    idents = list(due.values_list("pk", flat=True)[:limit])
    waiting = [idents] if idents else []
    while waiting:
        some = waiting.pop()
        try:
            _make(some, actor=SYSTEM, by_the_clock=True)
        except PASSING:
            raise
        except Exception:
            if len(some) > 1:
                half = len(some) // 2
                waiting += [some[half:], some[:half]]
                continue
            logger.exception("The retry_id=%s broke off. It is tried again in an hour.", some[0])
            _put_off_broken(some[0])
    return len(idents)


@atomic
def _put_off_broken(ident: int) -> None:
    lock_accounts(list(Retry.objects.filter(pk=ident).values_list("account_id", flat=True)))
    row = Retry.objects.filter(pk=ident, state=RetryState.SCHEDULED).first()
    if row is not None:
        set_due(row, clock.now() + BROKEN, company_zone())
        row.save(update_fields=["due_at", "due_on"])


@atomic
def _make(idents: Sequence[int], *, actor: str, by_the_clock: bool) -> None:
    """Ask for what these are about, each after a last look; what is not taken is stopped, or put off, with its reason.

    Two that are at the same ones wait for each other at the accounts, and the second finds them made.
    """
    accounts = sorted(set(Retry.objects.filter(pk__in=idents).values_list("account_id", flat=True)))
    lock_accounts(accounts)
    held = Retry.objects.select_for_update(of=("self",)).select_related("provider").filter(pk__in=idents).order_by("pk")
    rows = [row for row in held if row.state == RetryState.SCHEDULED]
    if by_the_clock:
        now = clock.now()
        rows = [row for row in rows if row.due_at is not None and row.due_at <= now]
    over = why_stopped(rows)
    stop_rows(rows, over, actor=actor)
    zone = company_zone()
    rest = [row for row in rows if row.pk not in over]
    with as_follows():  # who may have it done was asked
        for row in rest:
            if row.document_kind == PAYMENT:
                _charge_draft(row, zone, actor=actor)
        for (provider_id, kind), several in _grouped(rest).items():
            _ask(several, provider_id, kind, zone, actor=actor)


def _grouped(rows: Sequence[Retry]) -> dict[tuple[int, str], list[Retry]]:
    found: dict[tuple[int, str], list[Retry]] = {}
    for row in rows:
        if row.document_kind != PAYMENT:
            found.setdefault((row.provider_id, row.document_kind), []).append(row)
    return found


def _ask(rows: Sequence[Retry], provider_id: int, kind: str, zone: ZoneInfo, *, actor: str) -> None:
    """Documents are asked for as a run asks: by the way to pay that their account has by now, over what is open."""
    today = _today(zone)
    answers = ask(
        document_ids=[row.document_id for row in rows],
        kind=collectable_named(kind),
        provider=Provider.objects.get(pk=provider_id),
        on=today,
        actor=actor,
        respects_withheld=False,
    )
    by_document = {one.document_id: one for one in answers}
    for row in rows:
        answer = by_document.get(row.document_id) or DocumentAsked(row.document_id, None, 0, Reason.SETTLED)
        if answer.request_id is not None:
            _made(row, answer.request_id, actor=actor)
        elif answer.reason in WAITS:
            _wait(row, answer.reason, actor=actor)
        elif answer.reason in LATER:
            _put_off(row, answer.reason, zone)
        else:
            stop_rows([row], {row.pk: STOPS.get(answer.reason, StopReason.REFUSED)}, actor=actor)


def _charge_draft(row: Retry, zone: ZoneInfo, *, actor: str) -> None:
    """The very payment once more, by a request of its own."""
    if row.provider.state != ProviderState.EFFECTIVE:
        _put_off(row, Reason.PROVIDER_NOT_EFFECTIVE, zone)
        return
    draft = Transaction.objects.get(pk=row.document_id)
    if draft.state == TransactionState.PENDING:
        _put_off(row, Reason.OPEN_REQUEST, zone)
        return
    if draft.payment_preference_id is not None and bars_of([draft.payment_preference_id]):
        _wait(row, Reason.DECLINED_FOR_GOOD, actor=actor)
        return
    try:
        with atomic():
            [answer] = post(orders=[Post(draft_id=row.document_id)], actor=actor)
            if not isinstance(answer, Requested):  # nobody has been asked for that money
                raise _MovedByNobody
    except _MovedByNobody:
        stop_rows([row], {row.pk: StopReason.REFUSED}, actor=actor, note=BY_NOBODY)
        return
    except PaymentUnderWay:
        _put_off(row, Reason.OPEN_REQUEST, zone)
        return
    except WayDeclined:
        _wait(row, Reason.DECLINED_FOR_GOOD, actor=actor)
        return
    except DomainError as refusal:
        stop_rows([row], {row.pk: StopReason.REFUSED}, actor=actor, note=str(refusal))
        return
    _made(row, answer.request_id, actor=actor)
    if kind_named(row.provider.kind).executes:
        jobs.wake("work_requests", provider_id=row.provider_id)


def _made(row: Retry, request_id: int, *, actor: str) -> None:
    row.state = RETRY.advance(RetryState(row.state), "make")
    row.made_request_id, row.due_at, row.put_off = request_id, None, ""
    row.ended_at, row.ended_by = clock.now(), actor
    row.save(update_fields=["state", "made_request", "due_at", "put_off", "ended_at", "ended_by"])
    tell_made_or_not([row], actor=actor)


def _wait(row: Retry, why: str, *, actor: str) -> None:
    """The card has ended, or was declined for good since: another one is needed."""
    row.state = RETRY.advance(RetryState(row.state), "wait")
    row.due_at = row.due_on = None
    row.put_off = why
    row.save(update_fields=["state", "due_at", "due_on", "put_off"])
    tell_scheduled([row], actor=actor)


def _put_off(row: Retry, reason: str, zone: ZoneInfo) -> None:
    set_due(row, clock.now() + LATER[reason], zone)
    row.put_off = reason
    row.save(update_fields=["due_at", "due_on", "put_off"])


# -- by hand ---------------------------------------------------------------------------------------------------------


@atomic
def stop_retry(*, retry_id: int, note: str = "", actor: str) -> Retry:
    """Try nothing again of what one retry is about. A payment run may collect it all the same.

    Raises:
        NotFound; TransitionNotAllowed: it was made, or is stopped already; TextInvalid, CardNumberRefused: of the note.
    """
    demand("retries.stop")
    check_texts(note, param="/note")
    row = _held(retry_id)
    RETRY.advance(RetryState(row.state), "stop")
    stop_rows([row], {row.pk: StopReason.BY_HAND}, actor=actor, note=note.strip())
    return row


@atomic
def make_retry(*, retry_id: int, actor: str) -> Retry:
    """Make a retry now, whatever its day: what it is about is asked for, if nothing forbids it.

    What was declined for good is charged by again: somebody says so. What became of it is its state: made, with a
    request that a worker carries out; stopped, or put off, with a reason.

    Raises:
        NotFound; TransitionNotAllowed: it was made, or is stopped.
    """
    demand("gateways.charge:retry")
    row = _held(retry_id)
    if row.document_kind == PAYMENT:
        demand(f"transactions.post:{Classification.PAYMENT}")  # as where that draft is posted
    zone = company_zone()
    if row.state == RetryState.WAITING:
        _schedule_now(row, zone)
    charged = charged_by(row, on=_today(zone))
    unbar([charged] if charged else [], actor=actor)
    RETRY.advance(RetryState(row.state), "make")
    _make([row.pk], actor=actor, by_the_clock=False)
    return retry_by_id(row.pk)


def _held(retry_id: int) -> Retry:
    found = retry_by_id(retry_id)
    lock_accounts([found.account_id])
    row: Retry = Retry.objects.select_for_update(of=("self",)).select_related("provider").get(pk=found.pk)
    return row


# -- by what came since ----------------------------------------------------------------------------------------------


@atomic
def stop_what_is_over(*, account_ids: Sequence[int], actor: str) -> int:
    """Stop what came to its end on these accounts before its day; how many."""
    idents = sorted(set(live_retries_of(account_ids).values_list("account_id", flat=True)))
    if not idents:
        return 0
    lock_accounts(idents)
    rows = list(live_retries_of(idents).select_for_update(of=("self",)).order_by("pk"))
    return len(stop_rows(rows, why_stopped(rows), actor=actor))


@atomic
def go_on_by_another_way(*, account_ids: Sequence[int], changed: Sequence[int] = (), actor: str) -> int:
    """Schedule at once what waits for another way to pay, where its account has one by now; how many.

    Args:
        changed: ways to pay that are the same and were changed, such as by a new card behind them.
    """
    waiting = live_retries_of(account_ids).filter(state=RetryState.WAITING)
    idents = sorted(set(waiting.values_list("account_id", flat=True)))
    if not idents:
        return 0
    lock_accounts(idents)
    rows = list(waiting.select_for_update(of=("self",)).select_related("provider").order_by("pk"))
    zone = company_zone()
    fresh = other_ways(rows, on=_today(zone), changed=changed)
    found = [row for row in rows if row.pk in fresh]
    for row in found:
        _schedule_now(row, zone)
    tell_scheduled(found, actor=actor)
    if found:
        jobs.wake("make_retries")
    return len(found)


def _today(zone: ZoneInfo) -> date:
    return clock.now().astimezone(zone).date()


def _schedule_now(row: Retry, zone: ZoneInfo) -> None:
    """By another way to pay the plan begins anew: this try is its first."""
    row.state = RETRY.advance(RetryState(row.state), "schedule")
    set_due(row, clock.now(), zone)
    row.number, row.of, row.put_off = 1, max(len(row.plan.days), 1), ""
    row.save(update_fields=["state", "due_at", "due_on", "number", "of", "put_off"])
