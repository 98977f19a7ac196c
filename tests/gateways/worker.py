"""A worker as a process of its own on a test's database, to be asked things and to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from subledger.platform.models import Event

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180  # for a machine with much else to do


@dataclass
class WorkerProcess:
    process: subprocess.Popen[str]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        """As the kernel does when memory runs out: nothing is tidied up."""
        self.process.kill()
        self.process.wait()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit status."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)

    def said(self) -> str:
        return self.log.read_text()


def database_environment(settings: str = "tests.worker_settings") -> dict[str, str]:
    """The environment of a process on the database that the test is connected to."""
    database = connection.settings_dict
    where = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {
        **os.environ,
        "DATABASE_URL": make_conninfo(**{name: str(database[key]) for name, key in where.items() if database[key]}),
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def worker_process(log: Path, *options: str, settings: str = "tests.worker_settings") -> Iterator[WorkerProcess]:
    """``subledger worker`` on the database that the test is connected to; killed at the end if it still lives."""
    program = [sys.executable, "-m", "subledger.cli", "worker", *options]
    with log.open("a") as file:
        process = subprocess.Popen(
            program, cwd=ROOT, env=database_environment(settings), stdout=file, stderr=file, text=True
        )
    worker = WorkerProcess(process, log)
    try:
        yield worker
    finally:
        worker.kill()
        sys.stdout.write(worker.said())  # pytest shows it beside a failure


def eventually(what: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """What is true in the end, as soon as it is."""
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, f"still not so after {seconds} s"
        time.sleep(0.05)
    return found


def told(what: str, ident: int) -> list[int]:
    """The processes that said so of a sample, in order."""
    facts = Event.objects.filter(type=f"sample.{what}", object_id=ident).order_by("id")
    return [fact.data["pid"] for fact in facts]
