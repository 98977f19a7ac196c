"""No test of the suite: what `test_killed_run` runs, and kills while it waits."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest


@pytest.mark.parametrize("one", range(2))
def test_waits(postgres: str, one: int) -> None:
    Path(os.environ["RUNNING"], str(one)).write_text(postgres)
    time.sleep(600)
