"""Databases to break: copies whose guards a test may take off, gone afterwards."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

POSTING_LOCK = r"PERFORM 1 FROM accounts_account.*?FOR NO KEY UPDATE;"
SERIES_LOCK = r"locked := pg_advisory_xact_lock\(hashtextextended\(split_part\(wanted, ' ', 1\), p_company\)\);"
COUNT = r"UPDATE platform_numberseries SET next_value = next_value \+.*?INTO counters, firsts, told;"
BOOKS_LOCK = r"locked := pg_advisory_xact_lock_shared\(p_company\);"


@pytest.fixture
def scratch_db(committed_db: None) -> Iterator[None]:
    """A database of this test's own, fresh and migrated: whatever it takes off is missed by nobody."""
    with scratch_database():
        yield


@contextmanager
def scratch_database() -> Iterator[None]:
    """Django on a database of its own, copied from the migrated one, for the length of a block."""
    settings = connection.settings_dict
    tests_own, name = settings["NAME"], f"scratch_{uuid.uuid4().hex[:12]}"
    connection.close()
    template = (settings.get("TEST") or {}).get("TEMPLATE") or "template1"
    where = {
        "host": settings["HOST"],
        "user": settings["USER"],
        "password": settings["PASSWORD"] or None,
        "port": settings["PORT"] or None,
        "dbname": "postgres",
    }
    with psycopg.connect(autocommit=True, **where) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        settings["NAME"] = name
        try:
            if template == "template1":
                call_command("migrate", interactive=False, verbosity=0)
            yield
        finally:
            connection.close()
            settings["NAME"] = tests_own
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def take_off(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rewrite(function: str, pattern: str, replacement: str) -> None:
    """Replace a part of a database function, in a scratch database only."""
    assert connection.settings_dict["NAME"].startswith("scratch_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
        text = cursor.fetchone()[0]
        changed = re.sub(pattern, lambda _: replacement, text, flags=re.DOTALL)
        assert changed != text, f"{function} has no {pattern}"
        cursor.execute(changed)


def without_posting_lock() -> None:
    """Posting reads without holding its accounts: what would happen if it forgot."""
    rewrite("posting_read_v5", POSTING_LOCK, "")


# What a careless program does with a counter: read, think a moment, write.
READ_THEN_WRITE = """
    SELECT counters || code, firsts || next_value, told || json_build_array(code, next_value)
      FROM platform_numberseries
     WHERE company_id = p_company AND code = wanted INTO counters, firsts, told;
    PERFORM pg_sleep(0.005);
    UPDATE platform_numberseries SET next_value = firsts[cardinality(firsts)] + many
     WHERE company_id = p_company AND code = wanted;
"""


def without_series_lock() -> None:
    """Numbers are taken without queueing at their series."""
    rewrite("numbers_take_v2", SERIES_LOCK, "")


def with_careless_counting() -> None:
    """Numbers are read and raised in two statements, so that only the series' lock keeps them apart."""
    rewrite("numbers_take_v2", COUNT, READ_THEN_WRITE)
