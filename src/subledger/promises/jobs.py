"""What workers do for promises: break those whose day is over."""

from __future__ import annotations

from subledger.platform import clock, jobs


@jobs.job
def break_due_promises() -> jobs.Counts:
    """Of a company."""
    from .services.promises import break_promises

    return {"broken": break_promises()}


@jobs.sweep(seconds=60)
def sweep_promises() -> jobs.Counts:
    """Wake where an instalment was not paid in time."""
    from .due_work import companies_with_broken

    found = companies_with_broken(clock.now())
    for company_id in found:
        with jobs.of_company(company_id):
            jobs.wake("break_due_promises")
    return {"companies": len(found)}
