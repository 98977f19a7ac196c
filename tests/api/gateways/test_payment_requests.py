"""Payment requests by API: listed, looked up, and worked off in sets by the integrator of a generic gateway."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.gateways.toy import decline, lose_after, take_time

from subledger.gateways.models import PaymentRequest
from subledger.gateways.services.execution import MOST

from .conftest import Till

pytestmark = pytest.mark.sampled(3)


@pytest.fixture
def office(till: Till) -> Till:
    """The same company with a second, generic provider; ``method`` is still the toy's."""
    methods = {one["code"]: one["id"] for one in till.get("payment_methods", limit=100)["data"]}
    preferences = {one["code"]: one["id"] for one in till.get("payment_preferences")["data"]}
    till.generic_method = methods["bank_transfer"]
    made = till.post(
        "payment_gateway_providers",
        {"kind": "generic", "code": "bank", "name": "Bank", "payment_methods": [till.generic_method],
         "preferences": [preferences["bank_transfer"]]},
        expect=201,
    )  # fmt: skip
    till.post(f"payment_gateway_providers/{made['id']}/activate")
    till.generic = made["id"]
    # A generic gateway is asked with a way to pay that it lists.
    chosen = {"preference": preferences["bank_transfer"], "details": {}}
    till.post(f"accounts/{till.account}/payment_preferences", chosen, expect=201)
    return till


def ask(office: Till, euros: int) -> dict:
    return office.pay(euros, method=office.generic_method)


def element(told: dict, number: int, **fields: object) -> dict:
    return {"request_unique_identifier": str(number), "request": told["payment_request"]["id"], **fields}


def test_a_request_is_told_with_its_attempts(till: Till):
    told = till.pay(25)
    request = till.get(f"payment_requests/{told['payment_request']['id']}")
    assert (request["object"], request["state"], request["type"]) == ("payment_request", "posted", "payment")
    assert (request["amount"], request["currency"], request["transaction"]) == (2500, "eur", told["id"])
    assert (request["provider"], request["account"]) == (till.provider, till.account)
    [attempt] = request["attempts"]
    assert (attempt["outcome"], attempt["sent"], attempt["reference"]) == ("succeeded", 1, request["reference"])
    assert attempt["id"] == till.desk.bank.orders[0].key
    trail = till.get("events", object_id=request["id"])["data"]
    assert [one["type"].partition(".")[2] for one in reversed(trail)] == ["created", "under_processing", "posted"]


@pytest.mark.wide
def test_requests_are_listed_by_what_they_are(till: Till):
    posted = till.pay(25)
    till.desk.bank.script = [decline, take_time]
    till.pay(26, expect=402)
    open_one = till.pay(27)
    till.post(f"payments/{posted['id']}/refund", {"amount": 100})

    def amounts(**filters: str) -> list[int]:
        return [one["amount"] for one in till.get("payment_requests", **filters)["data"]]

    assert amounts() == [100, 2700, 2600, 2500]
    assert amounts(state="under_processing") == [2700]
    assert amounts(type="refund") == [100]
    assert amounts(error_code="card_declined") == [2600]
    assert amounts(transaction=open_one["id"]) == [2700]
    assert amounts(provider=till.provider, account=till.account, limit="1") == [100]
    assert amounts(**{"created_at[lt]": "2026-05-20T00:00:00Z"}) == []
    expanded = till.get("payment_requests", **{"expand[]": ["provider", "transaction"], "limit": 1})["data"][0]
    assert (expanded["provider"]["code"], expanded["transaction"]["classification"]) == ("toy", "refund")


def test_a_lost_answer_is_looked_up_when_asked(till: Till):
    till.desk.bank.script = [lose_after]
    told = till.pay(25)
    looked = till.post(f"payment_requests/{told['payment_request']['id']}/look_up")
    assert (looked["state"], looked["error_code"]) == ("posted", None)
    assert till.get(f"payments/{told['id']}")["state"] == "posted"


def test_an_authentication_is_linked_to_only_while_it_is_waited_for(till: Till):
    told = till.pay(25)
    refused = till.post(f"payment_requests/{told['payment_request']['id']}/authentication_link", expect=409)
    assert refused["code"] == "payment_request_over"


# -- an integrator -----------------------------------------------------------------------------------------------


def test_a_generic_request_waits_for_its_integrator(office: Till):
    told = ask(office, 25)
    assert (told["state"], told["payment_request"]["state"]) == ("pending", "pending")
    begun = office.post("payment_requests/bulk/process", {"elements": [element(told, 1)]})
    assert (begun["succeeded"], begun["results"][0]["state"]) == (1, "under_processing")
    done = office.post(
        "payment_requests/bulk/post",
        {"provider": office.generic, "elements": [element(told, 1, reference="B-1", amount=2500, currency="eur")]},
    )
    assert (done["succeeded"], done["refused"], done["results"][0]["state"]) == (1, 0, "posted")
    assert office.get(f"payments/{told['id']}")["state"] == "posted"
    assert office.get(f"payment_requests/{told['payment_request']['id']}")["reference"] == "B-1"


