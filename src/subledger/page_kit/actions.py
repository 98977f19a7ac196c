"""What stands above a page: the lines of its Actions menu, where it is, and its tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the Actions menu. ``method="post"`` renders a small form with a CSRF token.

    ``fields`` are hidden inputs of that form; ``confirm`` is a question asked before it is sent.
    """

    label: str
    url: str
    icon: str = "arrow-right"
    method: Literal["get", "post"] = "get"
    danger: bool = False
    confirm: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Crumb:
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    active: bool = False
    count: int | None = None
