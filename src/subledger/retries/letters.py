"""Messages about payments that failed: to customers whose card or account was declined for good, and those who are told
when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from subledger.accounts.contacts import first_of, recipients_at
from subledger.accounts.models import Account
from subledger.accounts.states import Topic
from subledger.companies.models import Company
from subledger.gateways.letters import opening_link
from subledger.gateways.queries import brand_named
from subledger.gateways.services.payables import hosting_provider
from subledger.gateways.services.public import LinkKind
from subledger.gateways.ways_to_collect import bars_of
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import ENGLISH
from subledger.kernel.sentences import say
from subledger.messages.kinds import Letter, MessageKind, Tag
from subledger.platform.scope import current_company_id
from subledger.transactions.letter_values import day, money
from subledger.transactions.letters import OF_ACCOUNT

from .letter_templates import ANOTHER_WAY, ASK_US, CHARGE_AGAIN, DECLINED_FOR_GOOD
from .models import Retry

OF = "retry"
LINK_HOURS = 30 * 24


@dataclass(frozen=True, slots=True)
class OnRetry:
    account: Account
    company: Company
    retry: Retry
    way: str
    again_on: date | None


def letter_of_retry(ident: int) -> Letter:
    """NotFound."""
    rows = Retry.objects.select_related("account__customer", "preference__preference", "preference__instrument")
    row: Retry | None = rows.filter(pk=ident).first()
    if row is None:
        raise NotFound(Retry, ident)
    account = row.account
    customer = account.customer
    recipients = recipients_at(customer, Topic.REMINDERS)
    return Letter(
        record=OnRetry(account, Company.objects.get(pk=current_company_id()), row, _way(row), row.due_on),
        name=row.document_number,
        object_type="retry",
        object_id=row.pk,
        address=first_of(recipients),
        addressee=customer.name if customer else account.name,
        language=customer.language if customer else "",
        recipients=recipients,
        concerns=tuple(filter(None, (account.pk, account.customer_id, row.document_id))),
    )


def letter_of_way(ident: int) -> Letter:
    """The same of the way to pay that failed: one letter, however many documents it failed for. NotFound."""
    row = Retry.objects.filter(preference_id=ident).order_by("-pk").first()
    if row is None:
        raise NotFound(say("payment that failed"), str(ident))
    found, bar = letter_of_retry(row.pk), bars_of([ident]).get(ident)
    return Letter(
        record=found.record,
        name=found.record.way,
        object_type="account_payment_preference",
        object_id=ident,
        address=found.address,
        addressee=found.addressee,
        language=found.language,
        recipients=found.recipients,
        concerns=found.concerns,
        occasion=str(bar.pk) if bar is not None else "",  # renewed and declined again, it is told of again
    )


def _way(row: Retry) -> str:
    """What failed, as its customer knows it: Visa •••• 4242, or an account by the end of its IBAN."""
    instrument = getattr(row.preference, "instrument", None)
    if instrument is not None:
        return f"{brand_named(instrument.brand or instrument.kind)} •••• {instrument.last4}".strip()
    iban = str(row.preference.details.get("iban", ""))
    return f"IBAN •••• {iban[-4:]}" if iban else str(row.preference.preference)


def _amount(letter: Letter) -> str:
    row = letter.record.retry
    return money(row.amount_minor, row.currency, letter.language)


def _again(letter: Letter) -> str:
    return day(letter.record.again_on, letter.language) if letter.record.again_on else ""


def _another_way(letter: Letter | None, language: str) -> str:
    """What a customer can do: by a link where a gateway registers cards, else by writing to us."""
    is_online = letter is None or (letter.site and hosting_provider(letter.record.account.currency) is not None)
    words = ANOTHER_WAY if is_online else ASK_US
    return words.get(language, words[ENGLISH])


WAY = Tag("CARD", say("the card or account that failed"), "Visa •••• 4242", lambda one: one.record.way)
AMOUNT = Tag("PAYMENT_AMOUNT", say("the amount that was to be collected"), "€122.00", _amount)
DOCUMENT = Tag(
    "DOCUMENT_NUMBER", say("what was to be paid"), "INV00000042", lambda one: one.record.retry.document_number
)
CARD_LINK = Tag(
    "CARD_LINK",
    say("a link to the page on which another card is registered"),
    "https://books.example.com/pay/…",
    lambda letter: opening_link(LinkKind.REGISTER, letter, letter.record.account.pk, hours=LINK_HOURS),
    opens=True,
)
SENTENCE = Tag(
    "ANOTHER_WAY",
    say("a sentence with a link to register another card, where a payment gateway has such a page"),
    "",
    words=_another_way,
)

METHOD_DECLINED = MessageKind(
    name="method_declined",
    title=say("A card or account was declined for good"),
    of="failed_way",
    tags=(*OF_ACCOUNT, WAY, AMOUNT, DOCUMENT, SENTENCE, CARD_LINK),
    standard=DECLINED_FOR_GOOD,
    read=letter_of_way,
    resource="accounts",
    permission="gateways.charge",
)
CHARGE_FAILED = MessageKind(
    name="charge_failed",
    title=say("A payment failed and is tried again"),
    of=OF,
    tags=(
        *OF_ACCOUNT,
        WAY,
        AMOUNT,
        DOCUMENT,
        Tag("TRIED_AGAIN_ON", say("the day on which it is tried again"), "11 June 2026", _again),
        SENTENCE,
        CARD_LINK,
    ),
    standard=CHARGE_AGAIN,
    read=letter_of_retry,
    resource="retries",
    permission="gateways.charge",
    automatic=say("when a payment failed and is tried again"),
)
KINDS = (METHOD_DECLINED, CHARGE_FAILED)
