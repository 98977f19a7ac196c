"""What an agent does in a day, in a real browser, with no more presses of the mouse than it takes.

Presses are counted where they happen, in the page: ticks and choices by the mouse are among them. Skipped where there
is no Chromium.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.pages.presses import Presses, looked_at, picture
from tests.pages.test_browser import CHROMIUM, standing
from tests.pages.test_gateways_browser import DECLINED, GOOD, Shop, register
from tests.pages.test_gateways_browser import browser as browser
from tests.pages.test_gateways_browser import shop as shop
from tests.pages.test_gateways_browser import sit as sit
from tests.pages.test_gateways_browser import visit as visit

from subledger.accounts.models import Account
from subledger.accounts.services import create_customers, open_accounts
from subledger.platform.scope import company_scope

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[dev]'")
expect = sync_api.expect

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]


def newcomer(shop: Shop, name: str) -> Account:
    """A customer of their own for each story: nothing of another stands on the account."""
    with shop.blocker.unblock(), company_scope(shop.company.pk):
        contact = {"email": "luca@example.com", "phone": "+39 02 5550", "city": "Lodi", "address_line1": "Via Po 3"}
        [customer] = create_customers(new=[{"name": name, "country": "IT", **contact}], actor="user:ana")
        [account] = open_accounts(new=[{"customer": customer}], actor="user:ana")
        return account


def page_of(page: Any, account: Account) -> None:
    page.goto(f"/accounts/{account.public_id}/")


@pytest.mark.wide
def test_a_balance_is_told_on_the_phone_within_two_presses(sit, shop):
    account, page = newcomer(shop, "Luca Lodigiani"), sit()
    shop.invoice(account, 54_00)
    presses = Presses(page)
    page.keyboard.press("/")
    page.keyboard.type("Lodigiani")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=**")
    page.locator(f'main a[href="/accounts/{account.public_id}/"]').first.click()
    page.wait_for_url(f"**/accounts/{account.public_id}/")
    assert "54.00" in page.locator(".tile", has_text="Balance").inner_text()
    head = page.locator(".page-head").inner_text()
    assert all(word in head for word in ("+39 02 5550", "luca@example.com", "Via Po 3", "Lodi"))
    assert presses.made <= 2
    looked_at(page, "account")


@pytest.mark.wide
def test_a_balance_is_found_by_keys_alone_while_the_customer_is_on_the_phone(sit, shop):
    account, page = newcomer(shop, "Rosalba Tasti"), sit()
    shop.invoice(account, 54_00)
    presses = Presses(page)
    page.keyboard.press("/")
    page.keyboard.type("tasti rosalba")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=**")
    found = page.locator("[data-found]")
    assert found.get_by_role("link", name=account.number).count() == 1
    assert "54.00" in found.inner_text()
    looked_at(page, "search")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == account.number
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "global-search"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/accounts/{account.public_id}/")
    assert presses.made == 0


@pytest.mark.wide
def test_cash_for_two_invoices_takes_three_presses(sit, shop):
    account, page = newcomer(shop, "Piera Cassa"), sit()
    two = [shop.invoice(account, minor) for minor in (100_00, 50_00)]
    page_of(page, account)
    presses = Presses(page)
    page.get_by_role("link", name="Record payment").click()
    expect(page.get_by_label("Amount in EUR")).to_have_value("150.00")
    for invoice, share in zip(two, ("100.00", "50.00"), strict=True):
        assert page.get_by_label(invoice.number).is_checked()
        expect(page.locator(f"#share-{invoice.public_id}")).to_have_text(share)
    page.get_by_label("Amount in EUR").fill("120")
    expect(page.locator(f"#share-{two[1].public_id}")).to_have_text("20.00")
    page.get_by_label("Amount in EUR").fill("150")
    expect(page.locator(f"#share-{two[1].public_id}")).to_have_text("50.00")
    page.get_by_label("Method").select_option(label="Cash")
    picture(page, "record-payment")
    page.get_by_role("button", name="Record payment").click()
    page.wait_for_url("**/transactions/txn_*/")
    assert standing(page) == "Applied"
    assert presses.made <= 3
    assert [shop.state(each) for each in two] == [0, 0]
    looked_at(page, "receipt")


@pytest.mark.wide
def test_an_invoice_is_posted_and_sent_within_four_presses(sit, shop):
    account, page = newcomer(shop, "Dora Spedizioni"), sit()
    page_of(page, account)
    presses = Presses(page)
    page.get_by_role("link", name="New invoice").click()
    page.locator("#id_items-0-description").fill("Fibre 1000, November")
    page.locator("#id_items-0-price").fill("165")
    standard = page.locator("#id_items-0-tax_rate option", has_text="Standard").first
    page.locator("#id_items-0-tax_rate").select_option(standard.get_attribute("value"))
    page.locator("#figures").get_by_text("196.35").last.wait_for()
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("button", name="Post and send").click()
    page.wait_for_url("**/messages/new/invoice/**")
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/transactions/txn_*/")
    assert "on its way to luca@example.com" in page.locator(".messages").inner_text()
    assert presses.made <= 4
    assert "196.35" in page.locator(".paper").inner_text()
    assert standing(page) == "Open"
    assert page.locator(".standing-acts .btn-primary").inner_text().strip() == "Collect", "it was told of already"
    looked_at(page, "invoice")
    page.emulate_media(media="print")
    assert page.locator(".paper").is_visible()
    assert not page.locator(".desk-standing").is_visible(), "printed, the page is the invoice"
    assert not page.locator(".timeline").is_visible()


@pytest.mark.wide
def test_a_cancelled_invoice_says_what_became_of_its_money(sit, shop):
    account, page = newcomer(shop, "Gina Storno"), sit()
    invoice = shop.invoice(account, 80_00)
    page.goto(f"/accounts/{account.public_id}/collect/?way=record")
    page.get_by_role("button", name="Record payment").click()
    page.wait_for_url("**/transactions/txn_*/")
    page.goto(f"/transactions/{invoice.public_id}/")
    presses = Presses(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Cancel the invoice").click()
    page.get_by_label("Reason").fill("Sold twice")
    page.get_by_role("button", name="Cancel the invoice").click()
    page.wait_for_url(f"**/transactions/{invoice.public_id}/")
    assert presses.made <= 3
    told = " ".join(page.locator(".notice").inner_text().split())
    assert "Sold twice" in told
    assert "80.00 EUR of it is unapplied: refund it" in told
    looked_at(page, "cancelled")
    page.get_by_role("link", name="refund it").click()
    assert page.get_by_label("Amount in EUR").input_value() == "80.00"


def test_a_failed_card_is_paid_within_three_presses(sit, shop):
    account, page = newcomer(shop, "Ugo Rifiuti"), sit()
    invoice = shop.invoice(account, 54_00)
    register(page, account, DECLINED)
    page.goto(f"/transactions/{invoice.public_id}/")
    page.get_by_role("link", name="Collect", exact=True).click()
    looked_at(page, "collect")
    page.get_by_role("button", name="Charge").click()
    page.wait_for_url("**/transactions/txn_*/")
    assert standing(page) == "Failed"
    register(page, account, GOOD)
    page.goto("/")
    presses = Presses(page)
    page.get_by_role("link", name="Payments that failed").click()
    page.wait_for_url("**/transactions/txn_*/")
    assert "The charge failed" in page.locator(".notice-bad").inner_text()
    looked_at(page, "failed-payment")
    page.get_by_role("link", name="Charge another card").click()
    assert page.get_by_label("Charge", exact=True).locator("option:checked").inner_text().startswith("Visa ending 4242")
    page.get_by_role("button", name="Charge").click()
    page.wait_for_url("**/transactions/txn_*/")
    assert standing(page) == "Applied"
    assert presses.made <= 3
    assert shop.state(invoice) == 0


@pytest.mark.wide
def test_the_keyboard_alone_collects(sit, shop):
    account, page = newcomer(shop, "Tea Tasti"), sit()
    invoice = shop.invoice(account, 20_00)
    page.goto(f"/accounts/{account.public_id}/collect/?way=record")
    presses = Presses(page)
    page.get_by_label("Amount in EUR").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == invoice.public_id
    page.keyboard.press("Space")
    expect(page.get_by_label("Amount in EUR")).to_have_value("")
    page.keyboard.press("Space")
    expect(page.get_by_label("Amount in EUR")).to_have_value("20.00")
    page.get_by_label("Amount in EUR").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/transactions/txn_*/")
    assert presses.made == 0
    assert shop.state(invoice) == 0


@pytest.mark.wide
def test_what_was_typed_is_not_left_without_a_question(sit, shop):
    account, page = newcomer(shop, "Ida Dubbi"), sit()
    page.goto(f"/accounts/{account.public_id}/collect/?way=record")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Amount in EUR").press_sequentially("12")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Customers").click()
    assert asked == ["beforeunload"]
    assert page.get_by_label("Amount in EUR").input_value() == "12"
    page.get_by_role("button", name="Record payment").click()  # it is asked, not left
    page.get_by_role("button", name="Post for good").click()
    page.wait_for_url("**/transactions/txn_*/")
    assert asked == ["beforeunload"]
