"""Run definitions and runs by API."""

# No deferred annotations here: the endpoints are annotated with schemas made below.
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Day, IdOf, Instant, Text60, Text120
from subledger.api_kit.idempotency import bound
from subledger.api_kit.parts import Extensible
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Resource,
    Thing,
    collection,
    ident_of,
    page,
    page_of,
    partial,
    query_of,
    refuse_unknown_parameters,
)
from subledger.companies.queries import company_zone
from subledger.kernel import ids
from subledger.kernel.ids import made_at
from subledger.platform.dry_runs import dry_run, is_dry_run
from subledger.platform.idempotency import Binding

from . import queries
from .downloads import downloads
from .models import Run, RunDefinition, RunStep
from .registry import kind_shown
from .rules.due_times import MOST_COUNTED
from .services import control, definitions, start
from .states import DefinitionState, Outcome, RunState, Stage

router = Router(tags=["Runs"])
DefinitionId = Annotated[int, IdOf(RunDefinition.PREFIX)]
RunId = Annotated[int, IdOf(Run.PREFIX)]


class DefinitionOut(Thing):
    object: Literal["run_definition"]
    kind: str
    name: str
    criteria: dict[str, Any]
    schedule: dict[str, Any]
    schedule_text: str | None = Field(description="The schedule in words.")
    state: DefinitionState
    version: int = Field(description="Raised by every change; a run says with which it ran.")
    is_submitted: bool = Field(description="The schedule is in force.")
    next_at: datetime | None
    created_by: str


class DefinitionIn(Input):
    """``criteria`` are those of the kind. ``schedule`` is in the company's time zone; empty: executed by hand."""

    kind: Text60
    name: Text120
    criteria: dict[str, Any] = {}
    schedule: dict[str, Any] = Field(
        default={},
        description="`every`: now, once (`at`), second, minute, hour, day, week, month, year (`count`, `start`, "
        "`until`) or cron (`cron`, `start`, `until`); `count`: how many of these units, a whole number, 1 if left out; "
        "times without a zone, such as 2026-12-01T06:00; `cron`: minute, hour, day, month, weekday (where both day and "
        "weekday are named, either is enough); `holidays`: `country`, `region`, `weekends`, `rule` (skip, after, "
        "before).",
    )


class TallyOut(Schema):
    outcome: Outcome
    reason: str | None
    reason_text: str | None
    currency: str | None
    steps: int
    amount: int | None = Field(description="Minor units.")


class InHandOut(Schema):
    doing: str
    done: int
    total: int | None


class RunOut(Extensible, Thing):
    object: Literal["run"]
    definition: str | DefinitionOut | None
    definition_version: int | None
    kind: str
    name: str
    criteria: dict[str, Any]
    as_of: date
    due_at: datetime | None
    missed: int = Field(description=f"Due times before this one for which no worker was there, up to {MOST_COUNTED:,}.")
    state: RunState
    stage: Stage
    error: str | None = Field(description="Why it failed.")
    total: int = Field(description="Steps that were taken up.")
    done: int = Field(description="Steps that are over, and of which what they began, such as a charge, is over too.")
    in_hand: InHandOut | None = Field(description="Of a batch that takes long.")
    tallies: list[TallyOut]
    started_at: datetime | None
    ended_at: datetime | None
    created_by: str


class StepOut(Schema):
    id: str
    object: Literal["run_step"]
    key: str
    position: int
    subject: str | None = Field(description="The thing that the step is about.")
    amount: int | None
    currency: str | None
    outcome: Outcome
    reason: str | None
    reason_text: str | None
    detail: str | None
    done_at: datetime | None


class RunPreviewOut(Schema):
    object: Literal["run_preview"]
    as_of: date
    tallies: list[TallyOut]
    steps: list[StepOut]
    has_more: bool


class DueOut(Schema):
    object: Literal["list"]
    data: list[datetime]


class AsOfIn(Input):
    as_of: Day | None = Field(default=None, description="Today when left out.")


class RunPreviewIn(AsOfIn):
    after: int = Field(default=0, ge=0, le=10**12, strict=True, description="Steps behind this position.")
    limit: int = Field(default=100, ge=1, le=1000, strict=True)


def serialise_definitions(rows: Sequence[RunDefinition], request: HttpRequest) -> list[JsonObject]:
    zone = company_zone()
    return [
        {
            "id": row.public_id, "object": "run_definition", "created_at": row.created_at, "kind": row.kind,
            "name": row.name, "criteria": definitions.criteria_in_full(kind_shown(row.kind), row.criteria),
            "schedule": row.schedule,
            "schedule_text": definitions.schedule_words(row, zone) if row.schedule else None, "state": row.state,
            "version": row.version, "is_submitted": row.is_submitted, "next_at": row.next_at, "created_by": row.actor,
        }
        for row in rows
    ]  # fmt: skip


