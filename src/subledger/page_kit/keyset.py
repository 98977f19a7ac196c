"""Pages of a long list by key: the next page begins after the last row seen, at any depth for the same cost.

A `Sorting` is one sortable field plus the id that breaks ties. A cursor is the pair (value, id) of a row, in a
query parameter. Unlike an offset it neither skips nor repeats a row when others are inserted meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from django.core.exceptions import BadRequest, FieldError, ValidationError
from django.db.models import F, Q, QuerySet

from subledger.kernel.sentences import say

__all__ = ["Page", "Sorting", "page_of"]

_READERS: dict[str, Callable[[Any], Any]] = {
    "null": lambda _: None,
    "bool": bool,
    "int": int,
    "str": str,
    "Decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


Seen = tuple[Any, int]  # value and id of a row


@dataclass(frozen=True, slots=True)
class Sorting:
    """Order by ``field``, then by ``tie``, both in one direction. A ``nullable`` field has its nulls last."""

    field: str
    descending: bool = False
    nullable: bool = False
    tie: str = "id"

    def expressions(self) -> list[Any]:
        """The order of all rows at once."""
        # NULLS LAST is only said where nulls can be: PostgreSQL could not use a plain index for it
        nulls = {"nulls_last": True} if self.nullable else {}
        parts = [F(self.field).desc(**nulls) if self.descending else F(self.field).asc(**nulls)]
        return parts if self.field == self.tie else [*parts, *self._towards(backwards=False)[1:]]

    def stretches(self, seen: Seen | None, *, backwards: bool = False) -> list[tuple[Q, list[Any]]]:
        """Conditions, each with an order, of what comes after the row seen, or before it when ``backwards``.

        Rows with a value and rows without are two stretches, one behind the other: an index serves each of them.
        """
        parts = self._towards(backwards=backwards)
        if not self.nullable:
            return [(self._beyond(seen, backwards=backwards) if seen else Q(), parts)]
        blank, said = Q(**{f"{self.field}__isnull": True}), Q(**{f"{self.field}__isnull": False})
        valued, empty = (said, parts), (blank, parts[-1:])
        if seen is None:
            return [empty, valued] if backwards else [valued, empty]
        if seen[0] is None:
            rest = (blank & self._further(seen, backwards=backwards), parts[-1:])
            return [rest, valued] if backwards else [rest]
        rest = (said & self._beyond(seen, backwards=backwards), parts)
        return [rest] if backwards else [rest, empty]

    def _towards(self, *, backwards: bool) -> list[Any]:
        down = self.descending != backwards
        fields = [self.field] if self.field == self.tie else [self.field, self.tie]
        return [F(field).desc() if down else F(field).asc() for field in fields]

    def _further(self, seen: Seen, *, backwards: bool) -> Q:
        return Q(**{f"{self.tie}__{'lt' if self.descending != backwards else 'gt'}": seen[1]})

    def _beyond(self, seen: Seen, *, backwards: bool) -> Q:
        """Rows that come after (value, id), a value that is there."""
        towards, further = "lt" if self.descending != backwards else "gt", self._further(seen, backwards=backwards)
        if self.field == self.tie:
            return further
        # "at or past the value, and past it or past the tie": the first part is one range an index can serve
        return Q(**{f"{self.field}__{towards}e": seen[0]}) & (Q(**{f"{self.field}__{towards}": seen[0]}) | further)

    def cursor(self, row: Any) -> str:
        value = reduce(lambda thing, name: getattr(thing, name, None), self.field.split("__"), row)
        name = "null" if value is None else type(value).__name__
        plain = value if name in ("null", "bool", "int", "str") else str(value)
        token = json.dumps([name, plain, getattr(row, self.tie)], separators=(",", ":"))
        return base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    before: str = ""  # cursor of the previous page, empty on the first
    after: str = ""  # cursor of the next page, empty on the last


def page_of(queryset: QuerySet, order: Sorting, *, size: int, after: str = "", before: str = "") -> Page:
    """One page of ``size`` rows, after or before a cursor. A cursor that cannot be read is a BadRequest."""
    backwards = bool(before) and not after
    token = after or before
    try:
        found = _first(queryset, order.stretches(_read(token) if token else None, backwards=backwards), order, size + 1)
    except (
        ValueError,
        ArithmeticError,
        KeyError,
        TypeError,
        ValidationError,
        FieldError,
        binascii.Error,
    ) as error:
        raise BadRequest(say("The page marker in the address cannot be read. Open the list again.")) from error
    more = len(found) > size
    rows = found[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    has_before, has_after = (more, True) if backwards else (bool(token), more)
    return Page(rows, order.cursor(rows[0]) if has_before else "", order.cursor(rows[-1]) if has_after else "")


def _first(queryset: QuerySet, stretches: Sequence[tuple[Q, list[Any]]], order: Sorting, number: int) -> list[Any]:
    """The first rows of the stretches. Where they are sorted by another field, what is shown of a row, its joins and
    sums, is looked up for those that are found and for no other."""
    if order.field == order.tie:
        [(condition, parts)] = stretches
        return list(queryset.filter(condition).order_by(*parts)[:number])
    keys: list[Any] = []
    for condition, parts in stretches:
        if len(keys) < number:
            rows = queryset.filter(condition).order_by(*parts).values_list("pk", flat=True)
            keys += rows[: number - len(keys)]
    by_key = {row.pk: row for row in queryset.filter(pk__in=keys)} if keys else {}
    return [by_key[key] for key in keys if key in by_key]


def _read(token: str) -> Seen:
    padded = token + "=" * (-len(token) % 4)
    name, plain, ident = json.loads(base64.urlsafe_b64decode(padded))
    return _READERS[name](plain), int(ident)
