"""Providers by API: secrets go in and never come out; what is refused, and why."""

from __future__ import annotations

import socket

import orjson
import pytest

from subledger.gateways.models import Provider
from subledger.gateways.services.providers import settings_of
from subledger.kernel.ids import decode
from subledger.platform.models import Event
from subledger.platform.network import is_in_transaction
from subledger.platform.scope import company_scope

from .conftest import Till

SECRETS = {
    "test_key": "sk_test_of_mine_1",
    "live_key": "sk_" + "live_of_mine_2",
    "webhook_secrets": ["whsec_a", "whsec_b"],
}
STRIPE = {"kind": "stripe", "code": "cards", "name": "Cards"}


def everything_told(till: Till) -> str:
    """Whatever the API tells of providers and of what happened, and what the rows keep."""
    told = [till.get("payment_gateway_providers"), till.get("events", limit=100)]
    with company_scope(till.company.pk):
        rows = [list(Provider.objects.values()), list(Event.objects.values("data"))]
    return orjson.dumps([told, rows], default=str).decode()


def test_a_provider_is_made_changed_switched_and_deleted(till: Till):
    made = till.post("payment_gateway_providers", {**STRIPE, "currencies": ["usd", "eur"]}, expect=201)
    assert made["object"] == "payment_gateway_provider"
    assert (made["state"], made["mode"], made["currencies"]) == ("not_effective", "test", ["eur", "usd"])
    assert made["api_version"]
    assert made["webhook_url"] == f"http://testserver/webhooks/stripe/{made['id']}"
    path = f"payment_gateway_providers/{made['id']}"
    refused = till.post(f"{path}/activate", expect=422)
    assert (refused["code"], refused["param"]) == ("provider_invalid", "/test_key")
    till.patch(path, {"test_key": "sk_test_of_mine", "name": "All cards"})
    for side in ("payment", "refund"):
        refused = till.post(f"{path}/activate", expect=422)
        assert (refused["code"], refused["param"]) == ("provider_invalid", f"/{side}_methods")
        methods = {one["code"]: one["id"] for one in till.get(f"{side}_methods")["data"]}
        till.patch(path, {f"{side}_methods": [methods["card"]]})
    assert till.post(f"{path}/activate")["state"] == "effective"
    assert till.get(path)["name"] == "All cards"
    assert till.post(f"{path}/deactivate")["state"] == "not_effective"
    till.delete(path)
    till.get(path, expect=404)


def test_secrets_are_write_only(till: Till):
    made = till.post("payment_gateway_providers", {**STRIPE, **SECRETS}, expect=201)
    assert (made["has_test_key"], made["has_live_key"], made["webhook_secret_count"]) == (True, True, 2)
    with company_scope(till.company.pk):
        settings = settings_of(Provider.objects.get(pk=decode("gwp", made["id"])))
    assert (settings.secret_key, settings.webhook_secrets) == ("sk_test_of_mine_1", ("whsec_a", "whsec_b"))
    told = everything_told(till) + repr(settings)
    for secret in ("of_mine_1", "of_mine_2", "whsec_a", "whsec_b"):
        assert secret not in told
    path = f"payment_gateway_providers/{made['id']}"
    assert till.patch(path, {"name": "Same keys"})["has_live_key"] is True
    assert till.patch(path, {"live_key": "", "webhook_secrets": ["whsec_c"]})["has_live_key"] is False
    assert till.get(path)["webhook_secret_count"] == 1


def test_keys_are_not_sent_to_another_address_by_whoever_does_not_know_them(till: Till):
    made = till.post("payment_gateway_providers", {**STRIPE, **SECRETS}, expect=201)
    path = f"payment_gateway_providers/{made['id']}"
    elsewhere = {"base_url": "https://elsewhere.example"}
    for fields, missing in (({}, "/test_key"), ({"test_key": "sk_test_of_mine_1"}, "/live_key")):
        refused = till.request("PATCH", path, elsewhere | fields)
        assert (refused.status_code, refused.json()["param"]) == (422, missing)
    assert till.get(path)["base_url"] == ""
    told = till.patch(path, elsewhere | {"test_key": "sk_test_of_mine_1", "live_key": ""})
    assert (told["base_url"], told["has_test_key"], told["has_live_key"]) == (elsewhere["base_url"], True, False)
    assert till.patch(path, elsewhere | {"name": "The same address"})["has_test_key"] is True


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"kind": "nonsense"}, "gateway_kind_unknown", "/kind"),
        ({"test_key": "sk_" + "live_of_mine"}, "provider_invalid", "/test_key"),
        ({"test_key": "two words"}, "invalid_request", "/test_key"),
        ({"api_version": "1999-01-01"}, "provider_invalid", "/api_version"),
        ({"base_url": "ftp://elsewhere"}, "invalid_request", "/base_url"),
        ({"currencies": ["xxq"]}, "invalid_request", "/currencies/0"),
        ({"action_hours": 0}, "invalid_request", "/action_hours"),
        ({"state": "effective"}, "invalid_request", "/state"),
        ({"creditor": {"colour": "red"}}, "invalid_request", "/creditor/colour/[key]"),
        ({"code": "toy"}, "code_taken", "/code"),
    ],
)
def test_what_cannot_be_a_provider_is_refused(till: Till, fields, code, param):
    refused = till.post("payment_gateway_providers", {**STRIPE, **fields}, expect=422)
    assert (refused["code"], refused["param"]) == (code, param)
    assert len(till.get("payment_gateway_providers")["data"]) == 1


def test_a_method_belongs_to_one_provider(till: Till):
    refused = till.post("payment_gateway_providers", {**STRIPE, "payment_methods": [till.method]}, expect=422)
    assert (refused["code"], refused["param"]) == ("provider_invalid", "/payment_methods")
    assert "Toy bank" in refused["detail"]


def test_a_provider_that_was_used_stays(till: Till):
    till.pay(5)
    assert till.request("DELETE", f"payment_gateway_providers/{till.provider}").json()["code"] == "provider_in_use"


def test_the_kinds_are_ours_and_those_installed(till: Till):
    kinds = {one["name"]: one for one in till.get("payment_gateway_kinds")["data"]}
    assert set(kinds) == {"generic", "stripe", "toy"}
    assert (kinds["generic"]["executes"], kinds["stripe"]["executes"]) == (False, True)
    assert "eur" in kinds["stripe"]["currencies"]


def test_a_name_is_looked_up_outside_any_transaction_also_under_a_key(till: Till, settings, monkeypatch):
    settings.ALLOW_PRIVATE_GATEWAYS = False
    seen = []

    def look_up(host: str, *_: object, **__: object) -> list[object]:
        seen.append((host, is_in_transaction()))
        return [(socket.AF_INET, 1, 6, "", ("93.184.216.34", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    body = {**STRIPE, "base_url": "https://one.example"}
    made = till.post("payment_gateway_providers", body, **{"Idempotency-Key": "k1"})
    again = till.post("payment_gateway_providers", body, **{"Idempotency-Key": "k1"})
    assert again == made
    path = f"payment_gateway_providers/{made['id']}"
    changed = till.request("PATCH", path, {"base_url": "https://two.example"}, **{"Idempotency-Key": "k2"})
    assert changed.json()["base_url"] == "https://two.example"
    assert seen == [("one.example", False), ("two.example", False)]
