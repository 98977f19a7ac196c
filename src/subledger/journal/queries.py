from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Max

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.platform.rows import typed_rows
from subledger.platform.scope import current_company_id

from .models import ExchangeRate, JournalEntry, LedgerAccount, PeriodClose
from .sources import entry_numbers
from .totals import MOVED


def closed_through() -> date | None:
    """The day the books of the company in scope are closed through; None when nothing is closed."""
    return PeriodClose.objects.filter(reopened_at=None).aggregate(last=Max("through"))["last"]


def rate_on(currency: str, on: date) -> Decimal | None:
    """Base currency per major unit of ``currency``: the latest rate of ``on`` or before."""
    found = ExchangeRate.objects.filter(currency=currency, on__lte=on).order_by("-on").first()
    return found.rate if found else None


RATES_ON = """
    SELECT p.currency, p.day, r.rate
      FROM unnest(%s::text[], %s::date[]) AS p(currency, day)
      JOIN LATERAL (SELECT rate FROM journal_exchangerate
                     WHERE company_id = %s AND currency = p.currency AND "on" <= p.day
                     ORDER BY "on" DESC LIMIT 1) r ON true
"""


def rates_on(pairs: Collection[tuple[str, date]]) -> dict[tuple[str, date], Decimal]:
    """`rate_on` of many (currency, day) pairs at once; those without a rate are left out."""
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(RATES_ON, [[c for c, _ in pairs], [on for _, on in pairs], current_company_id()])
        return {(currency, on): rate for currency, on, rate in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class LedgerBalance:
    """A ledger account over a span, in one currency: minor units; balances are debit less credit.

    ``compared`` is the balance at the end of another day, where one was asked for.
    """

    id: int
    code: str
    name: str
    kind: str
    currency: str
    opening: int
    debit: int
    credit: int
    closing: int
    compared: int | None


TRIAL_BALANCE = f"""
    SELECT a.id, a.code, a.name, a.kind, {{currency}} AS currency,
           coalesce(sum({{debit}} - {{credit}}) FILTER (WHERE l.effective_on < %(start)s), 0)::bigint AS opening,
           coalesce(sum({{debit}}) FILTER (WHERE l.effective_on BETWEEN %(start)s AND %(end)s), 0)::bigint AS debit,
           coalesce(sum({{credit}}) FILTER (WHERE l.effective_on BETWEEN %(start)s AND %(end)s), 0)::bigint AS credit,
           coalesce(sum({{debit}} - {{credit}}) FILTER (WHERE l.effective_on <= %(end)s), 0)::bigint AS closing,
           CASE WHEN %(compare)s::date IS NOT NULL
                THEN coalesce(sum({{debit}} - {{credit}}) FILTER (WHERE l.effective_on <= %(compare)s), 0)::bigint
                END AS compared
      FROM ({MOVED}) l
      JOIN journal_ledgeraccount a ON a.id = l.ledger_account_id
     WHERE l.effective_on <= greatest(%(end)s, %(compare)s::date)
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 5
"""
AMOUNTS = {"currency": "l.currency", "debit": "l.debit_minor", "credit": "l.credit_minor"}
IN_BASE = {"currency": "%(base)s::text", "debit": "l.base_debit_minor", "credit": "l.base_credit_minor"}


def trial_balance(
    *, start: date, end: date, base_currency: str | None = None, compare: date | None = None
) -> list[LedgerBalance]:
    """Every ledger account by currency; with ``base_currency``, all of it in that currency of the company."""
    facts: dict[str, date | int | str | None] = {
        "start": start,
        "end": end,
        "compare": compare,
        "company": current_company_id(),
        "base": base_currency,
    }
    return typed_rows(LedgerBalance, TRIAL_BALANCE.format(**(IN_BASE if base_currency else AMOUNTS)), facts)


class CardLine(NamedTuple):
    """What an entry moved on a ledger account, in one currency; ``balance`` is debit less credit after it.

    Without an entry it is the opening balance of that currency.
    """

    entry_id: int | None
    effective_on: date
    source: str | None
    number: str | None
    account: str | None
    name: str | None
    currency: str
    debit: int
    credit: int
    balance: int


# What was there before, as a line of each currency, and what moved; the balance of each is after it.
ACCOUNT_CARD = """
    SELECT entry_id, effective_on, source, source_id, position, account_id, currency, debit, credit,
           sum(change) OVER (PARTITION BY currency ORDER BY effective_on, entry_id NULLS FIRST, position)::bigint
               AS balance
      FROM (SELECT NULL::bigint AS entry_id, %(start)s::date AS effective_on, NULL::text AS source,
                   NULL::bigint AS source_id, 0::smallint AS position, NULL::bigint AS account_id,
                   {currency} AS currency, 0::bigint AS debit, 0::bigint AS credit,
                   sum({debit} - {credit})::bigint AS change
              FROM ({days}) l
             WHERE l.effective_on < %(start)s AND l.ledger_account_id = %(ledger_account)s
             GROUP BY 7 HAVING sum({debit} - {credit}) <> 0
            UNION ALL
            SELECT e.id, e.effective_on, e.source, e.source_id, l.position, l.account_id, {currency}, {debit}, {credit},
                   {debit} - {credit}
              FROM journal_journalentry e
              JOIN journal_journalline l ON l.entry_id = e.id
             WHERE e.company_id = %(company)s AND e.effective_on BETWEEN %(start)s AND %(end)s
               AND l.ledger_account_id = %(ledger_account)s) lines
"""
CARD_ORDER = "o.effective_on, o.entry_id NULLS FIRST, o.position, o.currency"
CARD_AROUND = """
    SELECT o.entry_id, o.effective_on, o.source, {number} AS number,
           coalesce(nullif(r.code, ''), r.number) AS account, r.name, o.currency, o.debit, o.credit, o.balance
      FROM ({{rows}}) o
      LEFT JOIN accounts_account r ON r.id = o.account_id
      {joins}
"""
CARD_TOTALS = """
    SELECT {currency} AS currency,
           (coalesce(sum(l.lines) FILTER (WHERE l.effective_on >= %(start)s), 0)
            + CASE WHEN sum({debit} - {credit}) FILTER (WHERE l.effective_on < %(start)s) <> 0 THEN 1 ELSE 0 END
           )::bigint,
           coalesce(sum({debit}) FILTER (WHERE l.effective_on >= %(start)s), 0)::bigint,
           coalesce(sum({credit}) FILTER (WHERE l.effective_on >= %(start)s), 0)::bigint,
           sum({debit} - {credit})::bigint
      FROM ({days}) l
     WHERE l.effective_on <= %(end)s AND l.ledger_account_id = %(ledger_account)s
     GROUP BY 1
    HAVING sum(l.lines) FILTER (WHERE l.effective_on >= %(start)s) > 0 OR sum({debit} - {credit}) <> 0
     ORDER BY 1
"""


class AccountCard(NamedTuple):
    """Statements about a ledger account over a span, with their values.

    ``rows`` are its lines, which may be many, by ``order``; ``around`` makes `CardLine`s of them; ``totals`` are their
    number, debit, credit and closing balance in each currency.
    """

    rows: str
    order: str
    around: str
    totals: str
    facts: dict[str, date | int | str | None]


def account_card(*, ledger_account_id: int, start: date, end: date, base_currency: str | None = None) -> AccountCard:
    """How a ledger account is read over a span.

    What was on it before comes first, then every line, with the balance after it.
    """
    facts: dict[str, date | int | str | None] = {
        "ledger_account": ledger_account_id,
        "start": start,
        "end": end,
        "company": current_company_id(),
        "base": base_currency,
    }
    names = {"days": MOVED, **(IN_BASE if base_currency else AMOUNTS)}
    around = CARD_AROUND.format(**entry_numbers()._asdict())
    return AccountCard(ACCOUNT_CARD.format(**names), CARD_ORDER, around, CARD_TOTALS.format(**names), facts)


LEDGER_BALANCES = f"""
    SELECT d.currency, sum(d.debit_minor - d.credit_minor)::bigint AS minor
      FROM ({MOVED}) d
     WHERE d.effective_on <= %(on)s AND d.ledger_account_id = %(ledger_account)s
     GROUP BY 1 ORDER BY 1
"""


def ledger_balances(*, ledger_account_id: int, on: date) -> dict[str, int]:
    """What is on a ledger account at the end of a day, debit less credit, by currency: from the totals of its days,
    which `check` proves by the lines."""
    facts: dict[str, int | date] = {"company": current_company_id(), "on": on, "ledger_account": ledger_account_id}
    with connection.cursor() as cursor:
        cursor.execute(LEDGER_BALANCES, facts)
        return dict(cursor.fetchall())


def ledger_account_coded(code: str) -> LedgerAccount | None:
    return LedgerAccount.objects.filter(code=code).first()


LAST_ENTRIES = """
    SELECT c.id, e.effective_on
      FROM unnest(%s::bigint[]) AS c (id)
      JOIN LATERAL (SELECT effective_on FROM journal_journalentry
                     WHERE company_id = c.id ORDER BY effective_on DESC LIMIT 1) e ON true
"""


def last_entries(company_ids: Sequence[int]) -> dict[int, date]:
    """The day of the last entry of each of these companies; those without any are left out."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_ENTRIES, [list(company_ids)])
        return dict(cursor.fetchall())


def entry_by_id(entry_id: int) -> JournalEntry:
    """NotFound."""
    found: JournalEntry | None = JournalEntry.objects.filter(pk=entry_id).first()
    if found is None:
        raise NotFound(JournalEntry, entry_id, noun=say("journal entry"))
    return found
