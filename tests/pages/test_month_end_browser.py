"""A month's end in a real browser, from its lines down to a document, to its file and its closing; and the overview.

With SUBLEDGER_SCREENSHOTS naming a directory, pictures of these pages are written to it, light and dark.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.pages.test_browser import CHROMIUM, PHONE, axe, books, browser, open_page, paths, username

from subledger.journal.models import PeriodClose
from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.runs.models import Run
from subledger.runs.services.worker import work

__all__ = ["books", "browser", "open_page", "paths", "username"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]
WIDE = {"width": 1440, "height": 900}


def serious(page) -> set[tuple[str, str]]:
    page.emulate_media(reduced_motion="reduce")  # colours change at once, also when it is dark next
    found = axe.Axe().run(page).response["violations"]
    return {
        (each["id"], node["html"][:150])
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    }


def scrolls_sideways(page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def pictured(page, name: str) -> None:
    folder = os.environ.get("SUBLEDGER_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_month_is_looked_at_exported_and_closed(open_page, books, committed_db):
    page = open_page(WIDE)
    page.get_by_role("link", name="Month-end").click()
    ties = page.locator("#line-tie-out")
    ties.get_by_text("Ageing, open items and ledger agree to the cent.").wait_for()  # it comes behind the page
    assert "difference 0.00" in ties.inner_text()
    page.locator("#line-gaps").get_by_text("No gap in").wait_for()
    pictured(page, "month-end-desktop")

    # marked by the keyboard alone
    page.locator("#line-exchange-rates").get_by_role("button", name="Mark as done").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Marked as done.").wait_for()
    assert "Done by" in page.locator("#line-exchange-rates").inner_text()
    assert serious(page) == set()

    # from the trial balance down to the document
    month_end = page.url.partition("#")[0]
    page.get_by_role("link", name="Trial balance").last.click()
    page.get_by_role("columnheader", name="Compared").wait_for()
    assert serious(page) == set()
    pictured(page, "trial-balance-desktop")
    page.get_by_role("link", name="1200", exact=True).first.click()
    page.get_by_role("heading", name="1200 Accounts receivable").wait_for()
    assert serious(page) == set()
    pictured(page, "ledger-account-desktop")
    page.locator("tbody a", has_text="INV").first.click()
    page.get_by_role("heading", name="Transaction posted").wait_for()
    assert serious(page) == set()
    page.get_by_role("link", name=re.compile(r"^Open .*INV")).click()
    page.wait_for_url("**/transactions/txn_**")

    # exported by a run, which the page shows as it goes
    page.goto(month_end)
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Export the month").click()
    page.get_by_role("button", name="Export the month").click()
    page.wait_for_url("**/runs/run_**")
    with company_scope(books.pk):
        work(Run.objects.latest("pk").pk)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="month-end_").click()
    assert downloading.value.suggested_filename.endswith(".zip")

    page.goto(month_end)
    page.get_by_role("link", name=re.compile(r"^Close \w+ 20")).click()
    page.get_by_role("button", name="Close a period").click()  # shows what it comes to
    page.get_by_text("First open day").first.wait_for()
    page.get_by_role("button", name="Close a period").click()
    page.get_by_text("The period is closed.").wait_for()
    with company_scope(books.pk):
        last = (clock.today("Europe/Rome").replace(day=1)) - timedelta(days=1)
        assert PeriodClose.objects.filter(reopened_at=None).latest("through").through == last


def test_the_overview_draws_its_charts_and_they_lead_to_their_rows(open_page):
    for size, name in ((WIDE, "desktop"), (PHONE, "phone")):
        page = open_page(size)
        page.locator("#chart-overdue-trend canvas").wait_for()
        page.locator("#chart-cash-by-week canvas").wait_for()
        page.locator("#chart-failed-payments").get_by_text("No payment failed").wait_for()
        page.locator("#chart-days-sales-outstanding canvas").wait_for()
        page.locator("#chart-collection-rate canvas").wait_for()
        assert serious(page) == set()
        assert not scrolls_sideways(page)
        pictured(page, f"overview-{name}")
        page.get_by_role("button", name="Switch between light and dark").click()
        assert serious(page) == set()
        pictured(page, f"overview-{name}-dark")
        page.goto("/month-end/?all=1")
        assert not scrolls_sideways(page)
        assert serious(page) == set()
        pictured(page, f"month-end-{name}-dark")
        page.goto("/reports/overdue-trend/")
        assert not scrolls_sideways(page)
        assert serious(page) == set()
        pictured(page, f"overdue-trend-{name}-dark")
        page.goto("/")
        page.get_by_role("button", name="Switch between light and dark").click()
    figures = page.locator("#chart-cash-by-week details")
    figures.locator("summary").click()
    figures.get_by_role("link").last.click()
    page.wait_for_url("**classification=payment&posted_on_from=**")
    page.goto("/")
    page.locator(".strip-figures").first.get_by_role("link").first.click()
    page.wait_for_url("**/reports/open-items/?as_of=**")
