"""What outcomes set on a request is written, and every column that is written arrives."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.factories import NOW

from subledger.gateways.models import Attempt, PaymentRequest
from subledger.gateways.services import booking, outcomes
from subledger.gateways.services.outcome_rows import WRITTEN, EndedAttempt, write_requests

pytestmark = pytest.mark.django_db


def assigned(text: str) -> set[str]:
    """The columns that are set on rows of requests: ``row.state = …``, ``change.row.state = …``."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        targets = node.targets if isinstance(node, ast.Assign) else ()
        for target in targets:
            for one in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(one, ast.Attribute) and ast.unparse(one.value).rsplit(".")[-1] == "row":
                    found.add(one.attr)
    return found


def test_what_is_set_on_a_row_is_found():
    assert assigned("row.state = 1\nchange.row.code, x.other = 2, 3\nrow = 4") == {"state", "code"}


def test_whatever_outcomes_set_on_a_request_is_written():
    files = (outcomes, booking)
    found = set().union(*(assigned(Path(str(module.__file__)).read_text()) for module in files))
    assert found == set(WRITTEN)


def test_the_columns_are_those_of_the_tables():
    assert set(WRITTEN) <= {field.attname for field in PaymentRequest._meta.concrete_fields}
    assert set(EndedAttempt._fields) <= {field.attname for field in Attempt._meta.concrete_fields}


def test_every_column_that_is_written_is_read_back(desk):
    row = desk.pay(7500)
    changed: dict[str, Any] = {
        "state": row.state,
        "reference": "pi_other",
        "action_url": "https://pay.example/x",
        "action_expires_at": NOW,
        "error_code": "a_code",
        "error_message": 'a "message"',
        "executed_at": NOW.replace(hour=3),
        "executed_on": date(2026, 5, 2),
        "returned_first_on": date(2026, 5, 3),
        "check_at": NOW.replace(hour=5),
        "in_books_minor": 12,
        "transaction_id": row.transaction_id,
    }
    assert changed.keys() == set(WRITTEN)
    for name, value in changed.items():
        setattr(row, name, value)
    write_requests([SimpleNamespace(row=row)])  # type: ignore[list-item]
    assert PaymentRequest.objects.filter(pk=row.pk).values(*WRITTEN).get() == changed
