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

from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import atomic

from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import as_follows
from subledger.platform.events import NewEvent, record_events
from subledger.platform.jobs import is_stopping
from subledger.platform.outages import PASSING
from subledger.runs.errors import RunBroken
from subledger.runs.kinds import Batch, RunFacts, RunKind, Selection, Step, StepResult, no_more
from subledger.runs.models import Run, RunStage, RunStep
from subledger.runs.progress import GivenWay, is_release_requested, release_requested, telling
from subledger.runs.registry import LEFT_TO_OTHERS, is_known, kind_named
from subledger.runs.states import RUN, Outcome, RunState, Stage

from .batches import cancel_open_steps, do_together, open_batch, still_open
from .definitions import read_criteria
from .step_statements import ENTER, MARK, PROGRESSED, SELECT

logger = logging.getLogger("subledger.worker")

MOST_ENTRIES = 5  # of a stage without anything done: what breaks off every time is not tried for ever
LOOK_SECONDS = 0.5  # between looks at a run that somebody else works on
LOOKS, MOMENT = 20, 0.1  # at a run that was taken between two batches: what is tried and undone has it for a moment
BROKEN = "error"  # the reason of a step that broke off by an error of ours


class Went(Enum):
    """What became of one turn."""

    ON = "on"
    NEXT = "next"  # the stage is over
    OVER = "over"  # ended or paused
    TAKEN = "taken"  # somebody else has it, or it is over


def work(run_id: int, *, seconds: float | None = None, progress: Callable[[Run], None] | None = None) -> bool:
    """Carry a run on until its end, or for some seconds; whether there is more to do for whoever works on it."""
    deadline = None if seconds is None else time.monotonic() + seconds
    entered: Stage | None = None
    if _is_others(run_id):
        return False
    with as_follows():
        while True:
            run, stage = _enter(run_id, entered)
            if run is None:
                if not _is_free_again(run_id):
                    return False
                if _is_turn_over(deadline):
                    return True
                continue
            entered = stage
            went = Went.ON
            while went is Went.ON:
                try:
                    with telling(run_id, Stage(run.stage)):
                        went = _turn(run_id)
                except DomainError as refusal:
                    _fail(run_id, str(refusal))
                    return False
                if progress is not None:
                    progress(run)
                if went is Went.OVER or (went is Went.TAKEN and not _is_free_again(run_id)):
                    return False
                if _is_turn_over(deadline):
                    return True


def _is_turn_over(deadline: float | None) -> bool:
    return is_stopping() or (deadline is not None and time.monotonic() > deadline)


def _is_free_again(run_id: int) -> bool:
    """Whether a run that somebody had at a look, or took between two batches, is to be worked on still."""
    for _ in range(LOOKS):
        with atomic():
            if held(run_id) is not None:
                return True
        is_going_on = Run.objects.filter(pk=run_id, state__in=(RunState.WAITING, RunState.RUNNING)).exists()
        if not is_going_on or is_release_requested(run_id):
            return False
        time.sleep(MOMENT)
    return False


def _is_others(run_id: int) -> bool:
    """Whether its kind is not known here, and somebody else may take it yet."""
    found = Run.objects.filter(pk=run_id).values_list("kind", "touched_at").first()
    return found is not None and not is_known(found[0]) and clock.now() - found[1] < LEFT_TO_OTHERS


def carry_out(run_id: int, *, progress: Callable[[Run], None] | None = None) -> Run:
    """The run when it has ended, or somebody paused it. It is worked on here; whoever else has it is waited for."""
    while True:
        work(run_id, progress=progress)
        found: Run = Run.objects.get(pk=run_id)
        if progress is not None:
            progress(found)
        if found.state not in (RunState.WAITING, RunState.RUNNING):
            return found
        if found.stage == Stage.FINISH:
            kind = kind_named(found.kind)
            facts = facts_of(found, kind)
            if kind.goes_on is not no_more and kind.goes_on(facts) and not kind.carry_on(facts):
                return found
        time.sleep(LOOK_SECONDS)


def held(run_id: int) -> Run | None:
    """The run, locked; None where somebody else has it or waits for it, or it is not for anybody to work on."""
    rows = Run.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    rows = rows.filter(~release_requested(run_id), pk=run_id, state__in=(RunState.WAITING, RunState.RUNNING))
    run: Run | None = rows.first()
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
                return Went.TAKEN
            kind = kind_named(run.kind)
            facts = facts_of(run, kind)
            if run.stage == Stage.SELECT:
                select(run, kind, facts)
                _go_on(run, Stage.PREPARE)
            elif run.stage == Stage.PREPARE:
                prepare(run, kind, facts)
                _go_on(run, Stage.EXECUTE)
            elif run.stage == Stage.EXECUTE:
                if _do_batch(run, kind, facts):
                    return Went.ON
                _go_on(run, Stage.FINISH)
            elif kind.goes_on(facts):
                _progressed(run)  # looked at again after a while
                return Went.OVER
            else:
                kind.finish(facts)
                _end(run)
                return Went.OVER
            return Went.NEXT
    except GivenWay:
        return Went.OVER
    except PASSING:
        raise
    except Exception as error:
        stage = Run.objects.values_list("stage", flat=True).get(pk=run_id)
        if stage != Stage.EXECUTE:
            raise
        if not isinstance(error, DomainError):
            logger.exception("A batch of run_id=%s broke off. Its steps are tried by halves.", run_id)
    return _turn_by_halves(run_id)


