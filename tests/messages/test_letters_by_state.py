"""What a letter says of a document is true of it as it stands, in every language, whichever template is taken."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from tests.factories import Ledger, day
from tests.gateways.conftest import install_toy, make_desk
from tests.messages.conftest import address_of, has_gone, send, wish_of

from subledger.companies.entries import save_entry
from subledger.documents.labels import labels_of
from subledger.documents.layouts import lay_out
from subledger.documents.models import Letterhead
from subledger.documents.services import facts_digest
from subledger.documents.sheets import PaymentBox
from subledger.documents.values import Charge, ChargeMeans
from subledger.gateways.letter_templates import PAY_ONLINE, UNLESS_PAID
from subledger.gateways.link_errors import AlreadyPaid
from subledger.messages.defaults import standard_templates
from subledger.messages.errors import NothingToRemindOf, OnOwnAccount, TakenBack, WrittenOff
from subledger.messages.kinds import kinds
from subledger.messages.models import Message, MessageTemplate
from subledger.messages.rules.templates import spelt_out, unknown_tags
from subledger.messages.services.composition import LINK_WORDS, link_words
from subledger.messages.services.outbox import drafted, resend
from subledger.messages.services.previews import preview
from subledger.platform.callers import Caller, calling
from subledger.platform.models import Event
from subledger.promises import letters as held_letters
from subledger.promises.models import InvoiceDispute
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import close_dispute, open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.transactions import letters
from subledger.transactions.letter_sentences import TO_PAY, Due
from subledger.transactions.models import Transaction
from subledger.transactions.printouts import printables_of

pytestmark = pytest.mark.sampled(3)

SITE = "https://books.example.com/"
IBAN = "DE89370400440532013000"
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


@pytest.mark.few(2)
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


@pytest.mark.few(2)
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


# ---- disputed, and promised for a day


def disputed(ledger: Ledger) -> int:
    made = late(ledger)
    open_dispute(document_id=made, reason="Half of the hours.", actor="test")
    return made


def promised(ledger: Ledger) -> int:
    made = late(ledger)
    days = [Instalment(day(on), minor) for on, minor in (("01/06", 60_00), ("01/07", 40_00))]
    make_promise(new=NewPromise(document_id=made, instalments=days), actor="test")
    return made


@pytest.mark.few(2)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("make", "words"), [(disputed, held_letters.DISPUTED), (promised, held_letters.PROMISED)])
def test_nobody_is_told_to_pay_now_what_is_disputed_or_promised_for_a_day(
    ledger: Ledger, monkeypatch, make, words, language: str
):
    """Who was told that we look into it, or with whom a day was agreed on, does not read: please pay it now."""
    install_toy(monkeypatch)
    make_desk(ledger)
    address_of(ledger)
    invoice = make(ledger)
    for kind in ("invoice", "payment_reminder", "pay_link"):  # a reminder that somebody confirms says it, too
        body = said(invoice, kind, language, site=SITE)
        for sentence in TO_PAY[language].values():
            assert not re.search(re.sub(r"\\#[A-Z_]+", ".+?", re.escape(sentence)), body), (kind, body)
        assert re.search(re.sub(r"\\#[A-Z_]+", ".+?", re.escape(words[language])), body), (kind, body)
        assert "#" not in body
    invited = PAY_ONLINE[language].partition("\n")[0] in said(invoice, "invoice", language, site=SITE)
    assert invited == (make is promised), "nobody is led to pay what is disputed"


def test_the_next_day_of_a_promise_is_said_with_what_is_left_of_its_instalment(ledger: Ledger):
    address_of(ledger)
    invoice = promised(ledger)
    assert "payment of €60.00 is expected by 1 June 2026" in said(invoice, "invoice")
    ledger.payment(70, on="20/05")
    assert "payment of €30.00 is expected by 1 July 2026" in said(invoice, "invoice"), "the first is paid, and more"


@pytest.mark.few(2)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_to_pay_what_is_disputed_does_not_say_that_it_is_to_be_paid(ledger: Ledger, monkeypatch, language: str):
    install_toy(monkeypatch)
    make_desk(ledger)
    address_of(ledger)
    asks, all_the_same = (words[language].partition("\n")[0] for words in (PAY_ONLINE, held_letters.ALL_THE_SAME))
    for make, is_disputed in ((disputed, True), (promised, False)):
        body = said(make(ledger), "pay_link", language, site=SITE)
        assert (all_the_same in body, asks in body) == (is_disputed, not is_disputed)


def paper(invoice: int, language: str = "en") -> PaymentBox:
    """How to pay, as the PDF says it that goes with the mail."""
    box = lay_out(printables_of([invoice], language=language)[0].document).payment
    assert box is not None
    return box


@pytest.mark.few(2)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_of_what_is_disputed_or_promised_does_not_ask_for_it_by_the_old_due_date(
    ledger: Ledger, language: str
):
    save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values={"iban": IBAN}, actor="test")
    usual, labels = paper(late(ledger), language), labels_of(language)
    assert (usual.title, usual.facts[-1].label) == (labels["how_to_pay"], labels["due_on"])
    held = paper(disputed(ledger), language)
    assert (held.title, held.facts, held.scanned) == (labels["disputed"], [], "")
    invoice = promised(ledger)
    agreed = paper(invoice, language)
    assert (agreed.title, agreed.scanned != usual.scanned) == (labels["how_to_pay_as_agreed"], True)
    assert [fact.label for fact in agreed.facts][-2:] == [labels["agreed"]] * 2
    assert labels["due_on"] not in [fact.label for fact in agreed.facts]


def test_the_paper_of_a_promise_says_what_is_left_of_it(ledger: Ledger):
    save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values={"iban": IBAN}, actor="test")
    invoice = promised(ledger)
    assert [fact.value for fact in paper(invoice).facts][-2:] == ["€60.00, 1 Jun 2026", "€40.00, 1 Jul 2026"]
    before = facts_digest(printables_of([invoice], language="en")[0].document)
    ledger.payment(70, on="20/05")
    assert [fact.value for fact in paper(invoice).facts][-1:] == ["€30.00, 1 Jul 2026"]
    assert facts_digest(printables_of([invoice], language="en")[0].document) != before


def test_what_is_sent_again_says_how_its_invoice_stands_by_now(ledger: Ledger):
    address_of(ledger)
    invoice = late(ledger)
    template = MessageTemplate.objects.get(kind="invoice", language="en")
    old = send(invoice, attaches=False)
    has_gone()
    save_entry(model=MessageTemplate, ident=template.pk, values={"subject": "Other words"}, actor="test")
    as_it_was = resend(message_id=old.pk, confirm_again=True, actor="test")
    assert (as_it_was.subject, as_it_was.body) == (old.subject, old.body)
    has_gone()
    open_dispute(document_id=invoice, reason="Half of the hours.", actor="test")
    now = resend(message_id=as_it_was.pk, confirm_again=True, actor="test")
    assert held_letters.DISPUTED["en"] in now.body
    assert "Please pay it now" in as_it_was.body
    assert "Please pay it now" not in now.body
    assert (now.resends, now.attachments.count()) == (as_it_was, 0)


def test_once_a_dispute_is_closed_the_invoice_is_due_again(ledger: Ledger):
    address_of(ledger)
    invoice = disputed(ledger)
    [dispute] = InvoiceDispute.objects.filter(document_id=invoice)
    close_dispute(dispute_id=dispute.pk, outcome="rejected", resolution="They were worked.", actor="test")
    assert "Please pay it now" in said(invoice, "invoice")


# ---- a link beside a charge


@pytest.mark.few(2)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_to_pay_what_we_charge_does_not_say_that_nothing_is_to_be_done(
    ledger: Ledger, monkeypatch, language: str
):
    install_toy(monkeypatch)
    make_desk(ledger)
    address_of(ledger)
    invoice = open_one(ledger)
    charge = Charge(means=ChargeMeans.CARD, on=day("25/05"), name="Visa", last4="4242")
    monkeypatch.setattr(letters, "expected_charges", lambda idents: dict.fromkeys(idents, charge))
    told, invited = (said(invoice, kind, language, site=SITE) for kind in ("invoice", "pay_link"))

    def says(body: str, sentence: str) -> bool:
        return re.search(re.sub(r"\\#[A-Z_]+", ".+?", re.escape(sentence)), body) is not None

    assert says(told, TO_PAY[language][Due.CHARGED])
    assert says(invited, UNLESS_PAID[language])
    assert not says(invited, TO_PAY[language][Due.CHARGED])


@pytest.mark.few(2)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_for_a_link_is_in_the_language_of_the_message(ledger: Ledger, monkeypatch, language: str):
    install_toy(monkeypatch)
    make_desk(ledger)
    number = Transaction.objects.get(pk=open_one(ledger)).number
    template = MessageTemplate.objects.get(kind="pay_link", language=language)
    shown = preview(template_id=template.pk, about=number, site=SITE).body
    assert LINK_WORDS[language] in shown
    assert len({link_words(one) for one in LANGUAGES} | {link_words(one, is_sent=True) for one in LANGUAGES}) == 8


def test_what_was_written_off_is_asked_of_nobody_by_its_mirror(ledger: Ledger):
    """It stands between accounts of ours: no IBAN as if it were to be paid, and no letter, whoever is named."""
    save_entry(model=Letterhead, ident=Letterhead.objects.get().pk, values={"iban": IBAN}, actor="test")
    invoice = ledger.invoice(100, on="04/05", due="10/05")
    assert IBAN[:4] in str(lay_out(printables_of([invoice.id], language="en")[0].document))
    ledger.write_off(invoice, on="11/05")
    mirror = Transaction.objects.exclude(mirrors=None).get()
    assert IBAN[:4] not in str(lay_out(printables_of([mirror.pk], language="en")[0].document))
    for kind in ("invoice", "payment_reminder"):
        with pytest.raises(OnOwnAccount, match="keeps what was written off"):
            said(mirror.pk, kind, recipient="ana@example.com")
