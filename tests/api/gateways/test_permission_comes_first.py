"""Whoever may not do a thing hears that, whatever state the thing is in: its state is no business of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.api.client import ApiClient
from tests.api.test_isolation import DOCUMENT, WITH_IDS, body_for
from tests.gateways.toy import decline, take_time
from tests.runs.toy import TOY

from subledger.gateways.services import unbooked
from subledger.gateways.services.unbooked import Unbooked
from subledger.platform.scope import company_scope

from .conftest import Till
from .writes import (
    ALL,
    DAILY,
    EXAMPLES,
    ITEMS,
    PROVIDER,
    begun,
    chosen,
    collected,
    disputed,
    draft,
    generic,
    hooked,
    operations,
    promised,
    sent_to_ana,
    templated,
    unbooked_fact,
    unfinished,
    wait_for_the_customer,
)

OPERATIONS = {one.id: one for one in operations()}
READING = ("/preview",)  # what is posted to look at something: it keeps nothing
COMPANY = {"code": "new", "name": "New", "base_currency": "usd"}
OTHERWISE = {"products": "customers:write"}  # what else a key may write: it is let in, and may do nothing here
STATES = {
    "invoices": {"draft", "posted", "rejected", "cancelled", "written_off"},
    "credit_notes": {"draft", "posted", "rejected"},
    "payments": {"draft", "pending", "posted", "rejected", "cancelled"},
    "refunds": {"draft", "posted", "rejected"},
    "payment_requests": {"pending", "under_processing", "requires_action", "posted", "rejected"},
    "accounts": {"active", "suspended", "terminated"},
    "run_definitions": {"draft", "effective"},
    "webhook_endpoints": {"active", "disabled"},
    "messages": {"queued", "sent", "bounced"},
    "promises": {"open", "withdrawn"},
    "disputes": {"open", "closed"},
}


def do(till: Till, name: str) -> Any:
    """One writing operation as its example has it."""
    path, body = EXAMPLES[name](till)
    answer = till.request(OPERATIONS[name].method, path, body)
    assert answer.status_code < 300, answer.content
    return answer.json()


def in_every_state(till: Till) -> Sequence[str]:
    """One thing at least of every kind in each of its states; the links that were made."""
    for name in ("cancel_invoice", "write_off_invoice", "quick_pay_invoice"):  # while there is no credit
        do(till, name)
    links = [till.post(f"invoices/{till.invoice(10)}/pay_link")["id"] for _ in range(2)]
    till.post(f"links/{links[0]}/revoke")
    for path in ("invoices", "credit_notes", "payments", "refunds"):
        draft(till, path)
        for verb in ("reject", "post"):
            do(till, f"{verb}_{path.removesuffix('s')}")
    for name in ("cancel_payment", "refund_payment", "move_payment", "create_product"):
        do(till, name)
    unfinished(till, take_time)
    unfinished(till, wait_for_the_customer)
    till.desk.bank.script = [decline]
    till.pay(25, expect=402)
    _, method = generic(till)
    for _ in range(2):
        asked = till.pay(25, method=method)["payment_request"]["id"]
    till.post(f"payment_requests/{asked}/withdraw", {})
    chosen(till)
    till.post(f"accounts/{till.new_account()}/suspend", {})
    till.post(f"accounts/{till.new_account()}/terminate", {})
    begun(till, "cancel")
    body = {"kind": TOY.name, "criteria": {"to": 3}, "schedule": DAILY}
    for name, verbs in {"Draft": (), "Submitted": ("effective", "submit"), "Running": ("effective", "execute")}.items():
        path = f"run_definitions/{till.post('run_definitions', {**body, 'name': name})['id']}"
        for verb in verbs:
            till.post(f"{path}/{verb}", {})
    do(till, "create_segment")
    hooked(till)
    hooked(till, "disable")
    templated(till)
    till.post(f"unbooked_facts/{unbooked_fact(till)}/resolve", {"resolution": "Asked."})
    with company_scope(till.company.pk):
        other = Unbooked(source="camt.053", said="another", code="y", reason="z")
        unbooked.keep(provider=till.desk.provider, facts=[other], actor="test")
    for address in ("bea@example.com", "cem@example.com"):
        made = till.post("suppressions", {"address": address, "reason": "opted_out"})["id"]
    till.post(f"suppressions/{made}/lift")
    sent_to_ana(till)
    do(till, "bounce_message")
    till.post(f"invoices/{till.invoice(10)}/communicate", {"recipient": "dan@example.com"}, expect=201)
    for name in ("withdraw_promise", "close_dispute"):
        do(till, name)
    promised(till)
    disputed(till)
    do(till, "do_collection_contact")
    till.post("payment_gateway_providers", {**PROVIDER, "code": "off"})
    till.post(f"payment_gateway_providers/{till.provider}/deactivate")
    return links


def things(till: Till, path: str, links: Sequence[str]) -> list[dict[str, str]]:
    """Whatever the path may be of, by its parameters."""
    collection = path.removeprefix("/api/v1/").partition("/{id}")[0]
    if collection == "links":
        return [{"id": ident} for ident in links]
    rows = till.get(collection, limit=100)["data"]
    seen = {row.get("state") for row in rows}
    assert STATES.get(collection, set()) <= seen, f"{collection}: {seen}"
    if "{preference_id}" not in path:
        return [{"id": row["id"]} for row in rows]
    own = till.get(f"accounts/{till.account}/payment_preferences")["data"]
    return [{"id": till.account, "preference_id": row["id"]} for row in own]


@pytest.mark.wide
def test_who_may_not_is_told_so_whatever_state_a_thing_is_in(till: Till):
    links = in_every_state(till)
    scopes = {"products:write", *OTHERWISE.values()}
    keys = {scope: ApiClient(till.company, scopes=("read", scope)) for scope in scopes}
    asked = 0
    for path, method in WITH_IDS:
        if method == "get" or path.endswith(READING):
            continue
        client = keys[OTHERWISE.get(path.removeprefix("/api/v1/").partition("/")[0], "products:write")]
        body = body_for(path, method, till)
        for named in things(till, path, links):
            answer = client.request(method.upper(), path.format(**named), body)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), (path, answer.content)
            asked += 1
    assert asked > 300


SHARED = ("process_", "post_payment_requests", "reject_payment_requests", "return_", "export_", "import_payment")
# Whoever may read them may print them, take them along, and see what criteria select of them.
READS = {"create_printouts", "create_month_export", "create_report_export", "preview_segment"}


@pytest.mark.wide
def test_who_may_not_make_a_thing_is_told_so_whatever_stands_in_its_way(till: Till):
    """Accounts that are terminated, providers that take nothing, days that are closed, names that are taken."""
    keys = {scope: ApiClient(till.company, scopes=("read", scope)) for scope in ("products:write", "customers:write")}
    asked: list[tuple[str, str, Any]] = []
    for path, operations_ in DOCUMENT["paths"].items():
        for operation in operations_.values():
            name = operation["operationId"]
            if name in EXAMPLES and "{id}" not in path and not name.startswith(SHARED) and name not in READS:
                asked.append((OPERATIONS[name].method, *EXAMPLES[name](till)))
    assert len(asked) > 30
    provider, method = generic(till)
    pending = till.pay(25, method=method)["payment_request"]["id"]
    ended = till.new_account()
    till.post(f"accounts/{ended}/terminate", {})
    for path in ("invoices", "credit_notes", "payments", "refunds"):
        fields = {"amount": 500} if path in ("payments", "refunds") else {"items": ITEMS}
        asked += [("POST", path, {"account": ended, "state": state, **fields}) for state in ("draft", "posted")]
    till.post(f"payment_gateway_providers/{provider}/deactivate")
    till.post(f"payment_gateway_providers/{till.provider}/deactivate")
    element = {"request_unique_identifier": "1", "request": pending}
    for verb in ("process", "post", "reject", "return"):
        said = {"error_code": "no"} if verb in ("reject", "return") else {"reference": "B-1"}
        asked.append(("POST", f"payment_requests/bulk/{verb}", {"elements": [{**element, **said}]}))
    for one in (provider, till.provider):
        asked.append(("POST", "payment_requests/export", {"provider": one, "format": "csv"}))
        asked.append(("POST", "payment_requests/results", {"provider": one, "content": ""}))
    asked += [
        ("POST", "payments", {"account": till.account, "amount": 500, "state": "posted", "method": method}),
        ("POST", f"accounts/{till.account}/payment_preferences/setup_session", {}),
        ("POST", "companies", {**COMPANY, "administrator": "nobody"}),
        ("POST", "periods/close", {"through": "2026-01-31"}),
        ("POST", "exchange_rates", {"currency": "eur", "on": "2026-05-01", "rate": "0.9"}),
        ("POST", "webhook_endpoints", {"url": "https://127.0.0.1/hooks"}),
    ]
    for verb, path, body in asked:
        client = keys[OTHERWISE.get(path.partition("/")[0], "products:write")]
        answer = client.request(verb, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), (path, body, answer.content)


def test_what_is_posted_to_look_at_something_asks_who_may_see_it(till: Till):
    """The check of reading is of GET alone: what looks by POST asks by itself, of a key that may only write."""
    client = ApiClient(till.company, scopes=("customers:write",))
    looked = [name for name in EXAMPLES if name in READS or name.startswith("preview_")]
    assert {"preview_segment", "preview_run_definition", "preview_message_template"} <= set(looked)
    asked = [(OPERATIONS[name].method, *EXAMPLES[name](till)) for name in looked]
    told = {"kind": "", "dry_run": True, "recipient": "ana@example.com"}
    asked += [
        ("POST", f"{path}/communicate", told) for path in (f"invoices/{till.invoice(5)}", f"accounts/{till.account}")
    ]
    for verb, path, body in asked:
        answer = client.request(verb, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), (path, answer.content)
    sender = ApiClient(till.company, scopes=("messages.send",))  # may send, and not see what it would tell of
    for verb, path, body in asked[-2:]:
        assert sender.request(verb, path, body).status_code == 403, path


def refused(client: ApiClient, path: str, body: Any) -> str:
    told: str = client.post(path, body, expect=403)["code"]
    return told


def test_who_may_charge_alone_neither_posts_nor_cancels_what_is_under_way(till: Till):
    """A second click on what waits is answered with what it waits for: to those who may have clicked first."""
    client = ApiClient(till.company, scopes=("read", "gateways.charge"))
    till.desk.bank.script = [take_time]
    waiting = till.pay(25)["id"]
    paid = collected(till)
    back = {**ALL, "type": till.desk.cancellation_type.public_id}
    till.desk.bank.script = [take_time]
    under_way = till.post(f"payments/{paid}/cancel", back)
    assert under_way["payment_request"]["state"] == "under_processing"
    for path, body in ((f"payments/{waiting}/post", {}), (f"payments/{paid}/cancel", back)):
        assert refused(client, path, body) == "permission_denied"
        till.post(path, body)


def test_who_writes_invoices_sends_nobody_to_confirm_a_payment(till: Till):
    client = ApiClient(till.company, scopes=("read", "invoices:write"))
    for script in (wait_for_the_customer, take_time):
        path = f"payment_requests/{unfinished(till, script)}/authentication_link"
        assert refused(client, path, {}) == "permission_denied"
    client.post(f"invoices/{till.invoice(10)}/pay_link", {}, expect=201)
