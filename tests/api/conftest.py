from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.factories import NOW

from subledger.platform import clock

from .client import Books, books


@pytest.fixture
def api(db: None) -> Iterator[Books]:
    """A client of a company of its own, on 20 May 2026."""
    with clock.frozen(NOW):
        yield books()
