from __future__ import annotations

from subledger.platform import jobs

from .services import sweep_sessions


@jobs.sweep(seconds=30)
def sweep_expired_sessions() -> jobs.Counts:
    """Sessions whose time is over open nothing; what they hold need not be kept either."""
    return {"sessions": sweep_sessions()}
