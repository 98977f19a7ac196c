"""What posting answers is told from what was written: it is what reading would tell, in fewer statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from subledger.accounts.services import open_system_account
from subledger.accounts.states import SystemRole
from subledger.companies.models import ApiKey
from subledger.companies.services import revoke_api_key
from subledger.platform.scope import company_scope

from .client import Books, books

ITEMS = [{"unit_amount": 5000, "description": "Services", "quantity": "1.5"}]


@contextmanager
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that go to the database, however they get there."""
    texts: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        texts.append(" ".join(str(query).split()))
        return execute(self, query, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", noted)
        yield texts


def pay(api: Books, amount: int = 700, **fields: Any) -> Any:
    body = {"account": api.account, "state": "posted", "amount": amount, **fields}
    return api.request("POST", "payments", body, **{"Idempotency-Key": str(uuid4())})


def test_a_keyed_payment_takes_six_statements(committed_db, monkeypatch):
    api = books()
    api.invoice(100)
    assert pay(api).status_code == 201  # what a process keeps is kept by now
    with sent(monkeypatch) as texts:
        answer = pay(api)
    assert answer.status_code == 201
    heads = [text[:52] for text in texts]
    assert [next(name for name in SIX if name in text) for text in texts] == SIX, heads


SIX = [
    "FROM companies_apikey",  # whose key it is, and whether the kept connection lives
    "FROM platform_storedanswer WHERE",  # the first answer
    "FROM gateways_provider",  # whether a gateway is to collect it
    "posting_read",
    "INSERT INTO platform_storedanswer",  # with posting_write and the COMMIT
    "UPDATE platform_storedanswer",
]


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("payments", {"amount": 700}),
        ("payments", {"amount": 10_000}),
        ("payments", {"amount": 25_000, "metadata": {"order": "7"}, "received_by": "Post", "back_office_code": "B-1"}),
        ("payments", {"amount": 700, "posted_on": "2026-05-02", "issued_on": "2026-05-01", "note": "late"}),
        ("invoices", {"items": ITEMS, "issue_reason": "May"}),
        ("invoices", {"items": [{"unit_amount": 0, "description": "Free"}]}),
        ("credit_notes", {"items": ITEMS}),
        ("refunds", {"amount": 600}),
    ],
)
def test_the_answer_to_posting_is_what_reading_tells(api, path, fields):
    api.invoice(100)
    if path in ("invoices", "refunds"):
        api.payment(130)
    made = api.post(path, {"account": api.account, "state": "posted", **fields}, expect=201)
    assert made == api.get(f"{path}/{made['id']}")


def test_a_payment_meant_for_an_invoice_and_one_in_a_foreign_currency_are_told_as_they_are_read(api):
    api.invoice(100)
    meant = api.invoice(80, on="2026-05-06")
    made = api.post(
        "payments?expand[]=account",
        {"account": api.account, "state": "posted", "amount": 9_000, "allocate_to": [meant]},
        expect=201,
    )
    assert made["account"]["id"] == api.account
    assert (made["settlement"], made["unallocated_amount"]) == ("settled", 0)
    assert made == api.get(f"payments/{made['id']}", **{"expand[]": "account"})
    api.post("exchange_rates", {"currency": "usd", "rate": "0.9", "on": "2026-05-01"}, expect=201)
    dollars = api.new_account(currency="usd")
    made = api.post("payments", {"account": dollars, "state": "posted", "amount": 1_000}, expect=201)
    assert (made["base_amount"], made["unallocated_amount"]) == (900, 1_000)
    assert made == api.get(f"payments/{made['id']}")


def test_a_payment_on_a_system_account_is_told_as_it_is_read(api):
    with company_scope(api.company.pk):
        suspense_id = open_system_account(role=SystemRole.SUSPENSE, currency="eur", actor="test").public_id
    made = api.post("payments", {"account": suspense_id, "state": "posted", "amount": 1_000}, expect=201)
    assert made == api.get(f"payments/{made['id']}")


def test_a_key_that_was_revoked_is_refused_at_the_next_request(api):
    assert pay(api).status_code == 201
    with company_scope(api.company.pk):
        revoke_api_key(key=ApiKey.objects.get(), actor="test")
    assert pay(api).status_code == 401


def test_a_connection_that_died_between_two_requests_is_not_noticed_by_the_next(committed_db, monkeypatch):
    """The first statement of a request is the question whether its connection lives."""
    api = books()
    assert pay(api).status_code == 201
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    connection.connection.execute("SELECT 1")
    pid = connection.connection.info.backend_pid
    with psycopg.connect(connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"]) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    connection.health_check_enabled, connection.health_check_done = True, False
    assert pay(api).status_code == 201
    assert connection.connection.info.backend_pid != pid
