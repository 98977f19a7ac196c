"""What workers do for webhooks: deliver what is due, disable what fails for a day, delete what is kept no longer."""

from __future__ import annotations

from subledger.platform import clock, jobs

DELETED_AT_ONCE = 1_000
BATCHES = 20


@jobs.sweep(seconds=2)
def deliver_webhooks() -> jobs.Counts:
    """One turn; endpoints to which somebody else delivers are left alone."""
    from .services import delivery

    counts = delivery.deliver()
    return {"queued": counts.queued, "delivered": counts.delivered, "failed": counts.failed}


@jobs.sweep(seconds=30)
def disable_failing_webhooks() -> jobs.Counts:
    from . import due_work
    from .rules.retries import longest_failing
    from .services.outcomes import disable_failing

    disabled = 0
    for company_id, endpoint_id in due_work.failing_since(longest_failing(clock.now())):
        with jobs.of_company(company_id):
            disabled += disable_failing(endpoint_id)
    return {"disabled": disabled}


@jobs.sweep(seconds=30)
def sweep_webhook_deliveries() -> jobs.Counts:
    """Deliveries that ended long ago, in batches, each a transaction of its own."""
    from . import due_work
    from .rules.retries import KEPT

    swept = 0
    for _ in range(BATCHES):
        batch = due_work.delete_done(before=clock.now() - KEPT, most=DELETED_AT_ONCE)
        swept += batch
        if batch < DELETED_AT_ONCE or jobs.is_stopping():
            break
    return {"deliveries": swept}
