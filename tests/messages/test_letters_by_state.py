"""What a letter says of a document is true of it as it stands, in every language, whichever template is taken."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from tests.factories import Ledger
from tests.gateways.conftest import install_toy, make_desk
from tests.messages.conftest import address_of, send, wish_of

from subledger.gateways.link_errors import AlreadyPaid
from subledger.messages.defaults import standard_templates
from subledger.messages.errors import NothingToRemindOf, TakenBack, WrittenOff
from subledger.messages.kinds import kinds
from subledger.messages.models import Message, MessageTemplate
from subledger.messages.rules.templates import spelt_out, unknown_tags
from subledger.messages.services.outbox import drafted
from subledger.messages.services.previews import preview
from subledger.platform.callers import Caller, calling
from subledger.platform.models import Event
from subledger.transactions.letter_sentences import TO_PAY, Due
from subledger.transactions.models import Transaction

SITE = "https://books.example.com/"
OF_BEFORE = (
    "Invoice #FT_NUMBER of #COMPANY_NAME",
    "Dear #CUSTOMER_NAME,\n\nhere is invoice #FT_NUMBER of #FT_DATE over #FT_TOTAL. #FT_OUTSTANDING of it is still to "
    "be paid, by #FT_DUE_DATE.\n\nPlease name #FT_NUMBER when you pay.\n\nKind regards\n#COMPANY_NAME",
)
LANGUAGES = ("en", "de", "it", "el")


def open_one(ledger: Ledger) -> int:
    return ledger.invoice(100, on="04/05", due="01/06").id


def part_paid(ledger: Ledger) -> int:
    made = open_one(ledger)
    ledger.payment(40, on="05/05")
    return made


def late(ledger: Ledger) -> int:
    return ledger.invoice(100, on="04/05", due="10/05").id


def paid(ledger: Ledger) -> int:
    made = open_one(ledger)
    ledger.payment(100, on="05/05")
    return made


def credited(ledger: Ledger) -> int:
    made = open_one(ledger)
    ledger.credit_note(60, on="05/05")
    ledger.payment(40, on="05/05")
    return made


STATES: dict[Due, tuple[Callable[[Ledger], int], ...]] = {
    Due.WHOLE: (open_one,),
    Due.PART: (part_paid,),
    Due.LATE: (late,),
    Due.PAID: (paid,),
    Due.SETTLED: (credited,),
}
CASES = [(state, make) for state, makes in STATES.items() for make in makes]


def said(invoice: int, kind: str, language: str = "en", **more) -> str:
    template = MessageTemplate.objects.get(kind=kind, language=language)
    return drafted(wish_of(invoice, template_id=template.pk, **more)).written.body


@pytest.mark.parametrize(("state", "make"), CASES, ids=[make.__name__ for _, make in CASES])
def test_an_invoice_is_sent_with_what_is_true_of_it(ledger: Ledger, state: Due, make):
    address_of(ledger)
    invoice = make(ledger)
    for language in LANGUAGES:
        words, body = TO_PAY[language], said(invoice, "invoice", language)
        mine = [one for one in Due if re.search(re.sub(r"\\#[A-Z_]+", ".+?", re.escape(words[one])), body)]
        assert mine == [state], (language, body)
        assert "#" not in body
        assert "\n\n\n" not in body, "where nothing is said no gap stays"
        number = said(invoice, "invoice", language).count("INV")
        assert number == (2 if state in (Due.WHOLE, Due.PART, Due.LATE) else 1), "no reference where nothing is paid"


def test_a_paid_invoice_thanks_and_names_nothing_to_be_paid(ledger: Ledger):
    address_of(ledger)
    body = said(paid(ledger), "invoice")
    assert "has been paid in full. Thank you for your payment." in body
    assert "0.00 " not in body.replace("100.00", "")
    assert "June" not in body


def test_nobody_is_asked_for_what_is_paid_or_taken_back(ledger: Ledger, monkeypatch):
    install_toy(monkeypatch)
    make_desk(ledger)
    address_of(ledger)
    settled = paid(ledger)
    for kind in ("payment_reminder", "pay_link_reminder"):
        with pytest.raises(NothingToRemindOf):
            said(settled, kind, site=SITE)
    with pytest.raises(AlreadyPaid):
        said(settled, "pay_link", site=SITE)
    taken_back = ledger.invoice(100, on="04/05", due="01/06")
    ledger.cancel(taken_back, on="05/05")
    for kind in ("invoice", "payment_reminder", "pay_link_reminder", "pay_link"):
        with pytest.raises(TakenBack):
            said(taken_back.id, kind, site=SITE)
    owed_still = ledger.invoice(100, on="04/05", due="01/06")
    ledger.write_off(owed_still, on="06/05")
    for kind in ("invoice", "payment_reminder", "pay_link_reminder", "pay_link"):
        with pytest.raises(WrittenOff, match=r"Invoice INV.* is written off.* Send write off WOF"):
            said(owed_still.id, kind, site=SITE)


def test_english_letters_begin_with_a_capital_and_name_their_sender_as_from():
    for kind in kinds().values():
        letter = kind.standard["en"]
        greeting, _, body = letter.body.partition(",\n\n")
        assert not body[:1].islower(), (kind.name, body[:40])
        assert not kind.of or " of #COMPANY_NAME" not in letter.subject
        for german in (" over #FT_TOTAL", "Please name", "need do nothing", "was to be paid", "to be paid, by"):
            assert german not in letter.body, kind.name


def test_standard_letters_use_tags_that_are_filled():
    for kind in kinds().values():
        known = [tag.name for tag in kind.tags]
        for language, letter in kind.standard.items():
            assert not unknown_tags(f"{letter.subject}\n{letter.body}", known), (kind.name, language)
            sentences = kind.sentences(known, None, language)
            assert not unknown_tags("\n".join(sentences.values()), known), (kind.name, language)


# ---- a link to pay in the mail of the invoice


def test_an_invoice_that_can_be_paid_online_is_sent_with_the_link(ledger: Ledger, monkeypatch):
    install_toy(monkeypatch)
    make_desk(ledger)
    address_of(ledger)
    made = send(open_one(ledger), site=SITE)
    assert made.kind == "invoice"
    assert "You can pay online here:" in made.body
    assert "/pay/" not in made.body, "it opens something: it is kept nowhere"
    assert made.sealed
    assert Event.objects.filter(type="invoice.pay_link_made").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_is_spoken_of_where_none_is_made(ledger: Ledger, monkeypatch, language: str):
    address_of(ledger)
    invoice = open_one(ledger)
    without = said(invoice, "invoice", language, site=SITE)  # no gateway
    install_toy(monkeypatch)
    make_desk(ledger)
    assert said(invoice, "invoice", language, site=SITE) != without
    assert said(invoice, "invoice", language) == without, "nobody said under which address others reach these books"
    clerk = Caller("user:ana", frozenset({"view", "messages.send"}), lambda name: AssertionError(name))
    with calling(clerk):  # who may not make links
        assert said(invoice, "invoice", language, site=SITE) == without
    ledger.payment(100, on="05/05")
    settled = said(invoice, "invoice", language, site=SITE)
    assert TO_PAY[language][Due.PAID] in settled
    assert "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}" not in settled


def test_a_preview_says_what_the_letter_would(ledger: Ledger, monkeypatch):
    install_toy(monkeypatch)
    make_desk(ledger)
    template = MessageTemplate.objects.get(kind="invoice", language="en")
    sample = preview(template_id=template.pk).body
    assert "Payment of €122.00 is due by 31 May 2026." in sample
    assert "You can pay online here:" in sample
    number = Transaction.objects.get(pk=open_one(ledger)).number
    assert "You can pay online here:" in preview(template_id=template.pk, about=number, site=SITE).body
    assert not Message.objects.exists()


@pytest.mark.parametrize("called", ["INV1", "inv1", " 1 ", "INV00000001"])
def test_a_preview_takes_the_number_as_people_write_it(ledger: Ledger, called: str):
    address_of(ledger)
    invoice = Transaction.objects.get(pk=open_one(ledger))
    assert invoice.number == "INV00000001"
    template = MessageTemplate.objects.get(kind="invoice", language="en")
    assert invoice.number in preview(template_id=template.pk, about=called).body


def test_a_preview_of_a_statement_takes_the_number_of_its_account(ledger: Ledger):
    template = MessageTemplate.objects.get(kind="statement", language="en")
    number = ledger.account.number
    assert number in preview(template_id=template.pk, about=number.lstrip(string.ascii_uppercase).lstrip("0")).subject


def test_whoever_sees_a_record_sees_it_in_a_preview(ledger: Ledger):
    address_of(ledger)
    made = ledger.cancel(ledger.invoice(100, on="04/05", due="01/06"), on="05/05")
    template = MessageTemplate.objects.get(kind="invoice_cancellation", language="en")
    with calling(Caller("key:books", frozenset({"view:transactions", "view:message_templates"}), AssertionError)):
        assert made.number in preview(template_id=template.pk, about=made.number).body


def test_sentences_are_filled_once_and_people_cannot_name_tags():
    assert spelt_out("##SAY #SAY", {"SAY": "Pay #TOTAL."}) == "##SAY Pay #TOTAL."
    assert spelt_out("A\n\n#SAY\n\nB", {"SAY": ""}) == "A\n\nB"
    assert spelt_out("A\n\n\n\nB", {}) == "A\n\n\n\nB", "what people wrote stays as it is"


def test_a_new_company_gets_them(ledger: Ledger):
    MessageTemplate.objects.all().delete()
    standard_templates(tuple(kinds().values()))
    assert "#FT_TO_PAY" in MessageTemplate.objects.get(kind="invoice", language="el").body


def test_templates_that_nobody_changed_are_written_anew(ledger: Ledger):
    found = import_module("subledger.transactions.migrations.0026_letters_say_how_it_stands")
    row = MessageTemplate.objects.get(code="invoice-en")
    row.subject, row.body = OF_BEFORE
    row.save()
    ours = MessageTemplate.objects.get(code="invoice-de")
    ours.body = "Unser eigener"
    ours.save()
    found.say_it_anew(apps, None)
    row.refresh_from_db()
    ours.refresh_from_db()
    assert row.subject == "Invoice #FT_NUMBER from #COMPANY_NAME"
    assert "#FT_TO_PAY\n\n#PAY_ONLINE" in row.body
    assert ours.body == "Unser eigener"
