"""The worker beside a server: kept alive while it serves, gone when it is gone, whichever way it went."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest
from django.db import connection
from tests.concurrency.conftest import scratch_db as scratch_db
from tests.gateways.worker import ROOT, database_environment, eventually

SERVER = """
import sys
from subledger.config.worker import worker_beside

with worker_beside():
    sys.stdin.read()
"""


@pytest.fixture
def server(scratch_db: None) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        cwd=ROOT,
        env=database_environment(),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        yield process
        process.kill()


def worker_of(server: subprocess.Popen[bytes]) -> psutil.Process | None:
    """The child that works (multiprocessing has one that only tidies up)."""
    for child in psutil.Process(server.pid).children():
        with suppress(psutil.ZombieProcess):
            if "spawn_main" in " ".join(child.cmdline()):
                return child
    return None


def is_registered() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 second'")
        return cursor.fetchone() is not None


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.wide
def test_a_worker_ends_with_what_it_stands_beside(server):
    eventually(is_registered)
    worker = worker_of(server)
    assert worker is not None
    server.stdin.close()
    assert server.wait(20) == 0
    assert is_gone(worker)
    assert server.stderr.read() == b""
    assert not is_registered(), "it said goodbye"


@pytest.mark.wide
def test_a_worker_that_was_killed_is_replaced(server):
    eventually(is_registered)
    first = worker_of(server)
    assert first is not None
    first.kill()
    second = eventually(lambda: (found := worker_of(server)) and found.pid != first.pid and found)
    server.stdin.close()
    assert server.wait(20) == 0
    assert is_gone(second)
    assert b"The worker ended by itself (-9). Another one is started." in server.stderr.read()


@pytest.mark.wide
def test_a_worker_does_not_outlive_a_server_that_was_killed(server):
    eventually(is_registered)
    worker = worker_of(server)
    assert worker is not None
    server.kill()
    eventually(lambda: is_gone(worker))
    assert not is_registered()
