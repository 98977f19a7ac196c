"""Reads of runs: how far one is, what it did and what it left alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from django.db.models import QuerySet

from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say

from .kinds import UnderWay
from .models import Run, RunDefinition, RunFile, RunFileChunk, RunStage, RunStep, RunTally
from .registry import kind_shown
from .states import OPEN, Outcome, RunState


@dataclass(frozen=True, slots=True)
class Tally:
    """Steps with one outcome for one reason; ``amount_minor`` of those in one currency ("": without amounts)."""

    outcome: Outcome
    reason: str
    currency: str
    steps: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: ``done`` of ``total`` steps that were taken up, less those of which what they began is
    ``under_way`` still."""

    total: int
    done: int
    counts: dict[Outcome, int]
    under_way: UnderWay | None = None

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class InHand:
    """What a long batch is doing, how many are done, and of how many where that is known."""

    doing: str
    reached: int
    target: int | None

    def __str__(self) -> str:
        if self.target is None:
            return say("{doing}: {reached:,}", doing=say(self.doing), reached=self.reached)
        return say(
            "{doing}: {reached:,} of {target:,}", doing=say(self.doing), reached=self.reached, target=self.target
        )


ORDER = list(Outcome)


def tallies_of(run_id: int) -> list[Tally]:
    """By outcome, in the order of a step's life, then by reason."""
    return tallies_of_runs([run_id])[run_id]


def tallies_of_runs(run_ids: Sequence[int]) -> dict[int, list[Tally]]:
    """The same of each run."""
    found: dict[int, list[Tally]] = {ident: [] for ident in run_ids}
    rows = RunTally.objects.filter(run_id__in=run_ids, steps__gt=0).order_by("reason", "currency")
    for row in rows:
        tally = Tally(Outcome(row.outcome), row.reason, row.currency, row.steps, int(row.amount_minor))
        found[row.run_id].append(tally)
    for tallies in found.values():
        tallies.sort(key=lambda tally: ORDER.index(tally.outcome))
    return found


def in_hand(run: Run) -> InHand | None:
    """What whoever works on a run tells of a long batch; None where nobody does."""
    return in_hand_of_runs([run]).get(run.pk)


def in_hand_of_runs(runs: Sequence[Run]) -> dict[int, InHand]:
    """The same of each run of which somebody tells it."""
    stages = {run.pk: run.stage for run in runs if run.state == RunState.RUNNING}
    rows = RunStage.objects.filter(run__in=stages).exclude(doing="") if stages else []
    return {
        row.run_id: InHand(row.doing, row.reached or 0, row.target) for row in rows if row.stage == stages[row.run_id]
    }


def progress_of(run: Run) -> Progress:
    return progress(tallies_of(run.pk), under_way_of_runs([run]).get(run.pk))


def under_way_of_runs(runs: Iterable[Run]) -> dict[int, UnderWay]:
    """What the steps of open runs began, of those where some of it has not ended."""
    by_kind: dict[str, list[int]] = {}
    for run in runs:
        if run.state in OPEN:
            by_kind.setdefault(run.kind, []).append(run.pk)
    found: dict[int, UnderWay] = {}
    for kind, idents in by_kind.items():
        found |= kind_shown(kind).under_way(idents)
    return found


def progress(tallies: Sequence[Tally], under_way: UnderWay | None = None) -> Progress:
    counts = dict.fromkeys(Outcome, 0)
    for tally in tallies:
        counts[tally.outcome] += tally.steps
    total = sum(number for outcome, number in counts.items() if outcome is not Outcome.NOT_TAKEN)
    begun = under_way.steps if under_way else 0
    return Progress(total, total - counts[Outcome.OPEN] - begun, counts, under_way)


def subjects_of(steps: Iterable[RunStep]) -> list[int]:
    """What steps are about, each once."""
    return sorted({step.subject_id for step in steps if step.subject_id is not None})


def definitions() -> QuerySet[RunDefinition]:
    return RunDefinition.objects.all()


def definition_by_id(definition_id: int) -> RunDefinition:
    found: RunDefinition | None = RunDefinition.objects.filter(pk=definition_id).first()
    if found is None:
        raise NotFound(RunDefinition, definition_id)
    return found


def definition_named(name: str) -> RunDefinition:
    """By its name; where none is called so, by its id."""
    found: RunDefinition | None = RunDefinition.objects.filter(name=name).first()
    if found is None and ids.looks_like_id(name) and name.startswith(f"{RunDefinition.PREFIX}_"):
        found = RunDefinition.objects.filter(pk=ids.decode(RunDefinition.PREFIX, name)).first()
    if found is None:
        raise NotFound(RunDefinition, name)
    return found


def runs() -> QuerySet[Run]:
    return Run.objects.select_related("definition")


def run_by_id(run_id: int) -> Run:
    found: Run | None = runs().filter(pk=run_id).first()
    if found is None:
        raise NotFound(Run, run_id)
    return found


def open_run_named(name: str) -> Run:
    """The run of that name that is under way, else its last."""
    named = runs().filter(name=name)
    found: Run | None = named.filter(state__in=OPEN).first() or named.first()
    if found is None:
        raise NotFound(Run, name)
    return found


def files_of(run_id: int) -> QuerySet[RunFile]:
    return RunFile.objects.filter(run_id=run_id, is_part=False).order_by("name")


def file_by_id(file_id: int) -> RunFile:
    found: RunFile | None = RunFile.objects.select_related("run").filter(pk=file_id, is_part=False).first()
    if found is None:
        raise NotFound(RunFile, file_id)
    return found


def content_of(file: RunFile) -> Iterator[bytes]:
    """The bytes of a file, some at a time."""
    chunks = RunFileChunk.objects.filter(file=file).order_by("position")
    for position in list(chunks.values_list("position", flat=True)):
        yield bytes(chunks.values_list("content", flat=True).get(position=position))


def spooled(file: RunFile) -> IO[bytes]:
    """The bytes of a file to be sent, those beyond a megabyte on disk. Whoever sends them closes it."""
    spool = SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115
    for part in content_of(file):
        spool.write(part)
    spool.seek(0)
    return cast("IO[bytes]", spool)


def files_to_fetch(actor: str) -> QuerySet[RunFile]:
    """Files of runs that somebody asked for and has not fetched."""
    return RunFile.objects.filter(run__actor=actor, is_part=False, fetched_at=None)


def steps_of(run_id: int) -> QuerySet[RunStep]:
    return RunStep.objects.filter(run_id=run_id).order_by("position")
