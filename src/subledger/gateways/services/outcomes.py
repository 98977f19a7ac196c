"""The one function that every outcome goes through: a call's answer, a notice, the reconciler, an integrator, a file.

Lock the accounts, then the requests, in id order; read them under the lock; decide each by `rules.outcomes`; write the
requests in one statement, then their transactions through posting; tell. What a gateway says has happened is posted
whatever the books would have refused before; where even that is impossible (closed books), the request stays open as
``unknown`` with the reason, and is tried again with every look-up: no money that moved is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.transaction import atomic

from subledger.gateways import errors
from subledger.gateways.models import Charge, PaymentRequest, Provider
from subledger.gateways.port import (
    ActionRequired,
    Declined,
    InProgress,
    Lost,
    Outcome,
    Postponed,
    Returned,
    Succeeded,
)
from subledger.gateways.queries import account_of
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import AGAIN, NOT_LEFT, action_of, next_check
from subledger.gateways.states import OPEN, PAYMENT_REQUEST, RequestState, RequestType
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.callers import as_follows
from subledger.platform.events import NewEvent, record_events
from subledger.transactions.models import Transaction
from subledger.transactions.rules.orders import Order, Post, Posted
from subledger.transactions.services.drafts import change_gateway_state
from subledger.transactions.services.posting import check, execute

from .booking import Change, Days, by_draft, days_of_books, on_suspense, order_of, own_accounts
from .fees import Taken, learn_of_request, record_fees
from .requests import lock_accounts
from .unbooked import Unbooked, differing, keep, not_posted, over_after_all

S = RequestState
TO_SUSPENSE = {"code": "to_suspense", "message": "Its account cannot take it: see the suspense account."}
IN_BOOKS = {"code": "in_books_already", "message": "The books gave this money back by hand before its gateway did."}


class ReportedOutcome(NamedTuple):
    """What became of a request. ``observed_at``: when the gateway was asked; None for somebody's word.

    ``attempt_id`` names the call whose answer it is, ``booked_on`` the day on which a bank booked it."""

    request_id: int
    outcome: Outcome
    attempt_id: int | None = None
    observed_at: datetime | None = None
    booked_on: date | None = None


@as_follows()
@atomic
def apply_outcomes(reports: Sequence[ReportedOutcome], *, actor: str) -> list[RequestState | DomainError]:
    """Take in outcomes, in any order and any number of times; the state of each one's request afterwards.

    An outcome that says nothing new changes nothing and answers with the state as it stands.

    Returns, in the order told, the state or:
        NotFound: no such request in this company. OutcomeDiffers: another amount than was asked for.
    """
    changes = _read_under_lock(reports)
    at, days = clock.now(), days_of_books()
    answers: list[RequestState | DomainError] = []
    for one in reports:
        change = changes.get(one.request_id)
        if change is None:
            answers.append(NotFound("payment request", encode(PaymentRequest.PREFIX, one.request_id)))
            continue
        try:
            _take(change, one, at, days.today)
        except DomainError as refusal:
            answers.append(refusal)
        else:
            answers.append(change.state)
    moved = [change for change in changes.values() if change.action]
    orders = _postable(moved, at, days, actor)
    _write_requests(list(changes.values()), at)
    _write_attempts(list(changes.values()), at)
    _settle(moved, orders, at, days, actor)
    record_events([_fact(change) for change in moved], actor=actor)
    _keep_work(list(changes.values()), reports, answers, actor)
    return [
        changes[one.request_id].state if isinstance(answer, RequestState) else answer
        for one, answer in zip(reports, answers, strict=True)
    ]


def _read_under_lock(reports: Sequence[ReportedOutcome]) -> dict[int, Change]:
    """Accounts first, then requests by id, as everything that moves money locks them."""
    rows = PaymentRequest.objects.filter(pk__in={one.request_id for one in reports})
    captured = Charge.objects.filter(refund_requests__in=rows)
    if any(isinstance(one.outcome, Returned) for one in reports):
        captured = captured | Charge.objects.filter(request__in=rows)
    elsewhere = [account_of(charge) for charge in captured.distinct()]  # payments that were moved
    lock_accounts([*rows.values_list("account_id", flat=True), *elsewhere])
    locked = rows.select_for_update(of=("self",)).select_related("provider", "charge", "charge__request").order_by("pk")
    found = {row.pk: row for row in locked}
    drafts = Transaction.objects.in_bulk([row.transaction_id for row in found.values() if row.transaction_id])
    return {ident: Change(row, S(row.state), drafts.get(row.transaction_id)) for ident, row in found.items()}


def _take(change: Change, reports: ReportedOutcome, at: datetime, today: date) -> None:
    """Decide one outcome on its request as it stands."""
    row, outcome = change.row, reports.outcome
    if reports.attempt_id is not None:
        change.attempts.append((reports.attempt_id, outcome))
    action = action_of(
        change.state, RequestType(row.type), outcome, observed_at=reports.observed_at, settled_at=row.executed_at
    )
    if isinstance(outcome, Succeeded) and action and outcome.amount != Money(row.amount_minor, row.currency):
        refusal = errors.OutcomeDiffers(row.number, Money(row.amount_minor, row.currency), outcome.amount)
        if change.state in OPEN:
            row.error_code, row.error_message = refusal.code, str(refusal)
        raise refusal
    reference = getattr(outcome, "reference", "")
    if reference and (not row.reference or isinstance(outcome, Succeeded)):
        row.reference = reference
    if action == AGAIN:
        row.check_at = at
        return
    if isinstance(outcome, ActionRequired) and change.state in OPEN:
        row.action_url = outcome.url or row.action_url
        in_time = at + timedelta(hours=row.provider.action_hours)
        row.action_expires_at = outcome.expires_at or row.action_expires_at or in_time
    if action is None:
        if change.state not in OPEN:
            row.check_at = None
        return
    row.state = PAYMENT_REQUEST.advance(change.state, action)
    change.action = action
    change.succeeded = outcome if isinstance(outcome, Succeeded) else None
    change.fee = outcome.fee if isinstance(outcome, Returned) else None
    _say_why(row, outcome)
    if change.state in OPEN:
        # What was sent is looked up even when an answer is expected; a postponed one waits for its turn.
        wait = outcome.retry_after if isinstance(outcome, Postponed) else None
        row.check_at = next_check(row.checks, at) if wait is None else _later(at, wait)
        row.executed_at = row.executed_on = None
    else:
        row.executed_at, row.check_at = at, None
        row.executed_on = change.true_day = min(reports.booked_on, today) if reports.booked_on else today
        row.action_url = ""


def _say_why(row: PaymentRequest, outcome: Outcome) -> None:
    if isinstance(outcome, Declined | Postponed | Returned):
        row.error_code, row.error_message = outcome.code[:80], outcome.message
    elif isinstance(outcome, Lost):
        row.error_code, row.error_message = "no_answer", outcome.detail
    elif isinstance(outcome, Succeeded | InProgress):
        row.error_code = row.error_message = ""


# -- transactions ------------------------------------------------------------------------------------------------


def _postable(moved: Sequence[Change], at: datetime, days: Days, actor: str) -> dict[int, Order]:
    """The order that posts what each request moved. One that nothing can post is parked, with the reason."""
    wanted = {
        change.row.pk: order
        for change in moved
        if change.action in ("confirm", "reverse") and (order := order_of(change, days)) is not None
    }
    if not wanted:
        return {}
    refusals = dict(zip(wanted, check(list(wanted.values()), actor=actor), strict=True))
    changes = {change.row.pk: change for change in moved}
    for ident, refusal in refusals.items():
        if refusal is None:
            continue
        fallback = on_suspense(changes[ident], wanted[ident], refusal, days, actor=actor)
        [still] = check([fallback], actor=actor)
        if still is None:
            wanted[ident] = fallback
            continue
        del wanted[ident]
        _park(changes[ident], still, at)
    return wanted


def _park(change: Change, refusal: DomainError, at: datetime) -> None:
    """The gateway says the money moved and the books refuse it: open and looked up again, never forgotten."""
    row, change.refused = change.row, refusal
    row.state = S.UNKNOWN if change.before in OPEN else change.before
    row.error_code, row.error_message = "posting_refused", str(refusal)
    row.check_at = next_check(row.checks, at)
    if row.state == S.UNKNOWN:
        row.executed_at = row.executed_on = None
    elif not kind_named(row.provider.kind).executes:
        row.check_at = None  # nobody can be asked: who reported it is told, and reports it again
    change.action, change.succeeded = ("park", None) if row.state != change.before else (None, None)


def _keep_work(
    changes: Sequence[Change],
    reports: Sequence[ReportedOutcome],
    answers: Sequence[RequestState | DomainError],
    actor: str,
) -> None:
    """What a gateway says and the books cannot take stands among the work of people, however often it is asked again;
    it is done once the request is over. Integrators and banks are told by `reporting` and `results`."""
    rows = {change.row.pk: change.row for change in changes}
    facts: dict[Provider, list[Unbooked]] = {}
    for one, answer in zip(reports, answers, strict=True):
        if isinstance(answer, errors.OutcomeDiffers) and isinstance(one.outcome, Succeeded):
            row = rows[one.request_id]
            facts.setdefault(row.provider, []).append(differing(row, one.outcome))
    for change in changes:
        if change.refused is not None and kind_named(change.row.provider.kind).executes:
            facts.setdefault(change.row.provider, []).append(not_posted(change.row, str(change.refused)))
    for provider, kept in facts.items():
        keep(provider=provider, facts=kept, actor=actor)
    over = [change.row for change in changes if change.action and change.refused is None and change.state not in OPEN]
    if over:
        over_after_all(rows=over)


def _settle(moved: Sequence[Change], orders: dict[int, Order], at: datetime, days: Days, actor: str) -> None:
    """Post, return or give up what waited, and keep the charges. The requests are written: they hold nothing now."""
    by_fate: dict[str, dict[int, dict[str, str]]] = {}
    for change in moved:
        if change.action == "decline" and change.waits:
            comes_back = kind_named(change.row.provider.kind).executes or change.row.error_code in NOT_LEFT
            fate = "return" if comes_back else "decline"
            why = {"code": change.row.error_code, "message": change.row.error_message}
            by_fate.setdefault(fate, {})[_draft_id(change)] = why
        elif change.action == "confirm" and change.waits and not by_draft(orders, change.row.pk):
            why = IN_BOOKS if change.row.in_books_minor else TO_SUSPENSE
            by_fate.setdefault("decline", {})[_draft_id(change)] = why
    for fate, facts in sorted(by_fate.items()):
        change_gateway_state(facts=facts, action=fate, actor=actor)
    if not orders:
        return
    posted = execute(list(orders.values()), actor=actor)
    by_request = {ident: one for ident, one in zip(orders, posted, strict=True) if isinstance(one, Posted)}
    _keep_transactions(
        {c.row.pk: by_request[c.row.pk].id for c in moved if c.row.pk in by_request and _is_new(c, orders)}
    )
    methods = dict(
        Transaction.objects.filter(pk__in=[one.id for one in by_request.values()]).values_list(
            "pk", "payment_method_id"
        )
    )
    own = {ident: own_accounts(one) for ident, one in {c.row.provider_id: c.row.provider for c in moved}.items()}
    charges = [
        Charge(
            provider=change.row.provider,
            account_id=change.row.account_id,
            reference=change.succeeded.charge or change.succeeded.reference,
            request=change.row,
            payment_id=by_request[change.row.pk].id,
            ledger_account_id=_own_account(own[change.row.provider_id], methods[by_request[change.row.pk].id]),
            captured_minor=change.row.amount_minor,
            currency=change.row.currency,
            fee_minor=change.succeeded.fee.minor if change.succeeded.fee else None,
            fee_currency=change.succeeded.fee.currency if change.succeeded.fee else "",
            at=at,
            paid_with=change.succeeded.paid_with[:40],
            last4="".join(filter(str.isalnum, change.succeeded.last4))[-4:],
        )
        for change in moved
        if change.succeeded and change.row.type == RequestType.PAYMENT and change.row.pk in by_request
        if change.before != S.REJECTED or not Charge.objects.filter(request=change.row).exists()
    ]
    for change in moved:
        if change.fee is not None:
            taken = Taken(change.row.pk, "return", change.fee, change.true_day)
            learn_of_request(change.row, taken, days=days, actor=actor)
    if charges:
        record_fees(Charge.objects.bulk_create(charges), on=days.today, actor=actor)


def _own_account(own: dict[int | None, int], method_id: int | None) -> int | None:
    return own.get(method_id if method_id in own else None)


def _draft_id(change: Change) -> int:
    assert change.draft is not None
    return change.draft.pk


def _is_new(change: Change, orders: dict[int, Order]) -> bool:
    """Whether the request's transaction is one that its success made."""
    order = orders.get(change.row.pk)
    return change.action == "confirm" and isinstance(order, Post) and order.new is not None


