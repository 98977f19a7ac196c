"""A reminder says how it is paid, and what it says of late charges is true of them."""

from __future__ import annotations

from importlib import import_module

import pytest
from tests.documents.pdf_text import text_of
from tests.dunning.conftest import Dunned, plan_of_levels
from tests.messages.conftest import address_of

from subledger.accounts.models import Account, Customer
from subledger.companies.entries import save_entry
from subledger.documents.models import Letterhead
from subledger.dunning.letter_templates import FINAL, HOW_TO_PAY, NOTICE, REMINDER
from subledger.dunning.letters import letter_of_account
from subledger.dunning.models import DunningRecord
from subledger.dunning.services.printouts import print_letter
from subledger.kernel.languages import LANGUAGES
from subledger.messages.kinds import kind_named
from subledger.messages.services.composition import said_by, standard_template
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import post_drafts

pytestmark = pytest.mark.django_db
IBAN = "DE89370400440532013000"


def with_bank() -> None:
    values = {"iban": IBAN, "bank_name": "Hausbank", "legal_name": "Example GmbH"}
    save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values=values, actor="test")


@pytest.mark.few(2)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_the_account_the_reference_and_the_sum(dunned: Dunned, language):
    with_bank()
    Customer.objects.update(language=language)
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    [mail] = dunned.mails()
    said = HOW_TO_PAY[language].partition("#BANK_DETAILS")
    assert said[0].partition("#")[0] in mail.body
    assert "IBAN DE89 3704 0044 0532 0130 00" in mail.body
    assert "Hausbank" in mail.body
    assert mail.body.count("INV00000001") == 2, "its line, and the reference"
    assert "INV00000001" in mail.subject


def test_without_an_iban_it_names_none(dunned: Dunned):
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    [mail] = dunned.mails()
    assert "transfer" not in mail.body
    assert "\n\n\n" not in mail.body


def test_of_several_the_subject_names_the_first_and_of_many_the_reference_is_the_account(dunned: Dunned):
    with_bank()
    for _ in range(4):
        dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    [mail] = dunned.mails()
    assert mail.subject.startswith("First reminder: INV00000001 and 3 more, ")
    assert f"Payment reference: {dunned.ledger.account.number}" in mail.body
    assert "Please transfer €400.00 to:" in mail.body


def test_a_drafted_fee_is_told_and_not_demanded_and_once_claimed_it_is(dunned: Dunned):
    with_bank()
    plan_of_levels()
    dunned.ledger.invoice(40, on="01/06", due="10/06")
    dunned.run("24/06")
    mail = dunned.mails()[-1]
    assert "Late charges of €5.00 are noted, with which it would be €45.00. They are not due yet" in mail.body
    assert "Please transfer €40.00 to:" in mail.body
    [fee] = dunned.claims("late_fee")
    with dunned.at("24/06"):
        post_drafts(drafts=[Post(draft_id=fee.invoice_id)], actor="test")
    dunned.run("10/07")
    mail = dunned.mails()[-1]
    assert "Please transfer €45.00 to:" in mail.body
    assert "are noted" not in mail.body


def test_a_letter_has_it_in_its_box_and_says_of_charges_what_they_are_by_then(dunned: Dunned):
    with_bank()
    plan_of_levels()
    address_of(dunned.ledger, "")
    dunned.ledger.invoice(40, on="01/06", due="10/06")
    dunned.run("24/06")
    waiting = DunningRecord.objects.get(outcome="to_print").pk
    [fee] = dunned.claims("late_fee")
    with dunned.at("25/06"):
        post_drafts(drafts=[Post(draft_id=fee.invoice_id)], actor="test")
        text = text_of(print_letter(record_id=waiting, actor="ann").content)
    assert "45.00" in text
    assert "are noted" not in text
    assert "Please transfer" not in text
    assert "INV00000001, INV00000002" in " ".join(text.split())  # the reference in its box


def test_sent_by_hand_it_says_the_same(dunned: Dunned):
    with_bank()
    plan_of_levels()
    dunned.ledger.invoice(40, on="01/06", due="10/06")
    dunned.run("24/06")
    kind = kind_named("dunning_reminder")
    letter = letter_of_account(Account.objects.get(pk=dunned.ledger.account.pk).pk)
    _, body, _ = said_by(kind, letter, standard_template(kind, "en"))
    assert "Late charges of €5.00 are noted" in body
    assert "Please transfer €40.00 to:" in body


def test_standard_templates_of_companies_that_are_there_say_it_too(company):

    words = import_module("subledger.dunning.migrations.0006_how_to_pay").WORDS
    ready = {"dunning_notice": NOTICE, "dunning_reminder": REMINDER, "dunning_final": FINAL}
    assert {(kind, language) for kind, language, *_ in words} == {(kind, code) for kind in ready for code in LANGUAGES}
    for kind, language, _, subject, body in words:
        assert (subject, body) == (ready[kind][language].subject, ready[kind][language].body.strip())
