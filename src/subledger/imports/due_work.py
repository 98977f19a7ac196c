"""The reads of this room that go across companies: imports whose run ended without them, and files kept long enough."""

from __future__ import annotations

from datetime import datetime

from subledger.runs.states import RunState

from .models import ImportOrder

OrderKey = tuple[int, int]
STOPPED = (RunState.CANCELLED, RunState.FAILED)


def with_run_stopped() -> list[OrderKey]:
    """Orders whose run was cancelled, or could not be carried on."""
    rows = ImportOrder.unscoped.filter(ended_at=None, run__state__in=STOPPED)
    return list(rows.order_by("pk").values_list("company_id", "pk"))


def with_rejected_kept_since(before: datetime) -> list[OrderKey]:
    rows = ImportOrder.unscoped.filter(ended_at__lt=before).exclude(rejected_name="")
    return list(rows.order_by("pk").values_list("company_id", "pk"))
