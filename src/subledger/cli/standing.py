"""``subledger status``: what runs here, on which books, and what waits."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from subledger import __version__
from subledger.cli.output import Format, FormatOption, print_rows
from subledger.cli.runtime import books


def status(format: FormatOption = Format.TABLE) -> None:
    """Version, database, tables, workers, queue and the oldest thing that waits; nothing secret."""
    with books():
        rows = [{"what": what, "value": value} for what, value in _facts()]
    print_rows(rows, ["what", "value"], format)


def _facts() -> Iterator[tuple[str, str]]:
    from django.conf import settings
    from django.db import connection

    from subledger.config.web.health import readiness
    from subledger.reports import watching

    commit = commit_of(Path(__file__).parent)
    yield "version", __version__ + (f" ({commit})" if commit else "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_database()")
        server, name = cursor.fetchone()
    yield "database", f"PostgreSQL {server}, {name}"
    found = readiness()
    yield "tables", found.tables
    yield "worker", found.worker
    for figure in watching.figures():
        if not figure.values:
            yield figure.name.replace("_", " "), "none"
        for labels, value in figure.values:
            said = " ".join(str(label) for label in labels)
            yield figure.name.replace("_", " ") + (f", {said}" if said else ""), _number(value)
    yield "secret key", fingerprint(settings.SECRET_KEY)


def _number(value: object) -> str:
    return f"{round(float(str(value))):,}"


def fingerprint(secret: str) -> str:
    """The same on every machine with the same key, and nothing that the key could be found from."""
    return hashlib.sha256(b"subledger fingerprint " + secret.encode()).hexdigest()[:16]


def commit_of(folder: Path) -> str:
    """The commit that this runs from, where it runs from a checkout."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
