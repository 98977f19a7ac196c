"""What a person at a terminal is told: what runs, what waits, and what an error of the database means."""

from __future__ import annotations

import json
from contextlib import contextmanager

import psycopg
import pytest
from django.db.utils import OperationalError, ProgrammingError
from typer.testing import CliRunner

from subledger.cli import status_report
from subledger.cli.main import app
from subledger.cli.outages import KINDS, database_refusal


def refusal(cause: psycopg.Error, kind: type[Exception] = OperationalError) -> str:
    with pytest.raises(kind) as raised:
        raise kind(str(cause)) from cause
    return database_refusal(raised.value)


def test_each_kind_of_error_has_a_message_of_its_own():
    lock = refusal(psycopg.errors.LockNotAvailable("canceling statement due to lock timeout"))
    assert lock.startswith("Somebody else holds a table that this needs")
    assert "DATABASE_URL" not in lock
    slow = refusal(psycopg.errors.QueryCanceled("canceling statement due to statement timeout"))
    full = refusal(psycopg.errors.DiskFull("could not extend file"))
    gone = refusal(psycopg.OperationalError("connection refused"))
    named = refusal(psycopg.OperationalError("failed to resolve host 'books'"))
    old = refusal(psycopg.errors.UndefinedTable("no relation"), ProgrammingError)
    assert len({lock, slow, full, gone, named, old}) == 6
    assert "The disk of the database is full" in full
    assert gone.startswith("The database does not answer: connection refused\nCheck DATABASE_URL")
    assert "%40" in named
    assert "%40" not in gone
    assert "subledger migrate" in old
    assert all(psycopg.errors.lookup(state) for state in KINDS)
    assert database_refusal(ValueError("ours")) == ""


def test_status_says_what_runs_and_what_waits_and_no_secret(db, monkeypatch, settings):
    @contextmanager
    def open_already(**_: object):
        yield

    monkeypatch.setattr(status_report, "books", open_already)
    done = CliRunner().invoke(app, ["status", "--format", "json"])
    assert done.exit_code == 0, done.output
    told = {row["what"]: row["value"] for row in json.loads(done.stdout)}
    assert told["tables"] == "ok"
    assert told["worker"] == "none at work"
    assert told["workers"] == "0"
    assert told["database"].startswith("PostgreSQL ")
    assert len(told["secret key"]) == 16
    assert settings.SECRET_KEY not in done.stdout
    assert {"version", "database bytes"} <= set(told)
