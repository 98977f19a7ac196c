"""Lists: pages by cursor, the filters that all lists share, and search."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from stripe_sandbox.errors import invalid, no_such
from stripe_sandbox.routing import Call
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Collection

Keep = Callable[[Any], bool]
_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def of(url: str, rows: Iterable[Object] = (), *, has_more: bool = False) -> Object:
    """A list object, as it stands inside other objects."""
    return {"object": "list", "data": list(rows), "has_more": has_more, "url": url}


def page(
    call: Call,
    rows: Collection,
    keep: Keep | None = None,
    *,
    equal: tuple[str, ...] = (),
    written: Callable[[Any], Object] | None = None,
) -> Object:
    """One page of a collection, newest first: ``limit``, ``starting_after``, ``ending_before``, ``created``.

    ``equal`` names parameters that have to equal the field of the same name; ``keep`` decides about anything else;
    ``written`` turns a row into the object shown.
    """
    params = call.params
    limit = page_size(params)
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise invalid("You cannot specify both starting_after and ending_before.", "ending_before")
    for name, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor and cursor not in rows:
            raise no_such("object", cursor, name, status=400)
    tests = [test for test in (keep, *(_equals(name, params) for name in equal), *_between(params)) if test]
    candidates = rows.newer(before) if before else rows.older(after)
    found = list(islice((row for row in candidates if all(test(row) for test in tests)), limit + 1))
    has_more = len(found) > limit
    found = found[:limit]
    if before:
        found.reverse()
    return of(call.url, map(written, found) if written else found, has_more=has_more)


def page_size(params: dict[str, Any]) -> int:
    """``limit``: 1 to 100, 10 unless told."""
    limit: int = params.get("limit", 10)
    if limit > 100:
        raise _bad_limit(f"This value must be less than or equal to 100 (it currently is '{limit}').")
    if limit < 1:
        raise _bad_limit(f"This value must be greater than or equal to 1 (it currently is '{limit}').")
    return limit


def _bad_limit(message: str) -> Exception:
    return invalid(message, "limit", "parameter_invalid_integer")


def _equals(name: str, params: dict[str, Any]) -> Keep | None:
    if name not in params:
        return None
    wanted = params[name]
    return lambda row: row[name] == wanted


def _between(params: dict[str, Any], field: str = "created") -> list[Keep]:
    given = params.get(field)
    if given is None:
        return []
    if isinstance(given, int):
        return [lambda row: row[field] == given]
    return [_bound(field, _BOUNDS[name], bound) for name, bound in given.items()]


def _bound(field: str, holds: Callable[[int, int], bool], bound: int) -> Keep:
    return lambda row: holds(row[field], bound)
