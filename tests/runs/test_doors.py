"""Runs by API, page and command: one answer, and nobody without permission."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.api.client import ApiClient
from tests.pages.conftest import member, seat, version_in
from tests.runs.toy import TOY
from tests.runs.verbs import definition, now, started, written

from subledger.companies.models import Company
from subledger.platform import clock
from subledger.platform.dry_runs import dry_run
from subledger.reports.proof import prove
from subledger.runs import errors, registry
from subledger.runs.models import Run, RunDefinition, RunStage
from subledger.runs.rules import days_off
from subledger.runs.services import control, worker
from subledger.runs.services.control import pause_run, resume_run
from subledger.runs.services.definitions import update_definition
from subledger.runs.services.start import start_due, submit_schedule

DAILY = {"every": "day", "start": "2026-01-01T09:00"}


@pytest.fixture
def api(toys: Company) -> ApiClient:
    return ApiClient(toys)


def url(name: str, *args: Any) -> str:
    return reverse(f"backoffice:{name}", args=args)


# -- API


def test_a_definition_from_draft_to_run_by_api(api: ApiClient):
    body = {"kind": TOY.name, "name": "Counting", "criteria": {"to": 25, "leave": [3]}, "schedule": DAILY}
    made = api.post("run_definitions", body, expect=201)
    assert (made["state"], made["schedule_text"]) == ("draft", "Every day, from 2026-01-01 09:00")
    path = f"run_definitions/{made['id']}"
    shown = api.post(f"{path}/preview", {"limit": 2}, expect=200)
    assert [(t["outcome"], t["reason_text"], t["steps"], t["amount"]) for t in shown["tallies"]] == [
        ("open", None, 24, 32_200),
        ("not_taken", "Nobody likes this number", 1, 300),
    ]
    assert (len(shown["steps"]), shown["has_more"]) == (2, True)
    api.post(f"{path}/execute", {}, expect=409)
    api.post(f"{path}/effective", expect=200)
    submitted = api.post(f"{path}/submit", expect=200)
    assert submitted["next_at"] == "2026-05-21T09:00:00Z"
    assert api.post(f"{path}/submit", expect=409)["code"] == "run_submitted_twice"
    assert len(api.get(f"{path}/due")["data"]) == 10
    ahead = api.post(f"{path}/execute", {"as_of": "2026-05-21"}, expect=422)  # a preview may look there
    assert (ahead["code"], ahead["param"]) == ("run_day_ahead", "/as_of")
    assert api.post(f"{path}/preview", {"as_of": "2026-05-21"}, expect=200)["as_of"] == "2026-05-21"
    run = api.post(f"{path}/execute", {"as_of": "2026-05-19"}, expect=201)
    assert (run["state"], run["as_of"], run["definition"]) == ("waiting", "2026-05-19", made["id"])
    assert api.post(f"{path}/execute", {}, expect=409)["code"] == "run_under_way"
    worker.work(Run.objects.get().pk)
    after = api.get(f"runs/{run['id']}", **{"expand[]": "definition"})
    assert (after["state"], after["total"], after["done"]) == ("completed", 24, 24)
    assert after["definition"]["name"] == "Counting"
    [left] = api.get(f"runs/{run['id']}/steps", outcome="not_taken")["data"]
    assert (left["key"], left["reason_text"]) == ("number 3", "Nobody likes this number")
    assert left["subject"].startswith("acc_")


def test_a_list_of_runs_costs_no_statement_more_for_each(api: ApiClient):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed = api.get("runs")["data"]
        assert {one["id"]: (one["state"], one["total"], one["in_hand"]) for one in listed} == {
            run.public_id: ("running", 5, {"doing": "counting", "done": 2, "total": 5}) for run in runs
        }
        return len(captured)

    def under_way(name: str) -> Run:
        run = started(name, to=5)
        worker.work(run.pk, seconds=0)  # one turn: its steps are there
        RunStage.objects.create(
            run=run, stage=now(run).stage, entries=1, entered_at=run.created_at, doing="counting", reached=2, target=5
        )
        return run

    runs = [under_way("first")]
    cost()
    first = cost()
    runs += [under_way(name) for name in ("second", "third", "fourth")]
    assert cost() == first


def test_a_run_is_paused_resumed_and_cancelled_by_api(api: ApiClient):
    run = started()
    path = f"runs/{run.public_id}"
    assert api.post(f"{path}/pause", expect=200)["state"] == "paused"
    assert api.post(f"{path}/resume", expect=200)["state"] == "waiting"
    assert api.post(f"{path}/resume", expect=409)["code"] == "run_not_paused"
    assert api.post(f"{path}/cancel", expect=200)["state"] == "cancelled"
    assert api.post(f"{path}/cancel", expect=409)["code"] == "run_over"


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_a_dry_run_of_an_action_asks_nobody_to_let_go(api: ApiClient, monkeypatch: pytest.MonkeyPatch, verb: str):
    """Whoever works on the run would undo the batch in hand for it."""
    asked: list[int] = []
    monkeypatch.setattr(control, "request_release", asked.append)
    run = started()
    assert api.post(f"runs/{run.public_id}/{verb}?dry_run=true", expect=200)["state"] in ("paused", "cancelled")
    assert asked == []
    assert api.get(f"runs/{run.public_id}")["state"] == "waiting"
    api.post(f"runs/{run.public_id}/{verb}", expect=200)
    assert asked == [run.pk]


@contextmanager
def in_hand(run: Run) -> Iterator[None]:
    """A worker is at a batch, for as long as the block lasts."""
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT FROM runs_run WHERE id = %s FOR NO KEY UPDATE", [run.pk])
        yield
    finally:
        holder.close()


def test_criteria_are_kept_as_they_were_said_and_shown_in_full(api: ApiClient, desk: Any):
    """A worker of the version before reads what is kept, and knows no criterion that is newer than itself."""
    made = api.post("run_definitions", {"name": "Short", "kind": TOY.name, "criteria": {"to": 5}}, expect=201)
    kept = RunDefinition.objects.get(name="Short")
    assert kept.criteria == {"to": 5}
    assert {"to", "kill_in"} <= made["criteria"].keys()
    assert made["criteria"] == api.get(f"run_definitions/{made['id']}")["criteria"]


def test_a_dry_run_waits_for_no_batch(kept_company: Company):
    """A web server has a few threads; a batch may take minutes."""
    run = started()
    with in_hand(run), dry_run(), pytest.raises(errors.RunInHand, match="A batch of the run 'Counting' is in hand"):
        pause_run(run_id=run.pk, actor="test")
    with dry_run():
        assert pause_run(run_id=run.pk, actor="test").state == "paused"


def test_whoever_resumes_what_goes_on_waits_for_no_batch(kept_company: Company):
    """It was resumed by somebody else, and its worker is at it."""
    run = started()
    with in_hand(run), pytest.raises(errors.RunNotPaused):
        resume_run(run_id=run.pk, actor="test")
    pause_run(run_id=run.pk, actor="test")
    with in_hand(run), pytest.raises(errors.RunInHand):  # by somebody who did not say yet what becomes of it
        resume_run(run_id=run.pk, actor="test")
    assert resume_run(run_id=run.pk, actor="test").state == "waiting"


def test_a_worker_goes_on_when_a_look_had_its_run_for_a_moment(kept_company: Company, monkeypatch: pytest.MonkeyPatch):
    """What is tried and undone has the run's row between two batches; whoever worked on it comes back to it."""
    run, looked = started(to=30), []

    def look(moment: float) -> None:
        looked.append(moment)
        looks.close()

    def between(_: Run) -> None:
        if not looked and Run.objects.get(pk=run.pk).stage == "execute":
            looks.enter_context(in_hand(run))

    with ExitStack() as looks:
        monkeypatch.setattr(worker.time, "sleep", look)
        worker.work(run.pk, progress=between)
    assert looked, "the look was in the way"
    assert now(run).state == "completed"