# -- writing -----------------------------------------------------------------------------------------------------

WRITE_REQUESTS = """
    UPDATE gateways_paymentrequest r
       SET state = n.state, reference = n.reference, action_url = n.action_url, action_expires_at = n.action_expires_at,
           error_code = n.error_code, error_message = n.error_message, executed_at = n.executed_at,
           executed_on = n.executed_on, check_at = n.check_at, in_books_minor = n.in_books_minor,
           transaction_id = n.transaction_id
      FROM json_to_recordset(%s) AS n(id bigint, state text, reference text, action_url text,
           action_expires_at timestamptz, error_code text, error_message text, executed_at timestamptz,
           executed_on date, check_at timestamptz, in_books_minor bigint, transaction_id bigint)
     WHERE r.id = n.id
"""
WRITTEN = (
    "id",
    "state",
    "reference",
    "action_url",
    "action_expires_at",
    "error_code",
    "error_message",
    "executed_at",
    "executed_on",
    "check_at",
    "in_books_minor",
    "transaction_id",
)
WRITE_ATTEMPTS = """
    UPDATE gateways_attempt a
       SET ended_at = %s, outcome = n.outcome, code = n.code, message = n.message, reference = n.reference
      FROM json_to_recordset(%s) AS n(id bigint, outcome text, code text, message text, reference text)
     WHERE a.id = n.id
"""
KEEP_TRANSACTIONS = """
    UPDATE gateways_paymentrequest r SET transaction_id = n.transaction_id
      FROM json_to_recordset(%s) AS n(id bigint, transaction_id bigint) WHERE r.id = n.id
"""


