"""What holds under any web server: bodies, host names, HTTPS for programs."""

from __future__ import annotations

import io
import logging

import pytest
from django.test import Client
from tests.api.client import Books, books

CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
DOORS = ["/api/v1/invoices", "/webhooks/stripe/gwp_0000000000001", "/login/", "/pay/abc", "/"]


@pytest.mark.parametrize("path", DOORS)
def test_a_body_that_nobody_put_together_is_refused(db, path):
    answer = Client().post(path, b"{}", **CHUNKED, content_type="application/json")
    assert answer.status_code == 411


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("length", ["5", "x", "-2"])
def test_a_body_of_another_length_is_refused(db, path, length):
    sent = {"wsgi.input": io.BytesIO(b"{}"), "CONTENT_LENGTH": length}
    assert Client().generic("POST", path, b"{}", content_type="application/json", **sent).status_code == 400


def test_a_refund_whose_amount_is_lost_on_the_way_is_not_a_refund_of_everything(db):
    api: Books = books()
    payment = api.post("payments", {"account": api.account, "state": "posted", "amount": 7500}, expect=201)
    answer = api.request(
        "POST",
        f"payments/{payment['id']}/refund",
        {"amount": 1},
        **{"Transfer-Encoding": "chunked", "Content-Length": ""},
    )
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")
    assert api.get(f"payments/{payment['id']}")["state"] == "posted"


@pytest.mark.parametrize("path", DOORS)
def test_a_host_name_that_is_not_ours_is_refused_in_one_quiet_line(db, path, caplog):
    with caplog.at_level(logging.INFO):
        answer = Client().get(path, headers={"Host": "evil.example.com"})
    assert answer.status_code == 421
    lines = [record for record in caplog.records if "evil.example.com" in record.getMessage()]
    assert [(line.levelno, line.exc_info) for line in lines] == [(logging.INFO, None)]
    assert all(record.levelno < logging.ERROR for record in caplog.records)


@pytest.mark.parametrize("path", DOORS[:2])
def test_programs_on_plain_http_are_refused_not_redirected(db, settings, path):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    refused = Client().post(path, b"{}", content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "https_required")
    let_in = Client().post(path, b"{}", content_type="application/json", HTTP_X_FORWARDED_PROTO="https")
    assert let_in.status_code in (401, 404)
    page = Client().get("/login/")
    assert (page.status_code, page["Location"]) == (301, "https://testserver/login/")


def test_health_needs_no_login_host_or_https(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/healthz", headers={"Host": "10.1.2.3"}).status_code == 200
    ready = Client().get("/readyz", headers={"Host": "10.1.2.3"})
    assert (ready.status_code, ready.json()["database"], ready.json()["tables"]) == (503, "ok", "ok")
    assert ready.json()["worker"] == "none at work"
