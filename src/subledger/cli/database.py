"""What a database has to be before anything is done with it, and how it is brought up to this version.

Every command asks at the door: a server too old, an encoding that cannot hold names, tables of another version or a
server that only reads would otherwise show much later, in the middle of somebody's work.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from subledger.cli_kit.runtime import CommandRefused

if TYPE_CHECKING:
    from psycopg import Connection

# Any number will do, as long as every starter of this program takes the same one.
MIGRATION_LOCK = 0x5B1ED6E2
# A migration that waits for a table makes every later query of that table wait behind it: give up early.
TABLE_LOCK_TIMEOUT = "10s"
OLDEST_SERVER = 15
LOOK_SECONDS = 0.5  # while another starter migrates

FIT = """
    SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version'),
           current_setting('server_encoding'), pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',
           current_database()
"""
HOLDER = """
    SELECT l.pid, a.application_name, coalesce(a.client_addr::text, 'this machine'),
           to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
      FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = %s
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def refuse_unfit_server() -> None:
    """CommandRefused unless the server is new enough, keeps UTF-8 and takes writes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FIT)
        major, version, encoding, is_standby, is_read_only, name = cursor.fetchone()
    if major < OLDEST_SERVER:
        raise CommandRefused(
            f"The database server is PostgreSQL {version}; Subledger needs {OLDEST_SERVER} or newer. Upgrade the "
            "server, or point DATABASE_URL at a newer one."
        )
    if encoding != "UTF8":
        raise CommandRefused(
            f"The database {name!r} keeps text as {encoding}, which cannot hold every name; Subledger needs UTF8. Make "
            f"one: CREATE DATABASE {name}_utf8 ENCODING 'UTF8' TEMPLATE template0, and point DATABASE_URL at it."
        )
    if is_standby:
        raise CommandRefused(
            f"The database {name!r} is a standby that only reads. Point DATABASE_URL at its primary server."
        )
    if is_read_only:
        raise CommandRefused(
            f"The database {name!r} is set to only read (default_transaction_read_only). Change that for its role "
            "or database, or point DATABASE_URL at one that takes writes."
        )


def refuse_other_tables() -> None:
    """CommandRefused unless the tables are those of this version: neither older nor newer."""
    refuse_newer_tables()
    if _missing():
        raise CommandRefused("The database has not got the tables this version needs. Run `subledger migrate` first.")


def refuse_newer_tables() -> None:
    """CommandRefused where a newer version has changed the tables: what it added, this one would break."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    ours = _loader()
    known = {app for app, _ in ours.disk_migrations or {}}
    replaced = {key for migration in (ours.disk_migrations or {}).values() for key in migration.replaces}
    applied = MigrationRecorder(connection).applied_migrations()
    unknown = sorted(
        key for key in applied if key[0] in known and key not in (ours.disk_migrations or {}) and key not in replaced
    )
    if unknown:
        from subledger import __version__

        app, name = unknown[-1]
        raise CommandRefused(
            f"A newer version of Subledger has changed this database ({app} {name}, which version {__version__} does "
            "not know). Install that version again; to go back, restore the dump that was made before the upgrade."
        )


def apply_migrations(*, verbosity: int) -> None:
    """Apply what is missing, one starter at a time; says so while another one is at it."""
    from django.core.management import call_command
    from django.db import connection

    from subledger.config import schema_snapshot

    refuse_unfit_server()
    with _alone(), connection.execute_wrapper(_WithTableLockTimeout()):
        refuse_newer_tables()
        if schema_snapshot.load() and verbosity:
            typer.echo("The database was empty: its tables are made.")
        call_command("migrate", interactive=False, verbosity=verbosity)
        _set_up_role()
    connection.close()


def refuse_other_key(*, accept: bool = False) -> None:
    """AnotherSecretKey where these books are served with another key than this machine's."""
    from django.conf import settings

    from subledger.platform.installation import keep_secret_key

    keep_secret_key(secret_key=settings.SECRET_KEY, old_secret_keys=settings.SECRET_KEY_FALLBACKS, accept=accept)


def _set_up_role() -> None:
    """Our statements are short: compiling one takes longer than running it. Kept with the role, not in the startup
    packet of each connection, which poolers refuse."""
    from django.db import DatabaseError, connection
    from django.db.transaction import atomic
    from psycopg import sql

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('jit'), current_database()")
        jit, name = cursor.fetchone()
        if jit == "off":
            return
        try:
            with atomic():
                cursor.execute(
                    sql.SQL("ALTER ROLE CURRENT_USER IN DATABASE {} SET jit = off")
                    .format(sql.Identifier(name))
                    .as_string(cursor.connection)
                )
        except DatabaseError as error:
            typer.echo(f"jit stays on for this role, which costs speed: {str(error).strip()}", err=True)


class _WithTableLockTimeout:
    """Sets the timeout inside each transaction: it ends with it, whatever connection a pooler gives us next."""

    def __init__(self) -> None:
        self.is_set = False

    def __call__(self, execute: Any, statement: Any, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
        connection = context["connection"]
        if connection.in_atomic_block and not self.is_set:
            self.is_set = True
            connection.on_commit(self._forget)
            context["cursor"].cursor.execute(f"SET LOCAL lock_timeout = '{TABLE_LOCK_TIMEOUT}'")
        return execute(statement, parameters, many, context)

    def _forget(self) -> None:
        self.is_set = False


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the migration lock in a transaction of a connection of its own.

    It ends with that transaction, so neither a crash nor a pooler that keeps our connection can leave it behind.
    """
    import psycopg
    from django.db import connection

    settings = connection.get_connection_params()
    own = {name: value for name, value in settings.items() if name != "context"}
    # Bound by the client, a statement leaves no portal open: its snapshot would be one that an index made concurrently
    # waits for, which the migration that makes it holds here.
    own |= {"prepare_threshold": None, "cursor_factory": psycopg.ClientCursor}
    with psycopg.connect(**own) as holder:
        _await_lock(holder)
        try:
            yield
        finally:
            holder.rollback()


def _await_lock(holder: Connection) -> None:
    announced = False
    while True:
        row = holder.execute("SELECT pg_try_advisory_xact_lock(%s)", [MIGRATION_LOCK]).fetchone()
        if row is not None and row[0]:
            return
        if not announced:
            announced = True
            found = holder.execute(HOLDER, [MIGRATION_LOCK]).fetchone()
            who = f" (since {found[3]} UTC, from {found[2]}, database process {found[0]})" if found else ""
            typer.echo(f"Another starter is migrating this database{who}; waiting for it.", err=True)
        holder.rollback()
        time.sleep(LOOK_SECONDS)


def _loader() -> Any:
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(None, ignore_no_migrations=True)


def _missing() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
