"""``subledger serve`` as a person meets it: an empty directory, a page, Ctrl-C, nothing left."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import psutil
import psycopg
import pytest
from tests.template_cluster import copy_to
from typer.testing import CliRunner

from subledger.cli import packages
from subledger.cli.main import app
from subledger.config import database_keeper, embedded_postgres, worker
from subledger.config.server_home import EmbeddedPostgresError

pytestmark = pytest.mark.sampled(3)

START_SECONDS = 300


@pytest.fixture
def data_dir() -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="subledger-serve-"))
    root.chmod(0o711)
    yield root / "data"
    shutil.rmtree(root)


@pytest.fixture
def migrated_dir(data_dir: Path) -> Path:
    """One in which there are tables already: a third of a minute sooner."""
    copy_to(data_dir)
    return data_dir


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(data_dir: Path, port: int) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "subledger.cli", "serve", "--port", str(port)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))}
    # In a session of its own, so that a signal can reach the whole group as Ctrl-C does.
    return subprocess.Popen(program, env={**kept, "SUBLEDGER_DATA_DIR": str(data_dir)}, start_new_session=True)


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def wait_until_it_answers(program: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert program.poll() is None, "the server ended by itself"
        try:
            status(url)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"no answer in {START_SECONDS} s")


def wait_until_a_worker_is_at_work(connection: psycopg.Connection) -> None:
    deadline = time.monotonic() + START_SECONDS
    while connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone() != (1,):
        assert time.monotonic() < deadline, "no worker"
        connection.rollback()
        time.sleep(0.1)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def left_running(family: list[psutil.Process], seconds: float = 10) -> list[psutil.Process]:
    """Who of a family still runs once all had their time to end. A zombie has: its adopter has only to notice."""
    until = time.monotonic() + seconds
    while True:
        alive = [each for each in family if is_alive(each)]
        if not alive or time.monotonic() > until:
            return alive
        time.sleep(0.05)


@pytest.mark.wide
@pytest.mark.parametrize(("how", "start_with"), [("Ctrl-C", "data_dir"), ("SIGTERM", "migrated_dir")])
def test_serve_needs_nothing_and_leaves_nothing_running(request, port, how, start_with):
    data_dir = request.getfixturevalue(start_with)
    program = start(data_dir, port)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(program, f"{url}/api/v1/openapi.json")
        assert status(f"{url}/api/v1/openapi.json") == 200
        assert status(f"{url}/login") == 200
        assert status(f"{url}/api/v1/accounts") == 401
        with psycopg.connect(embedded_postgres.database_url(data_dir)) as connection:
            assert connection.execute("SELECT count(*) > 0 FROM django_migrations").fetchone() == (True,)
            wait_until_a_worker_is_at_work(connection)
        family = psutil.Process(program.pid).children(recursive=True)
        if how == "Ctrl-C":
            os.killpg(program.pid, signal.SIGINT)
        else:
            program.terminate()
        assert program.wait(90) == 0
    finally:
        program.kill()
        program.wait()
    assert left_running(family) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(embedded_postgres.database_url(data_dir))


@pytest.mark.wide
def test_a_database_that_dies_is_started_again_and_a_starter_that_dies_leaves_nobody_on_the_port(migrated_dir, port):
    data_dir = migrated_dir
    program = start(data_dir, port)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(program, f"{url}/healthz")
        with psycopg.connect(embedded_postgres.database_url(data_dir)) as connection:
            wait_until_a_worker_is_at_work(connection)
        wait_for(lambda: status(f"{url}/readyz") == 200)
        postmaster = int((data_dir / "postgres/cluster/postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        wait_for(lambda: status(f"{url}/readyz") == 503)
        assert status(f"{url}/healthz") == 200
        wait_for(lambda: status(f"{url}/readyz") == 200)
        assert program.poll() is None
        family = psutil.Process(program.pid).children(recursive=True)
        served = [each for each in family if "postgres" not in each.name()]
        program.kill()
        program.wait()
        # A worker whose database went too may wait for its connection until the kernel ends it.
        assert left_running(served, worker.STOP_SECONDS + 15) == []
        with pytest.raises(OSError, match="refused"):
            status(url)
    finally:
        program.kill()
        program.wait()
        server = embedded_postgres.EmbeddedPostgres(data_dir)
        server.start()
        server.stop()


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_database_that_does_not_start_again_is_given_up(data_dir, monkeypatch):
    lost: list[str] = []
    monkeypatch.setattr(database_keeper, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(database_keeper, "TRY_SECONDS", 0.2)
    monkeypatch.setattr(database_keeper, "is_running", lambda _: False)
    monkeypatch.setattr(database_keeper, "revive", refuse)
    with database_keeper.database_kept(data_dir, give_up=lost.append):
        wait_for(lambda: bool(lost))
    assert lost == ["no room"]


def refuse(data_dir: Path) -> None:
    raise EmbeddedPostgresError("no room")


def test_a_port_that_is_taken_is_refused_before_anything_starts(data_dir, monkeypatch):
    monkeypatch.setenv("SUBLEDGER_DATA_DIR", str(data_dir))
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = CliRunner().invoke(app, ["serve", "--port", port])
    assert refused.exit_code == 1
    assert f"Cannot listen on 127.0.0.1 port {port}" in refused.stderr
    assert not data_dir.exists()


@pytest.mark.parametrize("command", [["serve"], ["worker"]])
def test_nothing_is_served_without_a_package_that_is_needed(command, data_dir, monkeypatch):
    monkeypatch.setenv("SUBLEDGER_DATA_DIR", str(data_dir))
    needed = ["Django>=5.2", "no-such-typesetter<1,>=0.15", "pytest>=9; extra == 'dev'", "no-such-tool; extra == 'dev'"]
    monkeypatch.setattr(packages.metadata, "requires", lambda name: needed)
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 1
    assert "Needed and not installed: no-such-typesetter." in refused.stderr
    assert "no-such-tool" not in refused.stderr
    assert not data_dir.exists()


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_what_takes_a_while_is_said_as_it_begins(command, data_dir, port, monkeypatch):
    monkeypatch.setenv("SUBLEDGER_DATA_DIR", str(data_dir))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def ends(*_: object, **__: object) -> None:
        raise EmbeddedPostgresError("no more of it")

    monkeypatch.setattr(embedded_postgres, "running", ends)
    done = CliRunner().invoke(app, [command, "--port", str(port)])
    assert done.stderr.splitlines()[0] == "Starting PostgreSQL …"
    module = sys.modules[f"subledger.cli.{'server' if command == 'serve' else 'demo'}"]
    monkeypatch.setattr(module, "books", lambda **_: nullcontext())
    monkeypatch.setattr(module, "apply_migrations", ends)
    if command == "demo":
        monkeypatch.setattr(module, "sandbox_beside", lambda **_: nullcontext(""))
        monkeypatch.setattr(module, "_journal", lambda: data_dir)
    done = CliRunner().invoke(app, [command, "--port", str(port)])
    assert done.stderr.splitlines()[0] == "Bringing the database up to date …"


def test_all_that_is_needed_is_there():
    assert packages.missing_packages() == []
    assert len([one for one in packages.metadata.requires("subledger") or [] if "extra" not in one]) > 30
