"""SQL that migrations share: how a table is made append-only."""

from __future__ import annotations

from django.db.migrations import RunSQL


def append_only(table: str, *, updates: bool = False) -> RunSQL:
    """Refuse DELETE and TRUNCATE on ``table`` through any door, and UPDATE too unless ``updates``."""
    events = "DELETE OR TRUNCATE" if updates else "UPDATE OR DELETE OR TRUNCATE"
    return RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE {events} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();",
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table};",
    )
