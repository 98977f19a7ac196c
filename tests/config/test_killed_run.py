"""A run of tests that is killed leaves no server behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).parent.parent.parent
RUN = "tests/config/killed_run.py"


def wait_for(happens: Callable[[], object], *, seconds: float = 300) -> bool:
    latest = time.monotonic() + seconds
    while not happens() and time.monotonic() < latest:
        time.sleep(0.1)
    return bool(happens())


@pytest.mark.wide
@pytest.mark.parametrize(("workers", "ending"), [(0, signal.SIGTERM), (2, signal.SIGKILL)])
def test_a_killed_run_leaves_no_server_and_no_files(tmp_path, workers, ending):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "PYTEST"))}
    run = subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(workers)),
            "tests/config/killed_run.py",
        ],
        cwd=ROOT,
        env={**kept, "RUNNING": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_for(lambda: len(list(tmp_path.iterdir())) == max(workers, 1)), "the run does not wait"
        time.sleep(0.2)  # what was written is whole
        home = Path(conninfo_to_dict((tmp_path / "0").read_text())["host"]).parent
        server = psutil.Process(int((home / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0]))
        assert server.is_running()
    finally:
        run.send_signal(ending)
        run.wait(timeout=240)
    assert wait_for(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)
    assert wait_for(lambda: not home.parent.exists())
