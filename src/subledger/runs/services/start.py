"""Starting runs: by hand, by schedule, by the room of a kind; and looking at what one would do."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError
from django.db.transaction import atomic, set_rollback

from subledger.companies.queries import company_zone, today_of_company
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.sentences import say
from subledger.platform import clock, jobs
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.outages import PASSING
from subledger.platform.scope import current_company_id
from subledger.platform.tracing import current_request_id
from subledger.runs.errors import (
    DefinitionNotEffective,
    NoSchedule,
    RunDayAhead,
    RunUnderWay,
    ScheduleSubmitted,
)
from subledger.runs.kinds import RunKind, StepSubject
from subledger.runs.models import Run, RunDefinition, RunStep
from subledger.runs.queries import Tally, subjects_of, tallies_of
from subledger.runs.registry import LEFT_TO_OTHERS, is_known, kind_named
from subledger.runs.rules.due_times import DueTimes, due_times
from subledger.runs.rules.schedules import read_schedule
from subledger.runs.states import OPEN, DefinitionState, RunState

from .definitions import checked_criteria, criteria_json, due_first, held, read_criteria, record_change

logger = logging.getLogger("subledger.worker")

SCHEDULE = "system"  # the actor of runs that nobody asks for at that moment


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would do: every candidate counted, and some of them."""

    as_of: date
    tallies: Sequence[Tally]
    steps: Sequence[RunStep]
    has_more: bool
    told: Mapping[int, StepSubject]  # of the subjects of the steps


@atomic
def start_definition(*, definition_id: int, as_of: date | None = None, actor: str) -> Run:
    """One execution now, frozen as of a day (the company's today), done by a worker.

    Raises:
        NotFound, DefinitionNotEffective, RunUnderWay; RunDayAhead: the day is yet to come.
    """
    definition, kind = held(definition_id)  # whoever takes it out of effect meanwhile comes before or after
    demand(*kind.permissions.execute)
    if definition.state != DefinitionState.EFFECTIVE:
        raise DefinitionNotEffective(definition.name, definition.state)
    today = today_of_company()
    if as_of is not None and as_of > today:
        raise RunDayAhead(as_of, today)
    return _start(definition, as_of=as_of or today, due_at=None, missed=0, actor=actor)


@atomic
def submit_schedule(*, definition_id: int, actor: str) -> RunDefinition:
    """Put the schedule in force: from now on it is due when the schedule says.

    Raises:
        DefinitionNotEffective, ScheduleSubmitted, NoSchedule; ScheduleInvalid: it comes no more. RunUnderWay ("now").
    """
    definition, kind = held(definition_id)
    demand(*kind.permissions.execute)
    if definition.state != DefinitionState.EFFECTIVE:
        raise DefinitionNotEffective(definition.name, definition.state)
    if definition.is_submitted:
        raise ScheduleSubmitted(definition.name)
    zone = company_zone()
    schedule = read_schedule(definition.schedule, zone)
    if schedule is None:
        raise NoSchedule(definition.name)
    if schedule.is_now:
        start_definition(definition_id=definition.pk, actor=actor)
        return definition
    definition.next_at = due_first(schedule, zone)
    definition.is_submitted = True
    definition.save(update_fields=["is_submitted", "next_at"])
    record_change("run_definition.submitted", definition, actor, next_at=definition.next_at.isoformat())
    return definition


@atomic
def start_run(*, kind: RunKind, name: str, criteria: Any, actor: str, as_of: date | None = None) -> Run:
    """A run of a kind without a definition: its room starts it. ``criteria`` is a value of the kind's dataclass."""
    demand(*kind.permissions.execute)
    said = criteria_json(kind, kind.freeze(criteria))
    run = _insert(None, kind.name, name, said, as_of=as_of or today_of_company(), actor=actor)
    _record_start(run, actor)
    return run


def preview(
    *,
    definition_id: int | None = None,
    kind: str = "",
    criteria: Mapping[str, Any] | None = None,
    as_of: date | None = None,
    after: int = 0,
    limit: int = 100,
) -> Preview:
    """What a definition in any state would do, or a kind with criteria: selected and prepared, and rolled back."""
    from .worker import facts_of, prepare, select

    definition = None
    if definition_id is not None:
        definition = RunDefinition.objects.filter(pk=definition_id).first()
        if definition is None:
            raise NotFound(RunDefinition, definition_id)
        kind, criteria = definition.kind, definition.criteria
    known = kind_named(kind)
    demand("view")
    said = criteria_json(known, known.freeze(checked_criteria(known, criteria or {})))
    day = as_of or today_of_company()
    with atomic():
        name = definition.name if definition else known.title
        run = _insert(None, known.name, name, said, as_of=day, actor="preview")
        facts = facts_of(run, known)
        select(run, known, facts)
        prepare(run, known, facts)
        tallies = tallies_of(run.pk)
        steps = list(run.steps.filter(position__gt=after).order_by("position")[: limit + 1])
        set_rollback(True)
    shown = steps[:limit]
    told = known.describe(replace(facts, run_id=0), subjects_of(shown))
    return Preview(day, tallies, shown, len(steps) > limit, told)


