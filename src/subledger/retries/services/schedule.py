"""What follows from payments that failed: one retry each, in the transaction that learned it; and what becomes of a
chain whose retry was taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from subledger.collecting.documents import collectables
from subledger.collecting.reasons import Reason
from subledger.companies.queries import company_zone
from subledger.gateways.declines import DeclineClass
from subledger.gateways.models import Claim, PaymentRequest
from subledger.gateways.rules.outcomes import WITHDRAWN, NotDueCode
from subledger.gateways.services.bars import bar
from subledger.gateways.states import ClaimKind
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fresh_ids
from subledger.retries.documents import PAYMENT
from subledger.retries.models import Retry, RetryPlan
from subledger.retries.queries import classes_of, live_retries_of, plan_of, plans_of, why_stopped
from subledger.retries.rules.plans import Planned, Step, Used, after_by_hand, planned
from subledger.retries.states import HELD, RetryState, StopReason
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification, TransactionState

from .trail import SYSTEM, tell_made_or_not, tell_scheduled

# Why a chain without a next try is over, by the class of its last decline; a hard one waits for another way to pay.
OVER = {
    DeclineClass.SOFT: StopReason.EXHAUSTED,
    DeclineClass.CUSTOMER_NEEDED: StopReason.EXHAUSTED,
    DeclineClass.GATEWAY_ERROR: StopReason.EXHAUSTED,
    DeclineClass.SILENCE: StopReason.SILENCE,
    DeclineClass.CALLED_OFF: StopReason.CALLED_OFF,
}
# Looked at again so much later, where what was asked for was covered otherwise just then, or another amount is open.
LOOKED_AT_AGAIN = timedelta(hours=1)
PUT_OFF = {NotDueCode.ALREADY_SETTLED: Reason.UNDER_WAY, NotDueCode.LESS_IS_OWED: Reason.AMOUNT_CHANGED}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a failed request is tried again for."""

    kind: str
    ident: int
    number: str
    claims: frozenset[tuple[str, int]]  # all that the request had claimed


def schedule(failed: Sequence[PaymentRequest]) -> None:
    """One retry for each of these requests that failed just now, where its provider has a plan. The locks of their
    accounts are held, so nobody else decides about the same documents.

    What was declined for good is so of its way to pay, with a plan or without, and whatever becomes of the retry.
    """
    rows = [row for row in failed if row.preference_id is not None]
    if not rows:
        return
    classes = classes_of(rows)
    bar([row for row in rows if classes[row.pk] is DeclineClass.HARD])
    plans = plans_of({row.provider_id for row in rows})
    rows = [row for row in rows if row.provider_id in plans and not _left_out(row, plans[row.provider_id])]
    if not rows:
        return
    has_one = set(Retry.objects.filter(failed_request__in=rows).values_list("failed_request_id", flat=True))
    rows = [row for row in rows if row.pk not in has_one]  # it was posted after all meanwhile, and failed once more
    subjects = _subjects(rows, classes)
    rows = [row for row in rows if row.pk in subjects]
    if not rows:
        return
    before = _before(rows, subjects)
    at, zone = clock.now(), company_zone()
    made = [
        _retry(row, subjects[row.pk], classes[row.pk], plans[row.provider_id], before.get(row.pk), at, zone)
        for row in rows
    ]
    _supersede_within(made, subjects, at)
    _keep(made)


def _supersede_within(made: Sequence[Retry], subjects: Mapping[int, Subject], at: datetime) -> None:
    """Of several that failed at once over the same documents, such as two part payments that one file takes back, the
    last is tried again."""
    live: dict[tuple[str, int], Retry] = {}
    for row in made:
        if row.state == RetryState.STOPPED:
            continue
        for claim in subjects[row.failed_request_id].claims:
            earlier = live.get(claim)
            if earlier is not None and earlier.state != RetryState.STOPPED:
                _end_at_once(earlier, StopReason.SUPERSEDED, at)
            live[claim] = row


def _end_at_once(row: Retry, reason: StopReason, at: datetime) -> None:
    row.state, row.stop_reason = RetryState.STOPPED, reason
    row.due_at = row.due_on = None
    row.put_off = ""
    row.ended_at, row.ended_by = at, SYSTEM


def go_on_or_end(taken_back: Sequence[PaymentRequest]) -> None:
    """Where a retry had asked for these requests, which were taken back before they left, its chain goes on at the same
    place if something is open still; what somebody withdrew, or what is over by now, ends it. The locks of their
    accounts are held."""
    rows = {row.pk: row for row in taken_back}
    before = list(Retry.objects.filter(made_request__in=rows).select_related("provider", "plan"))
    if not before:
        return
    live = set(live_retries_of({one.account_id for one in before}).values_list("document_kind", "document_id"))
    at, zone = clock.now(), company_zone()
    _keep([_after(one, rows[one.made_request_id or 0], live, at, zone) for one in before])


