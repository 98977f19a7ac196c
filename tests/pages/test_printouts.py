"""Documents shown and downloaded, and the logo on them."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.documents.pdf_text import text_of
from tests.documents.test_logos import picture
from tests.pages.conftest import member, seat

from subledger.accounts.models import Customer
from subledger.documents.models import Copy
from subledger.page_kit.url_ids import page_url
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C


def test_a_page_shows_a_document_and_keeps_a_copy_of_what_is_downloaded(desk, ledger):
    posted = ledger.invoice(100, on="04/05")
    change = partial(Customer.objects.filter(pk=ledger.account.customer_id).update, city="Kiel")
    change(address_line1="1 Wrong Street")

    page = desk.get(page_url("transaction", posted.id))
    url = page_url("transaction_print", posted.id)
    assert url in page.content.decode()
    shown = desk.get(url)
    assert shown["Content-Disposition"] == 'inline; filename="invoice-INV00000001.pdf"'
    assert shown.content.startswith(b"%PDF-")
    assert "1 Wrong Street" in text_of(shown.content)
    assert not Copy.objects.exists(), "it was looked at, and given to nobody"
    change(address_line1="2 Right Street")
    given = desk.get(f"{url}?download=1").content
    assert "2 Right Street" in text_of(given)
    change(address_line1="3 Next Street")
    assert desk.get(url).content == desk.get(f"{url}?download=1").content == given
    assert desk.get(f"{url}?format=html")["Content-Security-Policy"].startswith("default-src 'none'")
    assert desk.get(f"{url}?format=exe").status_code == 422
    assert Copy.objects.count() == 1


def test_a_draft_is_shown_and_not_kept(desk, ledger):

    [draft] = save_drafts(new=[ledger.new(C.INVOICE, 10)], actor="test")
    assert "DRAFT" in text_of(desk.get(page_url("transaction_print", draft.pk)).content)
    assert not Copy.objects.exists()


def test_a_statement_is_printed_from_its_page(desk, ledger):

    ledger.invoice(100, on="04/05")
    page = desk.get(page_url("account_statement", ledger.account.pk)).content.decode()
    url = page_url("account_statement_print", ledger.account.pk)
    assert url in page
    shown = desk.get(f"{url}?from=2026-05-01&to=2026-05-20")
    assert "100.00" in text_of(shown.content)
    assert desk.get(f"{url}?from=yesterday").status_code == 422


def test_a_logo_is_chosen_on_its_page_and_a_sample_shows_it(desk, company):

    plain = desk.get(page_url("letterhead_sample")).content
    sent = desk.post(page_url("letterhead_logo"), {"content": SimpleUploadedFile("logo.png", picture())})
    assert sent.status_code == 302
    assert "Take off the logo" in desk.get(sent.url).content.decode()
    assert desk.get(page_url("letterhead_sample")).content.count(b"/Image") > plain.count(b"/Image")
    refused = desk.post(page_url("letterhead_logo"), {"content": SimpleUploadedFile("logo.svg", b"<svg/>")})
    assert refused.status_code == 422


@pytest.mark.parametrize(("role", "kept"), [("auditor", 0), ("administrator", 1)])
def test_a_statement_of_any_days_is_kept_for_those_who_may_send_it(company, ledger, role, kept):
    ledger.invoice(100, on="04/05")
    url = page_url("account_statement_print", ledger.account.pk)
    desk = seat(member(company, role))
    assert "100.00" in text_of(desk.get(f"{url}?from=2026-05-01&to=2026-05-20&download=1").content)
    assert Copy.objects.count() == kept
