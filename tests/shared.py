"""Books that the tests of a module begin with, made once: each test is a savepoint in `module_db`.

A fixture that makes them for one test has a twin of the module's scope, named here. A test that uses the one has the
other made before its savepoint, and the one hands out a copy; so what a test does to rows and to objects ends with it.
Modules in which a test commits, or has a database of its own, make theirs for each test as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import unwrap
from typing import Any

import pytest

COMMITTING = frozenset({"committed_db", "scratch_db", "transactional_db", "django_db_serialized_rollback"})


def share(items: list[pytest.Item], one: Callable[..., Any], whole: str) -> None:
    """Have fixture ``whole`` made before the savepoint of each test that gets fixture ``one``."""
    name = one.__name__
    apart = {item.path for item in items if is_committing(item)}
    for item in items:
        names = getattr(item, "fixturenames", ())
        if name not in names or "db" not in names or whole in names or item.path in apart:
            continue
        if made_by(item, name) is unwrap(one):
            names.insert(names.index("_django_db_marker"), whole)


def is_committing(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    transaction = bool(marker and (marker.args or marker.kwargs.get("transaction") or marker.kwargs.get("databases")))
    return transaction or not COMMITTING.isdisjoint(getattr(item, "fixturenames", ()))


def made_by(item: pytest.Item, name: str) -> Any:
    [*_, last] = item._fixtureinfo.name2fixturedefs[name]  # type: ignore[attr-defined]
    return last.func
