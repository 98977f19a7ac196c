"""The pages in a real browser: a day's work, the keyboard, a phone, and nothing that the content policy stops.

Needs Debian's Chromium (``apt-get install chromium``); skipped where there is none. With SUBLEDGER_SCREENSHOTS naming
a directory, pictures of the main pages, desktop and phone, are written to it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.pages.conftest import cookies_of, member
from tests.pages.showcase import showcase
from tests.runs.verbs import started

from subledger.accounts.models import Account
from subledger.companies.entries import save_entry
from subledger.companies.models import Company, Membership
from subledger.kernel.ids import encode
from subledger.platform.scope import company_scope
from subledger.transactions.models import Reason, Transaction, TransactionDefinition
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services.actions import post_new
from subledger.transactions.states import Classification

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[dev]'")
PATIENCE_MS = 45_000  # for a machine with much else to do
sync_api.expect.set_options(timeout=PATIENCE_MS)
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing: pip install -e '.[dev]'")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Rows of a table are alike, and axe takes its time for each.
FEW_ROWS = "document.querySelectorAll('tbody tr:nth-child(n+9)').forEach(row => row.remove())"
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker: Any) -> Company:
    with django_db_blocker.unblock():
        made = showcase()
        with company_scope(made.pk):
            TransactionDefinition.objects.update(default_tax_rate=None)  # what is typed is what is owed
        return made


@pytest.fixture(scope="module")
def username(books: Company, django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        return str(member(books, "administrator").username)


@pytest.fixture(scope="module")
def paths(books: Company, django_db_blocker: Any) -> dict[str, str]:
    """Where the main pages are; read before the browser starts."""
    with django_db_blocker.unblock(), company_scope(books.pk):
        account = Account.objects.get(code="C-1000")
        on_it = Transaction.objects.filter(account=account).select_related("open_item")
        half = next(
            row
            for row in on_it.filter(classification="invoice", open_item__isnull=False).order_by("-id")
            if row.open_item.open_minor == 27_000
        )
        chairs = NewItem(
            quantity=Decimal(5), unit_amount=Decimal(20_00), tax_percent=Decimal(19), description="Folding chairs"
        )
        delivery = NewItem(
            unit_amount=Decimal(10_00), tax_percent=Decimal(19), description="Delivery to the third floor"
        )
        sale = NewTransaction(classification=Classification.INVOICE, account_id=account.pk, items=(chairs, delivery))
        [sold] = post_new(new=[sale], actor="test")
        # in the audit trail, a link that is shorter than the words before it
        save_entry(model=Reason, ident=None, values={"code": "late", "name": "Late"}, actor="test")
        run = started(to=35, leave=[3], refuse=[4], schedule={"every": "day", "start": "2026-01-01T09:00"})
        definition = f"/runs/definitions/{run.definition.public_id}/"
        return {
            "run": f"/runs/{run.public_id}/",
            "run-pause": f"/runs/{run.public_id}/pause/",
            "run-definition": definition,
            "run-preview": f"{definition}preview/",
            "run-definition-new": f"/runs/definitions/new/{run.kind}/",
            "overview": "/",
            "accounts": "/accounts/",
            "account": f"/accounts/{account.public_id}/",
            "transactions": "/transactions/",
            "invoice": f"/transactions/{half.public_id}/",
            "allocations": "/allocations/",
            "new-invoice": f"/accounts/{account.public_id}/new/invoice/",
            "new-credit-note": f"/accounts/{account.public_id}/new/credit_note/"
            f"?invoice={encode('txn', sold.id)}&over=all",
            "new-payment": f"/accounts/{account.public_id}/new/payment/",
            "collect": f"/accounts/{account.public_id}/collect/",
            "write-off": f"/transactions/{half.public_id}/write_off/",
            "statement": f"/accounts/{account.public_id}/statement/",
            "aged-receivables": "/reports/aged-receivables/",
            "trial-balance": "/reports/trial-balance/",
            "general-journal": "/reports/general-journal/",
            "receipts": "/reports/receipts/",
            "posting-rules": "/configuration/posting-rules/",
            "configuration": "/configuration/",
            "audit-trail": "/configuration/events/",
            "import": "/imports/new/",
            "search": "/search?q=i",
        }


@pytest.fixture(scope="module")
def browser(paths: dict[str, str], username: str) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread; the ORM is used here between its calls, never inside them.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_api.sync_playwright() as playwright:
            launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield launched
            launched.close()


@pytest.fixture
def open_page(browser: Any, committed_db: None, served: str, username: str) -> Iterator[Any]:
    """``open_page(size)`` is a logged-in page; what the browser complained about fails the test at its end."""
    complaints: list[str] = []
    contexts = []

    def start(size: dict[str, int] = DESKTOP) -> Any:
        context = browser.new_context(viewport=size, base_url=served)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(error.stack))
        context.add_cookies(cookies_of(username, served))
        page.goto("/")
        return page

    yield start
    for context in contexts:
        context.close()
    assert complaints == []


def is_complaint(said: Any) -> bool:
    """An error of ours; a refused form, which is answered with 409 or 422, is none."""
    return said.type == "error" and "status of 4" not in said.text


def choose(page: Any, action: str) -> None:
    """What can be done on a page: a button of its own, or a line of the menu."""
    button = page.locator(":is(.page-head-actions, .standing-acts) > .btn", has_text=action)
    if button.count():
        button.first.click()
        return
    page.get_by_role("button", name=re.compile("^(Actions|More)$")).click()
    page.get_by_role("menuitem", name=action).click()


def standing(page: Any) -> str:
    """Where a transaction stands, in the one word that its page says first."""
    return str(page.locator(".desk-standing .state").inner_text()).strip()


@pytest.mark.wide
def test_a_days_work(open_page):
    page = open_page()
    page.get_by_role("link", name="Customers").click()
    page.get_by_role("link", name="New customer").click()
    page.locator("#id_name").fill("Trattoria da Nino")
    page.locator("#id_opens_account").uncheck()
    page.get_by_role("button", name="Create customer").click()
    choose(page, "Open an account")
    page.get_by_label("Credit limit").fill("1000")
    page.get_by_role("button", name="Open account").click()
    account = page.url

    choose(page, "New invoice")
    page.locator("#id_items-0-description").fill("Consulting")
    page.locator("#id_items-0-quantity").fill("2")
    page.locator("#id_items-0-price").fill("50")
    page.get_by_role("button", name="Add an item").click()
    page.locator("#id_items-1-description").fill("Travel")
    page.locator("#id_items-1-price").fill("20.50")
    page.get_by_role("button", name="Add an item").click()
    page.locator("#id_items-2-price").fill("999")
    page.get_by_role("button", name="Remove this line").last.click()
    sums = page.locator("#figures")
    sums.get_by_text("120.50").last.wait_for()  # worked out by the server while one types
    assert page.locator("#items-0-figure").inner_text().strip() == "100.00"
    page.get_by_role("button", name="Post", exact=True).click()
    assert "0.00 EUR → 120.50 EUR" in " ".join(page.locator("#review").inner_text().split())
    page.get_by_role("button", name="Post for good").click()
    assert re.search(r"Invoice INV\d+ is posted", page.locator(".messages").inner_text())
    assert page.locator(".standing-figure").inner_text().split() == ["120.50", "EUR"]
    assert standing(page) == "Open"
    invoice = page.url

    page.goto(account)
    choose(page, "New payment")
    page.get_by_label("Amount in EUR").fill("a lot")
    page.get_by_role("button", name="Post", exact=True).click()
    assert "'a lot' is not an amount" in page.locator(".field-errors").inner_text()
    assert page.evaluate("document.activeElement.name") == "amount"
    assert page.get_by_label("Amount in EUR").input_value() == "a lot"
    page.get_by_label("Amount in EUR").fill("20.50")
    page.get_by_role("button", name="Post", exact=True).click()
    payment = page.url
    page.goto(invoice)
    assert standing(page) == "Partly settled"

    choose(page, "Record payment")
    page.get_by_role("button", name="Record payment").click()
    page.goto(invoice)
    assert standing(page) == "Settled"

    page.goto(payment)
    choose(page, "Cancel")
    page.get_by_label("Reason").fill("Returned by the bank")
    page.get_by_role("button", name="Cancel the payment").click()
    assert standing(page) == "Cancelled"
    page.goto(invoice)
    assert standing(page) == "Partly settled"
    assert page.locator("s", has_text="20.50").count() == 1

    page.goto(account)
    page.locator("#note").fill("Called, will pay on Friday")
    page.get_by_role("button", name="Add", exact=True).click()
    sync_api.expect(page.locator(".timeline")).to_contain_text("Called, will pay on Friday")
    page.get_by_role("button", name="User menu").click()
    page.get_by_role("button", name="Log out").click()
    assert page.url.endswith("/login/")


@pytest.mark.wide
def test_whoever_saves_an_older_draft_sees_what_stands_now_beside_what_they_typed(open_page, paths):
    first = open_page()
    first.goto(paths["new-payment"])
    first.get_by_label("Amount in EUR").fill("10")
    first.get_by_role("button", name="Save as draft").click()
    choose(first, "Edit")
    second = first.context.new_page()
    second.goto(first.url)
    first.get_by_label("Amount in EUR").fill("20")
    first.get_by_role("button", name="Save as draft").click()
    second.get_by_label("Amount in EUR").fill("30")
    second.get_by_role("button", name="Save as draft").click()
    told = second.get_by_role("region", name="Changed meanwhile")
    row = told.get_by_role("row").filter(has_text="Amount in EUR")
    assert row.get_by_role("cell").all_inner_texts() == ["20.00", "30"]
    assert "changed it on" in told.inner_text()
    assert second.get_by_label("Amount in EUR").input_value() == "30"
    second.get_by_role("button", name="Save as draft").click()
    assert "The draft is saved" in second.locator(".messages").inner_text()
    assert "30.00" in second.locator(".standing-figure").inner_text()


@pytest.mark.wide
def test_the_keyboard_is_enough(open_page, paths):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "global-search"
    page.keyboard.type("C-1000")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{paths['account']}")

    page.goto(paths["invoice"])
    page.get_by_role("button", name="More").focus()
    page.keyboard.press("Enter")
    menu = page.get_by_role("menu", name="More")
    assert menu.is_visible()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent").strip() == "Record payment"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent").strip() == "Cancel the invoice"
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/collect/?*way=record")


@pytest.mark.wide
def test_the_list_follows_its_criteria_without_loading_the_page(open_page):
    page = open_page()
    page.goto("/transactions/")
    page.evaluate("window.stillHere = true")
    page.locator("#c-classification").select_option("payment")
    page.wait_for_url("**classification=payment**")
    page.wait_for_function("!document.querySelector('#list tbody').innerText.includes('INV0')")
    assert page.evaluate("window.stillHere")
    assert page.locator("#list tbody tr").count() > 0


@pytest.mark.wide
def test_a_file_stays_chosen_between_checking_and_importing(open_page, tmp_path):
    page = open_page()
    file = tmp_path / "customers.csv"
    file.write_text("customer,name\nN-1,Nuova Cucina\n")
    page.goto("/imports/new/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_text("Checked: nothing is imported yet").wait_for()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("heading", name="Imported").wait_for()


@pytest.mark.wide
def test_light_and_dark_are_remembered(open_page):
    page = open_page()
    page.get_by_role("button", name="Switch between light and dark").click()
    chosen = page.evaluate("document.documentElement.dataset.bsTheme")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == chosen == "dark"


def test_axe_finds_nothing_serious_on_the_pages_of_every_day(open_page, paths):
    assert not serious(open_page(), [paths[name] for name in ("account", "invoice", "new-payment")])


@pytest.mark.wide
def test_axe_finds_nothing_serious_on_any_kind_of_page(open_page, paths):
    """Nor what a reader stumbles over: a name that is not the label one sees, a heading without text."""
    assert not serious(
        open_page(), [*paths.values(), "/configuration/people/", "/me/", "/gateways/", "/customers/new/"]
    )


@pytest.mark.wide
def test_a_link_behind_other_words_is_told_from_them_without_its_colour(open_page, paths):
    """axe asks for it only where the words are longer than the link, as with a short login."""
    page = open_page()
    page.goto(paths["audit-trail"])
    lines = "links => [...new Set(links.map(link => getComputedStyle(link).textDecorationLine))]"
    assert page.locator(".event-kind + a").evaluate_all(lines) == ["underline"]


@pytest.mark.wide
@pytest.mark.parametrize("height", [720, 900])
def test_configuration_is_in_sight_and_what_is_folded_away_opens_where_one_is(open_page, height):
    page = open_page({"width": 1440, "height": height})
    menu = page.get_by_role("navigation", name="Main")
    shown = menu.get_by_role("link", name="Configuration").bounding_box()
    assert shown["y"] + shown["height"] <= height
    assert menu.get_by_role("link", name="Aged receivables").is_visible()
    assert not menu.get_by_role("link", name="Days sales outstanding").is_visible()
    menu.get_by_text("More").click()
    menu.get_by_role("link", name="Days sales outstanding").click()
    page.wait_for_url("**/days-sales-outstanding/")
    assert menu.get_by_role("link", name="Days sales outstanding").is_visible()


def serious(page: Any, paths: list[str]) -> set[tuple[str, str, str]]:
    found = set()
    # Of what is right axe need not tell the places: that takes longer than finding what is wrong.
    rules = {"rules": {"label-content-name-mismatch": {"enabled": True}}, "resultTypes": ["violations"]}
    for path in paths:
        page.goto(path)
        page.evaluate(FEW_ROWS)
        for each in axe.Axe().run(page, options=rules).response["violations"]:
            if each["impact"] in ("serious", "critical") or each["id"] == "empty-table-header":
                found |= {(path, each["id"], node["html"][:150]) for node in each["nodes"]}
    return found


@pytest.fixture
def in_german(committed_db: None, username: str) -> Iterator[None]:
    own = Membership.unscoped.filter(user__username=username)
    own.update(language="de")
    yield
    own.update(language="")


IN_GERMAN = ("overview", "account", "invoice", "transactions", "new-invoice", "collect", "statement", "configuration")


@pytest.mark.wide
def test_axe_finds_nothing_serious_in_german(in_german, open_page, paths):
    page = open_page()
    assert not serious(page, [paths[name] for name in IN_GERMAN])
    assert page.evaluate("document.documentElement.lang") == "de"


@pytest.mark.wide
def test_longer_words_make_no_phone_scroll_sideways(in_german, open_page, paths):
    assert not scrolling(open_page(PHONE), [paths[name] for name in IN_GERMAN])


@pytest.mark.wide
def test_a_long_word_in_a_name_does_not_make_a_phone_scroll_sideways(open_page):
    page = open_page(PHONE)
    page.goto("/customers/new/")
    page.locator("#id_name").fill("Donaudampfschifffahrtsgesellschaftskapitaen" * 4)
    page.get_by_role("button", name="Create customer").click()
    page.locator("h1").wait_for()
    assert not scrolling(page, [page.url, f"{page.url}edit/", "/customers/", "/search?q=Donaudampf"])


def scrolling(page: Any, paths: list[str]) -> list[str]:
    """Those of the pages that are wider than the screen."""
    wider = []
    for path in paths:
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wider.append(path)
    return wider


@pytest.mark.wide
def test_nothing_scrolls_sideways_on_a_phone(open_page, paths):
    page = open_page(PHONE)
    assert not scrolling(page, [*paths.values()])
    page.get_by_role("button", name="Open menu").click()
    page.get_by_role("link", name="Trial balance").click()
    page.wait_for_url("**/reports/trial-balance/")


@pytest.mark.wide
@pytest.mark.skipif(
    "SUBLEDGER_SCREENSHOTS" not in os.environ, reason="SUBLEDGER_SCREENSHOTS names no directory for pictures"
)
@pytest.mark.parametrize(("name", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_pictures_of_the_main_pages(open_page, paths, name, size):
    directory = Path(os.environ["SUBLEDGER_SCREENSHOTS"])
    directory.mkdir(parents=True, exist_ok=True)
    page = open_page(size)
    for what, path in paths.items():
        page.goto(path)
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(250)  # charts are drawn once the font is there
        picture = page.screenshot(path=directory / f"{what}-{name}.png")
        assert len(picture) > 5_000
