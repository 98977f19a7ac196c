"""A list narrowed, arranged and kept, in a real browser. Skipped where there is no Chromium."""

from __future__ import annotations

import pytest
from tests.pages.presses import looked_at
from tests.pages.test_browser import CHROMIUM
from tests.pages.test_gateways_browser import browser as browser
from tests.pages.test_gateways_browser import shop as shop
from tests.pages.test_gateways_browser import sit as sit
from tests.pages.test_gateways_browser import visit as visit
from tests.pages.test_stories_browser import newcomer

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[dev]'")
expect = sync_api.expect

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]


def test_a_list_is_narrowed_arranged_and_kept(sit, shop):
    account, page = newcomer(shop, "Livia Elenchi"), sit()
    shop.invoice(account, 54_00)
    page.goto("/invoices/")
    page.locator("#c-settlement").select_option(label="Open (any)")
    chip = page.get_by_role("link", name="Status: Open (any)")
    expect(chip).to_be_visible()

    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Account", exact=True).uncheck()
    looked_at(page, "list-columns")
    page.get_by_role("button", name="Due later", exact=True).click()
    expect(page.get_by_role("button", name="Show these").last).to_be_visible()  # the menu is open to move on
    heads = [" ".join(head.split()) for head in page.locator("thead th:not(.col-tick)").all_inner_texts()]
    assert heads[:3] == ["Number", "Date", "Amount EUR"]

    page.get_by_text("Save view", exact=True).click()
    page.locator("#new-view-name").fill("Open ones")
    page.get_by_label("Open this list with it").last.check()
    looked_at(page, "list-save")
    page.get_by_role("button", name="Save", exact=True).click()
    mine = page.get_by_role("navigation", name="Saved views").get_by_role("link", name="Open ones")
    expect(mine).to_have_attribute("aria-current", "true")
    page.goto("/invoices/")
    page.wait_for_url("**/invoices/?settlement=open&view=svw_*")
    looked_at(page, "list-view")

    chip.click()
    expect(chip).to_have_count(0)
    assert "view=svw_" in page.url  # the view is told that it is shown otherwise
    page.get_by_role("link", name="Everything").click()
    page.wait_for_url("**/invoices/?view=all")
