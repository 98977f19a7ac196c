"""A server as a user starts it, in a data directory of its own, and the processes of it that can be killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psutil

SECONDS_TO_START = 300
TIMEOUT = 20


def _words_of(process: psutil.Process) -> str:
    """How it was started; nothing where it is over by now, which says nothing of the others."""
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


@dataclass
class Deployment:
    data_dir: Path
    port: int
    program: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    key: str = ""
    killed: dict[str, int] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))}
        return {**kept, "SUBLEDGER_DATA_DIR": str(self.data_dir), "SUBLEDGER_API_RATE_LIMIT": "100000"}

    def start(self) -> None:
        command = [sys.executable, "-m", "subledger.cli", "serve", "--port", str(self.port)]
        with (self.data_dir.parent / "serve.log").open("ab") as log:
            self.program = subprocess.Popen(
                command, env=self.environment, start_new_session=True, stdout=log, stderr=subprocess.STDOUT
            )

    def keep(self) -> None:
        """What systemd does: start again what has ended."""
        assert self.program is not None
        if self.program.poll() is not None:
            self.restarts += 1
            self.start()

    def stop(self) -> None:
        if self.program is not None and self.program.poll() is None:
            self.program.terminate()
            self.program.wait(60)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "subledger.cli", *words]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=SECONDS_TO_START
        )

    def wait(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            self.keep()
            with suppress(OSError):
                if self.key:
                    if self.send("GET", "customers?limit=1")[0] == 200:
                        return
                else:
                    self.send("GET", "openapi.json")
                    return
            time.sleep(0.5)
        raise AssertionError(f"no answer in {SECONDS_TO_START} s; see {self.data_dir.parent / 'serve.log'}")

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else orjson.dumps(body)
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}", data=data, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return answer.status, orjson.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, orjson.loads(error.read())

    # -- what dies ---------------------------------------------------------------------------------------------------

    def _postmaster(self) -> psutil.Process | None:
        for path in self.data_dir.rglob("postmaster.pid"):
            with suppress(psutil.NoSuchProcess, ValueError, OSError):
                return psutil.Process(int(path.read_text().split("\n", 1)[0]))
        return None

    def _backends(self) -> list[psutil.Process]:
        postmaster = self._postmaster()
        if postmaster is None:
            return []
        return [one for one in postmaster.children() if "subledger" in _words_of(one)]

    def _children(self) -> list[psutil.Process]:
        """Web and worker: the Python processes below the server."""
        assert self.program is not None
        below = psutil.Process(self.program.pid).children(recursive=True)
        return [one for one in below if "spawn_main" in _words_of(one)]

    def kill_something(self, chance: random.Random) -> str:
        """Kill one process as a machine short of memory does, at once; what it was."""
        victims: dict[str, Callable[[], list[psutil.Process]]] = {
            "backend": self._backends,
            "web or worker": self._children,
            "postmaster": lambda: [one for one in [self._postmaster()] if one],
        }
        name = chance.choice(["backend", "backend", "web or worker", "web or worker", "postmaster"])
        with suppress(psutil.Error, OSError):
            found = victims[name]()
            if found:
                os.kill(chance.choice(found).pid, signal.SIGKILL)
                self.killed[name] = self.killed.get(name, 0) + 1
        return name
