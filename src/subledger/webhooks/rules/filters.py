"""Filters of event types: ``invoice.posted``, ``invoice.*``, ``*.posted``, ``*``. What one takes is said here alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

LONGEST = 100
MOST = 50
# A test is delivered to its endpoint alone, whatever the filters say.
TESTED = "webhook_endpoint.tested"
_FORM = re.compile(r"[a-z_*]+(\.[a-z_*]+)*")
# ``*`` stands for any characters: what it and "_" are in SQL's LIKE.
_IN_LIKE = (("_", r"\_"), ("*", "%"))


def is_filter(text: str) -> bool:
    return len(text) <= LONGEST and _FORM.fullmatch(text) is not None


def takes(filter_: str, event_type: str) -> bool:
    """In time linear in both: strangers write filters, and no pattern of theirs is given to a backtracking engine."""
    first, *others = filter_.split("*")
    if not others:
        return event_type == filter_
    *between, last = others
    at, end = len(first), len(event_type) - len(last)
    if end < at or not event_type.startswith(first) or not event_type.endswith(last):
        return False
    for part in between:  # each where it stands first: what follows has most room then
        found = event_type.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def like_patterns(filters: Sequence[str]) -> list[str]:
    """The filters as patterns of SQL's LIKE, which take the same types."""
    return [_as_like(one) for one in filters]


def like_sql(column: str) -> str:
    """An expression of SQL that makes the same patterns of filters in a column; for statements with parameters."""
    expression = column
    for what, becomes in _IN_LIKE:
        expression = f"replace({expression}, '{what}', '{becomes.replace('%', '%%')}')"
    return expression


def nearest(filter_: str, types: Iterable[str]) -> str | None:
    """Where a filter takes none of the types, the type that it is most like ("" where none is); None where it does."""
    names = sorted(types)
    if any(takes(filter_, one) for one in names):
        return None
    return next(iter(get_close_matches(filter_, names, 1, 0.6)), "")


def _as_like(filter_: str) -> str:
    for what, becomes in _IN_LIKE:
        filter_ = filter_.replace(what, becomes)
    return filter_
