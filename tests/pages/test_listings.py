"""Lists as they are read: a page for each kind of document, system accounts put away, overdue marked."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.pages.test_gateways import text_of

from subledger.accounts.queries import system_account
from subledger.journal.services import NewRate, enter_rates
from subledger.transactions.models import PaymentMethod, Transaction
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


def numbers(page: str) -> set[str]:
    return set(re.findall(r"\b(?:INV|PAY|CRN|RFD)\d{8}\b", page))


def test_a_list_is_narrowed_by_amounts_in_major_units_of_each_currency(desk, ledger):
    small, large = ledger.invoice(Decimal("69.99")), ledger.invoice(70)
    enter_rates(rates=[NewRate("jpy", date(2026, 1, 1), Decimal("0.006"))], actor="test")
    yen = ledger.open("Aki", currency="jpy")
    whole = ledger.invoice(70, account=yen)
    assert numbers(listed(desk, "invoices", amount_from="70")) == {large.number, whole.number}
    assert numbers(listed(desk, "invoices", amount_to="69.99")) == {small.number}
    assert numbers(listed(desk, "invoices", amount_from="69,99", amount_to="70", currency="eur")) == {
        small.number,
        large.number,
    }
    assert "Amount: from 69.99" in listed(desk, "invoices", amount_from="69.99")


@pytest.mark.parametrize("asked", [{"amount_from": "x"}, {"amount_from": "9", "amount_to": "8"}, {"method": "pme_1"},
                                   {"currency": "xxx"}, {"amount_from": "1e99"}])  # fmt: skip
def test_a_criterion_that_cannot_be_read_shows_no_rows_and_says_why(desk, ledger, asked):
    invoice = ledger.invoice(70)
    answer = desk.get(reverse("backoffice:transactions"), asked)
    assert answer.status_code == 422
    assert invoice.number not in answer.content.decode()


def test_payments_are_narrowed_by_their_method(desk, ledger):
    payment = ledger.payment(300)
    [method] = [row.payment_method for row in Transaction.objects.filter(pk=payment.id)]
    other = next(row for row in PaymentMethod.objects.all() if row != method)
    assert numbers(listed(desk, "payments", method=method.public_id)) == {payment.number}
    assert not numbers(listed(desk, "payments", method=other.public_id))
    refund = ledger.refund(20)
    [way] = [row.refund_method for row in Transaction.objects.filter(pk=refund.id)]
    assert numbers(listed(desk, "payments", method=way.public_id)) == {refund.number}


def test_what_is_rarely_asked_for_is_put_away_unless_it_is_asked_for(desk, ledger):
    ledger.invoice(70)
    assert '<details class="filters-more">' in listed(desk, "invoices")
    assert '<details class="filters-more" open>' in listed(desk, "invoices", amount_from="1")


def test_a_file_tells_two_customers_of_one_name_apart_and_says_where_each_stands(desk, ledger):
    ledger.invoice(100, tax=19, on="04/05", due="10/05")
    twin = ledger.open(ledger.account.name)
    ledger.invoice(50, account=twin, on="04/05", due="10/06")
    file = b"".join(desk.get(reverse("backoffice:invoices"), {"export": "csv"}).streaming_content).decode("utf-8-sig")
    rows = {row["Account number"]: row for row in csv.DictReader(io.StringIO(file))}
    assert set(rows) == {ledger.account.number, twin.number}
    told = rows[ledger.account.number]
    assert (told["Standing"], told["Subtype"], told["State"]) == ("Overdue", "Invoice", "posted")
    assert Decimal(told["Net"]) + Decimal(told["Tax"]) == Decimal(told["Amount"])
    assert rows[twin.number]["Standing"] == "Open"


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
