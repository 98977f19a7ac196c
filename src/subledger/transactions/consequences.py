"""What rooms above do together with a posting: in its transaction, by every door, or not at all.

A room declares its consequences (`Room.consequences`). Each may do four things with a set of orders:

* ``follow`` adds orders of its own, each to one of the set: they are decided right after it, and with it. It sees the
  orders before anything is read or locked, and reads at most what it keeps in memory.
* ``spend`` names, for a payment or credit note of the set, the invoice that it pays for and nothing else: it is posted
  with it, settled by it alone. It sees the row that was decided, and reads at most what it keeps in memory.
* ``check`` refuses orders, by their place in the set, once all are decided; ids are known.
* ``write`` writes rows of its own room, before the set is written, so that no lock waits for a client.

An order that is refused, and one whose follower is, leaves nothing behind; the rest of the set goes on. A set that no
consequence concerns costs no statement more: what they are asked are values in memory. No consequence calls a gateway,
a tax service or a mail server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from subledger.kernel.errors import DomainError
from subledger.platform.declarations import ConsequenceDeclaration
from subledger.platform.rooms import declared

from .rules.documents import NewTransaction
from .rules.effects import Effects
from .rules.orders import Order
from .rules.rows import PostedRow


class Following(NamedTuple):
    """An order that belongs to the one at ``leader`` of the set that was asked for."""

    leader: int
    order: Order


@dataclass(frozen=True, slots=True)
class Posting:
    """What one order of a set came to: the rows it posts, in order. ``leader`` is its place in the set asked for, also
    of what follows from it.
    """

    leader: int
    order: Order
    rows: tuple[PostedRow, ...]


@dataclass(frozen=True, slots=True)
class DecidedSet:
    """A set as it is about to be written. ``effects`` has the rows: transactions, items, releases, allocations …

    What is allocated and released is noted once nothing can be refused any more: ``write`` sees it, ``check`` does not.
    """

    company_id: int
    actor: str
    postings: tuple[Posting, ...]
    effects: Effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence(ConsequenceDeclaration):
    """``name`` says what is done, in words that stand in a refusal; ``about`` when, for the documentation."""

    name: str
    about: str
    follow: Callable[[Sequence[Order]], Sequence[Following]] | None = None
    spend: Callable[[PostedRow, int], NewTransaction | None] | None = None  # of a row, at a version of the settings
    check: Callable[[DecidedSet], Mapping[int, DomainError]] | None = None
    write: Callable[[DecidedSet], None] | None = None


def spent_on(row: PostedRow, version: int) -> tuple[str, NewTransaction] | None:
    """The invoice that a credit is spent on, and the name of the consequence that says so; None where none does."""
    for consequence in consequences():
        if consequence.spend is not None and (new := consequence.spend(row, version)) is not None:
            return consequence.name, new
    return None


def spends() -> bool:
    """Whether there is a consequence that spends credits."""
    return any(consequence.spend is not None for consequence in consequences())


@cache
def consequences() -> tuple[Consequence, ...]:
    """Those that rooms declare, in the order of the floors: the order in which they act."""
    return tuple(declared(Consequence))
