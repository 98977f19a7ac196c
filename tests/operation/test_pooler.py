"""PgBouncer as Debian ships it, in both of its modes that keep transactions whole."""

from __future__ import annotations

import psycopg
import pytest

from . import debian
from .conftest import Commands

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_commands_work_through_a_pooler_and_leave_nothing_behind_in_it(debian_postgres, tmp_path, mode):
    database = f"pooled_{mode}"
    direct = debian_postgres.make_database(database)
    with debian.pgbouncer(debian_postgres, tmp_path / "pooler", mode) as port:
        books = Commands(debian_postgres.url(database, port=port), tmp_path / "data")
        for _ in range(2):  # the second start waits for nothing that the first left
            done = books.run("migrate", timeout=600)
            assert done.returncode == 0, done.stderr
        rows = tmp_path / "payments.csv"
        rows.write_text("account,amount,posted_on,reference\nC1,120.00,2026-05-18,first\n")
        for _ in range(2):
            done = books.run("import", "payments", str(rows), "--create-missing")
            assert done.returncode == 0, done.stderr
        assert books.run("check").returncode == 0
        with psycopg.connect(direct) as server:
            advisory = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            assert server.execute(advisory).fetchone() == (0,)
            assert server.execute("SELECT current_setting('jit')").fetchone() == ("off",)
