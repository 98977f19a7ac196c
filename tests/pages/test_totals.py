"""Totals under lists: what counts, and like with like."""

from __future__ import annotations

import html
import re

from django.urls import reverse

from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C


def foot(desk, name: str, **criteria: str) -> list[str]:
    content = desk.get(reverse(f"backoffice:{name}"), criteria).content.decode()
    found = re.search(r"<tfoot.*?</tfoot>", content, re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", found[0], re.DOTALL) if found else []
    return [
        re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", row))).replace("\u00a0", " ").strip() for row in rows
    ]


def test_transactions_total_what_is_posted(desk, ledger):
    ledger.invoice(100, on="04/05", due="01/06")
    ledger.payment(30)
    save_drafts(new=[ledger.new(C.INVOICE, 80)], actor="test")
    assert foot(desk, "transactions") == ["Total posted EUR 100.00 EUR 30.00 EUR"]
    assert foot(desk, "transactions", state="draft") == []


def test_payment_requests_total_what_moved_by_direction(books, desk):
    assert foot(desk, "gateways") == ["Received EUR 75.00 EUR"]  # one rejected, two waiting


def test_accounts_total_customers_and_not_the_mirror_of_what_was_written_off(desk, ledger):
    ledger.write_off(ledger.invoice(100, on="04/05", due="01/06"))
    ledger.invoice(40, on="04/05", due="01/06")
    [total] = foot(desk, "accounts")
    assert total.startswith("Total of customers EUR 40.00 EUR")
    assert foot(desk, "accounts", type="system") == []


def test_applied_payments_total_what_is_applied_now(desk, ledger):
    first = ledger.invoice(100, on="04/05", due="01/06")
    ledger.payment(100)
    ledger.cancel(first)
    ledger.invoice(60, on="04/05", due="01/06")
    totals = foot(desk, "allocations")
    # the invoice by its cancellation, and the payment on the next; what was released of the payment counts no more
    assert totals == ["Total applied EUR 160.00 EUR"]


def test_an_overdue_invoice_says_how_late_it_is(desk, ledger):
    ledger.invoice(100, on="04/05", due="10/05")
    paid = ledger.invoice(50, on="04/05", due="09/05")
    ledger.payment(50, to=[paid])
    for url in (reverse("backoffice:transactions"), reverse("backoffice:account", args=[ledger.account.pk])):
        assert re.findall(r'class="late">([^<]+)<', desk.get(url).content.decode()) == ["10 days late"]
