"""Which tests `make test` runs, and which wait for `make wide` (see CONTRIBUTING.md).

- ``wide``: a sweep over every page, operation, order or kind; a browser; a whole process. Not in `make test`.
- ``few(n)``: of so many cases, ``n`` stay in `make test`, spread evenly over them, the first and the last among them.
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
    """Mark as ``wide`` what ``few`` and ``each_once`` leave over; ``items`` are all that were collected."""
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
