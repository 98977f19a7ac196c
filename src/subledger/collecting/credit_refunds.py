"""Refunds of credit balances: what customers have too much goes back to their bank accounts, through a provider whose
requests somebody outside carries out.

Which accounts, how much of each and why not is one statement (`DECIDED`): the run selects by it, and each batch looks
at its own accounts once more by it, under their locks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from subledger.accounts.locks import lock_accounts
from subledger.accounts.models import Account
from subledger.gateways.models import Provider
from subledger.gateways.queries import paying_back
from subledger.gateways.registry import kind_named
from subledger.gateways.services.booking import refund_method_of
from subledger.gateways.services.outstanding import left_to_refund
from subledger.gateways.services.payouts import PayOut, pay_out
from subledger.gateways.states import OPEN, REQUEST_PREFIX, ProviderState
from subledger.gateways.ways_to_collect import BEST_FIRST_TO_PAY_OUT, REFUSED
from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.platform.rows import typed_rows
from subledger.platform.scope import current_company_id
from subledger.platform.shapes import CurrencyCode, asks
from subledger.platform.statements import sql_list
from subledger.promises.holds import account_disputed
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult, StepSubject
from subledger.runs.models import Run
from subledger.runs.states import Outcome
from subledger.segments.criteria import LONGEST_AGE
from subledger.segments.members import accounts_of, frozen
from subledger.segments.models import Segment
from subledger.segments.states import About
from subledger.transactions.models import TransactionType
from subledger.transactions.states import Classification

from .batches import follow_run, payment_run_for
from .criteria import (
    Minor,
    check_currency,
    check_segment,
    invalid,
    offered_currencies,
    offered_providers,
    offered_segments,
    provider_of,
)

__all__ = ["REFUND_CREDITS", "RefundCriteria"]


def _providers() -> list[tuple[str, str]]:
    return offered_providers(lambda row: not kind_named(row.kind).executes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCriteria:
    """Whose credit goes back, and by whom. Ids are public ones, amounts minor units of ``currency``."""

    provider: str = asks(
        say("Provider"),
        of=Provider.PREFIX,
        offered=_providers,
        help=say("A bank or integrator that carries refunds out."),
        needed=True,
    )
    segment: str = asks(
        say("Segment"), of=Segment.PREFIX, offered=offered_segments, help=say("Empty: every customer's account.")
    )
    currency: CurrencyCode = asks(say("Currency"), offered=offered_currencies)
    minimum_minor: Minor | None = asks(say("Smallest amount"), default=None, money="currency")
    credit_days: int | None = asks(
        say("Credit older than, in days"), default=None, help=say("Of younger credit nothing goes back.")
    )
    segment_criteria: dict[str, Any] | None = asks("", default=None, hidden=True)


def _check(criteria: RefundCriteria) -> None:
    """RunCriteriaInvalid, by the field."""
    if not criteria.provider:
        raise invalid("provider", say("Choose who carries the refunds out."))
    provider = provider_of(criteria.provider)
    if kind_named(provider.kind).executes:
        raise invalid(
            "provider",
            say("{name} pays back what it captured, and no other credit. Choose a bank.", name=provider.name),
        )
    if provider.state != ProviderState.EFFECTIVE:
        raise invalid("provider", say("{name} is not effective. Make it effective first.", name=provider.name))
    method = refund_method_of(provider)
    usual = TransactionType.objects.filter(classification=Classification.REFUND, is_default=True).first()
    if method is None or usual is None or not usual.refund_methods.filter(pk=method, is_active=True).exists():
        raise invalid(
            "provider",
            say("{name} has no method that the default subtype of refunds takes. Give it one.", name=provider.name),
        )
    check_currency(provider, criteria.currency, criteria.minimum_minor)
    if criteria.credit_days is not None and not 0 <= criteria.credit_days <= LONGEST_AGE:
        raise invalid("credit_days", say("Days are from 0 to {most:,}.", most=LONGEST_AGE))
    check_segment(criteria.segment)


def _freeze(criteria: RefundCriteria) -> RefundCriteria:
    """A run goes by what its segment asked for when it was started."""
    if not criteria.segment:
        return criteria
    return dataclasses.replace(criteria, segment_criteria=frozen(_segment_id(criteria), About.ACCOUNTS))


def _segment_id(criteria: RefundCriteria) -> int:
    return ids.decode(Segment.PREFIX, criteria.segment)


# Free credit by account, and of it what is old enough; then the one preference that the provider would use, as it
# chooses where nobody says, of those that it lists (`way_out_by`). Where it lists none, one with an IBAN.
DECIDED = f"""
    SELECT a.id AS account_id, a.number, a.currency, c.free_minor, p.id AS preference_id,
           least(c.free_minor, coalesce(c.old_minor, 0)) AS old_minor,
           CASE WHEN v.state <> 'effective' THEN 'provider_not_effective'
                WHEN a.state <> 'active' THEN 'account_not_active'
                WHEN cardinality(v.currencies) > 0 AND NOT a.currency = ANY(v.currencies) THEN 'currency'
                WHEN coalesce(c.old_minor, 0) = 0 THEN 'credit_too_young'
                WHEN least(c.free_minor, c.old_minor) < %(refund_minimum)s THEN 'below_minimum'
                WHEN EXISTS (SELECT FROM gateways_paymentrequest r
                              WHERE r.account_id = a.id AND r.state IN {sql_list(OPEN)}) THEN 'open_request'
                WHEN EXISTS (SELECT FROM gateways_dispute d JOIN gateways_charge ch ON ch.id = d.charge_id
                              WHERE ch.account_id = a.id AND d.state = 'open')
                  OR {account_disputed("a.id")} THEN 'disputed'
                WHEN coalesce(p.iban, '') = '' THEN 'no_bank_details'
                WHEN p.is_refused THEN 'bank_details_refused'
                ELSE '' END AS reason
      FROM (SELECT o.account_id,
                   sum(CASE WHEN o.is_debit THEN -o.open_minor ELSE o.open_minor END)::bigint AS free_minor,
                   sum(o.open_minor) FILTER (WHERE NOT o.is_debit AND o.posted_on <= %(refund_until)s)::bigint
                       AS old_minor
              FROM transactions_openitem o
             WHERE o.company_id = %(refund_company)s {{only}}
             GROUP BY o.account_id
            HAVING sum(CASE WHEN o.is_debit THEN -o.open_minor ELSE o.open_minor END) > 0) c
      JOIN accounts_account a ON a.id = c.account_id
      JOIN gateways_provider v ON v.id = %(refund_provider)s
      LEFT JOIN LATERAL (
           SELECT w.id, w.details ->> 'iban' AS iban, {REFUSED} AS is_refused
             FROM accounts_accountpaymentpreference w
            WHERE w.account_id = a.id AND w.released_at IS NULL
              AND CASE WHEN %(refund_lists)s
                       THEN w.preference_id IN (SELECT l.paymentpreference_id FROM gateways_provider_preferences l
                                                 WHERE l.provider_id = v.id)
                       ELSE coalesce(w.details ->> 'iban', '') <> '' END
            ORDER BY {", ".join(BEST_FIRST_TO_PAY_OUT)} LIMIT 1) p ON true
     WHERE a.type = 'customer' {{among}}
