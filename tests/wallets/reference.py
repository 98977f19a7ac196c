"""Wallets by plain loops over lists, written from the specification: what `test_random_lives` holds the books to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import count
from math import floor

ORDER = count()  # of pieces, as they come
TODAY = date(2026, 5, 20)  # on which other lots are asked, whatever day a void or credit bears


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


@dataclass(eq=False)
class Piece:
    """What one lot, or none, pays of one outgoing thing."""

    out: Out
    lot: Part | None
    face: int
    paid: int
    at: int = field(default_factory=lambda: next(ORDER))


@dataclass(eq=False)
class Part:
    """One lot."""

    name: int
    product: str | None
    face: int
    paid: int
    day: date
    until: date | None
    left: int
    paid_left: int

    def use(self, face: int) -> int:
        used_before = self.face - self.left
        taken_before = self.paid - self.paid_left
        wanted = half_up(Fraction(self.paid * (used_before + face), self.face)) - taken_before
        lowest = max(0, self.paid_left - (self.left - face))
        paid = max(lowest, min(wanted, face, self.paid_left))
        self.left -= face
        self.paid_left -= paid
        return paid


@dataclass(eq=False)
class Out:
    """A debit, a transfer, a reimbursement, a forfeiture."""

    kind: str
    product: str | None
    percent: int
    day: date
    face: int
    pieces: list[Piece] = field(default_factory=list)

    @property
    def paid(self) -> int:
        return sum(piece.paid for piece in self.pieces)


@dataclass(eq=False)
class Purse:
    """One wallet, and what of the ledger its things have moved: debits above zero."""

    lots: list[Part] = field(default_factory=list)
    short: list[Piece] = field(default_factory=list)
    moved: list[tuple[date, int]] = field(default_factory=list)
    ledger: dict[str, int] = field(default_factory=dict)

    # -- reading

    @property
    def balance(self) -> int:
        return sum(lot.left for lot in self.lots) - sum(piece.face for piece in self.short)

    def balance_on(self, day: date) -> int:
        return sum(minor for on, minor in self.moved if on <= day)

    def usable(self, product: str | None, day: date, *, only_free: bool = False) -> list[Part]:
        found = [
            lot
            for lot in self.lots
            if lot.left
            and lot.day <= day
            and (lot.until is None or lot.until >= day)
            and (lot.product is None or (not only_free and lot.product == product))
        ]
        return sorted(found, key=lambda lot: (lot.product is None, lot.until or date.max, lot.day, lot.name))

    # -- moving

    def book(self, **minors: int) -> None:
        for account, minor in minors.items():
            self.ledger[account] = self.ledger.get(account, 0) + minor

    def supply(self, out: Out, paid: int, sign: int = 1) -> None:
        """What an outgoing thing is to the books at a paid value."""
        if out.kind == "debit":
            net = out.face - half_up(Fraction(out.face * out.percent, 100 + out.percent))
            net_paid = paid - half_up(Fraction(paid * out.percent, 100 + out.percent))
            self.book(
                wallets=sign * paid,
                discount=sign * (net - net_paid),
                revenue=-sign * net,
                tax=-sign * (paid - net_paid),
            )
        elif out.kind == "expiry":
            self.book(wallets=sign * paid, breakage=-sign * paid)

    def credit(self, name: int, parts: list[tuple[str | None, int, int, date | None]], day: date) -> list[Part]:
        made = [Part(name + at, product, face, paid, day, until, face, paid) for at, (product, face, paid, until) in
                enumerate(parts)]  # fmt: skip
        self.lots += made
        self.moved.append((day, sum(lot.face for lot in made)))
        self.cover()
        return made

    def pay(self, out: Out, face: int, lots: list[Part]) -> int:
        """Let lots pay for some of it; what none pays."""
        for lot in lots:
            part = min(face, lot.left)
            if part:
                out.pieces.append(Piece(out, lot, part, lot.use(part)))
                face -= part
        return face

    def take(self, out: Out, lots: list[Part]) -> Out:
        left = self.pay(out, out.face, lots)
        assert not left
        self.moved.append((out.day, -out.face))
        self.supply(out, out.paid)
        return out

    def replaced(self, piece: Piece) -> None:
        """Other lots pay for a piece; what none covers is short."""
        out, before = piece.out, piece.out.paid
        out.pieces.remove(piece)
        left = self.pay(out, piece.face, self.usable(out.product, TODAY))
        if left:
            paid = piece.paid if left == piece.face else half_up(Fraction(piece.paid * left, piece.face))
            short = Piece(out, None, left, paid)
            out.pieces.append(short)
            self.short.append(short)
        more = out.paid - before
        if out.kind in ("debit", "expiry"):
            self.supply(out, before, -1)
            self.supply(out, out.paid)
        elif more:  # money that had left as money: a difference was granted
            self.book(wallets=more, discount=-more)

    def cover(self) -> None:
        for piece in list(self.short):
            if self.usable(piece.out.product, TODAY):
                self.short.remove(piece)
                self.replaced(piece)

    def void_credit(self, lots: list[Part], outs: list[Out], day: date) -> None:
        for out in outs:
            if out.kind == "expiry" and any(piece.lot in lots for piece in out.pieces):
                self.void_out(out, day)
        self.moved.append((day, -sum(lot.face for lot in lots)))
        for lot in lots:
            lot.left = lot.paid_left = 0
        concerned = [piece for out in outs for piece in out.pieces if piece.lot in lots]
        for piece in sorted(concerned, key=lambda piece: piece.at):
            self.replaced(piece)
        self.lots = [lot for lot in self.lots if lot not in lots]
        self.cover()

    def void_out(self, out: Out, day: date) -> None:
        for piece in out.pieces:
            if piece.lot is None:
                self.short.remove(piece)
            else:
                piece.lot.left += piece.face
                piece.lot.paid_left += piece.paid
        self.supply(out, out.paid, -1)
        out.pieces = []
        self.moved.append((day, out.face))
        self.cover()
