"""Filters of event types: ``invoice.posted``, ``invoice.*``, ``*.posted``, ``*``."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 100
MOST = 50
_FORM = re.compile(r"[a-z_*]+(\.[a-z_*]+)*")


def is_filter(text: str) -> bool:
    return len(text) <= LONGEST and _FORM.fullmatch(text) is not None


def takes(filters: Sequence[str], event_type: str) -> bool:
    """Whether one of the filters takes events of the type; ``*`` stands for any characters."""
    return any(re.fullmatch(re.escape(one).replace(r"\*", ".*"), event_type) for one in filters)


def like_patterns(filters: Sequence[str]) -> list[str]:
    """The filters as patterns of SQL's LIKE, which take the same types."""
    return [one.replace("_", r"\_").replace("*", "%") for one in filters]
