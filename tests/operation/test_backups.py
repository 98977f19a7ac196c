"""A dump is all of the books in one file, and goes onto any server that is new enough."""

from __future__ import annotations

import json
import stat

import pytest

from .conftest import Commands


@pytest.fixture
def books(make_database) -> Commands:
    """A company with an invoice paid in part, as its own commands made it."""
    made = make_database(migrated=True)
    assert made.run("migrate", "--name", "Büro Süd", "--currency", "eur").returncode == 0
    rows = made.data_dir.parent / "payments.csv"
    rows.write_text("account,amount,posted_on,reference\nMüller,120.00,2026-05-18,first\n", encoding="utf-8")
    done = made.run("import", "payments", str(rows), "--create-missing")
    assert done.returncode == 0, done.stderr
    return made


def proof(books: Commands) -> object:
    done = books.run("check", "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_restored_books_are_the_same_books(books, make_database, tmp_path):
    dump = tmp_path / "books.dump"
    assert books.run("backup", str(dump)).returncode == 0
    assert stat.S_IMODE(dump.stat().st_mode) == 0o600, "all of the books: for nobody else to read"
    restored = make_database()
    done = restored.run("restore", str(dump))
    assert done.returncode == 0, done.stderr
    assert proof(restored) == proof(books)
    assert restored.run("migrate").returncode == 0


def test_a_database_that_holds_something_is_left_alone(books, tmp_path):
    dump = tmp_path / "books.dump"
    assert books.run("backup", str(dump)).returncode == 0
    before = proof(books)
    refused = books.run("restore", str(dump))
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
    assert proof(books) == before
    again = books.run("backup", str(dump))
    assert again.returncode == 1
    assert "exists already" in again.stderr


@pytest.mark.parametrize("cut", [0.5, 0])
def test_a_dump_that_is_cut_short_or_is_none_restores_nothing(books, make_database, tmp_path, cut):
    dump = tmp_path / "books.dump"
    assert books.run("backup", str(dump)).returncode == 0
    whole = dump.read_bytes()
    dump.write_bytes(whole[: int(len(whole) * cut)] or b"account,amount\n")
    empty = make_database()
    refused = empty.run("restore", str(dump))
    assert refused.returncode == 1
    assert "nothing was restored" in refused.stderr
    assert empty.run("check").stderr.startswith("The database has not got the tables")


def test_the_embedded_servers_books_move_to_debians_older_server(books, debian_postgres, tmp_path):
    dump = tmp_path / "books.dump"
    assert books.run("backup", str(dump)).returncode == 0
    theirs = Commands(debian_postgres.make_database("moved"), tmp_path / "theirs")
    done = theirs.run("restore", str(dump))
    assert done.returncode == 0, done.stderr
    assert proof(theirs) == proof(books)
    assert theirs.run("migrate").returncode == 0
