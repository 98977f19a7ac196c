"""What the general journal says: trial balance and the entries themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from subledger.companies.models import Company
from subledger.kernel.ids import encode
from subledger.kernel.sentences import say
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
from .sources import entry_numbers
from .totals import MOVED

TRIAL_COLUMNS = (
    Column("code", say("Code")),
    Column("name", say("Ledger account"), is_long=True),
    Column("class", say("Class"), Kind.CODE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("opening", say("Opening"), Kind.MONEY),
    Column("debit", say("Debit"), Kind.MONEY, is_side=True),
    Column("credit", say("Credit"), Kind.MONEY, is_side=True),
    Column("closing", say("Closing"), Kind.MONEY),
    Column("closing_debit", say("Closing debit"), Kind.MONEY, is_side=True),
    Column("closing_credit", say("Closing credit"), Kind.MONEY, is_side=True),
    Column("compared", say("Compared"), Kind.MONEY),
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
    Column("effective_on", say("Date"), Kind.DATE),
    Column("entry", say("Entry")),
    Column("source", say("Source"), Kind.CODE),
    Column("number", say("Number")),
    Column("account", say("Account")),
    Column("name", say("Name"), is_long=True),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("debit", say("Debit"), Kind.MONEY, is_side=True),
    Column("credit", say("Credit"), Kind.MONEY, is_side=True),
    Column("balance", say("Balance"), Kind.MONEY),
)


class CardSums(Sums):
    """What moved the account, and the last balance of each currency."""

    def __init__(self) -> None:
        super().__init__(CARD_COLUMNS)
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
    found = account_card(ledger_account_id=ledger_account.pk, start=start, end=end, base_currency=_base(base))
    return Lines(
        CardLine._fields[1:], found.rows, found.order, found.facts, CardSums, _card_row, around=found.around,
        totals=found.totals, outlined=("effective_on", "source", "currency", "debit", "credit", "balance"),
    )  # fmt: skip


def _card_row(found: tuple[Any, ...]) -> tuple[Any, ...]:
    line = CardLine(*found)
    entry = encode(JournalEntry.PREFIX, line.entry_id) if line.entry_id else None
    name = line.name if line.entry_id else say("Opening balance")
    return (
        line.effective_on, entry, line.source, line.number, line.account, name, line.currency, line.debit, line.credit,
        line.balance,
    )  # fmt: skip


JOURNAL_COLUMNS = (
    Column("effective_on", say("Date"), Kind.DATE),
    Column("entry", say("Entry")),
    Column("source", say("Source"), Kind.CODE),
    Column("number", say("Number")),
    Column("account", say("Account")),
    Column("customer", say("Customer"), is_long=True),
    Column("code", say("Code")),
    Column("name", say("Ledger account"), is_long=True),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("debit", say("Debit"), Kind.MONEY, is_side=True),
    Column("credit", say("Credit"), Kind.MONEY, is_side=True),
    Column("base_currency", say("Base currency"), Kind.CURRENCY),
    Column(
        "base_debit",
        say("Debit in base currency"),
        Kind.MONEY,
        currency="base_currency",
        is_side=True,
        short=say("Debit, base"),
    ),
    Column(
        "base_credit",
        say("Credit in base currency"),
        Kind.MONEY,
        currency="base_currency",
        is_side=True,
        short=say("Credit, base"),
    ),
)

JOURNAL = """
    SELECT e.id AS entry_id, e.effective_on, e.source, e.source_id, l.position, l.account_id, l.ledger_account_id,
           l.currency, l.debit_minor AS debit, l.credit_minor AS credit, l.base_debit_minor AS base_debit,
           l.base_credit_minor AS base_credit
      FROM journal_journalentry e
      JOIN journal_journalline l ON l.entry_id = e.id
     WHERE e.company_id = %(company)s AND e.effective_on BETWEEN %(start)s AND %(end)s
"""
JOURNAL_AROUND = """
    SELECT o.entry_id, o.effective_on, o.source, {number} AS number,
           coalesce(nullif(r.code, ''), r.number) AS account, r.name AS customer, a.code, a.name, o.currency, o.debit,
           o.credit, m.base_currency, o.base_debit, o.base_credit, s.title
      FROM ({{rows}}) o
      JOIN companies_company m ON m.id = %(company)s
      JOIN journal_source s ON s.code = o.source
      JOIN journal_ledgeraccount a ON a.id = o.ledger_account_id
      LEFT JOIN accounts_account r ON r.id = o.account_id
      {joins}
"""
JOURNAL_TOTALS = f"""
    SELECT currency, sum(lines)::bigint, sum(debit_minor)::bigint, sum(credit_minor)::bigint
      FROM ({MOVED}) o WHERE effective_on BETWEEN %(start)s AND %(end)s GROUP BY 1 ORDER BY 1
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
    return streamed_rows(ReportedLine, _journal(start, end).text, _journal(start, end).facts)


def general_journal(*, start: date, end: date) -> Lines:
    """Every line of every entry in a span, in transaction and in base currency."""
    return _journal(start, end)


def _journal(start: date, end: date) -> Lines:
    return Lines(
        ReportedLine._fields[1:], JOURNAL, "o.effective_on, o.entry_id, o.position",
        {"company": current_company_id(), "start": start, "end": end}, partial(Sums, JOURNAL_COLUMNS), _journal_row,
        around=JOURNAL_AROUND.format(**entry_numbers()._asdict()), totals=JOURNAL_TOTALS,
        outlined=("effective_on", "source", "currency", "debit", "credit", "base_debit", "base_credit"),
    )  # fmt: skip


def _journal_row(found: tuple[Any, ...]) -> tuple[Any, ...]:
    entry_id, effective_on, *others, _title = found
    return (effective_on, encode(JournalEntry.PREFIX, entry_id), *others)


REPORTS = (
    Report(
        "trial-balance",
        say("Trial balance"),
        say("Every ledger account: opening, what moved, closing; beside it the balances of another day."),
        (FROM, TO, BASE, COMPARE),
        TRIAL_COLUMNS,
        trial,
        "ledger_account",
    ),
    Report(
        "ledger-account",
        say("Ledger account"),
        say("Everything that moved an account of the chart, with its running balance."),
        (LEDGER_ACCOUNT, FROM, TO, BASE),
        CARD_COLUMNS,
        card,
        "journal_entry",
    ),
    Report(
        "general-journal",
        say("General journal"),
        say("Every entry with its lines."),
        (FROM, TO),
        JOURNAL_COLUMNS,
        general_journal,
        "journal_entry",
    ),
)
