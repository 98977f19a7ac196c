"""A company's own sender, of a domain that the operator allows, at a real mail server."""

from __future__ import annotations

import pytest
from tests.api.client import ApiClient
from tests.messages.conftest import address_of, send

from subledger.companies.entries import save_entry
from subledger.kernel.errors import DomainError
from subledger.messages.errors import AddressInvalid, SenderNotAllowed
from subledger.messages.models import Message, MessageSettings
from subledger.messages.services import delivery
from subledger.messages.services.delivery import mail_of


@pytest.fixture(autouse=True)
def _allowed(settings):
    settings.SENDER_DOMAINS = ("Wine.example", "bücher.example")
    settings.DEFAULT_FROM_EMAIL = "books@example.org"


def chosen(sender: str) -> None:
    save_entry(model=MessageSettings, ident=MessageSettings.objects.get().pk, values={"sender": sender}, actor="test")


def test_mail_comes_from_the_companys_own_address_in_header_and_envelope(ledger, post_office):
    address_of(ledger)
    chosen(" billing@wine.EXAMPLE ")
    made = send(ledger.invoice(100, on="04/05", due="01/06").id)
    assert delivery.deliver()[0]["sent"] == 1
    [mail] = post_office.got
    assert mail["From"] == "Test company <billing@wine.example>"
    assert mail["Message-ID"] == f"<{made.public_id}@wine.example>", "filters look for the sender's domain"


def test_a_domain_that_is_allowed_no_more_has_mail_go_on_from_the_installation(ledger, post_office, settings):
    address_of(ledger)
    chosen("billing@wine.example")
    settings.SENDER_DOMAINS = ()
    send(ledger.invoice(100, on="04/05", due="01/06").id)
    assert delivery.deliver()[0]["sent"] == 1
    assert post_office.got[0]["From"] == "Test company <books@example.org>"


@pytest.mark.parametrize("sender", ["ceo@bank.example", "x@sub.wine.example", "x@wine.example.evil.example"])
def test_another_domain_is_refused_with_those_that_there_are(company, sender):
    with pytest.raises(SenderNotAllowed, match=r"Wine\.example, bücher\.example"):
        chosen(sender)


@pytest.mark.parametrize("sender", ["wine.example", "Wine <a@wine.example>"])
def test_what_is_no_address_is_refused(company, sender):
    with pytest.raises(AddressInvalid):
        chosen(sender)


def test_a_line_break_makes_no_header(company):
    with pytest.raises(DomainError):
        chosen("a@wine.example\nBcc: b@wine.example")
    assert MessageSettings.objects.get().sender == ""


def test_without_any_domain_the_field_says_whom_to_ask(company, settings):
    settings.SENDER_DOMAINS = ()
    with pytest.raises(SenderNotAllowed, match="no domain is set up"):
        chosen("a@wine.example")
    chosen("")


def test_a_domain_is_one_in_either_writing(company):
    chosen("post@xn--bcher-kva.example")
    assert MessageSettings.objects.get().sender == "post@xn--bcher-kva.example"


def test_what_opens_a_login_comes_from_the_installation(company):
    row = Message(id=1, kind="invitation", recipient="ann@example.com", subject="x", body="x", language="en")
    mail = mail_of(row, company=company, reply_to="", sender="billing@wine.example")
    assert mail.from_email == "Test company <books@example.org>"


def test_programs_choose_it_and_are_told_where_it_is_wrong(company):
    api = ApiClient(company)
    assert api.patch("message_settings", {"sender": "a@wine.example"})["sender"] == "a@wine.example"
    refused = api.patch("message_settings", {"sender": "a@other.example"}, expect=422)
    assert (refused["code"], refused["param"]) == ("sender_not_allowed", "/sender")


def test_a_domain_of_one_company_is_no_other_companys(ledger, company, settings):
    settings.SENDER_DOMAINS = ("someone-else=ibm.example", f"{company.code}=lakeside.example")
    with pytest.raises(SenderNotAllowed) as refused:
        chosen("ceo@ibm.example")
    assert "ibm.example:" in str(refused.value), "the address alone"
    assert "sends for lakeside.example." in str(refused.value)
    chosen("billing@lakeside.example")
