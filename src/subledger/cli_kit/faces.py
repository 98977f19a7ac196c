"""The commands of a room, as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import typer


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFace:
    """``commands`` stand directly under ``subledger``; ``groups`` have commands of their own. Both by name."""

    commands: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    groups: Mapping[str, typer.Typer] = field(default_factory=dict)
