"""How much of what requests ask for may leave by now. Pure: what is under way on one account, and what is open there.

One walk over all that is under way, so that each sees what those before it use up: what has left, or may have, first,
for nothing calls it back; then charges that are meant for invoices, or for all that is owed, then those that are meant
for nothing; within that the older first. What does not fit uses up nothing. What somebody confirmed beyond that when it
was asked for (``beyond``) is always within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An open request; ``meant`` for these invoices, or for none. ``is_balance``: for all that the account owes, less
    its free credit. ``has_left``: a gateway or a bank has it. ``may_have_left``: a bank may have it; should it never
    have arrived, it may leave as far as its amount is due."""

    id: int
    amount: int
    beyond: int = 0
    meant: tuple[int, ...] = ()
    has_left: bool = False
    may_have_left: bool = False
    is_balance: bool = False

    @property
    def is_gone(self) -> bool:
        """What others have to count as carried out."""
        return self.has_left or self.may_have_left

    @property
    def within(self) -> int:
        """What of it has to be owed, as long as it has not left."""
        return max(self.amount - self.beyond, 0)


def chargeable(
    under_way: Iterable[UnderWay], *, open_minor: Mapping[int, int], debits: int, credits: int
) -> tuple[dict[int, int], int]:
    """What may be charged by each payment request of an account, and by one more that is meant for no invoice.

    Args:
        open_minor: what of the invoices that they are meant for is open. debits, credits: all that is open there.
    """
    left, found = debits, {}
    for one in sorted(under_way, key=lambda one: (not one.is_gone, not (one.meant or one.is_balance), one.id)):
        of_invoices = one.meant and not one.is_balance
        owed = sum(open_minor.get(ident, 0) for ident in one.meant) if of_invoices else left - credits
        room = max(min(owed, left), 0)
        if not one.has_left:
            found[one.id] = room + one.beyond
        if one.is_gone:
            left -= one.amount  # what its invoices do not take settles others
        elif one.within <= room:
            left -= one.within
    return found, max(left - credits, 0)


def refundable(under_way: Iterable[UnderWay], *, credit: int) -> tuple[dict[int, int], int]:
    """What may be paid out by each refund request of an account, and by one more.

    Args:
        credit: the account's, less what is paid back from it by cancelling payments.
    """
    left, found = credit, {}
    for one in sorted(under_way, key=lambda one: (not one.is_gone, one.id)):
        room = max(left, 0)
        if not one.has_left:
            found[one.id] = room + one.beyond
        if one.is_gone:
            left -= one.amount
        elif one.within <= room:
            left -= one.within
    return found, max(left, 0)
