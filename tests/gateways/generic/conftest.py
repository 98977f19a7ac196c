from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from django.db import connection
from tests.factories import Ledger, company_at_work
from tests.gateways.generic.office import Office
from tests.shared import Whole, share, whole_of


@pytest.fixture(scope="module")
def full_office(module_db: None) -> Whole:
    with company_at_work() as company:
        found = Office.opened(Ledger())
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
    return Whole(company, found.ledger, found)


@pytest.fixture
def office(request: pytest.FixtureRequest, ledger: Ledger) -> Office:
    whole = whole_of(request)
    return replace(copy.deepcopy(whole.made), ledger=ledger) if whole else Office.opened(ledger)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share(items, office, "full_office")
