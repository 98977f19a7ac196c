"""What workers do for imports besides carrying out their runs: end those that were stopped, forget rejected rows."""

from __future__ import annotations

from datetime import timedelta

from subledger.platform import clock, jobs

REJECTED_DAYS = 7  # that rejected rows can be downloaded


@jobs.sweep(seconds=5)
def end_stopped_imports() -> jobs.Counts:
    """Record what came of imports that were cancelled or broke off."""
    from . import due_work
    from .endings import end_import

    stopped = due_work.with_run_stopped()
    for company_id, import_id in stopped:
        with jobs.of_company(company_id):
            end_import(import_id)
    return {"ended": len(stopped)}


@jobs.sweep(seconds=60)
def forget_rejected_rows() -> jobs.Counts:
    """Rejected rows are personal data: they are kept for as long as mending them takes."""
    from . import due_work
    from .endings import forget_rejected

    old = due_work.with_rejected_kept_since(clock.now() - timedelta(days=REJECTED_DAYS))
    for company_id, import_id in old:
        with jobs.of_company(company_id):
            forget_rejected(import_id)
    return {"forgotten": len(old)}