"""
SELECTED = """
    SELECT number AS key, 'acc' AS prefix, account_id AS subject_id,
           CASE WHEN old_minor > 0 THEN old_minor ELSE free_minor END AS amount_minor, currency, reason
      FROM ({decided}) decided ORDER BY account_id
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """An account with free credit, and how much of it goes back (``old_minor``), or why nothing does."""

    account_id: int
    number: str
    currency: str
    free_minor: int
    preference_id: int | None
    old_minor: int
    reason: str


def _decided(facts: RunFacts, *, account_ids: Sequence[int] | None = None) -> Selection:
    """The statement over all accounts of the criteria, or over some of those that it selected before."""
    criteria: RefundCriteria = facts.criteria
    provider = provider_of(criteria.provider)
    only, among = "", []
    params: dict[str, Any] = {
        "refund_company": current_company_id(),
        "refund_provider": provider.pk,
        "refund_lists": provider.preferences.exists(),
        "refund_until": _until(facts.as_of, criteria.credit_days),
        "refund_minimum": criteria.minimum_minor or 1,
    }
    if account_ids is not None:
        only = "AND o.account_id = ANY(%(refund_accounts)s)"
        params["refund_accounts"] = list(account_ids)
    else:
        if criteria.currency:
            among.append("AND a.currency = %(refund_currency)s")
            params["refund_currency"] = criteria.currency
        if criteria.segment:
            members = accounts_of(_segment_id(criteria), facts.as_of, criteria=criteria.segment_criteria)
            among.append(f"AND a.id IN ({members.sql})")
            params |= members.params
    return Selection(DECIDED.format(only=only, among=" ".join(among)), params)


