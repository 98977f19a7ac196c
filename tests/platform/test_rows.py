"""Rows of statements by name: a column that is not the field at its place is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from subledger.platform.rows import keyed_rows, keyed_tuples, named_rows, typed_rows


class Pair(NamedTuple):
    code: str
    name: str


@dataclass(frozen=True)
class Sum:
    code: str
    minor: int


def test_rows_become_what_they_are_named_for(db: None):
    assert typed_rows(Pair, "SELECT 'a' AS code, 'b' AS name", []) == [Pair("a", "b")]
    assert typed_rows(Sum, "SELECT 'a' AS code, %(of)s AS minor", {"of": 5}) == [Sum("a", 5)]
    assert keyed_rows(Sum, "SELECT 7, 'a' AS code, 5 AS minor", []) == [(7, Sum("a", 5))]
    assert named_rows("SELECT 'a' AS code, 5 AS minor", []) == [{"code": "a", "minor": 5}]
    assert keyed_tuples(["code", "minor"], "SELECT 7, 'a' AS code, 5 AS minor", []) == ([7], [("a", 5)])


@pytest.mark.parametrize(
    "columns", ["'a' AS name, 'b' AS code", "'a' AS code, 'b'", "'a' AS code", "'a' AS code, 'b' AS name, 1 AS more"]
)
def test_columns_that_are_not_the_fields_are_refused(db: None, columns: str):
    with pytest.raises(ValueError, match="Pair has the fields"):
        typed_rows(Pair, f"SELECT {columns}", [])
    with pytest.raises(ValueError, match="Pair has the fields"):
        keyed_rows(Pair, f"SELECT 7, {columns}", [])
    with pytest.raises(ValueError, match="the table has the fields"):
        keyed_tuples(["code", "name"], f"SELECT 7, {columns}", [])
