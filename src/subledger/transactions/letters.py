"""Messages about transactions and accounts: their kinds, whom they are for, and what is attached to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from subledger.accounts.contacts import first_of, recipients_at
from subledger.accounts.models import Account
from subledger.accounts.queries import account_by_id, account_called, has_children
from subledger.accounts.states import Topic
from subledger.companies.models import Company
from subledger.companies.queries import today_of_company
from subledger.documents.services import Printable, keep_document, show_document
from subledger.documents.values import Charge, FileFormat
from subledger.kernel.sentences import say
from subledger.messages.errors import NothingToRemindOf, NothingToSend, NotOverdue, OnOwnAccount, TakenBack, WrittenOff
from subledger.messages.kinds import Attached, Attachment, Letter, MessageKind, Standard, Tag
from subledger.platform import clock
from subledger.platform.scope import current_company_id

from .collectors import expected_charges
from .letter_tags import (
    OF_ACCOUNT,
    OF_CANCELLATION,
    OF_INVOICE,
    OF_PAYMENT,
    OF_STATEMENT,
    OF_TRANSACTION,
    OF_WRITE_OFF,
    days_of,
    period_of,
    row_of,
)
from .letter_templates import (
    CREDIT_NOTE,
    GENERIC,
    INVOICE,
    INVOICE_CANCELLATION,
    PAYMENT,
    PAYMENT_CANCELLATION,
    REFUND,
    STATEMENT,
    WRITE_OFF,
)
from .letter_templates import REMINDER as REMINDER_WORDS
from .models import Transaction
from .printouts import group_statement_printable, printables_of, statement_printable
from .queries import transaction_by_id, transaction_called
from .rules.receipts import RECEIPT
from .rules.reminders import ReminderRefusal, why_not_reminded, why_not_told
from .states import Classification

C = Classification
RESOURCES = {C.INVOICE: "invoices", C.CREDIT_NOTE: "credit_notes", C.PAYMENT: "payments", C.REFUND: "refunds"}


@dataclass(frozen=True)
class OnAccount:
    """An account, and the transaction that is told of, if any."""

    account: Account
    company: Company
    row: Transaction | None = None

    @cached_property
    def charge(self) -> Charge | None:
        """How the invoice is collected without the customer doing anything."""
        return expected_charges([self.row.pk]).get(self.row.pk) if self.row else None


def letter_of_transaction(ident: int, classification: Classification) -> Letter:
    """NotFound: none of that classification; NothingToSend: it is not posted, and nobody is told of it; TakenBack,
    WrittenOff: it was cancelled or written off, and that is what its customer is told of."""
    row = _told(ident, classification)
    return _letter(row.account_id, row, Topic.INVOICES)


def _told(ident: int, classification: Classification) -> Transaction:
    row: Transaction = transaction_by_id(ident, classification)
    _refuse(row, why_not_told(row))  # type: ignore[arg-type]
    return row


def letter_of_reminder(ident: int) -> Letter:
    """Of an invoice, to who receives reminders. As `letter_of_transaction`; NothingToRemindOf: it is settled;
    NotOverdue."""
    row: Transaction = transaction_by_id(ident, C.INVOICE)
    today = today_of_company()
    _refuse(row, why_not_reminded(row, today))  # type: ignore[arg-type]
    return _letter(row.account_id, row, Topic.REMINDERS)


def _refuse(row: Transaction, why: ReminderRefusal | None) -> None:
    if why is ReminderRefusal.NOT_POSTED:
        raise NothingToSend(_named(row), row.state)
    if why is ReminderRefusal.MIRROR:
        raise OnOwnAccount(_named(row))
    if why is ReminderRefusal.CANCELLED:
        by = Transaction.objects.filter(cancels=row).first()
        raise TakenBack(_named(row), _within(by) if by else say("its cancellation"))
    if why is ReminderRefusal.WRITTEN_OFF:
        by = Transaction.objects.filter(writes_off=row).first()
        raise WrittenOff(_named(row), _within(by) if by else say("its write-off"))
    if why is ReminderRefusal.SETTLED:
        raise NothingToRemindOf(say("invoice {row}", row=row))
    if why is not None:
        raise NotOverdue(say("invoice {row}", row=row), row.due_on)


def _named(row: Transaction) -> str:
    return f"{row.classification.replace('_', ' ').capitalize()} {row}"


def _within(row: Transaction) -> str:
    """Within a sentence; a number stays as it is written."""
    return f"{row.classification.replace('_', ' ')} {row}"


def letter_of_account(ident: int, topic: Topic | None = None) -> Letter:
    """NotFound."""
    return _letter(ident, None, topic)


def _letter(account_id: int, row: Transaction | None, topic: Topic | None) -> Letter:
    account = account_by_id(account_id)
    customer = account.customer
    company = Company.objects.get(pk=current_company_id())
    recipients = recipients_at(customer, topic)
    return Letter(
        record=OnAccount(account, company, row),
        name=str(row) if row else account.number,
        object_type="transaction" if row else "account",
        object_id=row.pk if row else account.pk,
        address=first_of(recipients),
        addressee=customer.name if customer else account.name,
        language=customer.language if customer else "",
        recipients=recipients,
        concerns=(account.pk, *([customer.pk] if customer else [])),
    )


# ---- what is attached


def _printed(printable: Printable, form: FileFormat) -> Attached:
    """As it is printed now; the copy is kept when the message is written, not when somebody looks at it."""
    shown = show_document(printable, form=form)
    made = shown.printout
    return Attached(
        made.name,
        made.content_type.partition(";")[0],
        made.content,
        made.warnings,
        keep=lambda actor: keep_document(shown, actor=actor).content,
    )


def _document(letter: Letter, form: FileFormat) -> Attached:
    [printable] = printables_of([row_of(letter).pk], language=letter.language)
    return _printed(printable, form)


def _statement(letter: Letter, *, is_group: bool = False) -> Attached:
    """Of the days that the letter tells of."""
    today = clock.today(letter.record.company.time_zone)
    start, end = days_of(letter)
    made = group_statement_printable if is_group else statement_printable
    printable = made(letter.record.account, start=start, end=end, today=today, language=letter.language)
    return _printed(printable, FileFormat.PDF)


def _as(form: FileFormat, title: str) -> Attachment:
    return Attachment(form.value, title, lambda letter: _document(letter, form))


PDF = _as(FileFormat.PDF, "PDF")
OF_LATE = say("when a payment of the last 31 days is posted")
ELECTRONIC = (
    PDF,
    _as(FileFormat.FACTURX, say("Electronic invoice in a PDF (Factur-X)")),
    _as(FileFormat.UBL, say("Electronic invoice (UBL)")),
    _as(FileFormat.CII, say("Electronic invoice (CII)")),
)


def _of(
    name: str, title: str, classification: Classification, standard: Mapping[str, Standard], *,
    more: tuple[Tag, ...] = (), automatic: str = "", attachments: tuple[Attachment, ...] = (PDF,),
) -> MessageKind:  # fmt: skip
    return MessageKind(
        name=name,
        title=title,
        of=classification.value,
        resource=RESOURCES.get(classification, "transactions"),
        tags=(*OF_TRANSACTION, *more),
        standard=standard,
        read=lambda ident: letter_of_transaction(ident, classification),
        numbered=lambda text: transaction_called(text, classification),
        automatic=automatic,
        attachments=attachments,
    )


INVOICE_KIND = _of("invoice", say("Invoice"), C.INVOICE, INVOICE, more=OF_INVOICE, attachments=ELECTRONIC)
REMINDER = MessageKind(
    name="payment_reminder",
    title=say("Payment reminder"),
    of=C.INVOICE.value,
    resource=INVOICE_KIND.resource,
    tags=INVOICE_KIND.tags,
    standard=REMINDER_WORDS,
    read=letter_of_reminder,
    numbered=INVOICE_KIND.numbered,
    attachments=ELECTRONIC,
    is_daily=True,
    asks_to_pay=True,
)
KINDS = (
    INVOICE_KIND,
    REMINDER,
    _of("credit_note", say("Credit note"), C.CREDIT_NOTE, CREDIT_NOTE, attachments=ELECTRONIC),
    _of(RECEIPT, say("Payment receipt"), C.PAYMENT, PAYMENT, more=OF_PAYMENT, automatic=OF_LATE),
    _of("refund", say("Refund"), C.REFUND, REFUND),
    _of(
        "invoice_cancellation",
        say("Invoice cancellation"),
        C.INVOICE_CANCELLATION,
        INVOICE_CANCELLATION,
        more=OF_CANCELLATION,
        attachments=ELECTRONIC,
    ),
    _of(
        "payment_cancellation",
        say("Payment cancellation"),
        C.PAYMENT_CANCELLATION,
        PAYMENT_CANCELLATION,
        more=OF_CANCELLATION,
    ),
    _of("write_off", say("Write-off"), C.WRITE_OFF, WRITE_OFF, more=OF_WRITE_OFF),
    MessageKind(
        name="statement",
        title=say("Statement"),
        of="account",
        resource="accounts",
        tags=(*OF_ACCOUNT, *OF_STATEMENT),
        standard=STATEMENT,
        read=lambda ident: letter_of_account(ident, Topic.STATEMENTS),
        numbered=account_called,
        attachments=(
            Attachment("pdf", "PDF", _statement),
            Attachment(
                "group_pdf",
                say("PDF with child accounts"),
                lambda letter: _statement(letter, is_group=True),
                fits=lambda letter: has_children(letter.record.account),
            ),
        ),
        period=period_of,
    ),
    MessageKind(
        name="generic",
        title=say("Letter"),
        of="account",
        resource="accounts",
        tags=OF_ACCOUNT,
        standard=GENERIC,
        read=letter_of_account,
        numbered=account_called,
    ),
)
