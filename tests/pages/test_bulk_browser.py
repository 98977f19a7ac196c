"""Many at once in a real browser: three drafts are ticked, posted and printed.

With SUBLEDGER_SCREENSHOTS naming a directory, pictures of these pages are written to it.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from tests.pages.test_browser import CHROMIUM, PHONE, books, browser, open_page, paths, username
from tests.pages.test_month_end_browser import WIDE, pictured, scrolls_sideways, serious

from subledger.accounts.models import Account
from subledger.platform.scope import company_scope
from subledger.runs.models import Run
from subledger.runs.services.worker import work
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification

__all__ = ["books", "browser", "open_page", "paths", "username"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]


def three_drafts(books) -> list[Transaction]:
    with company_scope(books.pk):
        account = Account.objects.get(code="C-1000")
        new = [
            NewTransaction(
                classification=Classification.INVOICE,
                account_id=account.pk,
                items=(NewItem(unit_amount=Decimal(minor), description="Folding chairs"),),
            )
            for minor in (11_00, 22_00, 33_00)
        ]
        return save_drafts(new=new, actor="test")


def worked(books, page, name: str) -> None:
    """The run that the page shows, carried on to its end."""
    page.get_by_role("heading", name=name).wait_for()
    with company_scope(books.pk):
        work(Run.objects.order_by("-pk")[0].pk)
    page.reload()


def tick(page, rows) -> None:
    for row in rows:
        page.locator(f'[data-tick][value="{row.public_id}"]').check()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_three_drafts_are_ticked_posted_and_printed(open_page, books, committed_db, size):
    drafts = three_drafts(books)
    kind = "phone" if size == PHONE else "desktop"
    page = open_page(size)
    page.goto("/transactions/?state=draft")
    bar = page.get_by_role("form", name="With what is ticked")
    assert not bar.is_visible()
    tick(page, drafts)
    page.get_by_text("3 ticked").wait_for()
    assert bar.is_visible()
    assert serious(page) == set()
    assert not scrolls_sideways(page)
    pictured(page, f"bulk-list-{kind}")

    bar.get_by_role("button", name="Post").click()
    page.get_by_text("Post 3 of 3?").wait_for()
    assert serious(page) == set()
    assert not scrolls_sideways(page)
    pictured(page, f"bulk-plan-{kind}")
    page.get_by_role("button", name="Post 3").click()
    worked(books, page, "Post 3 drafts")
    page.get_by_text("3 of 3").first.wait_for()
    pictured(page, f"bulk-run-{kind}")

    page.goto("/transactions/?state=posted&sort=-posted_on")
    tick(page, drafts)
    bar.get_by_role("button", name="Print").click()
    page.get_by_role("button", name="Print 3").click()
    worked(books, page, "Print 3 documents")
    assert re.search("/prints/", page.get_by_role("link", name="Download as one PDF").get_attribute("href"))
    with company_scope(books.pk):
        assert Transaction.objects.filter(pk__in=[row.pk for row in drafts], state="posted").count() == 3


def test_the_heading_ticks_all_on_the_page(open_page, books, committed_db):
    three_drafts(books)
    page = open_page(WIDE)
    page.goto("/transactions/?state=draft")
    page.get_by_label("Choose all on this page").check()
    number = page.locator("[data-tick]").count()
    page.get_by_text(f"{number} ticked").wait_for()
    page.locator("[data-tick]").first.uncheck()
    page.get_by_text(f"{number - 1} ticked").wait_for()
    assert page.get_by_label("Choose all on this page").evaluate("box => box.indeterminate")
