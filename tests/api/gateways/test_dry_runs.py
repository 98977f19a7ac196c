"""``dry_run``: what is answered, refused and asked of nobody.

That nothing stays of any operation's is tried beside its repetition (`test_writes_are_done_once`).
"""

from __future__ import annotations

import pytest
from tests.api.client import books

from subledger.platform.scope import company_scope
from subledger.runs.models import Run
from subledger.transactions.models import Transaction

from .conftest import Till
from .writes import contents, dry


def test_it_answers_what_would_be_posted(till: Till):
    body = {"account": till.account, "state": "posted", "items": [{"unit_amount": 10000, "description": "Example"}]}
    shown = dry(till, "POST", "invoices", body).json()
    made = till.post("invoices", body)
    told = ("number", "posted_on", "due_on", "amount", "state", "unsettled_amount")
    assert [shown[name] for name in told] == [made[name] for name in told]
    assert till.get(f"invoices/{shown['id']}", expect=404)["code"] == "not_found"


def test_a_charge_is_shown_as_asked_for_and_no_gateway_is_called(till: Till):
    body = {
        "account": till.account, "state": "posted", "amount": 2500, "method": till.method, "confirm_in_advance": True,
    }  # fmt: skip
    shown = dry(till, "POST", "payments", body)
    assert (shown.status_code, shown.json()["state"], till.desk.bank.orders) == (201, "pending", [])


def test_a_run_is_shown_as_its_preview(till: Till):
    till.post(
        "invoices", {"account": till.account, "state": "posted", "items": [{"unit_amount": 100, "description": "A"}]}
    )
    body = {"kind": "payments", "name": "Cards", "criteria": {"provider": till.provider}}
    ident = till.post("run_definitions", body)["id"]
    asked = dry(till, "POST", f"run_definitions/{ident}/execute", {})
    assert (asked.status_code, asked.json()["code"]) == (409, "run_definition_not_effective")
    till.post(f"run_definitions/{ident}/effective")
    shown = dry(till, "POST", f"run_definitions/{ident}/execute", {})
    assert (shown.status_code, shown.json()["object"]) == (200, "run_preview")
    with company_scope(till.company.pk):
        assert not Run.objects.exists()


def test_a_refusal_is_the_deeds_own(till: Till):
    body = {"account": till.account, "state": "posted", "amount": -5}
    shown, refused = dry(till, "POST", "payments", body), till.request("POST", "payments", body)
    assert (shown.status_code, shown.json()["code"]) == (refused.status_code, refused.json()["code"])


@pytest.mark.parametrize("said", ["maybe", "", "true&dry_run=false"])
def test_what_is_neither_yes_nor_no_is_refused(till: Till, said: str):
    shown = dry(till, "POST", "customers", {"name": "Ann"}, said=said)
    assert (shown.status_code, shown.json()["param"]) == (422, "/dry_run")


def test_no_is_the_deed_itself(till: Till):
    made = dry(till, "POST", "customers", {"name": "Ann"}, said="false")
    assert (made.status_code, "Dry-Run" in made) == (201, False)
    till.get(f"customers/{made.json()['id']}")


def test_what_the_address_of_a_write_says_and_nobody_reads_is_refused(till: Till):
    before = contents()
    refused = till.request("POST", "customers?dryrun=true", {"name": "Ann"})
    assert (refused.status_code, refused.json()["param"]) == (422, "/dryrun")
    assert contents() == before


def test_the_commit_that_travels_with_the_last_statement_does_not(committed_db: None):
    """Where it may: of a transaction that the tests do not hold open themselves."""
    api = books()
    body = {
        "account": api.account,
        "state": "posted",
        "amount": 500,
        "posted_on": "2026-05-04",
        "confirm_posted_on": True,
    }
    assert dry(api, "POST", "payments", body).status_code == 201
    with company_scope(api.company.pk):
        assert not Transaction.objects.exists()
    api.post("payments", body)
    with company_scope(api.company.pk):
        assert Transaction.objects.count() == 1