def start_due(*, definition_id: int) -> Run | None:
    """The run of a definition whose hour has come, once whoever asks; None where there is nothing to start.

    Late when nobody was there: then one run for the last time that was missed, and none for those before it. While a
    run of the definition is under way, the next waits for its end. One that cannot be begun, for its kind or what its
    criteria name is there no more, or our own code breaks off, is a run that failed and says why. One of a kind that
    this program does not know is left alone for `LEFT_TO_OTHERS` first.
    """
    with atomic():
        now = clock.now()
        definition = due_definition(definition_id, now)
        if definition is None or Run.objects.filter(definition=definition, state__in=OPEN).exists():
            return None
        zone = company_zone()
        assert definition.next_at is not None  # it is due
        due: datetime = definition.next_at
        if not is_known(definition.kind) and now - due < LEFT_TO_OTHERS:
            return None
        times = DueTimes(due, 0, None)
        unreadable: DomainError | None = None
        try:
            schedule = read_schedule(definition.schedule, zone)
        except DomainError as refusal:
            schedule, unreadable = None, refusal
        if schedule is not None:
            times = due_times(schedule, due, now=now, zone=zone)
        run = None
        if not Run.objects.filter(definition=definition, due_at=times.last).exists():
            told = _Due(times.last.astimezone(zone).date(), times.last, times.missed)
            run = _begin(definition, told) if unreadable is None else _fail_to_begin(definition, told, str(unreadable))
            if run is None:
                return None
        definition.next_at, definition.is_submitted = times.following, times.following is not None
        definition.save(update_fields=["next_at", "is_submitted"])
    return run


class _Due(NamedTuple):
    as_of: date
    due_at: datetime
    missed: int


def _begin(definition: RunDefinition, due: _Due) -> Run | None:
    """The run of a due time, failed where it cannot be begun; None where another one came first."""
    try:
        with atomic():
            return _start(definition, as_of=due.as_of, due_at=due.due_at, missed=due.missed, actor=SCHEDULE)
    except RunUnderWay:
        return None
    except DomainError as refusal:
        return _fail_to_begin(definition, due, str(refusal))
    except PASSING:
        raise
    except Exception:
        logger.exception("The run of definition_id=%s that is due at %s cannot be begun.", definition.pk, due.due_at)
        return _fail_to_begin(definition, due, say("It broke off by an error; the workers' log has it."))


def _fail_to_begin(definition: RunDefinition, due: _Due, why: str) -> Run:
    run = _insert(
        definition, definition.kind, definition.name, definition.criteria,
        as_of=due.as_of, due_at=due.due_at, missed=due.missed, actor=SCHEDULE, error=why,
    )  # fmt: skip
    failed = {"kind": run.kind, "reason": run.error}
    record_events([_created(run), NewEvent("run.failed", "run", run.pk, failed)], actor=SCHEDULE)
    return run


def due_definition(definition_id: int, now: datetime) -> RunDefinition | None:
    """Held, so that no other worker starts it; None where another does, or it is not due."""
    held: RunDefinition | None = (
        RunDefinition.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=definition_id, is_submitted=True, next_at__lte=now)
        .first()
    )
    return held


def _start(definition: RunDefinition, *, as_of: date, due_at: datetime | None, missed: int, actor: str) -> Run:
    kind = kind_named(definition.kind)
    # Where nobody is there to be told, a run that cannot keep to them fails, and says why.
    criteria = (checked_criteria if due_at is None else read_criteria)(kind, definition.criteria)
    said = criteria_json(kind, kind.freeze(criteria))
    open_run = Run.objects.filter(definition=definition, state__in=OPEN).first()
    if open_run is not None:
        raise RunUnderWay(definition.name, open_run.state)
    try:
        with atomic():
            run = _insert(
                definition, kind.name, definition.name, said,
                as_of=as_of, due_at=due_at, missed=missed, actor=actor,
            )  # fmt: skip
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name not in ("run_one_open", "run_due_once"):
            raise
        raise RunUnderWay(definition.name, "waiting") from error
    _record_start(run, actor)
    return run


def _insert(
    definition: RunDefinition | None,
    kind: str,
    name: str,
    criteria: dict[str, Any],
    *,
    as_of: date,
    actor: str,
    due_at: datetime | None = None,
    missed: int = 0,
    error: str = "",
) -> Run:
    """``error``: why it failed before it began."""
    now = clock.now()
    run: Run = Run.objects.create(
        company_id=current_company_id(),
        definition=definition,
        definition_version=definition.version if definition else None,
        kind=kind,
        name=name[:300],
        criteria=criteria,
        as_of=as_of,
        due_at=due_at,
        missed=missed,
        request_id=current_request_id(),
        state=RunState.FAILED if error else RunState.WAITING,
        error=error,
        created_at=now,
        touched_at=now,
        ended_at=now if error else None,
        actor=actor,
    )
    return run


def _record_start(run: Run, actor: str) -> None:
    record_events([_created(run)], actor=actor)
    jobs.wake("work_run", run_id=run.pk)


def _created(run: Run) -> NewEvent:
    facts = {"kind": run.kind, "name": run.name, "as_of": run.as_of.isoformat()}
    if run.missed:
        facts["missed"] = str(run.missed)
    return NewEvent("run.created", "run", run.pk, facts)
