"""The reads of this room that go across companies: where a definition is due, and which runs nobody works on."""

from __future__ import annotations

from datetime import datetime

from .models import Run, RunDefinition
from .states import RunState

ProviderKey = tuple[int, int]


def with_definitions_due(at: datetime) -> list[ProviderKey]:
    rows = RunDefinition.unscoped.filter(is_submitted=True, next_at__lte=at)
    return list(rows.order_by("next_at").values_list("company_id", "pk"))


def with_runs_to_work(before: datetime) -> list[ProviderKey]:
    """Runs that were not touched since: their worker died, or nobody was woken."""
    rows = Run.unscoped.filter(state__in=(RunState.WAITING, RunState.RUNNING), touched_at__lt=before)
    return list(rows.order_by("pk").values_list("company_id", "pk"))
