"""The whole OpenAPI document, tried with what it allows and what it forbids: every answer is one it announces.

Schemathesis sends its requests to the application in this process. Nothing may answer 5xx, or with a status, a
content type, a header or a body that the document does not know; a method that it does not know is 405.

Beside random requests it goes through what each operation's document covers, case by case: every parameter missing, of
another type, at and beyond its bounds, every other method. They are 12,600, so a part of them runs every time and the
rest by ``make slow ARGS=tests/api/test_contract.py``. Finding them takes longer than trying them, so each operation's
are found by its own test, and none while tests are collected.

What there is to know of books is made once for all operations; each has a key of its own, and leaves nothing behind.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.meta import content_type_probes_first
from schemathesis.generation.overrides import Override
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from tests.factories import NOW

from subledger.config.wsgi import application
from subledger.platform import clock
from subledger.transactions import configuration

from .client import Books, Refused, books

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
schema.config.phases.update(phases=["examples", "fuzzing"])  # `covering_cases` finds them
OPERATIONS = {each.ok().label: each.ok() for each in schema.get_all_operations()}
PART = 10  # one covering case in so many is tried every time


def keep_the_connection(patches: pytest.MonkeyPatch) -> None:
    """A request ends without closing the connection: it is the test's, and rolls back with it."""
    patches.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)


@pytest.fixture(scope="module")
def known_books(module_db: None) -> Iterator[tuple[Books, dict[str, str]]]:
    """Books in which there is one of everything, and its ids by prefix: random ones would find nothing but 404."""
    with pytest.MonkeyPatch.context() as patches, clock.frozen(NOW):
        keep_the_connection(patches)
        made = books()
        ids = made_known(made)
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
        yield made, ids


@pytest.fixture
def api(known_books: tuple[Books, dict[str, str]], db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    """A client of those books with a key, and with it a rate limit, of its own."""
    keep_the_connection(monkeypatch)
    # Settings that an operation changes are undone with it, and the next may come to the same version with others.
    monkeypatch.setattr(configuration, "_kept", {})
    with clock.frozen(NOW):
        client = Books(known_books[0].company)
        client._account = known_books[0].account
        yield client


@pytest.fixture
def known(known_books: tuple[Books, dict[str, str]]) -> dict[str, str]:
    return known_books[1]


def made_known(api: Books) -> dict[str, str]:
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


def covering_cases(label: str) -> list[schemathesis.Case]:
    """What the document of an operation covers, case by case, those of the content type at the end."""
    operation = OPERATIONS[label]
    generation = schema.config.generation_for(operation=operation, phase="coverage")
    cases = CoverageGenerator(
        operation=operation,
        generation_modes=generation.modes,
        generation_config=generation,
        auth_storage=None,
        override=Override(),
        feedback=NO_FEEDBACK,
    )
    return content_type_probes_first(cases)[::-1]


def is_left_for_later(case: schemathesis.Case) -> bool:
    """Whether a covering case is outside the part that is tried every time; the same cases in every run."""
    assert case.meta is not None
    words = f"{case.operation.label} {case.method} {case.meta.phase.data}"
    return zlib.crc32(words.encode()) % PART != 0


def hold(case: schemathesis.Case, api: Books, known: dict[str, str]) -> None:
    known = draft_or_posted(api, case.operation.path, known)
    case.path_parameters = with_known(case.path_parameters, known)
    case.query = with_known(case.query, known)
    case.body = with_known(case.body, known)
    case.call_and_validate(headers={"Authorization": f"Bearer {api.secret}"}, checks=CHECKS)


@pytest.mark.wide
@schema.parametrize()
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_announces(case: schemathesis.Case, api: Books, known: dict[str, str]):
    hold(case, api, known)


@pytest.mark.few(32)
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_to_a_covering_case_is_announced(label: str, api: Books, known: dict[str, str]):
    for case in covering_cases(label):
        if not is_left_for_later(case):
            hold(case, api, known)


@pytest.mark.slow
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_to_a_case_left_for_later_is_announced(label: str, api: Books, known: dict[str, str]):
    for case in covering_cases(label):
        if is_left_for_later(case):
            hold(case, api, known)
