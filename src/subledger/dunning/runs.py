"""The daily run: what open documents have reached by its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from subledger.kernel.sentences import say
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult, StepSubject
from subledger.runs.states import Outcome
from subledger.transactions.models import Transaction

from .models import DunningRecord
from .queries import accounts_of, open_amounts, reached
from .services.assignments import note_assignments
from .services.levels import record_levels
from .services.printouts import lapse_letters

REASONS = {
    "disputed": say("Disputed"),
    "promised": say("Promised to be paid"),
    "under_way": say("Already being collected"),
    "below_minimum": say("Less is overdue than its plan reminds of"),
    "settled": say("Nothing is open of it any more"),
    "recorded": say("Its level was recorded meanwhile"),
}
# Documents of an account lie side by side: they share a message, and mostly a batch.
CANDIDATES = """
    SELECT c.number, %(prefix)s, c.document_id, c.open_minor, c.currency, c.reason
      FROM ({reached}) c
     ORDER BY c.account_id, c.due_on, c.document_id
"""


@dataclass(frozen=True)
class Dunning:
    """The criteria of a run: none. Which accounts are reminded, plans say."""


def _select(facts: RunFacts) -> Selection:
    asked = reached(as_of=facts.as_of)
    return Selection(CANDIDATES.replace("{reached}", asked.sql), {**asked.params, "prefix": Transaction.PREFIX})


def _execute(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    """All documents of the accounts in a batch, once; those that the run did with an earlier one are done already."""
    idents = [step.subject_id or 0 for step in steps]
    done = _done(facts.run_id, idents)
    rest = [ident for ident in idents if ident not in done]
    recorded = record_levels(
        account_ids=accounts_of(rest) if rest else (), as_of=facts.as_of, run_id=facts.run_id, actor=facts.actor
    )
    done |= recorded.records.keys()
    still_open = {ident for ident in rest if ident not in done}
    settled = still_open - set(_open(still_open))
    results = []
    for step in steps:
        ident = step.subject_id or 0
        if ident in done:
            results.append(StepResult(step.id))
        elif ident in recorded.refused:
            refusal = recorded.refused[ident]
            results.append(StepResult(step.id, Outcome.FAILED, refusal.code[:60], str(refusal)))
        else:
            why = recorded.left_alone.get(ident) or ("settled" if ident in settled else "recorded")
            results.append(StepResult(step.id, Outcome.SKIPPED, why, REASONS.get(why, "")))
    return results


def _describe(facts: RunFacts, subjects: Sequence[int]) -> Mapping[int, StepSubject]:
    rows = Transaction.objects.filter(pk__in=subjects).values_list("pk", "account__name", "due_on")
    return {ident: StepSubject(name, due_on) for ident, name, due_on in rows}


def _done(run_id: int, idents: Sequence[int]) -> set[int]:
    rows = DunningRecord.objects.filter(document_id__in=idents, run_id=run_id)
    return set(rows.values_list("document_id", flat=True))


def _open(idents: set[int]) -> list[int]:
    return list(open_amounts(idents)) if idents else []


def _finish(facts: RunFacts) -> None:
    note_assignments()
    lapse_letters(of=DunningRecord.objects.all(), as_of=facts.as_of, actor=facts.actor)


RUNS = (
    RunKind(
        name="dunning",
        title=say("Dunning"),
        says=say(
            "Reminds customers of open invoices by the levels of their dunning plans; drafts late fees and interest."
        ),
        criteria=Dunning,
        select=_select,
        execute=_execute,
        finish=_finish,
        describe=_describe,
        permissions=RunPermissions(
            execute=("runs.execute", "messages.send", "transactions.draft", "transactions.write_off")
        ),
        reasons=REASONS,
        noun=say("document"),
        batch=500,
    ),
)
