"""Calling the database's own functions with JSON in and JSON out, on Django's connection.

The hot path of posting is two such calls. psycopg's own cursor is used (not Django's wrapper) because a set of any
size travels as one parameter. Nothing is prepared: a pooler may give every transaction another connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
from django.db import InterfaceError, OperationalError, connection
from psycopg import ClientCursor, Cursor
from psycopg.types.json import Json, set_json_dumps, set_json_loads

__all__ = [
    "FRESH_ID",
    "ID_BASE",
    "Json",
    "Statement",
    "call",
    "call_last",
    "columns",
    "execute_unhurried",
    "fetch",
    "fresh_ids",
    "sql_list",
]


# Ids of the rows that one statement makes: `ID_BASE` is a part of its WITH, and `FRESH_ID` an expression, new at each
# row. They are ids as `next_id()` gives them, in their order, for a quarter of the cost: the clock is looked at once.
ID_BASE = """
    id_base AS MATERIALIZED (
        SELECT id - taken + ((taken - id) & 2097151) AS base
          FROM (SELECT next_id() AS id, nextval('id_sequence') AS taken) AS first)
"""
FRESH_ID = "((SELECT base FROM id_base) + nextval('id_sequence'))"


class Statement(NamedTuple):
    """One statement and its parameters, to be sent with others."""

    text: str
    values: list[Any]


set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


def fetch(text: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a SELECT, sent as it stands: no query is built, and nothing is bound on the client.

    On a connection kept from an earlier request it is also the question whether that still lives, which Django would
    ask by a statement of its own: where it does not, the same is read over a new one.
    """
    kept: Any = connection
    if kept.connection is not None and kept.health_check_enabled and not kept.health_check_done:
        kept.health_check_done = True
        try:
            return _rows(text, values)
        except (OperationalError, InterfaceError):
            connection.close()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    return _rows(text, values)


def _rows(text: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return cursor.execute(text, values).fetchall()


def call(function: str, *arguments: Any) -> Any:
    """``SELECT function(arguments)``: lists travel as arrays, `Json` values as json, and json comes back as Python."""
    return _call(_select(function, arguments), arguments)


def _call(text: str, values: Sequence[Any]) -> Any:
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        row = cursor.execute(text, values).fetchone()
    return row[0] if row else None


# The commit itself does not wait for the disk, so its locks go at once; what follows waits, at the installation's own
# durability, for a log record that lies behind it. An answer is therefore as durable as ever, and waiting writers
# share one flush: a lock held across it would let them pass the disk one at a time.
LAST = """
    {before}
    {select}, set_config('synchronous_commit', 'off', true);
    COMMIT;
    SELECT pg_logical_emit_message(true, 'subledger', ''::text)
"""


def call_last(function: str, *arguments: Any, before: Statement | None = None) -> Any:
    """`call` as the last statement of the caller's `atomic`: where that is the outermost, the COMMIT travels with it.

    A lock that the function takes is held neither while a client is waited for nor while the disk is. Nothing may
    follow in the caller's block. A refusal leaves the COMMIT behind it undone. ``before`` is a statement that belongs
    to the same transaction and goes first, in the same message.
    """
    if connection.savepoint_ids or not connection.commit_on_exit or connection.run_on_commit:
        if before is not None:
            with connection.cursor() as wrapped:
                wrapped.execute(before.text, before.values)
        return call(function, *arguments)
    # Several statements in one message need the simple protocol, which takes its parameters as literals.
    text = LAST.format(select=_select(function, arguments), before=f"{before.text};" if before else "")
    with connection.wrap_database_errors, ClientCursor(connection.connection) as cursor:
        cursor.execute(text, [*(before.values if before else ()), *arguments])
        if before:
            cursor.nextset()
        row = cursor.fetchone()
    return row[0] if row else None


def execute_unhurried(statement: Statement) -> int:
    """Run a statement whose loss with the machine would do no harm: its commit waits for no disk. The rows it touched.

    Inside the caller's transaction it is a statement like others, and that transaction then waits for no disk.
    """
    connection.ensure_connection()
    text = f"SELECT set_config('synchronous_commit', 'off', true); {statement.text}"
    with connection.wrap_database_errors, ClientCursor(connection.connection) as cursor:
        cursor.execute(text, statement.values)
        cursor.nextset()
        return cursor.rowcount


def sql_list(words: Iterable[StrEnum]) -> str:
    """States and other words of ours as SQL lists them: ``('posted', 'rejected')``."""
    return "(" + ", ".join(f"'{word.value}'" for word in sorted(words)) + ")"


def columns(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Rows as one PostgreSQL array a column, for `json_to_record` and `unnest`; columns of nulls alone are left out.

    Values are numbers, dates and codes: nothing that an array would have to quote.
    """
    return {
        name: "{" + ",".join(["NULL" if value is None else str(value) for value in column]) + "}"
        for name, column in zip(names, zip(*rows, strict=True), strict=True)
        if column[0] is not None or column.count(None) < len(column)
    }


def _select(function: str, arguments: tuple[Any, ...]) -> str:
    return f"SELECT {function}({', '.join(['%s'] * len(arguments))})"


def fresh_ids(count: int) -> list[int]:
    """So many new ids, in order, from the database's own function."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {ID_BASE} SELECT {FRESH_ID} FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]
