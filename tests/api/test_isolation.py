"""Every path of the document, walked by one company with the ids of another: never data, always 404."""

from __future__ import annotations

import re
from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from tests.retries.rows import keep_retry
from tests.runs.toy import TOY as TOY_RUN

from subledger.companies.services import add_member
from subledger.dunning.models import DunningClaim, DunningLevel, DunningMinimum, DunningRecord
from subledger.gateways.models import MarkedFile, PaymentRequest, Provider
from subledger.gateways.unbooked import UnbookedFact
from subledger.imports.models import ImportOrder
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.retries.models import DeclineCode
from subledger.runs.models import Run
from subledger.runs.services import worker
from subledger.runs.services.files import keep_file
from subledger.transactions.models import Transaction

from .client import Books, Refused, books
from .openapi import DOCUMENT

# One thing of theirs for every kind of id; what has no life of its own is found in their lists.
# A preview is of what would be done to the caller's own books, and has no rows.
LISTS = {
    path
    for path, operations in DOCUMENT["paths"].items()
    if "{" not in path and not operations.get("get", {"operationId": "preview_"})["operationId"].startswith("preview_")
}
WITH_IDS = sorted(
    (path, method) for path, operations in DOCUMENT["paths"].items() for method in operations if "{id}" in path
)


@pytest.fixture
def theirs(api: Books) -> Books:
    """Another company with something of everything."""
    other = books()
    invoice = other.invoice(10)
    other.payment(4)
    other.credit_note(1)
    other.payment(100)
    other.refund(5)
    other.post("invoices", {"account": other.account, "items": [{"description": "Services", "unit_amount": 5}]})
    other.post("products", {"code": "p", "name": "P"})
    other.post("tax_rates", {"code": "t", "name": "T", "percent": "5"})
    other.post("product_groups", {"code": "g", "name": "G"})
    other.post("categories", {"code": "c", "name": "C"})
    other.post(f"transactions/{invoice}/notes", {"text": "Theirs"})
    preference = other.get("payment_preferences")["data"][0]["id"]
    other.post(f"accounts/{other.account}/payment_preferences", {"preference": preference})
    method = other.get("payment_methods")["data"][0]["id"]
    provider = {"kind": "generic", "code": "g", "name": "Theirs too", "payment_methods": [method]}
    made = other.post("payment_gateway_providers", provider)["id"]
    other.post(f"payment_gateway_providers/{made}/activate")
    paid = {"account": other.account, "state": "posted", "amount": 1, "method": method}
    other.post("payments", {**paid, "confirm_in_advance": True})
    other.post("exchange_rates", {"currency": "usd", "on": "2026-05-01", "rate": "0.9"})
    other.post("periods/close", {"through": "2026-01-31"})
    run = other.post("run_definitions", {"kind": TOY_RUN.name, "name": "Counting", "criteria": {"to": 1}})["id"]
    other.post(f"run_definitions/{run}/effective")
    other.post(f"run_definitions/{run}/execute")
    other.post("segments", {"name": "Theirs", "about": "accounts"})
    hook = other.post("webhook_endpoints", {"url": "https://93.184.215.14/hooks"})["id"]
    other.post(f"webhook_endpoints/{hook}/replay", {"event": other.get("events")["data"][0]["id"]})
    file = b64encode(b"account,amount,posted_on\nTheirs,many,2026-05-04\n").decode()
    other.post("imports", {"kind": "payments", "name": "theirs.csv", "file": file})
    other.post(f"invoices/{invoice}/communicate", {"recipient": "theirs@example.com"})
    held = other.invoice(100_000)  # more than there is credit
    other.post(f"invoices/{held}/promises", {"agreed_on": "2026-12-01"}, expect=201)
    other.post(f"invoices/{held}/disputes", {"reason": "Theirs"}, expect=201)
    other.post("collection_contacts", {"account": other.account, "text": "Theirs"}, expect=201)
    wallet = other.post("wallets", {"account": other.account}, expect=201)["id"]
    other.post(f"wallets/{wallet}/credit", {"amount": 50_00}, expect=201)
    their_customer = other.get("customers")["data"][0]["id"]
    other.post("contact_persons", {"customer": their_customer, "name": "Theirs"})
    other.post("attachments", {"about": their_customer, "name": "theirs.txt", "file": b64encode(b"Theirs").decode()})
    other.post("suppressions", {"address": "theirs.too@example.com", "reason": "bounced"})
    other.post("printouts", {"documents": [invoice]})
    with company_scope(other.company.pk):
        worker.work(Run.objects.latest("pk").pk)
        keep_file(
            run_id=Run.objects.latest("pk").pk, name="theirs.txt", content_type="text/plain", stream=BytesIO(b"Theirs")
        )
        worker.work(ImportOrder.objects.get().run_id)
        user = get_user_model().objects.create(username=f"u-{other.company.code}")
        add_member(user=user, role="agent", actor="test")
        UnbookedFact.objects.create(
            company=other.company, provider=Provider.objects.get(), key="k", source="gateway", said="Paid",
            code="not_found", reason="Nothing is known of it.", created_at=clock.now(),
        )  # fmt: skip
        MarkedFile.objects.create(
            company=other.company, provider=Provider.objects.get(), message="MSG-1", format="csv", requests=[],
            content=b"", made_at=clock.now(), made_by="test",
        )  # fmt: skip
        _dunned(other)
        DeclineCode.objects.create(company=other.company, code="X9", decline_class="hard")
        keep_retry(PaymentRequest.objects.first(), Transaction.objects.filter(classification="invoice").first())
    return other


