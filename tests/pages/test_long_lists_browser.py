"""A long list as a workbook, in a real browser: asked for, made in the background, downloaded; by desk and by phone.

With SUBLEDGER_SCREENSHOTS naming a directory, pictures of these pages are written to it, light and dark.
"""

from __future__ import annotations

import pytest
from tests.pages.test_browser import CHROMIUM, PHONE, books, browser, open_page, paths, username
from tests.pages.test_month_end_browser import WIDE, pictured, scrolls_sideways, serious

from subledger.page_kit import filed
from subledger.platform.scope import company_scope
from subledger.runs.models import Run
from subledger.runs.services.worker import work

__all__ = ["books", "browser", "open_page", "paths", "username"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]


@pytest.mark.parametrize(("name", "size"), [("desktop", WIDE), ("phone", PHONE)])
def test_a_long_list_is_made_into_a_workbook(open_page, books, committed_db, monkeypatch, name, size):
    monkeypatch.setattr(filed, "AT_ONCE", 2)
    page = open_page(size)
    page.goto("/transactions/")
    page.get_by_role("link", name="XLSX").click()
    page.get_by_text("made in the background").wait_for()
    assert not scrolls_sideways(page)
    assert serious(page) == set()
    pictured(page, f"long-file-{name}")
    page.get_by_role("button", name="Switch between light and dark").click()
    assert serious(page) == set()
    pictured(page, f"long-file-{name}-dark")
    page.get_by_role("button", name="Make the file").click()
    page.get_by_role("heading", name="Transactions as XLSX").wait_for()
    with company_scope(books.pk):
        work(Run.objects.filter(kind="list_file").latest("pk").pk)
    page.reload()
    with page.expect_download() as found:
        page.get_by_role("link", name="transactions_").click()
    assert found.value.suggested_filename.endswith(".xlsx")
    assert serious(page) == set()
    pictured(page, f"long-file-made-{name}")
