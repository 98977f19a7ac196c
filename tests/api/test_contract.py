"""The whole OpenAPI document, tried with what it allows and what it forbids: every answer is one it announces.

Schemathesis sends its requests to the application in this process. Nothing may answer 5xx, or with a status, a
content type, a header or a body that the document does not know; a method that it does not know is 405.

Beside random requests it goes through what each operation's document covers, case by case: every parameter missing, of
another type, at and beyond its bounds, every other method. They are 12,600, so a part of them runs every time and the
rest by ``make slow ARGS=tests/api/test_contract_cases.py``.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

import pytest
import schemathesis
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from subledger.config.wsgi import application

from .client import Books, Refused

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, unsupported_method,
]  # fmt: skip
ID = re.compile(r"([a-z]+)_[0-7][0-9a-hjkmnp-tv-z]{12}")
SEEN = [
    "customers", "accounts", "products", "tax_rates", "product_groups", "allocations", "payment_methods",
    "refund_methods",
    "categories", "reasons", "credit_reasons", "account_classifications", "credit_ratings", "payment_preferences",
    "presentment_preferences",
    "transaction_types", "posting_rules", "account_definitions", "ledger_accounts", "journal_entries", "periods",
    "exchange_rates", "payment_gateway_providers", "payment_requests", "roles", "api_keys", "events",
]  # fmt: skip

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
schema.config.generation.update(max_examples=5, deterministic=True, database="none")
PART = 10  # one covering case in so many is tried every time


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request ends without closing the connection: it is the test's, and rolls back with it."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)


@pytest.fixture
def known(one_connection: None, api: Books) -> dict[str, str]:
    """Some ids that exist, by prefix: random ones would find nothing but 404."""
    api.payment(4)
    api.post("categories", {"code": "c", "name": "C"})
    api.post("tax_rates", {"code": "t", "name": "T", "percent": "5"})
    api.post("product_groups", {"code": "g", "name": "G"})
    api.post("exchange_rates", {"currency": "usd", "on": "2026-05-01", "rate": "0.9"})
    api.post("periods/close", {"through": "2026-01-31"})
    [cheque] = [one["id"] for one in api.get("payment_methods")["data"] if one["code"] == "cheque"]
    provider = {"kind": "generic", "code": "g", "name": "G", "payment_methods": [cheque]}
    api.post(f"payment_gateway_providers/{api.post('payment_gateway_providers', provider)['id']}/activate")
    payment = {"account": api.account, "state": "posted", "amount": 100, "method": cheque}
    api.post("payments", {**payment, "confirm_in_advance": True})
    found = {"acc": api.account, "txn": api.invoice(10)}
    for path in SEEN:
        [one, *_] = api.get(path, limit=1)["data"]
        found.setdefault(one["id"].partition("_")[0], one["id"])
    return found


ABOUT_ONE = re.compile(r"/api/v1/(invoices|credit_notes|payments|refunds|transactions)/\{id\}(/.+)?")


def draft_or_posted(api: Books, path: str, known: dict[str, str]) -> dict[str, str]:
    """What is known, with a transaction that the path is about: a draft where drafts are meant, else a posted one."""
    about = ABOUT_ONE.fullmatch(path)
    if about is None:
        return known
    classification = "invoices" if about[1] == "transactions" else about[1]
    body: dict[str, Any] = {"account": api.new_account()}
    body |= (
        {"amount": 500}
        if classification in ("payments", "refunds")
        else {"items": [{"description": "Services", "unit_amount": 500}]}
    )
    if about[2] not in (None, "/post", "/reject"):
        body["state"] = "posted"
    try:
        return {**known, "txn": api.post(classification, body)["id"]}
    except Refused:  # an earlier request has closed the books, say: then there is the one from before
        return known


def with_known(value: Any, known: dict[str, str]) -> Any:
    """The same with ids that exist in place of made-up ones of their kind."""
    if isinstance(value, dict):
        return {name: with_known(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [with_known(one, known) for one in value]
    if isinstance(value, str) and (match := ID.fullmatch(value)):
        return known.get(match[1], value)
    return value


def is_left_for_later(case: schemathesis.Case) -> bool:
    """Whether it is a covering case outside the part that is tried every time; the same cases in every run."""
    if case.meta is None or case.meta.phase.name is not TestPhase.COVERAGE:
        return False
    words = f"{case.operation.label} {case.method} {case.meta.phase.data}"
    return zlib.crc32(words.encode()) % PART != 0


def hold(case: schemathesis.Case, api: Books, known: dict[str, str]) -> None:
    known = draft_or_posted(api, case.operation.path, known)
    case.path_parameters = with_known(case.path_parameters, known)
    case.query = with_known(case.query, known)
    case.body = with_known(case.body, known)
    case.call_and_validate(headers={"Authorization": f"Bearer {api.secret}"}, checks=CHECKS)


@schema.parametrize()
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_announces(case: schemathesis.Case, api: Books, known: dict[str, str]):
    if not is_left_for_later(case):
        hold(case, api, known)
