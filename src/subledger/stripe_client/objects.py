"""Reading Stripe's objects: plain mappings, field by field.

Only fields that every version in `keys.API_VERSIONS` has are read. Fields that we do not know are nothing to us; one
that is needed and missing raises `Unreadable` with its name, so that no guess becomes money.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.kernel.sentences import say

from .amounts import from_stripe
from .errors import Unreadable

Object = Mapping[str, Any]


def need(thing: Object, field: str) -> Any:
    """A field that has to be there; its value may be null. Unreadable."""
    try:
        return thing[field]
    except (KeyError, TypeError):
        raise Unreadable(say("Stripe's {thing} has no {field!r}.", thing=name_of(thing), field=field)) from None


def id_of(value: Any) -> str:
    """The id of what a field names, whether expanded or not; "" for null."""
    if isinstance(value, Mapping):
        value = need(value, "id")
    return str(value or "")


def money(thing: Object, field: str = "amount") -> Money:
    """An amount with its object's currency. Unreadable."""
    try:
        return from_stripe(need(thing, field), need(thing, "currency"))
    except DomainError as error:
        raise Unreadable(say("Stripe's {thing}: {error}", thing=name_of(thing), error=error)) from None


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def name_of(thing: Object) -> str:
    """An object for people: its kind and id."""
    if not isinstance(thing, Mapping):
        return "answer"
    return f"{thing.get('object', 'object')} {thing.get('id', '')}".strip()
