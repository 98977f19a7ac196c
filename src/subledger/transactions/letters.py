"""Messages about transactions and accounts: their kinds, what their tags stand for, and the templates to begin with.

Money and days are written as the language of the message writes them; amounts always with their currency's code or
sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from subledger.accounts.contacts import first_of, recipients_at
from subledger.accounts.models import Account
from subledger.accounts.queries import account_by_id
from subledger.accounts.states import Topic
from subledger.companies.models import Company
from subledger.documents.kinds import title_of
from subledger.documents.labels import labels_of
from subledger.documents.services import Printable, print_document
from subledger.documents.values import FileFormat
from subledger.kernel.languages import ENGLISH
from subledger.kernel.written_money import written_money
from subledger.messages.errors import NothingToRemindOf, NothingToSend, TakenBack
from subledger.messages.kinds import Attached, Attachment, Letter, MessageKind, Tag
from subledger.platform import clock
from subledger.platform.callers import current_caller
from subledger.platform.scope import current_company_id

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
from .printouts import printables_of, statement_printable
from .queries import StatementLine, balance_of, statement_of, transaction_by_id
from .states import Classification, TransactionState

C = Classification
YEAR = timedelta(days=365)
MOVEMENTS = 20  # that a message says; the statement that is attached has all
LOCALES = {"en": "en_GB"}  # where a language has several ways to write days


@dataclass(frozen=True, slots=True)
class OnAccount:
    """An account, and the transaction that is told of, if any."""

    account: Account
    company: Company
    row: Transaction | None = None


def letter_of_transaction(ident: int, classification: Classification) -> Letter:
    """NotFound: none of that classification; NothingToSend: it is not posted, and nobody is told of it; TakenBack: it
    is cancelled, and its cancellation is what its customer is told of."""
    row = _told(ident, classification)
    return _letter(row.account_id, row, Topic.INVOICES)


def _told(ident: int, classification: Classification) -> Transaction:
    row = transaction_by_id(ident, classification)
    if row.posted_on is None or row.state == TransactionState.REJECTED:
        raise NothingToSend(_named(row), row.state)
    if row.state == TransactionState.CANCELLED:
        by = Transaction.objects.filter(cancels=row).first()
        raise TakenBack(_named(row), _named(by).lower() if by else "its cancellation")
    return row


def letter_of_reminder(ident: int) -> Letter:
    """Of an invoice, to who receives reminders. As `letter_of_transaction`; NothingToRemindOf: it is settled."""
    row = _told(ident, C.INVOICE)
    if not row.open_minor:  # type: ignore[attr-defined]
        raise NothingToRemindOf(f"invoice {row}")
    return _letter(row.account_id, row, Topic.REMINDERS)


def _named(row: Transaction) -> str:
    return f"{row.classification.replace('_', ' ').capitalize()} {row}"


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


def money(minor: int | None, currency: str, language: str) -> str:
    if minor is None:
        return ""
    return written_money(minor, currency, locale=language or ENGLISH).replace("\xa0", " ")


def day(value: date | None, language: str) -> str:
    return format_date(value, format="long", locale=LOCALES.get(language, language or "en_GB")) if value else ""


def _row(letter: Letter) -> Transaction:
    row = letter.record.row
    assert isinstance(row, Transaction)
    return row


def _open(letter: Letter) -> str:
    row = _row(letter)
    return money(row.open_minor, row.currency, letter.language)  # type: ignore[attr-defined]


def _about(row: Transaction | None) -> str:
    return (row.number or "") if row is not None else ""


def _balance(letter: Letter) -> str:
    account = letter.record.account
    today = clock.today(letter.record.company.time_zone)
    found = balance_of(account_id=account.pk, currency=account.currency, as_of=today)
    return money(found.balance, account.currency, letter.language)


def _movements(letter: Letter) -> str:
    """The last movements of the year up to today, a line each, as the statement has them."""
    account, labels = letter.record.account, labels_of(letter.language)
    today = clock.today(letter.record.company.time_zone)
    lines = statement_of(account_id=account.pk, start=today - YEAR, end=today).lines

    def line(one: StatementLine) -> str:
        amount = money(one.debit or -one.credit, account.currency, letter.language)
        balance = money(one.balance, account.currency, letter.language)
        what = f"{title_of(one.classification, letter.language)} {one.number}".strip()
        return f"{day(one.posted_on, letter.language)} · {what} · {amount} · {labels['balance']} {balance}"

    return "\n".join(line(one) for one in lines[-MOVEMENTS:])


OF_ACCOUNT = (
    Tag("CUSTOMER_NAME", "the customer's name", "Bianchi S.r.l.", lambda letter: letter.addressee),
    Tag(
        "CONTACT_NAME",
        "the contact person it is sent to; the customer's name where it is sent to nobody by name",
        "Anna Bianchi",
        lambda letter: letter.reader or letter.addressee,
    ),
    Tag("COMPANY_NAME", "the name of your company", "Example GmbH", lambda letter: letter.record.company.name),
    Tag("AR_NUMBER", "the number of the account", "AR0000042", lambda letter: letter.record.account.number),
    Tag("AR_BALANCE", "the balance of the account now", "€244.00", _balance),
)
OF_TRANSACTION = (
    Tag("FT_NUMBER", "its number", "INV00000042", lambda letter: _row(letter).number or ""),
    Tag("FT_REFERENCE", "its reference number", "REF00000042", lambda letter: _row(letter).reference_number or ""),
    Tag(
        "FT_TOTAL",
        "its whole amount",
        "€122.00",
        lambda letter: money(_row(letter).amount_minor, _row(letter).currency, letter.language),
    ),
    Tag("FT_DATE", "the day it was posted", "1 May 2026", lambda letter: day(_row(letter).posted_on, letter.language)),
    *OF_ACCOUNT,
)
OF_STATEMENT = (
    Tag(
        "AR_MOVEMENTS",
        f"the last {MOVEMENTS} movements on the account, a line each",
        "4 May 2026 · Invoice INV00000042 · €122.00 · Balance €122.00",
        _movements,
    ),
)
OF_INVOICE = (
    Tag("FT_DUE_DATE", "the day it is due", "31 May 2026", lambda letter: day(_row(letter).due_on, letter.language)),
    Tag("FT_OUTSTANDING", "what is still owed of it", "€122.00", _open),
)
OF_CANCELLATION = (
    Tag("FT_CANCELLED", "the number of what it cancels", "INV00000041", lambda letter: _about(_row(letter).cancels)),
)
OF_WRITE_OFF = (
    Tag(
        "FT_WRITTEN_OFF",
        "the number of the invoice that is written off",
        "INV00000041",
        lambda letter: _about(_row(letter).writes_off),
    ),
)


# ---- what is attached


def _printed(printable: Printable, form: FileFormat) -> Attached:
    caller = current_caller()
    made = print_document(printable, form=form, actor=caller.actor if caller else "system")
    return Attached(made.name, made.content_type.partition(";")[0], made.content)


def _document(letter: Letter, form: FileFormat) -> Attached:
    [printable] = printables_of([_row(letter).pk], language=letter.language)
    return _printed(printable, form)


def _statement(letter: Letter) -> Attached:
    """Of the year up to today."""
    today = clock.today(letter.record.company.time_zone)
    printable = statement_printable(
        letter.record.account, start=today - YEAR, end=today, today=today, language=letter.language
    )
    return _printed(printable, FileFormat.PDF)


def _as(form: FileFormat, title: str) -> Attachment:
    return Attachment(form.value, title, lambda letter: _document(letter, form))


PDF = _as(FileFormat.PDF, "PDF")
ELECTRONIC = (
    PDF,
    _as(FileFormat.FACTURX, "Electronic invoice in a PDF (Factur-X)"),
    _as(FileFormat.UBL, "Electronic invoice (UBL)"),
    _as(FileFormat.CII, "Electronic invoice (CII)"),
)


def _of(
    name: str, title: str, classification: Classification, standard: Mapping[str, object], *,
    more: tuple[Tag, ...] = (), automatic: str = "", attachments: tuple[Attachment, ...] = (PDF,),
) -> MessageKind:  # fmt: skip
    return MessageKind(
        name=name,
        title=title,
        of=classification.value,
        tags=(*OF_TRANSACTION, *more),
        standard=standard,  # type: ignore[arg-type]
        read=lambda ident: letter_of_transaction(ident, classification),
        automatic=automatic,
        attachments=attachments,
    )


INVOICE_KIND = _of("invoice", "Invoice", C.INVOICE, INVOICE, more=OF_INVOICE, attachments=ELECTRONIC)
REMINDER = MessageKind(
    name="payment_reminder",
    title="Payment reminder",
    of=C.INVOICE.value,
    tags=INVOICE_KIND.tags,
    standard=REMINDER_WORDS,
    read=letter_of_reminder,
    attachments=ELECTRONIC,
    is_daily=True,
)
KINDS = (
    INVOICE_KIND,
    REMINDER,
    _of("credit_note", "Credit note", C.CREDIT_NOTE, CREDIT_NOTE, attachments=ELECTRONIC),
    _of("payment_receipt", "Payment receipt", C.PAYMENT, PAYMENT, automatic="when a payment is posted"),
    _of("refund", "Refund", C.REFUND, REFUND),
    _of(
        "invoice_cancellation",
        "Invoice cancellation",
        C.INVOICE_CANCELLATION,
        INVOICE_CANCELLATION,
        more=OF_CANCELLATION,
        attachments=ELECTRONIC,
    ),
    _of(
        "payment_cancellation",
        "Payment cancellation",
        C.PAYMENT_CANCELLATION,
        PAYMENT_CANCELLATION,
        more=OF_CANCELLATION,
    ),
    _of("write_off", "Write-off", C.WRITE_OFF, WRITE_OFF, more=OF_WRITE_OFF),
    MessageKind(
        name="statement",
        title="Statement",
        of="account",
        tags=(*OF_ACCOUNT, *OF_STATEMENT),
        standard=STATEMENT,
        read=lambda ident: letter_of_account(ident, Topic.STATEMENTS),
        attachments=(Attachment("pdf", "PDF", _statement),),
    ),
    MessageKind(
        name="generic", title="Letter", of="account", tags=OF_ACCOUNT, standard=GENERIC, read=letter_of_account
    ),
)
