"""Calling the database's own functions with JSON in and JSON out, on Django's connection.

The hot path of posting is two such calls. psycopg's own cursor is used (not Django's wrapper) because its
prepared statements keep the plan, and because a set of any size travels as one parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.db import connection
from psycopg import Cursor
from psycopg.types.json import Json, set_json_dumps, set_json_loads

__all__ = ["Json", "call", "fresh_ids", "pipelined", "send"]

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


def call(function: str, *arguments: Any) -> Any:
    """``SELECT function(arguments)``: lists travel as arrays, `Json` values as json, and json comes back as Python."""
    return send(function, *arguments)()


def send(function: str, *arguments: Any) -> Callable[[], Any]:
    """`call`, whose answer the returned function fetches: within `pipelined`, perhaps after the commit."""
    places = ", ".join(["%s"] * len(arguments))
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = Cursor(connection.connection)
        cursor.execute(f"SELECT {function}({places})", arguments, prepare=True)

    def answer() -> Any:
        with connection.wrap_database_errors, cursor:
            row = cursor.fetchone()
            return row[0] if row else None

    return answer


@contextmanager
def pipelined(size: int) -> Iterator[None]:
    """Send statements without waiting for each answer: what is sent last travels with the commit behind it.

    A lock that the last statement takes is then held while the server works, never while a client is waited for.
    Sets above a ``size`` of 50 go without: a round trip means nothing to them, and messages of megabytes ahead of
    a commit stall the driver's pipeline (psycopg 3.3.9, seen here with 5,000 rows).
    """
    if size > 50:
        yield
        return
    connection.ensure_connection()
    if connection.in_atomic_block:  # a savepoint must hear of a refusal before it is left, or all around it is lost
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def fresh_ids(count: int) -> list[int]:
    """So many new ids, in order, from the database's own function."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT next_id() FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]
