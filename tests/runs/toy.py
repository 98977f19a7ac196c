"""A kind of run for tests: it writes numbers into a table, and does as its criteria say on the way."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from django.db import connection

from subledger.kernel.errors import Invalid
from subledger.runs import registry
from subledger.runs.kinds import RunFacts, RunKind, Selection, Step, StepResult
from subledger.runs.states import Outcome

TABLE = "CREATE TABLE IF NOT EXISTS toy_numbers (run_id bigint NOT NULL, key text NOT NULL)"
NEEDED = "CREATE TABLE IF NOT EXISTS toy_kills (run_id bigint NOT NULL, at integer NOT NULL)"


@dataclass(frozen=True)
class Numbers:
    to: int
    leave: tuple[int, ...] = ()  # not taken
    skip: tuple[int, ...] = ()
    refuse: tuple[int, ...] = ()
    break_at: tuple[int, ...] = ()
    kill_in: int = 0  # kill -9 in the batch with this number, after its numbers were written; once a run
    kill_after: int = 0  # kill -9 before the batch with this number is begun; once a run
    pause_seconds: float = 0
    fail_select: bool = False
    note: str = field(default="")
    segment: str = ""

    def __post_init__(self) -> None:
        if self.to < 0:
            raise ValueError("a number below zero is none to count to")


class NumberRefused(Invalid):
    code = "number_refused"


SELECT = """
    SELECT 'number ' || n, 'acc', n::bigint, n::bigint * 100, 'eur',
           CASE WHEN n = ANY(%(leave)s::integer[]) THEN 'disliked' ELSE '' END
      FROM generate_series(1, %(to)s) n
"""


def select(facts: RunFacts) -> Selection:
    if facts.criteria.fail_select:
        raise NumberRefused("These numbers cannot be selected. Choose others.")
    return Selection(SELECT, {"to": facts.criteria.to, "leave": list(facts.criteria.leave)})


def execute(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    numbers = facts.criteria
    places = {step.position for step in steps}
    if numbers.kill_after in places:
        _die_once(facts.run_id, -numbers.kill_after)
    results = []
    with connection.cursor() as cursor:
        for step in steps:
            if step.position in numbers.refuse:
                raise NumberRefused(f"The number {step.position} is refused.")
            if step.position in numbers.break_at:
                raise RuntimeError("broken")
            if step.position in numbers.skip:
                results.append(StepResult(step.id, Outcome.SKIPPED, "late", "It came too late."))
                continue
            cursor.execute("INSERT INTO toy_numbers VALUES (%s, %s)", [facts.run_id, step.key])
            results.append(StepResult(step.id))
    if numbers.pause_seconds:
        time.sleep(numbers.pause_seconds)
    if numbers.kill_in in places:
        _die_once(facts.run_id, numbers.kill_in)
    return results


def _die_once(run_id: int, at: int) -> None:
    """In a connection of its own, so that it is remembered."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        if other.execute("SELECT 1 FROM toy_kills WHERE run_id = %s AND at = %s", [run_id, at]).fetchone():
            return
        other.execute("INSERT INTO toy_kills VALUES (%s, %s)", [run_id, at])
    os.kill(os.getpid(), signal.SIGKILL)


TOY = RunKind(
    name="toy-numbers",
    title="Toy numbers",
    says="Writes numbers down.",
    criteria=Numbers,
    select=select,
    execute=execute,
    reasons={"disliked": "Nobody likes this number"},
    noun="number",
    batch=10,
)
registry.register(TOY)
