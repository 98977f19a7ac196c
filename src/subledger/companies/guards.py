"""How a company is told that its settings changed, so that processes which keep a copy read it anew."""

from __future__ import annotations

from django.db.migrations import RunSQL


def bumps_configuration(*tables: str) -> RunSQL:
    """Raise ``config_version`` of the companies whose rows in ``tables`` change: cached settings notice."""
    create, drop = [], []
    for table in tables:
        for event, alias in (("INSERT", "NEW TABLE"), ("UPDATE", "NEW TABLE"), ("DELETE", "OLD TABLE")):
            name = f"{table}_{event.lower()}_config"
            create.append(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {alias} AS changed"
                " FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration();"
            )
            drop.append(f"DROP TRIGGER IF EXISTS {name} ON {table};")
    return RunSQL("\n".join(create), "\n".join(drop))
