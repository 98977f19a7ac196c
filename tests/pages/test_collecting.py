"""Collecting: one form with three ways, from an account and from an invoice; no card that is chosen is dropped."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.toy import decline
from tests.pages.conftest import reviewed
from tests.pages.test_gateways import text_of, url

from subledger.accounts.models import AccountDefinition
from subledger.gateways.models import Instrument, PaymentRequest
from subledger.gateways.services.bars import bar
from subledger.page_kit.actions import offered
from subledger.platform import clock
from subledger.transactions.models import PaymentMethod, Transaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services.actions import post_new
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification


@pytest.fixture
def bank(ledger, toy_kind) -> Desk:
    return make_desk(ledger)


def public(posted: Any) -> str:
    return str(Transaction.objects.get(pk=posted.id).public_id)


def cash() -> int:
    return int(PaymentMethod.objects.get(code="cash").pk)


def sentences(page: Any) -> str:
    """The text of a page, its commas and points where links ended put right behind them."""
    return re.sub(r" ([,.:])", r"\1", text_of(page))


def buttons(page: Any) -> list[str]:
    return [action.label for action in offered(page.context["actions"])[0]]


def test_the_amount_begins_with_what_is_due(desk, ledger):
    late = [ledger.invoice(amount, on="04/05", due="10/05") for amount in (100, 50)]
    ledger.invoice(30, on="04/05", due="10/06")
    where = url("account_collect", ledger.account.pk)
    initial = desk.get(where).context["form"].initial
    assert (initial["amount"], initial["way"]) == ("150.00", "record")
    assert initial["intended"] == [public(each) for each in late], "what is not due yet is not ticked"
    asked = desk.get(where, {"invoice": public(late[1])}).context["form"].initial
    assert (asked["amount"], asked["intended"]) == ("50.00", [public(late[1])])


def test_each_invoice_says_what_it_gets(desk, ledger):
    first = ledger.invoice(100, on="04/05", due="10/05")
    second = ledger.invoice(50, on="04/05", due="12/05")
    typed = {"amount": "120", "intended": [public(first), public(second)], "way": "record"}
    shares = desk.post(url("account_collect_shares", ledger.account.pk), typed).context["shares"]
    assert shares == [(public(first), 10_000), (public(second), 2_000)]
    over = desk.post(url("account_collect_shares", ledger.account.pk), {**typed, "amount": "160"})
    assert (over.context["left"], over.context["shares"][1][1]) == (1_000, 5_000)
    assert "10.00 EUR is left over: it stays as credit on the account." in text_of(over)
    one = desk.post(url("account_collect_shares", ledger.account.pk), {"intended": [public(second)], "amount": ""})
    assert one.context["suggested"] == "50.00"
    assert 'value="50.00"' in one.content.decode()
    wrong = desk.post(url("account_collect_shares", ledger.account.pk), {**typed, "amount": "-5"})
    assert "at least 0.01 EUR" in text_of(wrong)
    assert not Transaction.objects.filter(classification="payment").exists()


def test_cash_for_two_invoices_is_one_payment(desk, ledger):
    two = [ledger.invoice(amount, on="04/05", due="10/05") for amount in (100, 50)]
    typed = {
        "amount": "150", "intended": [public(each) for each in two], "way": "record", "payment_method": cash(),
        "back_office_code": "till 7", "once": "0123456789abcdef",
    }  # fmt: skip
    page = desk.post(url("account_collect", ledger.account.pk), typed, follow=True)
    row = page.context["row"]
    assert (row.amount_minor, row.payment_method.code, row.back_office_code) == (15_000, "cash", "till 7")
    assert [ledger.unsettled(each) for each in two] == [0, 0]
    assert "cash" in text_of(page).lower()


def test_one_invoice_is_paid_whole_however_payments_are_applied(desk, ledger):
    """Under FIFO what a payment is meant for is only noted; what pays one invoice whole pays that one."""
    AccountDefinition.objects.update(allocation_principle="fifo")
    older = ledger.invoice(10, on="04/05", due="06/05")
    invoice = ledger.invoice(100, on="04/05", due="10/05")
    typed = {"amount": "100", "intended": [public(invoice)], "way": "record", "payment_method": cash()}
    shares = desk.post(url("account_collect_shares", ledger.account.pk), typed).context["shares"]
    assert shares == [(public(older), 0), (public(invoice), 10_000)]
    assert desk.post(url("account_collect", ledger.account.pk), typed).status_code == 302
    assert (ledger.unsettled(older), ledger.unsettled(invoice)) == (10, 0)


def test_more_than_is_owed_is_shown_before_it_is_recorded(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="10/05")
    where = url("account_collect", ledger.account.pk)
    typed = {"amount": "130", "intended": [public(invoice)], "way": "record", "payment_method": cash()}
    review = desk.post(where, typed)
    assert review.status_code == 200
    assert "Left unapplied 30.00 EUR" in text_of(review)
    assert reviewed(desk, where, typed, shown=review).status_code == 302


def test_a_card_that_is_chosen_is_charged(desk, bank):
    invoice = bank.ledger.invoice(54, on="04/05", due="10/05")
    where = url("account_collect", bank.ledger.account.pk)
    page = desk.get(where)
    assert page.context["form"].initial["way"] == "charge"
    assert "Visa ending 4242, expires 12/30 (Toy bank)" in text_of(page)
    typed = {"amount": "54", "intended": [public(invoice)], "way": "charge", "card": bank.card.public_id}
    # what was typed for another way is not read with this one
    done = desk.post(where, {**typed, "payment_method": cash(), "received_on": "2026-05-01"}, follow=True)
    row = done.context["row"]
    assert (row.state, row.payment_method_id, str(row.received_on)) == ("posted", bank.method.pk, "2026-05-20")
    assert bank.bank.captured == 5_400
    assert PaymentRequest.objects.get().preference_id == bank.card.pk


def test_one_whole_invoice_beside_a_charge_that_will_bring_it_is_asked_about_and_then_charged(desk, bank):
    """A charge for no invoice is under way over all that the account owes: paying the invoice too is asked about."""
    invoice = bank.ledger.invoice(54, on="04/05", due="10/05")
    asked = bank.ask(5400, confirm_in_advance=False)
    PaymentRequest.objects.filter(pk=asked.request_id).update(state="under_processing", check_at=clock.now())
    where = url("account_collect", bank.ledger.account.pk)
    typed = {"amount": "54", "intended": [public(invoice)], "way": "charge", "card": bank.card.public_id}
    question = desk.post(where, typed)
    assert question.status_code == 200
    assert "54.00 EUR would be collected in advance" in text_of(question)
    assert 'name="confirm_in_advance"' in question.content.decode()
    assert bank.bank.captured == 0
    done = reviewed(desk, where, {**typed, "confirm_in_advance": "on"}, shown=question)
    assert (done.status_code, bank.bank.captured, bank.ledger.unsettled(invoice)) == (302, 5_400, 0)


def test_collecting_again_begins_with_the_next_card_where_that_of_the_draft_was_declined_for_good(desk, bank):
    bank.bank.script.append(decline)
    invoice = bank.ledger.invoice(54, on="04/05", due="10/05")
    typed = {"amount": "54", "intended": [public(invoice)], "way": "charge", "card": bank.card.public_id}
    desk.post(url("account_collect", bank.ledger.account.pk), typed, follow=True)
    draft = Transaction.objects.get(classification="payment")
    again = url("transaction_collect", draft.pk)
    bar([PaymentRequest.objects.get(state="rejected")])
    alone = desk.get(again)
    assert alone.context["form"].initial["card"] == "", "nobody but who collects chooses it"
    second = bank.register(bank.ledger.account, "second")
    page = desk.get(again)
    assert page.context["form"].initial["card"] == second.public_id
    assert "declined for good" in text_of(page)
    assert "It is charged all the same if you choose it" in text_of(page)


def test_no_card_is_charged_for_money_that_is_recorded(desk, bank):
    invoice = bank.ledger.invoice(54, on="04/05", due="10/05")
    where = url("account_collect", bank.ledger.account.pk)
    methods = desk.get(where).context["form"].fields["payment_method"].queryset
    assert bank.method not in methods
    typed = {"amount": "54", "intended": [public(invoice)], "way": "record", "card": bank.card.public_id}
    assert desk.post(where, {**typed, "payment_method": bank.method.pk}).status_code == 422
    assert desk.post(where, {**typed, "payment_method": cash()}).status_code == 302
    assert bank.bank.captured == 0


def test_a_card_that_cannot_be_charged_is_not_offered(desk, bank):
    bank.ledger.invoice(54, on="04/05", due="10/05")
    Instrument.objects.update(exp_year=2020)
    assert "charge" not in dict(desk.get(url("account_collect", bank.ledger.account.pk)).context["form"].offered.ways)


def test_a_link_asks_for_one_invoice_and_all_that_is_open_of_it(desk, bank):
    first = bank.ledger.invoice(54, on="04/05", due="10/05")
    second = bank.ledger.invoice(46, on="04/05", due="10/05")
    where = url("account_collect", bank.ledger.account.pk)
    both = desk.post(where, {"amount": "100", "intended": [public(first), public(second)], "way": "link"})
    assert "A link asks for one invoice. Tick the one to be paid." in text_of(both)
    part = desk.post(where, {"amount": "20", "intended": [public(first)], "way": "link"})
    assert f"A link asks for all that is open of {first.number}, 54.00 EUR." in text_of(part)
    mail = desk.post(where, {"amount": "54", "intended": [public(first)], "way": "link", "then": "mail"})
    assert mail.headers["Location"] == f"{url('message_new', 'invoice', public(first))}?kind=pay_link"


@pytest.mark.wide
def test_what_comes_next_is_a_button_and_the_rest_a_menu(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="10/06")
    page = desk.get(url("transaction", invoice.id))
    assert buttons(page) == ["Collect", "Send to the customer", "Show as PDF"], "the customer has no address yet"
    ledger.account.customer.email = "ana@example.com"
    ledger.account.customer.save()
    page = desk.get(url("transaction", invoice.id))
    assert buttons(page)[:2] == ["Send to the customer", "Collect"], "nobody was told of it"
    late = ledger.invoice(100, on="04/05", due="10/05")
    assert buttons(desk.get(url("transaction", late.id)))[0] == "Collect"
    assert buttons(desk.get(url("account", ledger.account.pk))) == ["Collect", "Record payment", "New invoice"]
    nobody = ledger.open("Bob")
    assert buttons(desk.get(url("account", nobody.pk))) == ["New invoice", "Record payment"]
    [draft] = save_drafts(new=[ledger.new("invoice", 12)], actor="test")
    assert buttons(desk.get(url("transaction", draft.pk))) == ["Post", "Edit"]


def test_an_invoice_is_copied_with_its_lines_and_without_its_days(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="10/06", tax=19)
    page = desk.get(url("transaction_new", ledger.account.pk, "invoice"), {"copy": public(invoice)})
    [line] = page.context["items"].initial
    assert Decimal(line["price"]) == 100
    assert line["place"] is None
    assert not {"issued_on", "due_on", "back_office_code"} & set(page.context["form"].initial)
    other = ledger.open("Bob")
    strange = desk.get(url("transaction_new", other.pk, "invoice"), {"copy": public(invoice)})
    assert not strange.context["items"].initial, "another account's is not shown here"


def test_a_copy_of_what_was_posted_at_once_keeps_the_percentage(desk, ledger):
    item = NewItem(
        quantity=Decimal(2), unit_amount=Decimal("1234.5"), discount_percent=Decimal(10), tax_percent=Decimal(22),
        description="Pane",
    )  # fmt: skip
    [invoice] = post_new(new=[ledger.new(Classification.INVOICE, items=(item,))], actor="test")
    page = desk.get(url("transaction_new", ledger.account.pk, "invoice"), {"copy": public(invoice)})
    [line] = page.context["items"].initial
    assert (line["price"], line["discount"]) == ("12.3450", "10%")
    assert 'hx-trigger="load, ' in page.content.decode(), "the total is there before anything is touched"


def test_a_cancelled_invoice_says_nothing_of_money_that_came_free_before(desk, ledger):
    first = ledger.payment(50, on="02/05")
    invoice = ledger.invoice(10, on="04/05", due="10/05")
    meant = ledger.payment(10, on="05/05", to=[invoice])  # takes the place of the first
    gone = ledger.invoice(10, on="04/05", due="10/05")
    ledger.cancel(invoice)
    text = sentences(desk.get(url("transaction", invoice.id)))
    assert f"10.00 EUR of {meant.number} is available again" in text
    assert f"of {first.number} is available again" not in text
    ledger.cancel(meant)
    ledger.cancel(gone)
    text = sentences(desk.get(url("transaction", gone.id)))
    assert f"of {first.number} is available again" in text
    assert f"of {meant.number} is available again" not in text


def test_a_cancelled_invoice_says_where_its_money_is_now(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="10/05")
    payment = ledger.payment(100, to=[invoice])
    other = ledger.invoice(40, on="04/05", due="10/06")
    ledger.cancel(invoice)
    text = sentences(desk.get(url("transaction", invoice.id)))
    assert f"100.00 EUR of {payment.number} is available again. 40.00 EUR is applied to {other.number} now." in text
    assert (
        "60.00 EUR of it is unapplied: refund it, use it on another account, or leave it for the next invoice." in text
    )
    refund = desk.get(url("transaction_new", ledger.account.pk, "refund"), {"amount": "6000"})
    assert 'value="60.00"' in refund.content.decode()


def test_a_cancelled_payment_says_what_is_due_again(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="10/05")
    payment = ledger.payment(100, to=[invoice])
    ledger.cancel(payment)
    page = desk.get(url("transaction", payment.id))
    assert f"100.00 EUR of {invoice.number} was open again. 100.00 EUR is due: collect it." in sentences(page)


def test_the_paper_says_what_the_printout_says(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="10/05", tax=19)
    page = desk.get(url("transaction", invoice.id)).content.decode()
    printed = desk.get(f"{url('transaction_print', invoice.id)}?format=html").content.decode()
    paper = printed[printed.index('<div class="paper-to">') : printed.index("</article>")]
    assert paper in page, "one layout for both"
    assert page.count("119.00") >= 2
    assert "Days late" not in page


@pytest.mark.parametrize("name", ["Acme", "Ärger & Söhne <b>"])
def test_an_account_says_how_its_customer_is_reached(desk, ledger, name):
    account = ledger.open(name)
    for field, value in {"phone": "+39 06 123", "email": "ana@example.com", "city": "Roma"}.items():
        setattr(account.customer, field, value)
    account.customer.save()
    page = desk.get(url("account", account.pk)).content.decode()
    assert 'href="tel:+3906123"' in page
    assert 'href="mailto:ana@example.com"' in page
    assert "Roma" in page
    assert "<b>" not in page