def _write_requests(changes: Sequence[Change], at: datetime) -> None:
    rows: list[dict[str, Any]] = [{name: getattr(change.row, name) for name in WRITTEN} for change in changes]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(WRITE_REQUESTS, [orjson.dumps(rows).decode()])


def _write_attempts(changes: Sequence[Change], at: datetime) -> None:
    rows = [
        {
            "id": attempt_id,
            "outcome": type(outcome).__name__.lower(),
            "code": getattr(outcome, "code", "")[:80],
            "message": getattr(outcome, "message", "") or getattr(outcome, "detail", ""),
            "reference": getattr(outcome, "reference", ""),
        }
        for change in changes
        for attempt_id, outcome in change.attempts
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(WRITE_ATTEMPTS, [at, orjson.dumps(rows).decode()])


def _keep_transactions(made: dict[int, int]) -> None:
    rows = [{"id": ident, "transaction_id": transaction_id} for ident, transaction_id in made.items()]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(KEEP_TRANSACTIONS, [orjson.dumps(rows).decode()])


def _fact(change: Change) -> NewEvent:
    row = change.row
    data: dict[str, Any] = {"state": row.state, "was": change.before, "reference": row.reference}
    if row.error_code:
        data.update(code=row.error_code, message=row.error_message)
    if row.action_expires_at and row.state == S.REQUIRES_ACTION:
        data["expires_at"] = row.action_expires_at.isoformat()
    return NewEvent(f"payment_request.{row.state}", "payment_request", row.pk, data)


def _later(at: datetime, seconds: float) -> datetime:
    return at + timedelta(seconds=seconds)
