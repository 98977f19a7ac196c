"""What a file of results came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class RefusedRow(NamedTuple):
    """A row that was not taken: where it stands, the request as the file names it, and why."""

    position: str
    request: str
    code: str
    reason: str


class NotedRow(NamedTuple):
    """A row that was taken, and what there is to know of how."""

    position: str
    request: str
    note: str


@dataclass(slots=True)
class ResultsReport:
    """What a file of results came to. ``ignored`` rows are about other business than ours; a dry run kept nothing."""

    file: str
    format: str
    is_dry_run: bool
    posted: int = 0
    rejected: int = 0
    under_processing: int = 0
    unchanged: int = 0
    ignored: int = 0
    hidden: int = 0  # rows that were read though their sheet does not show them
    refused: list[RefusedRow] = field(default_factory=list)
    noted: list[NotedRow] = field(default_factory=list)  # on another day, or by another file

    @property
    def counts(self) -> dict[str, int]:
        names = ("posted", "rejected", "under_processing", "unchanged", "ignored")
        return {**{name: getattr(self, name) for name in names}, "refused": len(self.refused)}
