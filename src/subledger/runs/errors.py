"""The refusals of runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from subledger.kernel.errors import DomainError, Door, Invalid
from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.runs.states import RunState


class RunKindUnknown(Invalid):
    code = "run_kind_unknown"

    def __init__(self, name: str, known: Iterable[str], *, is_by_hand: bool = False) -> None:
        """``is_by_hand``: runs of the kind are started otherwise, and no definition is made of it."""
        fact = (
            say("Runs of the kind {name!r} have no definitions", name=name)
            if is_by_hand
            else say("There is no kind of run {name!r} here", name=name)
        )
        there = ", ".join(sorted(known))
        super().__init__(
            say("{fact}. Known: {there}.", fact=fact, there=there)
            if there
            else say("{fact}. No kind has any.", fact=fact),
            param="/kind",
        )


class FileOfAnother(DomainError):
    """A file that holds what its asker may see."""

    code, status = "file_of_another", 403

    def __init__(self, asker: str) -> None:
        super().__init__(
            say(
                "This file is for {asker}, who asked for it: it holds what they may see. Order one yourself.",
                asker=asker,
            )
        )


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
        super().__init__(
            say("There is a run definition {name!r} already. Choose another name.", name=name), param="/name"
        )


class DefinitionNotEffective(DomainError):
    code = "run_definition_not_effective"

    def __init__(self, name: str, state: str) -> None:
        super().__init__(
            say(
                "The run definition {name!r} is {state}: only an effective one is executed or has its "
                "schedule put in force. Make it effective first; a preview is possible as it is.",
                name=name,
                state=plain(state),
            )
        )


class RunDayAhead(Invalid):
    """What a run does is for good, and what is to come by a later day may come otherwise."""

    code = "run_day_ahead"

    def __init__(self, as_of: date, today: date) -> None:
        super().__init__(
            say(
                "A run is carried out as of today or an earlier day, and {as_of} is yet to come: today is {today}. "
                "A preview shows what a later day would bring; a schedule carries it out when it is there.",
                as_of=as_of,
                today=today,
            ),
            param="/as_of",
        )


class DefinitionInForce(DomainError):
    code = "run_definition_in_force"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "The run definition {name!r} is effective, so what it says stays as it is. Make it not "
                "effective, change it, and make it effective again.",
                name=name,
            )
        )


class DefinitionHasRun(DomainError):
    code = "run_definition_has_run"

    def __init__(self, name: str) -> None:
        super().__init__(
            say("The run definition {name!r} has run, and its runs are kept. Make it not effective instead.", name=name)
        )


class ScheduleSubmitted(DomainError):
    code = "run_submitted_twice"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "The schedule of {name!r} is in force already. To change it, make the run definition not "
                "effective first.",
                name=name,
            )
        )


class NoSchedule(DomainError):
    code = "run_has_no_schedule"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "The run definition {name!r} has no schedule to put in force. Give it one, or execute it now.",
                name=name,
            ),
            param="/schedule",
        )


class RunUnderWay(DomainError):
    code = "run_under_way"

    def __init__(self, name: str, state: str) -> None:
        super().__init__(
            say(
                "A run of {name!r} is {state} already, and one at a time is enough. Wait for its end, or cancel it.",
                name=name,
                state=state,
            ),
            remedies={Door.COMMAND: say("See it with `subledger run watch`.")},
        )


class RunNotPaused(DomainError):
    code = "run_not_paused"

    def __init__(self, name: str, state: str, by: str) -> None:
        going = say("going on already") if state in ("waiting", "running") else plain(RunState(state))
        first = say(" ({by} was first)", by=by) if by and going.startswith("going") else ""
        super().__init__(
            say(
                "The run {name!r} is {going}{first}, so there is nothing to resume. See its progress.",
                name=name,
                going=going,
                first=first,
            )
        )


class RunOver(DomainError):
    code = "run_over"

    def __init__(self, name: str, state: str, action: str) -> None:
        super().__init__(
            say(
                "The run {name!r} is {state}, so it cannot be {action} any more. What it did is kept.",
                name=name,
                state=plain(RunState(state)),
                action=action,
            )
        )


class RunInHand(DomainError):
    """A dry run does not wait for a batch, nor does it have one undone."""

    code = "run_in_hand"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "A batch of the run {name!r} is in hand, and what would become of it shows when that is done. Ask "
                "again in a moment, or without a dry run.",
                name=name,
            )
        )


class RunBroken(DomainError):
    code = "run_broken"

    def __init__(self, stage: str, times: int) -> None:
        super().__init__(
            say(
                "The run broke off {times} times at the stage {stage!r} without getting any further. "
                "What it did is kept. The log of the workers says why; correct that, and start another "
                "run.",
                times=times,
                stage=stage,
            )
        )
