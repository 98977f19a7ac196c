"""Every request has an id, a line and a count; no line opens anything."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from tests.api.client import books
from tests.config.web.asking import ask
from tests.config.web.test_front import never, run

from subledger.config.logs import Discreet, JsonFormatter
from subledger.config.web import metrics
from subledger.config.web.front import Front
from subledger.platform import clock
from subledger.platform.links import sign
from subledger.platform.outages import is_database_away
from subledger.platform.tracing import traced
from subledger.reports import watching

TOKEN = "eyJhbGciOiJIUzI1NiJ9-a-whole-token-of-a-pay-link"


def lines(caplog, name: str = "subledger.access") -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == name]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("b1946ac9-2492-4d23-8aa6-1", True), ("a b c d e f g h", False), ("x" * 200, False), ("", False)],
)
def test_a_request_keeps_a_sane_id_and_gets_one_otherwise(db, given, kept):
    answer = Client().get("/api/v1/accounts", headers={"X-Request-Id": given})
    assert (answer["X-Request-Id"] == given) is kept
    assert answer.json()["request_id"] == answer["X-Request-Id"]
    assert len(answer["X-Request-Id"]) >= 20


def test_a_line_says_who_asked_what_and_how_it_went(db, caplog):
    api = books()
    with caplog.at_level(logging.INFO, "subledger.access"):
        api.get("customers/cus_0000000000001", expect=404)
    [line] = lines(caplog)
    assert (line.status, line.method, line.code) == (404, "GET", "not_found")
    assert line.company == api.company.code
    assert line.who == f"key:sk_…{api.secret[-4:]}"
    assert line.path == "/api/v1/customers/cus_0000000000001"


@pytest.mark.parametrize("path", [f"/pay/{TOKEN}", f"/pay/{TOKEN}x/back", f"/pay/{TOKEN}/no/such", f"/nowhere/{TOKEN}"])
def test_no_token_of_a_link_is_in_any_line(db, caplog, path):
    with caplog.at_level(logging.DEBUG):
        assert Client().get(path).status_code in (404, 410)
    said = [Discreet().filter(record) and record.getMessage() for record in caplog.records]
    assert any("404" in line or "410" in line for line in said)
    assert not [line for line in said if TOKEN in line]


def test_a_traceback_is_one_record_of_json():
    try:
        raise ValueError("broken\nin two")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "%s failed", "args": ("It",), "exc_info": (ValueError, error, None)})
    with traced("an-id-of-ours"):
        Discreet().filter(record)
    written = JsonFormatter().format(record)
    assert "\n" not in written
    told = json.loads(written)
    assert (told["message"], told["request_id"]) == ("It failed", "an-id-of-ours")
    assert told["traceback"].endswith("ValueError: broken\nin two")


def test_what_the_front_refuses_is_told_and_counted_too(db, caplog):
    before = metrics.REGISTRY.get_sample_value("subledger_refusals_total", {"code": "body_too_large"}) or 0
    with caplog.at_level(logging.INFO, "subledger.access"):
        answer = run(ask(Front(never), "POST", "/api/v1/x", headers={"Content-Length": "2000000"}))
    [line] = lines(caplog)
    assert (line.status, line.code, line.address) == (413, "body_too_large", "10.0.0.7")
    assert json.loads(answer.body)["request_id"] == answer.headers["X-Request-Id"]
    assert metrics.REGISTRY.get_sample_value("subledger_refusals_total", {"code": "body_too_large"}) == before + 1


# -- metrics


def test_metrics_tell_of_requests_queues_and_balances(ledger, monkeypatch):
    ledger.invoice(100, on="04/05", due="01/06")
    monkeypatch.setattr(watching, "_kept", None)
    Client().get("/healthz")
    Client().get("/login/")
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    told = answer.content.decode()
    code = ledger.company.code if hasattr(ledger, "company") else ledger.account.company.code
    assert 'subledger_requests_total{method="GET",route="login/",status="200"}' in told
    assert (
        f'subledger_control_account_minor_units{{account="receivable",company="{code}",currency="eur"}} 10000.0' in told
    )
    for name in ("jobs", "workers", "database_bytes", "database_connections", "gateway_events"):
        assert f"# TYPE subledger_{name} gauge" in told


def test_metrics_of_this_process_are_told_without_a_database(db):
    Client().get("/login/")
    with connection.execute_wrapper(away):
        answer = Client().get("/metrics")
    told = answer.content.decode()
    assert answer.status_code == 200
    assert "subledger_database_up 0.0" in told
    assert 'subledger_requests_total{method="GET",route="login/"' in told
    assert "subledger_jobs" not in told


@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [
        (None, {}, 200),
        (None, {"REMOTE_ADDR": "10.0.0.7"}, 404),
        (None, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}, 404),
        ("secret", {}, 404),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer secret", "REMOTE_ADDR": "10.0.0.7"}, 200),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer guess"}, 404),
    ],
)
def test_metrics_are_for_this_machine_or_for_who_knows_the_token(db, settings, token, sent, status):
    settings.METRICS_TOKEN = token
    assert Client().get("/metrics", **sent).status_code == status


# -- a database that is away


def away(*_: object) -> None:
    raise OperationalError("the connection is lost\nand more") from psycopg.errors.AdminShutdown(
        "the connection is lost"
    )


@pytest.mark.parametrize("path", ["/login/", "/", "/pay/x", "/accounts/"])
def test_pages_say_that_the_database_is_away(db, caplog, path):
    client = Client(raise_request_exception=False)
    client.cookies["subledger_session"] = "a" * 32
    if path == "/pay/x":
        path = pay_link()
    with caplog.at_level(logging.INFO), connection.execute_wrapper(away):
        answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert b"cannot be reached" in answer.content
    assert not traceback_lines(caplog)


def pay_link() -> str:
    return "/pay/" + sign("pay", company_id=1, object_ids=[1], expires_at=clock.now() + timedelta(days=1))


def traceback_lines(caplog) -> list[str]:
    told = []
    for record in caplog.records:
        Discreet().filter(record)
        if record.exc_info and record.exc_info[0]:
            told.append(record.getMessage())
    return told


def test_the_api_says_that_the_database_is_away(db, caplog):
    api = books()
    with connection.execute_wrapper(away):
        answer = api.request("GET", "accounts")
        told = api.request("POST", "customers", {"name": "Ann"})
    for each in (answer, told):
        assert (each.status_code, each["Retry-After"], each.json()["code"]) == (503, "5", "database_away")
    assert not traceback_lines(caplog)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (psycopg.OperationalError, True),
        (psycopg.errors.AdminShutdown, True),
        (psycopg.errors.CannotConnectNow, True),
        (psycopg.errors.TooManyConnections, True),
        (psycopg.errors.ConnectionFailure, True),
        (psycopg.errors.LockNotAvailable, False),
        (psycopg.errors.QueryCanceled, False),
        (psycopg.errors.DeadlockDetected, False),
        (psycopg.errors.DiskFull, False),
    ],
)
def test_only_what_waiting_mends_counts_as_away(kind, expected):
    with pytest.raises(OperationalError) as raised:
        raise OperationalError("said") from kind("said")
    assert is_database_away(raised.value) is expected