@pytest.mark.parametrize("looks_again", [False, True])
def test_a_turn_whose_first_look_meets_a_dry_run_looks_again(
    kept_company: Company, monkeypatch: pytest.MonkeyPatch, looks_again: bool
):
    """Left to the sweep, which comes after a quarter of a minute, a run stood still while somebody tried things."""
    run = started(to=10)
    if not looks_again:
        monkeypatch.setattr(worker, "_is_free_again", lambda run_id: False)
    with ExitStack() as looks:
        looks.enter_context(in_hand(run))
        monkeypatch.setattr(worker.time, "sleep", lambda moment: looks.close())
        assert not worker.work(run.pk, seconds=60)
    assert now(run).state == ("completed" if looks_again else "waiting")


def test_a_turn_that_ends_while_others_look_is_taken_up_again(kept_company: Company, monkeypatch: pytest.MonkeyPatch):
    """However often somebody is quicker: a worker has other things to do, too."""
    run = started(to=10)
    monkeypatch.setattr(worker, "_is_free_again", lambda run_id: True)
    with in_hand(run):
        assert worker.work(run.pk, seconds=0)
    assert now(run).state == "waiting"


@pytest.mark.parametrize("name", ["run_definition_action", "run_action"])
def test_an_action_that_there_is_not_is_none(desk: Any, name: str):
    run = started()
    ident = run.pk if name == "run_action" else run.definition_id
    assert desk.get(url(name, ident, "banana")).status_code == 404
    assert desk.post(url(name, ident, "banana"), {}).status_code == 404
    assert Run.objects.get().state == "waiting"


