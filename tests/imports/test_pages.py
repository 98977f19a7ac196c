"""What the pages of an import that a worker carried out lead to: its run, its rows, the file of those it rejected."""

from __future__ import annotations

import re
from base64 import b64encode
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from tests.api.client import ApiClient
from tests.factories import company_at_work
from tests.pages.conftest import member, seat

from subledger.accounts.models import Account, Customer
from subledger.imports import files, services
from subledger.imports.models import ImportChunk, ImportOrder, ImportRun
from subledger.messages.models import MessageSettings
from subledger.platform.models import Event
from subledger.runs.services import worker
from subledger.transactions.models import Transaction

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


# -- files of which nobody waits for the end


@pytest.fixture
def any_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the size that is read while somebody waits."""
    monkeypatch.setattr(services, "SMALL", 10)


def uploaded(desk: Client, *, keep: bool = False, content: bytes = FILE, **headers: str) -> HttpResponse:
    file = SimpleUploadedFile("may.csv", content)
    typed = {"kind": "payments", "file": file, "create_missing": "on", **({"keep": "1"} if keep else {})}
    return desk.post(reverse("backoffice:import_new"), typed, headers=headers)


@pytest.mark.parametrize(
    ("shown", "now", "fils"), [("1,234.56", "1.234,56", 1_234), ("1.234,56", "1,234.56", 1_234_000)]
)
def test_what_was_shown_is_imported_as_it_was_shown(company, shown: str, now: str, fils: int):
    """The company's format changes between the look and *Import*; looked at anew, a file is read as it says now."""
    company.number_format = shown
    company.save()
    desk, address = seat(member(company, "administrator")), reverse("backoffice:import_new")
    ApiClient(company).post("exchange_rates", {"currency": "kwd", "rate": "3", "on": "2026-05-01"}, expect=201)
    file = b"account,amount,currency,posted_on,reference\nA1,1.234,KWD,2026-05-04,R1\n"

    def sent(**more: str) -> str:
        typed = {"kind": "payments", "file": SimpleUploadedFile("may.csv", file), "create_missing": "on", **more}
        return desk.post(address, typed).content.decode()

    page = sent()
    [carried] = re.findall(r'name="shown_number_format" value="([^"]*)" form="import-form"', page)
    assert carried == shown
    company.number_format = now
    company.save()
    assert f'name="shown_number_format" value="{now}"' in sent(shown_number_format=shown), "checked again"
    kept = sent(keep="1", shown_number_format=shown)
    assert "Imported" in kept, re.sub(r"\s*<[^>]+>\s*", " ", kept[kept.index('id="result"') :])
    assert Transaction.objects.get().amount_minor == fils


def test_a_format_that_is_none_is_refused_beside_its_field(company):
    typed = {"kind": "payments", "file": SimpleUploadedFile("may.csv", FILE), "keep": "1", "shown_number_format": "12"}
    answer = seat(member(company, "administrator")).post(reverse("backoffice:import_new"), typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["number_format"])
    assert not ImportOrder.objects.exists()


@pytest.mark.usefixtures("any_is_large")
def test_a_large_file_is_checked_by_a_run_and_nothing_of_it_stays(company):
    desk = seat(member(company, "administrator"))
    answer = uploaded(desk)
    order = ImportOrder.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("backoffice:run", args=[order.run_id]))
    assert "Check of a file" in desk.get(answer["Location"]).content.decode()
    worker.work(order.run_id)
    shown = desk.get(reverse("backoffice:import", args=[order.pk])).content.decode()
    for words in ("Would be created", "Checked", "is not an amount"):
        assert words in shown
    assert not Transaction.objects.exists()
    assert not ImportRun.objects.exists()
    assert not Account.objects.filter(type="customer").exists()
    assert not ImportChunk.objects.filter(content=files.FILE).exists()
    assert "See what would be imported" in desk.get(answer["Location"]).content.decode()
    rejected = desk.get(reverse("backoffice:import_rejected", args=[order.pk]))
    assert b"A3,many" in b"".join(rejected.streaming_content)
    assert not Event.objects.filter(type__startswith="import.").exists()


@pytest.mark.usefixtures("any_is_large")
def test_a_large_file_is_imported_by_a_run_that_the_page_leads_to(company):
    desk = seat(member(company, "administrator"))
    answer = uploaded(desk, keep=True, content=FILE.replace(b"many", b"7"), **{"HX-Request": "true"})
    order = ImportOrder.objects.get()
    assert answer["HX-Redirect"] == reverse("backoffice:run", args=[order.run_id])
    assert not Transaction.objects.exists()
    worker.work(order.run_id)
    assert Transaction.objects.count() == 2
    assert ImportRun.objects.get().created == 2


def test_a_small_file_is_checked_at_once(company):
    answer = uploaded(seat(member(company, "administrator")))
    assert answer.status_code == 200
    assert "Checked: nothing is imported yet" in answer.content.decode()
    assert not ImportOrder.objects.exists()


@pytest.mark.parametrize("keep", [False, True])
def test_a_file_larger_than_an_upload_may_be_is_refused_with_what_to_do(company, keep):
    with override_settings(IMPORT_LIMIT_BYTES=len(FILE) - 1):
        answer = uploaded(seat(member(company, "administrator")), keep=keep)
    assert answer.status_code == 413
    assert "Import it with `subledger import`, or split it." in unescape(answer.content.decode())
    assert not ImportOrder.objects.exists()
    assert not ImportChunk.objects.exists()


def test_a_checked_file_says_how_many_customers_would_be_written_to(company, ledger):
    Customer.objects.filter(pk=ledger.account.customer_id).update(email="ana@example.com")
    MessageSettings.objects.update(automatic=["payment_receipt"])
    content = f"account,amount,posted_on\n{ledger.account.number},5.00,2026-05-04\n".encode()
    desk = seat(member(company, "administrator"))
    assert "Receipts that would be sent to customers" in uploaded(desk, content=content).content.decode()
    told = ApiClient(company)
    assert "Receipts sent to customers" in uploaded(desk, content=content, keep=True).content.decode()
    assert told.get("imports")["data"][0]["receipts"] == 1
    record = reverse("backoffice:import", args=[ImportRun.objects.get().pk])
    assert "Receipts sent to customers" in desk.get(record).content.decode()
