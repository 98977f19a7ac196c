"""Every invariant, and the proof of the books by all of them."""

from __future__ import annotations

from collections.abc import Iterator

from .allocations import ALLOCATIONS
from .gateways import GATEWAYS
from .guards import GUARDED
from .invariant import Finding, Invariant, examine
from .journal import JOURNAL
from .transactions import TRANSACTIONS

INVARIANTS: tuple[Invariant, ...] = (*JOURNAL, *TRANSACTIONS, *ALLOCATIONS, *GATEWAYS, GUARDED)


def prove(*, everywhere: bool = True) -> Iterator[Finding]:
    """Recompute every invariant for the company in scope; without ``everywhere``, only what is its own."""
    for invariant in INVARIANTS:
        if everywhere or not invariant.everywhere:
            yield examine(invariant)
