"""What late charges rely on of lower rooms: the types of their invoices, and the reason with which drafts of interest
are rejected."""

from __future__ import annotations

from subledger.companies.entries import ConfigurationInvalid
from subledger.kernel.sentences import say
from subledger.platform.configuration import Change, Guarding
from subledger.transactions.models import Reason, TransactionType
from subledger.transactions.states import Classification

from .defaults import RECALCULATED, TYPES
from .errors import type_missing
from .models import DunningLevel, DunningPlan, DunningRate
from .queries import rates_of
from .states import ClaimKind


def check_interest(plan: DunningPlan) -> None:
    """ConfigurationInvalid: a plan in use charges interest that nothing can be drafted as."""
    is_new = plan._state.adding
    if plan.is_active and (plan.interest_percent or (not is_new and rates_of([plan.pk])[plan.pk].are_charged)):
        _check_type(ClaimKind.INTEREST, "/interest_percent")


def check_rate(rate: DunningRate) -> None:
    """ConfigurationInvalid: a rate in use, of interest that nothing can be drafted as."""
    if rate.is_active and rate.percent and rate.plan.is_active:
        _check_type(ClaimKind.INTEREST, "/percent")


def check_fee(level: DunningLevel) -> None:
    """ConfigurationInvalid: a level in use has a fee that nothing can be drafted as."""
    if level.is_active and level.fee is not None:
        _check_type(ClaimKind.FEE, "/fee")


def _check_type(kind: ClaimKind, param: str) -> None:
    code, _ = TYPES[kind]
    if not TransactionType.objects.filter(code=code, classification=Classification.INVOICE, is_active=True).exists():
        raise ConfigurationInvalid(type_missing(code), param=param)


def _type(change: Change) -> None:
    before = change.before
    if before is None or before["classification"] != Classification.INVOICE or not before["is_active"]:
        return
    if before["code"] == TYPES[ClaimKind.FEE][0]:
        level = DunningLevel.objects.filter(is_active=True, fee__isnull=False, plan__is_active=True).first()
        _keep(change, "" if level is None else say("late fees of the dunning level {name!r}", name=level.name))
    if before["code"] == TYPES[ClaimKind.INTEREST][0]:
        _keep(change, _interest_of_plans())


def _reason(change: Change) -> None:
    before = change.before
    if before is not None and before["is_active"] and before["code"] == RECALCULATED:
        _keep(change, _interest_of_plans())


def _interest_of_plans() -> str:
    rates = DunningRate.objects.filter(is_active=True, percent__gt=0, plan__is_active=True)
    rate = rates.select_related("plan").first()
    return "" if rate is None else say("late interest of the dunning plan {name!r}", name=rate.plan.name)


def _keep(change: Change, use: str) -> None:
    """ConfigurationInvalid: the row is used, and would be in use no more, or not be found by its code."""
    if use and (not change.row.is_active or change.changes("code")):
        raise ConfigurationInvalid(
            say(
                "{name!r} stays in use under its code {code}: by it go {use}. Charge nothing there first.",
                name=change.row.name,
                code=(change.before or {})["code"],
                use=use,
            ),
            param="/is_active" if not change.row.is_active else "/code",
        )


GUARDING = (Guarding(model=TransactionType, guard=_type), Guarding(model=Reason, guard=_reason))
