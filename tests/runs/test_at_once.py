"""What two do to one run definition at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.db.transaction import atomic
from tests.factories import at_once
from tests.runs.verbs import definition

from subledger.companies.models import Company
from subledger.runs.errors import DefinitionNotEffective
from subledger.runs.models import Run, RunDefinition
from subledger.runs.registry import kind_named
from subledger.runs.services import start
from subledger.runs.services.definitions import deactivate_definition

HELD = start.held
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(6_000):
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits")


def as_it_stands(definition_id: int) -> Any:
    found = RunDefinition.objects.get(pk=definition_id)
    return found, kind_named(found.kind)


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_none_begins_of_a_definition_that_is_put_out_of_effect(
    kept_company: Company, guard: str, monkeypatch: pytest.MonkeyPatch
):
    """Its key alone made whoever starts it wait, and not look again."""
    ident = definition().pk
    is_off = threading.Event()
    monkeypatch.setattr(start, "held", HELD if guard == "guard on" else as_it_stands)

    def put_out() -> None:
        with atomic():
            deactivate_definition(definition_id=ident, actor="test")
            is_off.set()
            somebody_waits()

    def begin() -> Run:
        assert is_off.wait(60)
        return start.start_definition(definition_id=ident, actor="test")

    _, answer = at_once(put_out, begin)
    if guard == "guard on":
        assert isinstance(answer, DefinitionNotEffective)
        assert not Run.objects.exists()
    else:
        assert answer.definition_id == ident
