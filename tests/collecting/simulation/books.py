"""What a plain ledger knows of a simulated run: who owes what, what is promised and disputed, who is to be asked.

It is told of people's deeds and looks at what is open; it shares no rule and no statement with the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass
class Invoice:
    ident: int
    account: int
    minor: int
    on: date
    due: date
    is_late_charge: bool = False
    stands: bool = True
    was_held: bool = False  # promised or disputed at some time


@dataclass
class Promised:
    """Instalments are of rising days; what is open is the last part of them."""

    ident: int
    invoice: int
    instalments: Sequence[tuple[date, int]]
    grace: int
    state: str = "open"

    def later(self, on: date) -> int:
        return sum(minor for day, minor in self.instalments if day > on)

    def reached(self, open_minor: int, on: date) -> int:
        return open_minor - min(open_minor, self.later(on))

    def is_late(self, open_minor: int, on: date) -> bool:
        """Whether an instalment is unpaid for longer than the days of grace."""
        return min(open_minor, sum(minor for _, minor in self.instalments)) > self.later(
            on - timedelta(days=self.grace)
        )


@dataclass(frozen=True)
class Open:
    """What is open of an invoice."""

    ident: int
    account: int
    minor: int


@dataclass(frozen=True)
class Asked:
    """A payment request that has no end: what it claims, whether its customer is on a page of it."""

    account: int
    minor: int
    documents: frozenset[int]
    is_page: bool


@dataclass(frozen=True)
class Decision:
    reason: str
    minor: int


@dataclass
class Books:
    invoices: dict[int, Invoice] = field(default_factory=dict)
    cash: dict[int, tuple[int, int]] = field(default_factory=dict)  # account and amount of what stands
    promises: dict[int, Promised] = field(default_factory=dict)
    disputed: set[int] = field(default_factory=set)
    by_themselves: dict[int, bool] = field(default_factory=dict)  # whether runs may charge the account
    prefers: dict[int, int] = field(default_factory=dict)  # the way to pay of an account
    withheld: dict[tuple[int, int], str] = field(default_factory=dict)  # invoice and way to pay, and why

    def owed(self, account: int, captured: int) -> int:
        """What an account owes, below zero where it is in credit; ``captured``: of the gateway, and posted."""
        invoiced = sum(one.minor for one in self.invoices.values() if one.account == account and one.stands)
        paid = sum(minor for at, minor in self.cash.values() if at == account)
        return invoiced - paid - captured

    def promise_of(self, invoice: int) -> Promised | None:
        return next((one for one in self.promises.values() if one.invoice == invoice and one.state == "open"), None)

    def is_held(self, invoice: int) -> bool:
        """Nobody reminds of it."""
        return invoice in self.disputed or self.promise_of(invoice) is not None

    def collectable(self, one: Open, on: date) -> int:
        """What may leave for it on a day."""
        if one.ident in self.disputed:
            return 0
        promise = self.promise_of(one.ident)
        return one.minor if promise is None else promise.reached(one.minor, on)

    def follow(self, open_now: Mapping[int, Open]) -> None:
        """Promises after a step: kept with the last of the money, open again without it, over with their invoice."""
        for one in self.promises.values():
            if one.state not in ("open", "kept"):
                continue
            if not self.invoices[one.invoice].stands:
                one.state = "withdrawn"
            else:
                one.state = "open" if one.invoice in open_now else "kept"

    def dawn(self, open_now: Mapping[int, Open], on: date) -> None:
        """Whoever looks at the clock has looked."""
        for one in self.promises.values():
            if one.state == "open" and one.is_late(open_now[one.invoice].minor, on):
                one.state = "broken"

    def decided(
        self, documents: Iterable[Open], *, everything: Iterable[Open], asked: Sequence[Asked], on: date, minimum: int
    ) -> dict[int, Decision]:
        """What a payment run is to decide of each: its amount, or why it is left alone."""
        owed: dict[int, int] = {}
        for each in everything:
            owed[each.account] = owed.get(each.account, 0) + each.minor
        room = {each.account: owed.get(each.account, 0) for each in asked}
        for each in asked:
            room[each.account] -= each.minor
        found: dict[int, Decision] = {}
        for one in sorted(documents, key=lambda each: (self.invoices[each.ident].due, each.ident)):
            reason = self._refusal(one, asked, on)
            if reason:
                found[one.ident] = Decision(reason, one.minor)
                continue
            wanted = self.collectable(one, on)
            left = wanted
            if one.account in room:
                left = max(min(wanted, room[one.account]), 0)
                room[one.account] -= wanted
            if not left:
                found[one.ident] = Decision("under_way", one.minor)
            else:
                found[one.ident] = Decision("below_minimum" if left < minimum else "", left)
        return found

    def _refusal(self, one: Open, asked: Sequence[Asked], on: date) -> str:
        claims = [each for each in asked if one.ident in each.documents]
        if not self.by_themselves[one.account]:
            return "not_recurring"
        if any(not each.is_page for each in claims):
            return "open_request"
        if one.ident in self.disputed:
            return "disputed"
        if claims:
            return "pay_page_open"
        if not self.collectable(one, on):
            return "promised"
        return self.withheld.get((one.ident, self.prefers[one.account]), "")
