"""Working on a run: stage after stage, batch after batch, each a transaction of its own.

A batch locks the run's row, takes open steps, does them and marks them. Who is killed loses the batch in hand alone:
its lock, its effects and its marks go together. Another who works on the same run finds its row locked, and leaves.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from enum import Enum

from django.db import InterfaceError, OperationalError, connection
from django.db.transaction import atomic

from subledger.kernel.errors import DomainError
from subledger.platform import clock
from subledger.platform.callers import as_follows
from subledger.platform.events import NewEvent, record_events
from subledger.platform.jobs import is_stopping
from subledger.runs.errors import RunBroken
from subledger.runs.kinds import RunFacts, RunKind, Step, StepResult
from subledger.runs.models import Run, RunStage, RunStep
from subledger.runs.progress import GivenWay, is_wanted, telling
from subledger.runs.registry import kind_named
from subledger.runs.states import RUN, Outcome, RunState, Stage

from .definitions import read_criteria

logger = logging.getLogger("subledger.worker")

MOST_ENTRIES = 5  # of a stage without anything done: what breaks off every time is not tried for ever
LOOK_SECONDS = 0.5  # between looks at a run that somebody else works on
BROKEN = "error"  # the reason of a step that broke off by an error of ours
OUTAGES = (OperationalError, InterfaceError)  # the database's, and nobody's fault here

ENTER = """
    INSERT INTO runs_runstage AS stage (run_id, stage, entries, entered_at) VALUES (%s, %s, 1, %s)
    ON CONFLICT (run_id, stage)
        DO UPDATE SET entries = stage.entries + 1, doing = '', reached = NULL, target = NULL
    RETURNING entries
"""
SELECT = """
    INSERT INTO runs_runstep
           (company_id, run_id, position, key, prefix, subject_id, amount_minor, currency, outcome, reason, detail,
            done_at)
    SELECT %(run_company_id)s, %(the_run_id)s, row_number() OVER (), c.key, COALESCE(c.prefix, ''), c.subject_id,
           c.amount_minor, COALESCE(c.currency, ''),
           CASE WHEN COALESCE(c.reason, '') = '' THEN 'open' ELSE 'not_taken' END, COALESCE(c.reason, ''), '',
           CASE WHEN COALESCE(c.reason, '') <> '' THEN %(run_now)s::timestamptz END
      FROM ({candidates}) AS c (key, prefix, subject_id, amount_minor, currency, reason)
    ON CONFLICT (run_id, key) DO NOTHING
"""
MARK = """
    UPDATE runs_runstep step
       SET outcome = r.outcome, reason = r.reason, detail = r.detail, done_at = %(now)s,
           amount_minor = CASE WHEN step.currency = '' THEN NULL ELSE COALESCE(r.amount, step.amount_minor) END
      FROM unnest(%(ids)s::bigint[], %(outcomes)s::text[], %(reasons)s::text[], %(details)s::text[],
                  %(amounts)s::bigint[]) AS r (id, outcome, reason, detail, amount)
     WHERE step.id = r.id AND step.run_id = %(run)s
