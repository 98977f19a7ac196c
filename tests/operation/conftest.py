"""Databases and commands as an operator meets them: real processes, databases of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from tests.template_cluster import TEMPLATE

from . import debian

SUBLEDGER = [str(Path(sys.executable).with_name("subledger"))]


@dataclass(frozen=True)
class Commands:
    """``subledger`` on one database, in processes of their own."""

    url: str
    data_dir: Path

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SUBLEDGER_", "DJANGO_"))}
        return {**kept, "DATABASE_URL": self.url, "SUBLEDGER_DATA_DIR": str(self.data_dir), "NO_COLOR": "1"}

    def run(
        self, *arguments: str, timeout: int = 400, more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        environ = {**self.environ, **(more or {})}
        return subprocess.run(
            [*SUBLEDGER, *arguments], env=environ, capture_output=True, text=True, timeout=timeout, check=False
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*SUBLEDGER, *arguments], env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


MakeDatabase = Callable[..., Commands]


@pytest.fixture
def make_database(committed_db: None, tmp_path: Path) -> Iterator[MakeDatabase]:
    """``make_database("ENCODING …")``: an empty database; ``migrated=True``: one with this version's tables."""
    with databases(tmp_path / "data") as make:
        yield make


@contextmanager
def databases(data_dir: Path) -> Iterator[MakeDatabase]:
    """What makes databases on the tests' server, and drops them at the end."""
    settings = connection.settings_dict
    where = {
        "host": settings["HOST"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "port": settings["PORT"],
    }
    where = {name: value for name, value in where.items() if value}
    made: list[str] = []
    with psycopg.connect(autocommit=True, dbname="postgres", **where) as server:

        def make(options: str = "", *, migrated: bool = False) -> Commands:
            name = f"operated_{uuid.uuid4().hex[:12]}"
            template = f'TEMPLATE "{TEMPLATE}"' if migrated else "TEMPLATE template0"
            server.execute(f'CREATE DATABASE "{name}" {template} {options}')
            made.append(name)
            return Commands(psycopg.conninfo.make_conninfo("", dbname=name, **where), data_dir)

        yield make
        for name in made:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def debian_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[debian.Server]:
    """Debian's own PostgreSQL over TCP with a password; skipped where it is not installed."""
    with debian.postgres(tmp_path_factory.mktemp("debian")) as server:
        yield server
