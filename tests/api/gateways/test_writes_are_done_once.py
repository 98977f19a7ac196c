"""Every writing operation, with a key: what it makes and the row of its key are committed by one transaction."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from tests.gateways.toy import take_time

from subledger.api_kit.idempotency import binding_of
from subledger.platform import idempotency
from subledger.platform.idempotency import Binding
from subledger.platform.models import StoredAnswer
from subledger.platform.scope import company_scope

from .conftest import Till
from .writes import ASKING, EXAMPLES, Operation, contents, dry, operations

KEY = "11111111-2222-4333-8444-a55555555555"
OPERATIONS = {one.id: one for one in operations()}


class Killed(BaseException):
    """What a process that dies does not get to handle."""


def rows() -> Counter[str]:
    """How many rows each of our tables has, but for stored answers."""
    models = [model for model in apps.get_models() if model.__module__.startswith("subledger.")]
    tables = sorted({model._meta.db_table for model in models if model is not StoredAnswer})
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables))
        return Counter(dict(cursor.fetchall()))


def stored(till: Till) -> StoredAnswer | None:
    with company_scope(till.company.pk):
        return StoredAnswer.objects.filter(key=KEY).first()


def send(till: Till, operation: Operation, path: str, body: Any) -> Any:
    return till.request(operation.method, path, body, **{"Idempotency-Key": KEY})


def told(response: Any) -> tuple[int, Any]:
    return response.status_code, response.json() if response.content else None


def told_again(response: Any, operation: Operation) -> tuple[int, Any]:
    """What a repetition is told: all of the first answer but secrets, which are kept nowhere."""
    status, body = told(response)
    secrets = getattr(operation.view, "shown_once", ())
    assert all(body[name] for name in secrets)
    return status, body | dict.fromkeys(secrets) if secrets else body


def test_every_writing_operation_has_an_example_here():
    assert set(EXAMPLES) == set(OPERATIONS)


@pytest.mark.few(8)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_process_that_dies_before_its_commit_leaves_nothing_and_the_key_is_free(till: Till, monkeypatch, name: str):
    operation = OPERATIONS[name]
    path, body = EXAMPLES[name](till)
    if binding_of(operation.view) is Binding.REPEATABLE:
        return
    before = rows()

    def die(*args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "_keep", die)
        patch.setattr(idempotency, "bound", die)
        with pytest.raises(Killed):
            send(till, operation, path, body)
    if binding_of(operation.view) is Binding.TOGETHER:
        assert rows() == before
    assert stored(till) is None
    assert send(till, operation, path, body).status_code < 300


def nothing_stays_of_a_dry_run(till: Till, operation: Operation, path: str, body: Any) -> None:
    before, moved = contents(), len(till.desk.bank.orders)
    shown = dry(till, operation.method, path, body, **{"Idempotency-Key": KEY})
    assert (contents(), len(till.desk.bank.orders)) == (before, moved)
    assert shown["Dry-Run"] == "true"
    if operation.id in ASKING:
        assert (shown.status_code, shown.json()["code"]) == (422, "dry_run_stays_inside")
    elif operation.id == "create_import":  # a worker does it: the file has a dry run of its own, which is told
        assert (shown.status_code, shown.json()["param"]) == (422, "/dry_run")
    else:
        assert shown.status_code < 300, shown.content


@pytest.mark.few(12)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_repetition_answers_the_same_and_makes_nothing_new(till: Till, name: str):
    operation = OPERATIONS[name]
    path, body = EXAMPLES[name](till)
    nothing_stays_of_a_dry_run(till, operation, path, body)
    first = send(till, operation, path, body)
    assert first.status_code < 300, first.content
    assert "Idempotent-Replayed" not in first
    before = rows()
    again = send(till, operation, path, body)
    assert (told(again), again["Idempotent-Replayed"]) == (told_again(first, operation), "true")
    assert rows() == before


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "name", [name for name, one in OPERATIONS.items() if binding_of(one.view) is not Binding.TOGETHER]
)
def test_so_does_one_whose_first_answer_was_never_kept(till: Till, name: str):
    """The process died after the commit of what it made: only what the key stands for is known."""
    operation = OPERATIONS[name]
    path, body = EXAMPLES[name](till)
    first = send(till, operation, path, body)
    kept = stored(till)
    assert kept is not None
    if binding_of(operation.view) is Binding.REPEATABLE:
        with company_scope(till.company.pk):
            kept.delete()
        till.desk.bank.script = [take_time]
        assert send(till, operation, path, body).status_code == first.status_code
        return
    assert kept.made is not None, "it was never bound to what it made"
    with company_scope(till.company.pk):
        StoredAnswer.objects.filter(key=KEY).update(status=None, body="")
    before, moved = rows(), len(till.desk.bank.orders)
    again = send(till, operation, path, body)
    assert (told(again), again["Idempotent-Replayed"]) == (told_again(first, operation), "true")
    assert (rows(), len(till.desk.bank.orders)) == (before, moved)
    assert told(send(till, operation, path, body)) == told_again(first, operation)
