"""The world of a simulated run: one company with a Stripe account of the sandbox, a clock, and sudden death.

Everything happens in one thread's order inside one database transaction that is rolled back at the end; what commits in
production releases a savepoint here. A step may be killed at any boundary: before any statement that it sends to the
database, before any call to the gateway, and after the gateway has done its work and before its answer is heard.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.transaction import atomic
from tests.factories import NOW, Ledger, company_at_work
from tests.gateways.conftest import Desk, make_desk

from stripe_sandbox.payments import mandates
from stripe_sandbox.routing import Request, Response
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.transport import InProcessClient, client
from subledger.accounts.models import Account
from subledger.companies.entries import save_entry
from subledger.gateways import registry
from subledger.gateways.kind import GatewayKind
from subledger.gateways.models import GatewayCustomer, Instrument
from subledger.gateways.port import InstrumentSeen, ProviderSettings
from subledger.gateways.services.instruments import keep_customer, keep_instrument
from subledger.gateways.stripe import STRIPE
from subledger.gateways.stripe.adapter import StripeGateway
from subledger.journal.models import LedgerAccount
from subledger.platform import clock

KEY, SECRET = "sk_test_simulation", "whsec_simulation"
# Cards on file: how each behaves when it is charged with nobody present.
CARDS = {
    "good": "pm_card_visa",
    "declined": "pm_card_chargeCustomerFail",
    "3ds": "pm_card_authenticationRequired",
    "slow refund": "pm_card_pendingRefund",
    "refund fails": "pm_card_refundFail",
}
# Bank accounts under a mandate: a debit takes its time, and may come back.
IBANS = {"debit": "AT611904300234573201", "debit fails": "AT861904300235473202"}
# What customers type on a page.
NUMBERS = {"good": "4242424242424242", "declined": "4000000000000002", "3ds": "4000002760003184"}


class Killed(BaseException):
    """The process is gone: whatever it had not committed is, too."""


class Boundaries:
    """Where a step can be killed; armed for one step at a time."""

    def __init__(self) -> None:
        self.left = 0
        self.passed = 0

    def arm(self, number: int) -> None:
        """Kill at the boundary of that number; 0 lets live."""
        self.left, self.passed = number, 0

    def cross(self, where: str) -> None:
        self.passed += 1
        if self.left:
            self.left -= 1
            if not self.left:
                raise Killed(where)

    def statement(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """A database wrapper. Savepoints are not boundaries: whoever dies at one has died before it."""
        text = str(sql).lstrip()
        if not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.cross(f"before {' '.join(text.split())[:60]}")
        return execute(sql, params, many, context)


class Wire(InProcessClient):
    """Calls to the sandbox, with a boundary on each side of the gateway's work."""

    def __init__(self, sandbox: Sandbox, boundaries: Boundaries) -> None:
        super().__init__(sandbox)
        self._boundaries = boundaries

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **options: Any
    ) -> Any:
        self._boundaries.cross(f"before {method} {url[:70]}")
        answer = super().request(method, url, headers, post_data, **options)
        self._boundaries.cross(f"after {method} {url[:70]}")
        return answer


@dataclass
class World:
    """One run's state, apart from the database."""

    desk: Desk
    accounts: list[Account]
    cards: dict[tuple[int, str], Instrument]
    sandbox: Sandbox
    boundaries: Boundaries
    now: datetime = NOW
    log: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)  # addresses that customers were sent to
    invoices: list[Any] = field(default_factory=list)

    @property
    def provider_id(self) -> int:
        return self.desk.provider.pk

    @property
    def gateway_method_id(self) -> int:
        return self.desk.method.pk

    def say(self, words: str) -> None:
        self.log.append(f"{self.now - NOW!s:>16}  {words}")

    def advance(self, by: timedelta) -> None:
        """Time passes, here and at the gateway."""
        self.now += by
        clock._frozen.set(self.now)
        self.sandbox.timeline.advance_to(self.now.timestamp())

    def control(self, method: str, path: str, given: Any = None) -> Any:
        answer = self.sandbox.handle(Request(method, f"/_sandbox/{path}", body=json.dumps(given or {}).encode()))
        assert isinstance(answer, Response)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def visit(self, address: str, form: str) -> tuple[int, str]:
        """A customer fills in a page of the gateway's; its status, and where that leads."""
        path = address.removeprefix(self.sandbox.base_url).partition("?")[0]
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self.sandbox.handle(Request("POST", path, headers=headers, body=form.encode()))
        assert isinstance(answer, Response)
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}.get("location", "")


