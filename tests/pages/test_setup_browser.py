"""A new company is set up in a real browser, step by step, to its first invoice."""

from __future__ import annotations

import time
import uuid

import pytest
from tests.pages.test_browser import CHROMIUM, PHONE, books, browser, open_page, paths, username
from tests.pages.test_month_end_browser import WIDE, pictured, scrolls_sideways, serious

__all__ = ["books", "browser", "open_page", "paths", "username"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]


def step(page, title: str):
    """The line of a step."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title, exact=True))


def test_a_company_is_set_up_to_its_first_invoice_in_minutes(open_page, committed_db):
    page, code = open_page(WIDE), f"south-{uuid.uuid4().hex[:6]}x{uuid.uuid4().hex[:4]}"
    began = time.monotonic()
    page.goto("/configuration/companies/new/")
    page.get_by_label("Name", exact=True).fill("South Ltd")
    page.locator("#id_code").fill(code)
    page.get_by_label("Base currency").fill("EUR")
    page.get_by_label("Country").fill("IT")
    page.get_by_label("Tax rates").fill("22")
    page.get_by_role("button", name="Create company").click()
    page.get_by_role("heading", name="Set up the company").wait_for()
    assert serious(page) == set()
    pictured(page, "setup-desktop")
    step(page, "Company").get_by_role("link").click()
    page.get_by_label("Address", exact=True).fill("Via Roma 1")
    page.get_by_label("City").fill("Torino")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Payment terms").wait_for()
    assert serious(page) == set()
    pictured(page, "setup-terms-desktop")
    page.get_by_role("button", name="As it is, go on").click()
    page.locator("#id_number_format").select_option("1.234,56")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("heading", name="Document numbers").wait_for()
    assert serious(page) == set()
    page.get_by_role("button", name="As it is, go on").click()
    step(page, "Stripe").get_by_role("button").click()
    page.set_viewport_size(PHONE)
    page.goto("/setup/")  # left, and taken up on a phone
    assert not scrolls_sideways(page)
    assert serious(page) == set()
    pictured(page, "setup-phone")
    step(page, "First invoice").get_by_role("link").click()
    page.locator("#id_name").fill("Anna Verdi")
    page.get_by_role("button", name="Create the customer and go on").click()
    page.locator("#id_items-0-description").fill("Consulting")
    page.locator("#id_items-0-price").fill("100")
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("button", name="Post for good").click()
    page.get_by_text("is posted").wait_for()
    assert time.monotonic() - began < 600
    page.goto("/")
    assert page.get_by_text("Set up the company").count() == 0
