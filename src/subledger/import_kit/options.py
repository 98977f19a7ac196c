"""How a file is to be imported, as asked for: what holds for every kind, and what a kind lets people choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

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


def choice(title: str) -> Any:
    """A field of `Choices`, by what a page calls it."""
    return field(default=False, metadata={"title": title})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What people may choose of a kind of file, each a yes or no. A kind with choices of its own declares a class of
    them, whose fields are `choice`; two kinds that have the same choice call it the same.
    """

    def check(self) -> None:
        """ImportOptionInvalid where two of them exclude each other."""

    def needed(self) -> tuple[str, ...]:
        """Permissions that what was chosen needs besides."""
        return ()


def titles_of(choices: type[Choices]) -> dict[str, str]:
    """The names of a kind's choices, with what a page calls them."""
    return {one.name: one.metadata["title"] for one in fields(choices)}


Own = TypeVar("Own", bound=Choices, covariant=True)


@dataclass(frozen=True, slots=True)
class Options(Generic[Own]):
    actor: str
    fields: Fields  # of the kind
    trail: Trail
    own: Own  # what was chosen of the kind
    currency: str | None = None  # of rows that name none
    identity: str = ""  # of the file, and its sheet
    is_history: bool = False  # most of its documents are of days long past
    is_second_look: bool = False  # at a part: what came meanwhile is refused now
