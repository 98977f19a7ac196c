"""A charge that failed: why, what it is called, and every way on from there."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.toy import decline
from tests.pages.test_gateways import text_of, url

from subledger.gateways.models import PaymentRequest
from subledger.gateways.services.retries import charge_again
from subledger.kernel.errors import NotFound
from subledger.transactions.models import Transaction
from subledger.transactions.services.drafts import save_drafts


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


def test_the_request_and_its_payment_are_called_failed_and_say_why(desk, failed):
    for page in (desk.get(url("payment_request", failed.pk)), desk.get(url("transaction", failed.transaction_id))):
        assert page.context["state"] == "failed"
        assert "The bank declined the card" in text_of(page)
        assert labels(page)[0] == "Retry with Visa ending 4242, expires 12/30"
        assert {"Register another card", "Link to pay", "Link to register a card"} <= set(labels(page))
    assert "Failed" in text_of(desk.get(url("gateways")))
    assert "Payments that failed" in text_of(desk.get(url("home")))


def test_the_same_card_is_tried_again(desk, bank, failed):
    page = desk.get(url("payment_request_retry", failed.pk))
    assert "Visa ending 4242, expires 12/30" in text_of(page)
    assert "Failed because The bank declined the card" in text_of(page)
    done = desk.post(
        url("payment_request_retry", failed.pk), {"card": bank.card.public_id, "once": "0123456789abcdef"}, follow=True
    )
    assert done.context["state"] == "posted"
    again = desk.post(
        url("payment_request_retry", failed.pk), {"card": bank.card.public_id, "once": "0123456789abcdef"}
    )
    assert again.status_code == 404  # nothing waits any more
    assert bank.bank.captured == 7500
    assert "Payments that failed" not in text_of(desk.get(url("home")))


def test_another_card_is_charged_when_it_is_chosen(desk, bank, failed):
    """A good card was registered after the decline: it is the one that is offered, and the one that is charged."""
    other = bank.register(bank.ledger.account, "tok_other", is_default=False)
    page = desk.get(url("payment_request", failed.pk))
    assert "Charge another card" in labels(page)
    form = desk.get(f"{url('payment_request_retry', failed.pk)}?other=1").context["form"]
    assert form.fields["card"].choices[0][0] == other.public_id
    desk.post(url("payment_request_retry", failed.pk), {"card": other.public_id})
    assert bank.bank.orders[-1].instrument == "tok_other"
    assert Transaction.objects.get(pk=failed.transaction_id).payment_preference_id == other.pk


def test_a_card_of_nobody_is_refused(desk, bank, failed):
    answer = desk.post(url("payment_request_retry", failed.pk), {"card": "pmt_0000000000001"})
    assert answer.status_code == 422
    assert len(bank.bank.orders) == 1


def test_nothing_but_a_failed_payment_is_charged_again(bank):
    good = bank.pay(1000)
    with pytest.raises(NotFound):
        charge_again(request_id=good.pk, preference_id=bank.card.pk, actor="user:ana")


def test_posting_by_a_gateway_names_the_card_first(desk, bank, failed):
    page = desk.get(url("transaction_action", failed.transaction_id, "post"))
    assert "Visa ending 4242, expires 12/30 is charged." in text_of(page)


def test_who_may_not_charge_is_offered_nothing(sit, failed):
    reader: Client = sit("auditor")
    page = reader.get(url("payment_request", failed.pk))
    assert page.context["state"] == "failed"
    assert not [label for label in labels(page) if re.search("Retry|Charge|Link", label)]
    assert reader.get(url("payment_request_retry", failed.pk)).status_code == 403


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
    assert (sheet.count("failed"), sheet.count("draft")) == (1, 0), sheet


def test_a_draft_that_nobody_posted_is_called_a_draft(desk, bank, failed):
    [draft] = save_drafts(new=[bank.ledger.new("payment", 12)], actor="test")
    assert f"REF-…{draft.reference_number[-5:]}" not in text_of(desk.get(url("transactions"), {"state": "failed"}))
    text = text_of(desk.get(url("transactions"), {"state": "draft"}))
    assert re.search(rf"REF-…{draft.reference_number[-5:]}.*?12\.00.*?Draft", text), text
