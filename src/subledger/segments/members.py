"""The members of a segment as SQL, to be put into statements of others; and its criteria as a run writes them out.

Usage
-----
::

    members = accounts_of(segment_id, as_of)
    sql = f"SELECT … WHERE a.id IN ({members.sql})"
    cursor.execute(sql, {**own, **members.params})      # its parameters are named after ``prefix``: no name meets yours

A run freezes what it goes by: `frozen` at its start, kept in its criteria, and given back as ``criteria``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from subledger.kernel.sentences import say

from .criteria import read_criteria
from .errors import SegmentInvalid
from .models import Segment
from .queries import rows_of, segment_by_id
from .states import About

__all__ = ["Members", "accounts_of", "frozen", "transactions_of"]

NONE = "SELECT NULL::bigint WHERE false"


@dataclass(frozen=True, slots=True)
class Members:
    """A SELECT of ids, and its parameters by name (psycopg's ``%(name)s``)."""

    sql: str
    params: Mapping[str, Any]


def accounts_of(
    segment_id: int, as_of: date, *, criteria: Mapping[str, Any] | None = None, prefix: str = "segment"
) -> Members:
    """The accounts of a segment, or those that fulfil the ``criteria`` that were frozen of it.

    Raises:
        NotFound; SegmentInvalid: it is about transactions.
    """
    return _members(segment_id, About.ACCOUNTS, as_of, criteria, prefix)


def transactions_of(
    segment_id: int, as_of: date, *, criteria: Mapping[str, Any] | None = None, prefix: str = "segment"
) -> Members:
    """As `accounts_of`, of a segment over transactions."""
    return _members(segment_id, About.TRANSACTIONS, as_of, criteria, prefix)


def frozen(segment_id: int, about: About) -> dict[str, Any]:
    """The criteria of a segment as they stand, as JSON. NotFound; SegmentInvalid: it is about something else."""
    return dict(_of(segment_id, about).criteria)


def as_members(rows: QuerySet[Any], prefix: str) -> Members:
    """A QuerySet as a SELECT of ids with named parameters."""
    try:
        sql, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Members(NONE, {})
    params = {f"{prefix}_{at}": value for at, value in enumerate(values)}
    names = iter(params)
    return Members(re.sub(r"%%|%s", lambda mark: _named(mark[0], names), sql), params)


def _named(mark: str, names: Any) -> str:
    return mark if mark == "%%" else f"%({next(names)})s"


def _members(segment_id: int, about: About, as_of: date, criteria: Mapping[str, Any] | None, prefix: str) -> Members:
    said = _of(segment_id, about).criteria if criteria is None else criteria
    return as_members(rows_of(read_criteria(about, said), as_of=as_of), prefix)


def _of(segment_id: int, about: About) -> Segment:
    segment = segment_by_id(segment_id)
    if segment.about != about:
        raise SegmentInvalid(
            say("The segment {name!r} is about {about}. Choose another.", name=segment.name, about=say(segment.about)),
            param="/segment",
        )
    return segment
