"""What the database executes for one posting keeps within its budget, counted by `python -m bench instructions`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind, which counts, is not installed")


@pytest.mark.slow
def test_a_posting_keeps_within_its_budget_of_instructions():
    command = [sys.executable, "-m", "bench", "instructions", "--quick"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=600, check=False)
    budgets = [line for line in done.stdout.splitlines() if "the budget that tests hold" in line]
    assert len(budgets) == 2, done.stdout + done.stderr
    assert all(line.endswith(": kept") for line in budgets), done.stdout
