from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Max

from subledger.platform.rows import typed_rows
from subledger.platform.scope import current_company_id

from .models import ExchangeRate, PeriodClose


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
    """A ledger account over a span, in one currency: minor units; ``opening`` and ``closing`` are debit less credit."""

    code: str
    name: str
    kind: str
    currency: str
    opening: int
    debit: int
    credit: int
    closing: int


TRIAL_BALANCE = """
    SELECT a.code, a.name, a.kind, {currency} AS currency,
           coalesce(sum({debit} - {credit}) FILTER (WHERE e.effective_on < %(start)s), 0)::bigint AS opening,
           coalesce(sum({debit}) FILTER (WHERE e.effective_on >= %(start)s), 0)::bigint AS debit,
           coalesce(sum({credit}) FILTER (WHERE e.effective_on >= %(start)s), 0)::bigint AS credit,
           sum({debit} - {credit})::bigint AS closing
      FROM journal_journalentry e
      JOIN journal_journalline l ON l.entry_id = e.id
      JOIN journal_ledgeraccount a ON a.id = l.ledger_account_id
     WHERE e.company_id = %(company)s AND e.effective_on <= %(end)s
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 4
"""


def trial_balance(*, start: date, end: date, base_currency: str | None = None) -> list[LedgerBalance]:
    """Every ledger account by currency; with ``base_currency``, all of it in that currency of the company."""
    columns = (
        {"currency": "%(base)s::text", "debit": "l.base_debit_minor", "credit": "l.base_credit_minor"}
        if base_currency
        else {"currency": "l.currency", "debit": "l.debit_minor", "credit": "l.credit_minor"}
    )
    facts: dict[str, date | int | str | None] = {
        "start": start,
        "end": end,
        "company": current_company_id(),
        "base": base_currency,
    }
    return typed_rows(LedgerBalance, TRIAL_BALANCE.format(**columns), facts)
