"""Where definitions, runs and steps stand."""

from __future__ import annotations

from enum import StrEnum

from subledger.kernel.lifecycle import Lifecycle
from subledger.kernel.words import of


class DefinitionState(StrEnum):
    DRAFT = "draft"
    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not_effective"


DEFINITION = Lifecycle(
    {
        (DefinitionState.DRAFT, "activate"): DefinitionState.EFFECTIVE,
        (DefinitionState.EFFECTIVE, "deactivate"): DefinitionState.NOT_EFFECTIVE,
        (DefinitionState.NOT_EFFECTIVE, "activate"): DefinitionState.EFFECTIVE,
    }
)


class Stage(StrEnum):
    SELECT = "select"
    PREPARE = "prepare"
    EXECUTE = "execute"
    FINISH = "finish"


@of("run")
class RunState(StrEnum):
    WAITING = "waiting"  # for a worker
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    COMPLETED_WITH_ERRORS = "completed_with_errors"  # some steps failed
    FAILED = "failed"  # it could not be carried on; the steps that were done are done
    CANCELLED = "cancelled"


OPEN = (RunState.WAITING, RunState.RUNNING, RunState.PAUSED)
RUN = Lifecycle(
    {
        (RunState.WAITING, "start"): RunState.RUNNING,
        (RunState.WAITING, "pause"): RunState.PAUSED,
        (RunState.WAITING, "cancel"): RunState.CANCELLED,
        (RunState.RUNNING, "pause"): RunState.PAUSED,
        (RunState.RUNNING, "cancel"): RunState.CANCELLED,
        (RunState.RUNNING, "complete"): RunState.COMPLETED,
        (RunState.RUNNING, "complete_with_errors"): RunState.COMPLETED_WITH_ERRORS,
        (RunState.RUNNING, "fail"): RunState.FAILED,
        (RunState.PAUSED, "resume"): RunState.WAITING,
        (RunState.PAUSED, "cancel"): RunState.CANCELLED,
    },
    by_itself=("start", "complete", "complete_with_errors", "fail"),
)


@of("run")
class Outcome(StrEnum):
    OPEN = "open"  # to be done
    NOT_TAKEN = "not_taken"  # a candidate that was left alone, with its reason
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"  # taken up, and left alone at the last look, with the reason
    FAILED = "failed"
    CANCELLED = "cancelled"  # the rest of a run that was cancelled, or failed
