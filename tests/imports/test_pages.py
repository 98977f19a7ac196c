"""What the pages of an import that a worker carried out lead to: its run, its rows, the file of those it rejected."""

from __future__ import annotations

from base64 import b64encode

import pytest
from django.urls import reverse
from tests.api.client import ApiClient
from tests.factories import company_at_work
from tests.pages.conftest import member, seat

from subledger.imports.models import ImportOrder
from subledger.runs.services import worker

FILE = b"account,amount,posted_on,reference\nA1,5.00,2026-05-04,R1\nA3,many,2026-05-05,R3\n"


@pytest.fixture
def row(company) -> ImportOrder:
    said = {"kind": "payments", "name": "may.csv", "file": b64encode(FILE).decode(), "create_missing": True}
    ApiClient(company).post("imports", said, expect=201)
    found = ImportOrder.objects.get()
    worker.work(found.run_id)
    found.refresh_from_db()
    return found


def test_a_run_of_an_import_leads_to_its_rejected_rows_for_those_who_may_import(row, company):
    desk, auditor = seat(member(company, "administrator")), seat(member(company, "auditor"))
    address = reverse("backoffice:import_rejected", args=[row.pk])
    shown = reverse("backoffice:run", args=[row.run_id])
    assert address in desk.get(shown).content.decode()
    assert address not in auditor.get(shown).content.decode()
    answer = desk.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv")
    [head, rejected] = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert head.startswith("account,amount,posted_on,reference,line,column,code,reason")
    assert rejected.startswith("A3,many,2026-05-05,R3,3,amount,amount_invalid,")
    assert auditor.get(address).status_code == 403


def test_rejected_rows_of_another_company_are_not_found(row):
    with company_at_work() as other:
        stranger = seat(member(other, "administrator"))
        assert stranger.get(reverse("backoffice:import_rejected", args=[row.pk])).status_code == 404
