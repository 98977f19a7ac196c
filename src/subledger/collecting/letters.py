"""Messages about what is collected: to customers whose card ends."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from subledger.accounts.contacts import first_of, recipients_at
from subledger.accounts.models import Account
from subledger.accounts.states import Topic
from subledger.companies.models import Company
from subledger.gateways.letters import opening_link
from subledger.gateways.models import Instrument
from subledger.gateways.services.public import LinkKind
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.messages.kinds import Letter, MessageKind, Tag
from subledger.platform.scope import current_company_id
from subledger.transactions.letter_tags import OF_ACCOUNT
from subledger.transactions.letter_values import day

from .letter_templates import CARD_ENDS

OF = "card"
LINK_HOURS = 30 * 24


@dataclass(frozen=True, slots=True)
class OnCard:
    account: Account
    company: Company
    card: Instrument

    @property
    def ends_on(self) -> date:
        return ends_on(self.card)


def ends_on(card: Instrument) -> date:
    """The last day on which a card can be charged: that of its month."""
    assert card.exp_year is not None
    assert card.exp_month is not None
    return date(card.exp_year, card.exp_month, monthrange(card.exp_year, card.exp_month)[1])


def letter_of_card(ident: int) -> Letter:
    """NotFound: no card of that id, or one that does not end."""
    cards = Instrument.objects.select_related("account__customer", "chosen__preference")
    card: Instrument | None = cards.filter(pk=ident, exp_year__isnull=False, removed_at=None).first()
    if card is None:
        raise NotFound(say("card"), str(ident))
    account = card.account
    customer = account.customer
    recipients = recipients_at(customer, Topic.REMINDERS)
    return Letter(
        record=OnCard(account, Company.objects.get(pk=current_company_id()), card),
        name=str(card),
        object_type="account_payment_preference",
        object_id=card.pk,
        address=first_of(recipients),
        addressee=customer.name if customer else account.name,
        language=customer.language if customer else "",
        recipients=recipients,
        concerns=tuple(filter(None, (account.pk, account.customer_id))),
        occasion=f"{ends_on(card):%Y-%m}",  # a card that was renewed is told of again
    )


CARD_EXPIRY = MessageKind(
    name="card_expiry",
    title=say("A card ends"),
    of=OF,
    tags=(
        *OF_ACCOUNT,
        Tag("CARD", say("the card's brand and last digits"), "Visa •••• 4242", lambda one: str(one.record.card)),
        Tag(
            "CARD_ENDS_ON",
            say("the last day on which the card can be charged"),
            "30 June 2026",
            lambda one: day(one.record.ends_on, one.written_in),
        ),
        Tag(
            "CARD_LINK",
            say("a link to the page on which another card is registered"),
            "https://books.example.com/pay/…",
            lambda letter: opening_link(LinkKind.REGISTER, letter, letter.record.account.pk, hours=LINK_HOURS),
            opens=True,
        ),
    ),
    standard=CARD_ENDS,
    read=letter_of_card,
    resource="accounts",
    permission="gateways.charge",
)
KINDS = (CARD_EXPIRY,)
