"""Pausing, resuming and cancelling a run that is under way.

Whoever does it waits for the batch in hand, a moment; after that nothing of the run goes on.
"""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.kernel.errors import NotFound
from subledger.platform import clock, jobs
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.runs.errors import RunNotPaused, RunOver
from subledger.runs.models import Run
from subledger.runs.registry import kind_named
from subledger.runs.states import OPEN, RUN, RunState

from .worker import cancel_open_steps


@atomic
def pause_run(*, run_id: int, actor: str) -> Run:
    """RunOver, or TransitionNotAllowed where it is paused already."""
    run = _held(run_id, "paused")
    return _moved(run, "pause", "run.paused", actor)


@atomic
def resume_run(*, run_id: int, actor: str) -> Run:
    """Go on where it stands. Of two who resume it, one does; the other is told. RunNotPaused."""
    run = _held(run_id, "resumed")
    if run.state != RunState.PAUSED:
        raise RunNotPaused(run.name, run.state, run.changed_by)
    _moved(run, "resume", "run.resumed", actor)
    run.stages.update(entries=0)  # somebody looked at it
    jobs.wake("work_run", run_id=run.pk)
    return run


@atomic
def cancel_run(*, run_id: int, actor: str) -> Run:
    """What is done stays; the rest is not done. RunOver."""
    run = _held(run_id, "cancelled")
    cancelled = cancel_open_steps(run, "cancelled")
    run.ended_at = clock.now()
    return _moved(run, "cancel", "run.cancelled", actor, steps=cancelled)


def _held(run_id: int, action: str) -> Run:
    found = Run.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if found is None:
        raise NotFound(Run, run_id)
    run: Run = found
    demand(*kind_named(run.kind).permissions.execute)
    if run.state not in OPEN:
        raise RunOver(run.name, run.state, action)
    return run


def _moved(run: Run, action: str, event: str, actor: str, **data: int) -> Run:
    run.state = RUN.advance(RunState(run.state), action)
    run.changed_by, run.touched_at = actor, clock.now()
    run.save(update_fields=["state", "changed_by", "touched_at", "ended_at"])
    record_events([NewEvent(event, "run", run.pk, {"name": run.name, **data})], actor=actor)
    return run
