"""Calling the database's own functions with JSON in and JSON out, on Django's connection.

The hot path of posting is two such calls. psycopg's own cursor is used (not Django's wrapper) because its
prepared statements keep the plan, and because a set of any size travels as one parameter.
"""

from __future__ import annotations

from typing import Any

import orjson
from django.db import connection
from psycopg.types.json import Json, set_json_dumps, set_json_loads

__all__ = ["Json", "call", "fresh_ids"]

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


def call(function: str, *arguments: Any) -> Any:
    """``SELECT function(arguments)``: lists travel as arrays, `Json` values as json, and json comes back as Python."""
    places = ", ".join(["%s"] * len(arguments))
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        row = cursor.execute(f"SELECT {function}({places})", arguments, prepare=True).fetchone()
    return row[0]


def fresh_ids(count: int) -> list[int]:
    """So many new ids, in order, from the database's own function."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT next_id() FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]
