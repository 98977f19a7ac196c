"""A dump is all of the books in one file, and goes onto any server that is new enough."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Commands, databases


@pytest.fixture(scope="module")
def books(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """A company with a payment, as its own commands made it: the tests of this module only read it."""
    place = tmp_path_factory.mktemp("books")
    with databases(place / "data") as make:
        made = make(migrated=True)
        assert made.run("migrate", "--name", "Büro Süd", "--currency", "eur").returncode == 0
        rows = place / "payments.csv"
        rows.write_text("account,amount,posted_on,reference\nMüller,120.00,2026-05-18,first\n", encoding="utf-8")
        done = made.run("import", "payments", str(rows), "--create-missing")
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture(scope="module")
def dump(books: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of the books in one file."""
    made = tmp_path_factory.mktemp("dump") / "books.dump"
    assert books.run("backup", str(made)).returncode == 0
    return made


def proof(books: Commands) -> object:
    done = books.run("check", "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.wide
def test_restored_books_are_the_same_books(books, dump, make_database):
    assert stat.S_IMODE(dump.stat().st_mode) == 0o600, "all of the books: for nobody else to read"
    restored = make_database()
    done = restored.run("restore", str(dump))
    assert done.returncode == 0, done.stderr
    assert proof(restored) == proof(books)
    assert restored.run("migrate").returncode == 0


@pytest.mark.wide
def test_a_database_that_holds_something_is_left_alone(books, dump):
    before = proof(books)
    refused = books.run("restore", str(dump))
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
    assert proof(books) == before
    again = books.run("backup", str(dump))
    assert again.returncode == 1
    assert "exists already" in again.stderr


@pytest.mark.wide
@pytest.mark.parametrize("cut", [0.5, 0])
def test_a_dump_that_is_cut_short_or_is_none_restores_nothing(dump, make_database, tmp_path, cut):
    whole = dump.read_bytes()
    broken = tmp_path / "broken.dump"
    broken.write_bytes(whole[: int(len(whole) * cut)] or b"account,amount\n")
    empty = make_database()
    refused = empty.run("restore", str(broken))
    assert refused.returncode == 1
    assert "nothing was restored" in refused.stderr
    assert empty.run("check").stderr.startswith("The database has not got the tables")


@pytest.mark.wide
def test_the_embedded_servers_books_move_to_debians_older_server(books, dump, debian_postgres, tmp_path):
    theirs = Commands(debian_postgres.make_database("moved"), tmp_path / "theirs")
    done = theirs.run("restore", str(dump))
    assert done.returncode == 0, done.stderr
    assert proof(theirs) == proof(books)
    assert theirs.run("migrate").returncode == 0