def test_a_schedule_that_can_be_read_no_more_says_so_in_its_place(
    api: ApiClient, desk: Any, monkeypatch: pytest.MonkeyPatch
):
    """What a package calls a region changes with its versions."""

    def gone(country: str, region: str) -> Any:
        raise NotImplementedError

    in_bavaria = {**DAILY, "holidays": {"country": "DE", "region": "BY"}}
    made = submit_schedule(definition_id=definition(schedule=in_bavaria).pk, actor="test")
    other = definition("Other", schedule=DAILY)
    monkeypatch.setattr(days_off, "_calendar", gone)
    listed = {row["id"]: row["schedule_text"] for row in api.get("run_definitions")["data"]}
    why = "Cannot be read any more: No holidays are known of DE, BY."
    assert listed[made.public_id].startswith(why)
    assert listed[other.public_id] == "Every day, from 2026-01-01 09:00"
    assert api.get(f"run_definitions/{made.public_id}/due")["data"] == []
    for name, ident in (("run_definitions", ()), ("run_definition", (made.pk,)), ("runs_coming", ())):
        page = desk.get(url(name, *ident))
        assert page.status_code == 200
        assert name == "runs_coming" or why in page.content.decode()
    assert desk.post(url("run_definition_action", made.pk, "deactivate")).status_code == 302


def test_runs_of_a_kind_that_is_gone_are_read_by_api(api: ApiClient, monkeypatch: pytest.MonkeyPatch):
    run = started(to=3, leave=[2])
    worker.work(run.pk)
    monkeypatch.delitem(registry._more, TOY.name)
    [listed] = api.get("runs")["data"]
    assert {each["reason_text"] for each in listed["tallies"]} == {None, "Disliked"}
    assert api.get(f"runs/{run.public_id}")["state"] == "completed"
    assert len(api.get(f"runs/{run.public_id}/steps")["data"]) == 3


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"schedule": {"every": "cron", "cron": "61 * * * *"}}, "/schedule/cron"),
        ({"schedule": {"every": "day"}}, "/schedule/start"),
        ({"schedule": {"every": "once", "at": "2020-01-01T00:00"}}, "/schedule/at"),
        ({"criteria": {"to": "many"}}, "/criteria/to"),
        ({"criteria": {"other": 1}}, "/criteria/other"),
        ({"kind": "unknown"}, "/kind"),
        ({"name": "\u0000"}, "/name"),
        ({"criteria": {"to": 1, "note": "\u0000"}}, "/criteria/note"),
    ],
)
def test_bad_definitions_are_refused_by_api(api: ApiClient, change: dict[str, Any], param: str):
    body = {"kind": TOY.name, "name": "Counting", "criteria": {"to": 25}, "schedule": {}, **change}
    assert api.post("run_definitions", body, expect=422)["param"] == param
    assert not RunDefinition.objects.exists()


