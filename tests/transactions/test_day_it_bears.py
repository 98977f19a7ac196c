"""The day that an invoice bears is one: on paper, in electronic invoices and messages, whoever posts it and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.api.client import ApiClient
from tests.factories import Ledger, day
from tests.messages.conftest import address_of, wish_of
from tests.transactions.test_einvoices import ready

from subledger.companies.models import Company
from subledger.documents.layouts import lay_out
from subledger.documents.services import show_document
from subledger.documents.values import FileFormat
from subledger.kernel import ids
from subledger.messages.models import MessageTemplate
from subledger.messages.services.outbox import Wish, drafted
from subledger.platform import clock
from subledger.transactions.api.items import as_entered
from subledger.transactions.models import Transaction, TransactionItem
from subledger.transactions.pages.forms.documents import initial_of
from subledger.transactions.printouts import printables_of
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import post_drafts
from subledger.transactions.services.drafts import save_drafts, update_draft
from subledger.transactions.states import Classification as C


def drafted_at(ledger: Ledger, *, said: str = "") -> int:
    """A draft that was begun ten days ago."""
    new = ledger.new(C.INVOICE, 100)
    with clock.frozen(clock.now() - timedelta(days=10)):
        [draft] = save_drafts(new=[replace(new, issued_on=day(said) if said else None)], actor="test")
    return int(draft.pk)


def rows_of(draft: Transaction) -> list[TransactionItem]:
    return list(TransactionItem.objects.filter(transaction=draft).order_by("position"))


def facts_of(ident: int) -> dict[str, object]:
    [printable] = printables_of([ident])
    return {fact.name: fact.value for fact in lay_out(printable.document).facts}


@pytest.mark.parametrize(("said", "bears"), [("", "20/05"), ("12/05", "12/05"), ("10/05", "10/05")])
def test_a_draft_bears_the_day_it_is_posted_unless_somebody_said_another(ledger: Ledger, said: str, bears: str):
    ready(ledger)
    address_of(ledger)
    ident = drafted_at(ledger, said=said)
    assert facts_of(ident)["issued_on"] == day(bears), "the draft says what it would bear"
    post_drafts(drafts=[Post(draft_id=ident)], actor="test")
    row = Transaction.objects.get(pk=ident)
    assert (row.issued_on, row.posted_on) == (day(bears), day("20/05"))
    told = facts_of(ident)
    assert told["issued_on"] == day(bears)
    assert told.get("counts_from") == (day("20/05") if said else None), "where terms run from another day, it is said"
    [printable] = printables_of([ident])
    assert f"<cbc:IssueDate>{row.issued_on}<".encode() in show_document(printable, form=FileFormat.UBL).printout.content
    template = MessageTemplate.objects.get(kind="invoice", language="en")
    assert f"dated {row.issued_on.day} May 2026" in drafted(wish_of(ident, template_id=template.pk)).written.body


def test_a_draft_that_is_changed_is_no_more_dated_than_before(ledger: Ledger):
    ident = drafted_at(ledger)
    draft = Transaction.objects.get(pk=ident)
    update_draft(transaction_id=ident, new=replace(as_entered(draft, rows_of(draft)), note="Looked at"), actor="test")
    draft.refresh_from_db()
    assert not draft.is_dated
    update_draft(
        transaction_id=ident, new=replace(as_entered(draft, rows_of(draft)), issued_on=day("19/05")), actor="test"
    )
    draft.refresh_from_db()
    assert draft.is_dated


def test_programs_are_told_that_a_draft_has_no_day_yet(ledger: Ledger, company: Company):
    api = ApiClient(company)
    ident = ids.encode(Transaction.PREFIX, drafted_at(ledger))
    assert api.get(f"invoices/{ident}")["issued_on"] is None
    assert api.patch(f"invoices/{ident}", {"issue_reason": "Looked at"})["issued_on"] is None
    assert api.patch(f"invoices/{ident}", {"issued_on": "2026-05-12"})["issued_on"] == "2026-05-12"
    assert api.patch(f"invoices/{ident}", {"issued_on": None})["issued_on"] is None
    posted = api.post(f"invoices/{ident}/post")
    assert (posted["issued_on"], posted["posted_on"]) == ("2026-05-20", "2026-05-20")


def test_a_form_of_a_draft_asks_for_its_day_again_unless_somebody_gave_it(ledger: Ledger):
    undated, dated = (Transaction.objects.get(pk=drafted_at(ledger, said=said)) for said in ("", "12/05"))
    assert "issued_on" not in initial_of(undated)
    assert initial_of(dated)["issued_on"] == day("12/05")


def test_a_receipt_says_the_day_the_money_was_received(ledger: Ledger):
    address_of(ledger)
    payment = ledger.payment(10, on="19/05", received_on=day("17/05"))
    template = MessageTemplate.objects.get(kind="payment_receipt", language="en")
    wish = Wish(of="payment", object_id=payment.id, template_id=template.pk)
    assert "which we received on 17 May 2026" in drafted(wish).written.body
