"""Messages that hold links to customers' pages: to pay an invoice, to finish a payment that their bank asks about.

A link is made when its message is written, as at the desk: it stands on the trail and can be revoked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from subledger.accounts.contacts import first_of, recipients_at
from subledger.accounts.models import Account
from subledger.accounts.states import Topic
from subledger.companies.models import Company
from subledger.messages.kinds import Letter, MessageKind, MoreTags, Tag
from subledger.platform.callers import current_caller
from subledger.platform.scope import current_company_id
from subledger.transactions.letters import INVOICE_KIND, OF_ACCOUNT, REMINDER, day, money

from .letter_templates import AUTHENTICATION, PAY
from .letter_templates import REMINDER as REMINDER_WITH_LINK
from .models import PaymentRequest
from .queries import latest_requests_of, request_by_id
from .services.links import hosting_provider
from .services.public import LinkKind, link_for


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
    caller = current_caller()
    url = letter.url("/")  # before a link is made that nobody could be sent
    made = link_for(kind, letter.object_id, actor=caller.actor if caller else "system")
    return url.rstrip("/") + made.path


def _reference(letter: Letter) -> str:
    found = latest_requests_of([letter.record.row.pk]).first()
    return found.reference if found is not None else ""


def _until(letter: Letter) -> str:
    until = letter.record.until
    return day(until.date(), letter.language) if until else ""


def _is_paid_by_link(letter: Letter) -> bool:
    """Whether whoever asks can have a link made on which an invoice is paid."""
    caller = current_caller()
    if not letter.site or (caller is not None and not caller.may("gateways.charge")):
        return False
    return hosting_provider(letter.record.row.currency) is not None


PAY_LINK = Tag(
    "PAY_LINK",
    "a link to the page on which this invoice is paid",
    "https://books.example.com/pay/…",
    lambda letter: _link(LinkKind.PAY, letter),
    opens=True,
)
GATEWAY_REFERENCE = Tag(
    "GATEWAY_REFERENCE",
    "what the payment gateway calls it; nothing where no gateway had a part in it",
    "pi_3QxYzA2eZvKYlo2C",
    _reference,
)
TAGS = (
    MoreTags(name="pay links", of=frozenset({"invoice"}), tags=(PAY_LINK,)),
    MoreTags(name="gateway references", of=frozenset({"payment", "refund"}), tags=(GATEWAY_REFERENCE,)),
)
KINDS = (
    MessageKind(
        name="pay_link",
        title="Link to pay",
        of="invoice",
        tags=INVOICE_KIND.tags,
        standard=PAY,
        read=INVOICE_KIND.read,
        attachments=INVOICE_KIND.attachments,
        permission="gateways.charge",
    ),
    MessageKind(
        name="pay_link_reminder",
        title="Payment reminder with a link to pay",
        of="invoice",
        tags=REMINDER.tags,
        standard=REMINDER_WITH_LINK,
        read=REMINDER.read,
        attachments=REMINDER.attachments,
        permission="gateways.charge",
        is_daily=True,
        instead_of=REMINDER.name,
        fits=_is_paid_by_link,
    ),
    MessageKind(
        name="authentication_reminder",
        title="Reminder to confirm a payment",
        of="payment_request",
        tags=(
            *OF_ACCOUNT,
            Tag(
                "REQUEST_NUMBER",
                "the number of the payment request",
                "PRQ00000042",
                lambda one: one.record.request.number,
            ),
            Tag(
                "REQUEST_AMOUNT",
                "the amount that is to be confirmed",
                "€122.00",
                lambda one: money(one.record.request.amount_minor, one.record.request.currency, one.language),
            ),
            Tag("CONFIRM_BY", "the day until which it can be confirmed", "31 May 2026", _until),
            Tag(
                "AUTHENTICATION_LINK",
                "a link to the page on which the payment is confirmed",
                "https://books.example.com/pay/…",
                lambda letter: _link(LinkKind.AUTHENTICATE, letter),
                opens=True,
            ),
        ),
        standard=AUTHENTICATION,
        read=letter_of_request,
        permission="gateways.charge",
        automatic="when half the time to confirm it is over",
        essential=True,
    ),
)
