"""Customers' pages after a payment: what was paid, when and with what, what is open, in the language they read."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from string import Formatter
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests import endings
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.generic.office import Office, said
from tests.gateways.toy import decline, succeed
from tests.pages.test_gateways import text_of

from subledger.accounts.models import Account
from subledger.accounts.services import update_customer
from subledger.companies.entries import save_entry
from subledger.documents.models import Letterhead
from subledger.gateways.customer_pages.languages import WORDS
from subledger.gateways.models import Charge, PaymentRequest, UnbookedFact
from subledger.gateways.queries import descriptions
from subledger.gateways.services import unbooked
from subledger.gateways.services.public import link_for
from subledger.gateways.states import RequestState
from subledger.kernel import ids
from subledger.kernel.money import Money
from subledger.platform import clock, links
from subledger.transactions.models import Transaction

pytestmark = pytest.mark.sampled(8)


@pytest.fixture
def bank(ledger, toy_kind) -> Desk:
    return make_desk(ledger)


def linked(bank: Desk, amount: int) -> tuple[Any, str]:
    """An invoice and the way to its page, sent before anything is paid."""
    invoice = bank.ledger.invoice(amount)
    return invoice, link_for("pay", invoice.id, actor="test").path


def opened(path: str, language: str = "en") -> str:
    answer = Client().get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    return text_of(answer)


def test_the_page_says_who_sends_it_as_the_letterhead_does(bank):
    _, path = linked(bank, 75)
    assert "Ask Test company. Test company" in opened(path)
    values = {
        "legal_name": "Test company GmbH", "address_line1": "Hafenstraße 12", "postal_code": "20457", "city": "Hamburg",
        "country": "DE", "vat_number": "DE129273398", "email": "help@test.example", "phone": "+49 40 1",
        "website": "www.test.example",
    }  # fmt: skip
    save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values=values, actor="test")
    page = opened(path, "de")
    assert "Test company GmbH, Hafenstraße 12, 20457 Hamburg, Deutschland" in page
    for line in ("+49 40 1", "help@test.example", "DE129273398", "www.test.example"):
        assert line in page
    html = Client().get(path).content.decode()
    for address in ("tel:+49401", "mailto:help@test.example", "https://www.test.example"):
        assert f'href="{address}"' in html


def test_a_link_to_pay_offers_a_transfer_beside_the_gateway(bank):
    invoice, path = linked(bank, 75)
    assert "bank transfer" not in opened(path), "the letterhead has no account"
    Letterhead.objects.update(iban="DE89370400440532013000", bic="COBADEFFXXX", bank_name="Commerzbank")
    assert re.search(rf"Pay €75.00.*Or pay by bank transfer.*DE89 3704.*{invoice.number}", opened(path), re.DOTALL)
    assert "Oder per Überweisung bezahlen" in opened(path, "de")
    bank.ledger.payment(75, to=[invoice])
    assert "bank transfer" not in opened(path)


def with_card(brand: str, last4: str) -> Any:
    """As a gateway answers that tells what was paid with."""

    def act(other: Any, order: Any) -> Any:
        return other.settle(order, replace(succeed(other, order), paid_with=brand, last4=last4))

    return act


def test_a_receipt_says_what_was_paid_when_and_with_what(bank):
    """75.00 of which 21.00 came by cash before: 54.00 is what the card was charged."""
    invoice, path = linked(bank, 75)
    bank.ledger.payment(21, to=[invoice])
    bank.bank.script = [with_card("mastercard", "4444")]
    paid = bank.pay(5400, to=[invoice])
    assert (Charge.objects.get(request=paid).paid_with, Charge.objects.get(request=paid).last4) == (
        "mastercard",
        "4444",
    )
    page = opened(path)
    assert "€54.00 paid on 20 May 2026 with Mastercard ending 4444" in page
    assert "20 May 2026, Mastercard ending 4444 €54.00" in page
    assert re.search(r"20 May 2026, [\w ]+ €21\.00", page)
    assert "Invoice total €75.00 Still open €0.00" in page
    assert "Questions about this? Ask Test company." in page


def test_a_receipt_names_the_card_on_file_where_the_gateway_says_no_more(bank):
    invoice, path = linked(bank, 75)
    bank.pay(7500, to=[invoice])
    assert "with Visa ending 4242" in opened(path)


def test_an_invoice_paid_in_part_says_what_came_and_what_is_open(bank):
    invoice, path = linked(bank, 75)
    bank.pay(2100, to=[invoice])
    page = opened(path)
    assert "€54.00 open of €75.00" in page
    assert "Visa ending 4242 €21.00" in page
    assert "Still open €54.00" in page


def test_what_was_credited_is_not_called_paid(bank):
    invoice, path = linked(bank, 75)
    bank.ledger.credit_note(75, to=[invoice])
    page = opened(path)
    assert "Nothing is left to pay" in page
    assert "Credit €75.00" in page
    assert "received your payment" not in page


def test_a_confirmed_payment_says_which_invoices_it_paid(bank):
    first, second = bank.ledger.invoice(20), bank.ledger.invoice(30)
    paid = bank.pay(5000, to=[first, second])
    later = clock.now() + timedelta(hours=1)
    token = links.sign(
        "authenticate", company_id=bank.provider.company_id, object_ids=(paid.pk, paid.pk), expires_at=later
    )
    page = text_of(Client().get(f"/pay/{token}"))
    assert f"Invoice {first.number} €20.00" in page
    assert f"Invoice {second.number} €30.00" in page
    assert "paid on 20 May 2026 with Visa ending 4242" in page


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", ["Rechnung", "54,00 €", "bezahlt am 20.05.2026 mit Visa mit Endziffern 4242"]),
        ("it", ["Fattura", "54,00 €", "pagato il 20 mag 2026 con Visa che termina con 4242"]),
        ("el", ["Τιμολόγιο", "54,00 €", "πληρώθηκε στις 20 Μαΐ 2026 με Visa που λήγει σε 4242"]),
        ("fr, zh", ["Invoice", "€54.00", "paid on 20 May 2026 with Visa ending 4242"]),
        ("x" * 5000, ["Invoice", "€54.00"]),
    ],
)
def test_a_customers_page_speaks_the_language_that_is_asked_for(bank, language, expected):
    invoice, path = linked(bank, 54)
    bank.pay(5400, to=[invoice])
    page = opened(path, language)
    for words in expected:
        assert words in page


@pytest.mark.parametrize(
    ("own", "browser", "spoken"),
    [("it", "de", "it"), ("", "de", "de"), ("en", "de", "en"), ("el", "", "el"), ("", "fr", "en")],
)
def test_the_customer_s_own_is_read_before_the_browser_s(bank: Desk, own, browser, spoken):
    invoice = bank.ledger.invoice(54)
    customer_id = Account.objects.get(pk=bank.ledger.account.pk).customer_id
    update_customer(customer_id=customer_id, changes={"language": own}, actor="test")
    for kind, ident in (("pay", invoice.id), ("register", bank.ledger.account.pk)):
        path = link_for(kind, ident, actor="test").path
        answer = Client().get(path, headers={"accept-language": browser})
        assert (answer.status_code, answer["Content-Language"]) == (200, spoken)
        assert f'<html lang="{spoken}">' in answer.content.decode()


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("own", "amount", "due"),
    [
        ("de-CH", "EUR 1’234.50", "19.06.2026"),
        ("de-AT", "€ 1.234,50", "19.06.2026"),
        ("de", "1.234,50 €", "19.06.2026"),
        ("en-US", "€1,234.50", "Jun 19, 2026"),
        ("en", "€1,234.50", "19 Jun 2026"),
        ("it-CH", "€ 1’234.50", "19 giu 2026"),
    ],
)
def test_money_and_days_are_written_as_in_the_customers_country_as_on_paper_and_in_mail(bank, own, amount, due):
    invoice = bank.ledger.invoice("1234.50")
    customer_id = Account.objects.get(pk=bank.ledger.account.pk).customer_id
    update_customer(customer_id=customer_id, changes={"language": own}, actor="test")
    for kind, ident in (("pay", invoice.id), ("account", bank.ledger.account.pk)):
        page = opened(link_for(kind, ident, actor="test").path).replace("\u202f", " ").replace("\xa0", " ")
        assert amount in page, (kind, page)
        assert due in page, (kind, page)


def test_refusals_speak_it_too_and_say_so(bank):
    answer = Client().get("/pay/nothing", headers={"accept-language": "de"})
    assert (answer.status_code, answer["Content-Language"]) == (404, "de")
    assert '<html lang="de">' in answer.content.decode()
    assert "Dieser Link kann nicht verwendet werden" in text_of(answer)
    invoice, path = linked(bank, 54)
    bank.ledger.payment(54, to=[invoice])
    again = text_of(Client().post(path, headers={"accept-language": "it"}))
    assert f"La fattura {invoice.number} è pagata" in again


def _phrases(words: Any) -> dict[str, str]:
    said: dict[str, str] = {}
    for one in fields(words):
        value = getattr(words, one.name)
        said |= {one.name: value} if isinstance(value, str) else {f"{one.name}.{k}": v for k, v in value.items()}
    return said


def _named(phrase: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(phrase) if name})


@pytest.mark.parametrize("language", sorted(set(WORDS) - {"en"}))
def test_every_phrase_is_there_in_every_language(language):
    english, other = _phrases(WORDS["en"]), _phrases(WORDS[language])
    assert set(english) == set(other)
    for name, phrase in other.items():
        assert phrase.strip(), name
        assert _named(phrase) == _named(english[name]), name
    untouched = {name for name in other if other[name] == english[name] and name not in ("language", "days")}
    assert not untouched


def test_the_languages_of_pages_are_those_the_settings_name():
    assert set(WORDS) == {code for code, _ in settings.LANGUAGES}


def test_a_statement_of_a_card_names_invoices_and_none_of_our_ids(bank):
    """What a gateway is told a charge is for: invoices by number, the account where none is meant."""
    invoices = [bank.ledger.invoice(10) for _ in range(7)]
    bank.pay(1000, to=invoices[:1])
    bank.pay(1000)
    bank.pay(5000, to=invoices[1:])
    told = [order.description for order in bank.bank.orders]
    numbers = [one.number for one in invoices]
    assert told == [
        f"Invoice {numbers[0]}",
        f"Account {bank.ledger.account.number}",
        f"Invoices {', '.join(numbers[1:6])} and 1 more",
    ]


def test_a_page_of_the_gateways_names_the_invoice(bank):
    invoice = bank.ledger.invoice(10)
    row = PaymentRequest(account=bank.ledger.account, order={"intended_ids": [invoice.id]}, pk=1)
    assert descriptions([row]) == {1: f"Invoice {invoice.number}"}


def test_a_declined_payment_is_told_in_the_customers_words(bank):
    bank.bank.script = [decline]
    declined = bank.pay(5000)
    assert declined.state == RequestState.REJECTED
    assert Transaction.objects.filter(pk=declined.transaction_id, state="draft").exists()
    assert WORDS["de"].reasons[declined.error_code] == "Die Bank hat die Karte abgelehnt"


def test_beside_a_charge_that_may_have_been_carried_out_the_customer_is_not_asked_twice(bank):
    """A debit of the whole account, of which its bank told another amount: the page waits, and a click asks nobody."""
    office = Office.opened(bank.ledger)
    _, path = linked(bank, 75)
    debit = office.pay(75, confirm_in_advance=False)
    office.post(said(debit, amount=Money(7400, "eur")))
    clicked = Client().post(path)
    for page in (opened(path), text_of(clicked)):
        assert "Your payment is being processed" in page
        assert "Please do not pay a second time" in page
        assert "Pay €75.00" not in page
    assert (clicked.status_code, bank.bank.orders) == (409, [])
    assert PaymentRequest.objects.get() == debit
    unbooked.resolve(fact_id=UnbookedFact.objects.get().pk, resolution="It never left.", actor="test")
    assert "Pay €75.00" in opened(path), "nothing of it has left: the invoice is asked for before the account"


def test_the_page_to_register_a_card_of_a_terminated_account_has_no_button(bank):
    path = link_for("register", bank.ledger.account.pk, actor="test").path
    assert "<button" in Client().get(path).content.decode()
    endings.terminate(bank.ledger.account.pk)
    shown, sent = Client().get(path), Client().post(path)
    assert (shown.status_code, sent.status_code) == (200, 409)
    for page in (shown, sent):
        assert "This is not possible at the moment" in text_of(page)
        assert "<button" not in page.content.decode()


WAITS, OFFERS = "Your payment is being processed", "Pay €75.00"


def stands(path: str) -> str:
    """What an invoice's page and a click on it say alike: that it waits, or that it can be paid."""
    page = opened(path)
    assert (WAITS in page) != (OFFERS in page), page
    return WAITS if WAITS in page else OFFERS


