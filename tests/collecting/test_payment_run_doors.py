"""Payment runs by page and by API: one answer, and what became of the charges at each."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.api.client import ApiClient
from tests.collecting.house import House
from tests.gateways.toy import decline, succeed
from tests.pages.conftest import member, seat, version_in

from subledger.companies.models import Company
from subledger.runs.models import Run, RunDefinition

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(house: House, company: Company) -> Any:
    return seat(member(company, "administrator"), company)


def url(name: str, *args: Any) -> str:
    return reverse(f"backoffice:{name}", args=args)


def test_a_payment_run_on_pages(house: House, desk: Any):
    house.ledger.invoice(50, account=house.customer("Charged"))
    house.ledger.invoice(70, account=house.customer("Declined"))
    house.ledger.invoice(90, account=house.customer("Without", card=False))
    typed = {"name": "Month", "criteria_provider": house.desk.provider.public_id, "criteria_selects": "invoices"}
    new = url("run_definition_new", "payments")
    refused = desk.post(new, {**typed, "criteria_excluded_accounts": "nobody"})
    assert refused.status_code == 422
    assert "There is no account &#x27;nobody&#x27;." in refused.content.decode()
    assert 'aria-invalid="true"' in refused.content.decode(), "beside the field"
    empty = desk.get(new).content.decode()
    label = empty[empty.index('for="id_criteria_provider"') :].partition("</label>")[0]
    assert "optional" not in label
    assert 'data-shown-for="every once second' in empty, "what is of no use by hand only is hidden by scripts"
    unchosen = desk.post(new, {**typed, "criteria_provider": ""})
    assert unchosen.status_code == 422
    assert "Nothing is chosen. Choose one." in unchosen.content.decode()
    assert "There is no such" not in unchosen.content.decode()
    assert desk.post(new, typed).status_code == 302
    made = RunDefinition.objects.get()
    assert "Toy bank" in desk.get(url("run_definition", made.pk)).content.decode()
    preview = desk.get(url("run_preview", made.pk)).content.decode()
    for told in ("Charged", "Without", "Visa •••• 4242", "120.00"):
        assert told in preview
    assert url("run_definition_action", made.pk, "execute") not in preview, "it is no draft that is executed"
    for verb in ("activate", "execute"):
        desk.post(url("run_definition_action", made.pk, verb), {})
    assert (
        desk.get(url("run_preview", made.pk)).content.decode().count(url("run_definition_action", made.pk, "execute"))
    )
    run = Run.objects.get()
    house.bank.script = [succeed, decline]
    house.charge(house.charge(run))
    assert "Month" in desk.get(url("payment_runs")).content.decode()
    steps = desk.get(url("run_steps", run.pk)).content.decode()
    assert "Visa •••• 4242" in steps
    assert "Charged" in desk.get(url("run_steps", run.pk), {"export": "csv"}).getvalue().decode()
    page = desk.get(url("run", run.pk)).content.decode()
    assert "No way to pay of this provider" in page
    assert "50.00" in page
    assert "state=rejected&amp;error=card_declined" in page
    charges = url("payment_run_charges", run.pk)
    found = {
        asked: desk.get(charges, {"standing": asked}).content.decode().count("PRQ-")
        for asked in ("posted", "rejected", "waiting", "taken_back")
    }
    assert {asked: number > 0 for asked, number in found.items()} == {
        "posted": True, "rejected": True, "waiting": False, "taken_back": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "typed", "field", "emptied"),
    [
        ("card-expiry", {"criteria_days": "14", "criteria_before_charge": "on"}, "days", []),
        ("payments", {"criteria_selects": "invoices"}, "selects", ""),
    ],
)
def test_what_is_emptied_is_refused_by_page_and_api(
    house: House, desk: Any, company: Company, kind: str, typed: dict[str, str], field: str, emptied: Any
):
    """It was saved as 30 and 7 days, and as invoices, without a word."""
    api, typed = ApiClient(company), {"name": "One", "criteria_provider": house.desk.provider.public_id, **typed}
    assert desk.post(url("run_definition_new", kind), typed).status_code == 302
    made = RunDefinition.objects.get()
    empty, edit = {**typed, f"criteria_{field}": ""}, url("run_definition_edit", made.pk)
    edited = desk.post(edit, {**empty, **version_in(desk.get(edit))})
    begun = desk.post(url("run_definition_new", kind), {**empty, "name": "Two"})
    criteria = {**api.get(f"run_definitions/{made.public_id}")["criteria"], field: emptied}
    told = api.patch(f"run_definitions/{made.public_id}", {"criteria": criteria}, expect=422)
    for answer in (edited, begun):
        assert answer.status_code == 422
        assert answer.context["form"].errors == {f"criteria_{field}": [told["detail"]]}
    was = dict(made.criteria)
    made.refresh_from_db()
    assert made.criteria == was
    assert RunDefinition.objects.count() == 1


def test_a_payment_run_by_api(house: House, company: Company):
    api = ApiClient(company)
    house.ledger.invoice(50)
    body = {"kind": "payments", "name": "Month", "criteria": {"provider": house.desk.provider.public_id}}
    unchosen = api.post("run_definitions", {**body, "criteria": {}}, expect=422)
    assert "No payment gateway is chosen." in unchosen["detail"]
    refused = api.post("run_definitions", {**body, "criteria": {"provider": "gwp_none"}}, expect=422)
    assert refused["param"] == "/criteria/provider"
    made = api.post("run_definitions", body, expect=201)
    api.post(f"run_definitions/{made['id']}/effective", expect=200)
    started = api.post(f"run_definitions/{made['id']}/execute", {}, expect=201)
    house.charge(house.charge(Run.objects.get()))
    told = api.get(f"runs/{started['id']}")
    assert told["charges"] == [
        {"state": "posted", "error_code": None, "currency": "eur", "requests": 1, "amount": 5000}
    ]
    [asked] = api.get("payment_requests")["data"]
    assert asked["run"] == started["id"]