def test_a_key_that_may_not_is_refused(toys: Company):
    run = started()
    reader = ApiClient(toys, scopes=("read",))
    reader.get(f"runs/{run.public_id}")
    for path in (f"runs/{run.public_id}/pause", f"run_definitions/{run.definition.public_id}/not_effective"):
        assert reader.post(path, expect=403)["code"] == "permission_denied"
    runner = ApiClient(toys, scopes=("runs:write",))
    runner.post(f"runs/{run.public_id}/pause", expect=200)
    runner.post(f"run_definitions/{run.definition.public_id}/not_effective", expect=403)


def test_another_company_sees_nothing(api: ApiClient):
    from tests.factories import make_company

    run = started()
    other = ApiClient(make_company())
    assert other.get("runs")["data"] == []
    other.get(f"runs/{run.public_id}", expect=404)
    other.post(f"runs/{run.public_id}/cancel", expect=404)
    other.get(f"runs/{run.public_id}/steps", expect=404)


# -- pages


@pytest.fixture
def desk(toys: Company) -> Any:
    return seat(member(toys, "administrator"), toys)


TYPED = {"name": "Counting", "criteria_to": "25", "criteria_leave": "3, 4", "every": "week", "count": "2",
         "at": "2026-01-05T09:00", "country": "IT", "weekends": "on", "holidays": "after"}  # fmt: skip


def test_a_definition_is_written_previewed_and_executed_on_pages(desk: Any):
    answer = desk.post(url("run_definition_new", TOY.name), TYPED)
    made = RunDefinition.objects.get()
    assert answer["Location"] == url("run_definition", made.pk)
    assert made.criteria["leave"] == [3, 4]
    page = desk.get(url("run_definition", made.pk)).content.decode()
    assert "Every 2 weeks, from 5 Jan 2026, 09:00; moved to the next day from holidays of IT and weekends" in page
    preview = desk.get(url("run_preview", made.pk), {"as_of": "2026-05-01"}).content.decode()
    assert "Nobody likes this number" in preview
    assert "number 25" in preview
    assert not Run.objects.exists()
    for verb in ("activate", "submit", "execute"):
        assert desk.get(url("run_definition_action", made.pk, verb)).status_code == 200
        assert desk.post(url("run_definition_action", made.pk, verb), {}).status_code == 302
    run = Run.objects.get()
    coming = desk.get(url("runs_coming")).content.decode()
    assert coming.count("Every 2 weeks") == 10
    worker.work(run.pk)
    shown = desk.get(url("run", run.pk)).content.decode()
    assert "23 of 23" in shown
    assert "outcome=not_taken&amp;reason=disliked" in shown
    steps = desk.get(url("run_steps", run.pk), {"outcome": "not_taken", "reason": "disliked"}).content.decode()
    assert "number 3" in steps
    assert "number 5" not in steps
    assert '<option value="disliked" selected>Nobody likes this number</option>' in steps
    assert "outcome=left_out" in shown
    left_out = desk.get(url("run_steps", run.pk), {"outcome": "left_out"}).content.decode()
    assert "number 3" in left_out
    assert "number 5" not in left_out
    assert '<time class="day"' in desk.get(url("runs")).content.decode()
    trail = desk.get(url("run_definition", made.pk)).content.decode()
    assert not re.search(r"Next at: [0-9]{4}-[0-9]{2}-[0-9]{2}T", trail)


