"""What an agent types while a customer is on the phone: an amount, words in any order, short numbers, a phone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse
from tests.pages.test_gateways import text_of

from subledger.accounts.models import Account, ContactPerson, Customer
from subledger.accounts.searches import ACCOUNT_WORDS, CONTACT_WORDS, CUSTOMER_WORDS, search_accounts, search_customers
from subledger.accounts.services import create_customers, open_accounts, update_customer
from subledger.platform import clock
from subledger.platform.numbering import written_in_full


def looked_up(desk, text: str):
    return desk.get(reverse("backoffice:search"), {"q": text})


@pytest.mark.parametrize("text", ["196.35", "196,35", "€196.35", "196.35 EUR", "eur 196.35"])
def test_an_amount_finds_what_is_over_it_or_has_it_open(desk, ledger, text):
    whole, rest, other = ledger.invoice("196.35"), ledger.invoice("296.35"), ledger.invoice("196.36")
    ledger.payment(100, to=[rest])
    page = text_of(looked_up(desk, text))
    assert whole.number in page
    assert rest.number in page
    assert other.number not in page


def test_an_amount_with_two_readings_finds_both(desk, ledger):
    thousand, one = ledger.invoice("1234"), ledger.invoice("1.23")
    assert thousand.number in text_of(looked_up(desk, "1,234"))
    assert one.number in text_of(looked_up(desk, "1.23"))


def test_words_are_found_in_any_order_and_all_of_them(ledger):
    update_customer(customer_id=ledger.account.customer_id, changes={"name": "Luca Lodi", "city": "Roma"}, actor="test")
    customer = Customer.objects.get(pk=ledger.account.customer_id)
    assert list(search_customers("lodi luca")) == [customer]
    assert list(search_customers("lodi roma")) == [customer]
    assert list(search_accounts("lodi luca")) == [ledger.account]
    assert not search_customers("lodi mario").exists()


@pytest.mark.parametrize("text", ["INV1", "inv01", "INV000001"])
def test_a_number_leads_to_its_page_without_its_zeros(desk, ledger, text):
    invoice = ledger.invoice(10)
    assert looked_up(desk, text)["Location"] == reverse("backoffice:transaction", args=[invoice.id])


def test_an_account_is_found_without_its_zeros(desk, ledger):
    short = ledger.account.number.replace("0", "")
    assert looked_up(desk, short)["Location"] == reverse("backoffice:account", args=[ledger.account.pk])


@pytest.mark.parametrize("text", ["0039 02 5551234", "+39 (02) 555-1234", "5551234", "02 5551234"])
def test_a_phone_is_found_by_its_digits(ledger, text):
    update_customer(customer_id=ledger.account.customer_id, changes={"phone": "+39 02/555 12 34"}, actor="test")
    assert list(search_accounts(text)) == [ledger.account]
    assert [found.pk for found in search_customers(text)] == [ledger.account.customer_id]
    assert not search_accounts("555 99 99").exists()


def test_accounts_are_shown_with_what_they_owe_and_what_of_it_is_overdue(desk, ledger):
    ledger.invoice(120, on="04/05", due="10/05")
    ledger.invoice(30, on="04/05", due="10/06")
    page = text_of(looked_up(desk, "ann"))
    assert "150.00 EUR" in page
    assert "120.00 EUR" in page


def test_what_is_no_number_has_no_long_form(ledger):
    assert written_in_full("INV5") == ["INV00000005"]
    for text in ("lodi", "196.35", "INV", "INV0", "5", "INV٣", "A" * 300, "'; --"):
        assert written_in_full(text) == [], text


def test_a_bare_number_finds_what_ends_in_it_and_jumps_nowhere(desk, ledger):
    invoice, payment = ledger.invoice(20), ledger.payment(30)
    found = looked_up(desk, "1")
    assert found.status_code == 200
    for number in (invoice.number, payment.number):
        assert number.rstrip("1").rstrip("0").isalpha()
        assert number in text_of(found)
    short = "".join(filter(str.isdigit, ledger.account.number)).lstrip("0")
    assert ledger.account.number in text_of(looked_up(desk, short))


@pytest.mark.parametrize("text", ["ann@", "lodi", "IT0815", "20121"])
def test_an_account_is_found_by_what_is_known_of_its_customer(ledger, text):
    facts = {"email": "ann@example.com", "city": "Lodi", "tax_number": "IT0815", "postal_code": "20121"}
    update_customer(customer_id=ledger.account.customer_id, changes=facts, actor="test")
    assert list(search_accounts(text)) == [ledger.account]


def test_words_may_be_shared_by_an_account_and_its_customer(ledger):
    update_customer(customer_id=ledger.account.customer_id, changes={"city": "Lodi"}, actor="test")
    assert list(search_accounts(f"lodi {ledger.account.number[-3:]}")) == [ledger.account]
    assert not search_accounts("lodi nowhere").exists()


def test_signs_of_patterns_are_looked_for_as_they_stand(ledger):
    for text in ("%", "_", "\\"):
        assert not search_accounts(text).exists(), text
        assert not search_customers(text).exists(), text


def test_a_customer_with_one_account_is_one_hit(desk, ledger):
    update_customer(customer_id=ledger.account.customer_id, changes={"name": "Luca Lodi"}, actor="test")
    page = looked_up(desk, "lodi").content.decode()
    assert page.count(ledger.account.number) == 1
    assert reverse("backoffice:customer", args=[ledger.account.customer_id]) not in page


def test_a_customer_with_no_account_or_several_is_a_hit_of_its_own(desk, ledger):
    alone, several = create_customers(new=[{"name": "Lodi alone"}, {"name": "Lodi several"}], actor="test")
    open_accounts(new=[{"customer": several}, {"customer": several}], actor="test")
    page = looked_up(desk, "lodi").content.decode()
    for customer in (alone, several):
        assert reverse("backoffice:customer", args=[customer.pk]) in page


def test_the_code_of_a_customer_leads_to_its_one_account(desk, ledger):
    update_customer(customer_id=ledger.account.customer_id, changes={"code": "K-77"}, actor="test")
    assert looked_up(desk, "K-77")["Location"] == reverse("backoffice:account", args=[ledger.account.pk])
    open_accounts(new=[{"customer": ledger.account.customer}], actor="test")
    assert looked_up(desk, "K-77")["Location"] == reverse("backoffice:customer", args=[ledger.account.customer_id])


def test_more_than_is_shown_is_said(desk, ledger):
    create_customers(new=[{"name": f"Many {n}"} for n in range(21)], actor="test")
    assert "The first 20" in text_of(looked_up(desk, "many"))
    assert "The first 20" not in text_of(looked_up(desk, "many 7"))


@pytest.mark.parametrize(
    ("model", "words", "index"),
    [
        (Customer, CUSTOMER_WORDS, "customer_words"),
        (Account, ACCOUNT_WORDS, "account_words"),
        (ContactPerson, CONTACT_WORDS, "contact_words"),
    ],
)
def test_words_are_looked_for_as_their_index_has_them(ledger, model, words, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # with few rows it would be cheaper to read them all
    assert index in model.unscoped.alias(words=words).filter(words__icontains="rossi").explain()


def test_a_customer_is_found_by_its_contact_persons(desk, ledger):
    customer = ledger.account.customer
    update_customer(customer_id=customer.pk, changes={"name": "Grand Hotel", "city": "Rimini"}, actor="test")
    ids = {"customer_id": customer.pk, "email": "fb@hotel.example", "phone": "+39 0541 998 877"}
    person = ContactPerson.objects.create(name="Federica Bassi", **ids)
    for text in ("federica", "bassi rimini", "fb@hotel", "0541 998877"):
        assert list(search_accounts(text)) == [ledger.account], text
        assert list(search_customers(text)) == [customer], text
    assert ledger.account.number in text_of(looked_up(desk, "federica bassi"))
    assert not search_customers("federica napoli").exists()
    ContactPerson.ever.filter(pk=person.pk).update(removed_at=clock.now())
    assert not search_customers("federica").exists(), "she is there no more"
