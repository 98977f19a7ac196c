from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from django.db import connection
from tests.factories import Ledger, at_work
from tests.gateways.generic.office import Office
from tests.shared import share

from subledger.companies.models import Company


@pytest.fixture(scope="module")
def full_office(full_company: Company, full_ledger: Ledger) -> Office:
    with at_work(full_company):
        found = Office.opened(copy.deepcopy(full_ledger))
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
    return found


@pytest.fixture
def office(request: pytest.FixtureRequest, ledger: Ledger) -> Office:
    if "full_office" not in request.fixturenames:
        return Office.opened(ledger)
    return replace(copy.deepcopy(request.getfixturevalue("full_office")), ledger=ledger)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share(items, office, "full_office")