def _until(as_of: date, days: int | None) -> date:
    return as_of - timedelta(days=days or 0)


def _select(facts: RunFacts) -> Selection:
    decided = _decided(facts)
    return Selection(SELECTED.format(decided=decided.sql), decided.params)


def _refund(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    """Look at each account of the batch once more under its lock, and refund those that stand as they were selected."""
    accounts = [step.subject_id for step in steps if step.subject_id is not None]
    lock_accounts(accounts)
    decided = _decided(facts, account_ids=accounts)
    now = {one.account_id: one for one in typed_rows(Decided, decided.sql, decided.params)}
    # Of an account on which no request is open all of its credit is left, unless something goes out beside requests.
    left = left_to_refund(sorted(paying_back(accounts)))
    done: dict[int, StepResult] = {}
    wanted: list[tuple[Step, PayOut]] = []
    for step in steps:
        one = now.get(step.subject_id or 0)
        why = _why_not(step, one, left)
        if why:
            done[step.id] = StepResult(step.id, Outcome.SKIPPED, why)
        else:
            assert one is not None
            assert step.amount_minor is not None
            pay = PayOut(account_id=one.account_id, amount_minor=step.amount_minor, preference_id=one.preference_id)
            wanted.append((step, pay))
    if wanted:
        provider = provider_of(facts.criteria.provider)
        made = pay_out(
            provider=provider,
            wanted=[pay for _, pay in wanted],
            metadata={"run": ids.encode(Run.PREFIX, facts.run_id)},
            batch_id=payment_run_for(facts, lambda: provider).batch_id,
            actor=facts.actor,
        )
        for (step, _), one_made in zip(wanted, made, strict=True):
            number = ids.encode(REQUEST_PREFIX, one_made.request_id).upper().replace("_", "-")
            done[step.id] = StepResult(step.id, detail=number)
    return [done[step.id] for step in steps]


def _why_not(step: Step, now: Decided | None, left: Mapping[int, int]) -> str:
    """Why an account is left alone at the last look; "" where it stands as it was selected, or better."""
    if now is None:
        return "credit_used"
    if now.reason:
        return now.reason
    amount = step.amount_minor or 0
    if now.old_minor < amount:
        return "credit_used"
    return "in_doubt" if left.get(now.account_id, amount) < amount else ""


def _describe(facts: RunFacts, subjects: Sequence[int]) -> Mapping[int, StepSubject]:
    return {
        ident: StepSubject(name) for ident, name in Account.objects.filter(pk__in=subjects).values_list("pk", "name")
    }


REFUND_CREDITS = RunKind(
    name="refund-credit-balances",
    title=say("Refund of credit balances"),
    says=say("Pays free credit of customers back to their bank accounts: a pending refund each, for the bank's file."),
    criteria=RefundCriteria,
    check=_check,
    freeze=_freeze,
    select=_select,
    execute=_refund,
    describe=_describe,
    on_action=follow_run,
    permissions=RunPermissions(execute=("runs.execute", "transactions.refund", "gateways.charge")),
    reasons={
        "provider_not_effective": say("The provider is switched off"),
        "account_not_active": say("The account is not active"),
        "currency": say("The provider does not take its currency"),
        "credit_too_young": say("Its credit is not old enough"),
        "below_minimum": say("Less than the smallest amount"),
        "open_request": say("A payment request of the account is open"),
        "disputed": say("A dispute of the account is open"),
        "no_bank_details": say("No bank details to refund to"),
        "bank_details_refused": say("The bank refused these bank details before"),
        "credit_used": say("The credit was used in the meantime"),
        "in_doubt": say("Some of the credit may have gone out already"),
    },
    noun=say("account"),
    batch=5_000,
)
