"""A third party's gateway, as small as one can be: it keeps its money in a dict and does as a test tells it.

It is declared the way an installed package would declare it (an entry point's value), and is all that a package needs.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from subledger.gateways.declines import DeclineClass
from subledger.gateways.kind import GatewayKind
from subledger.gateways.port import (
    ChargeOrder,
    Declined,
    DisputeSeen,
    GatewayFact,
    GatewayUnavailable,
    HostedPage,
    InProgress,
    InstrumentGone,
    InstrumentSeen,
    LookUp,
    Lost,
    Notice,
    NoticeRefused,
    NotThere,
    Outcome,
    ProviderSettings,
    RefundOrder,
    RefundSeen,
    Registration,
    RequestOutcome,
    Succeeded,
)
from subledger.kernel.money import Money

Order = ChargeOrder | RefundOrder


@dataclass
class Bank:
    """The other side: what moved, by idempotency key, and what the next calls are to do."""

    moved: dict[str, Outcome] = field(default_factory=dict)  # by key
    by_request: dict[str, Outcome] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)  # as they were received
    script: list[Callable[[Bank, Order], Outcome]] = field(default_factory=list)
    refunds: dict[str, RefundSeen] = field(default_factory=dict)
    disputes: list[DisputeSeen] = field(default_factory=list)
    is_silent: bool = False  # about what went back of its charges
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def receive(self, order: Order) -> Outcome:
        self.orders.append(order)
        if order.key in self.moved:
            return self.moved[order.key]
        act = self.script.pop(0) if self.script else succeed
        return act(self, order)

    def settle(self, order: Order, outcome: Outcome) -> Outcome:
        self.moved[order.key] = self.by_request[order.request] = outcome
        return outcome

    @property
    def captured(self) -> int:
        """Minor units taken from customers, less what went back."""
        total = 0
        for order in {order.key: order for order in self.orders}.values():
            if isinstance(self.moved.get(order.key), Succeeded):
                total += order.amount.minor if isinstance(order, ChargeOrder) else -order.amount.minor
        return total


def succeed(bank: Bank, order: Order) -> Outcome:
    number = next(bank.numbers)
    fee = Money(7, order.amount.currency) if isinstance(order, ChargeOrder) else None
    reference = f"{'ch' if isinstance(order, ChargeOrder) else 're'}_{id(bank) % 10**6}_{number}"
    return bank.settle(order, Succeeded(reference, order.amount, charge=reference, fee=fee))


def decline(bank: Bank, order: Order) -> Outcome:
    return bank.settle(order, Declined("card_declined", "Your card was declined."))


def lose_before(bank: Bank, order: Order) -> Outcome:
    """Nothing happened, and nobody says so."""
    return Lost("connection reset")


def lose_after(bank: Bank, order: Order) -> Outcome:
    """The money moved, and the answer was lost."""
    succeed(bank, order)
    return Lost("connection reset")


def take_time(bank: Bank, order: Order) -> Outcome:
    return bank.settle(order, InProgress(f"slow_{next(bank.numbers)}"))


BANKS: dict[str, Bank] = {}


class ToyGateway:
    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self.bank = BANKS.setdefault(settings.provider, Bank())

    async def register(self, order: Registration) -> HostedPage:
        return HostedPage("https://toy.example/register", f"session_{order.customer.account}", customer_token="toy-cus")

    async def charge(self, order: ChargeOrder) -> Outcome:
        return self.bank.receive(order)

    async def refund(self, order: RefundOrder) -> Outcome:
        return self.bank.receive(order)

    async def look_up(self, query: LookUp) -> Outcome:
        return self.bank.by_request.get(query.request, NotThere())

    def parse(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        if headers.get("toy-signature") not in self.settings.webhook_secrets:
            raise NoticeRefused("signature_wrong", "The signature is not ours.")
        event = json.loads(body)
        return Notice(event["id"], event["type"], event["object"], datetime.fromtimestamp(event["at"], UTC), body)

    async def facts(self, notice: Notice) -> Sequence[GatewayFact]:
        reference = notice.object_reference
        if notice.type == "refund":
            return [self.bank.refunds[reference]]
        if notice.type == "card":
            account = notice.body and json.loads(notice.body)["account"]
            return [InstrumentSeen(account, reference, "card", "toy-cus", "visa", "4242", 12, 2030, "DE", "fp")]
        if notice.type == "card_gone":
            return [InstrumentGone(reference)]
        if reference in self.bank.by_request:
            return [RequestOutcome(reference, self.bank.by_request[reference])]
        return []

    async def gone_back(self, charge: str) -> Sequence[GatewayFact]:
        if self.bank.is_silent:
            raise GatewayUnavailable("It does not answer.")
        return [one for one in (*self.bank.refunds.values(), *self.bank.disputes) if one.charge == charge]

    async def close(self) -> None:
        return None


TOY = GatewayKind(
    "toy",
    "Toy bank",
    ToyGateway,
    taken_back=frozenset({"charge_disputed"}),
    declines={"expired_card": DeclineClass.HARD},
)