def serialise_runs(rows: Sequence[Run], request: HttpRequest) -> list[JsonObject]:
    serialised = []
    all_tallies, in_hand = queries.tallies_of_runs([row.pk for row in rows]), queries.in_hand_of_runs(rows)
    under_way = queries.under_way_of_runs(rows)
    for row in rows:
        tallies = all_tallies[row.pk]
        progress = queries.progress(tallies, under_way.get(row.pk))
        serialised.append(
            {
                "id": row.public_id, "object": "run", "created_at": row.created_at,
                "definition": ident_of(RunDefinition, row.definition_id),
                "definition_version": row.definition_version, "kind": row.kind, "name": row.name,
                "criteria": definitions.criteria_in_full(kind_shown(row.kind), row.criteria),
                "as_of": row.as_of, "due_at": row.due_at, "missed": row.missed,
                "state": row.state, "stage": row.stage, "error": row.error or None, "total": progress.total,
                "done": progress.done, "in_hand": serialise_in_hand(in_hand.get(row.pk)),
                "tallies": serialise_tallies(row.kind, tallies), "started_at": row.started_at,
                "ended_at": row.ended_at, "created_by": row.actor,
            }
        )  # fmt: skip
    return serialised


def serialise_in_hand(found: queries.InHand | None) -> JsonObject | None:
    return None if found is None else {"doing": found.doing, "done": found.reached, "total": found.target}


def serialise_tallies(kind: str, tallies: Sequence[queries.Tally]) -> list[JsonObject]:
    known = kind_shown(kind)
    return [
        {
            "outcome": each.outcome, "reason": each.reason or None,
            "reason_text": known.reason(each.reason) if each.reason else None, "currency": each.currency or None,
            "steps": each.steps, "amount": each.amount_minor if each.currency else None,
        }
        for each in tallies
    ]  # fmt: skip


def serialise_steps(rows: Sequence[RunStep], kind: str) -> list[JsonObject]:
    known = kind_shown(kind)
    return [
        {
            "id": row.public_id, "object": "run_step", "created_at": made_at(row.pk), "key": row.key,
            "position": row.position,
            "subject": ids.encode(row.prefix, row.subject_id) if row.prefix and row.subject_id is not None else None,
            "amount": row.amount_minor, "currency": row.currency or None, "outcome": row.outcome,
            "reason": row.reason or None, "reason_text": known.reason(row.reason) if row.reason else None,
            "detail": row.detail or None, "done_at": row.done_at,
        }
        for row in rows
    ]  # fmt: skip


run_definitions = Resource(
    path="run_definitions",
    model=RunDefinition,
    out=DefinitionOut,
    serialise=serialise_definitions,
    rows=queries.definitions,
    filters={
        "kind": Filter(type=Text60, lookup="kind"),
        "name": Filter(type=Text120, lookup="name"),
        "state": Filter(type=DefinitionState, lookup="state"),
        "is_submitted": Filter(type=bool, lookup="is_submitted"),
    },
)
collection(router, run_definitions, path="/run_definitions")
DefinitionUpdate = partial(DefinitionIn, without={"kind"})

runs = Resource(
    path="runs",
    model=Run,
    out=RunOut,
    serialise=serialise_runs,
    rows=queries.runs,
    filters={
        "definition": Filter(type=DefinitionId, lookup="definition_id"),
        "kind": Filter(type=Text60, lookup="kind"),
        "state": Filter(type=RunState, lookup="state"),
        "as_of": Filter(type=Day, lookup="as_of"),
        "created_at": Filter(type=Instant, lookup="created_at"),
    },
    expands={"definition": run_definitions},
)
collection(router, runs, path="/runs")


@router.post("/run_definitions", response={201: DefinitionOut}, operation_id="create_run_definition")
def create(request: HttpRequest, body: DefinitionIn) -> Status[JsonObject]:
    """A draft: preview it, then make it effective."""
    row = definitions.create_definition(**body.model_dump(), actor=caller_of(request).actor)
    return Status(201, run_definitions.one(row.pk, request))


@router.patch("/run_definitions/{id}", response=DefinitionOut, operation_id="update_run_definition")
def update(request: HttpRequest, id: DefinitionId, body: DefinitionUpdate) -> JsonObject:  # type: ignore[valid-type]
    """Of one that is not effective. Its runs keep what they ran with."""
    changes = body.changes()  # type: ignore[attr-defined]
    definitions.update_definition(definition_id=id, changes=changes, actor=caller_of(request).actor)
    return run_definitions.one(id, request)


@router.delete("/run_definitions/{id}", response={204: None}, operation_id="delete_run_definition")
def delete(request: HttpRequest, id: DefinitionId) -> Status[None]:
    """Of one that never ran."""
    definitions.delete_definition(definition_id=id, actor=caller_of(request).actor)
    return Status(204, None)


@router.post("/run_definitions/{id}/effective", response=DefinitionOut, operation_id="activate_run_definition")
def activate(request: HttpRequest, id: DefinitionId) -> JsonObject:
    """It can be executed from now on, and its schedule put in force; it cannot be changed."""
    definitions.activate_definition(definition_id=id, actor=caller_of(request).actor)
    return run_definitions.one(id, request)


