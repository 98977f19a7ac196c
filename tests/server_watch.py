"""Ends the server of a test run that was killed: ``python -m tests.server_watch DATA_DIR``.

Whoever uses an embedded server holds a lock that dying lets go of (`config.embedded_postgres`). This process waits for
that lock, in a session of its own so that nothing that ends the run ends it first; once nobody holds it, whoever was
the last has stopped the server, or was killed and has not.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from subledger.config.embedded_postgres import _cluster_of, _locked

ROOT = Path(__file__).parent.parent


def watch(data_dir: Path) -> None:
    """Leave a process behind that ends the server and removes its files when nobody uses it any more."""
    subprocess.Popen(
        [sys.executable, "-m", __spec__.name, str(data_dir)],
        cwd=ROOT,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ).returncode = 0  # it outlives us: this object no longer looks after it


def end_when_unused(data_dir: Path) -> None:
    cluster = _cluster_of(data_dir)
    hold = os.open(cluster.home / "users.lock", os.O_RDWR)
    while True:
        fcntl.flock(hold, fcntl.LOCK_EX)  # until the last one has let go
        fcntl.flock(hold, fcntl.LOCK_UN)
        with _locked(cluster.home / "start.lock"):
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # somebody came meanwhile
                continue
            cluster.shut_down()
            break
    shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    with suppress(FileNotFoundError):  # whoever was the last has removed it all
        end_when_unused(Path(sys.argv[1]))
