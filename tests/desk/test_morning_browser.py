"""A collector's morning in a real browser, by the keyboard alone; and what readers of screens and phones make of it.

Skipped where there is no Chromium.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.pages.test_browser import (
    CHROMIUM,
    DESKTOP,
    PHONE,
    books,
    browser,
    open_page,
    paths,
    scrolling,
    serious,
    username,
)

from subledger.accounts.models import Account, Customer
from subledger.companies.models import Company
from subledger.desk.models import CollectionContact
from subledger.platform.scope import company_scope
from subledger.promises.models import Promise

__all__ = ["books", "browser", "open_page", "paths", "username"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]
LISTS = [
    "/collections/",
    "/collections/work/",
    "/payment-runs/",
    "/promises/",
    "/disputes/",
    "/dunning/",
    "/segments/",
    "/reports/collected-by-day/",
    "/reports/promises-kept/",
]


def test_a_customer_is_called_promises_and_the_next_one_follows(open_page, books: Company, django_db_blocker):
    page = open_page()
    page.goto("/collections/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Whom to call").wait_for()
    beside = page.locator(".detail > *").first
    assert beside.get_attribute("class") == "detail-side", "on a phone it is read before anything is filled in"
    first, here = page.locator("h1").inner_text(), page.url
    page.get_by_role("link", name="Promise", exact=True).first.press("Enter")
    page.get_by_label("Day 1").fill("2099-12-31")
    page.keyboard.press("Enter")  # more than ten years away: refused beside the field
    page.locator("[aria-invalid=true]").first.wait_for()
    page.get_by_label("Day 1").fill(page.evaluate("new Date(Date.now() + 5 * 864e5).toISOString().slice(0, 10)"))
    page.keyboard.press("Enter")
    page.get_by_text("If nothing is paid").wait_for()
    page.get_by_role("button", name="Record the promise").press("Enter")
    page.wait_for_url(here)
    page.get_by_text("Promised", exact=True).first.wait_for()
    page.get_by_label("What was said").focus()
    page.keyboard.type("Pays on Friday.")
    page.get_by_role("button", name="In a week").press("Enter")
    page.get_by_role("button", name="Record, and next customer").press("Enter")
    page.get_by_text(f"Recorded: {first}.").wait_for()
    assert page.locator("h1").inner_text() != first
    second = page.locator("h1").inner_text()
    page.keyboard.press("Alt+n")
    page.wait_for_function("name => document.querySelector('h1').innerText !== name", arg=second)
    with django_db_blocker.unblock(), company_scope(books.pk):
        contact = CollectionContact.objects.get()
        assert (contact.account.name, contact.text) == (first, "Pays on Friday.")
        assert contact.follow_up_on is not None
        assert Promise.objects.get().account_id == contact.account_id


def test_the_bars_of_the_desk_are_drawn_and_lead_to_their_rows(open_page):
    page = open_page()
    page.goto("/collections/")
    page.locator("#chart-overdue-trend canvas").wait_for()
    page.locator("#chart-overdue-trend summary").click()
    page.locator("#chart-overdue-trend .chart-figures a").last.click()
    page.get_by_role("heading", name="Aged receivables").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_where_money_is_collected(open_page, scheme: str):
    page = open_page()
    page.emulate_media(color_scheme=scheme)
    page.goto("/collections/")
    called = page.locator("td.col-strong a").first.get_attribute("href")
    assert not serious(page, [*LISTS, called])


def test_no_page_of_collections_makes_a_phone_scroll_sideways(open_page):
    page = open_page(PHONE)
    page.goto("/collections/")
    called = page.locator("td.col-strong a").first.get_attribute("href")
    assert not scrolling(page, [*LISTS, called])


LONG_NAME = "Großhandelsgesellschaft für Schraubverbindungen und Befestigungstechnik " * 2 + "M" * 55
assert len(LONG_NAME) == 199


@pytest.fixture
def long_named(books: Company, committed_db: None) -> Iterator[str]:
    """The desk's page of a customer of that name who can be called."""
    with company_scope(books.pk):
        account = Account.objects.filter(customer__isnull=False).order_by("pk").first()
        assert account is not None
        was = account.customer
        Customer.objects.filter(pk=was.pk).update(name=LONG_NAME, phone="+49 30/1234567", email="rtl0@example.com")
    yield f"/collections/{account.public_id}/"
    with company_scope(books.pk):
        Customer.objects.filter(pk=was.pk).update(name=was.name, phone=was.phone, email=was.email)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_whoever_has_a_long_name_can_be_called(open_page, long_named, size):
    page = open_page(size)
    assert not scrolling(page, [long_named])
    for text in ("+49 30/1234567", "rtl0@example.com"):
        line = page.get_by_role("link", name=text).bounding_box()
        assert line["height"] < 30, "it is broken nowhere"
        assert line["x"] + line["width"] <= size["width"]
