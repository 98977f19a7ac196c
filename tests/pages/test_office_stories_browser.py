"""What is done less than daily, in a real browser and with no more presses of the mouse than it takes: a file, the end
of a month, a colleague who only reads, a link that a customer pays by, and what changed on an account.

Skipped where there is no Chromium.
"""

from __future__ import annotations

import re

import pytest
from tests.pages.conftest import PASSWORD
from tests.pages.presses import Presses, looked_at
from tests.pages.test_browser import CHROMIUM, DESKTOP, choose
from tests.pages.test_gateways_browser import GOOD, type_card
from tests.pages.test_gateways_browser import browser as browser
from tests.pages.test_gateways_browser import shop as shop
from tests.pages.test_gateways_browser import sit as sit
from tests.pages.test_gateways_browser import visit as visit
from tests.pages.test_stories_browser import newcomer, page_of

from subledger.accounts.services import update_account
from subledger.journal.models import PeriodClose
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]


def test_a_file_with_two_bad_rows_is_imported_without_them_in_three_presses(sit, shop, tmp_path):
    account, page = newcomer(shop, "Ivo Estratti"), sit()
    file = tmp_path / "payments.csv"
    rows = (f"{account.number},12.50,2026-01-10", "ACR-nobody,5,2026-01-10", f"{account.number},lots,2026-01-11")
    file.write_text("\n".join(("account,amount,posted_on", *rows, "")))
    page.goto("/imports/new/")
    presses = Presses(page)
    page.locator("select[name=kind]").select_option("payments")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_text("Checked: nothing is imported yet").wait_for()
    rejected = page.locator("table", has_text="Line").first.inner_text()
    assert "ACR-nobody" in rejected
    assert "lots" in rejected
    looked_at(page, "import-checked")
    page.get_by_label("Import the good rows and leave out the bad ones").check()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("heading", name="Imported", exact=True).wait_for()
    assert presses.made <= 3
    with shop.blocker.unblock(), company_scope(shop.company.pk):
        assert Transaction.objects.get(account=account).amount_minor == 1250


def test_a_month_is_closed_within_six_presses(sit, shop):
    page = sit()
    presses = Presses(page)
    page.get_by_role("link", name="Month-end").click()
    page.locator("#line-tie-out").get_by_text("Ageing, open items and ledger agree to the cent.").wait_for()
    page.get_by_role("link", name="Trial balance").last.click()
    page.get_by_role("columnheader", name="Compared").wait_for()
    page.get_by_role("link", name="Month-end").click()
    page.get_by_role("link", name=re.compile(r"^Close \w+ 20")).click()
    page.get_by_role("button", name="Close a period").click()
    page.get_by_text("First open day").first.wait_for()
    page.get_by_role("button", name="Close a period").click()
    page.get_by_text("The period is closed.").wait_for()
    assert presses.made <= 6
    with shop.blocker.unblock(), company_scope(shop.company.pk):
        assert PeriodClose.objects.filter(reopened_at=None).exists()


def test_a_colleague_who_only_reads_is_invited_within_three_presses(sit, visit, shop):
    account, page = newcomer(shop, "Rita Lettrice"), sit()
    page.goto("/configuration/people/")
    presses = Presses(page)
    page.get_by_role("link", name="Invite a person").first.click()
    page.locator("#id_name").fill("Lea Leser")
    page.locator("#id_role").select_option(label="Auditor (read only)")
    page.get_by_role("button", name="Invite", exact=True).click()
    link = page.locator("input[readonly]").input_value()
    assert presses.made <= 3
    looked_at(page, "invited")

    colleague = visit(DESKTOP)
    colleague.goto(link)
    colleague.get_by_label("Username").fill("lea.leser")
    for box in colleague.locator("input[type=password]").all():
        box.fill(PASSWORD)
    colleague.keyboard.press("Enter")
    colleague.wait_for_url("**/login/**")
    colleague.get_by_label("Username").fill("lea.leser")
    colleague.get_by_label("Password").fill(PASSWORD)
    colleague.keyboard.press("Enter")
    colleague.get_by_role("link", name="Customers").first.wait_for()
    page_of(colleague, account)
    assert "Rita Lettrice" in colleague.locator("h1").inner_text()
    offered = colleague.locator(".page-head").inner_text()
    assert not [word for word in ("New invoice", "Record payment", "Collect", "Terminate") if word in offered]
    denied = colleague.request.get(f"/accounts/{account.public_id}/new/invoice/")
    assert denied.status == 403
    colleague.locator(".top-avatar").click()
    colleague.get_by_text("Your login").click()
    choose(colleague, "Change the password")
    colleague.get_by_role("heading", name="Change your password").wait_for()


def test_a_link_to_pay_is_made_in_two_presses_and_paid_in_two_without_scripts(sit, visit, shop):
    account, page = newcomer(shop, "Pia Paganti"), sit()
    invoice = shop.invoice(account, 54_00)
    page.goto(f"/transactions/{invoice.public_id}/")
    presses = Presses(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Link to pay").click()
    link = page.get_by_label("Send this link to the customer").input_value()
    assert presses.made == 2
    looked_at(page, "link-to-pay")
    page.get_by_role("link", name="Links that are good now").click()
    page.get_by_role("button", name="Revoke").wait_for()

    customer = visit(java_script_enabled=False)
    customer.goto(link)
    customer.get_by_role("button", name="Pay €54.00").click()
    type_card(customer, GOOD)
    customer.get_by_role("button", name="Pay €54.00").click()
    customer.get_by_role("heading", name="Paid. Thank you!").wait_for()
    assert shop.state(invoice) == 0


def test_what_changed_on_an_account_is_found_within_three_presses(sit, shop):
    account, page = newcomer(shop, "Carla Cambi"), sit()
    with shop.blocker.unblock(), company_scope(shop.company.pk):
        update_account(account_id=account.pk, changes={"credit_limit_minor": 500_00}, actor="user:ana")
    presses = Presses(page)
    page.get_by_role("link", name="Configuration").first.click()
    page.get_by_role("link", name=re.compile("^Audit trail")).first.click()
    page.get_by_label("Number or name").fill("Carla Cambi")
    page.keyboard.press("Enter")
    row = page.locator("#list tbody tr", has_text="Credit limit").first
    row.wait_for()
    text = " ".join(row.inner_text().split())
    assert "500.00" in text
    assert "50000" not in text
    assert presses.made <= 3
    looked_at(page, "audit-trail")