def _dunned(other: Books) -> None:
    draft = Transaction.objects.get(state="draft", classification="invoice")
    level = DunningLevel.objects.first()
    DunningMinimum.objects.create(company=other.company, plan=level.plan, amount=500, currency="eur")
    said = {
        "company": other.company, "document_kind": "invoice", "document_id": draft.pk, "document_number": "I1",
        "account_id": draft.account_id, "currency": "eur", "created_at": clock.now(),
    }  # fmt: skip
    record = DunningRecord.objects.create(
        **said, level=level, level_name="First", level_number=1, days=3, due_on=clock.today("UTC"),
        recorded_on=clock.today("UTC"), open_minor=5, outcome="silent",
    )  # fmt: skip
    DunningClaim.objects.create(**said, kind="late_fee", record=record, amount_minor=5, invoice=draft)


def some_id(theirs: Books, path: str) -> dict[str, str]:
    """Their ids for the parameters of a path."""
    collection = re.sub(r"/\{id\}.*", "", path).removeprefix("/api/v1/")
    if collection == "links":
        return {"id": theirs.get("events")["data"][0]["id"]}  # a link is known by the event of its making
    if collection == "printouts":  # known by the run that makes them
        with company_scope(theirs.company.pk):
            return {"id": Run.objects.get(kind="print").public_id}
    rows = theirs.get(collection)["data"]
    assert rows, path
    found = {"id": rows[0]["id"]}
    if "{preference_id}" in path:
        account = theirs.account
        found = {"id": account, "preference_id": theirs.get(f"accounts/{account}/payment_preferences")["data"][0]["id"]}
    if "{file}" in path:
        found["file"] = theirs.get(f"runs/{found['id']}/files")["data"][0]["id"]
    if "{position}" in path:
        found["position"] = "1"
    return found


def body_for(path: str, method: str, api: Books) -> Any:
    """A body that would do, so that it is the id that is refused."""
    if method not in ("post", "patch"):
        return None
    action = path.rpartition("/")[2]
    if action == "reject":
        return {"reason": api.get("reasons")["data"][0]["id"]}
    if action in ("write_off", "quick_pay", "refund") or path.endswith("payments/{id}/cancel"):
        return {"amount": "all"}
    if action == "move":
        return {"to_account": api.account}
    if action == "resolve":
        return {"resolution": "Mine"}
    if action == "promises":
        return {"agreed_on": "2026-12-01"}
    if action == "disputes":
        return {"reason": "Mine"}
    if action in ("credit", "debit", "reimburse", "transfer_to_wallet"):
        return {"amount": 1}
    if action == "transfer":
        return {"amount": 1, "to_wallet": api.post("wallets", {"account": api.new_account()})["id"]}
    if action == "follow_up":
        return {"follow_up_on": None}
    if action == "collector":
        return {"collector": None}
    if action == "close":
        return {"outcome": "rejected"}
    if action == "notes":
        return {"text": "Mine"}
    if action == "{preference_id}":
        return {"use_for_recurring": True}
    if action == "replay":
        return {"since": "2026-05-01T00:00:00Z"}
    if action == "payment_preferences":
        return {"preference": api.get("payment_preferences")["data"][0]["id"]}
    return {}


def state_of(theirs: Books) -> tuple[Any, ...]:
    with company_scope(theirs.company.pk):
        return Event.objects.count(), list(Transaction.objects.order_by("pk").values())


@pytest.mark.wide
def test_no_path_with_an_id_opens_what_is_another_company_s(api: Books, theirs: Books):
    assert len(WITH_IDS) > 70
    before = state_of(theirs)
    for path, method in WITH_IDS:
        ids = some_id(theirs, path)
        url = path.format(**ids)
        if method == "get":
            answer = theirs.request("GET", url)
            assert answer.status_code == 200, path  # theirs it is
            for close in answer._resource_closers:  # `close()` would close the test's connection as well
                close()
        response = api.request(method.upper(), url, body_for(path, method, api))
        assert response.status_code == 404, (method, path, response.content)
        assert response.json()["code"] == "not_found"
        told = response.content.decode().replace(ids["id"], "")
        assert "Theirs" not in told
    assert state_of(theirs) == before


