"""Pausing, resuming and cancelling a run that is under way.

Whoever does it waits for the batch in hand, a moment; after that nothing of the run goes on. A batch that takes long is
asked to let go of the run (`progress`): it is undone, and begun anew if the run is resumed.

None of it asks for the run's criteria, nor for its kind: a run that nobody can do any more can be ended.
"""

from __future__ import annotations

from django.db import OperationalError
from django.db.transaction import atomic
from psycopg.errors import LockNotAvailable

from subledger.kernel.errors import NotFound
from subledger.platform import clock, jobs
from subledger.platform.callers import demand
from subledger.platform.dry_runs import is_dry_run
from subledger.platform.events import NewEvent, record_events
from subledger.runs.errors import RunInHand, RunNotPaused, RunOver
from subledger.runs.models import Run
from subledger.runs.progress import request_release
from subledger.runs.registry import kind_shown
from subledger.runs.states import OPEN, RUN, RunState

from .worker import cancel_open_steps


@atomic
def pause_run(*, run_id: int, actor: str) -> Run:
    """RunOver, or TransitionNotAllowed where it is paused already. RunInHand: it is a dry run, and a batch goes on."""
    run = _held(run_id, "paused", is_urgent=True)
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
    run = _held(run_id, "cancelled", is_urgent=True)
    cancelled = cancel_open_steps(run, "cancelled")
    run.ended_at = clock.now()
    return _moved(run, "cancel", "run.cancelled", actor, steps=cancelled)


def _held(run_id: int, action: str, *, is_urgent: bool = False) -> Run:
    known = Run.objects.filter(pk=run_id).first()
    if known is None:
        raise NotFound(Run, run_id)
    demand(*kind_shown(known.kind).permissions.execute)
    if is_urgent and known.state in OPEN and not is_dry_run():  # whoever works on it would undo its batch for nothing
        request_release(run_id)
    try:
        with atomic():
            found = Run.objects.select_for_update(of=("self",), nowait=is_dry_run()).filter(pk=run_id).first()
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise RunInHand(known.name) from error
    if found is None:
        raise NotFound(Run, run_id)
    run: Run = found
    if run.state not in OPEN:
        raise RunOver(run.name, run.state, action)
    return run


def _moved(run: Run, action: str, event: str, actor: str, **data: int) -> Run:
    run.state = RUN.advance(RunState(run.state), action)
    run.changed_by, run.touched_at = actor, clock.now()
    run.save(update_fields=["state", "changed_by", "touched_at", "ended_at"])
    kind_shown(run.kind).on_action(run.pk, action)
    run.stages.exclude(doing="").update(doing="", reached=None, target=None)  # of a batch that gave way
    record_events([NewEvent(event, "run", run.pk, {"name": run.name, **data})], actor=actor)
    return run
