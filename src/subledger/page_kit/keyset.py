"""Pages of a long list by key: the next page begins after the last row seen, at any depth for the same cost.

A `Sorting` is one sortable field plus the id that breaks ties. A cursor is the pair (value, id) of a row, in a
query parameter. Unlike an offset it neither skips nor repeats a row when others are inserted meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
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


@dataclass(frozen=True, slots=True)
class Sorting:
    """Order by ``field``, then by ``tie``, both in one direction. A ``nullable`` field has its nulls last."""

    field: str
    descending: bool = False
    nullable: bool = False
    tie: str = "id"

    def expressions(self, *, backwards: bool = False) -> list[Any]:
        down = self.descending != backwards
        # NULLS LAST is only said where nulls can be: PostgreSQL could not use a plain index for it
        nulls = {"nulls_first" if backwards else "nulls_last": True} if self.nullable else {}
        parts = [F(self.field).desc(**nulls) if down else F(self.field).asc(**nulls)]
        if self.field != self.tie:
            parts.append(F(self.tie).desc() if down else F(self.tie).asc())
        return parts

    def beyond(self, value: Any, ident: Any, *, backwards: bool = False) -> Q:
        """Rows that come after (value, ident) in this order, or before it when ``backwards``."""
        towards = "lt" if self.descending != backwards else "gt"
        if self.field == self.tie:
            return Q(**{f"{self.tie}__{towards}": ident})
        further_tie = Q(**{f"{self.tie}__{towards}": ident})
        if value is None:
            same = Q(**{f"{self.field}__isnull": True}) & further_tie
            return Q(**{f"{self.field}__isnull": False}) | same if backwards else same
        # "at or past the value, and past it or past the tie": the first part is one range an index can serve
        within = Q(**{f"{self.field}__{towards}e": value}) & (Q(**{f"{self.field}__{towards}": value}) | further_tie)
        return within | Q(**{f"{self.field}__isnull": True}) if self.nullable and not backwards else within

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
        if token:
            queryset = queryset.filter(order.beyond(*_read(token), backwards=backwards))
        found = list(queryset.order_by(*order.expressions(backwards=backwards))[: size + 1])
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


def _read(token: str) -> tuple[Any, int]:
    padded = token + "=" * (-len(token) % 4)
    name, plain, ident = json.loads(base64.urlsafe_b64decode(padded))
    return _READERS[name](plain), int(ident)
