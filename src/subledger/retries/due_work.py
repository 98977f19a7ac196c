"""The one read of this room that goes across companies: where the time of a retry has come."""

from __future__ import annotations

from datetime import datetime

from .models import Retry
from .states import RetryState


def companies_with_retries_due(at: datetime) -> list[int]:
    rows = Retry.unscoped.filter(state=RetryState.SCHEDULED, due_at__lte=at)
    return sorted(rows.values_list("company_id", flat=True).distinct().order_by())
