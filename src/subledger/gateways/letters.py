"""Messages that hold links to customers' pages: to pay an invoice, to finish a payment that their bank asks about.

A link is made when its message is written, as at the desk: it stands on the trail and can be revoked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from subledger.accounts.contacts import first_of, recipients_at
from subledger.accounts.models import Account
from subledger.accounts.states import Topic
from subledger.companies.models import Company
from subledger.kernel.errors import DomainError
from subledger.kernel.languages import ENGLISH
from subledger.kernel.sentences import say
from subledger.messages.kinds import Letter, MessageKind, MoreTags, Tag
from subledger.platform.callers import current_caller
from subledger.platform.scope import current_company_id
from subledger.transactions.letter_sentences import to_pay
from subledger.transactions.letter_tags import OF_ACCOUNT
from subledger.transactions.letter_values import day, money
from subledger.transactions.letters import INVOICE_KIND, REMINDER

from .errors import PaymentUnderWay
from .letter_templates import (
    AUTHENTICATION,
    COLLECTED,
    COLLECTED_IN_PART,
    PAY,
    PAY_ONLINE,
    TO_BE_CONFIRMED,
    UNLESS_PAID,
)
from .letter_templates import REMINDER as REMINDER_WITH_LINK
from .models import PaymentRequest
from .queries import latest_requests_of, request_by_id, request_called
from .services.payables import check_payable, is_page, payable
from .services.public import LinkKind, link_for
from .states import RequestState


@dataclass(frozen=True, slots=True)
class OnRequest:
    account: Account
    company: Company
    request: PaymentRequest
    until: datetime | None


def letter_of_request(ident: int) -> Letter:
    """NotFound."""
    row = request_by_id(ident)
    account = row.account
    customer = account.customer
    recipients = recipients_at(customer, Topic.REMINDERS)
    return Letter(
        record=OnRequest(account, Company.objects.get(pk=current_company_id()), row, row.action_expires_at),
        name=row.number,
        object_type="payment_request",
        object_id=row.pk,
        address=first_of(recipients),
        addressee=customer.name if customer else account.name,
        language=customer.language if customer else "",
        recipients=recipients,
        concerns=tuple(filter(None, (account.pk, account.customer_id, row.transaction_id))),
    )


def _link(kind: LinkKind, letter: Letter) -> str:
    return opening_link(kind, letter, letter.object_id)


def opening_link(kind: LinkKind, letter: Letter, object_id: int, *, hours: int | None = None) -> str:
    """The address of a link that is made for the reader of a letter; as `link_for`. NoPublicAddress."""
    caller = current_caller()
    url = letter.url("/")  # before a link is made that nobody could be sent
    made = link_for(kind, object_id, hours, actor=caller.actor if caller else "system")
    return url.rstrip("/") + made.path


def _reference(letter: Letter) -> str:
    found = latest_requests_of([letter.record.row.pk]).first()
    return found.reference if found is not None else ""


def _until(letter: Letter) -> str:
    until = letter.record.until
    zone = ZoneInfo(letter.record.company.time_zone)
    return day(until.astimezone(zone).date(), letter.written_in) if until else ""


def _is_paid_by_link(letter: Letter) -> bool:
    """Whether whoever asks can have a link made on which an invoice is paid, and something of it is left to pay that
    is not being collected already."""
    caller = current_caller()
    if not letter.site or (caller is not None and not caller.may("gateways.charge")):
        return False
    try:
        found = payable([letter.object_id])
        check_payable(found)
    except DomainError:
        return False
    return not found.is_collected


def _pay_online(letter: Letter | None, language: str) -> str:
    if letter is not None and (letter.record.charge is not None or not _is_paid_by_link(letter)):
        return ""  # what is charged by itself would be paid twice
    return PAY_ONLINE.get(language, PAY_ONLINE[ENGLISH])


def _collected(letter: Letter | None, language: str) -> str | None:
    """What is said of an invoice whose money is under way: None of any other, which its own room speaks of."""
    found = payable([letter.object_id]) if letter is not None else None
    if found is None or not found.open_minor or not found.is_collected:
        return None
    held = [row for row in found.under_way if not is_page(row)]
    if held and sum(row.amount_minor for row in held) < found.open_minor:
        words = COLLECTED_IN_PART
    elif any(row.state == RequestState.REQUIRES_ACTION for row in held):
        words = TO_BE_CONFIRMED
    else:
        words = COLLECTED
    return words.get(language, words[ENGLISH])


def letter_of_payable(ident: int) -> Letter:
    """Of an invoice that its customer can pay online. As `INVOICE_KIND.read`, and as `check_payable`;
    PaymentUnderWay: it is being collected, and whoever opened the page could not pay there."""
    assert INVOICE_KIND.read is not None
    letter = INVOICE_KIND.read(ident)
    found = payable([ident])
    check_payable(found)
    if found.is_collected:
        raise PaymentUnderWay(next((row.number for row in found.under_way if not is_page(row)), letter.name))
    return letter


def _unless_paid(letter: Letter | None, language: str) -> str | None:
    """Beside a link to pay: what we charge by itself is charged unless the customer pays before."""
    if letter is None or letter.record.charge is None or letter.record.charge.on is None:
        return to_pay(letter, language)
    return UNLESS_PAID.get(language, UNLESS_PAID[ENGLISH])


def _with_link(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """The tags of an invoice as letters use them that have a link to pay."""
    return tuple(replace(tag, words=_unless_paid) if tag.name == TO_PAY_SENTENCE.name else tag for tag in tags)


PAY_LINK = Tag(
    "PAY_LINK",
    say("a link to the page on which this invoice is paid"),
    "https://books.example.com/pay/…",
    lambda letter: _link(LinkKind.PAY, letter),
    opens=True,
)
GATEWAY_REFERENCE = Tag(
    "GATEWAY_REFERENCE",
    say("what the payment gateway calls it; nothing where no gateway had a part in it"),
    "pi_3QxYzA2eZvKYlo2C",
    _reference,
)
PAY_SENTENCE = Tag(
    "PAY_ONLINE",
    say("a sentence with a link to pay, where a payment gateway takes payments; nothing where it is paid"),
    "",
    words=_pay_online,
)
HERE_SENTENCE = Tag(
    "PAY_HERE",
    say("a sentence with a link to pay, for messages that are sent for the sake of it"),
    "",
    words=lambda letter, language: PAY_ONLINE.get(language, PAY_ONLINE[ENGLISH]),
)
TO_PAY_SENTENCE = Tag(
    "FT_TO_PAY",
    say("a sentence: what is to be paid and by when, that it is being collected, or that it is paid"),
    "",
    words=_collected,
)
TAGS = (
    MoreTags(
        name="pay links", of=frozenset({"invoice"}), tags=(PAY_LINK, PAY_SENTENCE, HERE_SENTENCE, TO_PAY_SENTENCE)
    ),
    MoreTags(name="gateway references", of=frozenset({"payment", "refund"}), tags=(GATEWAY_REFERENCE,)),
)
KINDS = (
    MessageKind(
        name="pay_link",
        title=say("Link to pay"),
        of="invoice",
        resource=INVOICE_KIND.resource,
        tags=_with_link(INVOICE_KIND.tags),
        standard=PAY,
        read=letter_of_payable,
        numbered=INVOICE_KIND.numbered,
        attachments=INVOICE_KIND.attachments,
        permission="gateways.charge",
        asks_to_pay=True,
    ),
    MessageKind(
        name="pay_link_reminder",
        title=say("Payment reminder with a link to pay"),
        of="invoice",
        resource=INVOICE_KIND.resource,
        tags=_with_link(REMINDER.tags),
        standard=REMINDER_WITH_LINK,
        read=REMINDER.read,
        numbered=REMINDER.numbered,
        attachments=REMINDER.attachments,
        permission="gateways.charge",
        is_daily=True,
        asks_to_pay=True,
        instead_of=REMINDER.name,
        fits=_is_paid_by_link,
    ),
    MessageKind(
        name="authentication_reminder",
        title=say("Reminder to confirm a payment"),
        of="payment_request",
        resource="payment_requests",
        tags=(
            *OF_ACCOUNT,
            Tag(
                "REQUEST_NUMBER",
                say("the number of the payment request"),
                "PRQ00000042",
                lambda one: one.record.request.number,
            ),
            Tag(
                "REQUEST_AMOUNT",
                say("the amount that is to be confirmed"),
                "€122.00",
                lambda one: money(one.record.request.amount_minor, one.record.request.currency, one.written_in),
            ),
            Tag("CONFIRM_BY", say("the day until which it can be confirmed"), "31 May 2026", _until),
            Tag(
                "AUTHENTICATION_LINK",
                say("a link to the page on which the payment is confirmed"),
                "https://books.example.com/pay/…",
                lambda letter: _link(LinkKind.AUTHENTICATE, letter),
                opens=True,
            ),
        ),
        standard=AUTHENTICATION,
        read=letter_of_request,
        numbered=request_called,
        permission="gateways.charge",
        automatic=say("when half the time to confirm it is over"),
        essential=True,
    ),
)
