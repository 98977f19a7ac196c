"""Requests that were made together: opened, held, let go on, withdrawn."""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.gateways.models import PaymentRequest, RequestBatch
from subledger.gateways.port import Declined
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import WITHDRAWN
from subledger.gateways.states import BatchState, RequestState
from subledger.kernel.sentences import say
from subledger.platform import clock, jobs
from subledger.platform.scope import current_company_id

from .execution import lock_requests
from .outcomes import ReportedOutcome, apply_outcomes
from .outstanding import may_have_left

ACTOR = "system"
SET = 200  # taken back in one transaction


def open_batch() -> RequestBatch:
    batch: RequestBatch = RequestBatch.objects.create(company_id=current_company_id(), created_at=clock.now())
    return batch


def hold_batch(batch_id: int) -> None:
    """None of its requests leaves from here on; those that have left go their way."""
    RequestBatch.objects.filter(pk=batch_id, state=BatchState.OPEN).update(state=BatchState.HELD)


def release_batch(batch_id: int) -> None:
    """What waits of it leaves when its turn comes."""
    RequestBatch.objects.filter(pk=batch_id, state=BatchState.HELD).update(state=BatchState.OPEN)
    waiting = PaymentRequest.objects.filter(batch=batch_id, state=RequestState.PENDING).select_related("provider")
    first = waiting.first()
    if first is not None and kind_named(first.provider.kind).executes:
        jobs.wake("work_requests", provider_id=first.provider_id)


def withdraw_batch(batch_id: int) -> None:
    """None of its requests leaves any more; those that have not left are taken back by a worker."""
    RequestBatch.objects.filter(pk=batch_id).update(state=BatchState.WITHDRAWN)
    jobs.wake("take_back_batch", batch_id=batch_id)


def take_back(batch_id: int, *, after: int = 0) -> tuple[int, int | None]:
    """Take back some of a batch's requests that have not left: how many, and the last one looked at (None: no more).

    What may have been carried out stays open until the bank tells, or somebody withdraws it.
    """
    why = Declined(WITHDRAWN, say("What it was made with was cancelled before it left."))
    with atomic():
        waiting = PaymentRequest.objects.filter(batch=batch_id, state=RequestState.PENDING, pk__gt=after)
        rows = list(waiting.select_related("provider").order_by("pk")[:SET])
        if not rows:
            return 0, None
        idents = [row.pk for row in rows]
        if kind_named(rows[0].provider.kind).executes:  # a worker that claims them holds their rows
            lock_accounts(sorted({row.account_id for row in rows}))
            held = PaymentRequest.objects.select_for_update(of=("self",)).filter(pk__in=idents).order_by("pk")
            still = [row for row in held if row.state == RequestState.PENDING]
        else:  # whoever begins or exports them takes these locks
            still = [row for row in lock_requests(idents).values() if row.state == RequestState.PENDING]
        perhaps = may_have_left(still)
        reports = [ReportedOutcome(row.pk, why) for row in still if row.pk not in perhaps]
        apply_outcomes(reports, actor=ACTOR)
    return len(reports), rows[-1].pk
