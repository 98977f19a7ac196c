"""Definitions and runs: what is done, what is left alone and why, preview, pause, resume, cancel, due once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from tests.runs.toy import TOY, NumberRefused
from tests.runs.verbs import counts, definition, now, numbers, reasons, started, written

from subledger.kernel.errors import TransitionNotAllowed
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.platform.rooms import Room, RoomsInvalid, check
from subledger.runs import errors, registry
from subledger.runs.jobs import start_due_runs
from subledger.runs.models import Run, RunDefinition, RunStep, RunTally
from subledger.runs.services import start, worker
from subledger.runs.services.control import cancel_run, pause_run, resume_run
from subledger.runs.services.definitions import (
    activate_definition,
    create_definition,
    deactivate_definition,
    delete_definition,
    update_definition,
)
from subledger.runs.services.start import preview, start_definition, start_due, submit_schedule
from subledger.runs.states import RunState

pytestmark = pytest.mark.usefixtures("toys")


def test_a_run_does_each_step_and_says_why_it_left_others_alone():
    run = started(to=25, leave=[3, 4], skip=[7])
    assert worker.work(run.pk) is False
    assert now(run).state == RunState.COMPLETED
    assert written(run) == [f"number {n}" for n in range(1, 26) if n not in (3, 4, 7)]
    assert counts(run) == {"not_taken": 2, "succeeded": 22, "skipped": 1}
    assert reasons(run) == {("not_taken", "disliked"): 2, ("skipped", "late"): 1}
    amounts = {t.outcome: int(t.amount_minor) for t in RunTally.objects.filter(run=run) if t.steps}
    assert amounts == {"not_taken": 700, "skipped": 700, "succeeded": (325 - 14) * 100}


def test_one_failed_step_never_stops_the_run():
    run = started(to=25, refuse=[5], break_at=[15])
    worker.work(run.pk)
    assert now(run).state == RunState.COMPLETED_WITH_ERRORS
    assert counts(run) == {"succeeded": 23, "failed": 2}
    assert reasons(run) == {("failed", "number_refused"): 1, ("failed", "error"): 1}
    assert written(run) == [f"number {n}" for n in range(1, 26) if n not in (5, 15)]
    refused = RunStep.objects.get(run=run, reason="number_refused")
    assert refused.detail == "The number 5 is refused."


def test_a_run_that_is_paused_as_it_fails_stays_paused_and_fails_when_it_is_resumed(monkeypatch):
    """Whoever waits for its row while it selects gets it before its failure is written."""
    run = started(fail_select=True)
    turn = worker._turn

    def paused_meanwhile(run_id: int) -> worker.Went:
        try:
            return turn(run_id)
        finally:
            pause_run(run_id=run_id, actor="test")

    with monkeypatch.context() as patch:
        patch.setattr(worker, "_turn", paused_meanwhile)
        assert worker.work(run.pk) is False
    assert (now(run).state, now(run).error) == (RunState.PAUSED, "")
    resume_run(run_id=run.pk, actor="test")
    worker.work(run.pk)
    assert now(run).state == RunState.FAILED


def test_a_run_that_cannot_select_fails_with_the_reason():
    run = started(fail_select=True)
    worker.work(run.pk)
    assert (now(run).state, run.error) == (RunState.FAILED, "These numbers cannot be selected. Choose others.")


def test_the_step_that_breaks_a_batch_is_found_by_halves(monkeypatch: pytest.MonkeyPatch):
    run, sizes = started(to=64, break_at=(40,)), []
    real = worker._do_part

    def counted(run: Run, kind: Any, facts: Any, batch: Any) -> None:
        sizes.append(batch.size)
        real(run, kind, facts, batch)

    monkeypatch.setattr(worker, "_do_part", counted)
    worker.work(run.pk)
    assert now(run).state == RunState.COMPLETED_WITH_ERRORS
    assert written(run) == [f"number {n}" for n in range(1, 65) if n != 40]
    [failed] = run.steps.filter(outcome="failed")
    assert (failed.position, failed.reason) == (40, "error")
    assert sizes[:3] == [10, 5, 5], "the batch that broke off, and its halves"
    assert len(sizes) < 10, "not one try for each of the others"


def test_what_breaks_off_every_time_is_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch):
    def breaks(*_: object) -> None:
        raise RuntimeError("broken")

    run = started()
    monkeypatch.setattr(worker, "prepare", breaks)
    for _ in range(worker.MOST_ENTRIES):
        with pytest.raises(RuntimeError):
            worker.work(run.pk)
        assert now(run).state == RunState.RUNNING
    worker.work(run.pk)
    assert now(run).state == RunState.FAILED
    assert "broke off 5 times" in run.error
    assert counts(run) == {"cancelled": 25}


def test_a_preview_says_what_would_be_done_and_leaves_nothing():
    made = definition(to=25, leave=[3], active=False)
    before = [model.objects.count() for model in (Run, RunStep, RunTally, Event)]
    shown = preview(definition_id=made.pk, limit=10)
    assert [(t.outcome, t.reason, t.currency, t.steps, t.amount_minor) for t in shown.tallies] == [
        ("open", "", "eur", 24, 32_200),
        ("not_taken", "disliked", "eur", 1, 300),
    ]
    assert [step.key for step in shown.steps] == numbers(1, 10)
    assert shown.has_more
    assert [step.key for step in preview(definition_id=made.pk, after=20).steps] == numbers(21, 25)
    assert [model.objects.count() for model in (Run, RunStep, RunTally, Event)] == before


def test_a_run_pauses_between_batches_and_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch):
    run = started(to=35)

    def progress(at: Run) -> None:
        if len(written(run)) == 20 and now(run).state == RunState.RUNNING:
            pause_run(run_id=run.pk, actor="test")

    worker.work(run.pk, progress=progress)
    assert (now(run).state, len(written(run))) == (RunState.PAUSED, 20)
    worker.work(run.pk)
    assert len(written(run)) == 20, "paused is paused, whoever is woken"
    with pytest.raises(TransitionNotAllowed):
        pause_run(run_id=run.pk, actor="test")
    resume_run(run_id=run.pk, actor="user:ana")
    with pytest.raises(errors.RunNotPaused, match=r"going on already \(user:ana was first\)"):
        resume_run(run_id=run.pk, actor="user:bea")
    worker.work(run.pk)
    assert (now(run).state, written(run)) == (RunState.COMPLETED, numbers(1, 35))


def test_cancelling_keeps_what_is_done_and_leaves_the_rest():
    run = started(to=35)

    def progress(at: Run) -> None:
        if len(written(run)) == 20 and now(run).state == RunState.RUNNING:
            cancel_run(run_id=run.pk, actor="test")

    worker.work(run.pk, progress=progress)
    assert now(run).state == RunState.CANCELLED
    assert counts(run) == {"succeeded": 20, "cancelled": 15}
    for action in (pause_run, resume_run, cancel_run):
        with pytest.raises(errors.RunOver, match="is cancelled"):
            action(run_id=run.pk, actor="test")


def test_what_a_run_was_asked_to_do_stays_with_it():
    run = started(to=5)
    deactivate_definition(definition_id=run.definition_id, actor="test")
    update_definition(definition_id=run.definition_id, changes={"criteria": {"to": 9}}, actor="test")
    worker.work(run.pk)
    assert len(written(run)) == 5
    assert now(run).definition_version == 1
    assert RunDefinition.objects.get(pk=run.definition_id).version == 2
    assert run.as_of == date(2026, 5, 20)


# -- definitions


def test_only_an_effective_definition_is_executed_or_submitted():
    made = definition(active=False, schedule={"every": "day", "start": "2026-01-01T09:00"})
    for refused in (start_definition, submit_schedule):
        with pytest.raises(errors.DefinitionNotEffective, match="is draft"):
            refused(definition_id=made.pk, actor="test")
    activate_definition(definition_id=made.pk, actor="test")
    with pytest.raises(errors.DefinitionInForce):
        update_definition(definition_id=made.pk, changes={"criteria": {"to": 1}}, actor="test")
    with pytest.raises(TransitionNotAllowed):
        activate_definition(definition_id=made.pk, actor="test")


def test_a_run_or_a_schedule_submitted_twice_is_refused():
    run = started()
    with pytest.raises(errors.RunUnderWay, match="is waiting already"):
        start_definition(definition_id=run.definition_id, actor="test")
    daily = definition("Daily", schedule={"every": "day", "start": "2026-01-01T09:00"})
    submit_schedule(definition_id=daily.pk, actor="test")
    with pytest.raises(errors.ScheduleSubmitted):
        submit_schedule(definition_id=daily.pk, actor="test")


def test_definitions_that_cannot_be_are_refused():
    definition("Taken")
    for fields, refusal, param in (
        ({"kind": "nothing"}, errors.RunKindUnknown, "/kind"),
        ({"name": "Taken"}, errors.RunNameTaken, "/name"),
        ({"name": " "}, errors.RunCriteriaInvalid, "/name"),
        ({"criteria": {"to": "many"}}, errors.RunCriteriaInvalid, "/criteria/to"),
        ({"criteria": {}}, errors.RunCriteriaInvalid, "/criteria/to"),
        ({"criteria": {"to": -1}}, errors.RunCriteriaInvalid, "/criteria"),
        ({"criteria": {"to": 1, "too": 2}}, errors.RunCriteriaInvalid, "/criteria/too"),
        ({"schedule": {"every": "cron", "cron": "x"}}, errors.ScheduleInvalid, "/schedule/cron"),
        ({"schedule": {"every": "once", "at": "2020-01-01T00:00"}}, errors.ScheduleInvalid, "/schedule/at"),
        ({"schedule": {**DAILY, "until": "2026-05-20T09:00"}}, errors.ScheduleInvalid, "/schedule/until"),
    ):
        new = {"kind": "toy-numbers", "name": "New", "criteria": {"to": 1}, "schedule": {}, **fields}
        with pytest.raises(refusal) as refused:
            create_definition(**new, actor="test")
        assert refused.value.param == param
    with pytest.raises(
        errors.RunKindUnknown, match=r"There is no kind of run 'nothing' here\. Known: .*toy-numbers"
    ) as unknown:
        create_definition(kind="nothing", name="New", criteria={}, schedule={}, actor="test")
    by_hand = [kind.name for kind in registry.kinds() if not kind.has_definitions]
    assert by_hand
    assert not set(by_hand) & set(str(unknown.value).partition("Known: ")[2].rstrip(".").split(", "))
    with pytest.raises(errors.RunKindUnknown, match=f"Runs of the kind '{by_hand[0]}' have no definitions"):
        create_definition(kind=by_hand[0], name="New", criteria={}, schedule={}, actor="test")
    with pytest.raises(errors.NoSchedule):
        submit_schedule(definition_id=definition("None").pk, actor="test")


def test_what_never_ran_can_be_deleted_and_what_did_is_kept():
    made = definition(active=False)
    delete_definition(definition_id=made.pk, actor="test")
    assert not RunDefinition.objects.filter(pk=made.pk).exists()
    run = started()
    worker.work(run.pk)
    deactivate_definition(definition_id=run.definition_id, actor="test")
    with pytest.raises(errors.DefinitionHasRun):
        delete_definition(definition_id=run.definition_id, actor="test")


def test_two_rooms_with_one_kind_are_refused_by_name():
    rooms = [Room(name=name, runs=[TOY]) for name in ("wallets", "collecting")]
    with pytest.raises(RoomsInvalid, match=r"'toy-numbers' is declared twice.*'wallets'.*'collecting'"):
        check(rooms)
    with pytest.raises(RoomsInvalid, match="is there already: 'Toy numbers'"):
        registry.register(replace(TOY, title="Other numbers"))


# -- schedules in force


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


DAILY = {"every": "day", "start": "2026-01-01T09:00"}


def test_a_schedule_starts_one_run_when_due_and_none_before():
    made = submit_schedule(definition_id=definition(schedule=DAILY).pk, actor="test")
    assert made.next_at == at("2026-05-21T09:00")
    assert start_due_runs() == {"started": 0}
    with clock.frozen(at("2026-05-21T09:00")):
        assert start_due_runs() == {"started": 1}
        assert start_due_runs() == {"started": 0}
    run = Run.objects.get(definition=made)
    assert (run.due_at, run.as_of, run.actor) == (at("2026-05-21T09:00"), date(2026, 5, 21), "system")


def test_workers_that_were_down_catch_up_with_one_run_as_of_the_last_day_missed():
    made = submit_schedule(definition_id=definition(schedule=DAILY).pk, actor="test")
    with clock.frozen(at("2026-05-25T08:00")):
        run = start_due(definition_id=made.pk)
    assert run is not None
    assert (run.due_at, run.as_of, run.missed) == (at("2026-05-24T09:00"), date(2026, 5, 24), 3)
    made.refresh_from_db()
    assert made.next_at == at("2026-05-25T09:00")


def test_what_is_due_waits_for_the_run_under_way():
    made = submit_schedule(definition_id=definition(schedule=DAILY).pk, actor="test")
    run = start_definition(definition_id=made.pk, actor="test")
    pause_run(run_id=run.pk, actor="test")
    with clock.frozen(at("2026-05-21T09:01")):
        assert start_due_runs()["started"] == 0
        cancel_run(run_id=run.pk, actor="test")
        assert start_due_runs()["started"] == 1


def test_a_single_time_comes_once_and_is_in_force_no_more():
    once = {"every": "once", "at": "2026-05-21T09:00"}
    made = submit_schedule(definition_id=definition(schedule=once).pk, actor="test")
    with clock.frozen(at("2026-05-21T09:00")):
        assert start_due_runs()["started"] == 1
        assert start_due_runs()["started"] == 0
    made.refresh_from_db()
    assert (made.is_submitted, made.next_at) == (False, None)


@dataclass(frozen=True)
class Others:
    """What the toy kind asks for in a later version."""

    first: int


def test_what_cannot_be_begun_when_it_is_due_is_a_run_that_failed_and_says_why(monkeypatch: pytest.MonkeyPatch):
    made = submit_schedule(definition_id=definition(schedule=DAILY).pk, actor="test")
    monkeypatch.setitem(registry._more, TOY.name, replace(TOY, criteria=Others))
    with clock.frozen(at("2026-05-21T09:00")):
        assert start_due_runs() == {"started": 1}
        assert start_due_runs() == {"started": 0}
    monkeypatch.delitem(registry._more, TOY.name)
    with clock.frozen(at("2026-05-22T09:00")):
        assert start_due_runs() == {"started": 0}  # a newer program beside this one may know it
    with clock.frozen(at("2026-05-22T09:15")):
        assert start_due_runs() == {"started": 1}
    older, gone = Run.objects.filter(definition=made).order_by("pk")
    assert (older.state, gone.state) == (RunState.FAILED, RunState.FAILED)
    assert "there is no criterion 'to'" in older.error
    assert gone.error.startswith("There is no kind of run 'toy-numbers' here")
    assert list(Event.objects.filter(object_id=gone.pk).order_by("pk").values_list("type", flat=True)) == [
        "run.created",
        "run.failed",
    ]
    deactivate_definition(definition_id=made.pk, actor="test")  # its kind need not be there for that
    made.refresh_from_db()
    assert (made.is_submitted, made.next_at) == (False, None)


def test_a_definition_at_which_our_code_breaks_off_holds_up_no_other(monkeypatch: pytest.MonkeyPatch, caplog: Any):
    def break_off(criteria: Any) -> Any:
        raise KeyError("a release is wrong")

    broken = submit_schedule(definition_id=definition(schedule=DAILY).pk, actor="test")
    healthy = submit_schedule(definition_id=definition("Healthy", schedule=DAILY, note="healthy").pk, actor="test")
    freeze = TOY.freeze
    monkeypatch.setitem(
        registry._more, TOY.name, replace(TOY, freeze=lambda c: freeze(c) if c.note == "healthy" else break_off(c))
    )
    with clock.frozen(at("2026-05-21T09:00")):
        assert start_due_runs() == {"started": 2}
    failed, begun = Run.objects.get(definition=broken), Run.objects.get(definition=healthy)
    assert (failed.state, begun.state) == (RunState.FAILED, RunState.WAITING)
    assert failed.error == "It broke off by an error; the workers' log has it."
    assert "a release is wrong" in caplog.text


def test_one_definition_that_cannot_even_be_looked_at_holds_up_no_other(monkeypatch: pytest.MonkeyPatch):
    """Nor what else the sweep has to do: the first due comes first, again and again."""
    one = submit_schedule(definition_id=definition(schedule=DAILY).pk, actor="test")
    other = submit_schedule(definition_id=definition(name="Other", schedule=DAILY).pk, actor="test")
    look = start.due_definition

    def broken(definition_id: int, now: datetime) -> Any:
        if definition_id == one.pk:
            raise RuntimeError("a release is wrong")
        return look(definition_id, now)

    monkeypatch.setattr(start, "due_definition", broken)
    with clock.frozen(at("2026-05-21T09:00")):
        assert start_due_runs() == {"started": 1}
    assert Run.objects.get().definition == other


@pytest.mark.parametrize("release", ["reads its criteria otherwise", "knows its kind no more"])
def test_a_paused_run_that_nobody_can_do_any_more_is_ended_or_goes_on_to_say_why(
    monkeypatch: pytest.MonkeyPatch, release: str
):
    first, second = started("First", to=5), started("Second", to=5)
    for run in (first, second):
        pause_run(run_id=run.pk, actor="test")
    if release == "knows its kind no more":
        monkeypatch.delitem(registry._more, TOY.name)
    else:
        monkeypatch.setitem(registry._more, TOY.name, replace(TOY, criteria=Others))
    cancel_run(run_id=first.pk, actor="test")
    assert now(first).state == RunState.CANCELLED
    resume_run(run_id=second.pk, actor="test")
    with clock.frozen(clock.now() + registry.LEFT_TO_OTHERS):
        worker.work(second.pk)
    assert now(second).state == RunState.FAILED
    assert "there is no criterion 'to'" in now(second).error or "There is no kind of run" in now(second).error


def test_a_run_of_a_kind_that_is_not_known_is_left_to_others_for_a_while(monkeypatch: pytest.MonkeyPatch):
    run = started(to=5)
    monkeypatch.delitem(registry._more, TOY.name)
    assert worker.work(run.pk) is False
    assert now(run).state == RunState.WAITING
    monkeypatch.undo()
    worker.work(run.pk)
    assert now(run).state == RunState.COMPLETED


def test_a_schedule_that_has_passed_is_put_in_force_no_more_and_stays_until_it_is_changed():
    once = {"every": "once", "at": "2026-05-21T09:00"}
    passed, edited = definition("Passed", schedule=once), definition("Edited", schedule=once, active=False)
    with clock.frozen(at("2026-05-21T09:00")):
        with pytest.raises(errors.ScheduleInvalid, match="lies in the past") as refused:
            submit_schedule(definition_id=passed.pk, actor="test")
        assert refused.value.param == "/schedule/at"
        changes = {"name": "Named anew", "schedule": once}
        assert update_definition(definition_id=edited.pk, changes=changes, actor="test").name == "Named anew"
        with pytest.raises(errors.ScheduleInvalid, match="lies in the past"):
            update_definition(
                definition_id=edited.pk, changes={"schedule": {**once, "at": "2026-05-20T09:00"}}, actor="test"
            )
        update_definition(definition_id=edited.pk, changes={"schedule": DAILY}, actor="test")


def test_now_is_at_once():
    made = submit_schedule(definition_id=definition(schedule={"every": "now"}).pk, actor="test")
    assert Run.objects.get(definition=made).state == RunState.WAITING


def test_not_effective_is_due_no_more():
    made = submit_schedule(definition_id=definition(schedule=DAILY).pk, actor="test")
    deactivate_definition(definition_id=made.pk, actor="test")
    with clock.frozen(at("2026-05-22T09:00")):
        assert start_due_runs()["started"] == 0


# -- what the database refuses


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE runs_runstep SET outcome = 'failed', reason = 'x' WHERE outcome = 'succeeded'", "run_step_once"),
        ("UPDATE runs_runstep SET key = 'other' || id", "run_step_once"),
        ("UPDATE runs_run SET as_of = as_of + 1", "run_life"),
        ("UPDATE runs_run SET state = 'running', ended_at = NULL", "run_life"),
        ("UPDATE runs_rundefinition SET criteria = '{}'", "run_definition_life"),
        ("UPDATE runs_rundefinition SET state = 'draft'", "run_definition_life"),
        ("UPDATE runs_rundefinition SET kind = 'other'", "run_definition_life"),
    ],
)
def test_the_database_refuses(statement: str, constraint: str):
    run = started(to=5)
    worker.work(run.pk)
    with pytest.raises(IntegrityError) as refused, atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert refused.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_a_run_does_not_end_with_steps_open():
    run = started(to=5)
    worker._enter(run.pk, None)
    worker._turn(run.pk)
    with pytest.raises(IntegrityError, match="has open steps"), atomic():
        Run.objects.filter(pk=run.pk).update(state="completed", ended_at=clock.now() + timedelta(seconds=1))


def test_criteria_are_checked_again_where_the_kind_reads_them_otherwise():
    with pytest.raises(NumberRefused):
        TOY.select(worker.facts_of(Run(criteria={"to": 1, "fail_select": True}, as_of=date(2026, 1, 1)), TOY))
