"""Every request has an id, a line and a count; no line opens anything."""

from __future__ import annotations

import errno
import json
import logging
import time
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
from subledger.platform import clock, outages
from subledger.platform.links import sign
from subledger.platform.outages import is_database_away
from subledger.platform.tracing import traced
from subledger.reports import monitoring

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


LINKS = [
    f"/pay/{TOKEN}",
    f"/pay/{TOKEN}x/back",
    f"/invitation/{TOKEN}",
    f"/password/MQ/{TOKEN}/",
]


@pytest.mark.parametrize("path", [*LINKS, f"/pay/{TOKEN}/no/such", f"/nowhere/{TOKEN}", f"/password/MQ/{TOKEN}"])
def test_no_token_of_a_link_is_in_any_line(db, caplog, path):
    referer = {"Referer": f"https://books.example.com{path}?token={TOKEN}"}
    with caplog.at_level(logging.DEBUG):
        assert Client(headers=referer).get(f"{path}?token={TOKEN}").status_code in (200, 302, 301, 404, 410, 422)
    said = [Discreet().filter(record) and record.getMessage() for record in caplog.records]
    assert lines(caplog)
    assert not [line for line in said if TOKEN in line]


@pytest.mark.parametrize("path", LINKS)
def test_no_page_of_a_link_tells_its_address_to_the_next(db, path):
    """Not even to another of ours, whose log, or that of a proxy, might keep it."""
    answer = Client().get(path)
    assert answer["Referrer-Policy"] in ("no-referrer", "strict-origin")
    assert answer["Cache-Control"] == "no-store" or "no-store" in answer["Cache-Control"]
    assert Client().get("/login/")["Referrer-Policy"] == "same-origin"


def test_what_anybody_can_send_leaves_one_line_and_no_traceback(db, caplog):
    many = {"document": ["x"] * 1_500}
    with caplog.at_level(logging.DEBUG):
        assert Client().post("/login/", many).status_code == 400
    [record] = [one for one in caplog.records if one.name == "django.security.TooManyFieldsSent"]
    Discreet().filter(record)
    assert (record.exc_info, record.levelno) == (None, logging.INFO)
    assert record.getMessage().endswith("TooManyFieldsSent")


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
    monkeypatch.setattr(monitoring, "_kept", {})
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


# -- a disk that is full


def full(*_: object) -> None:
    raise OperationalError("could not extend file\nand more") from psycopg.errors.DiskFull("could not extend file")


@pytest.fixture
def has_room_again(monkeypatch):
    """What this process remembers of a full disk is of this test alone."""
    monkeypatch.setattr(outages, "_full_at", None)


def test_a_full_disk_is_told_as_one_in_one_line_and_we_are_not_ready(db, caplog, has_room_again):
    api = books()
    assert "was full" not in Client().get("/readyz").json()["disk"]
    with caplog.at_level(logging.INFO), connection.execute_wrapper(full):
        told = [
            api.request("POST", "customers", {"name": "Ann"}, **headers) for headers in ({}, {"Idempotency-Key": "k"})
        ]
        page = Client(raise_request_exception=False).get("/login/")
    for each in told:
        assert (each.status_code, each["Retry-After"], each.json()["code"]) == (503, "60", "disk_full")
    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert b"disk of the server is full" in page.content
    assert not traceback_lines(caplog)
    ready = Client().get("/readyz")
    assert ready.status_code == 503
    assert "was full" in ready.json()["disk"]


def test_a_minute_after_the_last_full_disk_we_are_ready_again(monkeypatch):
    monkeypatch.setattr(outages, "_full_at", time.monotonic() - outages.FULL_SECONDS - 1)
    assert not outages.was_disk_full()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (psycopg.errors.DiskFull("could not extend file"), True),
        (psycopg.errors.OutOfMemory("out of memory"), False),
        (ValueError("disk full"), False),
        (None, False),
    ],
)
def test_what_counts_as_a_full_disk(error, expected):
    assert outages.is_disk_full(error) is expected


@pytest.mark.parametrize("path", ["/api/v1/x", "/x"])
def test_a_long_answer_for_which_there_is_no_room_is_503(path, caplog, has_room_again):
    def answer(environ: object, start_response: object) -> list[bytes]:
        raise OSError(errno.ENOSPC, "No space left on device")

    told = run(ask(Front(answer), "GET", path))
    assert (told.status, told.headers["Retry-After"]) == (503, "60")
    assert not traceback_lines(caplog)
    assert "a disk is full" in caplog.text
