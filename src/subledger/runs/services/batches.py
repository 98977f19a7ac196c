"""Batches that one statement does, of kinds whose runs have hundreds of thousands of steps; and what is left of a run,
cancelled by one."""

from __future__ import annotations

from django.db import connection

from subledger.platform import clock
from subledger.runs.kinds import Batch, RunFacts, RunKind
from subledger.runs.models import Run, RunStep
from subledger.runs.states import Outcome

OPEN_BATCH = """
    SELECT array_agg(id ORDER BY position), array_agg(subject_id ORDER BY position),
           array_agg(amount_minor ORDER BY position), array_agg(position ORDER BY position)
      FROM (SELECT id, subject_id, amount_minor, position FROM runs_runstep
             WHERE run_id = %s AND outcome = 'open' ORDER BY position LIMIT %s) AS batch
"""
# By their ids alone: the run is held and they were read as open, and `run_step_once` refuses one that is not. Of rows
# that were inserted a moment ago the database expects to find hardly any with this run and outcome, and would join tens
# of thousands by trying each with each.
DO_SET = """
      WITH {ctes}
    UPDATE runs_runstep step
       SET outcome = r.outcome, reason = r.reason, detail = r.detail, done_at = %(batch_now)s,
           amount_minor = CASE WHEN step.currency = '' THEN NULL ELSE COALESCE(r.amount, step.amount_minor) END
      FROM ({sql}) AS r (id, outcome, reason, detail, amount)
     WHERE step.id = r.id
"""


def open_batch(run_id: int, limit: int) -> Batch | None:
    """The next open steps; None where there are none."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_BATCH, [run_id, limit])
        ids, *columns = cursor.fetchone()
    return Batch(run_id, ids, *columns) if ids else None


def still_open(batch: Batch) -> bool:
    """Whether nobody did its steps meanwhile. The run is held."""
    rows = RunStep.objects.filter(pk__in=batch.ids, outcome=Outcome.OPEN)
    return rows.count() == batch.size


def do_together(kind: RunKind, facts: RunFacts, batch: Batch) -> None:
    """Do every step of a batch and mark it, in one statement. RuntimeError: the kind left one out."""
    assert kind.execute_set is not None
    statement = kind.execute_set(facts, batch)
    params = {**statement.params, **batch.params, "batch_now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(DO_SET.format(ctes=statement.ctes, sql=statement.sql), params)
        done = cursor.rowcount
    if done != batch.size:
        raise RuntimeError(f"The kind {kind.name!r} tells of {done} of {batch.size} steps what became of them.")


def cancel_open_steps(run: Run, reason: str) -> int:
    return int(
        RunStep.objects.filter(run=run, outcome=Outcome.OPEN).update(
            outcome=Outcome.CANCELLED, reason=reason, done_at=clock.now()
        )
    )
