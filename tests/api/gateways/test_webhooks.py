"""Deliveries of gateways: taken once, answered at once, refused with a word where they are not the gateway's."""

from __future__ import annotations

import orjson
import pytest
from django.db import connection
from django.test import Client
from tests.api.client import books
from tests.gateways.toy import succeed, take_time

from subledger.gateways.jobs import take_notices
from subledger.gateways.models import InboxEvent, RefusedDelivery
from subledger.kernel import ids
from subledger.platform.scope import company_scope

from .conftest import Till

SIGNED = {"toy-signature": "toy-webhook-secret"}
EVENT = {"id": "evt_1", "type": "payment", "object": "prq_0", "at": 1_760_000_000}


def deliver(till: Till, body: bytes, *, kind: str = "toy", provider: str | None = None, **headers: str):
    client = Client(enforce_csrf_checks=True)
    url = f"/webhooks/{kind}/{provider or till.provider}"
    return client.generic("POST", url, body, content_type="application/json", headers=headers or SIGNED)


def test_an_event_is_kept_raw_answered_at_once_and_taken_once(till: Till, django_capture_on_commit_callbacks):
    body = orjson.dumps(EVENT, option=orjson.OPT_INDENT_2)
    with django_capture_on_commit_callbacks(execute=True):
        first = deliver(till, body)
    assert (first.status_code, first.json()) == (200, {"received": True, "event": "evt_1", "is_new": True})
    again = deliver(till, body)
    assert (again.status_code, again.json()) == (200, {"received": True, "event": None, "is_new": False})
    with company_scope(till.company.pk):
        kept = InboxEvent.objects.get()
        assert bytes(kept.body) == body
        assert kept.state == "received"
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'take_notices'")
        [[arguments]] = cursor.fetchall()
    assert orjson.loads(arguments) == {"company_id": till.company.pk, "provider_id": till.desk.provider.pk}


def test_what_an_event_tells_of_is_asked_of_the_gateway(till: Till):
    till.desk.bank.script = [take_time]
    told = till.pay(25)
    [order] = till.desk.bank.orders
    succeed(till.desk.bank, order)
    deliver(till, orjson.dumps({**EVENT, "object": told["payment_request"]["id"]}))
    assert till.get(f"payments/{told['id']}")["state"] == "pending", "nothing is done before the answer"
    with company_scope(till.company.pk):
        assert take_notices(till.desk.provider.pk) == {"tried": 1}
    assert till.get(f"payments/{told['id']}")["state"] == "posted"


def test_a_delivery_that_is_not_the_gateways_is_refused_with_a_word_and_counted(till: Till):
    for _ in range(2):
        refused = deliver(till, orjson.dumps(EVENT), **{"toy-signature": "guessed"})
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/problem+json"
    assert (refused.json()["code"], refused.json()["reason"]) == ("webhook_refused", "signature_wrong")
    with company_scope(till.company.pk):
        assert not InboxEvent.objects.exists()
        assert [(one.reason, one.count) for one in RefusedDelivery.objects.all()] == [("signature_wrong", 2)]


def test_nothing_is_taken_at_an_address_that_is_nobodys(till: Till):
    elsewhere = [
        {"provider": ids.encode("gwp", 7)},
        {"provider": "gwp_x"},
        {"kind": "stripe"},
        {"kind": "nonsense"},
        {"provider": "x" * 300},
    ]
    for where in elsewhere:
        answer = deliver(till, orjson.dumps(EVENT), **where)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), where


def test_a_generic_provider_hears_nothing(till: Till):
    made = till.post("payment_gateway_providers", {"code": "g", "name": "G", "kind": "generic"})
    assert made["webhook_url"] is None
    assert deliver(till, b"{}", kind="generic", provider=made["id"]).status_code == 404


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 3 * 1024 * 1024])
def test_a_delivery_over_one_mebibyte_is_413(till: Till, size):
    answer = deliver(till, b"x" * size)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_only_post_is_taken(till: Till):
    answer = Client().get(f"/webhooks/toy/{till.provider}")
    assert (answer.status_code, answer["Allow"], answer.json()["code"]) == (405, "POST", "method_not_allowed")


def test_the_company_is_the_providers(till: Till):
    other = books()
    assert deliver(till, orjson.dumps(EVENT)).status_code == 200
    with company_scope(other.company.pk):
        assert not InboxEvent.objects.exists()
    with company_scope(till.company.pk):
        assert InboxEvent.objects.count() == 1


def test_trouble_of_ours_is_500_and_the_gateway_delivers_again(till: Till, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("subledger.gateways.api.webhooks.receive", lambda **_: 1 / 0)
        assert deliver(till, orjson.dumps(EVENT)).json()["code"] == "internal_error"
    assert deliver(till, orjson.dumps(EVENT)).status_code == 200
