"""What workers do for messages: send what is due, company by company."""

from __future__ import annotations

from subledger.platform import clock, jobs


@jobs.job
def deliver_messages() -> jobs.Counts:
    """Send what is due, a batch of it; what is left waits for the next turn."""
    from .services.delivery import deliver

    counts, is_more = deliver()
    if is_more:
        jobs.wake("deliver_messages")
    return counts


@jobs.sweep(seconds=5)
def sweep_messages() -> jobs.Counts:
    """Wake whoever has something to send, and tell of messages whose worker died while it sent them."""
    from . import due_work
    from .services.delivery import LEFT_AFTER, give_up_left

    at = clock.now()
    for company_id in due_work.with_messages_due(at):
        with jobs.of_company(company_id):
            jobs.wake("deliver_messages")
    given_up = 0
    for company_id in due_work.with_messages_left(at - LEFT_AFTER):
        with jobs.of_company(company_id):
            given_up += give_up_left()
    return {"given_up": given_up}
