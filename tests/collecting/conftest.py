"""A company that collects by a gateway, and by direct debits that somebody else executes."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from django.db import connection
from tests.collecting.bank import CreditBank
from tests.collecting.house import House, make_house
from tests.factories import Ledger, company_at_work
from tests.gateways.conftest import install_toy
from tests.gateways.generic.office import Office
from tests.gateways.toy import BANKS
from tests.shared import Whole, share, whole_of


@pytest.fixture(autouse=True)
def _toy_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    install_toy(monkeypatch)


@pytest.fixture(scope="module")
def full_house(module_db: None) -> Whole:
    with pytest.MonkeyPatch.context() as patches, company_at_work() as company:
        install_toy(patches)
        found = make_house(Ledger())
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
    return Whole(company, found.ledger, found)


@pytest.fixture
def house(request: pytest.FixtureRequest, ledger: Ledger) -> House:
    whole = whole_of(request)
    if whole is None:
        return make_house(ledger)
    found = copy.deepcopy(whole.made)
    BANKS.pop(found.desk.provider.public_id, None)
    return replace(found, desk=replace(found.desk, ledger=ledger))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share(items, house, "full_house")


@pytest.fixture
def bank(ledger: Ledger) -> CreditBank:
    """Books whose credit balances go back through the provider "bank"."""
    return CreditBank(ledger, Office.opened(ledger))
