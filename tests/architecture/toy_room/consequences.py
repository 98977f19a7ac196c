"""What the room does with a posting, and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from subledger.kernel.errors import DomainError
from subledger.platform.listeners import Listener
from subledger.platform.models import Event
from subledger.transactions.consequences import Consequence, DecidedSet

from .errors import ToysClosed
from .models import Toy
from .services import NewToy, add_toys

MOST_MINOR = 1_000_000


def _refuse(decided: DecidedSet) -> Mapping[int, DomainError]:
    return {
        posting.leader: ToysClosed("A payment above 10,000.00 buys no toys. Split it.")
        for posting in decided.postings
        if any(row.metadata and "toy" in row.metadata and row.amount_minor > MOST_MINOR for row in posting.rows)
    }


def _buy(decided: DecidedSet) -> None:
    new = [
        NewToy(row.metadata["toy"])
        for posting in decided.postings
        for row in posting.rows
        if row.metadata and "toy" in row.metadata
    ]
    if new:
        add_toys(new=new, actor=decided.actor)


def _christen(events: Sequence[Event]) -> None:
    for toy in Toy.objects.filter(pk__in=[event.object_id for event in events], name="unnamed"):
        toy.name = f"Toy {toy.number}"
        toy.save(update_fields=["name"])


BUY = Consequence(
    name="toys bought",
    about="A payment whose metadata names a toy brings that toy with it.",
    check=_refuse,
    write=_buy,
)
CHRISTEN = Listener(
    name="names of toys",
    about="A toy that came without a name is called after its number.",
    handle=_christen,
    hears=frozenset({"toy.added"}),
    from_start=True,
)