"""


class Went(Enum):
    """What became of one turn."""

    ON = "on"
    OVER = "over"  # ended, paused, or worked on by somebody else


def work(run_id: int, *, seconds: float | None = None, progress: Callable[[Run], None] | None = None) -> bool:
    """Carry a run on until its end, or for some seconds; whether there is more to do for whoever works on it."""
    deadline = None if seconds is None else time.monotonic() + seconds
    entered: Stage | None = None
    with as_follows():
        while True:
            stage = entered
            run, stage = _enter(run_id, entered)
            if run is None:
                return False
            entered = stage
            try:
                with telling(run_id, Stage(run.stage)):
                    went = _turn(run_id)
            except DomainError as refusal:
                _fail(run_id, str(refusal))
                return False
            if progress is not None:
                progress(run)
            if went is Went.OVER:
                return False
            if is_stopping() or (deadline is not None and time.monotonic() > deadline):
                return True


def carry_out(run_id: int, *, progress: Callable[[Run], None] | None = None) -> Run:
    """The run when it has ended, or somebody paused it. It is worked on here; whoever else has it is waited for."""
    while True:
        work(run_id, progress=progress)
        found: Run = Run.objects.get(pk=run_id)
        if progress is not None:
            progress(found)
        if found.state not in (RunState.WAITING, RunState.RUNNING):
            return found
        time.sleep(LOOK_SECONDS)


def held(run_id: int) -> Run | None:
    """The run, locked; None where somebody else has it or waits for it, or it is not for anybody to work on."""
    if is_wanted(run_id):
        return None
    run: Run | None = (
        Run.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(pk=run_id, state__in=(RunState.WAITING, RunState.RUNNING))
        .first()
    )
    return run


def facts_of(run: Run, kind: RunKind) -> RunFacts:
    return RunFacts(run.pk, run.name, read_criteria(kind, run.criteria), run.as_of, run.due_at, run.actor)


def _enter(run_id: int, entered: Stage | None) -> tuple[Run | None, Stage | None]:
    """Enter the stage at which a run stands, unless that was done; None where there is nothing to work on."""
    with atomic():
        run = held(run_id)
        if run is None:
            return None, None
        stage = Stage(run.stage)
        if stage is entered:
            return run, stage
        now = clock.now()
        if run.state == RunState.WAITING:
            run.state = RUN.advance(RunState.WAITING, "start")
            run.started_at = run.started_at or now
            run.save(update_fields=["state", "started_at"])
        with connection.cursor() as cursor:
            cursor.execute(ENTER, [run_id, stage, now])
            [entries] = cursor.fetchone()
    if entries > MOST_ENTRIES:
        _fail(run_id, str(RunBroken(stage, entries - 1)))
        return None, None
    return run, stage


def _turn(run_id: int) -> Went:
    """One stage of a set, or one batch of steps."""
    try:
        with atomic():
            run = held(run_id)
            if run is None:
                return Went.OVER
            kind = kind_named(run.kind)
            facts = facts_of(run, kind)
            if run.stage == Stage.SELECT:
                select(run, kind, facts)
                _go_on(run, Stage.PREPARE)
            elif run.stage == Stage.PREPARE:
                prepare(run, kind, facts)
                _go_on(run, Stage.EXECUTE)
            elif run.stage == Stage.EXECUTE:
                steps = open_steps(run, kind.batch)
                if not steps:
                    _go_on(run, Stage.FINISH)
                else:
                    _do(run, kind, facts, steps)
            else:
                kind.finish(facts)
                _end(run)
                return Went.OVER
            return Went.ON
    except GivenWay:
        return Went.OVER
    except OUTAGES:
        raise
    except Exception as error:
        stage = Run.objects.values_list("stage", flat=True).get(pk=run_id)
        if stage != Stage.EXECUTE:
            raise
        if not isinstance(error, DomainError):
            logger.exception("A batch of run_id=%s broke off. Its steps are tried one by one.", run_id)
    return _turn_by_one(run_id)


def _turn_by_one(run_id: int) -> Went:
    """The steps of a batch one by one, so that the one that breaks it is alone in being failed."""
    with atomic():
        run = held(run_id)
        if run is None:
            return Went.OVER
        kind = kind_named(run.kind)
        facts = facts_of(run, kind)
        steps = open_steps(run, kind.batch)
    for step in steps:
        try:
            with atomic():
                run = held(run_id)
                if run is None:
                    return Went.OVER
                if not RunStep.objects.filter(pk=step.id, outcome=Outcome.OPEN).exists():
                    continue
                _do(run, kind, facts, [step])
            continue
        except GivenWay:
            return Went.OVER
        except OUTAGES:
            raise
        except DomainError as refusal:
            failed = StepResult(step.id, Outcome.FAILED, refusal.code[:60], str(refusal))
        except Exception:
            logger.exception("The step %s of run_id=%s broke off.", step.key, run_id)
            failed = StepResult(step.id, Outcome.FAILED, BROKEN, "It broke off by an error; the workers' log has it.")
        with atomic():
            run = held(run_id)
            if run is None:
                return Went.OVER
            mark(run.pk, [failed])
            _progressed(run)
    return Went.ON


def select(run: Run, kind: RunKind, facts: RunFacts) -> None:
    """Record every candidate, taken or not, in one statement."""
    selection = kind.select(facts)
    params = {
        **selection.params, "run_company_id": run.company_id, "the_run_id": run.pk, "run_now": clock.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SELECT.format(candidates=selection.sql), params)


def prepare(run: Run, kind: RunKind, facts: RunFacts) -> None:
    kind.prepare(facts)


def open_steps(run: Run, limit: int) -> list[Step]:
    rows = RunStep.objects.filter(run=run, outcome=Outcome.OPEN).order_by("position")[:limit]
    return [Step(*row) for row in rows.values_list(*(field.name for field in fields(Step)))]


def mark(run_id: int, results: Sequence[StepResult]) -> None:
    """Say what became of steps, within the transaction of what was done. A step that is done is refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            MARK,
            {
                "run": run_id,
                "now": clock.now(),
                "ids": [each.step_id for each in results],
                "outcomes": [str(each.outcome) for each in results],
                "reasons": [each.reason for each in results],
                "details": [each.detail for each in results],
                "amounts": [each.amount_minor for each in results],
            },
        )