@pytest.mark.parametrize("meant", ["for the invoice", "for none"])
def test_a_debit_that_was_rejected_in_bulk_and_may_have_moved_is_not_asked_for_again(bank, meant):
    """Its bank told another amount, and then somebody rejected it: until that is cleared up nobody pays twice."""
    office = Office.opened(bank.ledger)
    invoice, path = linked(bank, 75)
    debit = office.pay(75, to=[invoice]) if meant == "for the invoice" else office.pay(75, confirm_in_advance=False)
    office.post(said(debit, amount=Money(7400, "eur")))
    office.reject(said(debit, error_code="AM04"))
    assert office.state(debit) == "rejected"
    clicked = Client().post(path)
    assert (clicked.status_code, stands(path), bank.bank.orders) == (409, WAITS, [])
    assert WAITS in text_of(clicked)
    assert PaymentRequest.objects.get() == debit
    unbooked.resolve(fact_id=UnbookedFact.objects.get().pk, resolution="It came back.", actor="test")
    assert stands(path) == OFFERS


def test_the_page_says_of_every_state_of_a_debit_whether_it_can_be_paid(bank):
    office = Office.opened(bank.ledger)
    invoice, path = linked(bank, 75)
    assert stands(path) == OFFERS
    debit = office.pay(75, to=[invoice])
    said_of = {}
    for state in ("pending", "under_processing", "unknown", "requires_action"):
        PaymentRequest.objects.filter(pk=debit.pk).update(state=state, check_at=clock.now())
        said_of[state] = stands(path)
    assert set(said_of.values()) == {WAITS}, said_of
    PaymentRequest.objects.filter(pk=debit.pk).update(state="pending", check_at=None)
    office.reject(said(debit, error_code="AM04"))
    assert stands(path) == OFFERS, "it is free again"


