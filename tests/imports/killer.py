"""Makes a worker under test die where a file's name says so, once, and work in parts of the size that the test says."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from subledger.imports import runs, spools

real = runs.keep_batch


def dying(row: Any, part: int, outcome: Any) -> None:
    """Everything of the part is written, and nothing is committed."""
    real(row, part, outcome)
    mark = Path(os.environ["SUBLEDGER_TEST_KILLS"])
    if not mark.exists() and f"kill-{part}." in row.file_name:
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


runs.keep_batch = dying
spools.PART = int(os.environ["SUBLEDGER_TEST_PART"])