@pytest.mark.wide
def test_no_list_tells_what_is_another_company_s(api: Books, theirs: Books):
    their_invoice = theirs.get("invoices")["data"][0]["id"]
    assert api.get("printouts", document=their_invoice, expect=404)["code"] == "not_found"
    for path in sorted(LISTS - {"/api/v1/printouts"}):
        mine, others = api.get(path), theirs.get(path)
        if "data" not in mine or path.endswith(("/reports", "/payment_gateway_kinds")):
            continue
        kept = {one["id"] for one in others["data"]}
        assert kept, path
        assert not kept & {one["id"] for one in mine["data"]}, path
    for path in ("transactions", "invoices", "payments"):
        assert api.get(path, account=theirs.account)["data"] == []
    assert api.get("events", object_id=theirs.account)["data"] == []


@pytest.mark.wide
def test_no_body_may_name_what_is_another_company_s(api: Books, theirs: Books):
    """Each reference of each body, with an id of theirs."""

    def their(path: str) -> str:
        ident: str = theirs.get(path)["data"][0]["id"]
        return ident

    item = {"description": "Services", "unit_amount": 100}
    mine = {"account": api.account}
    invoice, payment = api.invoice(10), api.payment(1)
    wallet = f"wallets/{api.post('wallets', mine)['id']}"
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("accounts", {"customer": their("customers")}),
        ("products", {"code": "x", "name": "X", "tax_rate": their("tax_rates")}),
        ("products", {"code": "x", "name": "X", "group": their("product_groups")}),
        ("invoices", {"account": theirs.account, "items": [item]}),
        ("invoices", {**mine, "items": [{**item, "product": their("products")}]}),
        ("invoices", {**mine, "items": [{**item, "tax_rate": their("tax_rates")}]}),
        ("invoices", {**mine, "items": [item], "type": their("transaction_types")}),
        ("credit_notes", {**mine, "items": [item], "allocate_to": [their("invoices")]}),
        ("payments", {**mine, "amount": 1, "category": their("categories")}),
        ("payments", {**mine, "amount": 1, "method": their("payment_methods")}),
        (
            "payments",
            {**mine, "amount": 1, "payment_preference": their(f"accounts/{theirs.account}/payment_preferences")},
        ),
        ("refunds", {**mine, "amount": 1, "method": their("refund_methods")}),
        (f"payments/{payment}/move", {"to_account": theirs.account}),
        ("wallets", {"account": theirs.account}),
        (f"{wallet}/transfer", {"amount": 1, "to_wallet": their("wallets")}),
        (f"{wallet}/debit", {"amount": 1, "product": their("products")}),
        (f"{wallet}/credit", {"amount": 1, "product": their("products")}),
        (f"{wallet}/debit", {"amount": 1, "type": their("wallet_transaction_types")}),
        (f"invoices/{invoice}/quick_pay", {"amount": "all", "type": their("transaction_types")}),
        (f"accounts/{api.account}/payment_preferences", {"preference": their("payment_preferences")}),
        ("payment_methods", {"code": "x", "name": "X", "ledger_account": their("ledger_accounts")}),
        ("categories", {"code": "x", "name": "X", "parent": their("categories")}),
        (
            "transaction_types",
            {"code": "x", "name": "X", "classification": "payment", "payment_methods": [their("payment_methods")]},
        ),
        (
            "payment_gateway_providers",
            {"kind": "generic", "code": "x", "name": "X", "payment_methods": [their("payment_methods")]},
        ),
        (
            "payment_gateway_providers",
            {"kind": "generic", "code": "x", "name": "X", "fee_account": their("ledger_accounts")},
        ),
        ("payment_requests/bulk/process", {"provider": their("payment_gateway_providers"), "elements": []}),
        ("payment_requests/export", {"provider": their("payment_gateway_providers"), "format": "csv"}),
        ("payment_requests/results", {"provider": their("payment_gateway_providers"), "content": ""}),
        (
            f"accounts/{api.account}/payment_preferences/setup_session",
            {"provider": their("payment_gateway_providers")},
        ),
        ("posting_rules", {"classification": "invoice", "component": "net", "debit": their("ledger_accounts")}),
        ("posting_rules", {"classification": "invoice", "component": "net", "product": their("products")}),
        ("posting_rules", {"classification": "invoice", "component": "net", "product_group": their("product_groups")}),
    ]
    for path, body in bodies:
        response = api.request("POST", path, body)
        assert response.status_code in (404, 422), (path, body, response.content)
        assert response.json()["param"], path
    for name, path in (("classification", "account_classifications"), ("credit_rating", "credit_ratings")):
        with pytest.raises(Refused, match="404"):
            api.patch(f"accounts/{api.account}", {name: their(path)})
    api.patch("transaction_definition", {"receivable": their("ledger_accounts")}, expect=404)
    api.patch("wallet_definition", {"funding_type": their("transaction_types")}, expect=404)
    assert api.get("reports/statement", account=theirs.account, expect=422)["code"] == "report_parameter_invalid"
