"""The PostgreSQL that everything is measured on: the product's own embedded server, durability untouched."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from subledger.config import embedded_postgres

STATEMENT_TIMEOUT = "10min"  # a benchmark may fail, it may not hang
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``conninfo`` names its maintenance database."""

    conninfo: str

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.conninfo_of(database))

    def conninfo_of(self, database: str) -> str:
        return make_conninfo(self.conninfo, dbname=database)

    def create_database(self, name: str, *, copy_of: str = "template1") -> str:
        """Create an empty database, or a copy of one that nobody is connected to; return its conninfo."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(copy_of)))
        return self.conninfo_of(name)

    def drop_database(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def checkpoint(self) -> None:
        """Write dirty pages out now, so that no sample pays for the writes of the one before it."""
        self._execute(sql.SQL("CHECKPOINT"))

    def settings(self) -> dict[str, str]:
        """The settings that decide how fast a commit and a sort can be, as the server reports them."""
        names = [*DURABLE, "server_version", "shared_buffers", "max_wal_size", "jit"]
        with psycopg.connect(self.conninfo) as connection:
            rows = connection.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [names])
            return dict(rows.fetchall())

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server() -> Iterator[Server]:
    """Start an empty server in a temporary directory; stop it and remove the directory at the end.

    Raises:
        RuntimeError: the server does not have PostgreSQL's default durability, so no figure would count.
    """
    with tempfile.TemporaryDirectory(prefix="subledger-bench-") as room:
        Path(room).chmod(0o711)  # as root the server runs as a system user, who must be able to pass through
        with embedded_postgres.running(Path(room)) as url:
            server = Server(make_conninfo(url, options=f"-c statement_timeout={STATEMENT_TIMEOUT}"))
            weakened = {n: v for n, v in server.settings().items() if DURABLE.get(n, v) != v}
            if weakened:
                raise RuntimeError(f"Benchmarks need default durability, but the server has {weakened}.")
            yield server