def test_a_page_of_the_gateways_that_others_have_overtaken_is_not_offered(bank):
    """What the page is over is collected by a debit that has left: a click would close it and find nothing to pay."""
    office = Office.opened(bank.ledger)
    invoice, path = linked(bank, 75)
    page = office.pay(75, to=[invoice])
    PaymentRequest.objects.filter(pk=page.pk).update(
        state="requires_action",
        check_at=clock.now(),
        transaction_id=None,
        action_url="https://pay.example/1",
        order={"intended_ids": [invoice.id]},
    )
    assert stands(path) == OFFERS
    debit = office.pay(75)
    PaymentRequest.objects.filter(pk=debit.pk).update(state="under_processing")
    assert stands(path) == WAITS


def test_invoice_and_receipt_can_be_taken_along_as_pdf_and_nothing_else(bank):
    """A payment for several invoices names the others: its receipt is not for whoever has the link of one."""
    invoice, path = linked(bank, 75)
    other = bank.ledger.invoice(10)
    bank.pay(2000, to=[invoice])
    both = bank.ledger.payment(60, to=[invoice, other])

    page = Client().get(path, headers={"accept-language": "de"}).content.decode()
    links = re.findall(r'href="([^"]+/txn_\w+)">([^<]+)<', page)
    assert [title.split()[0] for _, title in links] == ["Rechnung", "Zahlungsbeleg"]
    assert both.number not in "".join(title for _, title in links)
    for url, title in links:
        answer = Client().get(url, headers={"accept-language": "de"})
        assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "application/pdf", b"%PDF")
        assert answer["Content-Disposition"].startswith("inline") or title.split()[1] in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "no-store"
    for strange in (other.id, both.id):
        refused = Client().get(f"{path}/{ids.encode('txn', strange)}")
        assert refused.status_code == 404
