"""Somebody makes a company in a real browser, and works in it at once."""

from __future__ import annotations

import uuid

import pytest
from tests.pages.test_browser import CHROMIUM, books, browser, open_page, paths, username

from subledger.companies.models import Company

__all__ = ["books", "browser", "open_page", "paths", "username"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]


def test_a_company_is_made_and_looked_at(open_page, committed_db):
    page, code = open_page(), f"north-{uuid.uuid4().hex[:6]}x{uuid.uuid4().hex[:4]}"
    page.goto("/configuration/")
    page.get_by_role("link", name="New company").click()
    page.get_by_label("Name", exact=True).fill(f"North {code}")
    page.locator("#id_code").fill(code.upper())
    page.get_by_label("Base currency").fill("SEK")
    page.get_by_label("Country").fill("se")
    page.get_by_label("Time zone").select_option("Europe/Stockholm")
    page.get_by_label("Tax rates").fill("25\nFood=12")
    page.get_by_role("button", name="Create company").click()
    assert page.locator("[name=code]").get_attribute("aria-invalid") == "true"
    page.locator("#id_code").fill(code)
    page.get_by_role("button", name="Create company").click()
    page.get_by_text("The company is ready").wait_for()
    assert page.locator(".top-company").inner_text() == f"North {code}"
    company = Company.objects.get(code=code)
    assert (company.base_currency, company.country, company.time_zone) == ("sek", "SE", "Europe/Stockholm")
