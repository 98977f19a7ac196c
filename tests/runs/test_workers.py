"""Runs under kills, two workers and two hands: each race with its guard off, and its absence with it on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.db.transaction import atomic
from tests.gateways.worker import eventually, worker_process
from tests.runs.verbs import counts, definition, now, numbers, started, written

from subledger.companies.models import Company
from subledger.kernel.errors import DomainError
from subledger.platform import clock
from subledger.reports.proof import prove
from subledger.runs import errors
from subledger.runs.models import Run, RunDefinition
from subledger.runs.services import start, worker
from subledger.runs.services.control import pause_run, resume_run
from subledger.runs.services.start import start_definition, start_due
from subledger.runs.states import OPEN, RunState

pytestmark = [pytest.mark.usefixtures("kept_company"), pytest.mark.sampled(2)]
SETTINGS = "tests.runs.worker_settings"


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each of them returned, or was refused with, done at the same time in connections of their own."""
    gate = threading.Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> Any:
        try:
            gate.wait(120)
            return deed()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [each.result() for each in [pool.submit(copy_context().run, one, deed) for deed in deeds]]


def holds() -> None:
    assert {f.invariant.name: f.rows for f in prove(everywhere=False) if f.broken} == {}


# -- killed workers


@pytest.mark.wide
@pytest.mark.parametrize("where", ["kill_in", "kill_after"])
def test_a_worker_killed_in_a_batch_or_before_one_loses_and_doubles_nothing(where: str, tmp_path: Path):
    run = started(to=45, **{where: 15})
    with worker_process(tmp_path / "first", settings=SETTINGS) as first:
        eventually(lambda: first.process.poll() is not None)
    assert now(run).state == RunState.RUNNING
    assert written(run) == numbers(1, 10), "the batch in hand went with its worker"
    with worker_process(tmp_path / "second", settings=SETTINGS):
        eventually(lambda: now(run).state not in OPEN)
    assert now(run).state == RunState.COMPLETED
    assert written(run) == numbers(1, 45)
    holds()


def test_marks_apart_from_their_effect_double_what_a_killed_worker_did(monkeypatch: pytest.MonkeyPatch):
    # With the guard off, an effect commits before its mark: what breaks off between them is done again.
    run = started(to=10)
    real, broke = worker.mark, []

    def torn(run_id: int, results: Any) -> None:
        connection.commit()  # the effect
        if not broke:
            broke.append(True)
            raise KeyboardInterrupt
        real(run_id, results)

    worker._enter(run.pk, None)
    worker._turn(run.pk)
    worker._turn(run.pk)
    monkeypatch.setattr(worker, "mark", torn)
    monkeypatch.setattr(worker, "atomic", _no_transaction)
    with pytest.raises(KeyboardInterrupt):
        _in_hand(run)
    _in_hand(run)
    assert written(run) == sorted(numbers(1, 10) * 2, key=lambda key: int(key.split()[1]))


def test_who_waits_for_a_run_that_another_has_sees_its_end():
    run = started(to=10)
    has_it, seen = threading.Event(), threading.Event()

    def another() -> None:
        with atomic():
            Run.objects.select_for_update(no_key=True).get(pk=run.pk)
            has_it.set()
            assert seen.wait(120)
        worker.work(run.pk)

    def waiting() -> Run:
        assert has_it.wait(120)
        assert not worker.work(run.pk), "there is nothing to do for whoever comes second"
        assert now(run).state == RunState.WAITING
        return worker.carry_out(run.pk, progress=lambda at: seen.set())

    [_, ended] = at_once(another, waiting)
    assert ended.state == RunState.COMPLETED
    assert written(run) == numbers(1, 10)


class _no_transaction:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def _in_hand(run: Run) -> None:
    kind = worker.kind_named(run.kind)
    connection.set_autocommit(False)
    try:
        worker._do(now(run), kind, worker.facts_of(run, kind), worker.open_steps(run, 10))
        connection.commit()
    finally:
        connection.rollback()
        connection.set_autocommit(True)


# -- two workers


def test_two_workers_do_each_step_once():
    run = started(to=60, pause_seconds=0.02)
    at_once(lambda: worker.work(run.pk), lambda: worker.work(run.pk))
    while now(run).state in OPEN:
        worker.work(run.pk)
    assert (now(run).state, written(run)) == (RunState.COMPLETED, numbers(1, 60))
    holds()


