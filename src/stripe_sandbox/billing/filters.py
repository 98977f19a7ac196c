"""Filters of lists beyond those that all lists share."""

import operator
from collections.abc import Iterable
from typing import Any

from stripe_sandbox.lists import page
from stripe_sandbox.routing import Call
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Collection

_COMPARE = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def is_within(value: int | None, wanted: Any) -> bool:
    """Whether an instant is what a filter such as ``due_date`` asks for: an instant, or bounds such as ``{"gte": …}``.

    No filter lets all through; an instant that is not set is within no bounds.
    """
    if wanted is None:
        return True
    if value is None:
        return False
    if isinstance(wanted, int):
        return value == wanted
    return all(_COMPARE[name](value, bound) for name, bound in wanted.items())


def page_in_order(call: Call, rows: Iterable[Object]) -> Object:
    """One page of rows that are shown in the order they stand in, such as the lines of an invoice."""
    collection = Collection()
    for row in reversed(list(rows)):
        collection.add(row)
    return page(call, collection)
