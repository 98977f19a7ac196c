"""Lists as they are read: a page for each kind of document, system accounts put away, overdue marked."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl

import pytest
from django.test import RequestFactory
from django.urls import reverse
from tests.pages.test_gateways import text_of

from subledger.accounts.models import Account
from subledger.accounts.queries import system_account
from subledger.companies.models import Company
from subledger.journal.services import NewRate, enter_rates
from subledger.page_kit.tables import ListPage
from subledger.transactions import labels
from subledger.transactions.models import PaymentMethod, Transaction
from subledger.transactions.pages import home
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C


def listed(desk, name: str, **asked: str) -> str:
    return desk.get(reverse(f"backoffice:{name}"), asked).content.decode()


def heads(page: str) -> list[str]:
    found = [head for head in re.findall(r'<th scope="col".*?</th>', page, re.DOTALL) if "col-tick" not in head]
    return [" ".join(re.sub(r"<[^>]+>", " ", head).split()) for head in found]


def test_no_criterion_has_the_name_of_what_turns_pages():
    """It would be read as the place of the next page, and that as the criterion: the second page was refused."""

    def lists(of: type[ListPage]) -> list[type[ListPage]]:
        return [of, *(one for below in of.__subclasses__() for one in lists(below))]

    taken = [(one.__name__, each.name) for one in lists(ListPage) for each in one.criteria]
    assert len(taken) > 50
    assert [one for one in taken if one[1] in ("after", "before", "export", "sort")] == []


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
    assert "Payments posted, without cancelled EUR" in page
    assert "Refunds posted, without cancelled EUR" in page


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
    assert (told["Status"], told["Subtype"], told["State"]) == ("Overdue", "Invoice", "Posted")
    assert Decimal(told["Net"]) + Decimal(told["Tax"]) == Decimal(told["Amount"])
    assert rows[twin.number]["Status"] == "Open"


def file_of(desk, name: str, **asked: str) -> list[dict[str, str]]:
    answer = desk.get(reverse(f"backoffice:{name}"), {"export": "csv", **asked})
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_amounts_of_a_file_add_up_with_a_discount_too(desk, ledger):
    item = NewItem(unit_amount=Decimal(1200_00), tax_percent=Decimal(19), discount_minor=35_00, description="Desk")
    ledger.invoice(on="04/05", items=(item,))
    for name in ("invoices", "transactions"):
        [told] = file_of(desk, name)
        subtotal, discount, net, tax = (Decimal(told[word]) for word in ("Subtotal", "Discount", "Net", "Tax"))
        assert (subtotal, discount, net, tax) == (1200, 35, 1165, Decimal("221.35"))
        assert subtotal - discount == net
        assert net + tax == Decimal(told["Amount" if name == "invoices" else "Debit"])


def test_what_is_due_of_invoices_is_a_column_with_its_sum_sorted_and_in_files(desk, ledger):
    half, whole = ledger.invoice(100, on="04/05", due="10/05"), ledger.invoice(30, on="04/05", due="11/05")
    ledger.payment(90, to=[half], on="05/05")
    page = listed(desk, "invoices", sort="left_minor")
    assert "Amount due EUR" in heads(page)
    assert page.index(half.number) < page.index(whole.number)
    foot = text_of(desk.get(reverse("backoffice:invoices"), {"settlement": "overdue"}))
    assert "Total posted, without cancelled EUR 130.00 EUR 40.00 EUR" in foot
    assert {row["Number"]: row["Amount due"] for row in file_of(desk, "invoices")} == {
        half.number: "10.00",
        whole.number: "30.00",
    }


def test_every_column_of_a_file_can_be_chosen_for_the_page(desk, ledger):
    ledger.invoice(100, tax=19, on="04/05", due="10/05")
    order = ["number", "type.name", "method", "net_minor", "tax_minor", "created_by", "account.number"]
    said = {"list": "invoices", "next": "/invoices/", "order": order, "shown": order}
    assert "Net EUR" not in heads(listed(desk, "invoices"))
    desk.post(reverse("backoffice:list_columns"), said)
    page = listed(desk, "invoices")
    assert heads(page) == ["Number", "Subtype", "Method", "Subtotal EUR", "Tax EUR", "Entered by", "Account number"]
    assert ledger.account.number in page


def test_files_say_states_kinds_and_people_in_words(desk, ledger):
    ledger.write_off(ledger.invoice(100, on="04/05", due="01/06"))
    ledger.credit_note(30)
    rows = file_of(desk, "transactions")
    assert {"Written off", "Posted"} <= {row["State"] for row in rows}
    assert {"Invoice", "Credit note"} <= {row["Type"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if re.search("[a-z]_[a-z]|user:", cell)]


def test_sums_of_invoices_leave_out_what_was_cancelled_and_what_stands_for_a_write_off(desk, ledger):
    ledger.cancel(ledger.invoice(100, on="04/05", due="01/06"))
    written_off = ledger.invoice(70, on="04/05", due="01/06")
    ledger.write_off(written_off)
    ledger.invoice(40, on="04/05", due="01/06")
    page = text_of(desk.get(reverse("backoffice:invoices")))
    assert "Total posted, without cancelled EUR 110.00 EUR" in page
    assert "MIR0" not in page
    assert "MIR0" in listed(desk, "transactions")


def test_what_the_overview_counts_is_what_its_links_list(desk, ledger):
    """Also with a write-off, whose mirror is late, money in suspense, a draft that failed, and open money both ways."""
    ledger.write_off(ledger.invoice(70, on="01/05", due="02/05"))
    late = ledger.invoice(100, on="04/05", due="10/05")
    ledger.payment(20, to=[late], on="05/05")
    ledger.payment(200, account=ledger.open("Bea"), on="05/05")
    save_drafts(new=[ledger.new(C.INVOICE, 80)], actor="test")
    ledger.payment(15, account=system_account("suspense", "eur"), on="05/05")
    request = RequestFactory().get("/")
    counted = ("Drafts to post or reject", "Overdue invoices", labels.UNAPPLIED, "On the suspense account")
    for label, count in dict.fromkeys(counted, 1).items():
        [asked] = [one for one in home.todo(request, None) if one["label"] == label]
        found = text_of(desk.get(asked["url"]))
        noun = "invoice" if "/invoices/" in asked["url"] else "transaction"
        assert asked["count"] == count
        assert re.search(rf"\b1 {noun}\b", found), (label, found)


@pytest.mark.few(5)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"settlement": "draft"}, 1), ({"state": "draft"}, 1), ({"state": "draft", "settlement": "draft"}, 1),
        ({"settlement": "cancelled"}, 1), ({"settlement": "overdue"}, 1), ({"settlement": "settlement"}, 0),
        ({"state": "draft", "settlement": "overdue"}, 0),
    ],
)  # fmt: skip
def test_one_status_narrows_by_state_and_by_what_is_settled(desk, ledger, asked, found):
    ledger.invoice(100, on="04/05", due="10/05")
    ledger.cancel(ledger.invoice(70, on="04/05", due="01/06"), on="05/05")
    save_drafts(new=[ledger.new(C.INVOICE, 80)], actor="test")
    answer = desk.get(reverse("backoffice:invoices"), asked)
    assert len(answer.context["rows"]) == found
    page = answer.content.decode()
    assert page.count('name="settlement"') + page.count('name="state"') == 1


def test_the_ageing_of_an_account_leads_to_its_open_items(desk, ledger):
    late = ledger.invoice(100, on="04/05", due="10/05")
    ledger.invoice(70, account=ledger.open("Bea"), on="04/05", due="10/05")
    page = desk.get(reverse("backoffice:account", args=[ledger.account.pk])).content.decode()
    assert "<canvas" not in page
    url = re.search(r'class="strip-part swatch-age-1" href="([^"]*)"', page)[1]  # type: ignore[index]
    items = listed(desk, "open_items", **dict(parse_qsl(unescape(url).partition("?")[2])))
    assert late.number in items
    assert "Bea" not in items


def test_a_document_begins_with_an_account_whose_balance_is_seen_or_a_new_customer(desk, ledger):
    ledger.invoice(120, on="04/05", due="10/05")
    answer = desk.get(reverse("backoffice:transaction_choose", args=["invoice"]))
    assert "120.00" in text_of(answer)
    assert reverse("backoffice:customer_new") in answer.content.decode()


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


def test_an_account_opened_after_midnight_was_opened_on_that_day(desk, ledger):
    """In the company's zone, in which it is two hours later: on its page, and where its statement begins."""
    Company.objects.filter(pk=ledger.account.company_id).update(time_zone="Europe/Rome")
    opened = datetime(2026, 5, 19, 22, 30, tzinfo=UTC)
    Account.objects.filter(pk=ledger.account.pk).update(created_at=opened)
    assert "Opened 20 May 2026" in text_of(desk.get(reverse("backoffice:account", args=[ledger.account.pk])))
    statement = desk.get(reverse("backoffice:account_statement", args=[ledger.account.pk])).content.decode()
    assert "2026-05-19" not in statement
    assert "2026-05-20" in statement


def test_where_only_credit_is_open_nothing_is_due(desk, ledger):
    ledger.payment(75)
    page = text_of(desk.get(reverse("backoffice:account", args=[ledger.account.pk])))
    assert "Nothing is due." in page
    assert "Nothing is open." not in page


@pytest.mark.parametrize("name", ["transactions", "invoices", "payments", "credit_notes", "accounts", "customers"])
def test_no_two_columns_of_a_file_are_called_alike(desk, ledger, name):
    ledger.invoice(100)
    answer = desk.get(reverse(f"backoffice:{name}"), {"export": "csv"})
    names = next(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert len(names) == len(set(names)), names
