"""What a key may do is a matter of the deed, whatever the path that leads to it."""

from __future__ import annotations

import pytest
from ninja.operation import Operation
from tests.factories import Ledger
from tests.gateways.conftest import make_desk
from tests.gateways.toy import TOY

from subledger.api_kit.errors import KeyOnlyReads
from subledger.companies.errors import ScopeInvalid
from subledger.companies.models import ApiKey
from subledger.companies.permissions import permissions, resource_writes, resources
from subledger.companies.services import create_api_key
from subledger.config.api import api as the_api
from subledger.gateways import registry
from subledger.platform.callers import current_caller
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction

from .client import ApiClient, Books

ALL = {"amount": "all"}


def operations() -> list[tuple[str, str]]:
    found = []
    for prefix, router in the_api._routers:
        for path, view in router.path_operations.items():
            found += [(method, prefix + path) for one in view.operations for method in one.methods]
    return found


def address(path: str) -> str:
    return path.strip("/").replace("{id}", "x_1").replace("{preference_id}", "x_1").replace("{name}", "x")


def test_every_route_is_entered_with_a_caller(api: Books, monkeypatch: pytest.MonkeyPatch):
    callers = []

    def read(self, request, *arguments):
        callers.append(current_caller())
        raise KeyOnlyReads  # far enough

    monkeypatch.setattr(Operation, "_get_values", read)
    for method, path in operations():
        api.request(method, address(path), None if method == "GET" else {})
    assert len(callers) == len(operations()) > 140
    assert {caller.actor if caller else None for caller in callers} == {f"key:sk_…{api.secret[-4:]}"}
    assert current_caller() is None


def test_every_resource_that_is_written_has_a_scope():
    written = {path.strip("/").partition("/")[0] for method, path in operations() if method != "GET"}
    read = {path.strip("/").partition("/")[0] for method, path in operations() if method == "GET"}
    # Printing writes for nobody: whoever reads a document may print it. To print it anew stands below each document.
    assert written - {"printouts"} | {"printed_copies"} == set(resource_writes())
    assert read - {"printouts"} <= resources()


@pytest.mark.parametrize("scopes", [("read",), ("invoices:read",), ("view", "export")])
def test_a_key_that_only_reads_is_refused_every_write(api: Books, scopes):
    client = ApiClient(api.company, scopes=scopes)
    for method, path in operations():
        if method != "GET" and not path.strip("/").startswith("printouts"):
            answer = client.request(method, address(path), {})
            assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), path


def refusal(client: ApiClient, path: str, body: dict[str, object]) -> str:
    return client.post(path, body, expect=403)["detail"]


def test_who_may_write_invoices_may_not_pay_or_refund(api: Books):
    invoice = api.invoice(100)
    payment = api.payment(100)
    client = ApiClient(api.company, scopes=("invoices:write",))
    body = {"account": api.account, "amount": 100, "state": "posted"}
    assert "“Post payments; quick pay”" in refusal(client, f"invoices/{invoice}/quick_pay", ALL)
    assert "payments:write" in refusal(client, f"invoices/{invoice}/quick_pay", ALL)
    refusal(client, "payments", body)
    refusal(client, "payments", {**body, "state": "draft"})
    refusal(client, "refunds", body)
    refusal(client, f"payments/{payment}/cancel", ALL)
    refusal(client, f"payments/{payment}/refund", {"amount": 1})
    refusal(client, f"accounts/{api.account}/notes", {"text": "x"})
    other = client.post(
        "invoices", {"account": api.account, "items": [{"unit_amount": 100, "description": "x"}], "state": "posted"}
    )
    client.post(f"invoices/{other['id']}/write_off", ALL)
    with company_scope(api.company.pk):
        assert Transaction.objects.filter(classification="payment").count() == 1


def test_who_may_write_payments_may_not_refund(api: Books):
    client = ApiClient(api.company, scopes=("payments:write",))
    payment = client.post("payments", {"account": api.account, "amount": 100, "state": "posted"})["id"]
    body = {"account": api.account, "amount": 100, "state": "posted"}
    refusal(client, "refunds", body)
    refusal(client, "refunds", {**body, "state": "draft"})
    refusal(client, "invoices", {"account": api.account, "items": [{"unit_amount": 100, "description": "x"}]})
    client.post(f"payments/{payment}/cancel", ALL)


def test_a_single_permission_is_a_scope_and_no_more(api: Books):
    invoice, payment = api.invoice(100), api.payment(300)
    client = ApiClient(api.company, scopes=("transactions.refund",))
    client.post("refunds", {"account": api.account, "amount": 100, "state": "posted"}, expect=201)
    refusal(client, "refunds", {"account": api.account, "amount": 100, "state": "draft"})
    refusal(client, f"payments/{payment}/cancel", ALL)
    client.get("refunds", expect=403)
    part = ApiClient(api.company, scopes=("transactions.cancel:payment",))
    refusal(part, f"invoices/{invoice}/cancel", {})
    part.post(f"payments/{payment}/cancel", {**ALL, "confirm_paid_out": True}, expect=200)


def test_one_table_of_the_configuration_is_one_scope(api: Books):
    client = ApiClient(api.company, scopes=("tax_rates:write",))
    client.post("tax_rates", {"code": "t7", "name": "T7", "percent": "7"}, expect=201)
    refusal(client, "reasons", {"code": "late", "name": "Late"})
    assert "configuration.edit:reason" in refusal(client, "reasons", {"code": "late", "name": "Late"})


def test_an_answer_is_replayed_to_those_alone_who_might_have_asked(api: Books):
    body = {"account": api.account, "amount": 100, "state": "posted"}
    key = {"Idempotency-Key": "one"}
    api.post("payments", body, **key)
    narrow = ApiClient(api.company, scopes=("invoices:write",))
    assert narrow.request("POST", "payments", body, **key).status_code == 422
    again = ApiClient(api.company)
    assert again.request("POST", "payments", body, **key)["Idempotent-Replayed"] == "true"


@pytest.mark.few(5)
@pytest.mark.parametrize("scope", ["all", "invoices", "invoice:write", "payments:refund", "reports:write", ""])
def test_what_is_no_scope_is_refused(company, scope):
    with pytest.raises(ScopeInvalid, match="is not a scope"):
        create_api_key(name="k", scopes=[scope], actor="test")
    for known in ("read", "write", "payments:read", "events:read", "payments:write", *permissions()):
        create_api_key(name="k", scopes=[known], actor="test")
    assert ApiKey.objects.count() == 5 + len(permissions())


def test_a_card_is_charged_by_those_alone_who_may_charge(ledger: Ledger, company, monkeypatch):
    known = {**registry.kinds(), TOY.name: TOY}
    monkeypatch.setattr(registry, "kinds", lambda: known)
    body = {
        "account": ledger.account.public_id,
        "amount": 1000,
        "state": "posted",
        "method": make_desk(ledger).method.public_id,
    }
    client = ApiClient(company, scopes=("payments:write",))
    assert "“Charge and refund through payment gateways" in refusal(client, "payments", body)
    assert not Transaction.objects.filter(classification="payment").exists()
