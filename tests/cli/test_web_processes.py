"""``serve --processes``: several on one port are one server to those who ask, watch and stop it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from tests.template_cluster import copy_to

from .test_server import left_running, port, status  # noqa: F401  # a fixture among them

TOGETHER = 2
START_SECONDS = 300


@pytest.fixture
def served(port: int) -> Iterator[tuple[subprocess.Popen[bytes], str]]:  # noqa: F811
    root = Path(tempfile.mkdtemp(prefix="subledger-serve-"))
    root.chmod(0o711)
    copy_to(root / "data")
    words = ["serve", "--no-worker", "--port", str(port), "--processes", str(TOGETHER)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))}
    environment = {**kept, "SUBLEDGER_DATA_DIR": str(root / "data")}
    program = subprocess.Popen([sys.executable, "-m", "subledger.cli", *words], env=environment, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(url))
        wait_for(lambda: len(web_processes(program)) == TOGETHER)
        yield program, url
    finally:
        program.terminate()
        program.wait(60)
        shutil.rmtree(root)


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        return status(f"{url}/healthz") == 200
    except OSError:
        return False


def web_processes(program: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Those that listen: children of the one that was started."""
    found = []
    for each in psutil.Process(program.pid).children():
        with suppress(psutil.NoSuchProcess):  # a zombie is one, too
            is_ours = "spawn_main" in " ".join(each.cmdline())
            if is_ours and any(one.status == "LISTEN" for one in each.net_connections()):
                found.append(each)
    return found


def starting(program: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Those that do not listen yet."""
    listening = web_processes(program)
    found = []
    for each in psutil.Process(program.pid).children():
        with suppress(psutil.NoSuchProcess):
            is_alive = each.status() != psutil.STATUS_ZOMBIE
            if is_alive and "spawn_main" in " ".join(each.cmdline()) and each not in listening:
                found.append(each)
    return found


def kill_one_starting(program: subprocess.Popen[bytes]) -> None:
    """Killed, and gone: one that is dying still looks like one that starts."""
    while not (found := starting(program)):
        time.sleep(0.1)
    found[0].send_signal(signal.SIGKILL)
    found[0].wait(START_SECONDS)


def counted(url: str) -> float:
    """Requests to a path that is not there, as whichever process is asked tells them."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    assert text.count("subledger_info{") == 1
    found = re.findall(r'^subledger_requests_total\{[^}]*status="401"[^}]*\} (\S+)$', text, re.MULTILINE)
    return sum(map(float, found))


@pytest.mark.wide
def test_several_processes_are_one_server(served):
    program, url = served
    assert [status(f"{url}/api/v1/accounts") for _ in range(30)] == [401] * 30  # each on a connection of its own
    assert {counted(url) for _ in range(10)} == {30}

    # Guesses of one address are counted together, whichever process they come to: thirty a minute.
    guesses = Counter(guess(url) for _ in range(45))
    assert guesses[429] >= 10, guesses

    # One that dies is started again; what it counted stays counted, and nothing is under way in it.
    before = web_processes(program)
    before[0].send_signal(signal.SIGKILL)
    wait_for(lambda: before[0].pid not in {each.pid for each in web_processes(program)})

    # One that dies again while it starts is started again, too; the others answer meanwhile.
    for _ in range(2):
        kill_one_starting(program)
    wait_for(lambda: starting(program))
    assert answers(url)
    wait_for(lambda: len(web_processes(program)) == TOGETHER)
    wait_for(lambda: all(answers(url) for _ in range(20)))
    assert program.poll() is None
    assert counted(url) == 30
    assert {each.pid for each in before} & {each.pid for each in web_processes(program)}

    family = psutil.Process(program.pid).children(recursive=True)
    program.terminate()
    assert program.wait(30) == 0
    assert left_running(family) == []


def guess(url: str) -> int:
    request = urllib.request.Request(f"{url}/login/", data=b"username=a&password=b", method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
