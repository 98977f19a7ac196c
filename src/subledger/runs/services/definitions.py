"""Definitions of runs: written, made effective and not, their schedules put in force."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Mapping
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.transaction import atomic
from pydantic import TypeAdapter, ValidationError

from subledger.companies.models import Company
from subledger.kernel.errors import NotFound
from subledger.kernel.texts import check_texts
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.versions import check_version, version_of
from subledger.runs.errors import (
    DefinitionHasRun,
    DefinitionInForce,
    RunCriteriaInvalid,
    RunKindUnknown,
    RunNameTaken,
)
from subledger.runs.kinds import RunKind
from subledger.runs.models import Run, RunDefinition
from subledger.runs.registry import kind_named, kinds
from subledger.runs.rules.schedules import Schedule, as_json, read_schedule
from subledger.runs.states import DEFINITION, DefinitionState

LONGEST_NAME = 120


def company_zone() -> ZoneInfo:
    return clock.zone_of(Company.objects.values_list("time_zone", flat=True).get(pk=current_company_id()))


def schedule_of(definition: RunDefinition, zone: ZoneInfo | None = None) -> Schedule | None:
    return read_schedule(definition.schedule, zone or company_zone())


@cache
def _adapter(criteria: Any) -> TypeAdapter[Any]:
    return TypeAdapter(criteria)


def read_criteria(kind: RunKind, said: Mapping[str, Any]) -> Any:
    """The kind's own value of what JSON says. RunCriteriaInvalid names the field at fault."""
    check_texts(said, param="/criteria")
    known = [field.name for field in dataclasses.fields(kind.criteria)]
    for name in said:
        if name not in known:
            there = ", ".join(known) or "none"
            raise RunCriteriaInvalid(
                f"{kind.title}: there is no criterion {name!r}. Known: {there}.", param=f"/criteria/{name}"
            )
    try:
        return _adapter(cast(Hashable, kind.criteria)).validate_python(dict(said))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = [str(part) for part in first["loc"]]
        message = str(first["msg"]).removeprefix("Value error, ").rstrip(".")
        raise RunCriteriaInvalid(
            f"{kind.title}: {' '.join(path) or 'the criteria'} cannot be read: {message[:1].lower()}{message[1:]}.",
            param="/".join(["/criteria", *path]),
        ) from error


def criteria_json(kind: RunKind, criteria: Any) -> dict[str, Any]:
    said: dict[str, Any] = _adapter(cast(Hashable, kind.criteria)).dump_python(criteria, mode="json")
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
        criteria=criteria_json(known, read_criteria(known, criteria)),
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
    check_version(version, version_of_definition(definition), thing="run definition")
    new: dict[str, Any] = {}
    if changes.get("name") is not None:
        new["name"] = _free_name(changes["name"], besides=definition.pk)
    if changes.get("criteria") is not None:
        new["criteria"] = criteria_json(kind, read_criteria(kind, changes["criteria"]))
    if changes.get("schedule") is not None:
        new["schedule"] = _schedule_json(changes["schedule"])
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
    read_criteria(kind, definition.criteria)  # the kind may read them otherwise by now
    definition.save(update_fields=["state"])
    record_change("run_definition.effective", definition, actor)
    return definition


@atomic
def deactivate_definition(*, definition_id: int, actor: str) -> RunDefinition:
    """It is due no more. A run that is under way goes on: it has its own pause and cancel."""
    definition, kind = held(definition_id)
    demand(*kind.permissions.edit)
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
    zone = company_zone()
    schedule = read_schedule(definition.schedule, zone)
    return [] if schedule is None else list(islice(schedule.after(clock.now(), zone), count))


def version_of_definition(definition: RunDefinition) -> str:
    return version_of(definition, "name", "criteria", "schedule")


def held(definition_id: int) -> tuple[RunDefinition, RunKind]:
    found = RunDefinition.objects.select_for_update(of=("self",)).filter(pk=definition_id).first()
    if found is None:
        raise NotFound(RunDefinition, definition_id)
    definition: RunDefinition = found
    return definition, kind_named(definition.kind)


def _schedule_json(said: Mapping[str, Any]) -> dict[str, Any]:
    check_texts(said, param="/schedule")
    return as_json(read_schedule(said, company_zone()))


def _free_name(name: str, *, besides: int | None = None) -> str:
    name = name.strip()
    check_texts({"name": name})
    if not name or len(name) > LONGEST_NAME:
        raise RunCriteriaInvalid(f"A run definition has a name of up to {LONGEST_NAME} characters.", param="/name")
    if RunDefinition.objects.filter(name=name).exclude(pk=besides).exists():
        raise RunNameTaken(name)
    return name


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items()) or "none"
    return str(value)


def record_change(type_: str, definition: RunDefinition, actor: str, **data: Any) -> None:
    record_events([NewEvent(type_, "run_definition", definition.pk, data)], actor=actor)
