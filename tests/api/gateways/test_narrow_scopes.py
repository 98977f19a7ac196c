"""A key whose scope names one deed on payment requests does that deed, and none beside it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.client import ApiClient

from subledger.companies.permissions import permissions_of

from .conftest import Till
from .writes import generic, unbooked_fact


def deeds(till: Till) -> dict[str, tuple[str, Any]]:
    """What can be done with a request of a generic gateway, by the part of `gateways.charge` that it needs."""
    provider, method = generic(till)
    asked, other = (till.pay(25, method=method)["payment_request"]["id"] for _ in range(2))
    said = {"request_unique_identifier": "1", "request": asked, "reference": "B-1"}
    return {
        "export": ("payment_requests/export", {"provider": provider, "format": "csv"}),
        "withdraw": (f"payment_requests/{other}/withdraw", {}),
        "report": ("payment_requests/bulk/post", {"provider": provider, "elements": [said]}),
        "unbooked": (f"unbooked_facts/{unbooked_fact(till)}/resolve", {"resolution": "Asked."}),
        "look_up": (f"payment_requests/{asked}/look_up", {}),
    }


SCOPES = {
    "unbooked_facts:write": {"unbooked"},
    "retries:write": set(),
    "payment_requests:write": {"export", "withdraw", "report", "look_up"},
    "links:write": set(),
    "gateways.charge": {"export", "withdraw", "report", "unbooked", "look_up"},
    "gateways.charge:export": {"export"},
    "gateways.charge:report": {"report"},
    "gateways.charge:withdraw": {"withdraw"},
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_narrow_scope_opens_its_own_deed_alone(till: Till, scope: str):
    client = ApiClient(till.company, scopes=(scope,))
    asked = deeds(till)
    for part, (path, body) in asked.items():
        if part not in SCOPES[scope]:
            told = client.post(path, body, expect=403)
            assert (told["code"], f"gateways.charge:{part}" in told["detail"]) == ("permission_denied", True), told
    for part in SCOPES[scope]:
        path, body = asked[part]
        answer = client.post(path, body)
        assert answer.get("refused", 0) == 0, answer


def test_scopes_of_payment_requests_neither_pay_nor_refund_by_themselves(till: Till):
    """A payment asks for its own posting beside: the two scopes together charge, neither does alone."""
    _, method = generic(till)
    body = {"account": till.account, "state": "posted", "amount": 500, "method": method, "confirm_in_advance": True}
    for scopes in (("payment_requests:write",), ("payments:write",), ("payments:write", "unbooked_facts:write")):
        assert ApiClient(till.company, scopes=scopes).post("payments", body, expect=403)["code"] == "permission_denied"
    both = ApiClient(till.company, scopes=("payments:write", "payment_requests:write"))
    assert both.post("payments", body, expect=201)["state"] == "pending"


def test_no_scope_of_a_resource_stands_for_the_whole_of_charging():
    for scope in ("payment_requests:write", "unbooked_facts:write", "retries:write", "links:write", "accounts:write"):
        assert "gateways.charge" not in permissions_of([scope])
    assert {"gateways.charge:retry", "retries.stop"} == permissions_of(["retries:write"])


def test_a_marked_file_is_given_again_to_who_may_export(till: Till):
    provider, method = generic(till)
    asked = till.pay(25, method=method)["payment_request"]["id"]
    lost = till.post("payment_requests/export", {"provider": provider, "format": "csv", "mark": True})
    assert till.get(f"payment_requests/{asked}")["state"] == "under_processing"
    client = ApiClient(till.company, scopes=("gateways.charge:export",))
    for message in ({}, {"message": lost["message"]}):
        assert client.post("payment_requests/export/again", {"provider": provider, **message}) == lost
    till.post("payment_requests/export/again", {"provider": provider, "message": "MSG-NONE"}, expect=404)
    reader = ApiClient(till.company, scopes=("marked_files:read",))
    [listed] = reader.get("marked_files")["data"]
    assert (listed["message"], listed["requests"], listed["format"]) == (lost["message"], 1, "csv")
    assert listed["sums"] == [{"currency": "eur", "amount": 2500}]
    assert reader.get(f"marked_files/{listed['id']}") == listed
    assert reader.get("marked_files", provider=provider, message="MSG-NONE")["data"] == []
    other = ApiClient(till.company, scopes=("gateways.charge:report",))
    assert (
        other.post("payment_requests/export/again", {"provider": provider}, expect=403)["code"] == "permission_denied"
    )
