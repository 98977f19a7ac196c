"""A room's SQL writes its own tables; what another room keeps is written by that room's function."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from tests.architecture.test_house_rules import FILES, SOURCE

from subledger.platform.sql_versions import present

ROOMS = sorted(config.label for config in apps.get_app_configs() if config.name.startswith("subledger."))
WRITES = re.compile(r"\b(?:INSERT INTO|MERGE INTO|DELETE FROM|UPDATE) ([a-z]+)_\w+")


def written_by(text: str) -> set[str]:
    code = re.sub(r"--.*", "", text)
    return {table for table in WRITES.findall(code) if table in ROOMS}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_writes_its_own_tables(room: str):
    """By its functions and triggers, and by the statements of its program."""
    assert written_by("\n".join(str(step.sql) for step in present(room).versions)) <= {room}
    program = {path.name: written_by(path.read_text()) for path in FILES if path.relative_to(SOURCE).parts[0] == room}
    assert {name for name, tables in program.items() if tables - {room}} == set()


def test_a_foreign_table_is_found():
    text = "UPDATE journal_journalline SET x = 1; -- DELETE FROM runs_run\nMERGE INTO transactions_openitem o"
    assert written_by(text) == {"journal", "transactions"}
