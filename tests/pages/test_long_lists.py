"""Lists and reports as files of any length: fetched by portions, in the memory of a few thousand rows."""

from __future__ import annotations

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse
from tests.api.client import ApiClient
from tests.factories import Ledger
from tests.long_files import MANY, MIB, fetches, most_memory
from tests.pages.conftest import member, seat

from subledger.page_kit import tables
from subledger.platform import rows
from subledger.platform.scope import current_company_id
from subledger.reports.orders import order_check
from subledger.runs.models import Run, RunFile
from subledger.runs.services.worker import work


@pytest.fixture
def journal(ledger: Ledger) -> Ledger:
    """Ten lines of the journal."""
    for _ in range(5):
        ledger.payment(10, on="05/05")
    return ledger


def test_the_page_of_a_report_streams_its_files_with_their_totals(journal: Ledger, desk, monkeypatch, tmp_path):
    monkeypatch.setattr(rows, "PORTION", 4)
    address = reverse("backoffice:general_journal")
    with fetches() as fetched:
        answer = desk.get(f"{address}?export=csv")
        assert fetched == []
        assert answer.getvalue().count(b"\n") == 11
        assert fetched == [4, 4, 2, 0]
    written = tmp_path / "journal.xlsx"
    written.write_bytes(desk.get(f"{address}?export=xlsx").getvalue())
    last = [cell for cell in list(openpyxl.load_workbook(written).active.values)[-1] if cell is not None]
    assert last == ["Total", "EUR", 50, 50]
    sorted_by_name = desk.get(f"{address}?export=csv&sort=-name").getvalue().decode().splitlines()[1:]
    assert sorted_by_name == sorted(sorted_by_name, key=lambda line: line.split(",")[7], reverse=True)


def test_a_list_is_fetched_by_portions(journal: Ledger, desk, monkeypatch):
    monkeypatch.setattr(tables, "PORTION", 2)
    with fetches() as fetched:
        answer = desk.get(f"{reverse('backoffice:transactions')}?export=csv")
        assert fetched == []
        assert answer.getvalue().count(b"\n") == 6
        assert fetched == [2, 2, 1, 0]


@pytest.mark.slow
def test_a_million_rows_of_a_list_take_no_memory(desk, ledger: Ledger):
    run = order_check(actor="test")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO runs_runstep (company_id, run_id, position, key, prefix, currency, outcome, reason, detail)
            SELECT %s, %s, g, 'rule ' || g, '', '', 'open', '', '' FROM generate_series(1, %s) g
            """,
            [current_company_id(), run.pk, MANY],
        )
    address = reverse("backoffice:run_steps", args=[run.pk])
    grown, lines = most_memory(lambda: desk.get(f"{address}?export=csv").streaming_content)
    assert lines == MANY + 1
    assert grown < 16 * MIB


def test_the_file_of_a_list_is_given_to_its_asker_alone(company):
    """A list shows some people more than others: here their colleagues' addresses."""
    ana, bob = member(company, "administrator"), member(company, "auditor")
    run = seat(ana).post("/reports/file/?list=/configuration/people/", {})["Location"]
    work(Run.objects.get(kind="list_file").pk)
    file = RunFile.objects.get()
    address = reverse("backoffice:run_file", args=[file.pk])
    assert seat(ana).get(address).getvalue().startswith(b"PK")
    assert address in seat(ana).get(run).content.decode()
    assert seat(bob).get(address).status_code == 403
    assert address not in seat(bob).get(run).content.decode()
    refused = ApiClient(company).get(f"runs/{file.run.public_id}/files/{file.public_id}", expect=403)
    assert refused["code"] == "file_of_another"
