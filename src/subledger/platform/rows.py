"""Rows of statements by name: each column goes into the field that bears its name, or the statement is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection

Row = TypeVar("Row")
Values = Sequence[Any] | Mapping[str, Any]

PORTION = 2_000  # rows that are here at once of those that are read portion by portion


def typed_rows(row: type[Row], text: str, values: Values) -> list[Row]:
    """The rows of a SELECT as named tuples or dataclasses.

    ValueError where its columns are not the fields in their order: a statement says what each of its columns is.
    """
    return list(streamed_rows(row, text, values))


def streamed_rows(row: type[Row], text: str, values: Values) -> Iterator[Row]:
    """`typed_rows`, one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        check_columns(row.__name__, _fields(row), _names(cursor))
        for found in cursor:
            yield row(*found)


def keyed_rows(row: type[Row], text: str, values: Values) -> list[tuple[Any, Row]]:
    """`typed_rows`, each with the value of the first column, which says what the row is of."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        check_columns(row.__name__, _fields(row), _names(cursor)[1:])
        return [(key, row(*found)) for key, *found in cursor.fetchall()]


def keyed_tuples(columns: Sequence[str], text: str, values: Values) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """The first column of a SELECT, and the others as plain rows of these columns."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        check_columns("the table", columns, _names(cursor)[1:])
        found = cursor.fetchall()
    return [row[0] for row in found], [row[1:] for row in found]


def portioned_rows(columns: Sequence[str], text: str, values: Values) -> Iterator[tuple[Any, ...]]:
    """The rows of a SELECT, a first column before these, fetched by portions: few are here, however many there are."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(text, values)
        check_columns("the table", columns, _names(cursor)[1:])
        while portion := cursor.fetchmany(PORTION):
            yield from portion


def named_rows(text: str, values: Values) -> list[dict[str, Any]]:
    """The rows of a SELECT, their values by the names of their columns."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        names = _names(cursor)
        return [dict(zip(names, found, strict=True)) for found in cursor.fetchall()]


def check_columns(thing: str, fields: Sequence[str], names: Sequence[str]) -> None:
    """ValueError where the columns of a statement are not the fields that they are meant for, in their order."""
    if list(fields) != list(names):
        raise ValueError(f"{thing} has the fields {list(fields)}, the statement the columns {list(names)}")


def _names(cursor: Any) -> list[str]:
    return [column.name for column in cursor.description]


def _fields(row: type) -> Sequence[str]:
    known: Any = row
    return tuple(known._fields if hasattr(known, "_fields") else known.__dataclass_fields__)
