"""``subledger status``: what runs here, on which books, and what waits."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import subledger
from subledger.cli.runtime import books
from subledger.cli_kit.output import Format, FormatOption, print_rows

if TYPE_CHECKING:
    from subledger.platform.figures import Figure


def status(format: FormatOption = Format.TABLE) -> None:
    """Version, database, tables, workers, queue and the oldest thing that waits; nothing secret."""
    with books():
        rows = [{"what": what, "value": value} for what, value in _facts()]
    print_rows(rows, ["what", "value"], format)


def _facts() -> Iterator[tuple[str, str]]:
    from django.conf import settings
    from django.db import connection

    from subledger.config.web.health import readiness
    from subledger.platform.installation import fingerprint
    from subledger.reports import monitoring

    yield "version", version()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_database()")
        server, name = cursor.fetchone()
    yield "database", f"PostgreSQL {server}, {name}"
    found = readiness()
    yield "tables", found.tables
    yield "worker", found.worker
    yield "mail server", _mail_server()
    for figure in monitoring.figures():
        if figure.name == monitoring.LAST_CHECK.name:
            yield from _checks(figure)
            continue
        if not figure.values:
            yield figure.name.replace("_", " "), "none"
        for labels, value in figure.values:
            said = " ".join(str(label) for label in labels)
            yield figure.name.replace("_", " ") + (f", {said}" if said else ""), _number(value)
    yield "secret key", fingerprint(settings.SECRET_KEY)


def _mail_server() -> str:
    """Where mail goes, and whether it gets there."""
    from subledger.messages.due_work import outage
    from subledger.messages.servers import server_address

    address, found = server_address() or "none is set: mail is written to a folder", outage()
    if found is None:
        return address
    waiting = "1 message waits" if found.waiting == 1 else f"{found.waiting:,} messages wait"
    return f"{address}, cannot be reached since {found.since:%Y-%m-%d %H:%M} UTC; {waiting}. {found.reason}"


def _checks(figure: Figure) -> Iterator[tuple[str, str]]:
    """When the books were checked last, for people."""
    if not figure.values:
        yield "last check", "never"
    for (company,), at in figure.values:
        yield f"last check, {company}", f"{datetime.fromtimestamp(int(at), UTC):%Y-%m-%d %H:%M} UTC"


def _number(value: object) -> str:
    return f"{round(float(str(value))):,}"


def version() -> str:
    """The version and the commit it was built from, or runs from."""
    commit = commit_of(Path(str(subledger.__file__)).parent)
    return subledger.__version__ + (f" ({commit})" if commit else "")


def commit_of(package: Path) -> str:
    """Of the folder of the package: what its build left there, or where its checkout stands; "" if neither is known."""
    with suppress(OSError):
        return (package / "commit.txt").read_text().strip()
    checkout = package.parents[1]
    if not (checkout / ".git").exists():  # and no other repository that it happens to be installed in
        return ""
    try:
        done = subprocess.run(
            ["git", "-C", str(checkout), "rev-parse", "--short=12", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
