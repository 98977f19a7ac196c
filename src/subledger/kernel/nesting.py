"""How deep what was read from JSON is nested: readers, writers and our own recursion each end at another depth."""

from __future__ import annotations

from typing import Any

# Levels of lists and objects. Nothing we take has more than six, events of gateways have about ten.
DEEPEST = 32


def is_too_deep(value: Any) -> bool:
    """Whether lists and objects stand in one another on more than ``DEEPEST`` levels."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [each for each in level if isinstance(each, dict | list)]
        if not level:
            return False
        level = [each for outer in level for each in (outer.values() if isinstance(outer, dict) else outer)]
    return True
