"""Back to a moment between two postings, as `docs/runbooks/backup-and-restore.md` tells it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from . import debian
from .conftest import Commands

pytestmark = pytest.mark.slow


def test_the_archive_leads_back_to_a_moment_between_two_payments(debian_postgres, tmp_path):
    wal, base = tmp_path / "wal", tmp_path / "base"
    wal.mkdir()
    debian.own(tmp_path)
    admin = {"host": str(debian_postgres.directory), "port": debian_postgres.port, "user": "postgres"}
    url = debian_postgres.make_database("archived")
    books = Commands(url, tmp_path / "data")
    assert books.run("migrate", timeout=600).returncode == 0
    with psycopg.connect(dbname="archived", autocommit=True, **admin) as server:
        server.execute(f"ALTER SYSTEM SET archive_command = 'test ! -f {wal}/%f && cp %p {wal}/%f'")
        server.execute("SELECT pg_reload_conf()")
        where = ["--host", admin["host"], "--port", str(admin["port"]), "--username", "postgres"]
        copy = ["--pgdata", base, "--checkpoint=fast", "--wal-method=none", "--no-manifest"]
        done = subprocess.run(
            [debian_postgres.programs / "pg_basebackup", *copy, *where],
            capture_output=True, check=False, cwd="/", **debian.as_postgres(),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        pay(books, "before")
        time.sleep(1.1)
        [moment] = server.execute("SELECT now()::text").fetchone() or [""]
        time.sleep(1.1)
        pay(books, "after")
        [segment] = server.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone() or [""]
        server.execute("SELECT pg_switch_wal()")
        deadline = time.monotonic() + 240
        while not (wal / segment).exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        assert (wal / segment).exists()
        server.execute("ALTER SYSTEM RESET archive_command")
        server.execute("SELECT pg_reload_conf()")
    (base / "postgresql.auto.conf").write_text(
        f"restore_command = 'cp {wal}/%f %p'\nrecovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n"
    )
    (base / "recovery.signal").touch()
    debian.own(tmp_path)
    base.chmod(0o700)
    port = debian.free_port()
    with debian.postgres_on(base, port, tmp_path):
        restored = Commands(debian_postgres.url("archived", port=port), tmp_path / "restored")
        _await_writes(tmp_path, port)
        found = restored.run("check")
        assert found.returncode == 0, found.stdout + found.stderr
        with psycopg.connect(host=str(tmp_path), port=port, user="postgres", dbname="archived") as server:
            rows = server.execute("SELECT back_office_code FROM transactions_transaction ORDER BY id").fetchall()
            assert [row[0] for row in rows] == ["before"]


def pay(books: Commands, code: str) -> None:
    rows = books.data_dir.parent / f"{code}.csv"
    rows.write_text(f"account,amount,posted_on,back_office_code\nC1,120.00,2026-05-18,{code}\n")
    done = books.run("import", "payments", str(rows), "--create-missing")
    assert done.returncode == 0, done.stderr


def _await_writes(directory: Path, port: int) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(host=str(directory), port=port, user="postgres", dbname="postgres") as server:
                if server.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                    return
        except psycopg.OperationalError:
            pass
        time.sleep(0.2)
    raise AssertionError("the restored server did not get to its moment")
