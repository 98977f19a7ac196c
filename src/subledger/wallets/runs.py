"""Expiry of wallet credit: what is left of lots whose last day is over is forfeited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult, StepSubject
from subledger.runs.states import Outcome

from .models import Lot
from .services.expiry import expire_lots

REASONS = {"used_up": say("Nothing of it is left any more")}
# Lots of a wallet lie side by side. A lot has no number of its own: it is called by that of its credit.
SELECTED = """
    SELECT c.number || coalesce(' ' || p.code, ''), %(prefix)s, l.id, l.face_left_minor, w.currency, ''
      FROM wallets_lot l
      JOIN wallets_wallet w ON w.id = l.wallet_id
      JOIN wallets_wallettransaction c ON c.id = l.credit_id
      LEFT JOIN catalog_product p ON p.id = l.product_id
     WHERE l.company_id = %(company)s AND l.face_left_minor > 0 AND l.expires_on < %(as_of)s
     ORDER BY l.wallet_id, l.expires_on, l.id
"""


@dataclass(frozen=True)
class Expiry:
    """The criteria of a run: none. Each lot says its last day."""


def _select(facts: RunFacts) -> Selection:
    return Selection(SELECTED, {"prefix": Lot.PREFIX, "company": current_company_id(), "as_of": facts.as_of})


def _execute(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    idents = [step.subject_id or 0 for step in steps]
    made = expire_lots(lot_ids=idents, as_of=facts.as_of, actor=facts.actor)
    return [
        StepResult(step.id, amount_minor=-made[step.subject_id or 0].face_minor)
        if step.subject_id in made
        else StepResult(step.id, Outcome.SKIPPED, "used_up", REASONS["used_up"])
        for step in steps
    ]


def _describe(facts: RunFacts, subjects: Sequence[int]) -> Mapping[int, StepSubject]:
    rows = Lot.objects.filter(pk__in=subjects).values_list("pk", "wallet__account__name", "expires_on")
    return {ident: StepSubject(name, on) for ident, name, on in rows}


RUNS = (
    RunKind(
        name="wallet-expiry",
        title=say("Expiry of wallet credit"),
        says=say("Forfeits what is left of wallet credit whose last day is over; what was paid for it is breakage."),
        criteria=Expiry,
        select=_select,
        execute=_execute,
        describe=_describe,
        permissions=RunPermissions(execute=("runs.execute", "wallets.expire")),
        reasons=REASONS,
        noun=say("credit"),
        batch=500,
    ),
)
