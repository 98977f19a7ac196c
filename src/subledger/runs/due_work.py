"""The reads of this room that go across companies: where a definition is due, which runs nobody works on, whose files
are old."""

from __future__ import annotations

from datetime import datetime

from .models import Run, RunDefinition, RunFile
from .states import RunState

InCompany = tuple[int, int]  # a company, and a definition or run of it


def with_definitions_due(at: datetime) -> list[InCompany]:
    rows = RunDefinition.unscoped.filter(is_submitted=True, next_at__lte=at)
    return list(rows.order_by("next_at").values_list("company_id", "pk"))


def with_runs_to_work(before: datetime) -> list[InCompany]:
    """Runs that were not touched since: their worker died, or nobody was woken."""
    rows = Run.unscoped.filter(state__in=(RunState.WAITING, RunState.RUNNING), touched_at__lt=before)
    return list(rows.order_by("pk").values_list("company_id", "pk"))


def with_old_files(before: datetime) -> list[int]:
    """Companies with files that runs made before."""
    rows = RunFile.unscoped.filter(made_at__lt=before)
    return list(rows.order_by("company_id").values_list("company_id", flat=True).distinct())
