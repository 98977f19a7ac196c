"""Runs of the toy kind by short verbs."""

from __future__ import annotations

from typing import Any

from django.db import connection
from tests.runs.toy import TOY

from subledger.runs.models import Run, RunDefinition
from subledger.runs.queries import progress_of, tallies_of
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.runs.states import Outcome


def definition(
    name: str = "Counting", *, to: int = 25, schedule: dict[str, Any] | None = None, active: bool = True, **more: Any
) -> RunDefinition:
    made = create_definition(
        kind=TOY.name, name=name, criteria={"to": to, **more}, schedule=schedule or {}, actor="test"
    )
    return activate_definition(definition_id=made.pk, actor="test") if active else made


def started(name: str = "Counting", **more: Any) -> Run:
    return start_definition(definition_id=definition(name, **more).pk, actor="test")


def written(run: Run) -> list[str]:
    """The numbers that a run wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM toy_numbers WHERE run_id = %s", [run.pk])
        return sorted((key for (key,) in cursor.fetchall()), key=lambda key: int(key.split()[1]))


def numbers(first: int, last: int) -> list[str]:
    return [f"number {n}" for n in range(first, last + 1)]


def counts(run: Run) -> dict[str, int]:
    return {str(outcome): n for outcome, n in progress_of(run).counts.items() if n}


def reasons(run: Run) -> dict[tuple[str, str], int]:
    return {(str(t.outcome), t.reason): t.steps for t in tallies_of(run.pk) if t.outcome is not Outcome.SUCCEEDED}


def now(run: Run) -> Run:
    run.refresh_from_db()
    return run
