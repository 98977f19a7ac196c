from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.factories import NOW

from subledger.platform import clock

from .client import Books, books


@pytest.fixture
def api(db: None) -> Iterator[Books]:
    """A client of a company of its own, on 20 May 2026."""
    with clock.frozen(NOW):
        yield books()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Cases that only slow runs try are only looked for there: that takes half a minute."""
    left_out = collection_path.name == "test_contract_cases.py" and config.getoption("markexpr") == "not slow"
    return True if left_out else None