def _do(run: Run, kind: RunKind, facts: RunFacts, steps: Sequence[Step]) -> None:
    results = kind.execute(facts, steps)
    if {each.step_id for each in results} != {step.id for step in steps} or len(results) != len(steps):
        raise RuntimeError(f"The kind {kind.name!r} does not tell of each step what became of it.")
    mark(run.pk, results)
    _progressed(run)


def _progressed(run: Run) -> None:
    """Something was done: the stage is as new, and nobody need look after the run for a while."""
    RunStage.objects.filter(run=run, stage=run.stage).update(entries=1, doing="", reached=None, target=None)
    run.touched_at = clock.now()
    run.save(update_fields=["touched_at"])


def _go_on(run: Run, stage: Stage) -> None:
    RunStage.objects.filter(run=run, stage=run.stage).update(done_at=clock.now(), doing="", reached=None, target=None)
    run.stage, run.touched_at = stage, clock.now()
    run.save(update_fields=["stage", "touched_at"])


def _end(run: Run) -> None:
    RunStage.objects.filter(run=run, stage=run.stage).update(done_at=clock.now())
    failed = run.steps.filter(outcome=Outcome.FAILED).exists()
    run.state = RUN.advance(RunState(run.state), "complete_with_errors" if failed else "complete")
    run.ended_at = run.touched_at = clock.now()
    run.save(update_fields=["state", "ended_at", "touched_at"])
    event = "run.completed_with_errors" if failed else "run.completed"
    record_events([NewEvent(event, "run", run.pk, {"kind": run.kind, "name": run.name})], actor=run.actor)


def _fail(run_id: int, why: str) -> None:
    """The run cannot be carried on: what is left of it is not done.

    Whoever waited for its row may have paused or cancelled it meanwhile: that stands, and a run that is resumed meets
    the same again.
    """
    with atomic():
        run = Run.objects.select_for_update(of=("self",), no_key=True).filter(pk=run_id).first()
        if run is None or not RUN.allows(RunState(run.state), "fail"):
            return
        cancel_open_steps(run, "run_failed")
        run.state = RUN.advance(RunState(run.state), "fail")
        run.error, run.ended_at, run.touched_at = why, clock.now(), clock.now()
        run.save(update_fields=["state", "error", "ended_at", "touched_at"])
        record_events([NewEvent("run.failed", "run", run.pk, {"kind": run.kind, "reason": why})], actor=run.actor)


def cancel_open_steps(run: Run, reason: str) -> int:
    return int(
        RunStep.objects.filter(run=run, outcome=Outcome.OPEN).update(
            outcome=Outcome.CANCELLED, reason=reason, done_at=clock.now()
        )
    )
