"""The one function that every outcome goes through: a call's answer, a notice, the reconciler, an integrator, a file.

Lock the accounts, then the requests, in id order; read them under the lock; decide each by `rules.outcomes`; write the
requests in one statement, then their transactions through posting; tell. What a gateway says has happened is posted
whatever the books would have refused before; where even that is impossible (closed books), the request stays open as
``unknown`` with the reason, and is tried again with every look-up: no money that moved is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.transaction import atomic

from subledger.gateways import errors, refund_errors
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
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import AGAIN, NOT_LEFT, action_of, next_check
from subledger.gateways.states import OPEN, PAYMENT_REQUEST, RequestState, RequestType
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import as_follows
from subledger.platform.events import NewEvent, record_events
from subledger.transactions.models import Transaction
from subledger.transactions.rules.orders import Order, Post, Posted
from subledger.transactions.services.drafts import change_gateway_state
from subledger.transactions.services.posting import check, execute

from .bars import unbar_what_paid
from .booking import Change, Days, by_draft, days_of_books, known_charges, on_suspense, order_of, own_accounts, restored
from .failures import tell
from .fees import Taken, learn_of_request, record_fees
from .holdings import keep_restored
from .outcome_rows import keep_transactions, write_attempts, write_requests
from .put_off import wake_put_off
from .returns import lock_accounts_of, pay_backs_that_wait
from .unbooked import Unbooked, differing, keep, not_posted, over_after_all

S = RequestState
TO_SUSPENSE = {"code": "to_suspense", "message": say("Its account cannot take it: see the suspense account.")}
IN_BOOKS = {
    "code": "in_books_already",
    "message": say("The books gave this money back by hand before its gateway did."),
}


class ReportedOutcome(NamedTuple):
    """What became of a request. ``observed_at``: when the gateway was asked; None for somebody's word.

    ``attempt_id`` names the call whose answer it is, ``booked_on`` the day on which a bank booked it."""

    request_id: int
    outcome: Outcome
    attempt_id: int | None = None
    observed_at: datetime | None = None
    booked_on: date | None = None


class Answered(NamedTuple):
    """How a request stands after an outcome. ``refused``: its money moved, and the books did not take that."""

    state: RequestState
    refused: DomainError | None = None


def apply_outcomes(reports: Sequence[ReportedOutcome], *, actor: str) -> list[RequestState | DomainError]:
    """Take in outcomes, in any order and any number of times; the state of each one's request afterwards.

    An outcome that says nothing new changes nothing and answers with the state as it stands.

    Returns, in the order told, the state or:
        NotFound: no such request in this company. OutcomeDiffers: another amount than was asked for. NothingToRefund: a
        refund that had been given up moved after all, and others took what is left of its charge.
    """
    answers = answers_to(reports, actor=actor)
    return [one.state if isinstance(one, Answered) else one for one in answers]


@as_follows()
@atomic
def answers_to(reports: Sequence[ReportedOutcome], *, actor: str) -> list[Answered | DomainError]:
    """As `apply_outcomes`, with what the books refused.

    What was booked after its return had been told is booked on its day, and returned on the day of that."""
    returned = {one.request_id for one in reports if isinstance(one.outcome, Returned)}
    lock_accounts_of({one.request_id for one in reports}, returned=returned)
    given_up = pay_backs_that_wait(returned) if returned else {}
    if given_up:
        _take_in([ReportedOutcome(ident, why) for ident, why in given_up.items()], actor=actor)
    answers, late = _take_in(reports, actor=actor)
    if late:
        after, _ = _take_in(late, actor=actor, is_late=True)
        ends = dict(zip((one.request_id for one in late), after, strict=True))
        answers = [
            answer if isinstance(answer, DomainError) else ends.get(one.request_id, answer)
            for one, answer in zip(reports, answers, strict=True)
        ]
    return answers


def _take_in(
    reports: Sequence[ReportedOutcome], *, actor: str, is_late: bool = False
) -> tuple[list[Answered | DomainError], list[ReportedOutcome]]:
    """The answers, and the returns that were told before what was booked just now."""
    changes = _read_under_lock(reports)
    at, days = clock.now(), days_of_books()
    refused: dict[int, DomainError] = {}  # by place
    for place, one in enumerate(reports):
        change = changes.get(one.request_id)
        if change is None:
            refused[place] = NotFound(say("payment request"), encode(PaymentRequest.PREFIX, one.request_id))
            continue
        try:
            _take(change, one, at, days.today)
        except DomainError as refusal:
            refused[place] = refusal
    moved = [change for change in changes.values() if change.action]
    orders = _postable(moved, at, days, actor)
    write_requests(list(changes.values()))
    write_attempts(list(changes.values()), at)
    _settle(moved, orders, at, days, actor)
    record_events([_fact(change) for change in moved], actor=actor)
    _keep_work(list(changes.values()), reports, refused, actor, is_late=is_late)
    wake_put_off([change.row for change in moved if change.state not in OPEN])
    unbar_what_paid([change.row for change in moved])
    tell([change.row for change in moved])
    answers: list[Answered | DomainError] = [
        refused[place] if place in refused else Answered(changes[one.request_id].state, changes[one.request_id].refused)
        for place, one in enumerate(reports)
    ]
    late = [
        ReportedOutcome(change.row.pk, change.returned, booked_on=change.returned_on)
        for change in moved
        if change.returned is not None and change.action == "confirm"
    ]
    return answers, late


def _read_under_lock(reports: Sequence[ReportedOutcome]) -> dict[int, Change]:
    """Requests by id, after their accounts, as everything that moves money locks them."""
    rows = PaymentRequest.objects.filter(pk__in={one.request_id for one in reports})
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
    if action == "confirm" and change.state is S.REJECTED:
        _confirm_after_all(change)
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
        if change.state not in OPEN and not _keeps_hour(row):
            row.check_at = None
        return
    if isinstance(outcome, Returned) and action == "decline":
        row.returned_first_on = min(reports.booked_on, today) if reports.booked_on else today
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
        if _keeps_hour(row) and change.before in (S.UNKNOWN, S.REJECTED):
            row.check_at = at  # nobody knew the payment: what went back of it meanwhile is asked at once
        row.executed_on = change.true_day = min(reports.booked_on, today) if reports.booked_on else today
        row.action_url = ""


def _keeps_hour(row: PaymentRequest) -> bool:
    """Whether a request that is over is looked up until what went back of it is taken in (`reconciliation`)."""
    return row.state == S.POSTED and row.type == RequestType.PAYMENT and kind_named(row.provider.kind).executes


def _confirm_after_all(change: Change) -> None:
    """What was given up moved after all; what was returned before it was booked goes back again at once.

    Raises:
        NothingToRefund: others have paid back meanwhile what is left of the charge.
    """
    row = change.row
    if row.charge is not None and row.amount_minor > row.charge.captured_minor - row.charge.reserved_minor:
        left = Money(row.charge.captured_minor - row.charge.reserved_minor, row.currency)
        raise refund_errors.NothingToRefund(Money(row.amount_minor, row.currency), left)
    if row.returned_first_on is not None:
        change.returned, change.returned_on = Returned(row.error_code, row.error_message), row.returned_first_on
        row.returned_first_on = None


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
    if change.returned is not None:
        row.error_code, row.error_message = change.returned.code, change.returned.message
        row.executed_on = row.returned_first_on = change.returned_on
    change.action, change.succeeded = ("park", None) if row.state != change.before else (None, None)


def _keep_work(
    changes: Sequence[Change],
    reports: Sequence[ReportedOutcome],
    refused: Mapping[int, DomainError],
    actor: str,
    *,
    is_late: bool,
) -> None:
    """What a gateway says and the books cannot take stands among the work of people, however often it is asked again;
    it is done once the request is over. Integrators and banks are told by `execution` and `results`, but for what
    ``is_late``, which they do not tell again."""
    rows = {change.row.pk: change.row for change in changes}
    facts: dict[Provider, list[Unbooked]] = {}
    for place, refusal in refused.items():
        one = reports[place]
        if isinstance(refusal, errors.OutcomeDiffers) and isinstance(one.outcome, Succeeded):
            row = rows[one.request_id]
            facts.setdefault(row.provider, []).append(differing(row, one.outcome))
    for change in changes:
        if change.refused is not None and (is_late or kind_named(change.row.provider.kind).executes):
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
    keep_transactions(
        {c.row.pk: by_request[c.row.pk].id for c in moved if c.row.pk in by_request and _is_new(c, orders)}
    )
    methods = dict(
        Transaction.objects.filter(pk__in=[one.id for one in by_request.values()]).values_list(
            "pk", "payment_method_id"
        )
    )
    known = known_charges(moved)
    keep_restored(restored(moved, known, {ident: one.id for ident, one in by_request.items()}))
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
        if change.row.pk not in known
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
