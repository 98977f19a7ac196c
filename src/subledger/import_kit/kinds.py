"""What a room declares of a kind of file that can be imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, NamedTuple, Protocol, TypeVar

from subledger.kernel.errors import DomainError
from subledger.platform.declarations import ImportDeclaration

from .options import Choices, Options
from .report import Outcome, Progress
from .rules.cells import Row
from .rules.fields import Fields

Own = TypeVar("Own", bound=Choices)


class Place(NamedTuple):
    """Where a row belongs: rows of one ``key`` are taken together, and what has a day in the order of days."""

    key: tuple[object, ...]
    on: date | None = None


class Importer(Protocol):
    """Takes the rows of a file a part at a time, and writes what they say; rows of one key come in one part."""

    def take(self, rows: Sequence[Row]) -> None:
        """The rows of a part, in the order of the file."""

    def finish(self) -> None:
        """All rows of the part were taken."""

    def write(self, progress: Progress) -> None:
        """Write what was taken, and be ready for another part. Progress is told of the part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportKind(ImportDeclaration, Generic[Own]):
    """A kind of file. ``needed`` is what its rows need entered by hand, which whoever imports it needs besides
    ``imports.run``. ``choices`` are what people may choose, which its importer is given. ``place`` says where a row
    belongs: by default rows that name one thing belong together. ``is_row_a_thing``: each is one, whatever its key.
    """

    name: str  # as the command and the pages take it
    title: str
    fields: Fields
    needed: tuple[str, ...]
    importer: Callable[[Options[Own], Outcome], Importer]
    choices: type[Own]
    place: Callable[[Row], Place] | None = None
    is_row_a_thing: bool = False

    def place_of(self, row: Row) -> Place:
        """A row whose place cannot be read stands alone: it is refused when it is read."""
        try:
            return self.place(row) if self.place else Place((row.needed(self.fields.identity),))
        except DomainError:
            return Place(("line", row.line))
