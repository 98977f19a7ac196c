"""A company that collects by a gateway, and by direct debits that somebody else executes."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from django.db import connection
from tests.collecting.bank import CreditBank
from tests.collecting.house import House, make_house
from tests.factories import Ledger, at_work
from tests.gateways.conftest import install_toy
from tests.gateways.generic.office import Office
from tests.gateways.toy import BANKS
from tests.shared import share

from subledger.companies.models import Company


@pytest.fixture(autouse=True)
def _toy_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    install_toy(monkeypatch)


@pytest.fixture(scope="module")
def full_house(full_company: Company, full_ledger: Ledger) -> House:
    with pytest.MonkeyPatch.context() as patches, at_work(full_company):
        install_toy(patches)
        found = make_house(copy.deepcopy(full_ledger))
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
    return found


@pytest.fixture
def house(request: pytest.FixtureRequest, ledger: Ledger) -> House:
    if "full_house" not in request.fixturenames:
        return make_house(ledger)
    found = copy.deepcopy(request.getfixturevalue("full_house"))
    BANKS.pop(found.desk.provider.public_id, None)
    return replace(found, desk=replace(found.desk, ledger=ledger))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share(items, house, "full_house")


@pytest.fixture
def bank(ledger: Ledger) -> CreditBank:
    """Books whose credit balances go back through the provider "bank"."""
    return CreditBank(ledger, Office.opened(ledger))