def _do_batch(run: Run, kind: RunKind, facts: RunFacts) -> bool:
    """Do some open steps; whether there were any."""
    if kind.execute_set is not None:
        batch = open_batch(run.pk, kind.batch)
        if batch is not None:
            _do_set(run, kind, facts, batch)
        return batch is not None
    steps = open_steps(run, kind.batch)
    if steps:
        _do(run, kind, facts, steps)
    return bool(steps)


def _do_part(run: Run, kind: RunKind, facts: RunFacts, batch: Batch) -> None:
    """Do a part of a batch, whichever way its kind does them."""
    if kind.execute_set is not None:
        _do_set(run, kind, facts, batch)
        return
    rows = RunStep.objects.filter(pk__in=batch.ids).order_by("position")
    _do(run, kind, facts, _steps(rows))


def _turn_by_halves(run_id: int) -> Went:
    """The steps of a batch that broke off, by halves, until the one that breaks it is alone in being failed."""
    with atomic():
        run = held(run_id)
        if run is None:
            return Went.TAKEN
        kind = kind_named(run.kind)
        facts = facts_of(run, kind)
        whole = open_batch(run.pk, kind.batch)
    waiting = [whole] if whole is not None else []
    while waiting:
        batch = waiting.pop()
        try:
            with atomic():
                run = held(run_id)
                if run is None or not still_open(batch):
                    return Went.TAKEN if run is None else Went.ON
                _do_part(run, kind, facts, batch)
            continue
        except GivenWay:
            return Went.OVER
        except PASSING:
            raise
        except Exception as error:
            if batch.size > 1:
                waiting += reversed(batch.halves())
                continue
            failed = _failed(run_id, batch.ids[0], error)
        if not _mark_failed(run_id, failed):
            return Went.OVER
    return Went.ON


def _failed(run_id: int, step_id: int, error: Exception) -> StepResult:
    if isinstance(error, DomainError):
        return StepResult(step_id, Outcome.FAILED, error.code[:60], str(error))
    logger.error("The step_id=%s of run_id=%s broke off.", step_id, run_id, exc_info=error)
    return StepResult(step_id, Outcome.FAILED, BROKEN, say("It broke off by an error; the workers' log has it."))


def _mark_failed(run_id: int, failed: StepResult) -> bool:
    """False where somebody else has the run by now."""
    with atomic():
        run = held(run_id)
        if run is None:
            return False
        mark(run.pk, [failed])
        _progressed(run)
    return True


def select(run: Run, kind: RunKind, facts: RunFacts) -> None:
    """Record every candidate, taken or not, in one statement."""
    kind.check(facts.criteria)
    selection = kind.select(facts)
    params = {
        **selection.params, "run_company_id": run.company_id, "the_run_id": run.pk, "run_now": clock.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_selecting(selection), params)


def _selecting(selection: Selection) -> str:
    detail, more = ("c.detail", ", detail") if selection.says_details else ("''", "")
    return SELECT.format(candidates=selection.sql, detail=detail, more=more)


def prepare(run: Run, kind: RunKind, facts: RunFacts) -> None:
    kind.prepare(facts)


def open_steps(run: Run, limit: int) -> list[Step]:
    return _steps(RunStep.objects.filter(run=run, outcome=Outcome.OPEN).order_by("position")[:limit])


def _steps(rows: QuerySet[RunStep]) -> list[Step]:
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


def _do_set(run: Run, kind: RunKind, facts: RunFacts, batch: Batch) -> None:
    do_together(kind, facts, batch)
    _progressed(run)


def _do(run: Run, kind: RunKind, facts: RunFacts, steps: Sequence[Step]) -> None:
    assert kind.execute is not None
    results = kind.execute(facts, steps)
    if {each.step_id for each in results} != {step.id for step in steps} or len(results) != len(steps):
        raise RuntimeError(f"The kind {kind.name!r} does not tell of each step what became of it.")
    mark(run.pk, results)
    _progressed(run)


def _progressed(run: Run) -> None:
    """Something was done: the stage is as new, and nobody need look after the run for a while."""
    run.touched_at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(PROGRESSED, {"run": run.pk, "stage": run.stage, "now": run.touched_at})


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
