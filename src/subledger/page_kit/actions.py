"""What stands above a page: what can be done, where it is, and its tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from subledger.kernel.sentences import say


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. ``method="post"`` renders a small form with a CSRF token.

    ``fields`` are hidden inputs of that form; ``confirm`` is a question asked before it is sent. ``rank`` says how
    likely it is the next act: what has one is a button of its own (`offered`), everything else is in the menu, what
    has one below zero after the others. One that ``is_aside`` is never the primary button. What gives
    an ``is_file`` has a menu of its own, where there are several.
    """

    label: str
    url: str
    icon: str = "arrow-right"
    method: Literal["get", "post"] = "get"
    danger: bool = False
    confirm: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    rank: int = 0
    is_aside: bool = False
    is_file: bool = False


SEVERAL = 3  # files
BUTTONS = 3  # more than these nobody finds the one to press among


def offered(actions: Sequence[Action]) -> tuple[list[Action], list[Action]]:
    """The likeliest acts, the first of them the primary button, and the rest, which stands in a menu."""
    buttons = sorted((one for one in actions if one.rank > 0), key=lambda one: -one.rank)[:BUTTONS]
    return buttons, [one for one in actions if one not in buttons]


def menus_of(rest: Sequence[Action]) -> list[tuple[str, list[Action]]]:
    """The menus that stand beside the buttons, by their labels: files apart, where there are several."""
    files = [one for one in rest if one.is_file]
    if len(files) < SEVERAL:
        return [("", list(rest))] if rest else []
    return [(say("Download"), files), *menus_of([one for one in rest if not one.is_file])]


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
