from __future__ import annotations

import pytest
from tests.factories import Ledger
from tests.gateways.generic.office import Office


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return Office.opened(ledger)
