"""Looking at a message before it goes out keeps nothing, and what was seen, files and all, is what is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.documents.pdf_text import text_of
from tests.factories import Ledger
from tests.messages.conftest import ADDRESS, address_of, wish_of

from subledger.accounts.models import Customer
from subledger.companies.entries import save_entry
from subledger.documents.models import Copy, Letterhead
from subledger.messages import errors
from subledger.messages.models import Message, MessageAttachment, MessageTemplate
from subledger.messages.services.distribution import distribute, distributed
from subledger.messages.services.outbox import communicate, drafted

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture
def invoice(ledger: Ledger) -> int:
    address_of(ledger, address_line1="1 Wrong Street", city="Oldtown")
    return ledger.invoice(100, on="04/05", due="01/06").id


def says_no_amount(attachment: str = "pdf") -> None:
    """The invoice's template tells its number alone: whatever else changes shows in the files."""
    row = MessageTemplate.objects.get(kind="invoice", language="en")
    values = {"subject": "Invoice", "body": "Your invoice #FT_NUMBER is attached.", "attachment": attachment}
    save_entry(model=MessageTemplate, ident=row.pk, values=values, actor="test")


@pytest.mark.parametrize("look", [drafted, distributed], ids=["one", "several"])
def test_a_look_keeps_no_copy_and_the_document_has_the_address_of_the_day_it_goes_out(
    invoice: int, ledger: Ledger, look: Callable
):
    look(wish_of(invoice))
    assert not Copy.objects.exists()
    Customer.objects.filter(pk=ledger.account.customer_id).update(address_line1="2 Right Street", city="Newtown")
    made = communicate(wish=wish_of(invoice), actor="user:ana")
    said = text_of(bytes(MessageAttachment.objects.select_related("file").get(message=made).file.content))
    assert "2 Right Street" in said
    assert "Oldtown" not in said
    kept = Copy.objects.select_related("file").get()  # as it went out, and by whom
    assert kept.made_by == "user:ana"
    assert bytes(kept.file.content) == bytes(MessageAttachment.objects.get(message=made).file.content)


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_a_payment_after_the_look_makes_it_another_message(invoice: int, ledger: Ledger, several: bool):
    says_no_amount()
    recipients = [ADDRESS, "bea@example.com"] if several else [ADDRESS]
    shown = distributed(wish_of(invoice), recipients)
    ledger.payment(40, on="05/05")
    now = distributed(wish_of(invoice), recipients)
    assert [one.written.body for one in now.drafts] == [one.written.body for one in shown.drafts]
    with pytest.raises(errors.MessageDiffers):
        distribute(wish=wish_of(invoice), recipients=recipients, expected_digest=shown.digest, actor="test")
    assert not Message.objects.exists()
    assert not Copy.objects.exists()
    distribute(wish=wish_of(invoice), recipients=recipients, expected_digest=now.digest, actor="test")
    assert Copy.objects.count() == 1


@pytest.mark.few(2)
@pytest.mark.parametrize("form", ["pdf", "facturx", "ubl", "cii"])
def test_what_did_not_change_is_the_same_message_in_every_format(invoice: int, ledger: Ledger, form: str):
    Customer.objects.filter(pk=ledger.account.customer_id).update(country="GR", tax_number="EL094014201")
    values = {"country": "DE", "vat_number": "DE129273398", "iban": "DE89370400440532013000"}
    save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values=values, actor="test")
    says_no_amount(form)
    shown = drafted(wish_of(invoice)).written
    assert shown.digest == drafted(wish_of(invoice)).written.digest
    communicate(wish=wish_of(invoice), expected_digest=shown.digest, actor="test")
    assert shown.digest == drafted(wish_of(invoice)).written.digest  # the copy that is kept now is what was shown


def test_a_file_of_another_name_is_another_message(invoice: int):
    with_file, without = (drafted(wish_of(invoice, attaches=attaches)).written for attaches in (True, False))
    assert (with_file.subject, with_file.body) == (without.subject, without.body)
    assert with_file.digest != without.digest
