"""Which lots pay for a debit, what of them is paid value, and what moves when a lot is taken away.

The law, in full in docs/domain/wallets.md:

- A debit takes lots that are meant for its product before those that are meant for any; within each the one that
  expires first, then the one credited first, then the one made first.
- Paid value goes with face: what was taken of a lot so far, in proportion, less what was taken before. The last use
  takes the rest.
- A debit that is voided gives back to the very lots, the last taken first.
- A lot whose credit is voided gives back nothing. What it had paid for moves to other lots by the same order; what none
  covers is short, and the next credit covers it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from subledger.kernel.rounding import share


@dataclass(slots=True, kw_only=True)
class LotStanding:
    """A lot as it stands within a set; minor units. ``product_id`` None pays for anything."""

    id: int
    face: int
    paid: int
    face_left: int
    paid_left: int
    product_id: int | None = None
    expires_on: date | None = None
    credited_on: date

    def take(self, face: int) -> int:
        """Use ``face`` of what is left and return the paid value that goes with it."""
        used = self.face - self.face_left + face
        before = self.paid - self.paid_left
        wanted = self.paid if used == self.face else share(self.paid, used, self.face)
        # What is given back in between may leave a cent over: what is left is never worth more than its face.
        least = max(0, self.paid_left - (self.face_left - face))
        paid = max(least, min(wanted - before, face, self.paid_left))
        self.face_left -= face
        self.paid_left -= paid
        return paid

    def give_back(self, face: int, paid: int) -> None:
        self.face_left += face
        self.paid_left += paid

    def pays_for(self, product_id: int | None, on: date) -> bool:
        """Whether it may pay for a product on a day: it is meant for it, or for any, is there by then, and not over."""
        is_meant = self.product_id is None or self.product_id == product_id
        return is_meant and self.credited_on <= on and (self.expires_on is None or self.expires_on >= on)

    @property
    def key(self) -> tuple[bool, date, date, int]:
        """Its place among those that may pay: those meant for the product come first."""
        return self.product_id is None, self.expires_on or date.max, self.credited_on, self.id


class LotUse(NamedTuple):
    """Face and paid value that a lot gives to a debit; of no lot where nothing covers it."""

    lot_id: int | None
    face: int
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingTake:
    """What a lot gave to a debit, as it is kept. ``on`` is the debit's day."""

    id: int
    debit_id: int
    lot_id: int | None
    product_id: int | None
    on: date
    face: int
    paid: int


class Moved(NamedTuple):
    """A take that ends, and what takes its place."""

    ended: StandingTake
    by: tuple[LotUse, ...]

    @property
    def paid_more(self) -> int:
        """What more of paid value the debit takes than before."""
        return sum(one.paid for one in self.by) - self.ended.paid


class Purse:
    """The lots of one wallet while a set is decided; of those that are not here, none is needed."""

    def __init__(self, lots: Iterable[LotStanding] = (), shorts: Iterable[StandingTake] = ()) -> None:
        self._lots = {lot.id: lot for lot in lots}
        self.shorts = list(shorts)  # takes that no lot covers, the oldest first
        self.changed: dict[int, LotStanding] = {}

    def add(self, lot: LotStanding) -> None:
        self._lots[lot.id] = lot

    def lot(self, ident: int) -> LotStanding:
        return self._lots[ident]

    def available(self, product_id: int | None, on: date) -> int:
        """What may pay for a product on a day."""
        return sum(lot.face_left for lot in self._lots.values() if lot.pays_for(product_id, on))

    def free(self, on: date, *, paid_only: bool = False) -> list[LotStanding]:
        """The lots that may leave the wallet as money on a day, in order: those that are meant for no product; or of
        these those that somebody paid for."""
        lots = self._in_order(None, on)
        return [lot for lot in lots if lot.product_id is None and (lot.paid_left or not paid_only)]

    def take(self, face: int, *, product_id: int | None, on: date) -> tuple[LotUse, ...]:
        """Take as much as there is, up to ``face``."""
        return tuple(self._take(face, self._in_order(product_id, on)))

    def take_of(self, lots: Sequence[LotStanding], face: int) -> tuple[LotUse, ...]:
        """So much of some lots, in their order."""
        return tuple(self._take(face, lots))

    def take_all(self, lots: Sequence[LotStanding]) -> tuple[LotUse, ...]:
        """What is left of some lots."""
        return self.take_of(lots, sum(lot.face_left for lot in lots))

    def give_back(self, takes: Sequence[StandingTake]) -> None:
        for one in sorted(takes, key=lambda take: take.id, reverse=True):
            if one.lot_id is not None:
                lot = self._lots[one.lot_id]
                lot.give_back(one.face, one.paid)
                self.changed[lot.id] = lot

    def move(self, takes: Sequence[StandingTake], *, on: date) -> tuple[Moved, ...]:
        """Let other lots pay for what these takes paid for, in order; what none covers is of no lot.

        A lot pays that is there by ``on``, for it is only now asked.
        """
        return tuple(self._replaced(one, on) for one in sorted(takes, key=lambda take: take.id))

    def cover(self, *, on: date) -> tuple[Moved, ...]:
        """Let lots pay for what was short, the oldest first, as far as they reach."""
        found = []
        for one in list(self.shorts):
            if self.available(one.product_id, on):
                self.shorts.remove(one)
                found.append(self._replaced(one, on))
        return tuple(found)

    def _replaced(self, one: StandingTake, on: date) -> Moved:
        by = self.take(one.face, product_id=one.product_id, on=on)
        covered = sum(taken.face for taken in by)
        if covered < one.face:
            rest = one.face - covered
            by = (*by, LotUse(None, rest, share(one.paid, rest, one.face)))
        return Moved(one, by)

    def _in_order(self, product_id: int | None, on: date) -> list[LotStanding]:
        usable = [lot for lot in self._lots.values() if lot.face_left and lot.pays_for(product_id, on)]
        return sorted(usable, key=lambda lot: lot.key)

    def _take(self, face: int, lots: Sequence[LotStanding]) -> Iterator[LotUse]:
        for lot in lots:
            part = min(face, lot.face_left)
            if part:
                face -= part
                self.changed[lot.id] = lot
                yield LotUse(lot.id, part, lot.take(part))
