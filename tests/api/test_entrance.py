"""Who gets in, how much, how often; what is asked twice is done once; every refusal is a problem."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from subledger.api_kit.authentication import entrance
from subledger.api_kit.limits import RateLimit
from subledger.companies.models import ApiKey
from subledger.companies.permissions import READS, writes
from subledger.companies.services import revoke_api_key
from subledger.platform import clock
from subledger.platform.idempotency import fingerprint_of
from subledger.platform.models import StoredAnswer
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction

from .client import ApiClient, Books

KEY = {"Idempotency-Key": "b1946ac9-2492-4d23-8aa6-000000000001"}


# -- keys and scopes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer sk_wrong", "Basic c2s6", "Bearer \xff", "sk_x"])
def test_without_a_live_key_nothing_is_told(api: Books, header):
    headers = {} if header is None else {"Authorization": header}
    for path in ("customers", "nowhere", "accounts/acc_0000000000001"):
        response = Client().get(f"/api/v1/{path}", headers=headers)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert response.json()["code"] == "unauthorized"


def test_a_revoked_key_opens_nothing(api: Books):
    api.get("customers")
    with company_scope(api.company.pk):
        revoke_api_key(key=ApiKey.objects.get(), actor="test")
    api.get("customers", expect=401)


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        (("read",), 200, 403),
        (("write",), 403, 201),
        (("customers:read",), 200, 403),
        (("customers:write",), 403, 201),
        (("invoices:read", "invoices:write"), 403, 403),
    ],
)
def test_a_key_does_what_its_scopes_say(api: Books, scopes, reads, writes):
    client = ApiClient(api.company, scopes=scopes)
    client.get("customers", expect=reads)
    answer = client.post("customers", {"name": "Bob"}, expect=writes)
    if writes == 403:
        assert answer["code"] == "permission_denied"


def test_expanding_needs_the_scope_of_what_is_expanded(api: Books):
    client = ApiClient(api.company, scopes=("accounts:read",))
    assert client.get(f"accounts/{api.account}")["customer"].startswith("cus_")
    assert client.get(f"accounts/{api.account}", expect=403, **{"expand[]": "customer"})["code"] == "permission_denied"


def test_what_a_key_does_is_signed_with_its_hint(api: Books):
    event = api.get("events", type="account.opened", limit=1)["data"]
    api.post(f"accounts/{api.account}/notes", {"text": "Called, pays on Friday"}, expect=201)
    [note] = api.get(f"accounts/{api.account}/notes")["data"]
    assert event is not None
    assert note["created_by"] == f"key:sk_…{api.secret[-4:]}"
    assert note["text"] == "Called, pays on Friday"


# -- idempotency -----------------------------------------------------------------------------------------------------


def test_the_same_request_with_the_same_key_is_done_once(api: Books):
    body = {"account": api.account, "state": "posted", "amount": 700}
    first = api.request("POST", "payments", body, **KEY)
    again = api.request("POST", "payments", body, **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    with company_scope(api.company.pk):
        assert Transaction.objects.count() == 1


def test_a_refusal_is_replayed_too(api: Books):
    body = {"account": api.account, "state": "posted", "amount": 0}
    first, again = (api.request("POST", "payments", body, **KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (422, 422)
    assert again.content == first.content
    assert again["Content-Type"] == "application/problem+json"


def test_the_same_key_with_another_body_or_path_is_refused(api: Books):
    api.post("customers", {"name": "Ann"}, **KEY)
    for path, body in (("customers", {"name": "Bob"}), ("products", {"name": "Ann"})):
        assert api.post(path, body, expect=422, **KEY)["code"] == "idempotency_key_reused"


def test_a_path_or_method_that_does_not_exist_claims_no_key_and_meets_none(api: Books):
    assert api.request("DELETE", "customers", **KEY).status_code == 405
    assert api.request("POST", "nowhere", {}, **KEY).status_code == 404
    api.post("customers", {"name": "Ann"}, expect=201, **KEY)
    assert api.request("DELETE", "customers", **KEY).status_code == 405
    assert api.request("POST", "nowhere", {}, **KEY).status_code == 404
    assert api.request("POST", "customers", {"name": "Ann"}, **KEY)["Idempotent-Replayed"] == "true"


def test_a_key_whose_first_request_has_not_answered_yet_is_refused(api: Books):
    raw = json.dumps({"name": "Ann"}).encode()
    with company_scope(api.company.pk):
        StoredAnswer.objects.create(
            company_id=api.company.pk,
            key=KEY["Idempotency-Key"],
            created_at=clock.now(),
            fingerprint=fingerprint_of(" ".join(["POST", *sorted(READS | writes())]), "/api/v1/customers", raw),
        )
    assert api.post("customers", raw, expect=409, **KEY)["code"] == "idempotency_key_in_flight"


def test_the_same_key_in_another_company_is_another_key(api: Books):
    from .client import books

    other = books()
    assert api.post("customers", {"name": "Ann"}, **KEY)["id"] != other.post("customers", {"name": "Ann"}, **KEY)["id"]


@pytest.mark.parametrize("key", ["", "x" * 256, "caf\xe9", "two\x07"])
def test_a_key_that_cannot_be_kept_is_refused(api: Books, key):
    assert (
        api.post("customers", {"name": "A"}, expect=400, **{"Idempotency-Key": key})["code"]
        == "idempotency_key_invalid"
    )


# -- bodies, paths, methods ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'{"name": "\\ud800"}',
        b'{"name": NaN}',
        b"[1]",
        b"null",
        b'"x"',
        b"[" * 2000,
        b'{"name": "a\\u0000b"}',
        b'{"name": 5}',
        b'{"name": "A", "colour": "red"}',
        b'{"name": "A", "metadata": {"a": 1}}',
    ],
)
def test_a_body_that_is_no_customer_is_refused(api: Books, body):
    response = api.request("POST", "customers", body)
    assert response.status_code in (400, 422)
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] in ("json_invalid", "json_too_deep", "invalid_request")


def test_the_pointer_names_the_field_at_fault(api: Books):
    body = {
        "account": api.account,
        "items": [
            {"description": "Services", "unit_amount": 1},
            {"description": "Services", "unit_amount": 1, "quantity": "x"},
        ],
    }
    refused = api.post("invoices", body, expect=422)
    assert refused["param"] == "/items/1/quantity"
    assert set(refused) == {"type", "title", "status", "detail", "code", "param", "request_id", "errors"}


def test_a_body_over_one_mebibyte_is_413(api: Books):
    text = b'{"name": "' + b"x" * (1024 * 1024) + b'"}'
    assert api.post("customers", text, expect=413)["code"] == "body_too_large"


def test_a_body_of_another_type_is_415(api: Books):
    response = Client().post("/api/v1/customers", {"name": "Ann"}, headers={"Authorization": f"Bearer {api.secret}"})
    assert (response.status_code, response.json()["code"]) == (415, "content_type_unsupported")


@pytest.mark.parametrize("path", ["nowhere", "customers/", "invoices/x/y/z", ""])
def test_an_unknown_path_is_404(api: Books, path):
    assert api.get(path, expect=404)["code"] == "not_found"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["payments/unknownverb", "payments/txn_x/unknownverb", "invoices/{}/unknownverb"])
def test_a_verb_that_there_is_not_is_404_by_every_method(api: Books, method, path):
    response = api.request(method, path.format(f"txn_{'0' * 13}"), None if method == "GET" else {})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_method_that_a_path_has_not_is_405(api: Books):
    response = api.request("DELETE", "customers")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert {method.strip() for method in response["Allow"].split(",")} == {"GET", "POST"}


def test_something_broken_on_our_side_tells_no_secrets(api: Books, monkeypatch):
    monkeypatch.setattr("subledger.accounts.api.customers.create_customers", lambda **_: 1 / 0)
    response = api.request("POST", "customers", {"name": "Ann"}, **KEY)
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert b"ZeroDivision" not in response.content
    monkeypatch.undo()
    api.post("customers", {"name": "Ann"}, expect=201, **KEY)  # a failure frees the key


# -- rate limit ------------------------------------------------------------------------------------------------------


def test_a_key_that_asks_too_often_is_told_when_to_come_back(api: Books, settings):
    settings.API_RATE_LIMIT = 3
    api._client = Client()
    for _ in range(3):
        api.get("customers")
    response = api.request("GET", "customers")
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(response["Retry-After"]) <= 20


def test_a_bucket_fills_again_at_its_rate_and_each_key_has_its_own():
    now = 0
    limit = RateLimit(60, now=lambda: now)
    assert [limit.seconds_to_wait(1) for _ in range(61)] == [0] * 60 + [1]
    assert limit.seconds_to_wait(2) == 0
    now = 10**9
    assert [limit.seconds_to_wait(1) for _ in range(2)] == [0, 1]


# -- what needs no key -----------------------------------------------------------------------------------------------


def test_the_reference_page_needs_no_key_and_no_other_machine(client):
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    html = page.content.decode()
    assert "swagger-ui" in html
    assert "http://" not in html
    assert "https://" not in html


def test_other_addresses_are_none_of_the_entrance_s_business(rf):
    passed = entrance(lambda request: "passed")(rf.get("/api/v2/customers"))
    assert passed == "passed"


def test_the_document_is_openapi_3_1_and_knows_every_code(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for code in ("due_date_invalid", "period_closed", "idempotency_key_reused", "rate_limited"):
        assert f"`{code}`" in document["info"]["description"]
