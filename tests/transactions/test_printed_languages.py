"""What goes to a customer is in their language to the last word: closing words, names of files, what a movement was."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from tests.api.client import ApiClient
from tests.factories import day
from tests.messages.conftest import address_of
from tests.pages.conftest import member, seat

from subledger.accounts.models import Customer
from subledger.companies.entries import save_entry
from subledger.documents.models import Copy, Letterhead
from subledger.documents.queries import copy_name
from subledger.documents.services import print_document
from subledger.documents.tables import CLOSING
from subledger.documents.values import FileFormat
from subledger.kernel.languages import LANGUAGES
from subledger.messages.models import MessageAttachment
from subledger.messages.services.outbox import Wish, communicate
from subledger.transactions.models import TransactionType
from subledger.transactions.printouts import printables_of, statement_printable
from subledger.transactions.states import Classification as C

WORDS = {"en": "Thank you", "de": "Vielen Dank", "it": "Grazie", "el": "Ευχαριστούμε"}
NAMES = {"en": "invoice", "de": "rechnung", "it": "fattura", "el": "τιμολόγιο"}


def test_there_are_closing_words_for_each_language_that_customers_are_written_to_in():
    assert set(CLOSING) == set(LANGUAGES)


@pytest.fixture
def closing_words(company):
    letterhead = Letterhead.objects.get()
    values = {"footer": "Our own", **{f"footer_{code}": words for code, words in WORDS.items() if code != "it"}}
    save_entry(model=Letterhead, ident=letterhead.pk, values=values, actor="test")


@pytest.mark.parametrize("language", WORDS)
def test_invoices_close_in_the_customers_language_else_in_the_companys_words(ledger, closing_words, language):
    invoice = ledger.invoice(100, on="04/05")
    Customer.objects.update(language=language)
    [printable] = printables_of([invoice.id])
    said = print_document(printable, form=FileFormat.HTML, actor="test").content.decode()
    expected = WORDS[language] if language != "it" else "Our own"
    assert expected in said
    assert [words for words in WORDS.values() if words in said] == [words for words in [expected] if words != "Our own"]


@pytest.mark.few(3)
@pytest.mark.parametrize("language", NAMES)
def test_files_are_called_in_the_language_of_the_document(ledger, company, language):
    invoice = ledger.invoice(100, on="04/05")
    address_of(ledger, language=language)
    name = f"{NAMES[language]}-{invoice.number}.pdf"
    communicate(wish=Wish(of="invoice", object_id=invoice.id), actor="test")
    assert MessageAttachment.objects.get().name == name
    assert copy_name(Copy.objects.get()) == name
    public = printables_of([invoice.id])[0].record
    page = seat(member(company, "administrator")).get(f"/transactions/{public}/print/?download=1")
    answer = ApiClient(company).request("GET", f"invoices/{public}/printout")
    for response in (page, answer):
        assert name in unquote(response["Content-Disposition"])
        response["Content-Disposition"].encode("ascii")


def test_a_statement_says_what_came_with_the_program_in_the_customers_language(ledger):
    payment = ledger.payment(40, on="04/05")
    kind = TransactionType.objects.get(code="paid_back")
    ledger.cancel(payment, on="05/05", type_id=kind.pk)
    Customer.objects.update(language="de")
    ledger.account.refresh_from_db()
    printable = statement_printable(ledger.account, start=day("01/05"), end=day("20/05"), today=day("20/05"))
    said = print_document(printable, form=FileFormat.HTML, actor="test").content.decode()
    assert kind.classification == C.PAYMENT_CANCELLATION
    assert "Zahlungsstorno: Über den Zahlungsdienst zurückgezahlt" in said
    assert "Paid back" not in said
    assert printable.document.language == "de"
