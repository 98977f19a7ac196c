"""A database that is wrong for this version is refused at the door of every command, in words that say what to do."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from subledger.cli import database
from subledger.cli.runtime import CommandRefused

COMMANDS = [["migrate"], ["check"], ["worker"], ["import", "payments", "nothing.csv"], ["serve", "--port", "1"]]


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_an_encoding_that_cannot_hold_every_name_is_refused_before_anything_is_made(make_database, encoding):
    books = make_database(f"ENCODING '{encoding}' LOCALE_PROVIDER libc LOCALE 'C'")
    for command in (["migrate", "--name", "Büro"], ["check"], ["worker"]):
        refused = books.run(*command)
        assert refused.returncode == 1, refused.stdout
        assert f"keeps text as {encoding}" in refused.stderr
        assert "Traceback" not in refused.stderr
    with psycopg.connect(books.url) as server:
        assert server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_tables_of_a_newer_version_are_refused_by_every_command(make_database):
    books = make_database(migrated=True)
    assert books.run("check").returncode == 1  # no company: but the tables are right
    with psycopg.connect(books.url) as server:
        server.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('journal', '9999_later', now())")
    for command in (["migrate"], ["check"], ["worker"]):
        refused = books.run(*command)
        assert refused.returncode == 1, refused.stdout
        assert "A newer version of Subledger has changed this database (journal 9999_later" in refused.stderr


def test_tables_that_are_not_there_are_asked_for_before_anything_is_printed(make_database):
    refused = make_database().run("check")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Run `subledger migrate` first." in refused.stderr


def test_a_database_that_only_reads_is_refused(make_database):
    books = make_database(migrated=True)
    with psycopg.connect(books.url, autocommit=True) as server:
        name = server.info.dbname
        server.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    refused = books.run("migrate")
    assert refused.returncode == 1
    assert f"The database {name!r} is set to only read" in refused.stderr


def test_a_server_that_is_too_old_is_refused(db, monkeypatch):
    monkeypatch.setattr(database, "OLDEST_SERVER", 99)
    with pytest.raises(CommandRefused, match="Subledger needs 99 or newer"):
        database.refuse_unfit_server()


def test_whoever_migrates_second_says_so_and_goes_on_when_the_first_is_done(make_database):
    books = make_database()
    with psycopg.connect(books.url) as first:
        first.execute("SELECT pg_advisory_xact_lock(%s)", [database.MIGRATION_LOCK])
        holder = first.info.backend_pid
        second = books.start("migrate")
        assert second.stderr is not None
        said = second.stderr.readline()
        first.rollback()
    assert "Another starter is migrating this database (since " in said
    assert f"database process {holder}" in said
    out, err = second.communicate(timeout=120)
    assert second.returncode == 0, err
    assert "Created My company" in out
    with psycopg.connect(books.url) as after:
        held = after.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
        assert held == (0,)


def test_a_table_that_somebody_holds_makes_a_migration_give_up_early(make_database, monkeypatch):
    """And the wait ends with its transaction: the connection itself keeps no timeout."""
    monkeypatch.setattr(database, "TABLE_LOCK_TIMEOUT", "200ms")
    wrapper = database._WithTableLockTimeout()
    from django.db.transaction import atomic

    with connection.execute_wrapper(wrapper), connection.cursor() as cursor:
        for _ in range(2):
            with atomic():
                cursor.execute("SELECT current_setting('lock_timeout')")
                assert cursor.fetchone() == ("200ms",)
        cursor.execute("SELECT current_setting('lock_timeout')")
        assert cursor.fetchone() == ("0",)
