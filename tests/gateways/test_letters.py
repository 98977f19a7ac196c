"""Messages with links of gateways, to pay an invoice or confirm a payment: made as they are written, kept nowhere."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from tests.gateways.conftest import make_desk
from tests.messages.conftest import address_of, has_gone, send, wish_of

from subledger.companies.entries import save_entry
from subledger.companies.models import Company
from subledger.gateways import letter_templates
from subledger.gateways.listeners import LISTENERS
from subledger.gateways.models import PaymentRequest
from subledger.kernel.errors import NotFound
from subledger.messages.errors import NoPublicAddress
from subledger.messages.models import Message, MessageSettings, MessageTemplate
from subledger.messages.rules.templates import held_back_in
from subledger.messages.services.delivery import mail_of
from subledger.messages.services.outbox import drafted, resend
from subledger.messages.services.previews import preview
from subledger.platform import clock
from subledger.platform.encryption import unseal
from subledger.platform.events import NewEvent, record_events
from subledger.platform.models import Event
from subledger.transactions.letter_sentences import TO_PAY, Due
from subledger.transactions.models import Transaction

SITE = "https://books.example.org/"


def pay_template() -> int:
    return int(MessageTemplate.objects.get(kind="pay_link", language="en").pk)


@pytest.fixture
def desk(ledger):
    address_of(ledger)
    return make_desk(ledger)


def links() -> int:
    return Event.objects.filter(type="invoice.pay_link_made").count()


def test_a_link_to_pay_is_made_when_it_is_sent_and_not_when_it_is_shown(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="01/06").id
    shown = drafted(wish_of(invoice, template_id=pay_template(), site=SITE))
    assert links() == 0
    made = send(invoice, template_id=pay_template(), site=SITE)
    assert links() == 1
    assert made.body == shown.written.body
    assert "/pay/" not in made.body
    assert json.loads(unseal(made.sealed))["PAY_LINK"].startswith(f"{SITE}pay/")


@pytest.mark.few(2)
@pytest.mark.parametrize("language", ["en", "de", "it", "el"])
def test_nobody_is_asked_for_money_that_is_being_collected(desk, ledger, language):
    whole, part = (ledger.invoice(100, on="04/05", due="01/06").id for _ in range(2))
    asked = desk.row(desk.ask(10_000, to=[Transaction.objects.get(pk=whole)]).request_id)
    desk.ask(4_000, to=[Transaction.objects.get(pk=part)])
    template = MessageTemplate.objects.get(kind="invoice", language=language).pk

    def says(invoice: int, sentence: str) -> bool:
        body = drafted(wish_of(invoice, template_id=template, site=SITE)).written.body
        return re.search(re.sub(r"\\#[A-Z_]+", ".+?", re.escape(sentence)), body) is not None

    assert says(whole, letter_templates.COLLECTED[language])
    for asks in (TO_PAY[language][Due.WHOLE], letter_templates.PAY_ONLINE[language]):
        assert not says(whole, asks)
    assert says(part, letter_templates.COLLECTED_IN_PART[language])
    PaymentRequest.objects.filter(pk=asked.pk).update(state="requires_action", check_at=clock.now())
    assert says(whole, letter_templates.TO_BE_CONFIRMED[language])


def test_resending_makes_another_link(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="01/06").id
    made = send(invoice, template_id=pay_template(), site=SITE)
    has_gone()
    again = resend(message_id=made.pk, actor="test", site=SITE)
    assert links() == 2
    assert json.loads(unseal(again.sealed))["PAY_LINK"]


def test_resending_makes_the_links_that_the_message_has_whatever_its_template_says_by_now(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="01/06").id
    ident = pay_template()
    made = send(invoice, template_id=ident, site=SITE)
    has_gone()
    save_entry(model=MessageTemplate, ident=ident, values={"body": "Please pay #FT_TOTAL."}, actor="test")
    again = resend(message_id=made.pk, actor="test", site=SITE)
    assert (again.body, links()) == (made.body, 2)
    company = Company.objects.get(pk=made.company_id)
    mail = mail_of(again, company=company, reply_to="")
    assert held_back_in(mail.body) == []
    assert f"{SITE}pay/" in mail.body


def test_resending_makes_no_link_that_the_message_has_not(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="01/06").id
    ident = pay_template()
    with_link = MessageTemplate.objects.get(pk=ident).body
    save_entry(model=MessageTemplate, ident=ident, values={"body": "Please pay #FT_TOTAL."}, actor="test")
    made = send(invoice, template_id=ident, site=SITE)
    has_gone()
    save_entry(model=MessageTemplate, ident=ident, values={"body": with_link, "language": "it"}, actor="test")
    again = resend(message_id=made.pk, actor="test", site=SITE)
    assert (again.body, again.sealed, again.language, links()) == (made.body, "", "en", 0)


def test_without_a_public_address_no_link_is_made(desk, ledger, settings):
    settings.PUBLIC_URL = None
    invoice = ledger.invoice(100, on="04/05", due="01/06").id
    with pytest.raises(NoPublicAddress):
        send(invoice, template_id=pay_template())
    assert links() == 0


@pytest.mark.parametrize("kind", ["pay_link", "pay_link_reminder"])
def test_a_preview_of_a_link_takes_the_number_as_people_write_it(desk, ledger, kind):
    ledger.invoice(100, on="04/05", due="05/05")
    template = MessageTemplate.objects.get(kind=kind, language="en")
    assert "INV00000001" in preview(template_id=template.pk, about="INV1", site=SITE).body


def test_a_preview_of_a_reminder_to_confirm_takes_the_requests_number_and_says_the_companys_day(desk, ledger):
    row = desk.row(desk.ask(3000).request_id)
    Company.objects.update(time_zone="Europe/Vienna")
    until = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    PaymentRequest.objects.filter(pk=row.pk).update(
        state="requires_action", check_at=clock.now(), action_expires_at=until
    )
    template = MessageTemplate.objects.get(kind="authentication_reminder", language="en")
    for called in (row.number, row.public_id):
        assert "2 December 2026" in preview(template_id=template.pk, about=called, site=SITE).body
    with pytest.raises(NotFound):
        preview(template_id=template.pk, about="PRQ-1", site=SITE)


def test_customers_are_reminded_to_confirm_where_the_company_wants_it(desk, ledger, settings):
    settings.PUBLIC_URL = SITE
    listener = next(one for one in LISTENERS if one.name == "reminders to confirm payments")
    row = desk.row(desk.ask(3000).request_id)
    later = clock.now().replace(hour=23)
    PaymentRequest.objects.filter(pk=row.pk).update(
        state="requires_action", check_at=clock.now(), action_expires_at=later
    )
    events = record_events([NewEvent("payment_request.reminder", "payment_request", row.pk, {})], actor="system")
    listener.handle(events)
    assert not Message.objects.exists()
    ours = MessageSettings.objects.get().pk
    save_entry(model=MessageSettings, ident=ours, values={"automatic": ["authentication_reminder"]}, actor="test")
    listener.handle(events)
    listener.handle(events)
    [made] = Message.objects.all()
    assert (made.object_type, made.object_id) == ("payment_request", row.pk)
    assert "€30.00" in made.body
    assert "AUTHENTICATION_LINK" in json.loads(unseal(made.sealed))
