"""Reminding a customer by a click: on the invoice, in the list of what is overdue, and on a payment that failed."""

from __future__ import annotations

import re

import pytest
from tests.gateways.conftest import make_desk
from tests.gateways.toy import decline
from tests.messages.conftest import ADDRESS, address_of
from tests.pages.test_gateways import text_of, url

from subledger.messages.models import Message
from subledger.page_kit.actions import offered
from subledger.runs.models import Run
from subledger.runs.services.worker import work
from subledger.transactions.models import Transaction


@pytest.fixture
def invoice(ledger) -> Transaction:
    address_of(ledger)
    return Transaction.objects.get(pk=ledger.invoice(100, on="04/05", due="10/05").id)


def remind(desk, row: Transaction, **typed: str):
    return desk.post(url("transaction_remind", row.pk), typed, follow=True)


def action_in(page):
    return next((one for one in page.context["actions"] if one.label == "Remind the customer"), None)


def test_one_click_on_an_overdue_invoice_reminds_and_its_page_says_so(desk, invoice):
    page = desk.get(url("transaction", invoice.pk))
    action = action_in(page)
    assert (action.method, action.url) == ("post", url("transaction_remind", invoice.pk))
    assert action in offered(page.context["actions"])[0]
    done = remind(desk, invoice)
    assert f"on its way to {ADDRESS}" in text_of(done)
    assert dict(done.context["facts"])["Reminded"]
    assert "Reminder: invoice" in text_of(done)
    assert Message.objects.get().kind == "payment_reminder"


def test_a_second_click_the_same_day_tells_when_the_last_one_went(desk, invoice):
    remind(desk, invoice)
    again = remind(desk, invoice)
    assert again.status_code == 409
    assert f"{ADDRESS} got this message already, on 20 May 2026, 12:30" in text_of(again)
    assert 'type="checkbox" name="confirm_again"' in again.content.decode()
    assert Message.objects.count() == 1
    assert "on its way" in text_of(remind(desk, invoice, confirm_again="on"))
    assert Message.objects.count() == 2


def test_the_list_of_what_is_overdue_has_a_button_in_each_row(desk, sit, invoice, ledger):
    ledger.invoice(30, due="10/06")
    page = desk.get(url("invoices")).content.decode()
    where = url("transaction_remind", invoice.pk)
    assert re.findall(r'formaction="([^"]*/remind/)"', page) == [where, "/transactions/many/remind/"]
    done = desk.post(where, {"list": url("invoices"), "criteria": "settlement=overdue"}, follow=True)
    assert done.redirect_chain[0][0] == f"{url('invoices')}?settlement=overdue"
    assert "Reminded 20 May 2026" in text_of(done)
    assert where not in sit("auditor").get(url("invoices")).content.decode()
    assert sit("auditor").post(where).status_code == 403


def test_many_are_reminded_at_once_and_those_that_were_today_are_left_alone(desk, invoice, ledger):
    rows = [invoice, *Transaction.objects.filter(pk__in=[ledger.invoice(20, on="05/05", due="11/05").id])]
    later = Transaction.objects.get(pk=ledger.invoice(30, due="10/06").id)
    remind(desk, invoice)
    many = {"chosen": [row.public_id for row in (*rows, later)]}
    shown = desk.post(url("transactions_bulk", "remind"), many)
    assert "Remind 1 of 3?" in text_of(shown)
    assert "It is not overdue" in text_of(shown)
    assert "Its customer was reminded today" in text_of(shown)
    found = dict(re.findall(r'name="(chosen|once|reviewed)" value="([^"]*)"', shown.content.decode()))
    desk.post(url("transactions_bulk", "remind"), found)
    work(run_id=Run.objects.get(kind="remind").pk)
    assert list(Message.objects.order_by("pk").values_list("object_id", flat=True)) == [row.pk for row in rows]


def test_a_payment_that_failed_reminds_of_its_invoice_and_comes_back(desk, ledger, toy_kind):
    address_of(ledger)
    bank = make_desk(ledger)
    invoice = bank.ledger.invoice(75, on="04/05", due="10/05")
    bank.bank.script = [decline]
    failed = bank.pay(7500, to=[invoice])
    page = desk.get(url("transaction", failed.transaction_id))
    action = action_in(page)
    done = desk.post(action.url, dict(action.fields), follow=True)
    assert done.redirect_chain[0][0] == url("transaction", failed.transaction_id)
    assert f"on its way to {ADDRESS}" in text_of(done)
    assert Message.objects.get().kind == "pay_link_reminder"


def test_a_payment_that_failed_in_time_offers_a_link_and_no_reminder(desk, ledger, toy_kind):
    address_of(ledger)
    bank = make_desk(ledger)
    bank.bank.script = [decline]
    page = desk.get(url("transaction", bank.pay(7500, to=[bank.ledger.invoice(75, due="10/06")]).transaction_id))
    assert action_in(page) is None
    assert "Send a link to pay" in [one.label for one in page.context["actions"]]


def test_of_what_is_paid_nobody_is_reminded(desk, invoice, ledger):
    ledger.payment(100, on="05/05")
    assert action_in(desk.get(url("transaction", invoice.pk))) is None
    refused = remind(desk, invoice)
    assert refused.status_code == 409
    assert "nothing of invoice" in text_of(refused)
