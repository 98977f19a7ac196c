"""Presses of the mouse, counted where they happen, and pages that are looked at in both themes and on a phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.pages.test_browser import DESKTOP, PHONE, axe

COUNTING = """
addEventListener("pointerdown", () => {
  sessionStorage.setItem("presses", Number(sessionStorage.getItem("presses") || 0) + 1);
}, true);
"""


class Presses:
    """Of the mouse, since it was made."""

    def __init__(self, page: Any) -> None:
        page.add_init_script(COUNTING)
        page.reload()
        page.evaluate("sessionStorage.removeItem('presses')")
        self.page = page

    @property
    def made(self) -> int:
        return int(self.page.evaluate("Number(sessionStorage.getItem('presses') || 0)"))


def picture(page: Any, name: str) -> None:
    """All of the page, light and dark, where SUBLEDGER_SCREENSHOTS names a directory for pictures."""
    if not (directory := os.environ.get("SUBLEDGER_SCREENSHOTS")):
        return
    Path(directory).mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        page.wait_for_timeout(200)
        page.screenshot(path=Path(directory) / f"{name}-{theme}.png", full_page=True)
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")


def looked_at(page: Any, name: str) -> None:
    """Nothing serious for readers of screens, light or dark; a phone does not scroll sideways."""
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        page.wait_for_timeout(300)  # colours change over a moment
        found = axe.Axe().run(page).response["violations"]
        assert not [(each["id"], each["nodes"]) for each in found if each["impact"] in ("serious", "critical")], name
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    picture(page, name)
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(300)  # charts take the new width in a moment
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, name
    picture(page, f"{name}-phone")
    page.set_viewport_size(DESKTOP)
