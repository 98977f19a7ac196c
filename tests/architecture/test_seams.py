"""What rooms put into rooms below at start is named in the architecture, with who does."""

from __future__ import annotations

import ast
import re

from tests.architecture.test_house_rules import SOURCE

ARCHITECTURE = SOURCE.parents[1] / "docs/architecture.md"
ROW = re.compile(r"^\| `([a-z_.A-Z]+)` \| ([a-z_, ]+) \|", re.MULTILINE)
# Of Django, and of a room to itself.
OWN = ("django.", "platform.rooms.prefixes", "platform.listeners.listeners", "documents.kinds.kinds")


def seams_of(room: str, source: str) -> set[tuple[str, str]]:
    """What an `apps.py` fills, by the module that has it, and by which room."""
    names: dict[str, str] = {}
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            module = (node.module or "").removeprefix("subledger.")
            place = ".".join(filter(None, [room if node.level else "", module]))
            names |= {alias.asname or alias.name: f"{place}.{alias.name}" for alias in node.names}
    for node in ast.walk(ast.parse(source)):
        filled: ast.AST | None = None
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            filled = node.value.func
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            filled = node.targets[0].value
        if filled is None:
            continue
        head, _, rest = ast.unparse(filled).partition(".")
        seam = ".".join(filter(None, [names.get(head, head), rest.removesuffix("append").rstrip(".")]))
        if not seam.startswith(OWN):
            found.add((seam, room))
    return found


def test_seams_are_named_with_who_fills_them():
    filled: set[tuple[str, str]] = set()
    for path in SOURCE.glob("*/apps.py"):
        filled |= seams_of(path.parent.name, path.read_text(encoding="utf-8"))
    rows = ROW.findall(ARCHITECTURE.read_text(encoding="utf-8").partition("## Seams")[2].partition("\n## ")[0])
    named = {(seam, room.strip()) for seam, rooms in rows for room in rooms.split(",")}
    assert named == filled
    assert len(filled) > 20


def test_a_seam_is_found_however_it_is_filled():
    source = """
def ready(self):
    from subledger.gateways.services import failures
    from subledger.transactions.collectors import hold_with
    from subledger.companies.provision import makers
    failures.followers.append(schedule)
    hold_with(holds)
    makers[Seed] = give
"""
    assert seams_of("toy", source) == {
        ("gateways.services.failures.followers", "toy"),
        ("transactions.collectors.hold_with", "toy"),
        ("companies.provision.makers", "toy"),
    }
