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
class Credit:
    """What is left of a payment, or of other credit."""

    account: int
    minor: int
    on: date


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
    written_off: dict[int, int] = field(default_factory=dict)  # what of invoices was
    ways: dict[tuple[int, int], int] = field(default_factory=dict)  # to pay, by account and provider
    by_themselves: dict[int, bool] = field(default_factory=dict)  # whether runs may charge by a way to pay
    refused: set[int] = field(default_factory=set)  # ways to pay to which a bank transfers nothing back
    withheld: dict[tuple[int, int], str] = field(default_factory=dict)  # invoice and way to pay, and why
    barred: set[int] = field(default_factory=set)  # ways to pay that were declined for good

    def owed(self, account: int, collected: int) -> int:
        """What an account owes, below zero where it is in credit; ``collected``: by gateways and banks, less what they
        paid back, as far as it is posted."""
        standing = [one for one in self.invoices.values() if one.account == account and one.stands]
        invoiced = sum(one.minor - self.written_off.get(one.ident, 0) for one in standing)
        paid = sum(minor for at, minor in self.cash.values() if at == account)
        return invoiced - paid - collected

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
            is_off = one.invoice in self.written_off and one.invoice not in open_now and one.state == "open"
            if is_off or not self.invoices[one.invoice].stands:
                one.state = "withdrawn"
            else:
                one.state = "open" if one.invoice in open_now else "kept"

    def dawn(self, open_now: Mapping[int, Open], on: date) -> None:
        """Whoever looks at the clock has looked."""
        for one in self.promises.values():
            if one.state == "open" and one.is_late(open_now[one.invoice].minor, on):
                one.state = "broken"

    def decided(
        self,
        documents: Iterable[Open],
        *,
        provider: int,
        everything: Iterable[Open],
        asked: Sequence[Asked],
        on: date,
        minimum: int,
    ) -> dict[int, Decision]:
        """What a payment run of a provider is to decide of each: its amount, or why it is left alone."""
        owed: dict[int, int] = {}
        for each in everything:
            owed[each.account] = owed.get(each.account, 0) + each.minor
        room = {each.account: owed.get(each.account, 0) for each in asked}
        for each in asked:
            room[each.account] -= each.minor
        found: dict[int, Decision] = {}
        for one in sorted(documents, key=lambda each: (self.invoices[each.ident].due, each.ident)):
            reason = self._refusal(one, provider, asked, on)
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

    def refunded(
        self, credits: Iterable[Credit], *, owes: Mapping[int, int], asked: set[int], bank: int, on: date
    ) -> dict[int, Decision]:
        """What a run that pays credit back through a bank is to decide of each account that is in credit.

        Args:
            owes: what accounts owe of what is open there. asked: those with a request that has no end.
        """
        free: dict[int, int] = {}
        old: dict[int, int] = {}
        for each in credits:
            free[each.account] = free.get(each.account, -owes.get(each.account, 0)) + each.minor
            old[each.account] = old.get(each.account, 0) + (each.minor if each.on <= on else 0)
        found: dict[int, Decision] = {}
        for account, minor in free.items():
            if minor <= 0:
                continue
            back = min(minor, old[account])
            way = self.ways.get((account, bank))
            if not back:
                reason = "credit_too_young"
            elif account in asked:
                reason = "open_request"
            elif any(self.invoices[ident].account == account for ident in self.disputed):
                reason = "disputed"
            elif way is None:
                reason = "no_bank_details"
            else:
                reason = "bank_details_refused" if way in self.refused else ""
            found[account] = Decision(reason, back or minor)
        return found

    def _refusal(self, one: Open, provider: int, asked: Sequence[Asked], on: date) -> str:
        claims = [each for each in asked if one.ident in each.documents]
        way = self.ways.get((one.account, provider))
        if way is None:
            return "no_preference"
        if not self.by_themselves[way]:
            return "not_recurring"
        if any(not each.is_page for each in claims):
            return "open_request"
        if one.ident in self.disputed:
            return "disputed"
        if claims:
            return "pay_page_open"
        if not self.collectable(one, on):
            return "promised"
        if way in self.barred:
            return "declined_for_good"
        return self.withheld.get((one.ident, way), "")
