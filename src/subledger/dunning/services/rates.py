"""Rates of late interest that are said with their plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.companies.queries import today_of_company
from subledger.dunning.models import DunningPlan, DunningRate
from subledger.dunning.queries import percent_today


def hold_from_today(*, plan: DunningPlan, percent: Decimal, actor: str) -> None:
    """Let a rate hold from today on, where another one does. That of today gives way, what held before stays."""
    if percent_today(plan) == percent:
        return
    today = today_of_company()
    try:
        _hold(plan, percent, today, actor)
    except ConfigurationInvalid as error:  # said of the plan, so refused of it
        error.param = "/interest_percent" if error.param == "/percent" else error.param
        raise


def _hold(plan: DunningPlan, percent: Decimal, today: date, actor: str) -> None:
    replaced = DunningRate.objects.filter(plan=plan, from_on=today, is_active=True).first()
    if replaced is not None:
        save_entry(model=DunningRate, ident=replaced.pk, values={"is_active": False}, actor=actor)
    values = {"plan": plan, "from_on": today, "percent": percent}
    save_entry(model=DunningRate, ident=None, values=values, actor=actor)
