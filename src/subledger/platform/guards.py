"""SQL that migrations share: how a table is made append-only."""

from __future__ import annotations

from django.db.migrations import RunSQL


def append_only(table: str, *, updates: bool = False, deletes: bool = False) -> RunSQL:
    """Refuse TRUNCATE on ``table`` through any door, and UPDATE and DELETE too unless they are let through here."""
    refused = {"UPDATE": not updates, "DELETE": not deletes, "TRUNCATE": True}
    events = " OR ".join(event for event, is_refused in refused.items() if is_refused)
    return RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE {events} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();",
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table};",
    )