@dataclass
class Stage:
    """What runs share: the company, its accounts and its cards. The gateway's side is built anew for each run."""

    desk: Desk
    accounts: list[Account]
    boundaries: Boundaries
    sandbox: list[Sandbox] = field(default_factory=list)
    cards: dict[tuple[int, str], Instrument] = field(default_factory=dict)

    def open_sandbox(self) -> dict[tuple[int, str], tuple[str, str]]:
        """A sandbox as it was when the cards were registered: equal seeds give equal ids. Tokens by account, card."""
        self.sandbox[:] = [Sandbox(seed="simulation", start=NOW.timestamp())]
        stripe = client(self.sandbox[0], KEY)
        tokens = {}
        for account in self.accounts:
            ours = {"subledger_account": account.public_id, "subledger_provider": self.desk.provider.public_id}
            customer = stripe.v1.customers.create({"metadata": ours})
            for name, token in CARDS.items():
                method = stripe.v1.payment_methods.attach(token, {"customer": customer.id})
                tokens[account.pk, name] = (customer.id, method.id)
            for name, iban in IBANS.items():
                holder = {"name": "Ana", "email": "ana@example.com"}
                wanted = {"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": holder}
                method = stripe.v1.payment_methods.create(wanted)
                stripe.v1.payment_methods.attach(method.id, {"customer": customer.id})
                there = self.sandbox[0].account("simulation")
                mandates.accept(there, there.get("payment_method", method.id), None)
                tokens[account.pk, name] = (customer.id, method.id)
        hook = {"key": KEY, "url": "pull:simulation", "secret": SECRET}
        self.sandbox[0].handle(Request("POST", "/_sandbox/webhooks", body=json.dumps(hook).encode()))
        return tokens

    @contextmanager
    def world(self) -> Iterator[World]:
        """A run of its own, undone at the end."""
        self.open_sandbox()
        savepoint = connection.savepoint()
        token = clock._frozen.set(NOW)
        try:
            yield World(self.desk, self.accounts, self.cards, self.sandbox[0], self.boundaries)
        finally:
            self.boundaries.arm(0)
            clock._frozen.reset(token)
            connection.set_rollback(False)
            connection.savepoint_rollback(savepoint)


@contextmanager
def stage(*others: str) -> Iterator[Stage]:
    """A company for any number of runs, in a transaction that is rolled back; gateways speak to the run's sandbox.

    ``others``: names of customers beside the two that there are."""
    boundaries = Boundaries()
    running: list[Sandbox] = []

    def make(settings: ProviderSettings) -> StripeGateway:
        return StripeGateway(settings, http_client=Wire(running[0], boundaries))

    kind = GatewayKind(
        STRIPE.name, STRIPE.title, make, STRIPE.api_versions, STRIPE.currencies, checks_key=STRIPE.checks_key
    )
    kinds = {**registry.kinds(), STRIPE.name: kind}
    block = atomic()
    block._from_testcase = True  # the one block in which a gateway may be called: it is never committed
    with (
        patch.object(registry, "kinds", lambda: kinds),
        block,
        company_at_work(),
        connection.execute_wrapper(boundaries.statement),
    ):
        found = Stage(_desk(), [], boundaries, running)
        found.accounts = [found.desk.ledger.account, *(found.desk.ledger.open(name) for name in ("Bea", *others))]
        by_pk = {account.pk: account for account in found.accounts}
        for (account_id, name), (customer, token) in found.open_sandbox().items():
            kind, expiry = ("sepa_debit", (None, None)) if name in IBANS else ("card", (12, 2034))
            seen = InstrumentSeen(by_pk[account_id].public_id, token, kind, customer, name, "4242", *expiry, "DE")
            keep_customer(found.desk.provider, account_id, customer)
            kept = keep_instrument(provider=found.desk.provider, seen=seen, actor="test")
            assert kept is not None
            found.cards[account_id, name] = kept
        yield found
        connection.set_rollback(True)


def _desk() -> Desk:
    """Money that the gateway moved goes to a ledger account of its own, so that its sum can be checked."""
    desk = make_desk(Ledger(), kind="stripe", name="Stripe", code="stripe", test_key=KEY, webhook_secrets=[SECRET])
    Instrument.objects.filter(pk=desk.card.pk).update(is_default=False, removed_at=NOW)
    GatewayCustomer.objects.all().delete()  # the desk's own card is one that no gateway knows
    own = LedgerAccount.objects.get(code="1020")
    for method in (desk.method, desk.refund_method):
        save_entry(model=type(method), ident=method.pk, values={"ledger_account": own}, actor="test")
    return desk