def test_what_is_left_of_a_kind_that_is_gone_is_shown_and_taken_out_of_force(
    desk: Any, monkeypatch: pytest.MonkeyPatch
):
    made = definition(schedule={"every": "day", "start": "2026-01-01T09:00"})
    submit_schedule(definition_id=made.pk, actor="test")
    monkeypatch.delitem(registry._more, TOY.name)
    due = RunDefinition.objects.get(pk=made.pk).next_at
    assert due is not None
    with clock.frozen(due):
        assert start_due(definition_id=made.pk) is None  # a newer program beside this one may know it
    with clock.frozen(due + registry.LEFT_TO_OTHERS):
        run = start_due(definition_id=made.pk)
    assert run is not None
    for name, ident in (("run_definitions", ()), ("run_definition", (made.pk,)), ("runs", ()), ("run", (run.pk,))):
        page = desk.get(url(name, *ident)).content.decode()
        assert made.name in page
    assert "not installed any more" in desk.get(url("run_definition", made.pk)).content.decode()
    assert desk.post(url("run_definition_action", made.pk, "deactivate")).status_code == 302


def test_a_form_that_cannot_be_read_marks_the_field(desk: Any):
    answer = desk.post(
        url("run_definition_new", TOY.name), {**TYPED, "count": "1", "every": "cron", "cron": "61 * * * *"}
    )
    assert answer.status_code == 422
    assert "correct its minute" in answer.content.decode()
    assert 'value="61 * * * *"' in answer.content.decode()
    bare = {"name": "Counting", "criteria_to": "25"}
    answer = desk.post(url("run_definition_new", TOY.name), {**bare, "every": "once", "at": "2020-01-01T00:00"})
    assert answer.status_code == 422
    assert "lies in the past" in answer.content.decode()
    answer = desk.post(url("run_definition_new", TOY.name), {**TYPED, "criteria_to": "-1"})
    assert answer.status_code == 422
    assert not RunDefinition.objects.exists()


def test_a_definition_that_another_changed_is_not_overwritten(desk: Any):
    desk.post(url("run_definition_new", TOY.name), TYPED)
    made = RunDefinition.objects.get()
    edit = url("run_definition_edit", made.pk)
    opened = version_in(desk.get(edit))
    update_definition(definition_id=made.pk, changes={"criteria": {"to": 7}}, actor="test")
    refused = desk.post(edit, {**TYPED, "name": "Mine", **opened})
    assert (refused.status_code, refused.refusal_code) == (409, "changed_meanwhile")
    made.refresh_from_db()
    assert (made.name, made.criteria["to"]) == ("Counting", 7)
    assert desk.post(edit, {**TYPED, "name": "Mine", **version_in(refused)}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.criteria["to"]) == ("Mine", 25)


def test_progress_is_fetched_while_a_run_goes_on_and_no_longer(desk: Any):
    run = started(to=35)

    def half(at: Run) -> None:
        if len(written(run)) == 20 and now(run).state == "running":
            pause_run(run_id=run.pk, actor="test")

    part = {"HX-Request": "true"}
    assert b'hx-trigger="every 2s"' in desk.get(url("run", run.pk)).content
    worker.work(run.pk, progress=half)
    shown = desk.get(url("run", run.pk), {"part": "progress"}, headers=part).content.decode()
    assert "20 of 35" in shown
    assert 'value="20"' in shown
    assert "<html" not in shown
    assert "hx-trigger" not in shown
    assert desk.post(url("run_action", run.pk, "resume"), {}).status_code == 302
    again = desk.post(url("run_action", run.pk, "resume"), {})
    assert again.status_code == 409
    assert "nothing to resume" in again.content.decode()
    assert b"15 are left" in desk.get(url("run_action", run.pk, "cancel")).content
    desk.post(url("run_action", run.pk, "cancel"), {})
    assert now(run).state == "cancelled"


