"""What is on its way to us, and whose it is: whoever sends too much at once is refused, not whoever comes next.

Bodies are kept in memory until they are whole. An address has a share of what may be kept, a smaller one where
nothing in its headers looks like somebody we know. Where all of them together are too much, the address that holds most
gives way.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from .refusals import TooMuchAtOnce

MIB = 1024 * 1024
LIMIT = 256 * MIB
ADDRESS_LIMIT = LIMIT // 4
STRANGERS_LIMIT = LIMIT // 4  # of all strangers together
STRANGER_LIMIT = LIMIT // 16
# Bodies of one address that are on their way, however little of them is here: each holds a connection.
BODIES, STRANGERS_BODIES = 256, 64
# Of an IPv6 address: whoever has one has all of its network.
NETWORK_BITS = 64


@dataclass(slots=True, eq=False)
class Arriving:
    """One body; ``waiting`` for its next part, and ``displaced`` where its sender gave way to others."""

    holder: str
    is_stranger: bool
    size: int = 0
    waiting: asyncio.Timeout | None = None
    displaced: bool = False

    def refuse_if_displaced(self) -> None:
        if self.displaced:
            raise TooMuchAtOnce


class Traffic:
    """The bodies that are on their way now; used on the event loop alone."""

    def __init__(self) -> None:
        self.received = 0
        self._strangers = 0
        self._by_holder: dict[str, set[Arriving]] = {}
        self._sizes: Counter[str] = Counter()

    @contextmanager
    def arriving(self, address: str, *, is_stranger: bool) -> Iterator[Arriving]:
        """Raises: TooMuchAtOnce: as many bodies of this address are on their way as may be."""
        body = Arriving(holder_of(address), is_stranger)
        siblings = self._by_holder.setdefault(body.holder, set())
        if len(siblings) >= (STRANGERS_BODIES if is_stranger else BODIES):
            raise TooMuchAtOnce
        siblings.add(body)
        try:
            yield body
        finally:
            self._count(body, -body.size)
            siblings.discard(body)
            if not siblings:
                del self._by_holder[body.holder], self._sizes[body.holder]

    def take(self, body: Arriving, size: int) -> None:
        """Count a part of a body. Raises: TooMuchAtOnce: its sender has more on the way than their share."""
        body.refuse_if_displaced()
        self._count(body, size)
        if self._sizes[body.holder] > (STRANGER_LIMIT if body.is_stranger else ADDRESS_LIMIT):
            raise TooMuchAtOnce
        if body.is_stranger and self._strangers > STRANGERS_LIMIT:
            self._make_room(body, strangers_alone=True)
        if self.received > LIMIT:
            self._make_room(body, strangers_alone=False)

    def _count(self, body: Arriving, change: int) -> None:
        body.size += change
        self.received += change
        self._sizes[body.holder] += change
        if body.is_stranger:
            self._strangers += change

    def _make_room(self, body: Arriving, *, strangers_alone: bool) -> None:
        """The largest body of the address that holds most is refused, be it the one that just grew."""
        for holder, _ in self._sizes.most_common():
            there = [each for each in self._by_holder[holder] if each.is_stranger or not strangers_alone]
            there = [each for each in there if not each.displaced]
            if body in there:
                raise TooMuchAtOnce
            if there:
                largest = max(there, key=lambda each: each.size)
                self._displace(largest)
                return

    def _displace(self, body: Arriving) -> None:
        body.displaced = True
        self._count(body, -body.size)
        if body.waiting is not None:
            with suppress(RuntimeError):  # it has just waited too long by itself
                body.waiting.reschedule(0)


def holder_of(address: str) -> str:
    """Whose share an address counts to: its own, or that of its IPv6 network."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    mapped = known.ipv4_mapped
    return str(mapped) if mapped else f"{int(known) >> (128 - NETWORK_BITS):x}"
