"""A database that is wrong for this version is refused at the door of every command, in words that say what to do."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from django.db import connection

from subledger.cli import database
from subledger.cli.status_report import commit_of
from subledger.cli_kit.runtime import CommandRefused
from subledger.platform.installation import AnotherSecretKey, fingerprint, keep_secret_key
from subledger.platform.models import Installation

COMMANDS = [["migrate"], ["check"], ["worker"], ["import", "payments", "nothing.csv"], ["serve", "--port", "1"]]


@pytest.mark.wide
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


@pytest.mark.wide
def test_tables_of_a_newer_version_are_refused_by_every_command(make_database):
    books = make_database(migrated=True)
    assert books.run("check").returncode == 1  # no company: but the tables are right
    with psycopg.connect(books.url) as server:
        server.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('journal', '9999_later', now())")
    for command in (["migrate"], ["check"], ["worker"]):
        refused = books.run(*command)
        assert refused.returncode == 1, refused.stdout
        assert "A newer version of Subledger has changed this database (journal 9999_later" in refused.stderr


@pytest.mark.wide
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


@pytest.mark.wide
def test_whoever_migrates_second_says_so_and_goes_on_when_the_first_is_done(make_database):
    books = make_database(migrated=True)  # as the first leaves it
    with psycopg.connect(books.url) as first:
        first.execute("SELECT pg_advisory_xact_lock(%s)", [database.MIGRATION_LOCK])
        holder = first.info.backend_pid
        second = books.start("migrate")
        assert second.stderr is not None
        said = second.stderr.readline()
        first.rollback()
    assert "Another starter is migrating this database (since " in said
    assert f"database process {holder}" in said
    out, err = second.communicate(timeout=400)
    assert second.returncode == 0, err
    assert "Created My company" in out
    with psycopg.connect(books.url) as after:
        held = after.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE l.locktype = 'advisory' AND d.datname = current_database()"
        ).fetchone()
        assert held == (0,)


def test_whoever_migrates_alone_may_make_an_index_concurrently(committed_db):
    """It waits for every snapshot that is older, so the lock's own transaction must hold none."""
    name = f"indexed_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {name} (number int)")
        try:
            with database._alone():
                cursor.execute("SET statement_timeout = '20s'")
                cursor.execute(f"CREATE INDEX CONCURRENTLY ON {name} (number)")
        finally:
            cursor.execute("RESET statement_timeout")
            cursor.execute(f"DROP TABLE {name}")


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


@pytest.mark.wide
def test_a_machine_with_another_secret_key_is_refused_until_it_has_the_same(make_database):
    books = make_database(migrated=True)
    with_key = {"SUBLEDGER_SECRET_KEY": "the first machine's key"}
    assert books.run("migrate", "--new-secret-key", more=with_key).returncode == 0
    other = books.run("worker", more={"SUBLEDGER_SECRET_KEY": "another"})
    assert other.returncode == 1
    assert "These books are served with another secret key: its fingerprint is " in other.stderr
    assert "the first machine's key" not in other.stderr


@pytest.mark.django_db
def test_a_key_is_changed_by_naming_the_one_before_it():
    known = ["the key of yesterday"]
    keep_secret_key(secret_key="the key of yesterday", accept=True)
    keep_secret_key(secret_key="the key of today", old_secret_keys=known)
    assert Installation.objects.get().secret_key == fingerprint("the key of today")
    with pytest.raises(AnotherSecretKey, match="SUBLEDGER_OLD_SECRET_KEYS"):
        keep_secret_key(secret_key="the key of yesterday")
    keep_secret_key(secret_key="the key of yesterday", accept=True)
    assert Installation.objects.get().secret_key == fingerprint("the key of yesterday")


def test_an_installation_says_which_commit_it_is_of_and_never_that_of_another_repository(tmp_path):
    package = tmp_path / "venv/lib/subledger"
    package.mkdir(parents=True)
    (tmp_path / ".git").mkdir()  # it happens to be installed in somebody's repository
    assert commit_of(package) == ""
    (package / "commit.txt").write_text("0123456789ab\n")
    assert commit_of(package) == "0123456789ab"
