"""Which plan served which account on which day: a change of plans leaves the interest of days past as it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import F

from subledger.companies.queries import today_of_company
from subledger.dunning.documents import OPEN_DOCUMENTS
from subledger.dunning.models import DunningAssignment
from subledger.dunning.queries import PLANS_OF_ACCOUNTS, exchanged, rates_of, with_segments
from subledger.dunning.rules.interest import Rates
from subledger.platform.rows import named_rows

# The plan of each of these accounts, where another was seen last: from today on; the first from the beginning.
NOTE = f"""
    INSERT INTO dunning_dunningassignment (company_id, account_id, plan_id, from_on)
    SELECT %(company)s, p.account_id, p.plan_id, CASE WHEN last.account_id IS NOT NULL THEN %(as_of)s::date END
      FROM ({PLANS_OF_ACCOUNTS}) p
      LEFT JOIN LATERAL (
          SELECT n.account_id, n.plan_id FROM dunning_dunningassignment n
           WHERE n.account_id = p.account_id ORDER BY n.from_on DESC NULLS LAST LIMIT 1
      ) last ON true
     WHERE last.plan_id IS DISTINCT FROM p.plan_id
     ORDER BY p.account_id
        ON CONFLICT (account_id, from_on) DO UPDATE SET plan_id = EXCLUDED.plan_id
    RETURNING account_id
"""
NOTE_ALL = exchanged(
    NOTE, "a.id = ANY(%(accounts)s)", f"a.id IN (SELECT d.account_id FROM ({OPEN_DOCUMENTS}) d) AND a.type = 'customer'"
)


NO_RATES = Rates()


@dataclass(frozen=True, slots=True)
class Served:
    """The plan that serves an account, and the rates of late interest that held for it: each day those of its plan."""

    plan_id: int | None = None
    rates: Rates = NO_RATES


def note_assignments(account_ids: Collection[int] | None = None) -> None:
    """Keep which plan serves these accounts as of today, where another did; of all with open documents for None."""
    text = NOTE_ALL if account_ids is None else NOTE
    asked = with_segments(text, as_of=today_of_company(), accounts=list(account_ids or ()))
    named_rows(asked.sql, asked.params)


def served_of(account_ids: Collection[int]) -> Mapping[int, Served]:
    """By account, as it was noted; none where no plan was seen."""
    rows = DunningAssignment.objects.filter(account__in=list(account_ids))
    held = list(rows.order_by("account_id", F("from_on").asc(nulls_first=True)))
    rates = rates_of({row.plan_id for row in held if row.plan_id is not None})
    found: dict[int, Served] = {}
    for row in held:
        of_plan = NO_RATES if row.plan_id is None else rates[row.plan_id]
        before = found.get(row.account_id, Served()).rates
        now = of_plan if row.from_on is None else before.then(row.from_on, of_plan)
        found[row.account_id] = Served(row.plan_id, now)
    return found
