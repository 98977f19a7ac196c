"""The refusals of runs."""

from __future__ import annotations

from collections.abc import Iterable

from subledger.kernel.errors import DomainError, Door, Invalid


class RunKindUnknown(Invalid):
    code = "run_kind_unknown"

    def __init__(self, name: str, known: Iterable[str], *, is_by_hand: bool = False) -> None:
        """``is_by_hand``: runs of the kind are started otherwise, and no definition is made of it."""
        fact = (
            f"Runs of the kind {name!r} have no definitions" if is_by_hand else f"There is no kind of run {name!r} here"
        )
        there = ", ".join(sorted(known))
        super().__init__(f"{fact}. {f'Known: {there}' if there else 'No kind has any'}.", param="/kind")


class RunCriteriaInvalid(Invalid):
    code = "run_criteria_invalid"


class ScheduleInvalid(Invalid):
    """A schedule that cannot be read, or never comes."""

    code = "schedule_invalid"

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message, param=f"/schedule/{field}" if field else "/schedule")


class RunNameTaken(DomainError):
    code = "run_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a run definition {name!r} already. Choose another name.", param="/name")


class DefinitionNotEffective(DomainError):
    code = "run_definition_not_effective"

    def __init__(self, name: str, state: str) -> None:
        super().__init__(
            f"The run definition {name!r} is {state.replace('_', ' ')}: only an effective one is executed or has its "
            "schedule put in force. Make it effective first; a preview is possible as it is."
        )


class DefinitionInForce(DomainError):
    code = "run_definition_in_force"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The run definition {name!r} is effective, so what it says stays as it is. Make it not effective, change "
            "it, and make it effective again."
        )


class DefinitionHasRun(DomainError):
    code = "run_definition_has_run"

    def __init__(self, name: str) -> None:
        super().__init__(f"The run definition {name!r} has run, and its runs are kept. Make it not effective instead.")


class ScheduleSubmitted(DomainError):
    code = "run_submitted_twice"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The schedule of {name!r} is in force already. To change it, make the run definition not effective first."
        )


class NoSchedule(DomainError):
    code = "run_has_no_schedule"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The run definition {name!r} has no schedule to put in force. Give it one, or execute it now.",
            param="/schedule",
        )


class RunUnderWay(DomainError):
    code = "run_under_way"

    def __init__(self, name: str, state: str) -> None:
        super().__init__(
            f"A run of {name!r} is {state} already, and one at a time is enough. Wait for its end, or cancel it.",
            remedies={Door.COMMAND: "See it with `subledger run watch`."},
        )


class RunNotPaused(DomainError):
    code = "run_not_paused"

    def __init__(self, name: str, state: str, by: str) -> None:
        going = {"waiting": "going on already", "running": "going on already"}.get(state, state.replace("_", " "))
        first = f" ({by} was first)" if by and going.startswith("going") else ""
        super().__init__(f"The run {name!r} is {going}{first}, so there is nothing to resume. See its progress.")


class RunOver(DomainError):
    code = "run_over"

    def __init__(self, name: str, state: str, action: str) -> None:
        super().__init__(
            f"The run {name!r} is {state.replace('_', ' ')}, so it cannot be {action} any more. What it did is kept."
        )


class RunBroken(DomainError):
    code = "run_broken"

    def __init__(self, stage: str, times: int) -> None:
        super().__init__(
            f"The run broke off {times} times at the stage {stage!r} without getting any further. What it did is "
            "kept. The log of the workers says why; correct that, and start another run."
        )
