"""What the general journal says: trial balance and the entries themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from subledger.companies.models import Company
from subledger.kernel.ids import encode
from subledger.platform.rows import streamed_rows
from subledger.platform.scope import current_company_id
from subledger.report_kit.tables import BASE, FROM, TO, Column, Kind, Report, Table, totals_by_currency

from .models import JournalEntry
from .queries import trial_balance

TRIAL_COLUMNS = (
    Column("code", "Code"),
    Column("name", "Ledger account", is_long=True),
    Column("currency", "Currency", Kind.CURRENCY),
    Column("opening", "Opening", Kind.MONEY),
    Column("debit", "Debit", Kind.MONEY, is_side=True),
    Column("credit", "Credit", Kind.MONEY, is_side=True),
    Column("closing", "Closing", Kind.MONEY),
)


def trial(*, start: date, end: date, base: bool = False) -> Table:
    """Every ledger account that moved; ``opening`` and ``closing`` are debits less credits.

    By transaction currency, or with ``base`` all in base currency, exchange differences included.
    """
    currency = Company.objects.get(pk=current_company_id()).base_currency if base else None
    rows = [
        (line.code, line.name, line.currency, line.opening, line.debit, line.credit, line.closing)
        for line in trial_balance(start=start, end=end, base_currency=currency)
        if line.opening or line.debit or line.credit
    ]
    return Table(TRIAL_COLUMNS, rows, totals_by_currency(TRIAL_COLUMNS, rows))


JOURNAL_COLUMNS = (
    Column("effective_on", "Date", Kind.DATE),
    Column("entry", "Entry"),
    Column("source", "Source", Kind.CODE),
    Column("number", "Number"),
    Column("account", "Account"),
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
           coalesce(nullif(r.code, ''), r.number) AS account, a.code, a.name, l.currency, l.debit_minor AS debit,
           l.credit_minor AS credit, m.base_currency, l.base_debit_minor AS base_debit,
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


def general_journal(*, start: date, end: date) -> Table:
    """Every line of every entry in a span, in transaction and in base currency."""
    rows = [
        (
            line.effective_on, encode(JournalEntry.PREFIX, line.entry_id), line.source, line.number, line.account,
            line.code, line.name, line.currency, line.debit, line.credit, line.base_currency, line.base_debit,
            line.base_credit,
        )
        for line in journal_lines(start=start, end=end)
    ]  # fmt: skip
    return Table(JOURNAL_COLUMNS, rows, totals_by_currency(JOURNAL_COLUMNS, rows))


REPORTS = (
    Report(
        "trial-balance",
        "Trial balance",
        "Every ledger account: opening, what moved, closing.",
        (FROM, TO, BASE),
        TRIAL_COLUMNS,
        trial,
    ),
    Report(
        "general-journal",
        "General journal",
        "Every entry with its lines.",
        (FROM, TO),
        JOURNAL_COLUMNS,
        general_journal,
    ),
)