@router.post("/run_definitions/{id}/not_effective", response=DefinitionOut, operation_id="deactivate_run_definition")
def deactivate(request: HttpRequest, id: DefinitionId) -> JsonObject:
    """It is due no more. A run under way goes on."""
    definitions.deactivate_definition(definition_id=id, actor=caller_of(request).actor)
    return run_definitions.one(id, request)


@router.post("/run_definitions/{id}/submit", response=DefinitionOut, operation_id="submit_run_definition")
def submit(request: HttpRequest, id: DefinitionId) -> JsonObject:
    """Put the schedule in force: it is due by itself from now on."""
    start.submit_schedule(definition_id=id, actor=caller_of(request).actor)
    return run_definitions.one(id, request)


@router.get("/run_definitions/{id}/due", response=DueOut, operation_id="list_run_definition_due")
def due(request: HttpRequest, id: DefinitionId) -> JsonObject:
    """The next ten times at which the schedule is due, in force or not."""
    return {"object": "list", "data": definitions.due_next(run_definitions.find(id))}


@router.post("/run_definitions/{id}/preview", response=RunPreviewOut, operation_id="preview_run_definition")
@bound(Binding.REPEATABLE)
def preview(request: HttpRequest, id: DefinitionId, body: RunPreviewIn) -> JsonObject:
    """What an execution would do, and what it would leave alone; nothing is kept. Of a draft, too."""
    return _previewed(id, **body.model_dump())


def _previewed(id: int, **asked: Any) -> JsonObject:
    row = run_definitions.find(id)
    shown = start.preview(definition_id=id, **asked)
    return {
        "object": "run_preview", "as_of": shown.as_of, "tallies": serialise_tallies(row.kind, shown.tallies),
        "steps": serialise_steps(shown.steps, row.kind), "has_more": shown.has_more,
    }  # fmt: skip


@router.post(
    "/run_definitions/{id}/execute", response={200: RunPreviewOut, 201: RunOut}, operation_id="execute_run_definition"
)
def execute(request: HttpRequest, id: DefinitionId, body: AsOfIn) -> Status[JsonObject]:
    """A run now; workers carry it out. With ``dry_run`` the answer is its preview."""
    if is_dry_run():
        with dry_run():  # refused as it would be
            start.start_definition(definition_id=id, as_of=body.as_of, actor=caller_of(request).actor)
        return Status(200, _previewed(id, as_of=body.as_of))
    run = start.start_definition(definition_id=id, as_of=body.as_of, actor=caller_of(request).actor)
    return Status(201, runs.one(run.pk, request))


@router.post("/runs/{id}/pause", response=RunOut, operation_id="pause_run")
def pause(request: HttpRequest, id: RunId) -> JsonObject:
    """Once it is answered, nothing of the run goes on."""
    control.pause_run(run_id=id, actor=caller_of(request).actor)
    return runs.one(id, request)


@router.post("/runs/{id}/resume", response=RunOut, operation_id="resume_run")
def resume(request: HttpRequest, id: RunId) -> JsonObject:
    """Go on where it stands. Of two who resume it, one does, and the other is told."""
    control.resume_run(run_id=id, actor=caller_of(request).actor)
    return runs.one(id, request)


@router.post("/runs/{id}/cancel", response=RunOut, operation_id="cancel_run")
def cancel(request: HttpRequest, id: RunId) -> JsonObject:
    """What is done stays; the rest is not done."""
    control.cancel_run(run_id=id, actor=caller_of(request).actor)
    return runs.one(id, request)


def _steps_resource(kind: str) -> Resource:
    return Resource(
        path="runs/steps",
        model=RunStep,
        out=StepOut,
        serialise=lambda rows, request: serialise_steps(rows, kind),
        rows=lambda: RunStep.objects.all(),
        filters={
            "outcome": Filter(type=Outcome, lookup="outcome"),
            "reason": Filter(type=Text60, lookup="reason"),
            "key": Filter(type=Text120, lookup="key"),
        },
    )


_STEPS = _steps_resource("")
StepQuery = query_of(_STEPS)


@router.get("/runs/{id}/steps", response=page_of(_STEPS), operation_id="list_run_steps", summary="List steps of a run")
def steps(request: HttpRequest, id: RunId, query: Query[StepQuery]) -> JsonObject:  # type: ignore[valid-type]
    """Steps and candidates that were not taken, each with its one reason."""
    refuse_unknown_parameters(request, StepQuery)
    run = runs.find(id)
    return page(_steps_resource(run.kind), queries.steps_of(id), query, request)


API = ApiFace(
    mounts=(Mount(router=router), Mount(router=downloads)),
    summaries={
        "activate_run_definition": "Make a run definition effective",
        "deactivate_run_definition": "Make a run definition not effective",
        "submit_run_definition": "Put the schedule of a run definition in force",
        "list_run_files": "List files of a run",
        "get_run_file": "Download a file of a run",
        "list_run_definition_due": "List the next times of a schedule",
    },
)
