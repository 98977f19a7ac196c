"""Segments by API and page: one answer, live, and nobody without permission."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.api.client import ApiClient
from tests.dunning.conftest import plan_of_levels
from tests.factories import Ledger, make_company
from tests.pages.conftest import member, seat, version_in
from tests.runs.toy import TOY

from subledger.companies.errors import PermissionDenied
from subledger.companies.models import Company
from subledger.dunning.models import DunningPlan
from subledger.platform.callers import Caller, calling
from subledger.segments.models import Segment
from subledger.segments.services import create_segment, update_segment

CREDIT = {"name": "In credit", "about": "accounts", "criteria": {"standing": "in_credit"}}


@pytest.fixture
def api(ledger: Ledger, company: Company) -> ApiClient:
    return ApiClient(company)


@pytest.fixture
def desk(company: Company) -> Client:
    return seat(member(company, "billing_manager"), company)


def url(name: str, *args: Any) -> str:
    return reverse(f"backoffice:{name}", args=args)


def test_criteria_that_a_dunning_plan_goes_by_are_changed_by_who_may_change_plans(company: Company):
    """They say who is charged fees and interest, though no definition of runs names them."""

    def denied(permission: str) -> PermissionDenied:
        return PermissionDenied(permission, title=permission)

    segment = create_segment(**CREDIT, actor="test")
    plan = plan_of_levels(segment=segment)
    alone = Caller("ana", frozenset({"segments.edit"}), denied)
    changes = {"criteria": {"standing": "even"}}
    with calling(alone), pytest.raises(PermissionDenied, match="dunning"):
        update_segment(segment_id=segment.pk, changes=changes, actor="ana")
    with calling(alone):
        update_segment(segment_id=segment.pk, changes={"name": "Renamed"}, actor="ana")
    with calling(Caller("bo", frozenset({"segments.edit", "dunning.configure"}), denied)):
        update_segment(segment_id=segment.pk, changes=changes, actor="bo")
    DunningPlan.objects.filter(pk=plan.pk).update(is_active=False)
    with calling(alone):
        update_segment(segment_id=segment.pk, changes={"criteria": {"standing": "in_credit"}}, actor="ana")


def test_a_segment_by_api_from_preview_to_its_end(api: ApiClient, ledger: Ledger):
    ledger.payment(45)
    owing = ledger.open("Berta")
    ledger.invoice(10, account=owing, on="01/04", due="10/04")
    shown = api.post("segments/preview", {"about": "accounts", "criteria": {"standing": "in_credit"}}, expect=200)
    assert (shown["members"], shown["totals"][0]["credit"]) == (1, 4_500)
    made = api.post("segments", CREDIT, expect=201)
    assert made["id"].startswith("seg_")
    path = f"segments/{made['id']}"
    [found] = api.get(f"{path}/members")["data"]
    assert (found["object"], found["id"]) == ("account", ledger.account.public_id)
    assert api.get(f"{path}/members", starting_after=found["id"])["data"] == []
    assert api.patch(path, {"criteria": {"standing": "owes"}})["criteria"] == {"standing": "owes"}
    totals = api.get(f"{path}/totals")
    assert (totals["as_of"], totals["members"], totals["totals"][0]["overdue"]) == ("2026-05-20", 1, 1_000)
    late = {
        "name": "Late",
        "about": "transactions",
        "criteria": {"overdue_days_from": 30, "classifications": ["invoice"]},
    }
    of_invoices = api.post("segments", late, expect=201)
    [invoice] = api.get(f"segments/{of_invoices['id']}/members")["data"]
    assert (invoice["object"], invoice["amount"]) == ("transaction", 1_000)
    assert api.request("DELETE", path).status_code == 204
    api.get(f"{path}/members", expect=404)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"criteria": {"standing": "rich"}}, "/criteria/standing"),
        ({"criteria": {"balance_from": 1}}, "/criteria/currency"),
        ({"criteria": {"classifications": ["acl_0000000000000"]}}, "/criteria/classifications"),
        ({"criteria": {"classifications": ["nonsense"]}}, "/criteria/classifications"),
        ({"criteria": {"parent": "ACR9999999999"}}, "/criteria/parent"),
        ({"about": "customers"}, "/about"),
        ({"name": " "}, "/name"),
        ({"name": "4242 4242 4242 4242"}, "/name"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_api(api: ApiClient, change: dict[str, Any], param: str):
    assert api.post("segments", {**CREDIT, **change}, expect=422)["param"] == param
    assert not Segment.objects.exists()


def test_a_name_is_taken_once_and_a_segment_in_use_stays(api: ApiClient):
    made = api.post("segments", CREDIT, expect=201)
    assert api.post("segments", CREDIT, expect=409)["code"] == "segment_name_taken"
    other = api.post("segments", {**CREDIT, "name": "Other"}, expect=201)
    assert api.patch(f"segments/{other['id']}", {"name": "In credit"}, expect=409)["code"] == "segment_name_taken"
    body = {"kind": TOY.name, "name": "Using it", "criteria": {"to": 1, "segment": made["id"]}}
    used = api.post("run_definitions", body, expect=201)
    refused = api.request("DELETE", f"segments/{made['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "segment_in_use")
    assert "Using it" in refused.json()["detail"]
    assert api.request("DELETE", f"run_definitions/{used['id']}").status_code == 204
    assert api.request("DELETE", f"segments/{made['id']}").status_code == 204


def test_what_a_submitted_run_goes_by_is_changed_by_whoever_may_execute_it(api: ApiClient, company: Company):
    """Else whoever words segments would say whom a payment run charges."""
    made = api.post("segments", CREDIT, expect=201)
    schedule = {"every": "day", "start": "2026-01-01T09:00"}
    body = {"kind": TOY.name, "name": "Daily", "criteria": {"to": 1, "segment": made["id"]}, "schedule": schedule}
    used = api.post("run_definitions", body, expect=201)
    api.post(f"run_definitions/{used['id']}/effective")
    writer = ApiClient(company, scopes=("segments:write",))
    path = f"segments/{made['id']}"
    writer.patch(path, {"criteria": {"standing": "owes"}})
    api.post(f"run_definitions/{used['id']}/submit")
    assert writer.patch(path, {"criteria": {}}, expect=403)["code"] == "permission_denied"
    writer.patch(path, {"name": "Still in credit"})
    assert api.patch(path, {"criteria": {}})["criteria"] == {}


def test_permissions_and_companies_are_kept_apart(api: ApiClient, company: Company):
    made = api.post("segments", CREDIT, expect=201)
    reader = ApiClient(company, scopes=("segments:read",))
    assert reader.get(f"segments/{made['id']}")["name"] == "In credit"
    assert reader.get(f"segments/{made['id']}/members", expect=403)["code"] == "permission_denied"
    assert reader.post("segments", {**CREDIT, "name": "Mine"}, expect=403)["code"] == "permission_denied"
    stranger = ApiClient(make_company())
    assert stranger.get("segments")["data"] == []
    stranger.get(f"segments/{made['id']}/members", expect=404)
    stranger.get(f"segments/{made['id']}/totals", expect=404)


def test_a_segment_on_pages(desk: Client, ledger: Ledger):
    ledger.payment(45)
    ledger.open("Berta")
    new = url("segment_new", "accounts")
    assert "Balance from" in desk.get(new).content.decode()
    typed = {"name": "In credit", "criteria_standing": "in_credit", "criteria_balance_to": "-10"}
    refused = desk.post(new, typed)
    assert refused.status_code == 422
    assert refused.context["form"].errors["criteria_currency"], "beside its field"
    wrong = desk.post(new, {**typed, "criteria_currency": "eur", "criteria_balance_from": "5"})
    assert wrong.context["form"].errors["criteria_balance_to"]
    typed["criteria_currency"] = "eur"
    figures = desk.post(url("segment_figures", "accounts"), {**typed, "name": ""}).content.decode()
    assert "45.00" in figures
    assert (
        "Say which" in desk.post(url("segment_figures", "accounts"), {"criteria_balance_to": "-10"}).content.decode()
    ), "the figures say why there are none"
    assert desk.post(new, typed).status_code == 302
    segment = Segment.objects.get()
    assert segment.criteria == {"standing": "in_credit", "balance_to": -1_000, "currency": "eur"}
    shown = desk.get(url("segment", segment.pk)).content.decode()
    for text in ("In credit", "45.00", f"?segment={segment.public_id}"):
        assert text in shown, text
    listed = desk.get(url("accounts"), {"segment": segment.public_id}).content.decode()
    assert ledger.account.number in listed
    assert "Berta" not in listed
    export = desk.get(url("accounts"), {"segment": segment.public_id, "export": "csv"})
    assert len(b"".join(export.streaming_content).decode().strip().splitlines()) == 2
    edit = url("segment_edit", segment.pk)
    opened = desk.get(edit)
    assert 'value="-10.00"' in opened.content.decode()
    changed = {**typed, **version_in(opened), "criteria_standing": "owes", "criteria_balance_to": ""}
    assert desk.post(edit, changed).status_code == 302
    assert Segment.objects.get().criteria == {"standing": "owes", "currency": "eur"}
    assert desk.post(edit, changed).status_code == 409, "somebody else was first"
    assert desk.post(url("segment_delete", segment.pk)).status_code == 302
    assert not Segment.objects.exists()


def test_a_segment_of_transactions_narrows_their_list(desk: Client, ledger: Ledger):
    late = ledger.invoice(10, on="01/04", due="10/04")
    ledger.invoice(20, on="01/05", due="30/05")
    segment = create_segment(name="Late", about="transactions", criteria={"overdue_days_from": 30}, actor="test")
    listed = desk.get(url("transactions"), {"segment": segment.public_id}).content.decode()
    assert late.number in listed
    assert "20.00" not in listed
    nonsense = desk.get(url("transactions"), {"segment": "seg_0000000000000"})
    assert nonsense.status_code == 422


@pytest.mark.parametrize("about", ["accounts", "transactions"])
def test_who_may_not_see_members_is_not_told_what_they_come_to(ledger: Ledger, company: Company, about: str):
    ledger.invoice(10)
    segment = create_segment(name="All", about=about, criteria={}, actor="test")
    key = ApiClient(company, scopes=("segments:read", "products:write"))
    path = f"segments/{segment.public_id}"
    assert key.get(path)["name"] == "All"
    for answer in (key.request("POST", "segments/preview", {"about": about}), key.request("GET", f"{path}/totals")):
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), answer.content
