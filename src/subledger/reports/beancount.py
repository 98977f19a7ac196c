"""The general journal as a beancount file (https://beancount.github.io/docs/beancount_language_syntax.html).

Everything is in base currency, so it adds up in one currency; what a line was in its transaction's currency
stands beside it as metadata. The file ends with our balances as assertions: `bean-check` proves them against
its lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, groupby
from operator import attrgetter

from subledger.companies.models import Company
from subledger.journal.models import JournalEntry
from subledger.journal.queries import LedgerBalance, trial_balance
from subledger.journal.reports import ReportedLine, journal_lines
from subledger.kernel.ids import encode
from subledger.kernel.money import to_decimal
from subledger.platform.scope import current_company_id

ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
    "memorandum": "Equity:Memorandum",
}


def beancount_file(*, start: date, end: date) -> str:
    """Every entry from ``start`` to ``end``; what was before ``start`` becomes opening balances on that
    day."""
    return "\n".join(_lines(start, end)) + "\n"


def _lines(start: date, end: date) -> Iterator[str]:
    company = Company.objects.get(pk=current_company_id())
    currency = company.base_currency
    balances = trial_balance(start=start, end=end, base_currency=currency)
    names = account_names(balances)
    has_opening = any(balance.opening for balance in balances)
    lines = journal_lines(start=start, end=end)
    head = next(lines, None)

    yield f'option "title" {_text(company.name)}'
    yield f'option "operating_currency" "{currency.upper()}"'
    yield ""
    opened_on = head.effective_on if head and not has_opening else start
    for balance in balances:
        yield f"{opened_on} open {names[balance.code]} {currency.upper()}"
    if has_opening:
        yield from ("", f'{opened_on} * "Opening balances"')
        for balance in balances:
            yield f"  {names[balance.code]}  {_amount(balance.opening, currency)}"
    for ident, entry in groupby(chain([head] if head else [], lines), key=attrgetter("entry_id")):
        yield from _entry(ident, list(entry), names)
    yield ""
    for balance in balances:
        yield f"{end + timedelta(days=1)} balance {names[balance.code]}  {_amount(balance.closing, currency)}"


def account_names(balances: list[LedgerBalance]) -> dict[str, str]:
    """Names that beancount can read, by ledger code: ``Assets:1200-Accounts-receivable``; no two are the
    same."""
    names: dict[str, str] = {}
    for balance in balances:
        name = f"{ROOTS[balance.kind]}:{_component(f'{balance.code} {balance.name}')}"
        while name in names.values():
            name += "-"
        names[balance.code] = name
    return names


def _component(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-") or "X"
    return words[0].upper() + words[1:]


def _entry(ident: int, lines: list[ReportedLine], names: dict[str, str]) -> Iterator[str]:
    first = lines[0]
    words = first.account if first.source == "transaction" else first.title
    yield from ("", f"{first.effective_on} * {_text(first.number or '')} {_text(words or '')}")
    yield f'  entry: "{encode(JournalEntry.PREFIX, ident)}"'
    for line in lines:
        yield f"  {names[line.code]}  {_amount(line.base_debit - line.base_credit, line.base_currency)}"
        if line.currency != line.base_currency:
            yield f"    transaction_amount: {_amount(line.debit - line.credit, line.currency)}"


def _amount(minor: int, currency: str) -> str:
    value: Decimal = to_decimal(minor, currency)
    return f"{value:f} {currency.upper()}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'
