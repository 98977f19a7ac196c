"""What a credit is meant for on the pages: settled invoices as well, and true words under FIFO."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.factories import configure

from subledger.transactions.models import TransactionType
from subledger.transactions.queries import invoices_to_mean


def test_open_invoices_come_first_and_settled_ones_follow(ledger):
    first = ledger.invoice(10, due="01/07")
    second = ledger.invoice(20, due="01/06")
    paid = ledger.invoice(30, due="25/05", back_office_code="B-7")
    ledger.payment(30, to=[paid])
    found = invoices_to_mean(account_id=ledger.account.pk)
    assert [row.number for row in found] == [second.number, first.number, paid.number]
    assert [row.number for row in invoices_to_mean(account_id=ledger.account.pk, text="B-")] == [paid.number]
    kept = invoices_to_mean(account_id=ledger.account.pk, text="B-", kept=[first.id])
    assert {row.number for row in kept} == {paid.number, first.number}


def test_a_payment_on_the_page_takes_the_place_of_what_settled_an_invoice(doors):
    ledger = doors.ledger
    invoice = ledger.invoice(50)
    ledger.payment(50)
    account = ledger.account
    url = reverse("backoffice:transaction_new", args=[account.pk, "payment"])
    assert f"{invoice.number}, due" in doors.page.get(url).content.decode()
    kind = TransactionType.objects.get(classification="payment", is_default=True).pk
    [row] = invoices_to_mean(account_id=account.pk)
    typed = {"type": kind, "then": "post", "amount": "50", "intended": [row.public_id]}
    assert doors.page.post(url, typed).status_code == 302
    assert {link[3] for link in ledger.links()} == {"against_item"}


@pytest.mark.parametrize(("principle", "said"), [("fifo", "Noted only"), ("against_item_fifo", "settled first")])
def test_the_words_fit_the_principle(doors, principle, said):
    configure(allocation_principle=principle)
    doors.ledger.invoice(50)
    url = reverse("backoffice:transaction_new", args=[doors.ledger.account.pk, "payment"])
    assert said in doors.page.get(url).content.decode()
