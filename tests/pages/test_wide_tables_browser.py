"""Every list and report in a real browser: no table is cut off on a desk's screen, and none makes a phone scroll.

Names, addresses and subjects are as long as they get. Skipped where there is no Chromium.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver, reverse
from tests.pages.showcase import showcase
from tests.pages.test_browser import CHROMIUM, DESKTOP, PHONE, browser, open_page, paths, username

from subledger.accounts.contacts import NewContact, add_contacts
from subledger.accounts.models import Account, Customer
from subledger.attachments.services import attach
from subledger.companies.services import create_api_key
from subledger.kernel.ids import encode
from subledger.messages.services.distribution import distribute
from subledger.messages.services.outbox import Wish
from subledger.messages.services.suppressions import suppress_address
from subledger.messages.states import SuppressionReason
from subledger.page_kit.tables import ListPage
from subledger.people.services import invite
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification
from subledger.webhooks.services.endpoints import create_endpoint

__all__ = ["browser", "open_page", "paths", "username"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.wide,
]

LONG_ADDRESS = "rechnungseingang-kreditorenbuchhaltung@donaudampfschifffahrtsgesellschaft.example.com"
LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk Wien-Floridsdorf GmbH und Co. KG"
# What of a page is wider than its place: a table within its card, or the page itself.
WIDER = """() => [
  ...[...document.querySelectorAll("table")].filter((table) => table.offsetParent).flatMap((table) => {
    let place = table.parentElement;
    while (place.parentElement && getComputedStyle(place).display === "contents") place = place.parentElement;
    const over = Math.round(table.getBoundingClientRect().right - place.getBoundingClientRect().right);
    return over > 1 ? [`a table by ${over}px`] : [];
  }),
  ...(document.documentElement.scrollWidth > document.documentElement.clientWidth ? ["the page"] : []),
]"""


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The showcase, and one of whatever else is listed, as long as it gets."""
    with django_db_blocker.unblock():
        company = showcase()
        with company_scope(company.pk):
            account = Account.objects.select_related("customer").get(code="C-1000")
            Customer.objects.filter(pk=account.customer_id).update(name=LONG_NAME, email=LONG_ADDRESS)
            Account.objects.filter(pk=account.pk).update(name=LONG_NAME)
            children = Account.objects.filter(type="customer").exclude(pk=account.pk)[:2]
            Account.objects.filter(pk__in=[row.pk for row in children]).update(parent=account)
            contact = NewContact(customer=account.customer, name=LONG_NAME, email=f"x{LONG_ADDRESS}", role="billing")
            add_contacts(new=[contact], actor="test")
            invoice = Transaction.objects.filter(
                account=account, classification=Classification.INVOICE, posted_on__isnull=False
            ).latest("pk")
            wish = Wish(of="invoice", object_id=invoice.pk)
            distribute(wish=wish, recipients=[LONG_ADDRESS, "ana@example.com"], actor="user:ana")
            suppress_address(
                address=LONG_ADDRESS, reason=SuppressionReason.OPTED_OUT, note="Asked by phone. " * 6, actor="test"
            )
            attach(of="account", object_id=account.pk, name=f"{LONG_NAME}.pdf", content=b"%PDF-1.7", actor="test")
            create_api_key(name=LONG_NAME, actor="test")
            invite(role="agent", name=LONG_NAME, email=LONG_ADDRESS, actor="test")
            create_endpoint(
                url=f"https://93.184.215.14/hooks/{'a-long-path/' * 9}", filters=["invoice.*"], actor="test"
            )
        return company


def lists(books: Any) -> Iterator[str]:
    """The path of every list and report that no address of its own row is needed for, and of an account's tabs."""
    with company_scope(books.pk):
        account = Account.objects.get(code="C-1000")
        invoice = Transaction.objects.filter(account=account, classification=Classification.INVOICE).latest("pk")
        named = {"account_id": account.pk, "customer_id": account.customer_id or 0, "transaction_id": invoice.pk}
    yield from (f"/accounts/{account.public_id}/", f"/transactions/{invoice.public_id}/", "/", "/search?q=Donau")
    yield f"/customers/{encode('cus', named['customer_id'])}/"
    for pattern in _patterns(get_resolver().url_patterns):
        view = getattr(pattern.callback, "view_class", None)
        wanted = set(pattern.pattern.converters)
        if view is not None and issubclass(view, ListPage) and wanted <= named.keys():
            yield reverse(f"backoffice:{pattern.name}", kwargs={name: named[name] for name in wanted})


def _patterns(found: Any) -> Iterator[URLPattern]:
    for each in found:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from _patterns(each.url_patterns)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_no_table_is_cut_off(open_page, books, django_db_blocker, size):
    with django_db_blocker.unblock():
        found = sorted(set(lists(books)))
    assert len(found) > 25
    page = open_page(size)
    wide = {}
    for path in found:
        page.goto(path)
        if over := page.evaluate(WIDER):
            wide[re.sub(r"_[0-9a-z]{13}", "_", path)] = over
    assert wide == {}
