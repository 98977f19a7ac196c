"""Which tests `make test` runs, and which wait for `make wide` (see CONTRIBUTING.md).

- ``wide``: a sweep over every page, operation, order or kind; a browser; a whole process. Not in `make test`.
- ``few(n)``: of so many cases, ``n`` stay in `make test`, spread evenly over them, the first and the last among them.
- ``sampled(n)``, of a module that goes into one thing deeply: ``n`` of its tests stay, spread in the same way.
- ``each_once``: of a product of parameters, as many cases stay as it takes to have each value of each parameter once.

Cases that do not stay are marked ``wide``, by this module, before pytest chooses by marks. A case that is run by its
name alone stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pytest


def mark(items: Iterable[pytest.Item]) -> None:
    """Mark as ``wide`` what ``few``, ``each_once`` and ``sampled`` leave over of all that were collected."""
    items = list(items)
    _sample(items)
    groups: dict[tuple[str, str], list[pytest.Item]] = defaultdict(list)
    for item in items:
        if hasattr(item, "callspec"):
            groups[item.nodeid.partition("[")[0], str(item.path)].append(item)
    for cases in groups.values():
        few, each_once = (cases[0].get_closest_marker(name) for name in ("few", "each_once"))
        stay = range(len(cases))
        if few:
            stay = spread(len(cases), *few.args)
        elif each_once:
            stay = covering([case.callspec.params for case in cases])  # type: ignore[attr-defined]
        for at in set(range(len(cases))).difference(stay):
            cases[at].add_marker(pytest.mark.wide)


def _sample(items: Sequence[pytest.Item]) -> None:
    modules: dict[str, dict[str, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if item.get_closest_marker("sampled"):
            modules[str(item.path)][item.nodeid.partition("[")[0]].append(item)
    for tests in modules.values():
        of_each = list(tests.values())
        if len(of_each) == 1:
            continue  # run by its name alone
        [wanted] = of_each[0][0].get_closest_marker("sampled").args  # type: ignore[union-attr]
        for at in set(range(len(of_each))).difference(spread(len(of_each), wanted)):
            for item in of_each[at]:
                item.add_marker(pytest.mark.wide)


def spread(count: int, wanted: int) -> Sequence[int]:
    """``spread(9, 3) == [0, 4, 8]``."""
    if wanted >= count:
        return range(count)
    if wanted == 1:
        return [0]
    return sorted({round(at * (count - 1) / (wanted - 1)) for at in range(wanted)})


def covering(cases: Sequence[dict[str, Any]]) -> Sequence[int]:
    """The first few of the cases in which each value of each parameter stands that stands in any."""
    values = [{(name, repr(value)) for name, value in params.items()} for params in cases]
    missing = set().union(*values)
    found = []
    while missing:
        best = max(range(len(cases)), key=lambda at: (len(values[at] & missing), -at))
        found.append(best)
        missing -= values[best]
    return found
