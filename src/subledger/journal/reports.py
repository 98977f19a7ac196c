"""What the general journal says: trial balance and the entries themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from subledger.companies.models import Company
from subledger.kernel.ids import encode
from subledger.platform.rows import streamed_rows
from subledger.platform.scope import current_company_id
from subledger.report_kit.tables import (
    BASE,
    COMPARE,
    FROM,
    TO,
    Column,
    Kind,
    Lines,
    Report,
    Sums,
    Table,
    totals_by_currency,
)

from .models import JournalEntry, LedgerAccount
from .parameters import LEDGER_ACCOUNT
from .queries import CardLine, account_card, trial_balance

TRIAL_COLUMNS = (
    Column("code", "Code"),
    Column("name", "Ledger account", is_long=True),
    Column("class", "Class", Kind.CODE),
    Column("currency", "Currency", Kind.CURRENCY),
    Column("opening", "Opening", Kind.MONEY),
    Column("debit", "Debit", Kind.MONEY, is_side=True),
    Column("credit", "Credit", Kind.MONEY, is_side=True),
    Column("closing", "Closing", Kind.MONEY),
    Column("closing_debit", "Closing debit", Kind.MONEY, is_side=True),
    Column("closing_credit", "Closing credit", Kind.MONEY, is_side=True),
    Column("compared", "Compared", Kind.MONEY),
)


def trial(*, start: date, end: date, base: bool = False, compare: date | None = None) -> Table:
    """Every ledger account that moved; ``opening``, ``closing`` and ``compared`` are debits less credits.

    By transaction currency, or with ``base`` all in base currency, exchange differences included. What is closing
    stands once more as a debit or a credit, so that the totals of the two are seen to be equal.
    """
    lines = [
        line
        for line in trial_balance(start=start, end=end, base_currency=_base(base), compare=compare)
        if line.opening or line.debit or line.credit or line.compared
    ]
    rows = [
        (
            line.code, line.name, line.kind, line.currency, line.opening, line.debit, line.credit, line.closing,
            max(line.closing, 0), max(-line.closing, 0), line.compared,
        )
        for line in lines
    ]  # fmt: skip
    totals = totals_by_currency(TRIAL_COLUMNS, rows, without=[] if compare else ["compared"])
    return Table(TRIAL_COLUMNS, rows, totals, keys=[line.id for line in lines])


def _base(is_asked: bool) -> str | None:
    return Company.objects.get(pk=current_company_id()).base_currency if is_asked else None


CARD_COLUMNS = (
    Column("effective_on", "Date", Kind.DATE),
    Column("entry", "Entry"),
    Column("source", "Source", Kind.CODE),
    Column("number", "Number"),
    Column("account", "Account"),
    Column("name", "Name", is_long=True),
    Column("currency", "Currency", Kind.CURRENCY),
    Column("debit", "Debit", Kind.MONEY, is_side=True),
    Column("credit", "Credit", Kind.MONEY, is_side=True),
    Column("balance", "Balance", Kind.MONEY),
)


class CardSums(Sums):
    """What moved the account, and the last balance of each currency."""

    def __init__(self) -> None:
        super().__init__(CARD_COLUMNS, without=["balance"])
        self._closing: dict[str, int] = {}

    def add(self, row: tuple[Any, ...]) -> None:
        super().add(row)
        self._closing[row[6]] = row[-1]

    def totals(self) -> list[tuple[Any, ...]]:
        return [(*total[:-1], self._closing[total[6]]) for total in super().totals()]


def card(*, ledger_account: LedgerAccount, start: date, end: date, base: bool = False) -> Lines:
    """Everything that moved a ledger account, with its running balance in each currency.

    An opening balance that is not zero comes first, as a row without an entry. The balance of the totals is closing.
    """
    statement, facts = account_card(
        ledger_account_id=ledger_account.pk, start=start, end=end, base_currency=_base(base)
    )
    return Lines(CardLine._fields[1:], statement, facts, CardSums, _card_row)


def _card_row(found: tuple[Any, ...]) -> tuple[Any, ...]:
    line = CardLine(*found)
    entry = encode(JournalEntry.PREFIX, line.entry_id) if line.entry_id else None
    name = line.name if line.entry_id else "Opening balance"
    return (
        line.effective_on, entry, line.source, line.number, line.account, name, line.currency, line.debit, line.credit,
        line.balance,
    )  # fmt: skip


JOURNAL_COLUMNS = (
    Column("effective_on", "Date", Kind.DATE),
    Column("entry", "Entry"),
    Column("source", "Source", Kind.CODE),
    Column("number", "Number"),
    Column("account", "Account"),
    Column("customer", "Customer", is_long=True),
    Column("code", "Code"),
    Column("name", "Ledger account", is_long=True),
    Column("currency", "Currency", Kind.CURRENCY),
    Column("debit", "Debit", Kind.MONEY, is_side=True),
    Column("credit", "Credit", Kind.MONEY, is_side=True),
    Column("base_currency", "Base currency", Kind.CURRENCY),
    Column(
        "base_debit",
        "Debit in base currency",
        Kind.MONEY,
        currency="base_currency",
        is_side=True,
        short="Debit, base",
    ),
    Column(
        "base_credit",
        "Credit in base currency",
        Kind.MONEY,
        currency="base_currency",
        is_side=True,
        short="Credit, base",
    ),
)

# The number is the transaction's; an exchange difference shows that of the credit which realised it.
JOURNAL = """
    SELECT e.id AS entry_id, e.effective_on, e.source, coalesce(t.number, c.number) AS number,
           coalesce(nullif(r.code, ''), r.number) AS account, r.name AS customer, a.code, a.name, l.currency,
           l.debit_minor AS debit, l.credit_minor AS credit, m.base_currency, l.base_debit_minor AS base_debit,
           l.base_credit_minor AS base_credit, s.title
      FROM journal_journalentry e
      JOIN companies_company m ON m.id = e.company_id
      JOIN journal_source s ON s.code = e.source
      JOIN journal_journalline l ON l.entry_id = e.id
      JOIN journal_ledgeraccount a ON a.id = l.ledger_account_id
      LEFT JOIN accounts_account r ON r.id = l.account_id
      LEFT JOIN transactions_transaction t ON t.id = e.source_id AND e.source = 'transaction'
      LEFT JOIN transactions_allocation x ON x.id = e.source_id AND e.source IN ('allocation', 'release')
      LEFT JOIN transactions_transaction c ON c.id = x.credit_id
     WHERE e.company_id = %(company)s AND e.effective_on BETWEEN %(start)s AND %(end)s
     ORDER BY e.effective_on, e.id, l.position
