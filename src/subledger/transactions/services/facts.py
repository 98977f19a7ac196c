"""What posting reads under the lock, as values that deciding can ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from subledger.journal.errors import ExchangeRateMissing
from subledger.journal.queries import rate_on
from subledger.kernel.currencies import exponent
from subledger.platform import clock
from subledger.transactions.configuration import Configuration
from subledger.transactions.rules.allocation import Book, Link, OpenItem
from subledger.transactions.rules.documents import AccountFacts
from subledger.transactions.rules.posting import AccountRole
from subledger.transactions.rules.writing_off import Taxed
from subledger.transactions.states import DEBITS, LinkPrinciple

# One refund of system accounts at a time, company by company. A single lock has no order to be taken in.
ONE_REFUND = "SELECT pg_advisory_xact_lock(hashtextextended('refund of a system account', %s))"
BALANCE = """
    SELECT coalesce(sum(CASE WHEN is_debit THEN open_minor ELSE -open_minor END), 0)
      FROM transactions_openitem WHERE account_id = %s
"""
TAXED = """
    SELECT tax_rate_id, tax_percent, sum(tax_minor)::bigint, sum(sub_total_minor)::bigint
      FROM transactions_transactionitem WHERE transaction_id = %s
     GROUP BY tax_rate_id, tax_percent ORDER BY min(position)
"""


@dataclass(slots=True)
class Facts:
    """One set's facts. ``books`` are made on first use, from the open items and links that were read."""

    company_id: int
    configuration: Configuration
    today: date
    closed_through: date | None
    accounts: dict[int, AccountFacts]
    targets: dict[int, dict[str, Any]]  # transactions named by the orders, as rows
    target_open: dict[int, list[Any]]
    lines: dict[int, list[tuple[int, int, int]]]  # journal lines of targets: (ledger account, minor, base)
    ids: list[int]
    codes: set[tuple[str, str]] = field(default_factory=set)
    # Products, tax rates … of this company among those named: None, or the name of one that is out of use.
    known: dict[str, dict[int, str | None]] = field(default_factory=dict)
    _links: dict[int, list[list[Any]]] = field(default_factory=dict)  # by account
    _open: dict[int, list[list[Any]]] = field(default_factory=dict)
    _books: dict[int, Book] = field(default_factory=dict)
    _rates: dict[tuple[str, date], Decimal] = field(default_factory=dict)

    @classmethod
    def of(cls, read: dict[str, Any], *, company_id: int, configuration: Configuration) -> Facts:
        base = read["facts"]
        closed = base["closed_through"]
        lines: dict[int, list[tuple[int, int, int]]] = {}
        for entry, *line in read.get("lines") or ():
            lines.setdefault(entry, []).append(tuple(line))
        links: dict[int, list[list[Any]]] = {}
        for account, *link in read.get("links") or ():
            links.setdefault(account, []).append(link)
        facts = cls(
            company_id=company_id,
            configuration=configuration,
            today=clock.today(configuration.time_zone),
            closed_through=date.fromisoformat(closed) if closed else None,
            accounts={row[0]: AccountFacts.of(row) for row in base["accounts"] or ()},
            targets={row["id"]: row for row in read.get("targets") or ()},
            target_open={row[0]: row for row in read.get("target_items") or ()},
            lines=lines,
            ids=base["ids"],
            _links=links,
        )
        facts.add_open_items(base["open_items"])
        return facts

    def add_open_items(self, rows: list[list[Any]]) -> None:
        for row in rows:
            self._open.setdefault(row[0], []).append(row)

    def book(self, account_id: int) -> Book:
        """The account's book, which remembers what this set has done so far."""
        book = self._books.get(account_id)
        if book is None:
            items: tuple[dict[int, OpenItem], dict[int, OpenItem]] = ({}, {})
            for _, is_debit, ident, *rest in self._open.pop(account_id, ()):
                items[is_debit][ident] = _open_item(ident, *rest)
            links = []
            for ident, minor, principle, on, credit_base, debit_base, credit, debit in self._links.pop(account_id, ()):
                # Both ends must be known, should the link be released: they may be settled, or not read otherwise.
                items[False].setdefault(credit[0], _open_item(*credit))
                items[True].setdefault(debit[0], _open_item(*debit))
                links.append(
                    Link(
                        credit[0],
                        debit[0],
                        minor,
                        LinkPrinciple(principle),
                        date.fromisoformat(on),
                        credit_base,
                        debit_base,
                        ident,
                    )
                )
            book = self._books[account_id] = Book(items[False].values(), items[True].values(), links)
        return book

    def books(self) -> dict[int, Book]:
        return self._books

    def open_item(self, target: dict[str, Any]) -> OpenItem:
        """A target as an open item as it stands in its book; ``open_minor`` 0 when nothing of it is open."""
        book = self.book(target["account_id"])
        known = book.item(target["id"], is_debit=target["classification"] in DEBITS)
        if known:
            return known
        row = self.target_open.get(target["id"])
        order_on = target["due_on"] or target["posted_on"]
        return _open_item(target["id"], order_on, target["posted_on"], row[5] if row else 0, row[6] if row else 0)

    def balance_to_refund(self, account: AccountFacts) -> int:
        """Open debits less open credits of an account, which no other refund changes before the commit.

        Customer accounts are locked already. System accounts are not, for everybody writes them: there, refunds alone
        wait for each other, and what is paid in does not wait for them.
        """
        with connection.cursor() as cursor:
            if account.role != AccountRole.CUSTOMER:
                cursor.execute(ONE_REFUND, [self.company_id])
            cursor.execute(BALANCE, [account.id])
            return int(cursor.fetchone()[0])

    def taxed(self, invoice_id: int) -> list[Taxed]:
        """What of an invoice stands under each of its tax rates, in the order of its items."""
        with connection.cursor() as cursor:
            cursor.execute(TAXED, [invoice_id])
            return [Taxed(*row) for row in cursor.fetchall()]

    def rate(self, currency: str, on: date) -> tuple[Decimal | None, tuple[int, int]]:
        """(rate, decimals of both currencies) into base currency; the rate is None where they are the same."""
        base = self.configuration.base_currency
        if currency == base:
            return None, (2, 2)
        if (currency, on) not in self._rates:
            rate = rate_on(currency, on)
            if rate is None:
                raise ExchangeRateMissing(currency=currency, base=base, on=on)
            self._rates[(currency, on)] = rate
        return self._rates[(currency, on)], (exponent(currency), exponent(base))


def _open_item(ident: int, order_on: str, available_on: str, minor: int, base: int) -> OpenItem:
    day = date.fromisoformat(order_on)
    return OpenItem(ident, day, minor, base, day if available_on == order_on else date.fromisoformat(available_on))