def test_each_element_has_its_own_result(office: Till):
    good, wrong, toys = ask(office, 25), ask(office, 26), office.pay(27)
    elements = [
        element(good, 1, reference="B-1"),
        element(wrong, 2, reference="B-2", amount=1, currency="eur"),
        element(toys, 3, reference="B-3"),
        element(wrong, 4),
        {"request_unique_identifier": "5", "request": "prq_nonsense", "reference": "B-5"},
    ]
    told = office.post("payment_requests/bulk/post", {"elements": elements[:3] + elements[4:]})
    assert (told["succeeded"], told["refused"]) == (1, 3)
    assert [one["request_unique_identifier"] for one in told["results"]] == ["1", "2", "3", "5"]
    codes = [one["error"] and one["error"]["code"] for one in told["results"]]
    assert codes == [None, "amount_differs", "provider_executes_itself", "not_found"]
    assert told["results"][1]["state"] is None
    assert office.get(f"payments/{wrong['id']}")["state"] == "pending"
    rejected = office.post(
        "payment_requests/bulk/reject",
        {"elements": [element(wrong, 1, error_code="AC04", error_message="Account closed")]},
    )
    assert rejected["results"][0]["state"] == "rejected"
    assert office.get(f"payments/{wrong['id']}")["state"] == "rejected"
    assert office.get(f"payments/{wrong['id']}")["payment_request"]["error_message"] == "Account closed"


def test_a_thousand_elements_and_no_more(office: Till):
    told = ask(office, 25)
    elements = [element(told, at, reference=str(at)) for at in range(MOST + 1)]
    refused = office.post("payment_requests/bulk/post", {"elements": elements}, expect=422)
    assert (refused["code"], refused["param"]) == ("too_many_elements", "/elements")
    answered = office.post("payment_requests/bulk/post", {"elements": elements[1:]})
    assert answered["refused"] == MOST
    assert {one["error"]["code"] for one in answered["results"]} == {"request_twice"}


def test_an_amount_needs_its_currency(office: Till):
    body = {"elements": [element(ask(office, 25), 1, reference="B", amount=2500)]}
    refused = office.post("payment_requests/bulk/post", body, expect=422)
    assert refused["param"] == "/elements/0"


# -- by file -----------------------------------------------------------------------------------------------------


def test_pending_requests_go_out_as_a_file_and_results_come_in_once(office: Till):
    first, second = ask(office, 25), ask(office, 26)
    made = office.post("payment_requests/export", {"provider": office.generic, "format": "csv", "mark": True})
    assert made["content"].startswith("request,")
    assert made["written"] == [first["payment_request"]["id"], second["payment_request"]["id"]]
    assert (made["is_marked"], made["content_type"]) == (True, "text/csv; charset=utf-8")
    assert [one["state"] for one in office.get("payment_requests")["data"]] == ["under_processing"] * 2
    lines = [
        "request,result,reference,error_code,error_message,amount",
        f"{made['written'][0]},posted,B-1,,,25.00",
        f"{made['written'][1]},rejected,,AC04,Account closed,26.00",
        "prq_nobody,posted,B-3,,,1.00",
    ]
    body = {"provider": office.generic, "name": "may.csv", "content": "\n".join(lines)}
    tried = office.post("payment_requests/results", {**body, "dry_run": True})
    assert (tried["is_dry_run"], tried["posted"], tried["rejected"]) == (True, 1, 1)
    assert office.get(f"payments/{first['id']}")["state"] == "pending"
    told = office.post("payment_requests/results", body)
    assert (told["posted"], told["rejected"], [one["code"] for one in told["refused"]]) == (1, 1, ["not_found"])
    assert office.get(f"payments/{first['id']}")["state"] == "posted"
    again = office.post("payment_requests/results", body)
    assert (again["posted"], again["rejected"], again["unchanged"]) == (0, 0, 2)


def test_results_are_read_in_a_declared_format(office: Till):
    asked = ask(office, 25)["payment_request"]["id"]
    PaymentRequest.unscoped.update(created_at=datetime(2026, 5, 1, tzinfo=UTC))
    content = f"request;result;reference;amount;booked_on\n{asked};posted;B-1;25,000;04.05.2026\n"
    body = {"provider": office.generic, "content": content, "date_format": "%d.%m.%Y"}
    [refused] = office.post("payment_requests/results", body)["refused"]
    assert refused["code"] == "amount_invalid"
    assert "25,000 can be 25.00 or 25,000.00" in refused["reason"]
    unknown = office.post("payment_requests/results", {**body, "number_format": "comma"}, expect=422)
    assert unknown["param"] == "/number_format"
    assert office.post("payment_requests/results", {**body, "number_format": "1.234,56"})["posted"] == 1


