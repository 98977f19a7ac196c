"""The parts of the documentation that are derived from the code: ``python -m tests.docs.generate`` rewrites them.

A derived part stands between ``<!-- name: generated -->`` and ``<!-- end -->``; `test_completeness` holds each to
what the code says now.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any, get_type_hints

ROOT = Path(__file__).parents[2]


def settings() -> str:
    from subledger.config.environment import settings_markdown

    return settings_markdown()


def permissions() -> str:
    """Who may do what: a row a permission, a column a ready role."""
    from subledger.companies.permissions import READY_ROLES, granted
    from subledger.companies.permissions import permissions as declared

    titles = list(READY_ROLES.values())
    lines = [
        "| permission | allows to | " + " | ".join(titles) + " |",
        "|---|---|" + "---|" * len(titles),
    ]
    for name, about in declared().items():
        marks = ["yes" if name in granted(role) else "–" for role in READY_ROLES]
        lines.append(f"| `{name}` | {about[0].lower()}{about[1:]} | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"


def scopes() -> str:
    """What `<resource>:write` lets a key do."""
    from subledger.companies.permissions import configured, resource_writes

    lines = ["| scope | permissions |", "|---|---|"]
    for name, granted in resource_writes().items():
        if name not in configured():
            lines.append(f"| `{name}:write` | {', '.join(f'`{one}`' for one in sorted(granted))} |")
    several = ", ".join(f"`{name}`" for name in configured())
    lines.append(
        f"| `{{table}}:write`, of {several} | `configuration.edit:{{row}}`, such as `configuration.edit:reason` |"
    )
    return "\n".join(lines) + "\n"


def event_types() -> str:
    """What rooms declare, those that tell the same in one row; of configuration one row for all."""
    from subledger.platform.rooms import installed

    lines = ["| type | tells |", "|---|---|"]
    tables = sorted(table.model._meta.model_name or "" for room in installed() for table in room.tables)
    for room in installed():
        for tells, types in groupby(room.events, key=lambda one, room=room: room.events[one]):  # type: ignore[misc]
            lines.append(f"| {', '.join(f'`{one}`' for one in types)} | {tells} |")
    things = ", ".join(f"`{one}`" for one in tables)
    lines.append(
        f"| `<entry>.created`, `<entry>.changed` | a row of configuration: {things}; changes as [before, after] |"
    )
    return "\n".join(lines) + "\n"


def invariants() -> str:
    from subledger.reports.proof import invariants

    lines = ["| invariant | says |", "|---|---|"]
    lines += [f"| `{each.name}` | {each.says} |" for each in invariants()]
    return "\n".join(lines) + "\n"


def reports() -> str:
    from subledger.reports.catalogue import reports

    lines = ["| report | shows | columns |", "|---|---|---|"]
    lines += [
        f"| `{each.name}` | {each.about} | {', '.join(f'`{column.name}`' for column in each.columns)} |"
        for each in reports().values()
    ]
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Every command with its arguments and options, as ``--help`` knows them."""
    parts = []
    for path, command in command_tree():
        parts.append(f"## `{' '.join(path)}`\n\n{_plain(command.help)}\n")
        hints = get_type_hints(inspect.unwrap(command.callback))
        rows = [_parameter(each, hints.get(each.name)) for each in command.params]
        if rows:
            parts.append("| argument or option | default | what it says |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def consequences() -> str:
    """What rooms do together with a posting, in the order in which they act."""
    from subledger.transactions.consequences import consequences as declared

    return _acting(declared(), "No room does anything together with a posting yet.")


def listeners() -> str:
    """What rooms do after something happened."""
    from subledger.platform.listeners import listeners as declared

    return _acting(declared(), "No room listens yet.")


def _acting(declared: Sequence[Any], none: str) -> str:
    if not declared:
        return f"{none}\n"
    rows = ["what | when", "---|---", *(f"{one.name} | {one.about}" for one in declared)]
    return "".join(f"| {row} |\n" for row in rows)


GENERATED: dict[str, tuple[str, Callable[[], str]]] = {
    "settings": ("README.md", settings),
    "permissions": ("docs/domain/companies-and-roles.md", permissions),
    "scopes": ("docs/domain/companies-and-roles.md", scopes),
    "event types": ("docs/domain/events.md", event_types),
    "invariants": ("docs/domain/invariants.md", invariants),
    "commands": ("docs/cli.md", commands),
    "reports": ("docs/cli.md", reports),
    "consequences": ("docs/domain/consequences.md", consequences),
    "listeners": ("docs/domain/consequences.md", listeners),
}


def part(name: str, text: str) -> re.Match[str]:
    """The derived part of a page; its group 2 is what is derived."""
    found = re.search(rf"(<!-- {name}: generated -->\n)(.*?)(<!-- end -->)", text, re.DOTALL)
    assert found, f"there is no part {name!r}"
    return found


def command_tree() -> Iterator[tuple[list[str], Any]]:
    """(words, command) of every command that does something; groups are walked through."""
    import typer.main

    from subledger.cli.main import app

    def walk(path: list[str], command: Any) -> Iterator[tuple[list[str], Any]]:
        below = getattr(command, "commands", None)
        if below is None:
            yield path, command
            return
        for name, child in below.items():
            yield from walk([*path, name], child)

    return walk(["subledger"], typer.main.get_command(app))


def _parameter(each: Any, hint: Any) -> str:
    is_argument = not each.opts[0].startswith("-")
    if is_argument:
        shown = each.metavar or each.opts[0].upper()
    elif each.is_flag:
        shown = each.opts[0]
    else:
        shown = f"{each.opts[0]} {each.metavar or each.name.rstrip('_').upper()}"
    said = _plain(each.help)
    if isinstance(hint, type) and issubclass(hint, Enum):
        said += " One of " + ", ".join(f"`{choice.value}`" for choice in hint) + "."
    return f"| `{_plain(shown)}` | {_default(each)} | {said} |"


def _default(each: Any) -> str:
    if each.required:
        return "needed"
    if isinstance(each.show_default, str):
        return each.show_default
    if each.default in (None, False, "", (), []):
        return "–"
    return f"`{getattr(each.default, 'value', each.default)}`"


def _plain(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", r"\|")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    for name, (page, derive) in GENERATED.items():
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        found = part(name, text)
        path.write_text(text[: found.start(2)] + derive() + text[found.end(2) :], encoding="utf-8")


if __name__ == "__main__":
    main()
