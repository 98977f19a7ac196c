"""What a run asked for, as one batch of requests: held with the run, let go on, and withdrawn with it."""

from __future__ import annotations

from collections.abc import Callable

from subledger.gateways.models import Provider
from subledger.gateways.services import batches
from subledger.platform.scope import current_company_id
from subledger.runs.kinds import RunFacts

from .models import PaymentRun

__all__ = ["follow_run", "payment_run_for", "payment_run_of"]


def payment_run_of(run_id: int) -> PaymentRun | None:
    """What a run asked for; None where it has not begun to."""
    found: PaymentRun | None = PaymentRun.objects.select_related("provider").filter(run=run_id).first()
    return found


def payment_run_for(facts: RunFacts, provider: Callable[[], Provider]) -> PaymentRun:
    """The same, begun by ``provider`` where it is not: the run's row is held."""
    return payment_run_of(facts.run_id) or PaymentRun.objects.create(
        company_id=current_company_id(), run_id=facts.run_id, provider=provider(), batch=batches.open_batch()
    )


def follow_run(run_id: int, action: str) -> None:
    """What a run that is paused, resumed or cancelled means for what it asked for."""
    of_run = payment_run_of(run_id)
    if of_run is None:
        return
    deed = {"pause": batches.hold_batch, "resume": batches.release_batch, "cancel": batches.withdraw_batch}[action]
    deed(of_run.batch_id)
