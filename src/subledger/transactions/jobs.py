"""What workers do for transactions: keep the sums of days."""

from __future__ import annotations

from subledger.platform import jobs

BATCHES = 20


@jobs.sweep(seconds=10)
def follow_days() -> jobs.Counts:
    """In batches, each a transaction of its own. Nothing that is read changes: it is read from fewer rows."""
    from .day_sums import follow  # a table: a worker imports this file before Django is set up

    full = 0
    while full < BATCHES and not jobs.is_stopping() and follow():
        full += 1
    return {"full_batches": full}
