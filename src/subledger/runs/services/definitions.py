"""Definitions of runs: written, made effective and not, their schedules put in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from django.db.transaction import atomic

from subledger.companies.queries import company_zone
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.shapes import ShapeInvalid, check_rows, read_shape, shape_json
from subledger.platform.versions import check_version, version_of
from subledger.runs.errors import (
    DefinitionHasRun,
    DefinitionInForce,
    RunCriteriaInvalid,
    RunKindUnknown,
    RunNameTaken,
    ScheduleInvalid,
)
from subledger.runs.kinds import RunKind
from subledger.runs.models import Run, RunDefinition
from subledger.runs.registry import kind_named, kind_shown, kinds
from subledger.runs.rules.schedules import Schedule, as_json, read_schedule
from subledger.runs.states import DEFINITION, DefinitionState

LONGEST_NAME = 120


def schedule_of(definition: RunDefinition, zone: ZoneInfo | None = None) -> Schedule | None:
    return read_schedule(definition.schedule, zone or company_zone())


def schedule_words(definition: RunDefinition, zone: ZoneInfo) -> str:
    """When it is due, as people read it; or why nobody can tell any more."""
    try:
        return str(schedule_of(definition, zone) or say("By hand"))
    except ScheduleInvalid as refusal:
        return say("Cannot be read any more: {why}", why=str(refusal))


def due_first(schedule: Schedule, zone: ZoneInfo) -> datetime:
    """The instant at which it is due next. ScheduleInvalid: there is none any more."""
    found = next(schedule.after(clock.now(), zone), None)
    if found is None:
        field = "at" if schedule.at else "until" if schedule.until else ""
        raise ScheduleInvalid(say("This schedule lies in the past: it comes no more. Give it a later time."), field)
    return found


def read_criteria(kind: RunKind, said: Mapping[str, Any]) -> Any:
    """The kind's own value of what JSON says. RunCriteriaInvalid names the field at fault."""
    check_texts(said, param="/criteria")
    try:
        return read_shape(kind.criteria, said)
    except ShapeInvalid as fault:
        raise _refused(kind, fault) from fault


def checked_criteria(kind: RunKind, said: Mapping[str, Any]) -> Any:
    """As `read_criteria`, of what a run could keep to by now: what they name is there, and the kind takes them."""
    criteria = read_criteria(kind, said)
    try:
        check_rows(kind.criteria, criteria)
    except ShapeInvalid as fault:
        raise _refused(kind, fault) from fault
    kind.check(criteria)
    return criteria


def _refused(kind: RunKind, fault: ShapeInvalid) -> RunCriteriaInvalid:
    return RunCriteriaInvalid(
        say("{title}: {words}.", title=kind.title, words=fault.words), param="/".join(["/criteria", *fault.path])
    )


def criteria_json(kind: RunKind, criteria: Any) -> dict[str, Any]:
    """What is said alone: a worker of the version before reads it, as long as it says nothing new."""
    return shape_json(kind.criteria, criteria, short=True)


