"""Workbooks of long lists and reports are made by runs: with progress, a notice, a mail where it is asked for."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.urls import reverse
from tests.api.client import ApiClient
from tests.factories import Ledger
from tests.pages.conftest import member, seat

from subledger.companies.models import Company, Membership
from subledger.messages.models import Message
from subledger.page_kit import filed, long_lists, workers
from subledger.platform import clock
from subledger.reports import api
from subledger.reports.orders import order_report_file
from subledger.runs.models import Run
from subledger.runs.progress import listening
from subledger.runs.queries import content_of, files_of, steps_of
from subledger.runs.services.worker import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def long(ledger: Ledger, monkeypatch) -> Ledger:
    """Five payments, where three are too many to wait for."""
    for module in (filed, api):
        monkeypatch.setattr(module, "AT_ONCE", 3)
    monkeypatch.setattr(workers, "TOLD_EVERY", 2)
    for amount in range(10, 15):
        ledger.payment(amount, on="05/05")
    return ledger


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def rows_of(content: bytes) -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.values)


def made(run: Run) -> tuple[str, list[tuple]]:
    [file] = files_of(run.pk)
    return file.name, rows_of(b"".join(content_of(file)))


def the_run() -> Run:
    run: Run = Run.objects.get()
    return run


def test_a_long_list_leads_to_a_run_that_writes_it_with_progress(long: Ledger, company: Company, monkeypatch):
    desk = seat(member(company, "accountant"))
    address = f"{reverse('backoffice:transactions')}?classification=payment&sort=amount_minor"
    whole = openpyxl.load_workbook(io.BytesIO(at_once(desk, address, monkeypatch)))
    page = desk.get(address)
    [later] = {one for one in page.content.decode().split('"') if one.startswith("/reports/file/")}
    later = later.replace("&amp;", "&")
    assert desk.get(f"{address}&export=xlsx")["Location"] == later
    assert "more than 10 000 rows" in text_of(desk.get(later))
    assert not Run.objects.exists(), "a look makes nothing"
    asked = desk.post(later)
    run = the_run()
    assert asked["Location"] == reverse("backoffice:run", args=[run.pk])
    heard: list[tuple[str, int, int | None]] = []
    with listening(lambda *told: heard.append(told)):
        work(run.pk)
    assert heard == [("Writing rows", 2, 5), ("Writing rows", 4, 5)]
    name, rows = made(run)
    assert name == f"transactions_{company.code}_2026-05-20.xlsx"
    assert rows == list(whole.active.values)
    assert len(rows) == 6
    assert "5 rows." in [step.detail for step in steps_of(run.pk)]
    assert "Files ready to download" in text_of(desk.get("/"))
    assert name in text_of(desk.get(asked["Location"]))
    assert not Message.objects.exists(), "nobody asked to be told"


def test_a_report_without_a_day_is_of_the_day_on_which_it_was_ordered(long: Ledger):
    """A worker may come to it after midnight."""
    with clock.frozen(datetime(2026, 5, 20, 22, tzinfo=UTC)):
        run = order_report_file(report="aged-receivables", parameters={}, actor="test")
    with clock.frozen(datetime(2026, 5, 21, 2, tzinfo=UTC)):
        work(run.pk)
    name, rows = made(run)
    assert name.endswith("_2026-05-20.xlsx")
    assert "2026-05-20" in str(rows[:6])
    assert "2026-05-21" not in str(rows[:6])


NIGHT = datetime(2026, 5, 21, 2, tzinfo=UTC)  # the worker comes to what was ordered in the evening


@pytest.mark.parametrize("page", ["open-items", "aged-receivables", "general-journal", "statement"])
def test_a_page_is_of_the_day_on_which_its_file_was_ordered(
    long: Ledger, company: Company, monkeypatch: pytest.MonkeyPatch, page: str
):
    """Its criteria are of today where nobody says a day; the link beside it has the days that it shows."""
    long.invoice(70, on="06/05")
    desk = seat(member(company, "accountant"))
    monkeypatch.setattr(filed, "AT_ONCE", 0)
    address = f"/reports/{page}/"
    if page == "statement":
        address = reverse("backoffice:account_statement", args=[long.account.pk])
    evening = datetime(2026, 5, 20, 19, tzinfo=UTC)
    with clock.frozen(evening):
        desk.post(f"{reverse('backoffice:long_file')}?list={address}")
        shown = desk.get(address, {"export": "xlsx"})["Location"]
    with clock.frozen(NIGHT):
        desk.post(shown)
        for run in Run.objects.order_by("pk"):
            work(run.pk)
            name, rows = made(run)
            assert "2026-05-20" in name, "of the day"
            assert "2026-05-21" not in name + str(rows[:6])


def test_a_period_left_open_ends_on_the_day_of_the_order(long: Ledger, company: Company):
    desk = seat(member(company, "accountant"))
    address = "/reports/general-journal/?period_from=2026-02-01"
    with clock.frozen(datetime(2026, 5, 20, 19, tzinfo=UTC)):
        desk.post(reverse("backoffice:long_file"), QUERY_STRING=f"list={quote(address)}")
    assert the_run().criteria["address"].endswith("?period_from=2026-02-01&period_to=2026-05-20")


@pytest.mark.parametrize("asked", ["as_of=nonsense", "period_from=2030-01-01", "as_of=2026-03-01"])
def test_days_that_were_said_stay_as_they_were(long: Ledger, company: Company, asked: str):
    """What cannot be read is told by whoever writes the file."""
    name = "general-journal" if asked.startswith("period") else "aged-receivables"
    address = f"/reports/{name}/?{asked}"
    seat(member(company, "accountant")).post(reverse("backoffice:long_file"), QUERY_STRING=f"list={quote(address)}")
    assert the_run().criteria["address"] == address


def at_once(desk, address: str, monkeypatch) -> bytes:
    with monkeypatch.context() as patched:
        patched.setattr(filed, "AT_ONCE", 1_000)
        content: bytes = desk.get(f"{address}&export=xlsx").getvalue()
        return content


def test_whoever_asks_for_it_is_told_by_mail(long: Ledger, company: Company):
    user = member(company, "accountant")
    user.first_name, user.email = "Ana", "ana@example.com"
    user.save()
    desk = seat(user)
    later = desk.get(f"{reverse('backoffice:open_items')}?export=xlsx")["Location"]
    assert "Mail me when it is ready" in text_of(desk.get(later))
    desk.post(later, {"mail": "on"})
    run = the_run()
    work(run.pk)
    name, rows = made(run)
    assert rows[0][0] == "Open items"
    assert rows[-1][0] == "Total"
    told = Message.objects.get()
    assert (told.kind, told.recipient, told.subject) == ("file_ready", "ana@example.com", f"{name} is ready")
    assert f"kept until {clock.now().date() + timedelta(days=30)}" in told.body


def test_a_short_list_is_there_at_once(long: Ledger, company: Company):
    desk = seat(member(company, "accountant"))
    answer = desk.get(f"{reverse('backoffice:transactions')}?classification=invoice&export=xlsx")
    assert answer.status_code == 200
    assert len(rows_of(answer.getvalue())) == 1


def test_who_left_meanwhile_or_may_not_see_the_list_gets_no_file(long: Ledger, company: Company):
    user = member(company, "accountant")
    desk = seat(user)
    later = desk.get(f"{reverse('backoffice:transactions')}?export=xlsx")["Location"]
    desk.post(later)
    run = the_run()
    Membership.objects.filter(user=user).delete()
    work(run.pk)
    assert not files_of(run.pk).exists()
    [step] = steps_of(run.pk)
    assert (step.outcome, step.reason) == ("failed", "asker_gone")
    assert seat(member(company, "viewer")).get(later).status_code == 403


def test_what_is_no_list_cannot_be_asked_for(long: Ledger, company: Company):
    desk = seat(member(company, "accountant"))
    assert "Which list?" in text_of(desk.get(reverse("backoffice:long_file")))
    assert desk.post(reverse("backoffice:long_file")).status_code == 422
    for address in ("/nowhere/", reverse("backoffice:home"), "https://example.com/transactions/", "/login/"):
        assert desk.get(reverse("backoffice:long_file"), {"list": address}).status_code == 422
    with pytest.raises(long_lists.NoList):
        long_lists.list_view("/api/v1/transactions")


def test_programs_ask_for_a_run_too(long: Ledger, company: Company):
    client = ApiClient(company)
    refused = client.get("reports/general-journal", expect=422, format="xlsx")
    assert (refused["code"], refused["param"]) == ("report_too_long", "format")
    order = {"report": "general-journal", "parameters": {"from": "2026-05-01", "to": "2026-05-31"}}
    answer = client.post("report_exports", order)
    run = the_run()
    assert answer == {"object": "run_order", "run": run.public_id}
    work(run.pk)
    name, rows = made(run)
    assert name == f"general-journal_{company.code}_2026-05-01_2026-05-31.xlsx"
    assert [cell for cell in rows[-1] if cell is not None] == ["Total", "EUR", 60, 60]
    [file] = client.get(f"runs/{run.public_id}/files")["data"]
    assert file["name"] == name
    wrong = {"report": "general-journal", "parameters": {"colour": "red"}}
    assert client.post("report_exports", wrong, expect=422)["code"] == "report_parameter_invalid"
