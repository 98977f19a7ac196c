"""What a refusal names on a page is a link to it; what an account that is terminated owes is collected nowhere."""

from __future__ import annotations

import pytest
from tests import endings
from tests.gateways.conftest import Desk, make_desk
from tests.pages.test_gateways import text_of, url

from subledger.accounts.errors import AccountTerminated
from subledger.gateways import link_errors
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services import links
from subledger.gateways.services.public import LinkKind, link_for


@pytest.fixture
def bank(ledger, toy_kind) -> Desk:
    return make_desk(ledger)


def terminate(bank) -> None:
    endings.terminate(bank.ledger.account.pk)


def test_a_refused_cancellation_leads_to_the_refund_under_way(desk, bank):
    paid = bank.pay(7500)
    asked = bank.refund(7500, paid.transaction_id)
    row, payment = bank.row(asked.request_id), bank.transaction(paid.transaction_id)
    data = {"amount": "75.00", "type": bank.cancellation_type.pk, "confirmed": "1", "once": "0123456789abcdef"}
    page = desk.post(url("transaction_action", payment.pk, "cancel"), data)
    html = page.content.decode()
    assert page.status_code == 409
    assert f"refund {row.number} over 75.00 EUR by Toy bank, pending" in text_of(page)
    for number, leads_to in (
        (row.number, url("payment_request", row.pk)),
        (payment.number, url("transaction", payment.pk)),
    ):
        link = f"{url('search')}?q={number}"
        assert f'<a href="{link}">{number}</a>' in html
        assert desk.get(link).url == leads_to


def test_a_refusal_that_names_nothing_has_no_link_and_is_escaped(desk):
    page = desk.get(url("transaction", 12345))
    assert "?q=" not in page.content.decode().split('class="problem"')[1].split("</div>")[0]


def test_an_invoice_of_a_terminated_account_has_no_link_to_pay(desk, bank):
    invoice = bank.ledger.invoice(75)
    assert "Link to pay" in [action.label for action in desk.get(url("transaction", invoice.id)).context["actions"]]
    terminate(bank)
    assert "Link to pay" not in [action.label for action in desk.get(url("transaction", invoice.id)).context["actions"]]
    with pytest.raises(AccountTerminated, match=f"Cannot collect invoice {invoice.number}: account"):
        link_for(LinkKind.PAY, invoice.id)
    page = desk.post(url("invoice_link", invoice.id), {"hours": "24"})
    assert (page.status_code, "is terminated" in text_of(page)) == (409, True)


def test_a_link_made_before_takes_no_money_for_a_terminated_account(client, bank):
    link = link_for(LinkKind.PAY, bank.ledger.invoice(75).id)
    assert "Pay €75.00" in text_of(client.get(link.path))
    terminate(bank)
    page = client.get(link.path)
    assert "This is not paid online" in text_of(page)
    refused = client.post(link.path)
    assert (refused.status_code, "not paid online" in text_of(refused)) == (409, True)
    assert not PaymentRequest.objects.exists()


def test_a_cancelled_invoice_is_not_said_to_be_paid(bank):
    invoice = bank.ledger.invoice(75)
    bank.ledger.cancel(invoice)
    with pytest.raises(link_errors.NotPayable, match="is cancelled"):
        links.begin_payment(invoice_ids=[invoice.id], success_url="https://a.example", cancel_url="https://a.example")
