"""A charge that failed: why, what it is called, and every way on from there."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.toy import decline
from tests.pages.conftest import version_in
from tests.pages.test_gateways import text_of, url

from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import Declined
from subledger.page_kit.actions import offered
from subledger.transactions.models import PaymentMethod, Transaction
from subledger.transactions.services.drafts import save_drafts

pytestmark = pytest.mark.sampled(3)


@pytest.fixture
def bank(ledger, toy_kind) -> Desk:
    return make_desk(ledger)


@pytest.fixture
def failed(bank) -> PaymentRequest:
    invoice = bank.ledger.invoice(75)
    bank.bank.script = [decline]
    return bank.pay(7500, to=[invoice])


def labels(page) -> list[str]:
    return [action.label for action in page.context["actions"]]


def collect(client: Client, failed: PaymentRequest, **typed: object):
    """The form of a failed payment, sent as it was shown but for what is ``typed``."""
    where = url("transaction_collect", failed.transaction_id)
    shown = client.get(where)
    initial = shown.context["form"].initial
    data = {"amount": initial["amount"], "intended": initial["intended"], "way": "charge", "card": initial["card"]}
    return client.post(where, {**data, **version_in(shown), "once": "0123456789abcdef", **typed}, follow=True)


def test_the_request_and_its_payment_are_called_failed_and_say_why(desk, failed):
    for page in (desk.get(url("payment_request", failed.pk)), desk.get(url("transaction", failed.transaction_id))):
        assert page.context["state"] == "failed"
        assert "The bank declined the card" in text_of(page)
        assert labels(page)[0] == "Retry with Visa ending 4242, expires 12/30"
        buttons = [action.label for action in offered(page.context["actions"])[0]]
        assert buttons[1:] == ["Send a link to pay", "Register another card"]
        assert {"Record money instead", "Link to register a card"} <= set(labels(page))
        assert "Remind the customer" not in labels(page)  # its invoice is not due yet
    assert "The charge failed: The bank declined the card. Try once more" in text_of(page)
    assert "Failed" in text_of(desk.get(url("gateways")))


def test_it_waits_on_the_overview_and_is_no_draft_that_somebody_forgot(desk, bank, failed):
    todo = {line["label"]: line for line in desk.get(url("home")).context["todo"]}
    assert todo["Payments that failed"]["count"] == 1
    assert todo["Payments that failed"]["url"] == url("transaction", failed.transaction_id), "one is opened at once"
    assert "Drafts to post or reject" not in todo or todo["Drafts to post or reject"]["count"] == 0
    bank.bank.script = [decline]
    bank.pay(1000)
    todo = {line["label"]: line for line in desk.get(url("home")).context["todo"]}
    assert todo["Payments that failed"]["url"] == f"{url('transactions')}?state=failed"


def test_the_same_card_is_tried_again(desk, bank, failed):
    page = desk.get(url("transaction_collect", failed.transaction_id))
    assert page.context["form"].initial["card"] == bank.card.public_id
    assert "Visa ending 4242, expires 12/30" in text_of(page)
    done = collect(desk, failed)
    assert done.context["state"] == "posted"
    assert done.context["row"].pk == failed.transaction_id
    again = desk.get(url("transaction_collect", failed.transaction_id))
    assert again.status_code == 409  # nothing waits any more
    assert bank.bank.captured == 7500
    assert "Payments that failed" not in text_of(desk.get(url("home")))


def test_another_card_is_charged_when_it_is_chosen(desk, bank, failed):
    """A good card was registered after the decline: it is the one that is offered, and the one that is charged."""
    other = bank.register(bank.ledger.account, "tok_other", is_default=False)
    page = desk.get(url("transaction", failed.transaction_id))
    [action] = [each for each in page.context["actions"] if each.label == "Charge another card"]
    assert desk.get(action.url).context["form"].initial["card"] == other.public_id
    collect(desk, failed, card=other.public_id)
    assert bank.bank.orders[-1].instrument == "tok_other"
    assert Transaction.objects.get(pk=failed.transaction_id).payment_preference_id == other.pk


def test_a_card_that_is_gone_for_good_is_not_the_first_to_be_tried(desk, bank):
    bank.bank.script = [lambda there, order: there.settle(order, Declined("expired_card", "Your card has expired."))]
    failed = bank.pay(7500, to=[bank.ledger.invoice(75)])
    page = desk.get(url("transaction", failed.transaction_id))
    buttons = [action.label for action in offered(page.context["actions"])[0]]
    assert buttons[0] == "Send a link to pay"
    assert not [label for label in buttons if label.startswith("Retry")]
    assert "This card will not work again: charge another one, or send a link." in text_of(page)


@pytest.mark.wide
def test_money_that_came_another_way_is_recorded_in_its_place(desk, bank, failed):
    cash = PaymentMethod.objects.get(code="cash")
    done = collect(desk, failed, way="record", payment_method=cash.pk)
    row = done.context["row"]
    assert (row.pk, row.state, row.payment_method_id) == (failed.transaction_id, "posted", cash.pk)
    assert row.payment_preference_id is None
    assert bank.bank.captured == 0, "a card that was chosen before is not charged for it"


def test_a_link_asks_the_customer_for_what_it_was_to_pay(desk, failed):
    invoice = Transaction.objects.get(classification="invoice")
    mail = collect(desk, failed, way="link", then="mail")
    assert mail.redirect_chain[0][0] == f"{url('message_new', 'invoice', invoice.public_id)}?kind=pay_link"
    copied = collect(desk, failed, way="link", then="copy")
    assert copied.redirect_chain[0][0] == url("invoice_link", invoice.pk)


def test_what_was_paid_meanwhile_is_not_charged_again_unsaid(desk, bank, failed):
    bank.ledger.payment(75)
    text = text_of(desk.get(url("transaction", failed.transaction_id)))
    assert "is settled by now: reject this payment rather than charge it again." in text


def test_a_card_of_nobody_is_refused(desk, bank, failed):
    assert collect(desk, failed, card="pmt_0000000000001").status_code == 422
    assert len(bank.bank.orders) == 1


def test_posting_by_a_gateway_names_the_card_first(desk, bank, failed):
    page = desk.get(url("transaction_action", failed.transaction_id, "post"))
    assert "Visa ending 4242, expires 12/30 is charged." in text_of(page)


def test_who_may_not_charge_is_offered_nothing(sit, failed):
    reader: Client = sit("auditor")
    page = reader.get(url("payment_request", failed.pk))
    assert page.context["state"] == "failed"
    assert not [label for label in labels(page) if re.search("Retry|Charge|Link", label)]
    assert reader.get(url("transaction_collect", failed.transaction_id)).status_code == 403


def test_what_was_withdrawn_has_not_failed(desk, bank):
    asked = bank.ask(1000)
    desk.post(url("payment_request_withdraw", asked.request_id), {"reason": "typed twice"})
    page = desk.get(url("payment_request", asked.request_id))
    assert page.context["state"] == "rejected"


def test_every_list_calls_it_failed(desk, failed, bank):
    account = bank.ledger.account
    reference = Transaction.objects.get(pk=failed.transaction_id).reference_number
    pages = [
        desk.get(url("transactions"), {"state": "failed"}),
        desk.get(url("transactions"), {"state": "draft"}),
        desk.get(url("account", account.pk)),
        desk.get(url("search"), {"q": "75"}),
        desk.get(url("transactions"), {"state": "failed", "export": "csv"}),
    ]
    for page in pages[:4]:
        text = text_of(page)
        assert f"REF-…{reference[-5:]}" in text
        assert re.search(rf"REF-…{reference[-5:]}.*?75\.00.*?Failed", text), text
    sheet = b"".join(pages[4]).decode()
    heads, row = list(csv.reader(io.StringIO(sheet.removeprefix("\ufeff"))))[:2]
    told = dict(zip(heads, row, strict=True))
    assert (told["Status"], told["State"]) == ("Failed", "Failed"), sheet
    assert len(told) == len(heads), "two columns of one heading"


def test_a_draft_that_nobody_posted_is_called_a_draft(desk, bank, failed):
    [draft] = save_drafts(new=[bank.ledger.new("payment", 12)], actor="test")
    assert f"REF-…{draft.reference_number[-5:]}" not in text_of(desk.get(url("transactions"), {"state": "failed"}))
    text = text_of(desk.get(url("transactions"), {"state": "draft"}))
    assert re.search(rf"REF-…{draft.reference_number[-5:]}.*?12\.00.*?Draft", text), text