def _after(
    before: Retry, row: PaymentRequest, live: Collection[tuple[str, int]], at: datetime, zone: ZoneInfo
) -> Retry:
    """What comes after a retry whose request was taken back. No try of the plan is used up by it."""
    made = Retry(
        company_id=before.company_id,
        account_id=before.account_id,
        provider=before.provider,
        plan=before.plan,
        preference_id=row.preference_id or before.preference_id,
        failed_request=row,
        document_kind=before.document_kind,
        document_id=before.document_id,
        document_number=before.document_number,
        amount_minor=row.amount_minor,
        currency=row.currency,
        decline_class=DeclineClass.CALLED_OFF,
        code=row.error_code,
        failed_on=row.executed_on or at.astimezone(zone).date(),
        used_days=before.used_days,
        used_hours=before.used_hours,
        created_at=at,
    )
    is_superseded = (before.document_kind, before.document_id) in live
    if is_superseded or row.error_code == WITHDRAWN:
        made.state = RetryState.STOPPED
        made.stop_reason = StopReason.SUPERSEDED if is_superseded else StopReason.TAKEN_BACK
        made.stop_note = row.error_message
        made.ended_at, made.ended_by = at, SYSTEM
    elif row.error_code == NotDueCode.DECLINED_FOR_GOOD:
        made.state, made.put_off = RetryState.WAITING, Reason.DECLINED_FOR_GOOD
    else:
        made.state, made.number, made.of = RetryState.SCHEDULED, before.number, before.of
        made.put_off = PUT_OFF.get(NotDueCode(row.error_code), "")
        set_due(made, at + LOOKED_AT_AGAIN, zone)
    return made


def _left_out(row: PaymentRequest, plan: RetryPlan) -> bool:
    """Of a plan for automatic payments alone, what somebody asked for."""
    return plan.only_automatic and not row.order.get("intended_ids")


def _subjects(rows: Sequence[PaymentRequest], classes: Mapping[int, DeclineClass]) -> dict[int, Subject]:
    """By request. A draft that waits is charged again as it is; else the one document that the request was meant for.

    What is declined for good needs another way to pay, which a draft does not have: its one invoice is collected anew.
    What was meant for no document, or for several without a draft, is tried again by nobody.
    """
    claims: dict[int, set[tuple[str, int]]] = {}
    for request_id, kind, object_id in Claim.objects.filter(request__in=rows).values_list(
        "request_id", "kind", "object_id"
    ):
        claims.setdefault(request_id, set()).add((kind, object_id))
    own = [row.transaction_id for row in rows if row.transaction_id]
    drafts = Transaction.objects.filter(
        pk__in=own, state=TransactionState.DRAFT, classification=Classification.PAYMENT
    ).in_bulk()
    meant = {ident for ones in claims.values() for kind, ident in ones if kind == ClaimKind.TRANSACTION}
    invoices = Transaction.objects.filter(pk__in=meant, classification=Classification.INVOICE).in_bulk()
    kinds = sorted(collectables(), key=lambda one: one.claim == ClaimKind.TRANSACTION)  # those that hold invoices first
    found: dict[int, Subject] = {}
    for row in rows:
        ones = frozenset(claims.get(row.pk, ()))
        draft = drafts.get(row.transaction_id or 0)
        documents = [ident for kind, ident in sorted(ones) if kind == ClaimKind.TRANSACTION and ident in invoices]
        is_one = len(documents) == 1
        if draft is not None and draft.intended_ids and not (is_one and classes[row.pk] is DeclineClass.HARD):
            found[row.pk] = Subject(PAYMENT, draft.pk, str(draft), ones)
            continue
        for kind in kinds:
            own_ones = [ident for claim, ident in sorted(ones) if claim == kind.claim and ident != row.transaction_id]
            if kind.claim == ClaimKind.TRANSACTION:
                own_ones = [ident for ident in own_ones if ident in invoices]
            if len(own_ones) == 1:
                ident = own_ones[0]
                found[row.pk] = Subject(kind.name, ident, str(invoices.get(ident, ident)), ones)
                break
    return found


def _before(rows: Sequence[PaymentRequest], subjects: Mapping[int, Subject]) -> dict[int, Retry]:
    """The retry that each of these failures goes on from: the one that made the request, else a live one of the same
    documents, which this failure takes the place of, else the last, where a promise or dispute had ended it."""
    found = {row.made_request_id: row for row in Retry.objects.filter(made_request__in=rows)}
    live = list(live_retries_of({row.account_id for row in rows}).order_by("pk"))
    if live:
        _supersede(live, rows, subjects, found)
    rest = [row for row in rows if row.pk not in found]
    documents = [subjects[row.pk].ident for row in rest]
    before = Retry.objects.filter(document_id__in=documents).order_by("pk") if rest else ()
    last = {(one.document_kind, one.document_id): one for one in before}
    for row in rest:
        one = last.get((subjects[row.pk].kind, subjects[row.pk].ident))
        if one is not None and one.stop_reason in HELD:
            found[row.pk] = one
    return found


