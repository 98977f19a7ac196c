"""Which credit settles which debit: FIFO, and Against Item & FIFO with displacement.

The law, in full in docs/domain/allocation.md:

- FIFO: the credit posted first pays the debit due first; ties by id, the earlier created. Both orders are total,
  so the same facts always give the same pairs.
- Against Item: a credit meant for certain invoices settles those first, due date first. Where FIFO links of other
  credits stand in its way they are all released from that invoice (displaced); links made Against Item stay.
  What is left of the credit goes on by FIFO, and only then the displaced credits do.
- After every step at least one side of the account is fully used: no credit waits while a debit is open.
- A credit that is spent (of a type that credits a wallet) settles the invoice that is posted with it, and nothing else:
  an invoice that was open before stays open.
- A refund whose money has moved takes the credit that was set aside for it when it was asked for. What invoices used of
  that since by FIFO is released from them.
- A link is never changed: it is made on a day and may be released on a later one, with the reason.

A `Book` is one account's open items while a set of postings is decided. It is pure: the caller reads the items
it may need (bounded: debits in due order until they cover the credits, and the other way round) and writes the
links it returns.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from subledger.kernel.rounding import share
from subledger.transactions.states import LinkPrinciple, ReleaseReason


@dataclass(slots=True)
class OpenItem:
    """What of a posted transaction is not allocated: minor units, and its share of the base-currency amount.

    ``order_on`` is the due date of an invoice and the posting date of everything else. ``available_on`` is the day from
    which it can be allocated: its posting date, or the latest day on which one of its links was released.
    """

    id: int
    order_on: date
    open_minor: int
    open_base: int
    available_on: date

    @property
    def key(self) -> tuple[int, int]:
        """Place in a queue that is served from its end: the earliest, then the first created, sorts last."""
        return -self.order_on.toordinal(), -self.id

    def take(self, minor: int) -> int:
        """Use ``minor`` of what is open and return the base-currency share that goes with it."""
        base = minor if self.open_base == self.open_minor else share(self.open_base, minor, self.open_minor)
        self.open_minor -= minor
        self.open_base -= base
        return base


@dataclass(slots=True)
class NewAllocation:
    """An amount carried from a credit to a debit. ``id`` is None until it is stored."""

    credit_id: int
    debit_id: int
    minor: int
    principle: LinkPrinciple
    allocated_on: date
    credit_base: int
    debit_base: int
    id: int | None = None
    released_on: date | None = None
    release_reason: ReleaseReason | None = None

    @property
    def difference(self) -> int:
        """Realised exchange difference in base currency: positive is a gain."""
        return self.credit_base - self.debit_base


class Book:
    """One account's open items while postings are decided; ``links`` collects what was made or released."""

    def __init__(
        self, credits: Iterable[OpenItem] = (), debits: Iterable[OpenItem] = (), links: Iterable[NewAllocation] = ()
    ) -> None:
        """``links`` are the live ones on the items that the coming steps name: intended invoices, what is cancelled."""
        self._items = {"credit": {c.id: c for c in credits}, "debit": {d.id: d for d in debits}}
        self._queues = {
            side: sorted(item.key for item in items.values() if item.open_minor) for side, items in self._items.items()
        }
        self._by: dict[str, dict[int, list[NewAllocation]]] = {"credit": {}, "debit": {}}
        self.links: list[NewAllocation] = []
        self._unindexed = list(links)
        self._rests: dict[tuple[int, int], int] = {}  # of links that were taken back in part: by credit and debit

    # -- what happens to an account ------------------------------------------------------------------------------

    def post_credit(self, credit: OpenItem, *, on: date, intended: Sequence[OpenItem] = ()) -> None:
        """A credit was posted: settle what it is meant for, then whatever is due first, then re-place the displaced.

        ``intended`` are the invoices it is meant for, as they stand (a settled one has ``open_minor`` 0); those
        with an id that the book knows already are taken from the book.
        """
        self._add("credit", credit)
        for wanted in sorted(intended, key=lambda item: (item.order_on, item.id)):
            if not credit.open_minor:
                break
            debit = self._add("debit", wanted)
            self._make_room(debit, credit.open_minor, on)
            self._link(credit, debit, LinkPrinciple.AGAINST_ITEM, on)
        self._fifo_credit(credit, on)
        self.settle(on=on)

    def post_debit(self, debit: OpenItem, *, on: date, set_aside: int = 0, lent: Container[int] = ()) -> None:
        """A debit was posted: what credit is free settles it, first posted first.

        ``set_aside`` of it is credit that was on its way to it. What of that is not free was used by others meanwhile,
        by the links that ``lent`` names, and is theirs no more.
        """
        amount = debit.open_minor
        self._add("debit", debit)
        self.settle(on=on)
        self._take_back(debit, set_aside - (amount - debit.open_minor), lent, on)

    def spend(self, credit: OpenItem, debit: OpenItem, *, on: date) -> None:
        """A credit was posted that pays for one debit, posted with it, and for nothing else: neither meets the queues
        before they have met."""
        self._link(self._add("credit", credit), self._add("debit", debit), LinkPrinciple.AGAINST_ITEM, on)
        self.settle(on=on)

    def close_debit(self, debit: OpenItem, credit: OpenItem, *, on: date, reason: ReleaseReason | None = None) -> None:
        """A credit that exists for one debit alone (its cancellation, its write-off) closes it.

        With ``reason`` every link on the debit is released first, and the freed credits go on by FIFO.
        """
        debit = self._add("debit", debit)
        if reason:
            self._release(self._links_of("debit", debit.id), on, reason)
        self._link(self._add("credit", credit), debit, LinkPrinciple.AGAINST_ITEM, on)
        self.settle(on=on)

    def close_credit(self, credit: OpenItem, debit: OpenItem, *, on: date, reason: ReleaseReason) -> None:
        """A payment is cancelled: its links are released, its cancellation closes it, free credit takes its place."""
        credit = self._add("credit", credit)
        self._release(self._links_of("credit", credit.id), on, reason)
        self._link(credit, self._add("debit", debit), LinkPrinciple.AGAINST_ITEM, on)
        self.settle(on=on)

    def settle(self, *, on: date) -> None:
        """FIFO over everything open: the credit posted first pays the debit due first."""
        credits, debits = self._queues["credit"], self._queues["debit"]
        while credits and debits:
            self._fifo_credit(self._items["credit"][-credits[-1][1]], on)

    def made(self) -> list[NewAllocation]:
        """Links made and released, in order, less those that no day has seen: made and released within the set."""
        return [link for link in self.links if link.id is not None or link.released_on != link.allocated_on]

    def item(self, ident: int, *, is_debit: bool) -> OpenItem | None:
        """An item as it stands now, if the book knows it."""
        return self._items["debit" if is_debit else "credit"].get(ident)

    # -- the moves they are made of ------------------------------------------------------------------------------

    def _fifo_credit(self, credit: OpenItem, on: date) -> None:
        debits = self._queues["debit"]
        while credit.open_minor and debits:
            self._link(credit, self._items["debit"][-debits[-1][1]], LinkPrinciple.FIFO, on)

    def _take_back(self, debit: OpenItem, wanted: int, lent: Container[int], on: date) -> None:
        """Credit that others had the use of goes to the debit: of the credit posted first, from what is due last."""
        if wanted <= 0:
            return
        self._links_of("debit", debit.id)  # all are indexed with it
        links = [
            link
            for links in self._by["credit"].values()
            for link in links
            if (link.id or self._rests.get((link.credit_id, link.debit_id))) in lent
        ]
        credits, debits = self._items["credit"], self._items["debit"]
        links.sort(key=lambda link: debits[link.debit_id].key)
        links.sort(key=lambda link: credits[link.credit_id].key, reverse=True)
        for link in links:
            if wanted <= 0:
                break
            self._release([link], on, ReleaseReason.DISPLACED)
            credit, taken = credits[link.credit_id], min(wanted, link.minor)
            self._link(credit, debit, LinkPrinciple.FIFO, on, most=taken)
            self._link(credit, debits[link.debit_id], LinkPrinciple.FIFO, on)
            self._rests[link.credit_id, link.debit_id] = link.id or self._rests[link.credit_id, link.debit_id]
            wanted -= taken

    def _make_room(self, debit: OpenItem, wanted: int, on: date) -> None:
        """Displace the FIFO links of a debit when the credit wants more than is open on it."""
        if wanted > debit.open_minor:
            fifo = [link for link in self._links_of("debit", debit.id) if link.principle is LinkPrinciple.FIFO]
            self._release(fifo, on, ReleaseReason.DISPLACED)

    def _link(
        self, credit: OpenItem, debit: OpenItem, principle: LinkPrinciple, on: date, *, most: int | None = None
    ) -> None:
        minor = min(credit.open_minor, debit.open_minor)
        minor = minor if most is None else min(minor, most)
        if not minor:
            return
        # Never before both sides were free: an older day that a posting is dated to keeps what it knew.
        day = max(on, credit.available_on, debit.available_on)
        link = NewAllocation(credit.id, debit.id, minor, principle, day, credit.take(minor), debit.take(minor))
        self._unindexed.append(link)
        self.links.append(link)
        for side, item in (("credit", credit), ("debit", debit)):
            if not item.open_minor:
                queue = self._queues[side]
                if queue[-1][1] == -item.id:  # served from its end, as FIFO does
                    queue.pop()
                else:
                    del queue[bisect_left(queue, item.key)]

    def _release(self, links: Iterable[NewAllocation], on: date, reason: ReleaseReason) -> None:
        for link in list(links):
            released_on = max(on, link.allocated_on)
            link.released_on, link.release_reason = released_on, reason
            self._links_of("debit", link.debit_id).remove(link)
            self._links_of("credit", link.credit_id).remove(link)
            if link.id is not None:
                self.links.append(link)
            for side, ident, base in (
                ("credit", link.credit_id, link.credit_base),
                ("debit", link.debit_id, link.debit_base),
            ):
                item = self._items[side][ident]
                if not item.open_minor:
                    insort(self._queues[side], item.key)
                item.open_minor += link.minor
                item.open_base += base
                item.available_on = max(item.available_on, released_on)

    def _add(self, side: str, item: OpenItem) -> OpenItem:
        if item.id not in self._items[side]:
            self._items[side][item.id] = item
            if item.open_minor:
                insort(self._queues[side], item.key)
        return self._items[side][item.id]

    def _links_of(self, side: str, ident: int) -> list[NewAllocation]:
        """The live links of an item. They are indexed when first asked for: plain FIFO never asks."""
        for link in self._unindexed:
            self._by["debit"].setdefault(link.debit_id, []).append(link)
            self._by["credit"].setdefault(link.credit_id, []).append(link)
        self._unindexed.clear()
        return self._by[side].setdefault(ident, [])
