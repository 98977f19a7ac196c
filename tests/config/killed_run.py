"""No test of the suite: what `test_killed_run` runs, and kills while it waits.

As tests do that are under way when their run is killed, it ends soon after: one that went on would be waited for.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest


@pytest.mark.parametrize("one", range(2))
def test_waits(postgres: str, one: int) -> None:
    run = os.getppid()
    Path(os.environ["RUNNING"], str(one)).write_text(postgres)
    until = time.monotonic() + 600
    while os.getppid() == run and time.monotonic() < until:
        time.sleep(0.1)
