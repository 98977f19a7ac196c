"""What workers do for the journal: merge what postings added to the totals of days."""

from __future__ import annotations

from subledger.platform import jobs

BATCHES = 20


@jobs.sweep(seconds=10)
def merge_daily_totals() -> jobs.Counts:
    """In batches, each a transaction of its own. Nothing that is read changes: it is read from fewer rows."""
    from .totals import MERGED_AT_ONCE, merge_parts  # a table: a worker imports this file before Django is set up

    merged = 0
    for _ in range(BATCHES):
        batch = merge_parts()
        merged += batch
        if batch < MERGED_AT_ONCE or jobs.is_stopping():
            break
    return {"parts": merged}
