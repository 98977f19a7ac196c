"""A credit note over items of an invoice, in a real browser: by quantity, in part, on a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests.pages.test_browser import CHROMIUM, PHONE
from tests.pages.test_browser import books as books
from tests.pages.test_browser import browser as browser
from tests.pages.test_browser import open_page as open_page
from tests.pages.test_browser import paths as paths
from tests.pages.test_browser import username as username

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[dev]'")
expect = sync_api.expect

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]


def picture(page: Any, name: str) -> None:
    """All of the page, where SUBLEDGER_SCREENSHOTS names a directory for pictures."""
    if directory := os.environ.get("SUBLEDGER_SCREENSHOTS"):
        Path(directory).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(directory) / f"credit-note-{name}.png", full_page=True)


def test_items_of_an_invoice_are_credited_in_part(open_page, paths):
    """Chairs of 119.00, five of them, and a delivery of 11.90: two chairs are credited, then the rest of all."""
    page = open_page()
    page.goto(paths["new-credit-note"].partition("?")[0])
    page.get_by_label("Invoice to credit").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the latest invoice stands first
    chairs, delivery = (page.locator(".credited tbody tr").nth(at) for at in (0, 1))
    assert "Folding chairs" in chairs.inner_text()
    assert "Item 1 of INV" in chairs.inner_text()
    price = page.locator("#id_items-0-price")
    chairs.get_by_label("Quantity").fill("2")
    expect(price).to_have_value("47.60")  # worked out by the server
    chairs.get_by_role("button", name="All that is left of Folding chairs").click()
    assert chairs.get_by_label("Quantity").input_value() == "5"
    assert price.input_value() == "119.00"
    expect(page.locator("#items-0-figure")).to_have_text("119.00")
    chairs.get_by_label("Quantity").fill("2")
    expect(price).to_have_value("47.60")  # worked out by the server
    delivery.get_by_role("button", name="Leave out Delivery").click()
    page.locator("#figures").get_by_text("47.60").last.wait_for()
    assert "7.60" in page.locator("#figures").inner_text(), "its tax"
    picture(page, "desktop")
    page.get_by_label("Reason").select_option("Order change")
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("button", name="Post for good").click()
    assert "Item 1 of INV" in page.locator("table", has_text="Folding chairs").last.inner_text(), "below the paper"
    assert "Order change" in page.locator(".detail-side").inner_text()

    picture(page, "posted")
    page.set_viewport_size(PHONE)
    page.goto(paths["new-credit-note"])
    text = page.locator(".credited tbody tr").first.inner_text().replace("\xa0", " ")
    assert "71.40" in text
    assert "3 of 5 left" in text
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
    picture(page, "phone")
    page.locator("#id_items-1-price").fill("")  # nothing of the delivery
    page.locator("#figures").get_by_text("71.40").last.wait_for()
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("button", name="Post for good").click()
    page.goto(paths["new-credit-note"])
    assert page.locator(".credited tbody tr").count() == 1, "all chairs are credited"
