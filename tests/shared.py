"""Books that the tests of a module begin with, made once: each test is a savepoint in `module_db`.

A fixture that makes some for one test has a twin of the module's scope, which makes a `Whole`. A test that uses the one
has the other made before its savepoint, and is handed copies; so what a test does to rows and to objects ends with it.
Each kind of whole has a company of its own, or a test would find what others in its module are given. Modules in which
a test commits, or has a database of its own, make theirs for each test as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import unwrap
from typing import Any, NamedTuple

import pytest

COMMITTING = frozenset({"committed_db", "scratch_db", "transactional_db", "django_db_serialized_rollback"})
WHOLE = pytest.StashKey[str]()


class Whole(NamedTuple):
    company: Any
    ledger: Any = None
    made: Any = None  # on top of both: a desk, an office


def share(items: list[pytest.Item], one: Callable[..., Any], whole: str) -> None:
    """Have fixture ``whole`` made before the savepoint of each test that gets fixture ``one``, not lower ones."""
    name = one.__name__
    apart = {item.path for item in items if is_committing(item)}
    for item in items:
        names = getattr(item, "fixturenames", ())
        if name not in names or "db" not in names or item.path in apart or made_by(item, name) is not unwrap(one):
            continue
        lower = item.stash.get(WHOLE, "")
        item.stash[WHOLE] = whole
        if lower in names:  # the names are those of all cases of a test
            names.remove(lower)
        if whole not in names:
            names.insert(names.index("_django_db_marker"), whole)


def whole_of(request: pytest.FixtureRequest) -> Whole | None:
    """What the test of a fixture begins with; None where it makes its own."""
    name = request.node.stash.get(WHOLE, None)
    return request.getfixturevalue(name) if name else None


def is_committing(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    transaction = bool(marker and (marker.args or marker.kwargs.get("transaction") or marker.kwargs.get("databases")))
    return transaction or not COMMITTING.isdisjoint(getattr(item, "fixturenames", ()))


def made_by(item: pytest.Item, name: str) -> Any:
    [*_, last] = item._fixtureinfo.name2fixturedefs[name]  # type: ignore[attr-defined]
    return last.func
