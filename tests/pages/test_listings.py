"""Lists as they are read: a page for each kind of document, system accounts put away, overdue marked."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.pages.test_gateways import text_of

from subledger.accounts.queries import system_account
from subledger.transactions.states import Classification as C


def listed(desk, name: str, **asked: str) -> str:
    return desk.get(reverse(f"backoffice:{name}"), asked).content.decode()


def heads(page: str) -> list[str]:
    found = [head for head in re.findall(r'<th scope="col".*?</th>', page, re.DOTALL) if "col-tick" not in head]
    return [" ".join(re.sub(r"<[^>]+>", " ", head).split()) for head in found]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("invoices", {C.INVOICE}), ("payments", {C.PAYMENT, C.REFUND}), ("credit_notes", {C.CREDIT_NOTE})],
)
def test_each_kind_of_document_has_a_list_of_its_own(desk, ledger, name, kinds):
    paid = ledger.payment(300)
    made = {
        C.INVOICE: ledger.invoice(70),
        C.PAYMENT: paid,
        C.REFUND: ledger.refund(20),
        C.CREDIT_NOTE: ledger.credit_note(30),
    }
    page = listed(desk, name)
    for kind, row in made.items():
        assert (row.number in page) == (kind in kinds), kind


def test_payments_and_refunds_are_added_apart(desk, ledger):
    ledger.payment(300)
    ledger.refund(20)
    page = text_of(desk.get(reverse("backoffice:payments")))
    assert "Payments posted EUR" in page
    assert "Refunds posted EUR" in page


def test_the_one_currency_of_a_list_stands_in_its_head(desk, ledger):
    ledger.invoice(70)
    assert "Amount EUR" in heads(listed(desk, "invoices"))


def test_system_accounts_are_put_away_until_they_are_asked_for(desk, ledger):
    suspense = system_account("suspense", "eur")
    assert suspense.number not in listed(desk, "accounts")
    assert ledger.account.number in listed(desk, "accounts")
    assert suspense.number in listed(desk, "accounts", type="system")
    assert ledger.account.number not in listed(desk, "accounts", type="system")
    everything = listed(desk, "accounts", type="all")
    assert suspense.number in everything
    assert ledger.account.number in everything


def test_an_active_account_has_no_badge_and_what_is_overdue_is_marked(desk, ledger):
    ledger.invoice(120, on="04/05", due="10/05")
    page = listed(desk, "accounts")
    assert "state-usual" in page
    assert "is-late" in page


def test_columns_with_nothing_in_them_are_left_out_of_lists_but_not_of_files(desk, ledger):
    assert "Classification" not in heads(listed(desk, "accounts"))
    file = b"".join(desk.get(reverse("backoffice:accounts"), {"export": "csv"}).streaming_content).decode()
    assert "Classification" in file.splitlines()[0]
