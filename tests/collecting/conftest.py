"""A company that collects by a gateway, and by direct debits that somebody else executes."""

from __future__ import annotations

import pytest
from tests.collecting.bank import CreditBank
from tests.collecting.house import House, make_house
from tests.factories import Ledger
from tests.gateways.conftest import install_toy
from tests.gateways.generic.office import Office


@pytest.fixture(autouse=True)
def _toy_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    install_toy(monkeypatch)


@pytest.fixture
def house(ledger: Ledger) -> House:
    return make_house(ledger)


@pytest.fixture
def bank(ledger: Ledger) -> CreditBank:
    """Books whose credit balances go back through the provider "bank"."""
    return CreditBank(ledger, Office.opened(ledger))