"""


class ReportedLine(NamedTuple):
    """A line of an entry, with what people call it; amounts in minor units. ``title`` is that of the source."""

    entry_id: int
    effective_on: date
    source: str
    number: str | None
    account: str | None
    customer: str | None
    code: str
    name: str
    currency: str
    debit: int
    credit: int
    base_currency: str
    base_debit: int
    base_credit: int
    title: str


def journal_lines(*, start: date, end: date) -> Iterator[ReportedLine]:
    """Every line in a span: entry by entry, in order of days."""
    return streamed_rows(ReportedLine, JOURNAL, {"company": current_company_id(), "start": start, "end": end})


def general_journal(*, start: date, end: date) -> Lines:
    """Every line of every entry in a span, in transaction and in base currency."""
    facts = {"company": current_company_id(), "start": start, "end": end}
    return Lines(ReportedLine._fields[1:], JOURNAL, facts, partial(Sums, JOURNAL_COLUMNS), _journal_row)


def _journal_row(found: tuple[Any, ...]) -> tuple[Any, ...]:
    entry_id, effective_on, *others, _title = found
    return (effective_on, encode(JournalEntry.PREFIX, entry_id), *others)


REPORTS = (
    Report(
        "trial-balance",
        "Trial balance",
        "Every ledger account: opening, what moved, closing; beside it the balances of another day.",
        (FROM, TO, BASE, COMPARE),
        TRIAL_COLUMNS,
        trial,
        "ledger_account",
    ),
    Report(
        "ledger-account",
        "Ledger account",
        "Everything that moved an account of the chart, with its running balance.",
        (LEDGER_ACCOUNT, FROM, TO, BASE),
        CARD_COLUMNS,
        card,
        "journal_entry",
    ),
    Report(
        "general-journal",
        "General journal",
        "Every entry with its lines.",
        (FROM, TO),
        JOURNAL_COLUMNS,
        general_journal,
        "journal_entry",
    ),
)
