"""The page of a month's end, the way down from the trial balance to a document, and what files of lists are called."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from tests.endings import close_books
from tests.factories import Ledger
from tests.pages.test_gateways import text_of

from subledger.companies.models import Company
from subledger.journal.models import MonthEndMark
from subledger.runs.models import Run
from subledger.runs.queries import files_of
from subledger.runs.services.worker import work

MONTH_END = "/month-end/?month=2026-05"


def hidden(answer, item: str) -> dict[str, str]:
    """What the form of a line sends."""
    [form] = re.findall(rf'<form method="post"[^>]*>(?:(?!</form>).)*name="item" value="{item}".*?</form>',
                        answer.content.decode(), re.DOTALL)  # fmt: skip
    return dict(re.findall(r'name="(month|item|seen|verb)" value="([^"]*)"', form))


def test_a_month_is_looked_at_marked_closed_and_reopened(sit, ledger: Ledger):
    ledger.payment(30, on="04/04")
    accountant = sit("accountant")
    assert "Month-end April 2026" in text_of(accountant.get("/month-end/")), "the first month that is over"
    april = "/month-end/?month=2026-04"
    page = accountant.get(f"{april}&all=1")
    said = text_of(page)
    assert "1 credit: 30.00 EUR." in said
    assert "EUR: aged receivables -30.00, 1200 Accounts receivable -30.00, difference 0.00" in said
    assert 'href="/reports/open-items/?as_of=2026-04-30"' in page.content.decode()
    done = accountant.post(april, hidden(page, "unapplied-credit"))
    assert (done.status_code, done["Location"]) == (302, f"{april}#line-unapplied-credit")
    page = accountant.get(f"{april}&all=1")
    assert re.search(r"Done by person-\w+ on 20 May 2026", text_of(page))
    ledger.payment(2, on="05/04")
    changed = accountant.get(f"{april}&all=1")
    assert "It said then: 1 credit: 30.00 EUR." in text_of(changed)
    stale = accountant.post(april, {**hidden(changed, "unapplied-credit"), "seen": "0" * 32})
    assert (stale.status_code, "was not marked as done" in text_of(stale)) == (409, True)
    assert accountant.post(april, hidden(changed, "unapplied-credit")).status_code == 302
    taken = hidden(accountant.get(f"{april}&all=1"), "unapplied-credit")
    assert taken["verb"] == "undone"
    accountant.post(april, taken)
    assert not MonthEndMark.objects.filter(undone_at=None).exists()
    close = re.search(r'href="(/configuration/periods/close/[^"]*)"', accountant.get(april).content.decode())
    assert close is not None
    assert 'value="2026-04-30"' in accountant.get(close[1]).content.decode()
    close_books(through=date(2026, 4, 30))
    closed = text_of(accountant.get(april))
    assert "The books are closed through 30 Apr 2026" in closed
    assert "Reopen the last period" in closed


def test_lines_that_read_all_books_come_behind_the_page(desk, ledger: Ledger):
    page = desk.get(MONTH_END).content.decode()
    assert re.findall(r'hx-get="[^"]*item=([\w-]+)"', page) == ["tie-out", "gaps"]
    part = desk.get(f"{MONTH_END}&item=gaps", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<li")
    assert "No gap in" in part


def test_who_may_only_look_marks_nothing(sit, ledger: Ledger):
    auditor = sit("auditor")
    page = auditor.get(f"{MONTH_END}&all=1")
    assert (page.status_code, "Mark as done" in text_of(page)) == (200, False)
    assert auditor.post(MONTH_END, {"item": "drafts"}).status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-5"])
def test_what_is_no_month_is_told_how_months_are_written(desk, month):
    refused = desk.get("/month-end/", {"month": month})
    assert (refused.status_code, "Write it as 2026-05" in text_of(refused)) == (422, True)


def test_a_figure_of_the_trial_balance_leads_to_its_document(desk, ledger: Ledger):
    sold = ledger.invoice(100, on="04/05", due="01/06")
    trial = desk.get("/reports/trial-balance/?period_from=2026-05-01&period_to=2026-05-31&compare=2026-04-30")
    assert "Compared" in text_of(trial)
    [card] = set(re.findall(r'href="(/reports/ledger-account/\?ledger_account=1200[^"]*)"', trial.content.decode()))
    shown = desk.get(card.replace("&amp;", "&"))
    assert "1200 Accounts receivable" in text_of(shown)
    assert "Closing balance 100.00 EUR" in text_of(shown)
    [entry] = set(re.findall(r'href="(/journal/jen_[^"]*)"', shown.content.decode()))
    page = desk.get(entry)
    assert "4000 Revenue" in text_of(page)
    assert reverse("backoffice:transaction", args=[sold.id]) in page.content.decode()


def test_files_of_reports_say_whose_they_are_of_which_days_and_what_they_come_to(
    desk, ledger: Ledger, company: Company
):
    ledger.invoice(100, on="04/05", due="01/06")
    answer = desk.get("/reports/aged-receivables/?as_of=2026-05-31&export=xlsx")
    assert f'filename="aged-receivables_{company.code}_2026-05-31.xlsx"' in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[:3] == [["Aged receivables"], [company.name], ["As of 2026-05-31"]]
    assert rows[4][:2] == ["Account", "Name"]
    assert (rows[5][1], rows[-1][0], rows[-1][1], rows[-1][-1]) == ("Ann", "Total", "EUR", 100)
    for address, name in (
        (
            "/reports/trial-balance/?period_from=2026-05-01&period_to=2026-05-31",
            "trial-balance_{}_2026-05-01_2026-05-31",
        ),
        (
            "/reports/ledger-account/?ledger_account=1200&period_from=2026-05-01&period_to=2026-05-31",
            "ledger-account-1200_{}_2026-05-01_2026-05-31",
        ),
        ("/transactions/?", "transactions_{}_2026-05-20"),
        (
            f"/accounts/{ledger.account.public_id}/statement/?period_from=2026-05-01&period_to=2026-05-31",
            f"statement_{ledger.account.number}_{{}}_2026-05-01_2026-05-31",
        ),
    ):
        file = desk.get(f"{address}&export=csv")
        assert f'filename="{name.format(company.code)}.csv"' in file["Content-Disposition"], address


def test_a_report_that_is_refused_is_no_file_of_nothing(desk, ledger: Ledger):
    refused = desk.get("/reports/aged-receivables/?account=nobody&export=csv")
    assert (refused.status_code, "There is no account" in text_of(refused)) == (422, True)


def test_the_month_is_exported_by_a_run_that_says_when_it_is_there(sit, ledger: Ledger, company: Company):
    ledger.invoice(100, on="04/05", due="01/06")
    desk = sit("accountant")
    asked = desk.post("/reports/month/?month=2026-05")
    run = Run.objects.get()
    assert asked["Location"] == reverse("backoffice:run", args=[run.pk])
    assert "Files ready to download" not in text_of(desk.get("/"))
    work(run.pk)
    assert "Files ready to download" in text_of(desk.get("/"))
    page = desk.get(asked["Location"])
    assert f"month-end_{company.code}_2026-05.zip" in text_of(page)
    [made] = files_of(run.pk)
    url = reverse("backoffice:run_file", args=[made.pk])
    assert url in page.content.decode()
    file = desk.get(url)
    pack = zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content)))
    assert pack.testzip() is None
    assert "Files ready to download" not in text_of(desk.get("/"))
    assert sit("view").get(url).status_code == 403


def test_the_check_is_begun_from_the_page_and_shown_there(sit, ledger: Ledger):
    desk = sit("accountant")
    assert desk.post("/reports/check/").status_code == 302
    work(Run.objects.get().pk)
    assert "No fault on 20 May 2026, 12:30" in text_of(desk.get("/month-end/?month=2026-04"))
    assert sit("agent").post("/reports/check/").status_code == 403