NOTHING = "Nothing is due by that."
EACH_DAY = {"every": "day", "at": "2027-01-05T09:00"}
ONCE = {"every": "once", "at": "2027-01-05T09:00"}
NIGHTLY = {"every": "cron", "cron": "30 2 * * *"}


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"every": "", "cron": "30 2 * * *"}, "cron", NOTHING),
        ({"every": "", "weekends": "on"}, "weekends", NOTHING),
        ({"every": "", "count": "2"}, "count", NOTHING),
        ({"every": "now", "country": "IT"}, "country", "kind 'now' has no 'holidays'. It has: every."),
        ({"every": "now", "weekends": "on"}, "weekends", "kind 'now' has no 'holidays'"),
        ({"every": "now", "at": "2027-01-05T09:00"}, "at", "kind 'now' has no 'start'"),
        ({**ONCE, "country": "DE"}, "country", "kind 'once' has no 'holidays'. It has: at, every."),
        ({**ONCE, "region": "BY"}, "region", "kind 'once' has no 'holidays'"),
        ({**ONCE, "weekends": "on"}, "weekends", "kind 'once' has no 'holidays'"),
        ({**ONCE, "holidays": "after"}, "holidays", "kind 'once' has no 'holidays'"),
        ({**ONCE, "until": "2027-01-06T09:00"}, "until", "kind 'once' has no 'until'"),
        ({**ONCE, "cron": "30 2 * * *"}, "cron", "kind 'once' has no 'cron'"),
        ({**ONCE, "count": "3"}, "count", "kind 'once' has no 'count'"),
        ({**EACH_DAY, "cron": "30 2 * * *"}, "cron", "kind 'day' has no 'cron'"),
        ({**NIGHTLY, "count": "7"}, "count", "kind 'cron' has no 'count'"),
        ({**EACH_DAY, "region": "BY"}, "holidays", "A region is one of a country: say which."),
        ({**EACH_DAY, "holidays": "after"}, "holidays", "Days off need a country, or weekends."),
        ({"every": "day"}, "at", "needs a day and time under 'start'"),
    ],
)
def test_what_a_schedule_cannot_keep_is_not_dropped(desk: Any, typed: dict[str, str], field: str, said: str):
    usual = {"count": "1", "holidays": "skip"}  # as the form sends them when nobody touched them
    answer = desk.post(url("run_definition_new", TOY.name), {"name": "Counting", "criteria_to": "25", **usual, **typed})
    assert answer.status_code == 422
    [(name, [words])] = answer.context["form"].errors.items()
    assert (name, said in words) == (field, True), (name, words)
    assert not RunDefinition.objects.exists()


@pytest.mark.parametrize("typed", [{"every": ""}, {"every": "now"}, ONCE, EACH_DAY, NIGHTLY, {**EACH_DAY, "count": ""}])
def test_what_nobody_touched_is_not_refused(desk: Any, typed: dict[str, str]):
    usual = {"count": "1", "holidays": "skip"}
    answer = desk.post(url("run_definition_new", TOY.name), {"name": "Counting", "criteria_to": "25", **usual, **typed})
    assert answer.status_code == 302, answer.context["form"].errors
    assert RunDefinition.objects.get().schedule.get("every", "") == typed["every"]


def test_who_may_not_is_refused_on_pages(toys: Company):
    run, reader = started(), seat(member(toys, "auditor"), toys)
    assert reader.get(url("run", run.pk)).status_code == 200
    assert reader.post(url("run_action", run.pk, "cancel"), {}).status_code == 403
    assert reader.post(url("run_definition_new", TOY.name), TYPED).status_code == 403
    drafted = definition("Drafted", active=False)
    forms = [url("run_action", run.pk, verb) for verb in ("pause", "resume", "cancel")]
    forms += [url("run_definition_action", drafted.pk, verb) for verb in ("execute", "submit", "activate", "delete")]
    forms += [url("run_definition_new", TOY.name), url("run_definition_edit", drafted.pk)]
    assert {reader.get(form).status_code for form in forms} == {403}, "a form that cannot be sent is not shown"
    assert now(run).state == "waiting"


def test_check_proves_runs_and_finds_what_is_false(toys: Company):
    from django.db import connection

    worker.work(started(to=12, leave=[2], refuse=[3]).pk)
    assert [f.rows for f in prove() if f.invariant.name.startswith("runs-")] == [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE runs_runtally SET steps = steps + 1 WHERE outcome = 'failed'")
    assert [f.broken for f in prove() if f.invariant.name.startswith("runs-")] == [1, 0, 0]
