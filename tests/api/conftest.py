from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from tests.factories import NOW, forget_settings
from tests.shared import share, whole_of

from subledger.platform import clock

from .client import Books, books


@pytest.fixture
def api(request: pytest.FixtureRequest, db: None) -> Iterator[Books]:
    """A client of a company, on 20 May 2026; rolled back at the end."""
    with clock.frozen(NOW):
        whole = whole_of(request)
        if whole is None:
            yield books()
            return
        company = copy.deepcopy(whole.company)
        forget_settings(company)
        yield Books(company)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share(items, api, "full_company")
