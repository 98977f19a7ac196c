"""One key, one effect: the connection is cut at every instant, and the guard is taken off once to show its worth."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from tests.api.client import Books, books

from subledger.platform import idempotency, statements
from subledger.platform.models import StoredAnswer
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction
from subledger.transactions.services import posting

KEY = {"Idempotency-Key": "one-key"}


@pytest.fixture
def api(committed_db: None) -> Books:
    made = books()
    assert made.account
    return made


def pay(api: Books) -> Any:
    """Post a payment as a process would whose last connection may be gone."""
    connection.close()
    answer = api.request("POST", "payments", {"account": api.account, "state": "posted", "amount": 700}, **KEY)
    connection.close()
    return answer


def payments(api: Books) -> int:
    with company_scope(api.company.pk):
        return Transaction.objects.filter(classification="payment", state="posted").count()


def cut() -> None:
    """Have another session end this one, as an administrator or a dying server would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()

    def end() -> None:
        with connection.cursor() as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(end).result()


def cut_after(function: Any) -> Any:
    def run(*args: Any, **options: Any) -> Any:
        done = function(*args, **options)
        cut()
        return done

    return run


def cut_before(function: Any) -> Any:
    def run(*args: Any, **options: Any) -> Any:
        cut()
        return function(*args, **options)

    return run


def test_cut_between_the_commit_and_the_answer_the_key_is_answered_by_what_was_made(api: Books, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(posting, "call_last", cut_after(statements.call_last))
        failed = pay(api)
    assert (failed.status_code, failed["Content-Type"]) == (503, "application/problem+json")
    assert "nothing was changed" not in failed.json()["detail"]
    assert "with an Idempotency-Key can be repeated" in failed.json()["detail"]
    assert payments(api) == 1
    again = pay(api)
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert again.json()["amount"] == 700
    assert pay(api).content == again.content
    assert payments(api) == 1


def test_without_the_binding_in_postings_message_the_payment_is_made_twice(api: Books, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "binding", lambda kind, ident: None)
        patch.setattr(posting, "call_last", cut_after(statements.call_last))
        assert pay(api).status_code == 503
    assert pay(api).status_code == 201
    assert payments(api) == 2


def test_cut_before_the_commit_the_key_is_free_at_once(api: Books, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(posting, "call_last", cut_before(statements.call_last))
        assert pay(api).status_code == 503
    assert payments(api) == 0
    first = pay(api)
    assert first.status_code == 201
    assert "Idempotent-Replayed" not in first
    assert payments(api) == 1


def test_cut_while_the_answer_is_kept_the_first_answer_is_given_and_told_again(api: Books, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "execute_unhurried", cut_before(statements.execute_unhurried))
        first = pay(api)
    assert first.status_code == 201, "what was made is committed: that its answer could not be kept is no failure"
    again = pay(api)
    assert (again.status_code, again.json()) == (201, first.json())
    assert payments(api) == 1


@pytest.mark.parametrize("cut_it", [cut_before, cut_after])
def test_what_runs_in_one_transaction_with_its_answer_is_there_with_it_or_not_at_all(api, monkeypatch, cut_it):
    def create() -> Any:
        connection.close()
        answer = api.request("POST", "customers", {"name": "Once only"}, **KEY)
        connection.close()
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "_keep", cut_it(idempotency._keep))
        failed = create()
    assert (failed.status_code, failed["Content-Type"]) == (503, "application/problem+json")
    assert api.get("customers", name="Once only")["data"] == []
    assert create().status_code == 201
    assert create()["Idempotent-Replayed"] == "true"
    assert len(api.get("customers", name="Once only")["data"]) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("payments", {"state": "posted", "amount": 700}),
        ("payments", {"state": "draft", "amount": 700}),
        ("customers", {"name": "At once"}),
    ],
)
def test_requests_with_one_key_at_once_make_one_thing(api: Books, path: str, body: dict[str, Any]):
    body = body if path == "customers" else {"account": api.account, **body}
    together = Barrier(4)

    def send(_: int) -> tuple[int, str]:
        together.wait()
        answer = api.request("POST", path, body, **KEY)
        connection.close()
        return answer.status_code, answer.json().get("id", answer.json().get("code"))

    before = len(api.get(path, limit=100)["data"])
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, range(4)))
    made = {one for one in answers if one[0] == 201}
    assert len(made) == 1, answers
    assert answers - made <= {(409, "idempotency_key_in_flight")}
    assert len(api.get(path, limit=100)["data"]) == before + 1
    with company_scope(api.company.pk):
        assert StoredAnswer.objects.filter(key=KEY["Idempotency-Key"]).count() == 1


def test_a_key_used_for_two_requests_at_once_is_one_of_them(api: Books):
    together = Barrier(2)

    def send(amount: int) -> int:
        together.wait()
        answer = api.request("POST", "payments", {"account": api.account, "state": "posted", "amount": amount}, **KEY)
        connection.close()
        return answer.status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, (100, 200))) == [201, 422]
    assert payments(api) == 1
