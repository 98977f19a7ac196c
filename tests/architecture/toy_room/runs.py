"""A run that lends out what there is, and says so in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from subledger.journal.models import LedgerAccount
from subledger.journal.rules import EntryLine
from subledger.journal.services import NewEntry, record_entries
from subledger.platform.scope import current_company_id
from subledger.runs.kinds import RunFacts, RunKind, Selection, Step, StepResult

CANDIDATES = """
    SELECT number AS key, 'toy' AS prefix, id AS subject_id, NULL::bigint AS amount_minor, NULL AS currency,
           CASE WHEN name = 'Kite' THEN 'in_the_air' ELSE '' END AS reason
      FROM toys_toy WHERE company_id = %(company)s AND came_on <= %(as_of)s ORDER BY number
"""


@dataclass(frozen=True)
class Lending:
    price_minor: int


def _select(facts: RunFacts) -> Selection:
    return Selection(CANDIDATES, {"company": current_company_id(), "as_of": facts.as_of})


def _lend(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    chart = dict(LedgerAccount.objects.filter(code__in=("1000", "4711")).values_list("code", "pk"))
    price = facts.criteria.price_minor
    lines = [EntryLine(chart["1000"], price, price), EntryLine(chart["4711"], -price, -price)]
    record_entries(
        entries=[NewEntry("toy", step.subject_id, facts.as_of, "eur", lines) for step in steps if step.subject_id]
    )
    return [StepResult(step.id) for step in steps]


RUNS = (
    RunKind(
        name="lend-toys",
        title="Lend toys",
        says="Lends out every toy that came until the day.",
        criteria=Lending,
        select=_select,
        execute=_lend,
        reasons={"in_the_air": "Somebody flies it"},
        noun="toy",
    ),
)
