"""New rows of a table by COPY, which costs a fraction of an INSERT that names each of their values.

What a row leaves to the database's own default stays unread until somebody asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.db import connections, models
from django.db.models.expressions import DatabaseDefault
from django.db.transaction import atomic
from psycopg import sql
from psycopg.types.json import Jsonb

__all__ = ["FEWEST", "copy_in"]

FEWEST = 32  # rows: fewer are inserted as fast


def copy_in(rows: Sequence[Any], *, using: str) -> bool:
    """Write new rows of one table, whose ids are set; False, with nothing written, where COPY could not say them: an
    expression, or a default that the database is to give to some of them alone.
    """
    opts = rows[0]._meta
    columns = [field for field in opts.concrete_fields if not field.generated]
    values_of = attrgetter(*(field.attname for field in columns))
    for row in rows:
        if row._state.fields_cache:
            row._prepare_related_fields_for_save(operation_name="bulk_create")
    found = [values_of(row) for row in rows]
    by_default = [isinstance(value, DatabaseDefault) for value in found[0]]
    said = [at for at, is_left in enumerate(by_default) if not is_left]
    left = [at for at, is_left in enumerate(by_default) if is_left]
    for values in found:
        if any(not isinstance(values[at], DatabaseDefault) for at in left):
            return False
        if any(hasattr(values[at], "resolve_expression") for at in said):
            return False
    makers = {at: _json for at in said if isinstance(columns[at], models.JSONField)}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(opts.db_table), sql.SQL(", ").join(sql.Identifier(columns[at].column) for at in said)
    )
    connection = connections[using]
    with (
        atomic(using=using, savepoint=False),
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for values in found:
            copy.write_row(_row(values, said, makers))
    for row in rows:
        row._state.adding, row._state.db = False, using
        for at in left:
            row.__dict__.pop(columns[at].attname)  # read when somebody asks for it
    return True


def _row(values: Sequence[Any], said: Sequence[int], makers: Mapping[int, Callable[[Any], Any]]) -> list[Any]:
    return [makers[at](values[at]) if at in makers else values[at] for at in said]


def _json(value: Any) -> Any:
    return None if value is None else Jsonb(value, dumps=json.dumps)
