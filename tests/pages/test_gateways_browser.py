"""Cards, payments and links in a real browser, against the sandbox's own pages over real HTTP.

Staff and customers alike: register a card, be declined, authenticate, pay an invoice by a link, refund half of a
payment, cancel one and have it paid back. Skipped where there is no Chromium.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.pages.conftest import cookies_of, member
from tests.pages.showcase import showcase
from tests.pages.test_browser import CHROMIUM, DESKTOP, FLAGS, PHONE, choose, is_complaint, scrolling, serious, standing

from stripe_sandbox.server import Running, running_sandbox
from subledger.accounts.models import Account, PaymentPreference
from subledger.companies.models import Company
from subledger.companies.queries import today_of_company
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.port import InstrumentSeen
from subledger.gateways.queries import instruments_of
from subledger.gateways.services import inbox
from subledger.gateways.services.instruments import keep_instrument
from subledger.gateways.services.providers import save_provider, set_state
from subledger.gateways.services.public import link_for
from subledger.gateways.services.submission import post
from subledger.gateways.services.worker import calls_to, work_off
from subledger.gateways.states import ProviderState
from subledger.journal.models import LedgerAccount
from subledger.kernel.ids import encode
from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.transactions import labels
from subledger.transactions.models import PaymentMethod, RefundMethod, Transaction, TransactionType
from subledger.transactions.pages.confirmations import CONFIRMATIONS
from subledger.transactions.queries import balance_of
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import Post
from subledger.transactions.services import actions
from subledger.transactions.states import Classification as C

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[dev]'")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]

GOOD, DECLINED, ASKS_ALWAYS = "4242424242424242", "4000000000000341", "4000002760003184"


@dataclass
class Shop:
    """A company that collects through the sandbox; amounts in minor units."""

    company: Company
    provider: Provider
    stripe: Running
    username: str
    blocker: Any

    def account(self, number: int) -> Account:
        with self.blocker.unblock(), company_scope(self.company.pk):
            return Account.objects.get(code=f"C-{1000 + number}")

    def invoice(self, account: Account, minor: int) -> Transaction:
        with self.blocker.unblock(), company_scope(self.company.pk):
            item = NewItem(unit_amount=Decimal(minor), description="Fibre 1000, November")
            new = NewTransaction(classification=C.INVOICE, account_id=account.pk, items=(item,))
            [posted] = actions.post_new(new=[new], actor="user:ana")
            return Transaction.objects.get(pk=posted.id)

    def link(self, kind: str, ident: int) -> str:
        with self.blocker.unblock(), company_scope(self.company.pk):
            return link_for(kind, ident, actor="user:ana").path

    def state(self, invoice: Transaction) -> int:
        """What is open of an invoice."""
        with self.blocker.unblock(), company_scope(self.company.pk):
            item = Transaction.objects.select_related("open_item").get(pk=invoice.pk)
            return item.open_item.open_minor if hasattr(item, "open_item") else 0

    def state_of(self, account: Account) -> int:
        """What an account owes."""
        with self.blocker.unblock(), company_scope(self.company.pk):
            return balance_of(account_id=account.pk, currency=account.currency, as_of=today_of_company()).balance

    def requests(self, account: Account) -> list[PaymentRequest]:
        with self.blocker.unblock(), company_scope(self.company.pk):
            return list(PaymentRequest.objects.filter(account=account).order_by("pk"))


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: Any) -> Iterator[Shop]:
    with running_sandbox() as stripe, django_db_blocker.unblock():
        company = showcase(days=60)
        with company_scope(company.pk):
            method, refund_method = PaymentMethod.objects.get(code="card"), RefundMethod.objects.get(code="card")
            values = {
                "kind": "stripe",
                "code": "stripe",
                "name": "Stripe",
                "base_url": stripe.url,
                "test_key": "sk_test_meridian",
                "payment_methods": [method],
                "refund_methods": [refund_method],
                "cancellation_types": [TransactionType.objects.get(code="paid_back")],
                "preferences": [PaymentPreference.objects.get(code="card")],
                "payment_method": method,
                "refund_method": refund_method,
                "fee_account": LedgerAccount.objects.get(code="5200"),
            }
            provider = save_provider(ident=None, values=values, actor="user:ana")
            set_state(provider_id=provider.pk, state=ProviderState.EFFECTIVE, actor="user:ana")
        username = str(member(company, "administrator").username)
        yield Shop(company, provider, stripe, username, django_db_blocker)


@pytest.fixture(scope="module")
def browser(shop: Shop) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread; the ORM is used here between its calls, never inside them.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_api.sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield started
            started.close()


@pytest.fixture
def visit(browser: Any, committed_db: None, served: str) -> Iterator[Any]:
    """``visit(size)`` is a browser of a customer's; what it complained about fails the test at its end."""
    complaints: list[str] = []
    contexts = []

    def start(size: dict[str, int] = PHONE, **options: Any) -> Any:
        context = browser.new_context(viewport=size, base_url=served, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(45_000)
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield start
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sit(visit: Any, served: str, shop: Shop) -> Any:
    """``sit()`` is a logged-in person at the desk."""

    def start(size: dict[str, int] = DESKTOP) -> Any:
        page = visit(size)
        page.context.add_cookies(cookies_of(shop.username, served))
        page.goto("/")
        return page

    return start


def type_card(page: Any, number: str) -> None:
    """On the sandbox's Checkout page."""
    page.wait_for_url("**/c/pay/**")
    if page.get_by_label("Card", exact=True).count():
        page.get_by_label("Card", exact=True).check()
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("CVC").fill("123")


def register(page: Any, account: Account, number: str) -> None:
    """A card, by the desk; ends on the account's ways to pay."""
    page.goto(f"/accounts/{account.public_id}/")
    choose(page, "Register a card or mandate")
    page.get_by_role("button", name="Go to the gateway's page").click()
    type_card(page, number)
    page.get_by_role("button", name="Save").click()
    if number == ASKS_ALWAYS:
        page.get_by_role("button", name="Authorise").click()
    page.wait_for_url(f"**/accounts/{account.public_id}/ways/")


def charge(page: Any, account: Account, amount: str) -> None:
    """A new payment by card, posted; ends on its page."""
    page.goto(f"/accounts/{account.public_id}/new/payment/")
    page.get_by_label("Amount in EUR").fill(amount)
    page.get_by_label(re.compile(f"^{labels.METHOD}")).select_option(label="Card")
    for _ in range(4):  # what exceeds what is owed is asked about, and what it leaves unused is shown before
        in_advance = page.get_by_label(CONFIRMATIONS["confirm_in_advance"])
        if in_advance.is_visible():
            in_advance.check()
        for_good = page.get_by_role("button", name="Post for good")
        (for_good if for_good.is_visible() else page.get_by_role("button", name="Post", exact=True)).click()
        page.wait_for_load_state()
        if "/new/payment/" not in page.url:
            break
    page.wait_for_url("**/transactions/txn_*/")


def said(page: Any) -> str:
    return str(page.locator(".messages").inner_text())


def test_a_card_is_registered_charged_and_paid_back(sit, shop):
    account, page = shop.account(1), sit()
    register(page, account, GOOD)
    assert "Visa •••• 4242 is registered." in said(page)
    row = page.locator("table", has_text="Card or mandate").locator("tbody tr").first
    assert all(word in row.inner_text() for word in ("Visa •••• 4242", "until 12/2034", "Yes", "Active"))

    charge(page, account, "9000")  # more than it owes: what is paid back has to be the customer's own
    assert "Stripe collected 9\xa0000.00 EUR." in said(page)
    assert standing(page) == "Partly applied"
    payment = page.url

    choose(page, "Refund through the gateway")
    page.get_by_label("Amount in EUR").fill("9000.01")
    page.get_by_role("button", name="Refund", exact=True).click()
    assert "9 000.01 EUR" in page.locator(".field-errors").inner_text().replace("\xa0", " ")
    page.get_by_label("Amount in EUR").fill("4500")
    page.get_by_role("button", name="Refund", exact=True).click()
    page.get_by_role("button", name="Refund", exact=True).click()  # what another amount comes to is shown first
    page.get_by_text("Stripe refunded 4\xa0500.00 EUR.").wait_for()
    assert page.locator("h1").inner_text().startswith("Refund")
    page.goto(payment)
    facts = page.locator(".detail-side .facts").first.inner_text().replace("\xa0", " ")
    assert re.search(r"Refundable\s+4 500\.00", facts)


def test_a_payment_is_cancelled_and_the_money_goes_back_by_itself(sit, shop):
    account, page = shop.account(2), sit()
    invoice = shop.invoice(account, 6_000)
    register(page, account, GOOD)
    page.goto(f"/transactions/{invoice.public_id}/")
    choose(page, "Collect")
    page.get_by_role("button", name="Charge").click()
    assert "Stripe collected" in said(page)
    page.goto(f"/transactions/{invoice.public_id}/")
    assert standing(page) == "Settled"
    paid = next(row for row in shop.requests(account) if row.state == "posted")

    page.goto(f"/gateways/requests/{paid.public_id}/")
    page.get_by_role("link", name=re.compile("^PAY")).first.click()
    choose(page, "Cancel")
    page.get_by_label("Subtype").select_option(label="Paid back through the gateway")
    page.get_by_role("button", name="Cancel the payment").click()
    if not said(page):  # what another subtype comes to is shown before it is done
        page.get_by_role("button", name="Cancel the payment").click()
    assert "Stripe refunded" in said(page)
    assert standing(page) == "Cancelled"
    assert shop.state(invoice) > 0


def test_a_declined_card_leaves_the_draft_and_says_why(sit, shop):
    account, page = shop.account(3), sit()
    register(page, account, DECLINED)
    charge(page, account, "30")
    assert "Stripe declined" in said(page)
    assert "The bank declined and gives no reason" in said(page)
    assert standing(page) == "Failed"
    assert shop.requests(account)[-1].state == "rejected"


def test_a_bank_that_wants_to_see_the_customer(sit, visit, shop):
    account, page = shop.account(4), sit()
    register(page, account, ASKS_ALWAYS)
    charge(page, account, "25")
    assert "has to authenticate" in said(page)
    assert standing(page) == "Needs authentication"
    page.get_by_role("link", name="See the request").click()
    choose(page, "Link for the customer")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Send this link to the customer").input_value()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name=re.compile("Copied|Selected")).wait_for()

    customer = visit()
    customer.goto(link)
    assert "€25.00" in customer.locator("main").inner_text()
    customer.get_by_role("button", name="Go to my bank").click()
    customer.get_by_role("button", name="Fail").click()
    customer.wait_for_url("**/back*")
    assert customer.get_by_role("status").count() or customer.get_by_role("button", name="Try again").count()
    row = shop.requests(account)[-1]
    assert row.state in ("requires_action", "rejected")


def test_a_bank_says_yes(sit, visit, shop):
    account, page = shop.account(5), sit()
    register(page, account, ASKS_ALWAYS)
    charge(page, account, "26")
    row = shop.requests(account)[-1]
    customer = visit()
    customer.goto(shop.link("authenticate", row.pk))
    customer.get_by_role("button", name="Go to my bank").click()
    customer.get_by_role("button", name="Authorise").click()
    customer.get_by_role("heading", name="Confirmed. Thank you!").wait_for()
    assert shop.requests(account)[-1].state == "posted"
    page.reload()
    assert standing(page) in ("Applied", "Unapplied", "Partly applied")


def test_a_customer_pays_an_invoice_on_a_phone_without_scripts(visit, shop):
    account = shop.account(6)
    invoice = shop.invoice(account, 12_050)
    link = shop.link("pay", invoice.pk)
    page = visit(java_script_enabled=False)
    page.goto(link)
    text = page.locator("main").inner_text()
    assert all(
        word in text for word in ("Meridian Utilities", invoice.number, "€120.50", "Fibre 1000, November", "Due")
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/pay/**")
    page.get_by_role("link", name="Cancel and go back").click()
    page.wait_for_url(f"**{link}")
    page.get_by_role("button", name="Pay €120.50").click()
    type_card(page, GOOD)
    page.get_by_role("button", name="Pay €120.50").click()
    page.get_by_role("heading", name="Paid. Thank you!").wait_for()
    assert shop.state(invoice) == 0
    page.goto(link)
    assert page.get_by_role("button").count() == 0


def test_a_customer_keeps_their_account_on_a_phone_without_scripts(visit, shop):
    """Two of three documents are ticked by the keyboard and paid once, the rest in part; a card is added."""
    account = shop.account(9)
    invoices = [shop.invoice(account, minor) for minor in (6_000, 4_000, 1_500)]
    before = shop.state_of(account)
    link = shop.link("account", account.pk)
    page = visit(java_script_enabled=False)
    page.goto(link)
    for invoice in invoices[:2]:
        page.get_by_role("checkbox", name=invoice.number).press("Space")
    page.get_by_role("button", name="Pay what is ticked").press("Enter")
    type_card(page, GOOD)
    page.get_by_role("button", name="Pay €100.00").click()
    page.get_by_role("heading", name="Paid. Thank you!").wait_for()
    assert "has received €100.00" in page.locator("main").inner_text()
    assert [shop.state(one) for one in invoices] == [0, 0, 1_500]
    page.goto(link)
    page.get_by_role("checkbox", name=invoices[2].number).check()
    page.get_by_label("Only a part of it").fill("5")
    page.get_by_role("button", name="Pay what is ticked").click()
    page.get_by_role("link", name="Cancel and go back").click()
    page.wait_for_url(f"**{link}")
    page.get_by_role("button", name="Add a card or bank account").click()
    type_card(page, GOOD)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert "Visa ending 4242" in page.locator("#cards").inner_text()
    assert shop.state_of(account) == before - 10_000
    for scheme, size in (("light", PHONE), ("dark", DESKTOP)):
        seen = visit(size, color_scheme=scheme)
        assert serious(seen, [link]) == set()
        assert scrolling(seen, [link]) == []


def test_a_customer_registers_a_card_by_a_link(visit, shop):
    account = shop.account(7)
    page = visit()
    page.goto(shop.link("register", account.pk))
    page.get_by_role("button", name="Enter my card or account").click()
    type_card(page, GOOD)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert "Visa •••• 4242 is registered." in page.locator("main").inner_text()


def test_nothing_scrolls_sideways_on_a_phone(sit, shop):
    account, page = shop.account(1), sit(PHONE)
    row = shop.requests(account)[-1] if shop.requests(account) else None
    paths = [
        "/gateways/",
        "/gateways/providers/",
        f"/gateways/providers/{shop.provider.public_id}/",
        f"/gateways/providers/{shop.provider.public_id}/edit/",
        "/gateways/events/",
        f"/accounts/{account.public_id}/ways/",
        f"/accounts/{account.public_id}/requests/",
        shop.link("pay", shop.invoice(shop.account(9), 500).pk),
        *([f"/gateways/requests/{row.public_id}/"] if row else []),
    ]
    for path in paths:
        page.goto(path)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, path


CARDS = {
    "pm_card_visa": ("visa", "4242"),
    "pm_card_mastercard": ("mastercard", "4444"),
    "pm_card_amex": ("amex", "8431"),
    "pm_card_chargeDeclinedInsufficientFunds": ("visa", "9995"),
    "pm_card_authenticationRequired": ("visa", "3184"),
}


def fortnight(shop: Shop) -> dict[str, str]:
    """Two weeks of payments by card, and where the pages that show them are."""
    with shop.blocker.unblock(), company_scope(shop.company.pk):
        accounts = list(Account.objects.filter(code__startswith="C-").order_by("code")[: len(CARDS)])
        for (token, (brand, last4)), account in zip(CARDS.items(), accounts, strict=True):
            seen = InstrumentSeen(account.public_id, token, "card", "", brand, last4, 12, 2031, "IT", token[-12:])
            keep_instrument(provider=shop.provider, seen=seen, actor="system")
        method = PaymentMethod.objects.get(code="card")
        for day in range(13, -1, -1):
            with clock.frozen(clock.now() - timedelta(days=day, hours=2)):
                for n, account in enumerate(accounts[: 3 + (day % 3 == 0)]):
                    new = NewTransaction(
                        classification=C.PAYMENT,
                        account_id=account.pk,
                        amount_minor=4_990 + 1_000 * n + 10 * day,
                        payment_method_id=method.pk,
                        confirm_in_advance=True,
                    )
                    [asked] = post(orders=[Post(new=new)], actor="user:ana")
                    work_off(shop.provider.pk, request_ids=[asked.request_id])
        new = NewTransaction(
            classification=C.PAYMENT,
            account_id=accounts[4].pk,
            amount_minor=7_500,
            payment_method_id=method.pk,
            confirm_in_advance=True,
        )
        [asked] = post(orders=[Post(new=new)], actor="user:ana")
        work_off(shop.provider.pk, request_ids=[asked.request_id])
        waiting = PaymentRequest.objects.get(pk=asked.request_id)
        with calls_to(shop.provider) as calls:
            notices = calls.ask(calls.gateway.notices(after="", since=clock.now() - timedelta(hours=1)))
        inbox.keep(provider=shop.provider, notices=notices[-60:])
        inbox.process(shop.provider.pk)
        declined = PaymentRequest.objects.filter(state="rejected").order_by("-pk")[0]
        card = instruments_of(accounts[0].pk)[0]
        payment = PaymentRequest.objects.filter(account=accounts[1], state="posted").order_by("-pk")[0]
        paid = encode("txn", payment.transaction_id)
        return {
            "gateways": "/gateways/",
            "payment-request": f"/gateways/requests/{declined.public_id}/",
            "payment-request-waiting": f"/gateways/requests/{waiting.public_id}/",
            "provider": f"/gateways/providers/{shop.provider.public_id}/",
            "provider-edit": f"/gateways/providers/{shop.provider.public_id}/edit/",
            "gateway-events": "/gateways/events/",
            "ways-to-pay": f"/accounts/{accounts[0].public_id}/ways/",
            "card": f"/accounts/{accounts[0].public_id}/cards/{card.public_id}/",
            "gateway-payment": f"/transactions/{paid}/",
            "gateway-refund": f"/transactions/{paid}/refund/",
            "pay-authenticate": link_for("authenticate", waiting.pk, actor="user:ana").path,
            "pay-register": link_for("register", accounts[0].pk, actor="user:ana").path,
        }


@pytest.mark.skipif(
    "SUBLEDGER_SCREENSHOTS" not in os.environ, reason="SUBLEDGER_SCREENSHOTS names no directory for pictures"
)
def test_pictures_of_gateways(sit, visit, shop):
    directory = Path(os.environ["SUBLEDGER_SCREENSHOTS"])
    directory.mkdir(parents=True, exist_ok=True)
    paths = fortnight(shop)
    paths["pay-invoice"] = shop.link("pay", shop.invoice(shop.account(8), 12_050).pk)
    paths["pay-account"] = shop.link("account", shop.account(2).pk)
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page = sit(size)
        for what, path in paths.items():
            page.goto(path)
            page.evaluate("document.fonts.ready")
            page.wait_for_timeout(250)  # charts are drawn once the font is there
            assert len(page.screenshot(path=directory / f"{what}-{name}.png")) > 5_000
