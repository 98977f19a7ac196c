from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .houses import HOUSES, House


@pytest.fixture(params=sorted(HOUSES))
def house(request: pytest.FixtureRequest, ledger, tmp_path: Path) -> Iterator[House]:
    with HOUSES[request.param](ledger, tmp_path) as found:
        yield found
