"""Pausing, resuming and cancelling a run that is under way.

Whoever does it waits for the batch in hand, a moment; after that nothing of the run goes on. A batch that takes long is
asked to let go of the run (`progress`): it is undone, and begun anew if the run is resumed.

None of it asks for the run's criteria, nor for its kind: a run that nobody can do any more can be ended.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError, connection
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

from .batches import cancel_open_steps

# Two who do the same at once wait for each other, and nobody for a batch.
BRIEFLY, AS_EVER = "SET LOCAL lock_timeout = '300ms'", "SET LOCAL lock_timeout TO DEFAULT"


@atomic
def pause_run(*, run_id: int, actor: str) -> Run:
    """RunOver, or TransitionNotAllowed where it is paused already. RunInHand: it is a dry run, and a batch goes on."""
    run = _held(run_id, "paused")
    return _moved(run, "pause", "run.paused", actor)


@atomic
def resume_run(*, run_id: int, actor: str) -> Run:
    """Go on where it stands. Of two who resume it, one does; the other is told. RunNotPaused."""
    run = _held(run_id, "resumed", check=_check_paused)
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


def _check_paused(run: Run) -> None:
    if run.state != RunState.PAUSED:
        raise RunNotPaused(run.name, run.state, run.changed_by)


def _held(run_id: int, action: str, *, check: Callable[[Run], None] | None = None) -> Run:
    """The run, locked. Whoever works on it is asked to let go, unless the deed is one of a run that rests (``check``)
    or a dry run: those wait for no batch."""
    known = Run.objects.filter(pk=run_id).first()
    if known is not None:
        demand(*kind_shown(known.kind).permissions.execute)
    _checked(known, run_id, action, check)
    is_patient = check is None and not is_dry_run()
    if is_patient:
        request_release(run_id)
    try:
        with atomic(), connection.cursor() as cursor:
            if not is_patient:
                cursor.execute(BRIEFLY)
            found = Run.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
            if not is_patient:
                cursor.execute(AS_EVER)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise RunInHand(_checked(Run.objects.filter(pk=run_id).first(), run_id, action, check).name) from error
    return _checked(found, run_id, action, check)


def _checked(run: Run | None, run_id: int, action: str, check: Callable[[Run], None] | None) -> Run:
    if run is None:
        raise NotFound(Run, run_id)
    if run.state not in OPEN:
        raise RunOver(run.name, run.state, action)
    if check is not None:
        check(run)
    return run


def _moved(run: Run, action: str, event: str, actor: str, **data: int) -> Run:
    run.state = RUN.advance(RunState(run.state), action)
    run.changed_by, run.touched_at = actor, clock.now()
    run.save(update_fields=["state", "changed_by", "touched_at", "ended_at"])
    kind_shown(run.kind).on_action(run.pk, action)
    run.stages.exclude(doing="").update(doing="", reached=None, target=None)  # of a batch that gave way
    record_events([NewEvent(event, "run", run.pk, {"name": run.name, **data})], actor=actor)
    return run
