"""What a room above declares of a kind of run. Frozen values and four functions over sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from subledger.platform.declarations import RunDeclaration

from .states import Outcome


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run is about, the same at each of its stages. ``criteria`` is a value of the kind's own dataclass."""

    run_id: int
    name: str
    criteria: Any
    as_of: date
    due_at: datetime | None
    actor: str


class Selection(NamedTuple):
    """One statement that names every candidate, in the order in which they are to be done.

    Its columns: ``key`` (natural, unique within the run), ``prefix`` and ``subject_id`` (of the thing it is about; NULL
    for none), ``amount_minor``, ``currency`` (both or neither), ``reason`` (NULL or '': taken).
    """

    sql: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is to be done."""

    id: int
    key: str
    subject_id: int | None
    amount_minor: int | None
    currency: str
    position: int


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of a step. A skipped or failed one has a reason: a code, and ``detail`` in words.

    ``amount_minor`` is told where it differs from what was selected.
    """

    step_id: int
    outcome: Outcome = Outcome.SUCCEEDED
    reason: str = ""
    detail: str = ""
    amount_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class RunPermissions:
    """What deeds demand: ``edit`` of definitions, ``execute`` of runs (start, pause, resume, cancel)."""

    edit: tuple[str, ...] = ("runs.edit",)
    execute: tuple[str, ...] = ("runs.execute",)


def nothing(facts: RunFacts) -> None:
    """A stage at which a kind has nothing to do."""


@dataclass(frozen=True, kw_only=True)
class RunKind(RunDeclaration):
    """A kind of run.

    ``select`` names the candidates in one statement. ``prepare`` may change amounts of open steps, or leave some alone
    with a reason. Both are done in one transaction each, and rolled back by a preview: they call nobody. ``execute``
    does a batch of steps; what it writes and the steps' marks are one transaction, so it calls nobody either: what
    goes out is handed over in rows of the kind's own. What it refuses for one step it returns, or raises: then each
    step of the batch is tried by itself. ``finish`` is done once, after the last step.
    """

    name: str
    title: str
    says: str  # one sentence: what it does
    criteria: type[Any]  # a frozen dataclass whose fields are read from JSON
    select: Callable[[RunFacts], Selection]
    execute: Callable[[RunFacts, Sequence[Step]], Sequence[StepResult]]
    prepare: Callable[[RunFacts], None] = nothing
    finish: Callable[[RunFacts], None] = nothing
    permissions: RunPermissions = RunPermissions()
    reasons: Mapping[str, str] = field(default_factory=dict)  # code -> words
    noun: str = "step"
    batch: int = 100
    has_definitions: bool = True  # False: its runs are started by their room alone

    def reason(self, code: str) -> str:
        """A reason in words."""
        return self.reasons.get(code) or code.replace("_", " ").capitalize()
