"""``subledger run`` as people type it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.runs.verbs import definition, now, numbers, started, written
from typer.testing import CliRunner

from subledger.cli import runtime
from subledger.cli.main import app
from subledger.companies.models import Company
from subledger.platform.rooms import RoomsInvalid
from subledger.runs.models import Run
from subledger.runs.services import worker


@pytest.fixture
def run(toys: Company, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command meets the test's own database."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")

    def invoke(*arguments: object) -> Any:
        return CliRunner().invoke(app, ["run", *map(str, arguments), "--company", toys.code])

    return invoke


def test_definitions_are_listed_with_their_next_time(run: Any):
    definition("Daily", schedule={"every": "day", "start": "2026-01-01T09:00"}, active=False)
    [row] = json.loads(run("definitions", "--format", "json").stdout)
    assert (row["name"], row["state"], row["schedule"]) == ("Daily", "draft", "Every day, from 2026-01-01 09:00")


def test_a_run_is_executed_by_the_command_without_a_worker(run: Any):
    definition(to=25, leave=[3])
    shown = run("execute", "Counting", "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert "Nobody likes this number" in shown.stdout
    assert not Run.objects.exists()
    done = run("execute", "Counting", "--as-of", "2026-05-19", "--format", "json")
    assert done.exit_code == 0, done.output
    rows = {row["outcome"]: (row["steps"], row["amount"]) for row in json.loads(done.stdout)}
    assert rows == {"succeeded": (24, "322.00 EUR"), "not taken": (1, "3.00 EUR")}
    made = Run.objects.get()
    assert (made.actor, made.as_of.isoformat()) == ("cli", "2026-05-19")
    assert written(made) == [key for key in numbers(1, 25) if key != "number 3"]


def test_a_definition_is_named_by_its_id_as_well(run: Any):
    made, other = definition(to=5), definition("rde_0000000000001")
    assert run("preview", made.public_id).stdout == run("preview", "Counting").stdout
    assert run("execute", other.name, "--dry-run").exit_code == 0, "a name goes before an id"
    assert "No run definition 'rde_0000000000002'" in run("execute", "rde_0000000000002").output


def test_rooms_that_cannot_be_installed_together_are_a_sentence(run: Any, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: Any, **__: Any) -> None:
        raise RoomsInvalid("The listener 'misspelt' hears 'toy.maed', which no room declares.")

    monkeypatch.setattr(runtime, "_set_up_django", refuse)
    refused = run("definitions")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "The listener 'misspelt' hears 'toy.maed', which no room declares.\n",
    )


def test_failed_steps_are_told_and_are_exit_status_one(run: Any):
    definition(to=5, refuse=[2])
    done = run("execute", "Counting")
    assert done.exit_code == 1
    assert "Counting is completed with errors" in done.output


def test_a_run_is_paused_resumed_watched_and_cancelled(run: Any):
    made = started(to=5)
    assert "is paused" in run("pause", "Counting").output
    assert "is paused" in run("watch", made.public_id, "--once").output
    assert run("resume", made.public_id).exit_code == 0
    again = run("resume", made.public_id)
    assert again.exit_code == 1
    assert "nothing to resume" in again.output
    assert run("cancel", made.public_id).exit_code == 0
    assert now(made).state == "cancelled"
    watched = run("watch", "Counting")
    assert watched.exit_code == 1
    assert "Counting is cancelled" in watched.output


def test_what_is_refused_says_why(run: Any):
    definition("Draft", active=False)
    assert "only an effective one is executed" in run("execute", "Draft").output
    assert "No run definition 'Other'" in run("execute", "Other").output
    assert "No run 'Other'" in run("watch", "Other").output


def test_a_run_that_ended_is_watched_at_once(run: Any):
    made = started(to=5)
    worker.work(made.pk)
    watched = run("watch", "Counting")
    assert watched.exit_code == 0, watched.output
    assert "Counting is completed" in watched.output
