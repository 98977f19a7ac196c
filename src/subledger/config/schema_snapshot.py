"""What the migrations of a release come to, as one file of SQL: an empty database gets it in a second.

Migrating from nothing replays every step there ever was, and takes a minute and a half of processor, nearly all of it
Django's own account of what the models were between two steps. ``schema.sql`` is that database as ``pg_dump`` tells it,
with the names of the migrations it holds; those are noted as applied, and what came after them is migrated as ever. So
the file may be older than the migrations, never wrong: no past migration is edited, which `digest` proves.

``python -m tools.schema`` writes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.transaction import atomic

if TYPE_CHECKING:
    from psycopg import Cursor

FILE = Path(__file__).with_name("schema.sql")
SOURCES = Path(__file__).parent.parent
MADE_BY, MADE_OF, HOLDS = "-- PostgreSQL ", "-- digest ", "-- migration "
IS_EMPTY = """
    SELECT current_schema() = 'public'
       AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)
       AND NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
           current_setting('server_version_num')::int / 10000
"""
# Names of the schema only where they are said; bodies of functions may name tables that follow.
PREPARED = "SET LOCAL search_path = ''; SET LOCAL check_function_bodies = off; SET LOCAL client_min_messages = warning;"

VERSION = re.compile(r"\b\w+_v\d+\b")

Name = tuple[str, str]  # the room, the migration


class Snapshot(NamedTuple):
    """``major``: the server it was taken from; a server that is older may not read it."""

    major: int
    digest: str
    migrations: tuple[Name, ...]
    sql: str


def read() -> Snapshot:
    """The file, as it is shipped."""
    text = FILE.read_text(encoding="utf-8")
    head = text[: text.index("\n\n")].splitlines()
    [major], [made_of], names = (
        [line.removeprefix(mark) for line in head if line.startswith(mark)] for mark in (MADE_BY, MADE_OF, HOLDS)
    )
    return Snapshot(int(major), made_of, tuple((room, name) for room, name in map(str.split, names)), text)


def written(major: int, migrations: Iterable[Name], sql: str) -> str:
    """The file of a dump."""
    names = sorted(migrations)
    head = [f"{MADE_BY}{major}", f"{MADE_OF}{digest(names)}", *(f"{HOLDS}{room} {name}" for room, name in names)]
    return "\n".join([*head, "", sql])


def digest(migrations: Iterable[Name]) -> str:
    """Of our migrations among those, and of the SQL that they install: another one where a past one was edited."""
    ours = {
        config.label: Path(config.path) for config in apps.get_app_configs() if SOURCES in Path(config.path).parents
    }
    files = {ours[room] / "migrations" / f"{name}.py" for room, name in migrations if room in ours}
    named = {version for file in files for version in VERSION.findall(file.read_text(encoding="utf-8"))}
    files |= {file for file in SOURCES.glob("*/sql/**/*.sql") if file.stem in named}
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(f"{file.relative_to(SOURCES).as_posix()}\0".encode() + file.read_bytes())
    return found.hexdigest()


def load() -> bool:
    """Give an empty database the tables of the file; False where it is not empty, or its server cannot read the file.

    All of it or nothing. Migrations that follow are applied by ``migrate``, as is what Django notes after any.
    """
    with connection.cursor() as cursor:
        cursor.execute(IS_EMPTY)
        is_empty, major = cursor.fetchone()
    kept = read()
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    if not is_empty or major < kept.major or not set(known) >= set(kept.migrations):
        return False
    with atomic(), connection.cursor() as cursor:
        raw: Cursor = cursor.cursor
        raw.execute(PREPARED)
        raw.execute(kept.sql.encode())
        raw.execute("SET LOCAL search_path TO DEFAULT")
        recorder = MigrationRecorder(connection)
        recorder.migration_qs.bulk_create([recorder.Migration(app=room, name=name) for room, name in kept.migrations])
    return True
