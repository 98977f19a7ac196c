"""What a room declares of a kind of file that can be imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .options import Options
from .report import Outcome, Progress
from .rules.cells import Row
from .rules.fields import Fields


class Importer(Protocol):
    """Takes the rows of a file a batch at a time, then writes what they say."""

    def take(self, rows: Sequence[Row]) -> None: ...

    def finish(self) -> None:
        """All rows were taken."""

    def write(self, progress: Progress) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportKind:
    """A kind of file. ``needed`` is what its rows need entered by hand, which whoever imports it needs besides
    ``imports.run``; ``to_create_missing`` is what creating on the way needs besides.
    """

    name: str  # as the command and the pages take it
    title: str
    fields: Fields
    needed: tuple[str, ...]
    importer: Callable[[Options, Outcome], Importer]
    to_create_missing: tuple[str, ...] = ()
    has_suspense: bool = False  # what cannot be placed may go to the suspense account
