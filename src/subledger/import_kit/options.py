"""How a file is to be imported, as asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from .rules.fields import Fields


class Brought(NamedTuple):
    """How an import brought a thing into the books."""

    file_name: str
    identity: str  # of the file, and its sheet
    at: datetime
    actor: str


class Trail(Protocol):
    """What imports leave behind of what they created."""

    def keep(self, thing: str, ids: Sequence[int]) -> None:
        """In the transaction that created them."""

    def brought(self, ids: Sequence[int]) -> Mapping[int, Brought]:
        """By thing: the import that created it."""

    def was_imported(self) -> bool:
        """Whether this very file was imported before; also by versions that left no trail."""


@dataclass(frozen=True, slots=True)
class Options:
    actor: str
    fields: Fields  # of the kind
    trail: Trail
    currency: str | None = None  # of rows that name none
    create_missing: bool = False
    accept_due_dates: bool = False
    accept_old_days: bool = False
    accept_rates: bool = False
    set_aside: bool = False  # what cannot be placed
    keep_duplicates: bool = False
    identity: str = ""  # of the file, and its sheet
    is_history: bool = False  # most of its documents are of days long past
