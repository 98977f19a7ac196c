"""How far a new company is set up: which steps somebody has gone through, and whether the way was put away."""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .models import Company

AWAY = "away"


@atomic
def note_step(*, step: str, actor: str) -> None:
    """Somebody went through a step of setting the company up."""
    demand("configuration.edit")
    company = Company.objects.select_for_update().get(pk=current_company_id())
    if step not in company.setup:
        company.setup = [*company.setup, step]
        company.save(update_fields=["setup"])


@atomic
def put_away(*, is_away: bool, actor: str) -> None:
    """Show the way no more on the overview, or again."""
    demand("configuration.edit")
    company = Company.objects.select_for_update().get(pk=current_company_id())
    if (AWAY in company.setup) == is_away:
        return
    company.setup = [*(step for step in company.setup if step != AWAY), *([AWAY] if is_away else [])]
    company.save(update_fields=["setup"])
    word = "company.setup_put_away" if is_away else "company.setup_taken_up"
    record_events([NewEvent(word, "company", company.pk, {})], actor=actor)
