"""Automatic payment runs: every open document that the criteria name is asked for, or left alone for one reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from subledger.gateways.models import Claim, PaymentRequest, Provider
from subledger.gateways.registry import kind_named
from subledger.gateways.services import worker
from subledger.gateways.states import RequestState
from subledger.gateways.ways_to_collect import name_of_way, names_of_ways
from subledger.kernel.sentences import say
from subledger.runs.kinds import BATCH, Batch, RunFacts, RunKind, RunPermissions, Selection, SetStatement, StepSubject
from subledger.transactions.models import Transaction

from .batches import follow_run, payment_run_for, payment_run_of
from .candidates import decision
from .criteria import PaymentCriteria, check, documents_of, excluded_of, freeze, kind_of, provider_of
from .models import PaymentRun
from .queries import under_way_of_runs
from .reasons import WORDS
from .services.asking import OUTCOMES, asking

AT_ONCE = 2_000  # carried out between two looks at a run, where a command does the work

# By account, so that a batch locks each of its accounts once, and within one by due date.
SELECT = """
    WITH {parts}
    SELECT number AS key, %(select_prefix)s AS prefix, document_id AS subject_id, amount_minor, currency, reason
      FROM decided ORDER BY account_id, due_on, document_id
"""
EXPECTED = f"SELECT step_id, subject_id AS document_id, amount_minor AS minor, position FROM ({BATCH}) AS batch"
MARKS = f"""
    SELECT o.step_id, CASE WHEN o.request_id IS NULL THEN 'skipped' ELSE 'succeeded' END AS outcome, o.reason,
           '' AS detail, NULL::bigint AS amount_minor
      FROM ({OUTCOMES}) AS o
"""


def _select(facts: RunFacts) -> Selection:
    criteria: PaymentCriteria = facts.criteria
    documents, params = documents_of(criteria, facts.as_of)
    kind = kind_of(criteria)
    decided = decision(
        documents,
        params,
        kind=kind,
        provider=provider_of(criteria.provider),
        on=facts.as_of,
        excluded=excluded_of(criteria),
        minimum_minor=criteria.minimum_minor or 0,
    )
    return Selection(SELECT.format(parts=decided.parts), {**decided.params, "select_prefix": kind.prefix})


def _ask(facts: RunFacts, batch: Batch) -> SetStatement:
    """Ask for a batch of what was selected, after another look at each; what differs by now is left alone."""
    criteria: PaymentCriteria = facts.criteria
    of_run = payment_run_for(facts, lambda: provider_of(criteria.provider))
    parts, params = asking(
        EXPECTED,
        batch.params,
        kind=kind_of(criteria),
        provider=of_run.provider,
        on=facts.as_of,
        actor=facts.actor,
        batch_id=of_run.batch_id,
        excluded=excluded_of(criteria),
        minimum_minor=criteria.minimum_minor or 0,
    )
    return SetStatement(parts, MARKS, params)


def _goes_on(facts: RunFacts) -> bool:
    """As long as requests wait for our own workers: those can be held, and withdrawn. An integrator goes on alone."""
    of_run = payment_run_of(facts.run_id)
    return of_run is not None and kind_named(of_run.provider.kind).executes and _waiting(of_run)


def _waiting(of_run: PaymentRun) -> bool:
    waits: bool = PaymentRequest.objects.filter(batch=of_run.batch_id, state=RequestState.PENDING).exists()
    return waits


def _carry_on(facts: RunFacts) -> bool:
    """Have what was asked for carried out here; whether anything of it could be."""
    of_run = payment_run_of(facts.run_id)
    if of_run is None:
        return False
    provider = Provider.objects.get(pk=of_run.provider_id)
    return worker.may_work(provider) and worker.work_off(provider.pk, limit=AT_ONCE).sent > 0


def _describe(facts: RunFacts, subjects: Sequence[int]) -> Mapping[int, StepSubject]:
    """Whose each document is, and what is charged: by what was asked where it was, else what would be."""
    rows = list(Transaction.objects.select_related("account").filter(pk__in=subjects))
    criteria: PaymentCriteria = facts.criteria
    by = names_of_ways(provider_of(criteria.provider), {row.account_id for row in rows}, on=facts.as_of)
    of_run = payment_run_of(facts.run_id) if facts.run_id else None
    asked: dict[int, str] = {}
    if of_run is not None:
        claims = Claim.objects.filter(object_id__in=subjects, request__batch=of_run.batch_id)
        for claim in claims.select_related("request__preference__preference", "request__preference__instrument"):
            asked[claim.object_id] = name_of_way(claim.request.preference) if claim.request.preference else ""
    return {
        row.pk: StepSubject(row.account.name, row.due_on, asked.get(row.pk, by.get(row.account_id, ""))) for row in rows
    }


PAYMENTS = RunKind(
    name="payments",
    title=say("Automatic payment run"),
    says=say("Collects what is open of customers' documents through a payment gateway, each once."),
    criteria=PaymentCriteria,
    check=check,
    freeze=freeze,
    select=_select,
    execute_set=_ask,
    describe=_describe,
    goes_on=_goes_on,
    carry_on=_carry_on,
    under_way=under_way_of_runs,
    on_action=follow_run,
    permissions=RunPermissions(execute=("runs.execute", "gateways.charge")),
    reasons=WORDS,
    noun=say("document"),
    batch=70_000,  # about a second for ten thousand; whoever pauses waits for it
)
RUNS = (PAYMENTS,)
