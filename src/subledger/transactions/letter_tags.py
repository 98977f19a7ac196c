"""What the tags of messages about transactions and accounts stand for.

Money and days are written as the language of the message writes them, in the reader's country; amounts always with
their currency's code or sign.
"""

from __future__ import annotations

from datetime import date

from subledger.documents.kinds import title_of
from subledger.documents.labels import labels_of
from subledger.kernel.days import check_span
from subledger.kernel.sentences import say
from subledger.messages.kinds import Letter, Period, Tag
from subledger.platform import clock

from .letter_sentences import applied, charged_on, charged_to, paid_invoices, to_pay
from .letter_values import day, money
from .models import Transaction
from .printouts import STATEMENT_SPAN
from .queries import StatementLine, balance_of, statement_of

MOVEMENTS = 20  # that a message says; the statement that is attached has all


def row_of(letter: Letter) -> Transaction:
    row = letter.record.row
    assert isinstance(row, Transaction)
    return row


def _open(letter: Letter) -> str:
    row = row_of(letter)
    return money(row.open_minor, row.currency, letter.written_in)  # type: ignore[attr-defined]


def _about(row: Transaction | None) -> str:
    return (row.number or "") if row is not None else ""


def _balance(letter: Letter) -> str:
    account = letter.record.account
    today = clock.today(letter.record.company.time_zone)
    as_of = min(letter.period.end, today) if letter.period is not None else today
    found = balance_of(account_id=account.pk, currency=account.currency, as_of=as_of)
    return money(found.balance, account.currency, letter.written_in)


def period_of(letter: Letter, start: date | None, end: date | None) -> Period:
    """The days that a statement tells of: those chosen, else the year up to the last of them, else up to today.

    DayInvalid.
    """
    last = end or clock.today(letter.record.company.time_zone)
    first = start or last - STATEMENT_SPAN
    check_span(first, last)
    return Period(first, last)


def days_of(letter: Letter) -> Period:
    return letter.period or period_of(letter, None, None)


def _said_period(letter: Letter) -> str:
    return " – ".join(day(one, letter.written_in) for one in days_of(letter))


def _movements(letter: Letter) -> str:
    """The last movements of its days, a line each, as the statement has them."""
    account, labels = letter.record.account, labels_of(letter.language)
    start, end = days_of(letter)
    lines = statement_of(account_id=account.pk, start=start, end=end).lines

    def line(one: StatementLine) -> str:
        amount = money(one.debit or -one.credit, account.currency, letter.written_in)
        balance = money(one.balance, account.currency, letter.written_in)
        what = f"{title_of(one.classification, letter.language)} {one.number}".strip()
        return f"{day(one.posted_on, letter.written_in)} · {what} · {amount} · {labels['balance']} {balance}"

    return "\n".join(line(one) for one in lines[-MOVEMENTS:])


OF_ACCOUNT = (
    Tag("CUSTOMER_NAME", say("the customer's name"), say("Bianchi S.r.l."), lambda letter: letter.addressee),
    Tag(
        "CONTACT_NAME",
        say("the contact person it is sent to; the customer's name where it is sent to nobody by name"),
        say("Anna Bianchi"),
        lambda letter: letter.reader or letter.addressee,
    ),
    Tag(
        "COMPANY_NAME", say("the name of your company"), say("Example GmbH"), lambda letter: letter.record.company.name
    ),
    Tag("AR_NUMBER", say("the number of the account"), "AR0000042", lambda letter: letter.record.account.number),
    Tag(
        "AR_BALANCE",
        say("the balance of the account now; of a statement, at the end of its days"),
        "€244.00",
        _balance,
    ),
)
OF_TRANSACTION = (
    Tag("FT_NUMBER", say("its number"), "INV00000042", lambda letter: row_of(letter).number or ""),
    Tag(
        "FT_REFERENCE", say("its reference number"), "REF00000042", lambda letter: row_of(letter).reference_number or ""
    ),
    Tag(
        "FT_TOTAL",
        say("its whole amount"),
        "€122.00",
        lambda letter: money(row_of(letter).amount_minor, row_of(letter).currency, letter.written_in),
    ),
    Tag(
        "FT_DATE",
        say("the day it bears; of a payment, the day it was received"),
        say("1 May 2026"),
        lambda letter: day(row_of(letter).received_on or row_of(letter).issued_on, letter.written_in),
    ),
    *OF_ACCOUNT,
)
OF_STATEMENT = (
    Tag("AR_PERIOD", say("the days that the statement tells of"), say("1 May 2026 – 31 May 2026"), _said_period),
    Tag(
        "AR_MOVEMENTS",
        say("the last {movements} movements on the account, a line each", movements=MOVEMENTS),
        say("4 May 2026 · Invoice INV00000042 · €122.00 · Balance €122.00"),
        _movements,
    ),
)
OF_INVOICE = (
    Tag(
        "FT_DUE_DATE",
        say("the day it is due"),
        say("31 May 2026"),
        lambda letter: day(row_of(letter).due_on, letter.written_in),
    ),
    Tag("FT_OUTSTANDING", say("what is still owed of it"), "€122.00", _open),
    Tag(
        "FT_CHARGED_TO",
        say("the card or account that it is charged to by itself; nothing where the customer is to pay"),
        say("Visa ending in 4242"),
        charged_to,
    ),
    Tag("FT_CHARGED_ON", say("the day on which it is charged by itself"), say("31 May 2026"), charged_on),
    Tag(
        "FT_TO_PAY",
        say("a sentence: what is to be paid and by when, that it is charged by itself, or that it is paid"),
        "",
        words=to_pay,
        is_left_open=True,
    ),
    Tag(
        "PAY_ONLINE",
        say("a sentence with a link to pay, where a payment gateway takes payments; nothing where it is paid"),
        "",
        words=lambda letter, language: "",
        is_left_open=True,
    ),
    Tag(
        "PAY_HERE",
        say("a sentence with a link to pay, for messages that are sent for the sake of it; nothing without a gateway"),
        "",
        words=lambda letter, language: "",
        is_left_open=True,
    ),
)
OF_PAYMENT = (
    Tag(
        "FT_PAID_INVOICES",
        say("the numbers of the invoices that it pays, and how much of each"),
        "INV00000041",
        paid_invoices,
    ),
    Tag("FT_APPLIED", say("a sentence: which invoices it pays; nothing where it pays none yet"), "", words=applied),
)
OF_CANCELLATION = (
    Tag(
        "FT_CANCELLED",
        say("the number of what it cancels"),
        "INV00000041",
        lambda letter: _about(row_of(letter).cancels),
    ),
)
OF_WRITE_OFF = (
    Tag(
        "FT_WRITTEN_OFF",
        say("the number of the invoice that is written off"),
        "INV00000041",
        lambda letter: _about(row_of(letter).writes_off),
    ),
)
