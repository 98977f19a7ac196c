"""Debian's PostgreSQL, PgBouncer and nginx, started on loopback for one test run, as the user postgres."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

PASSWORD = "ä / @:%"


@dataclass(frozen=True)
class Server:
    """One cluster: its port on loopback, its socket's directory, its programs."""

    port: int
    directory: Path
    programs: Path

    def url(self, database: str, *, port: int | None = None) -> str:
        return f"postgresql://books:{quote(PASSWORD, safe='')}@127.0.0.1:{port or self.port}/{database}"

    def make_database(self, name: str, options: str = "ENCODING 'UTF8' TEMPLATE template0") -> str:
        with psycopg.connect(
            host=str(self.directory), port=self.port, user="postgres", dbname="postgres", autocommit=True
        ) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            admin.execute(f'CREATE DATABASE "{name}" OWNER books {options}')
        return self.url(name)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_postgres() -> dict[str, Any]:
    """What `subprocess` needs: these servers do not run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def own(directory: Path) -> None:
    """Give a test's directory to the user postgres; nothing outside the temporary one, and not that one either."""
    temporary = Path(tempfile.gettempdir()).resolve()
    parents = list(directory.resolve().parents)
    assert temporary in parents, f"{directory} is not a test's own"
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        for path in [directory, *directory.rglob("*")]:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        for parent in parents[: parents.index(temporary)]:  # pytest's directories let nobody else through
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)


@contextmanager
def postgres(directory: Path) -> Iterator[Server]:
    programs = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    if programs is None:
        pytest.skip("Debian's PostgreSQL is not installed: apt-get install postgresql")
    binaries, data, port = programs.parent, directory / "data", free_port()
    own(directory)
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "-N"],
        env={**os.environ, "LC_ALL": "C"}, capture_output=True, check=False, cwd="/", **as_postgres(),
    )  # fmt: skip
    assert made.returncode == 0, made.stderr.decode()
    with postgres_on(data, port, directory):
        with psycopg.connect(
            host=str(directory), port=port, user="postgres", dbname="postgres", autocommit=True
        ) as admin:
            admin.execute(psycopg.sql.SQL("CREATE ROLE books LOGIN PASSWORD {}").format(PASSWORD))
        yield Server(port, directory, binaries)


@contextmanager
def postgres_on(data: Path, port: int, directory: Path) -> Iterator[None]:
    """The server of a cluster that is there, on loopback and on a socket in ``directory``."""
    binaries = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))))
    options = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", str(directory)]
    options += ["-c", "archive_mode=on"]  # and no command yet: a test that archives sets one
    log = directory / f"postgres-{port}.log"
    with running([str(binaries), "-D", str(data), *options], log):
        await_port(port, log)
        _await_answers(binaries.with_name("pg_isready"), port, directory)
        yield


def _await_answers(pg_isready: Path, port: int, directory: Path) -> None:
    """It listens before it answers: until then it refuses everybody for starting up."""
    deadline = time.monotonic() + 240
    while subprocess.run([pg_isready, "-q", "-h", directory, "-p", str(port)], check=False).returncode != 0:
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.1)


@contextmanager
def pgbouncer(server: Server, directory: Path, mode: str) -> Iterator[int]:
    """A pooler before ``server`` with nothing but what Debian's file has, as its port."""
    if shutil.which("pgbouncer") is None:
        pytest.skip("PgBouncer is not installed: apt-get install pgbouncer")
    port = free_port()
    directory.mkdir(parents=True)
    (directory / "users").write_text(f'"books" "{PASSWORD}"\n')
    (directory / "pgbouncer.ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nauth_type = scram-sha-256\nauth_file = {directory}/users\npool_mode = {mode}\n"
        "unix_socket_dir =\n"
    )
    own(directory)
    command = [str(shutil.which("pgbouncer")), str(directory / "pgbouncer.ini")]
    with running(command, directory / "pgbouncer.log"):
        await_port(port, directory / "pgbouncer.log")
        yield port


@contextmanager
def running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as words:
        process = subprocess.Popen(command, stdout=words, stderr=words, cwd="/", **as_postgres())
    try:
        yield process
    finally:
        process.send_signal(2)  # a fast shutdown for PostgreSQL and PgBouncer alike
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_port(port: int, log: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens on port {port}: {log.read_text(errors='replace')}")
