"""Where in the database a text is: whatever wrote it, and wherever it went."""

from __future__ import annotations

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

TEXTS = models.CharField | models.TextField | models.JSONField | ArrayField


def columns_with(text: str) -> set[str]:
    """Columns of any table that hold it, alone or among others."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models():
            names = [field.column for field in model._meta.local_fields if isinstance(field, TEXTS)]
            if not names or not model._meta.managed:
                continue
            held = ", ".join(f'bool_or("{name}"::text LIKE %s)' for name in names)
            cursor.execute(f'SELECT {held} FROM "{model._meta.db_table}"', [f"%{text}%"] * len(names))
            row = cursor.fetchone()
            found |= {f"{model._meta.label}.{name}" for name, held in zip(names, row or (), strict=True) if held}
    return found
