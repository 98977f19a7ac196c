"""What a document can say, somebody says: a field that nobody fills is never on paper, whatever tests it passes."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

import subledger
from subledger.documents.values import Document

SOURCE = Path(subledger.__file__).parent
OF_ITSELF = SOURCE / "documents"


def given() -> set[str]:
    """The names under which rooms above give values to documents."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if OF_ITSELF in path.parents:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Document", "replace"):
                found |= {word.arg for word in node.keywords if word.arg}
    return found


@pytest.mark.wide
def test_every_field_of_a_document_is_filled_by_a_room_above():
    assert sorted({field.name for field in fields(Document)} - given()) == []
