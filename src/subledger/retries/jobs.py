"""What workers do for retries: make those whose time has come."""

from __future__ import annotations

from subledger.platform import clock, jobs


@jobs.job
def make_retries() -> jobs.Counts:
    """Of a company, set by set."""
    from .services.retries import SET, make_due

    made = 0
    while not jobs.is_stopping():
        number = make_due()
        made += number
        if number < SET:
            break
    return {"retries": made}


@jobs.sweep(seconds=30)
def sweep_retries() -> jobs.Counts:
    """Wake where the time of a retry has come."""
    from .due_work import companies_with_retries_due

    found = companies_with_retries_due(clock.now())
    for company_id in found:
        with jobs.of_company(company_id):
            jobs.wake("make_retries")
    return {"companies": len(found)}
