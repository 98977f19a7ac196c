"""A company that collects by a gateway and by direct debits, with a retry plan for both, and a clock that moves."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.db import connection
from tests.collecting.house import House, make_house
from tests.factories import Day, Ledger, company_at_work, day
from tests.gateways.conftest import install_toy
from tests.gateways.toy import BANKS, TOY, Bank, Order
from tests.shared import Whole, share, whole_of

from subledger.gateways import registry
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.port import Declined, Outcome
from subledger.gateways.stripe.declines import STRIPE_DECLINES
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.reports.proof import prove
from subledger.retries.listeners import LISTENERS
from subledger.retries.models import Retry, RetryPlan
from subledger.retries.services.retries import make_due
from subledger.transactions.rules.orders import Posted

Script = Callable[[Bank, Order], Outcome]


def declines(code: str) -> Script:
    def act(bank: Bank, order: Order) -> Outcome:
        return bank.settle(order, Declined(code, f"The bank says {code}."))

    return act


SOFT, HARD, ERROR = declines("insufficient_funds"), declines("stolen_card"), declines("processing_error")


@dataclass
class Retrying:
    house: House
    heard: int = 0

    @property
    def ledger(self) -> Ledger:
        return self.house.ledger

    @property
    def bank(self) -> Bank:
        return self.house.bank

    def plan(self, **fields: Any) -> RetryPlan:
        """The plan of the company, for both providers unless it says otherwise."""
        row: RetryPlan = RetryPlan.objects.get(code="standard")
        providers: list[Provider] = fields.pop("providers", [self.house.desk.provider, self.house.generic])
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        row.providers.set(providers)
        return row

    def collect(self, posted: Posted, *script: Script, name: str = "Month") -> PaymentRequest:
        """Have a run ask for what is open, and its gateway answer so."""
        self.bank.script.extend(script)
        self.house.charge(self.house.run(name))
        return self.house.request_for(posted)

    def retry(self) -> Retry:
        """The latest."""
        row: Retry = Retry.objects.latest("pk")
        return row

    def due(self, *script: Script) -> Retry:
        """Make what is due by now, and have the gateway answer so; the latest retry then."""
        self.bank.script.extend(script)
        make_due()
        self.house.desk.work()
        return self.retry()

    def hear(self) -> None:
        """Let the listeners of this room hear what happened since they last did."""
        events = list(Event.objects.filter(pk__gt=self.heard).order_by("pk"))
        for one in LISTENERS:
            wanted = [event for event in events if event.type in one.hears]
            if wanted:
                one.handle(wanted)
        if events:
            self.heard = events[-1].pk

    @staticmethod
    def told(posted: Posted) -> list[str]:
        rows = Event.objects.filter(object_id=posted.id, type__startswith="retry.").order_by("pk")
        return [row.type for row in rows]

    @staticmethod
    def broken() -> dict[str, Any]:
        return {found.invariant.name: found.rows for found in prove(everywhere=False) if found.broken}


@contextmanager
def on(text: Day, hour: int = 12) -> Iterator[None]:
    """The clock stands still on a day."""
    found = day(text)
    assert found is not None
    with clock.frozen(datetime.combine(found, time(hour), UTC)):
        yield


@pytest.fixture(autouse=True)
def _toy_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speaking of declines as Stripe does."""
    speaking_as_stripe(monkeypatch)


def speaking_as_stripe(monkeypatch: pytest.MonkeyPatch) -> None:
    install_toy(monkeypatch)
    known = {**registry.kinds(), TOY.name: replace(TOY, declines=STRIPE_DECLINES)}
    monkeypatch.setattr(registry, "kinds", lambda: known)


@pytest.fixture(scope="module")
def full_books(module_db: None) -> Whole:
    with pytest.MonkeyPatch.context() as patches, company_at_work() as company:
        speaking_as_stripe(patches)
        found = Retrying(make_house(Ledger()))
        found.plan()
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
    return Whole(company, found.ledger, found)


@pytest.fixture
def books(request: pytest.FixtureRequest, ledger: Ledger) -> Retrying:
    whole = whole_of(request)
    if whole is None:
        found = Retrying(make_house(ledger))
        found.plan()
        return found
    found = copy.deepcopy(whole.made)
    BANKS.pop(found.house.desk.provider.public_id, None)
    return replace(found, house=replace(found.house, desk=replace(found.house.desk, ledger=ledger)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share(items, books, "full_books")
