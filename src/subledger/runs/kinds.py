"""What a room above declares of a kind of run. Frozen values and functions over sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from subledger.kernel.sentences import say
from subledger.kernel.words import plain
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
    for none), ``amount_minor``, ``currency`` (both or neither), ``reason`` (NULL or '': taken), and, of one that
    ``says_details``, ``detail``: why one is not taken, where the kind has no words for its reason.
    """

    sql: str
    params: Mapping[str, Any]
    says_details: bool = False


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


# The steps go as arrays: of rows that were inserted a moment ago the database has no statistics. It would expect one of
# a query over them, and join tens of thousands by trying each with each.
BATCH = """
    SELECT * FROM unnest(%(batch_ids)s::bigint[], %(batch_subjects)s::bigint[], %(batch_amounts)s::bigint[],
                         %(batch_positions)s::bigint[]) AS step (step_id, subject_id, amount_minor, position)
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Open steps of a run, by position: as parallel columns. Nobody else works on them."""

    run_id: int
    ids: Sequence[int]
    subjects: Sequence[int | None]
    amounts: Sequence[int | None]  # minor units
    positions: Sequence[int]

    @property
    def size(self) -> int:
        return len(self.ids)

    @property
    def params(self) -> dict[str, Any]:
        """Of `BATCH`, the query of its steps: ``step_id, subject_id, amount_minor, position``."""
        return {
            "batch_run": self.run_id,
            "batch_ids": list(self.ids),
            "batch_subjects": list(self.subjects),
            "batch_amounts": list(self.amounts),
            "batch_positions": list(self.positions),
        }

    def halves(self) -> tuple[Batch, Batch]:
        at = self.size // 2
        return self._part(slice(at)), self._part(slice(at, None))

    def _part(self, places: slice) -> Batch:
        return Batch(self.run_id, self.ids[places], self.subjects[places], self.amounts[places], self.positions[places])


class SetStatement(NamedTuple):
    """One statement that does a whole batch, however many steps it has.

    ``ctes`` are the common table expressions that do it, ready to stand behind WITH; ``sql`` is the query over them
    that says of each step of the batch, once, what became of it: ``step_id``, ``outcome``, ``reason``, ``detail``,
    ``amount_minor`` (NULL: as it was selected). Parameters that begin with ``batch_`` are the kit's.
    """

    ctes: str
    sql: str
    params: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RunPermissions:
    """What deeds demand: ``edit`` of definitions, ``execute`` of runs (start, pause, resume, cancel)."""

    edit: tuple[str, ...] = ("runs.edit",)
    execute: tuple[str, ...] = ("runs.execute",)


class StepSubject(NamedTuple):
    """What a step is about, as people ask for it: whose it is, when it is due, and by what money moves."""

    whose: str = ""
    due_on: date | None = None
    by: str = ""


def describes_nothing(facts: RunFacts, subjects: Sequence[int]) -> Mapping[int, StepSubject]:
    """Of a kind whose steps say all there is by their key."""
    return {}


def nothing(facts: RunFacts) -> None:
    """A stage at which a kind has nothing to do."""


def anything(criteria: Any) -> None:
    """Criteria that are right as soon as they can be read."""


def no_more(facts: RunFacts) -> bool:
    """Whether something of a run goes on after its last step: not of most kinds."""
    return False


class UnderWay(NamedTuple):
    """What a run's steps began and others have not ended yet: how many, and what they come to in each currency."""

    steps: int
    amounts: Mapping[str, int]  # minor units, by currency


def nothing_under_way(run_ids: Sequence[int]) -> Mapping[int, UnderWay]:
    """Of kinds whose steps end what they do."""
    return {}


def ignores_actions(run_id: int, action: str) -> None:
    """A run of a kind that leaves nothing behind is paused, resumed and cancelled by its steps alone."""


def as_they_are(criteria: Any) -> Any:
    """Criteria that say themselves all that a run goes by."""
    return criteria


@dataclass(frozen=True, kw_only=True)
class RunKind(RunDeclaration):
    """A kind of run.

    ``select`` names the candidates in one statement. ``prepare`` may change amounts of open steps, or leave some alone
    with a reason. Both are done in one transaction each, and rolled back by a preview: they call nobody. ``execute``
    does a batch of steps; what it writes and the steps' marks are one transaction, so it calls nobody either: what
    goes out is handed over in rows of the kind's own. What it refuses for one step it returns, or raises: then each
    half of the batch is tried by itself, and so on, until the step that breaks it is alone. A kind whose batches are
    many thousand steps gives ``execute_set`` instead: it locks what it has to, and returns the one statement that does
    them all. ``finish`` is done once, after the last step.

    What goes on after the last step keeps the run in the stage "finish" while ``goes_on`` says so; ``on_action`` is
    told of the id of a run that is paused, resumed or cancelled, in that transaction; ``carry_on`` does of it, in the
    process of a command, what workers would: False where it cannot. ``under_way`` says of runs what that is, one for a
    step: such a step succeeded, and is not done.

    The fields of ``criteria`` say with `platform.shapes.asks` what a form asks for. ``check`` refuses those that no run
    could keep to (`RunCriteriaInvalid`, by the field): when they are written, when the definition is made effective,
    and when a run is started by hand. ``freeze`` gives the criteria with which a run runs: what they only name, such as
    a segment, it writes out in ``hidden`` fields, so that the run goes by what stood when it was started.

    ``describe`` says of some subjects, those that a page shows, whose they are: before the run, when ``run_id`` is 0,
    and afterwards.

    ``is_askers``: its files hold what whoever asked may see, and others see less: they are given to nobody else.
    """

    name: str
    title: str
    says: str  # one sentence: what it does
    criteria: type[Any]  # a frozen dataclass whose fields are read from JSON
    select: Callable[[RunFacts], Selection]
    execute: Callable[[RunFacts, Sequence[Step]], Sequence[StepResult]] | None = None
    execute_set: Callable[[RunFacts, Batch], SetStatement] | None = None
    goes_on: Callable[[RunFacts], bool] = no_more
    on_action: Callable[[int, str], None] = ignores_actions
    carry_on: Callable[[RunFacts], bool] = no_more
    under_way: Callable[[Sequence[int]], Mapping[int, UnderWay]] = nothing_under_way
    describe: Callable[[RunFacts, Sequence[int]], Mapping[int, StepSubject]] = describes_nothing
    prepare: Callable[[RunFacts], None] = nothing
    finish: Callable[[RunFacts], None] = nothing
    check: Callable[[Any], None] = anything
    freeze: Callable[[Any], Any] = as_they_are
    permissions: RunPermissions = RunPermissions()
    reasons: Mapping[str, str] = field(default_factory=dict)  # code -> words
    noun: str = say("step")
    batch: int = 100
    is_askers: bool = False
    has_definitions: bool = True  # False: its runs are started by their room alone

    def __post_init__(self) -> None:
        if (self.execute is None) is (self.execute_set is None):
            raise TypeError(f"The kind of run {self.name!r} does its steps one way: execute, or execute_set.")

    def reason(self, code: str) -> str:
        """A reason in words."""
        return self.reasons.get(code) or plain(code).capitalize()