def criteria_in_full(kind: RunKind, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Kept criteria, with what they leave out as this program reads it; as they stand where it reads them no more."""
    try:
        return shape_json(kind.criteria, read_criteria(kind, said))
    except RunCriteriaInvalid:
        return said


@atomic
def create_definition(
    *, kind: str, name: str, criteria: Mapping[str, Any], schedule: Mapping[str, Any], actor: str
) -> RunDefinition:
    """A draft.

    Raises:
        RunKindUnknown, RunCriteriaInvalid, ScheduleInvalid, RunNameTaken, TextInvalid.
    """
    definable = {each.name: each for each in kinds() if each.has_definitions}
    if kind not in definable:
        raise RunKindUnknown(kind, definable, is_by_hand=kind in {each.name for each in kinds()})
    known = definable[kind]
    demand(*known.permissions.edit)
    name = _free_name(name)
    definition = RunDefinition.objects.create(
        company_id=current_company_id(),
        kind=kind,
        name=name,
        criteria=criteria_json(known, checked_criteria(known, criteria)),
        schedule=_schedule_json(schedule),
        created_at=clock.now(),
        actor=actor,
    )
    record_change("run_definition.created", definition, actor, kind=kind, name=name)
    return definition


@atomic
def update_definition(
    *, definition_id: int, changes: Mapping[str, Any], version: str = "", actor: str
) -> RunDefinition:
    """Change ``name``, ``criteria`` or ``schedule`` of one that is not effective; its runs keep what they ran with.

    Raises:
        NotFound, DefinitionInForce, RunCriteriaInvalid, ScheduleInvalid, RunNameTaken.
        ChangedMeanwhile: it says something else than the ``version`` of it that was shown (`version_of_definition`).
    """
    definition, kind = held(definition_id)
    demand(*kind.permissions.edit)
    if definition.state == DefinitionState.EFFECTIVE:
        raise DefinitionInForce(definition.name)
    check_version(version, version_of_definition(definition), thing=say("run definition"))
    new: dict[str, Any] = {}
    if changes.get("name") is not None:
        new["name"] = _free_name(changes["name"], besides=definition.pk)
    if changes.get("criteria") is not None:
        new["criteria"] = criteria_json(kind, checked_criteria(kind, changes["criteria"]))
    if changes.get("schedule") is not None:
        new["schedule"] = _schedule_json(changes["schedule"], kept=definition.schedule)
    changed = {name: value for name, value in new.items() if getattr(definition, name) != value}
    if changed:
        was = {name: getattr(definition, name) for name in changed}
        for name, value in changed.items():
            setattr(definition, name, value)
        definition.version += 1
        definition.save(update_fields=[*changed, "version"])
        record_change(
            "run_definition.changed",
            definition,
            actor,
            changed={name: [_plain(was[name]), _plain(value)] for name, value in changed.items()},
        )
    return definition


@atomic
def activate_definition(*, definition_id: int, actor: str) -> RunDefinition:
    definition, kind = held(definition_id)
    demand(*kind.permissions.edit)
    definition.state = DEFINITION.advance(DefinitionState(definition.state), "activate")
    checked_criteria(kind, definition.criteria)  # what they name may be gone, or the kind read them otherwise by now
    definition.save(update_fields=["state"])
    record_change("run_definition.effective", definition, actor)
    return definition


@atomic
def deactivate_definition(*, definition_id: int, actor: str) -> RunDefinition:
    """It is due no more, whether or not its kind is there still. A run that is under way goes on: it has its own pause
    and cancel."""
    definition = _row(definition_id)
    demand(*kind_shown(definition.kind).permissions.edit)
    definition.state = DEFINITION.advance(DefinitionState(definition.state), "deactivate")
    definition.is_submitted, definition.next_at = False, None
    definition.save(update_fields=["state", "is_submitted", "next_at"])
    record_change("run_definition.not_effective", definition, actor)
    return definition


@atomic
def delete_definition(*, definition_id: int, actor: str) -> None:
    """Only one that never ran. DefinitionInForce, DefinitionHasRun."""
    definition, kind = held(definition_id)
    demand(*kind.permissions.edit)
    if Run.objects.filter(definition=definition).exists():
        raise DefinitionHasRun(definition.name)
    if definition.state == DefinitionState.EFFECTIVE:
        raise DefinitionInForce(definition.name)
    record_change("run_definition.deleted", definition, actor, name=definition.name)
    definition.delete()


def due_next(definition: RunDefinition, count: int = 10) -> list[datetime]:
    """The instants at which it would be due next, whether or not its schedule is in force."""
    return list(islice(_due_after(definition, clock.now()), count))


def due_between(definition: RunDefinition, first: datetime, last: datetime, *, most: int = 1_000) -> list[datetime]:
    """The instants after ``first`` up to ``last`` at which its schedule is due, the first ``most`` of them."""
    return list(islice(takewhile(lambda at: at <= last, _due_after(definition, first)), most))


def _due_after(definition: RunDefinition, instant: datetime) -> Iterator[datetime]:
    """None of a schedule that cannot be read any more: `schedule_words` says so."""
    zone = company_zone()
    try:
        schedule = schedule_of(definition, zone)
    except ScheduleInvalid:
        return iter(())
    return iter(()) if schedule is None else schedule.after(instant, zone)


def version_of_definition(definition: RunDefinition) -> str:
    return version_of(definition, "name", "criteria", "schedule")


def held(definition_id: int) -> tuple[RunDefinition, RunKind]:
    definition = _row(definition_id)
    return definition, kind_named(definition.kind)


def _row(definition_id: int) -> RunDefinition:
    found = RunDefinition.objects.select_for_update(of=("self",)).filter(pk=definition_id).first()
    if found is None:
        raise NotFound(RunDefinition, definition_id)
    definition: RunDefinition = found
    return definition


def _schedule_json(said: Mapping[str, Any], *, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Of one that comes again; one that is ``kept`` as it was may be over by now."""
    check_texts(said, param="/schedule")
    zone = company_zone()
    schedule = read_schedule(said, zone)
    found = as_json(schedule)
    if schedule is not None and not schedule.is_now and found != kept:
        due_first(schedule, zone)
    return found


def _free_name(name: str, *, besides: int | None = None) -> str:
    name = name.strip()
    check_texts({"name": name})
    if not name or len(name) > LONGEST_NAME:
        raise RunCriteriaInvalid(
            say("A run definition has a name of up to {longest_name} characters.", longest_name=LONGEST_NAME),
            param="/name",
        )
    if RunDefinition.objects.filter(name=name).exclude(pk=besides).exists():
        raise RunNameTaken(name)
    return name


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items()) or "none"
    return str(value)


def record_change(type_: str, definition: RunDefinition, actor: str, **data: Any) -> None:
    record_events([NewEvent(type_, "run_definition", definition.pk, data)], actor=actor)
