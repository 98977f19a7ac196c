"""Logging in as people do: by keyboard, on a phone, without scripts.

Needs Chromium, as `tests/pages/test_browser.py` does. With SUBLEDGER_SCREENSHOTS naming a directory, pictures are
written to it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.factories import make_company
from tests.pages.conftest import PASSWORD, member
from tests.pages.test_browser import CHROMIUM, DESKTOP, FLAGS, PHONE
from tests.people.test_logins import code_of

from subledger.companies.models import Company
from subledger.people.services import invite
from subledger.platform.scope import company_scope

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[dev]'")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Company:
    with django_db_blocker.unblock():
        return make_company()


@pytest.fixture(scope="module")
def people(company: Company, django_db_blocker: Any) -> tuple[str, str]:
    """The name of an administrator, and the token of an invitation."""
    with django_db_blocker.unblock(), company_scope(company.pk):
        name = str(member(company, "administrator").username)
        return name, invite(role="agent", name="Bea Rossi", email="bea@example.com", actor="test")[1]


@pytest.fixture(scope="module")
def browser(people: tuple[str, str]) -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def picture(page: Any, name: str) -> None:
    page.locator("h1").first.wait_for()  # a click may still be on its way to its page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} scrolls sideways"
    wanted = os.environ.get("SUBLEDGER_SCREENSHOTS")
    if wanted:
        Path(wanted).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{wanted}/{name}.png", full_page=True)


def log_in(page: Any, served: str, name: str, password: str = PASSWORD) -> None:
    page.goto(f"{served}/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


@pytest.mark.parametrize(("width", "size"), [("phone", PHONE), ("desktop", DESKTOP)])
def test_the_pages_of_logins_fit_and_work_without_scripts(browser, served, people, width, size):
    page = browser.new_context(viewport=size, java_script_enabled=False).new_page()
    name, token = people
    for path, shown in {
        "/login/": "login",
        "/password/": "forgotten",
        "/password/sent/": "forgotten-sent",
        "/password/x/y/": "link-no-good",
        f"/invitation/{token}": "invitation",
        "/invitation/no-good": "invitation-no-good",
    }.items():
        page.goto(served + path)
        assert page.locator("h1").count() == 1, path
        if os.environ.get("SUBLEDGER_SCREENSHOTS"):
            page.screenshot(path=f"{os.environ['SUBLEDGER_SCREENSHOTS']}/{width}-{shown}.png", full_page=True)
    log_in(page, served, name, "wrong")
    page.get_by_text("The username or the password is wrong").wait_for()
    log_in(page, served, name)
    page.wait_for_url(re.compile(r"//[^/]+/(setup/)?$"))  # a company with no invoice leads to its set-up
    for path in ("/me/", "/me/password/", "/me/second-factor/", "/configuration/people/", "/configuration/people/new/"):
        page.goto(served + path)
        assert page.locator("h1").is_visible(), path
        if os.environ.get("SUBLEDGER_SCREENSHOTS"):
            shown = path.strip("/").replace("/", "-")
            page.screenshot(path=f"{os.environ['SUBLEDGER_SCREENSHOTS']}/{width}-{shown}.png", full_page=True)


def test_an_invited_person_joins_and_adds_a_second_factor_by_keyboard(browser, served, people):
    page = browser.new_context(viewport=PHONE).new_page()
    page.goto(f"{served}/invitation/{people[1]}")
    page.get_by_label("Username").fill("bea")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served}/login/")
    log_in(page, served, "bea")
    page.wait_for_url(re.compile(r"//[^/]+/(setup/)?$"))  # a company with no invoice leads to its set-up
    picture(page, "phone-overview")
    page.get_by_label("User menu of Bea Rossi").click()
    page.get_by_role("link", name="Your login").click()
    page.wait_for_url(f"{served}/me/")
    picture(page, "phone-me")
    page.goto(f"{served}/me/second-factor/")
    picture(page, "phone-second-factor")
    key = re.sub(r"\s", "", page.locator(".secret code").inner_text())
    page.get_by_label("The six digits that the app shows now").fill(code_of(key))
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Your recovery codes").wait_for()
    picture(page, "phone-recovery-codes")
    spare = page.locator(".recovery-codes code").first.inner_text()
    page.goto(f"{served}/")
    page.get_by_label("User menu of Bea Rossi").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{served}/login/**")
    log_in(page, served, "bea")
    page.wait_for_url(f"{served}/login/code/")
    picture(page, "phone-code")
    assert page.evaluate("document.activeElement.name") == "code"
    page.keyboard.type(spare)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"//[^/]+/(setup/)?$"))  # a company with no invoice leads to its set-up
