"""The file by which an empty database gets its tables: and that it comes to what migrating does."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from tests.migrations.test_sql_versions import empty_database
from tools.schema import dumped

from subledger.config import schema_snapshot


def test_no_migration_that_the_file_holds_was_edited():
    kept = schema_snapshot.read()
    assert schema_snapshot.digest(kept.migrations) == kept.digest, (
        "A past migration, or SQL that one installs, was edited: write a new one. Where nothing of the past changed "
        "but its text, `python -m tools.schema` takes the snapshot anew."
    )


@pytest.mark.parametrize("edited", ["0004_letters_lapse", "dunning_record_stays_v2"])
def test_an_edit_of_the_past_is_noticed(monkeypatch, edited):
    kept, read = schema_snapshot.read(), Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + b" " * (path.stem == edited))
    assert schema_snapshot.digest(kept.migrations) != kept.digest


def test_books_that_are_there_are_left_alone(db):
    assert schema_snapshot.load() is False


def test_an_older_server_is_migrated_step_by_step(django_db_blocker, django_db_setup, monkeypatch):
    kept = schema_snapshot.read()
    monkeypatch.setattr(schema_snapshot, "read", lambda: kept._replace(major=kept.major + 1))
    with django_db_blocker.unblock(), empty_database():
        assert schema_snapshot.load() is False
        assert MigrationRecorder(connection).applied_migrations() == {}


@pytest.mark.wide
def test_what_cannot_be_made_whole_is_not_begun(django_db_blocker, django_db_setup, monkeypatch):
    kept = schema_snapshot.read()
    monkeypatch.setattr(schema_snapshot, "read", lambda: kept._replace(sql=kept.sql + "SELECT 1 / 0;"))
    with django_db_blocker.unblock(), empty_database():
        with pytest.raises(Exception, match="division by zero"):
            schema_snapshot.load()
        with connection.cursor() as cursor:
            cursor.execute(schema_snapshot.IS_EMPTY)
            assert cursor.fetchone()[0] is True


@pytest.mark.slow
def test_the_file_comes_to_what_migrating_from_nothing_does(django_db_blocker, django_db_setup):
    found = []
    for begin in (lambda: None, schema_snapshot.load):
        with django_db_blocker.unblock(), empty_database():
            begin()
            call_command("migrate", interactive=False, verbosity=0)
            found.append((dumped(_url()), set(MigrationRecorder(connection).applied_migrations())))
    assert found[0] == found[1]


def _url() -> str:
    from psycopg.conninfo import make_conninfo

    kept = connection.settings_dict
    return make_conninfo(host=kept["HOST"], port=kept["PORT"] or None, user=kept["USER"], dbname=kept["NAME"])
