"""Where in the database a text is: whatever wrote it, and wherever it went."""

from __future__ import annotations

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

TEXTS = models.CharField | models.TextField | models.JSONField | ArrayField


def rows_written() -> dict[str, int]:
    """How many rows of each table the open transaction has written until now, by the database's own count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


def columns_with(text: str, *, written_since: dict[str, int] | None = None) -> set[str]:
    """Columns of any table that hold it, alone or among others; with a count, of the tables written to since it."""
    found = set()
    now = rows_written() if written_since is not None else {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            names = [field.column for field in model._meta.local_fields if isinstance(field, TEXTS)]
            table = model._meta.db_table
            if not names or not model._meta.managed:
                continue
            if written_since is not None and now.get(table, 0) == written_since.get(table, 0):
                continue
            held = ", ".join(f'bool_or("{name}"::text LIKE %s)' for name in names)
            cursor.execute(f'SELECT {held} FROM "{table}"', [f"%{text}%"] * len(names))
            row = cursor.fetchone()
            found |= {f"{model._meta.label}.{name}" for name, held in zip(names, row or (), strict=True) if held}
    return found
