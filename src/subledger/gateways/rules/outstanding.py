"""How much of what requests ask for may leave by now. Pure: what is under way on one account, and what is open there.

One walk over all that is under way, so that each sees what those before it use up: what has left first, for nothing
calls it back; then charges that are meant for invoices, then those that are not; within that the older first. What does
not fit uses up nothing. What somebody confirmed beyond that when it was asked for (``beyond``) is always within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An open request; ``meant`` for these invoices, or for none. ``has_left``: a gateway or a bank has it."""

    id: int
    amount: int
    beyond: int = 0
    meant: tuple[int, ...] = ()
    has_left: bool = False

    @property
    def within(self) -> int:
        """What of it has to be owed."""
        return max(self.amount - self.beyond, 0)


def chargeable(
    under_way: Iterable[UnderWay], *, open_minor: Mapping[int, int], debits: int, credits: int
) -> tuple[dict[int, int], int]:
    """What may be charged by each payment request of an account, and by one more that is meant for no invoice.

    Args:
        open_minor: what of the invoices that they are meant for is open. debits, credits: all that is open there.
    """
    left, found = debits, {}
    for one in sorted(under_way, key=lambda one: (not one.has_left, not one.meant, one.id)):
        owed = sum(open_minor.get(ident, 0) for ident in one.meant) if one.meant else left - credits
        if one.has_left:
            left -= min(one.within, owed) if one.meant else one.within
            continue
        room = max(min(owed, left), 0)
        found[one.id] = room + one.beyond
        if one.within <= room:
            left -= one.within
    return found, max(left - credits, 0)


def refundable(under_way: Iterable[UnderWay], *, credit: int) -> tuple[dict[int, int], int]:
    """What may be paid out by each refund request of an account, and by one more.

    Args:
        credit: the account's, less what is paid back from it by cancelling payments.
    """
    left, found = credit, {}
    for one in sorted(under_way, key=lambda one: (not one.has_left, one.id)):
        if one.has_left:
            left -= one.within
            continue
        room = max(left, 0)
        found[one.id] = room + one.beyond
        if one.within <= room:
            left -= one.within
    return found, max(left, 0)
