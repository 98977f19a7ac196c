"""What a message says when it is sent again is shown before it goes, and sent mail names whom it is about."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.factories import Ledger
from tests.messages.conftest import address_of, has_gone, send
from tests.pages.conftest import member, seat

from subledger.companies.models import Company
from subledger.page_kit.url_ids import page_url
from subledger.promises.services.disputes import open_dispute

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(ledger: Ledger):
    address_of(ledger)
    made = send(ledger.invoice(100, on="04/05", due="01/06").id)
    has_gone()
    return made


def test_what_is_true_no_more_is_shown_anew_before_it_is_sent_again(sent, company: Company):
    desk = seat(member(company, "administrator"))
    page = desk.get(page_url("message_resend", sent.pk)).content.decode()
    assert "It says what it said." in page
    assert "srcdoc" not in page
    open_dispute(document_id=sent.object_id, reason="Half of the hours.", actor="test")
    page = desk.get(page_url("message_resend", sent.pk)).content.decode()
    assert "It says what it said." not in page
    frame = unescape(re.search(r'srcdoc="([^"]*)"', page)[1])
    assert "You do not need to pay any of it until you have heard from us." in frame


def test_sent_mail_names_the_customer_and_leads_to_the_document(sent, company: Company):
    page = seat(member(company, "administrator")).get(page_url("messages")).content.decode()
    assert ">Ann<" in page
    assert f'href="{page_url("transaction", sent.object_id)}"' in page
    found = seat(member(company, "administrator")).get(page_url("messages"), {"q": "Ann"}).content.decode()
    assert sent.subject in found