def test_a_bank_gets_no_file_without_our_own_bank_details(office: Till):
    ask(office, 25)
    refused = office.post("payment_requests/export", {"provider": office.generic, "format": "pain.008"}, expect=422)
    assert refused["code"] == "creditor_incomplete"
    creditor = {"name": "Shop", "iban": "DE02120300000000202051", "creditor_id": "DE98ZZZ09999999999"}
    office.patch(f"payment_gateway_providers/{office.generic}", {"creditor": creditor})
    made = office.post("payment_requests/export", {"provider": office.generic, "format": "pain.008"})
    assert (made["content"], made["written"]) == (None, [])
    [left] = made["left_out"]
    assert left["code"]
    assert left["reason"]
    refused = office.post("payment_requests/export", {"provider": office.provider, "format": "csv"}, expect=422)
    assert refused["code"] == "provider_executes_itself"


def test_the_list_tells_what_may_be_asked_for_and_beginning_the_rest_is_refused(office: Till):
    invoice = office.invoice(50)
    told = office.pay(50, method=office.generic_method, allocate_to=[invoice])
    [listed] = office.get("payment_requests", state="pending")["data"]
    assert listed["not_due"] is None
    office.credit_note(30, allocate_to=[invoice])
    [listed] = office.get("payment_requests", state="pending")["data"]
    assert (listed["not_due"]["code"], listed["not_due"]["amount"]) == ("less_is_owed", 2000)
    [result] = office.post("payment_requests/bulk/process", {"elements": [element(told, 1)]})["results"]
    assert (result["state"], result["error"]["code"]) == (None, "payment_request_not_due")
    request = office.get(f"payment_requests/{listed['id']}")
    assert (request["state"], request["error_code"], request["not_due"]) == ("rejected", "less_is_owed", None)
    assert office.get(f"payments/{told['id']}")["state"] == "draft"


def test_a_request_on_a_terminated_account_is_told_and_comes_back_as_a_draft(office: Till):
    invoice = office.invoice(50)
    told = office.pay(50, method=office.generic_method, allocate_to=[invoice])
    address = f"accounts/{told['account']}"
    outcome = office.get(f"{address}/termination")["outcome"]
    office.post(f"{address}/terminate", {"reason": "left", "expected_outcome": outcome})
    [listed] = office.get("payment_requests", state="pending")["data"]
    assert (listed["not_due"]["code"], listed["not_due"]["amount"]) == ("account_terminated", 0)
    assert office.get(f"payment_requests/{listed['id']}")["not_due"] == listed["not_due"]
    [result] = office.post("payment_requests/bulk/process", {"elements": [element(told, 1)]})["results"]
    assert result["error"]["code"] == "payment_request_not_due"
    assert office.get(f"payment_requests/{listed['id']}")["error_code"] == "account_terminated"
    assert office.get(f"payments/{told['id']}")["state"] == "draft"


def test_a_payment_in_advance_is_confirmed_when_it_is_asked_for(office: Till):
    refused = office.pay(50, method=office.generic_method, confirm_in_advance=False, expect=409)
    assert (refused["code"], "confirm_in_advance" in refused["detail"]) == ("charge_above_owed", True)
    assert office.get("payments")["data"] == []
    draft = office.post("payments", {"account": office.account, "amount": 5000, "method": office.generic_method})
    assert office.post(f"payments/{draft['id']}/post", {}, expect=409)["code"] == "charge_above_owed"
    assert office.post(f"payments/{draft['id']}/post", {"confirm_in_advance": True})["state"] == "pending"


def test_a_quick_payment_is_asked_about_alike(office: Till):
    """A debit for no invoice is under way over all that is owed."""
    invoice = office.invoice(25)
    debit = office.pay(25, method=office.generic_method, confirm_in_advance=False)
    office.post("payment_requests/bulk/process", {"elements": [element(debit, 1)]})
    where, whole = f"invoices/{invoice}/quick_pay", {"amount": "all", "method": office.generic_method}
    assert office.post(where, whole, expect=409)["code"] == "charge_above_owed"
    assert office.post(where, whole | {"confirm_in_advance": True})["state"] == "pending"


def test_a_card_for_an_invoice_is_charged_once_when_it_is_asked_twice(till: Till):
    """Nobody kept the answer, and no key stands for it."""
    meant = {"allocate_to": [till.invoice(25)], "confirm_in_advance": False}
    assert till.pay(25, **meant)["state"] == "posted"
    refused = till.pay(25, **meant, expect=409)
    assert (refused["code"], "0.00 EUR is open" in refused["detail"]) == ("charge_above_owed", True)
    assert till.pay(25, **meant | {"confirm_in_advance": True})["state"] == "posted"
