"""Messages are written once, in the transaction of what they tell of, as they were shown, and never change."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext
from tests.messages.conftest import ADDRESS, address_of, has_gone, send, wish_of

from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.kernel.errors import NotFound
from subledger.messages import errors
from subledger.messages.kinds import kinds
from subledger.messages.models import Message, MessageSettings, MessageTemplate
from subledger.messages.queries import messages_about
from subledger.messages.services import outbox
from subledger.messages.services.outbox import communicate, drafted, resend
from subledger.messages.services.previews import preview
from subledger.messages.services.suppressions import lift_suppression, suppress_address
from subledger.messages.states import MessageState, SuppressionReason
from subledger.platform.listeners import listeners
from subledger.platform.models import Event
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture
def invoice(ledger):
    address_of(ledger)
    return ledger.invoice(100, on="04/05", due="01/06").id


def template(**values):
    row = MessageTemplate.objects.get(kind="invoice", language="en")
    return save_entry(model=MessageTemplate, ident=row.pk, values=values, actor="test")


def test_a_message_says_what_its_template_says_of_the_record(invoice, ledger):
    made = send(invoice)
    assert (made.recipient, made.state, made.kind) == (ADDRESS, MessageState.QUEUED, "invoice")
    assert made.subject.startswith("Invoice INV")
    assert "€100.00" in made.body
    assert "1 June 2026" in made.body
    assert list(messages_about([invoice])) == [made]
    assert list(messages_about([ledger.account.pk])) == [made]
    event = Event.objects.get(type="message.queued")
    assert (event.object_type, event.object_id) == ("transaction", invoice)
    assert event.data["recipient"] == ADDRESS


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "1. Juni 2026"), ("it", "1 giugno 2026"), ("el", "1 Ιουνίου 2026"), ("", "1 June 2026")],
)
def test_it_speaks_the_customers_language_with_its_days(invoice, ledger, language, words):
    address_of(ledger, language=language)
    made = send(invoice)
    assert made.language == (language or "en")
    assert words in made.body


def test_without_a_template_of_their_language_the_companys_then_english_is_used(invoice, ledger):
    address_of(ledger, language="it")
    MessageTemplate.objects.filter(kind="invoice", language="it").update(is_default=False)
    save_entry(model=MessageSettings, ident=MessageSettings.objects.get().pk, values={"language": "de"}, actor="test")
    assert drafted(wish_of(invoice)).written.language == "de"
    MessageTemplate.objects.filter(kind="invoice", language="de").update(is_active=False)
    assert drafted(wish_of(invoice)).written.language == "en"
    MessageTemplate.objects.filter(kind="invoice").update(is_active=False)
    with pytest.raises(errors.NoTemplate, match="Invoice"):
        drafted(wish_of(invoice))


def test_the_same_is_sent_once_unless_somebody_means_it(invoice):
    first = send(invoice)
    with pytest.raises(errors.AlreadySent, match=ADDRESS):
        send(invoice)
    assert Message.objects.count() == 1
    second = send(invoice, again=True)
    assert second.resends == first
    with pytest.raises(errors.AlreadySent):
        send(invoice)
    assert send(invoice, recipient="bea@example.com").resends is None
    assert send(invoice, level=1).level == 1


def test_what_was_shown_is_what_is_sent(invoice):
    shown = drafted(wish_of(invoice)).written.digest
    template(body="Pay #FT_TOTAL now.")
    with pytest.raises(errors.MessageDiffers):
        communicate(wish=wish_of(invoice), expected_digest=shown, actor="test")
    assert not Message.objects.exists()
    shown = drafted(wish_of(invoice)).written.digest
    assert communicate(wish=wish_of(invoice), expected_digest=shown, actor="test").body.startswith("Pay ")


def test_nobody_without_an_address_gets_anything(invoice, ledger):
    address_of(ledger, email="")
    with pytest.raises(errors.NoRecipient, match="no e-mail address"):
        send(invoice)
    with pytest.raises(errors.AddressInvalid):
        send(invoice, recipient="ana@example.com\r\nBcc: bea@example.com")
    assert send(invoice, recipient="bea@example.com").recipient == "bea@example.com"


def test_a_draft_is_told_to_nobody(ledger):
    address_of(ledger)
    [draft] = save_drafts(new=[ledger.new(Classification.INVOICE, 100)], actor="test")
    with pytest.raises(errors.NothingToSend, match="is draft"):
        send(draft.pk)


def test_a_template_of_another_kind_is_refused(invoice):
    other = MessageTemplate.objects.get(kind="refund", language="en")
    with pytest.raises(errors.TemplateUnfit, match="Refund"):
        send(invoice, template_id=other.pk)
    with pytest.raises(NotFound):
        send(invoice, template_id=1)


def test_unknown_tags_are_refused_with_the_nearest():
    with pytest.raises(errors.UnknownTags, match=r"Did you mean #FT_NUMBER\?") as refused:
        template(subject="#FT_NUMBR")
    assert refused.value.param == "/subject"
    with pytest.raises(errors.UnknownTags) as refused:
        template(body="#NOTHING")
    assert refused.value.param == "/body"
    with pytest.raises((errors.UnknownTags, ConfigurationInvalid)):
        template(body="  ")


def test_a_template_is_previewed_on_a_sample_and_on_a_record(invoice):
    row = MessageTemplate.objects.get(kind="invoice", language="en")
    assert "INV00000042" in preview(template_id=row.pk).subject
    from subledger.kernel import ids

    found = preview(template_id=row.pk, about=ids.encode("txn", invoice))
    assert "INV00000042" not in found.subject
    assert "1 June 2026" in found.html
    with pytest.raises(NotFound):
        preview(template_id=row.pk, about="txn_nothing")


def test_every_standard_template_uses_tags_that_there_are(company):
    from subledger.messages.rules.templates import unknown_tags

    for kind in kinds().values():
        assert set(kind.standard) >= {"en", "de", "it", "el"}, kind.name
        for standard in kind.standard.values():
            assert unknown_tags(standard.subject + " " + standard.body, [tag.name for tag in kind.tags]) == []
        assert MessageTemplate.objects.filter(kind=kind.name, is_default=True).count() == (
            0 if kind.opens_logins else len(kind.standard)
        )


def test_a_suppressed_address_gets_nothing_until_that_is_lifted(invoice):
    held = suppress_address(address="ANA@example.com", reason=SuppressionReason.OPTED_OUT, actor="test")
    with pytest.raises(errors.AddressSuppressed, match="wants none"):
        send(invoice)
    with pytest.raises(errors.SuppressedAlready):
        suppress_address(address=ADDRESS, reason=SuppressionReason.BOUNCED, actor="test")
    lift_suppression(suppression_id=held.pk, actor="test")
    lift_suppression(suppression_id=held.pk, actor="test")
    assert send(invoice).state == MessageState.QUEUED


def test_resending_names_the_old_one_and_says_the_same(invoice):
    old = send(invoice)
    with pytest.raises(errors.NotSentAgain, match="not left"):
        resend(message_id=old.pk, actor="test")
    has_gone()
    template(body="Something else of #FT_NUMBER.")
    new = resend(message_id=old.pk, actor="test")
    assert (new.resends_id, new.body, new.subject) == (old.pk, old.body, old.subject)
    with pytest.raises(errors.NotSentAgain, match="sent again"):
        resend(message_id=old.pk, actor="test")


def test_a_message_keeps_what_it_says(invoice):
    made = send(invoice)
    changes = (
        {"body": "x"}, {"recipient": "x@example.com"}, {"key": "x"}, {"sealed": "x"}, {"template": None},
        {"addressee": "x"}, {"about": "x"}, {"concerns": []}, {"object_type": "x"},
    )  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError, match="keeps what it says"), atomic():
            Message.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(IntegrityError, match="does not go from queued to bounced"), atomic():
        Message.objects.filter(pk=made.pk).update(state=MessageState.BOUNCED)
    has_gone()
    with pytest.raises(IntegrityError, match="does not go from sent to queued"), atomic():
        Message.objects.filter(pk=made.pk).update(state=MessageState.QUEUED)
    with pytest.raises(IntegrityError), atomic():
        Message.objects.create(
            company_id=made.company_id, kind="x", key=made.key, language="en", recipient="x", subject="", body="",
            touched_at=made.touched_at, created_at=made.created_at, created_by="x",
        )  # fmt: skip


def test_receipts_are_sent_by_themselves_where_the_company_wants_it(invoice, ledger):
    listener = next(one for one in listeners() if one.name == "receipts of payments")
    events = lambda: list(Event.objects.filter(type="payment.posted"))  # noqa: E731
    ledger.payment(40, on="05/05")
    listener.handle(events())
    assert not Message.objects.exists()
    row = MessageSettings.objects.get()
    save_entry(model=MessageSettings, ident=row.pk, values={"automatic": ["payment_receipt"]}, actor="test")
    listener.handle(events())
    listener.handle(events())
    [made] = Message.objects.all()
    assert (made.kind, made.recipient) == ("payment_receipt", ADDRESS)
    assert "€40.00" in made.body


def test_nobody_is_written_to_of_a_payment_of_long_ago(invoice, ledger):
    """As a company brings them along when it moves in."""
    row = MessageSettings.objects.get()
    save_entry(model=MessageSettings, ident=row.pk, values={"automatic": ["payment_receipt"]}, actor="test")
    ledger.payment(10, on="18/04")
    within = ledger.payment(20, on="19/04").id
    listener = next(one for one in listeners() if one.name == "receipts of payments")
    listener.handle(list(Event.objects.filter(type="payment.posted")))
    assert [made.object_id for made in Message.objects.all()] == [within]


def test_a_refused_receipt_holds_up_no_other(ledger):
    listener = next(one for one in listeners() if one.name == "receipts of payments")
    row = MessageSettings.objects.get()
    save_entry(model=MessageSettings, ident=row.pk, values={"automatic": ["payment_receipt"]}, actor="test")
    address_of(ledger, email="")
    ledger.payment(40, on="05/05")
    listener.handle(list(Event.objects.filter(type="payment.posted")))
    assert not Message.objects.exists()


def test_a_message_of_which_nothing_is_left_is_refused_when_it_is_written(invoice):
    template(body="#PAY_ONLINE")  # nobody takes payments online here
    with pytest.raises(errors.MessageEmpty, match="no text is left"):
        drafted(wish_of(invoice))
    with pytest.raises(errors.MessageEmpty):
        send(invoice)
    assert not Message.objects.exists()


FILLED = """
    INSERT INTO messages_message (
        id, company_id, kind, template_id, object_type, object_id, about, concerns, key, level, language,
        recipient, addressee, subject, body, sealed, state, trouble, tries, touched_at, created_at, created_by,
        request_id, sent_at)
    SELECT m.id + g, m.company_id, m.kind, m.template_id, m.object_type, m.object_id + g, m.about, m.concerns,
           m.key || g, 0, m.language, m.recipient, m.addressee, m.subject, 'x', '', 'sent', '', 1, m.touched_at,
           m.created_at, m.created_by, '', m.created_at
      FROM messages_message m CROSS JOIN generate_series(1, 3000) g WHERE m.id = %s
"""


OTHER_THAN_C = """
    SELECT quote_ident(collname) FROM pg_collation
     WHERE collprovider = 'c' AND collname NOT IN ('C', 'POSIX', 'ucs_basic')
       AND collencoding IN (-1, pg_char_to_encoding('UTF8')) ORDER BY collname LIMIT 1
"""


def test_what_was_sent_last_of_a_key_is_found_by_an_index_in_any_collation(invoice):
    """Where a database does not sort as C does, the unique index serves no beginning of a key: every message that was
    sent walked through all mail of the company."""
    made = send(invoice)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(OTHER_THAN_C)
        other = cursor.fetchone()
        if other is None:
            pytest.skip("this server sorts as C does alone")
        cursor.execute(f"ALTER TABLE messages_message ALTER COLUMN key TYPE varchar(300) COLLATE {other[0]}")
        cursor.execute(FILLED, [made.pk])
        cursor.execute("ANALYZE messages_message")
        with CaptureQueriesContext(connection) as asked:
            assert outbox._latest(made.key) == made
        [query] = [one["sql"] for one in asked if "LIKE" in one["sql"]]
        cursor.execute(f"EXPLAIN {query}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "message_key_root" in plan, plan
