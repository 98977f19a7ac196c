"""Every refusal of the core, met once: its code, what it says, and that nothing half-done stays."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import pytest
from tests.factories import Ledger
from tests.transactions.refusal_cases import ABSTRACT, ELSEWHERE, ROOMS, TABLE, Refusal

import subledger
from subledger.journal.models import JournalEntry
from subledger.kernel.errors import DomainError
from subledger.platform.models import Event, NumberSeries
from subledger.transactions.models import Transaction


@pytest.mark.few(40)
@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_a_refusal_says_what_why_and_what_next_and_keeps_nothing(ledger: Ledger, row: Refusal):
    facts = row.prepare(ledger)
    before = _counts()
    with pytest.raises(DomainError) as refusal:
        row.act(ledger, facts)
    assert type(refusal.value).__name__ == row.name
    assert refusal.value.code == row.code
    assert re.search(row.says, str(refusal.value)), str(refusal.value)
    assert refusal.value.status in (403, 404, 409, 422)
    assert _counts() == before


def _counts() -> tuple[Any, ...]:
    series = NumberSeries.objects.order_by("code").values_list("code", "next_value")
    return Transaction.objects.count(), JournalEntry.objects.count(), Event.objects.count(), list(series)


def test_no_refusal_of_the_core_was_forgotten():
    for room in ROOMS:
        package = importlib.import_module(f"subledger.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"subledger.{room}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    met = {row.name for row in TABLE} | ELSEWHERE | ABSTRACT
    assert {c.__name__ for c in _of_the_core()} == met


def test_codes_are_each_used_by_one_refusal():
    codes = [c.code for c in _of_the_core()]
    assert len(codes) == len(set(codes))


def _of_the_core() -> list[type[DomainError]]:
    """Without what is said of a row of a file: that is met in tests/imports."""
    found = []
    for each in _below(DomainError):
        top, room, *within = [*each.__module__.split("."), "", ""][:3]
        if top == subledger.__name__ and room in ROOMS and within != ["imports"]:
            found.append(each)
    return found


def _below(base: type[DomainError]) -> list[type[DomainError]]:
    return [each for child in base.__subclasses__() for each in (child, *_below(child))]
