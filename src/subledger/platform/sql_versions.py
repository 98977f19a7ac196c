"""What a room's database objects are installed from: `<room>/sql/<name>_v<version>.sql`, each whole, none ever changed.

A version holds a function with the triggers that call it (or indexes, or a sequence). A change is a new version beside
the old one: a migration installs it, the program calls it, and a migration of a later release drops the old one, so
that a server of the version before may still run. A room's `sql` package says which versions are the present.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from django.db.migrations import RunSQL

from .invariants import Guard

ROOMS = Path(__file__).parent.parent
_MADE = re.compile(r"^CREATE (?:OR REPLACE |UNIQUE )*(FUNCTION|INDEX|SEQUENCE) (?:IF NOT EXISTS )?(\w+)", re.MULTILINE)
_TRIGGER = re.compile(r"^CREATE (?:OR REPLACE )?TRIGGER (\w+)\s.*?\sON\s+(\w+)", re.MULTILINE | re.DOTALL)


@cache
def text_of(room: str, version: str) -> str:
    """The SQL of ``version`` ("posting_write_v1"). ``FileNotFoundError`` when the room has none of that name."""
    return (ROOMS / room / "sql" / f"{version}.sql").read_text(encoding="utf-8")


def installs(room: str, version: str, *, instead_of: str | None = None) -> RunSQL:
    """Install a version. Going back, ``instead_of`` takes its triggers again, and what only this version made goes.

    Versions without a predecessor take the triggers that call them along.
    """
    text = text_of(room, version)
    before = text_of(room, instead_of) if instead_of else ""
    gone = made_by(text) - made_by(before)
    drops = [f"DROP {kind} {name} CASCADE;" for kind, name in sorted(gone)]
    return RunSQL(text, "\n".join([before, *drops]) or RunSQL.noop)


def installs_again(room: str, version: str) -> RunSQL:
    """Install a version on books that may hold an earlier text under its name. Going back leaves it."""
    return RunSQL(text_of(room, version), RunSQL.noop)


def drops(room: str, version: str) -> RunSQL:
    """Take away what a superseded version made; nothing may use it any more. Going back makes it again."""
    text = text_of(room, version)
    return RunSQL("\n".join(f"DROP {kind} {name};" for kind, name in sorted(made_by(text))), text)


def made_by(text: str) -> set[tuple[str, str]]:
    """The kinds and names of what SQL text creates; triggers apart, which go with their function."""
    return {(kind, name) for kind, name in _MADE.findall(text)}


@dataclass(frozen=True, kw_only=True)
class Present:
    """The database objects of a room as of today, whole and in the order in which they are made.

    Superseded versions are still installed for servers of the version before, and no longer called by this one.
    """

    versions: Sequence[RunSQL] = ()
    guards: Sequence[RunSQL] = ()
    superseded: Sequence[RunSQL] = ()

    def __post_init__(self) -> None:
        """ValueError where the same stands twice."""
        seen: set[str] = set()
        for operation in (*self.versions, *self.guards, *self.superseded):
            if str(operation.sql) in seen:
                raise ValueError(f"This stands twice among what a database holds: {str(operation.sql)[:200]}")
            seen.add(str(operation.sql))

    def triggers(self) -> tuple[Guard, ...]:
        """The triggers of it, so that `check` proves of each that it is there and switched on."""
        text = "\n".join(str(operation.sql) for operation in (*self.versions, *self.guards))
        return tuple(dict.fromkeys(Guard(table, trigger) for trigger, table in _TRIGGER.findall(text)))

    def text(self) -> str:
        """All of it as one script."""
        return "\n".join(str(operation.sql) for operation in (*self.superseded, *self.versions, *self.guards))


def present(room: str) -> Present:
    """What stands in a room's `sql` package; nothing when it has none."""
    if not (ROOMS / room / "sql").is_dir():
        return Present()
    found = import_module(f"subledger.{room}.sql").PRESENT
    if not isinstance(found, Present):
        raise TypeError(f"subledger.{room}.sql.PRESENT is not what a database holds.")
    return found