def test_without_the_lock_two_workers_meet_in_one_batch(monkeypatch: pytest.MonkeyPatch):
    def unheld(run_id: int) -> Run | None:
        return Run.objects.filter(pk=run_id, state__in=("waiting", "running")).first()

    run = started(to=10, pause_seconds=0.5)
    worker._enter(run.pk, None)
    worker._turn(run.pk)
    worker._turn(run.pk)
    calls: list[int] = []
    monkeypatch.setattr(worker, "held", unheld)
    kind = worker.kind_named(run.kind)
    real = kind.execute

    def counted(facts: Any, steps: Any) -> Any:
        calls.append(len(steps))
        return real(facts, steps)

    object.__setattr__(kind, "execute", counted)
    try:
        with suppress(IntegrityError):  # whoever marks second is refused, and here nothing keeps that from us
            at_once(lambda: worker.work(run.pk), lambda: worker.work(run.pk))
    finally:
        object.__setattr__(kind, "execute", real)
    # Both took the same ten. The database's own guard refuses the second mark, and so its effect.
    assert sum(calls) > 10
    assert calls[:2] == [10, 10]
    assert written(run) == numbers(1, 10)


def test_of_two_workers_one_leaves_while_the_other_has_the_run():
    run = started(to=10, pause_seconds=1)
    worker._enter(run.pk, None)
    worker._turn(run.pk)
    worker._turn(run.pk)
    began = threading.Event()

    def first() -> str:
        began.set()
        return str(worker._turn(run.pk))

    def second() -> str:
        began.wait(5)
        threading.Event().wait(0.4)
        return str(worker._turn(run.pk))

    assert at_once(first, second) == [str(worker.Went.ON), str(worker.Went.TAKEN)]


# -- due once


HOURLY = {"every": "hour", "start": "2020-01-01T00:00"}


def due_definition() -> RunDefinition:
    made = definition(schedule=HOURLY)
    RunDefinition.objects.filter(pk=made.pk).update(is_submitted=True, next_at=clock.now())
    return made


def test_what_is_due_is_started_once_whatever_the_number_of_workers():
    made = due_definition()
    found = at_once(*[lambda: start_due(definition_id=made.pk)] * 6)
    assert len([run for run in found if isinstance(run, Run)]) == 1
    assert Run.objects.filter(definition=made).count() == 1


def test_without_its_lock_and_look_the_constraint_still_keeps_it_to_one(monkeypatch: pytest.MonkeyPatch):
    made = due_definition()
    gate = threading.Barrier(2)

    def unheld(definition_id: int, at: Any) -> RunDefinition | None:
        found = RunDefinition.objects.filter(pk=definition_id, next_at__lte=at).first()
        gate.wait(120)
        return found

    monkeypatch.setattr(start, "due_definition", unheld)
    found = at_once(*[lambda: start_due(definition_id=made.pk)] * 2)
    assert sorted(type(each).__name__ for each in found) == ["NoneType", "Run"], "whoever came second leaves it"
    assert Run.objects.filter(definition=made).count() == 1


# -- two hands


def test_started_by_two_one_wins_and_the_other_is_told():
    made = definition()
    found = at_once(*[lambda: start_definition(definition_id=made.pk, actor="test")] * 2)
    assert sorted(type(each).__name__ for each in found) == ["Run", "RunUnderWay"]


def test_resumed_by_two_one_wins_and_the_other_is_told():
    run = started()
    pause_run(run_id=run.pk, actor="test")
    found = at_once(
        lambda: resume_run(run_id=run.pk, actor="user:ana"), lambda: resume_run(run_id=run.pk, actor="user:bea")
    )
    [refusal] = [each for each in found if isinstance(each, errors.RunNotPaused)]
    winner = next(each.changed_by for each in found if isinstance(each, Run))
    assert f"({winner} was first)" in str(refusal)


def test_a_pause_waits_for_the_batch_in_hand_and_then_nothing_goes_on(kept_company: Company):
    run = started(to=40, pause_seconds=0.2)

    def pause() -> int:
        eventually(lambda: written(run))
        pause_run(run_id=run.pk, actor="test")
        return len(written(run))

    _, then = at_once(lambda: worker.work(run.pk), pause)
    assert 10 <= then < 40
    assert len(written(run)) == then
    assert counts(run) == {"succeeded": then, "open": 40 - then}
