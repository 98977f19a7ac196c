"""Numbers and days on pages: printed and read as the person or the company writes them."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.factories import Ledger
from tests.pages.conftest import reviewed

from subledger.companies.models import Company, Membership
from subledger.transactions.models import Transaction


@pytest.fixture
def pay(desk: Client, ledger: Ledger):
    """Post a payment as typed on its page; what the page answers."""
    address = f"/accounts/{ledger.account.public_id}/new/payment/"

    def send(**typed: str):
        page = desk.get(address)
        kind = page.context["form"].fields["type"].initial.pk
        return reviewed(desk, address, {"type": kind, "then": "post", "once": typed["amount"], **typed})

    return send


def test_the_company_says_its_formats_and_pages_print_and_read_them(
    desk: Client, company: Company, pay, ledger: Ledger
):
    said = {"number_format": "1.234,56", "date_format": "31.12.2026"}
    assert desk.post("/configuration/formats/", said).status_code == 302
    assert pay(amount="1.234,50", posted_on="04.05.2026").status_code == 302
    payment = Transaction.objects.get()
    assert (payment.amount_minor, payment.posted_on.isoformat()) == (123_450, "2026-05-04")
    shown = desk.get(f"/transactions/{payment.public_id}/").content.decode()
    assert "1.234,50" in shown
    assert "04.05.2026" in shown


def test_a_person_goes_before_the_company(desk: Client, company: Company, pay):
    Company.objects.filter(pk=company.pk).update(number_format="1.234,56", date_format="31.12.2026")
    said = {"number_format": "1,234.56", "date_format": "12/31/2026"}
    assert desk.post("/own-formats/", said).status_code == 302
    assert Membership.objects.exclude(number_format="").count() == 1
    assert pay(amount="1,234", posted_on="05/04/2026").status_code == 302
    payment = Transaction.objects.get()
    assert (payment.amount_minor, payment.posted_on.isoformat()) == (123_400, "2026-05-04")


def test_what_is_printed_is_read_where_no_format_is_said(pay):
    assert pay(amount="1\u00a0234.56").status_code == 302
    assert pay(amount="12,50").status_code == 302
    amounts = Transaction.objects.order_by("id").values_list("amount_minor", flat=True)
    assert list(amounts) == [123_456, 1250]


def test_an_amount_with_two_readings_is_refused_with_both(pay):
    answer = pay(amount="1.000")
    assert answer.status_code == 422
    assert "1.000 can be 1.00 or 1,000.00" in answer.content.decode()
    assert not Transaction.objects.exists()


def test_an_old_day_is_asked_for_and_posted_when_it_is_confirmed(pay):
    answer = pay(amount="5", posted_on="2016-05-04")
    assert answer.status_code == 409
    assert "posting day 4 May 2016" in answer.content.decode()
    assert 'type="checkbox" name="confirm_posted_on"' in answer.content.decode()
    assert pay(amount="5", posted_on="2016-05-04", confirm_posted_on="on").status_code == 302
    assert Transaction.objects.get().posted_on.year == 2016


@pytest.mark.parametrize("posted_on", ["0001-01-01", "3000-01-01"])
def test_no_day_outside_the_books_is_posted(pay, posted_on: str):
    assert pay(amount="5", posted_on=posted_on).status_code == 422
    assert not Transaction.objects.exists()
