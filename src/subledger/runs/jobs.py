"""What workers do for runs: start what is due, and carry on what is under way.

A run is worked on for some seconds at a time, so that many of them, and everything else, take turns.
"""

from __future__ import annotations

from datetime import timedelta

from subledger.platform import clock, jobs

TURN_SECONDS = 20
UNTOUCHED = timedelta(seconds=15)


@jobs.job
def work_run(run_id: int) -> jobs.Counts:
    """Carry a run on for a turn."""
    from .services import worker

    if worker.work(run_id, seconds=TURN_SECONDS):
        jobs.wake("work_run", run_id=run_id)
    return {}


@jobs.sweep(seconds=3600)
def drop_old_run_files() -> jobs.Counts:
    """Drop files that were kept long enough."""
    from . import due_work
    from .services.files import KEPT, drop_old_files

    dropped = 0
    for company_id in due_work.with_old_files(clock.now() - KEPT):
        with jobs.of_company(company_id):
            dropped += drop_old_files()
    return {"dropped": dropped}


@jobs.sweep(seconds=5)
def start_due_runs() -> jobs.Counts:
    """Start every run whose hour has come, and wake somebody for those that nobody works on."""
    from . import due_work
    from .services.start import start_due

    now, started = clock.now(), 0
    for company_id, definition_id in due_work.with_definitions_due(now):
        with jobs.of_company(company_id, definition_id=definition_id):
            started += start_due(definition_id=definition_id) is not None
    for company_id, run_id in due_work.with_runs_to_work(now - UNTOUCHED):
        with jobs.of_company(company_id):
            jobs.wake("work_run", run_id=run_id)
    return {"started": started}
