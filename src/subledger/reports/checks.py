"""The proof of the books as a run: each rule is a step, and what is broken fails it, with its rows.

Somebody orders it, or a definition has it come by a schedule, such as every night. Then nobody waits for its end, so
whoever may close the books is told by mail of what it found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from subledger.kernel.sentences import say
from subledger.platform.checked import keep_check
from subledger.platform.invariants import Invariant, examine
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult
from subledger.runs.models import RunStep
from subledger.runs.states import Outcome

from .letters import tell_of_broken_books
from .packs import NAMES
from .proof import invariants

BROKEN = "broken"
NAMED = 3  # rows that a step names


@dataclass(frozen=True)
class WholeBooks:
    """The criteria of a run: all of the company's books, so there is nothing to choose."""


def _rules() -> dict[str, Invariant]:
    """Those of a company's own books: what speaks of the installation is for whoever runs it (``subledger check``)."""
    return {each.name: each for each in invariants() if not each.everywhere}


def _select(facts: RunFacts) -> Selection:
    return Selection(NAMES, {"names": list(_rules())})


def _execute(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    return [_examined(step) for step in steps]


def _examined(step: Step) -> StepResult:
    rule = _rules().get(step.key)
    if rule is None:  # a version in between knows it no more
        return StepResult(step.id, Outcome.SKIPPED, "unknown_rule", say("There is no such rule any more."))
    finding = examine(rule)
    if not finding.broken:
        return StepResult(step.id, detail=say("{looked_at:,} looked at.", looked_at=finding.looked_at))
    rows = "; ".join(finding.rows[:NAMED])
    return StepResult(
        step.id,
        Outcome.FAILED,
        BROKEN,
        say(
            "{says} {broken:,} of {looked_at:,} break it: {rows}.",
            says=rule.says,
            broken=finding.broken,
            looked_at=finding.looked_at,
            rows=rows,
        ),
    )


def _finish(facts: RunFacts) -> None:
    rules = _rules()
    failed = RunStep.objects.filter(run_id=facts.run_id, outcome=Outcome.FAILED).order_by("position")
    details = dict(failed.values_list("key", "detail"))
    keep_check(breaches=sum(examine(rules[name]).broken for name in details if name in rules))
    if details and facts.due_at is not None:
        tell_of_broken_books(facts=facts, broken=details)


BOOKS_CHECK = RunKind(
    name="books_check",
    title=say("Check of the books"),
    says=say("Proves every rule of the books by their own rows."),
    criteria=WholeBooks,
    select=_select,
    execute=_execute,
    finish=_finish,
    permissions=RunPermissions(edit=("journal.close",), execute=("journal.close",)),
    reasons={BROKEN: say("A rule of the books is broken"), "unknown_rule": say("There is no such rule any more")},
    noun=say("rule"),
    batch=1,
)