def _supersede(
    live: Sequence[Retry], rows: Sequence[PaymentRequest], subjects: Mapping[int, Subject], found: dict[int, Retry]
) -> None:
    """Stop those of these that the failures take the place of; the failures go on from them, unless from one ``found``
    already."""
    held: dict[int, set[tuple[str, int]]] = {}
    for request_id, kind, object_id in Claim.objects.filter(
        request__in=[one.failed_request_id for one in live]
    ).values_list("request_id", "kind", "object_id"):
        held.setdefault(request_id, set()).add((kind, object_id))
    superseded: dict[int, Retry] = {}
    for row in rows:
        for one in live:
            if held.get(one.failed_request_id, set()) & subjects[row.pk].claims:
                superseded[one.pk] = one
                found.setdefault(row.pk, one)
    stop_rows(superseded.values(), dict.fromkeys(superseded, StopReason.SUPERSEDED), actor=SYSTEM)


def _retry(
    row: PaymentRequest,
    subject: Subject,
    class_: DeclineClass,
    plan: RetryPlan,
    before: Retry | None,
    at: datetime,
    zone: ZoneInfo,
) -> Retry:
    today = at.astimezone(zone).date()
    failed_on = row.executed_on or today
    is_same = before is not None and before.preference_id == row.preference_id  # another way to pay begins anew
    used = Used(before.used_days, before.used_hours) if before is not None and is_same else Used()
    assert row.preference_id is not None  # nobody asked by a page
    if before is not None and is_same and before.number and _is_by_hand(row, before):
        step = Step(before.number, before.of, used, before.planned_on)
        used = step.before
        next_one = after_by_hand(class_, plan_of(plan), step, failed_on=failed_on, failed_at=at, today=today)
    else:
        next_one = planned(class_, plan_of(plan), used, failed_on=failed_on, failed_at=at, today=today)
    made = Retry(
        company_id=current_company_id(),
        account_id=row.account_id,
        provider=row.provider,
        plan=plan,
        preference_id=row.preference_id,
        failed_request=row,
        document_kind=subject.kind,
        document_id=subject.ident,
        document_number=subject.number[:100],
        amount_minor=row.amount_minor,
        currency=row.currency,
        decline_class=class_,
        code=row.error_code,
        failed_on=failed_on,
        used_days=used.days,
        used_hours=0,
        created_at=at,
    )
    if class_ is DeclineClass.HARD:
        made.state = RetryState.WAITING
    elif next_one is None:
        made.state = RetryState.STOPPED
        made.stop_reason = OVER[class_]
        made.ended_at, made.ended_by = at, SYSTEM
    else:
        made.state, made.number, made.of = RetryState.SCHEDULED, next_one.number, next_one.of
        made.used_days, made.used_hours = next_one.used.days, next_one.used.hours
        set_due(made, _at(next_one, zone), zone)
        made.planned_on = made.due_on
    return made


def _is_by_hand(row: PaymentRequest, before: Retry) -> bool:
    """Whether somebody asked for it: made a retry now, or charged what it is about beside its plan."""
    if before.made_request_id == row.pk:
        return before.ended_by != SYSTEM
    return row.batch_id is None and bool(row.order.get("intended_ids"))  # a run keeps to the days of the plan


def _at(next_one: Planned, zone: ZoneInfo) -> datetime:
    """A day begins where the company is."""
    if next_one.at is not None:
        return next_one.at
    assert next_one.on is not None
    return begin_of(next_one.on, zone)


def begin_of(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone)


def set_due(row: Retry, at: datetime, zone: ZoneInfo) -> None:
    row.due_at, row.due_on = at, at.astimezone(zone).date()


def _keep(made: list[Retry]) -> None:
    """Write them, those that are over at once as stopped: what was to be paid is settled, disputed or promised."""
    for row, ident in zip(made, fresh_ids(len(made)), strict=True):
        row.pk = ident
    over = why_stopped([row for row in made if row.state != RetryState.STOPPED])
    at = clock.now()
    for row in made:
        if row.pk in over:
            _end_at_once(row, over[row.pk], at)
    Retry.objects.bulk_create(made)
    tell_scheduled([row for row in made if row.state != RetryState.STOPPED], actor=SYSTEM)
    tell_made_or_not([row for row in made if row.state == RetryState.STOPPED], actor=SYSTEM)


def stop_rows(rows: Iterable[Retry], reasons: Mapping[int, StopReason], *, actor: str, note: str = "") -> list[Retry]:
    """Stop live retries, each for its reason. Their accounts are locked."""
    stopped = [row for row in rows if row.pk in reasons]
    if not stopped:
        return []
    at = clock.now()
    for row in stopped:
        row.state, row.stop_reason, row.stop_note = RetryState.STOPPED, reasons[row.pk], note
        row.due_at = row.due_on = None
        row.ended_at, row.ended_by = at, actor
    Retry.objects.bulk_update(
        stopped, ["state", "stop_reason", "stop_note", "due_at", "due_on", "ended_at", "ended_by"]
    )
    tell_made_or_not(stopped, actor=actor)
    return stopped
