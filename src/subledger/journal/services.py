"""Closing and reopening periods, entering rates, keeping the chart; entries of what is no transaction.

Entries of transactions are written by posting, in its own statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.transaction import atomic

from subledger.companies.errors import CodeTaken
from subledger.companies.locks import hold_books
from subledger.companies.models import Company
from subledger.kernel.currencies import normalise
from subledger.kernel.days import check_day
from subledger.kernel.sentences import joined, say
from subledger.kernel.text import plain
from subledger.kernel.texts import check_texts
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.rooms import sources
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fresh_ids

from .closure import closing_of, reopening
from .errors import (
    ExchangeRateImplausible,
    ExchangeRateInvalid,
    LedgerAccountInvalid,
    MonthEndUnseen,
    PeriodInvalid,
    PeriodNotClear,
    ReopeningUnseen,
)
from .models import (
    ExchangeRate,
    JournalEntry,
    JournalLine,
    LedgerAccount,
    LedgerKind,
    MonthEndMark,
    PeriodClose,
)
from .month_end import Month, item_named, outcome_of_line, said
from .rules import EntryLine, entry_rows, inverse_of, is_implausible, looks_inverted


@atomic
def close_period(*, through: date, expected_outcome: str = "", actor: str) -> PeriodClose:
    """Close the books through a day, usually a month's last; everything before it is closed with it.

    Raises:
        PeriodInvalid: the day is not after what is closed already, or has not come yet.
        PeriodNotClear: work is left inside, or it is today so that nothing could be posted until tomorrow, and the
            ``expected_outcome`` is not the one of that (`closure.closing_of`): it was not shown, or something has
            changed since.
    """
    demand("journal.close")
    check_day(through, what=say("last closed day"), param="/through")
    hold_books()
    found = closing_of(through)
    if expected_outcome != found.outcome and (expected_outcome or found.asks):
        raise PeriodNotClear(through, words=list(found.words()), outcome=found.outcome)
    row = PeriodClose.objects.create(
        company_id=current_company_id(), through=through, closed_at=clock.now(), closed_by=actor
    )
    record_events([NewEvent("period.closed", "period", row.pk, {"through": str(through)})], actor=actor)
    return row


@atomic
def reopen_period(*, reason: str, expected_outcome: str, actor: str) -> PeriodClose:
    """Take back the latest closing; the books are then closed through the one before it.

    Raises:
        PeriodInvalid: nothing is closed, or no reason is given.
        ReopeningUnseen: the ``expected_outcome`` is not the one of that closing (`closure.reopening`): whoever asks
            twice for one that was shown once takes back one.
    """
    demand("journal.close")
    check_texts(reason, param="/reason")
    if not plain(reason):
        raise PeriodInvalid(say("No reason is given for reopening. Write why: it stays in the books."), param="/reason")
    hold_books()
    found = reopening()
    if expected_outcome != found.outcome:
        raise ReopeningUnseen(words=list(found.words()), outcome=found.outcome)
    row = found.period
    row.reopened_at, row.reopened_by = clock.now(), actor
    row.save(update_fields=["reopened_at", "reopened_by"])
    record_events(
        [NewEvent("period.reopened", "period", row.pk, {"through": str(row.through), "reason": reason})],
        actor=actor,
    )
    return row


@atomic
def mark_done(*, month: Month, item: str, expected_outcome: str, actor: str) -> MonthEndMark:
    """Mark a line of a month's end as done, as it was shown; marked already and unchanged, it stays as it is.

    Raises:
        PeriodInvalid: there is no such line.
        MonthEndUnseen: the ``expected_outcome`` is not the one of what the line says now.
    """
    demand("journal.close")
    line = item_named(item)
    looked = line.look(month)
    outcome = outcome_of_line(line, month, looked)
    if expected_outcome != outcome:
        raise MonthEndUnseen(line.title, words=joined((looked.words, *looked.lines), " "), outcome=outcome)
    hold_books()
    standing = MonthEndMark.objects.filter(month=month.first, item=item, undone_at=None).first()
    if standing and standing.words == said(looked):
        return standing
    if standing:
        _take_back(standing, actor)
    row = MonthEndMark.objects.create(
        company_id=current_company_id(), month=month.first, item=item, words=said(looked), done_at=clock.now(),
        done_by=actor,
    )  # fmt: skip
    facts = {"month": str(month), "item": line.title, "words": looked.words}
    record_events([NewEvent("month_end.done", "month_end_mark", row.pk, facts)], actor=actor)
    return row


@atomic
def take_back_mark(*, month: Month, item: str, actor: str) -> None:
    """A line that was marked as done is to be looked at again; where it is not marked, nothing is done."""
    demand("journal.close")
    line = item_named(item)
    hold_books()
    standing = MonthEndMark.objects.filter(month=month.first, item=item, undone_at=None).first()
    if standing is None:
        return
    _take_back(standing, actor)
    facts = {"month": str(month), "item": line.title}
    record_events([NewEvent("month_end.undone", "month_end_mark", standing.pk, facts)], actor=actor)


def _take_back(mark: MonthEndMark, actor: str) -> None:
    mark.undone_at, mark.undone_by = clock.now(), actor
    mark.save(update_fields=["undone_at", "undone_by"])


SMALLEST_RATE = Decimal("1e-10")  # the column keeps ten decimals


class NewRate(NamedTuple):
    """``rate`` units of base currency for one major unit of ``currency``, from ``on``; or, ``is_inverse``, units of
    ``currency`` for one of base, as the European Central Bank tells them."""

    currency: str
    on: date
    rate: Decimal
    is_inverse: bool = False


@atomic
def enter_rates(*, rates: Sequence[NewRate], is_confirmed: bool = False, actor: str) -> int:
    """Enter or correct rates by day; postings made before keep the rate they were made with.

    Raises:
        ExchangeRateInvalid, DayInvalid, CurrencyUnknown.
        ExchangeRateImplausible: one is far from the rate before it, or looks like its inverse; unless ``is_confirmed``.
    """
    demand("journal.rates")
    company = Company.objects.get(pk=current_company_id())
    by_day: dict[tuple[str, date], ExchangeRate] = {}
    for new in rates:
        currency = normalise(new.currency)
        if currency == company.base_currency:
            raise ExchangeRateInvalid(
                say("{currency} is the base currency: its rate is always 1.", currency=currency.upper()),
                param="/currency",
            )
        check_day(new.on, what=say("day of the rate"), param="/on")
        if not (new.rate.is_finite() and SMALLEST_RATE <= new.rate < 10**9):
            raise ExchangeRateInvalid(
                say(
                    "{rate} is not an exchange rate. Use a number above zero, with at most 10 decimals.", rate=new.rate
                ),
                param="/rate",
            )
        rate = inverse_of(new.rate) if new.is_inverse else new.rate
        if rate < SMALLEST_RATE:
            raise ExchangeRateInvalid(
                say("{rate} is out of reach for an exchange rate. Correct it.", rate=new.rate), param="/rate"
            )
        by_day[currency, new.on] = ExchangeRate(company=company, currency=currency, on=new.on, rate=rate)
    rows = list(by_day.values())  # the last word on a day stands: one statement cannot write a row twice
    if not is_confirmed:
        _refuse_implausible(rows, company.base_currency)
    ExchangeRate.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["company", "currency", "on"], update_fields=["rate"]
    )
    record_events(
        [
            NewEvent(
                "rate.entered",
                "company",
                company.pk,
                {"currency": r.currency, "on": str(r.on), "rate": str(r.rate)},
            )
            for r in rows
        ],
        actor=actor,
    )
    return len(rows)


def _refuse_implausible(rows: Sequence[ExchangeRate], base: str) -> None:
    """Each against the rate before it, in the books or among the new ones; the first against the one after it."""
    known: dict[str, dict[date, Decimal]] = {}
    for currency, on, rate in ExchangeRate.objects.filter(currency__in={row.currency for row in rows}).values_list(
        "currency", "on", "rate"
    ):
        known.setdefault(currency, {})[on] = rate
    for row in sorted(rows, key=lambda row: row.on):
        days = known.setdefault(row.currency, {})
        before = max((on for on in days if on <= row.on), default=None)
        nearest = before or min(days, default=None)
        if nearest is not None and is_implausible(row.rate, days[nearest]):
            raise ExchangeRateImplausible(
                currency=row.currency,
                base=base,
                rate=f"{row.rate.normalize():f}",
                last=f"{days[nearest].normalize():f}",
                last_on=nearest,
                inverted=looks_inverted(row.rate, days[nearest]),
            )
        days[row.on] = row.rate


@atomic
def create_ledger_account(*, code: str, name: str, kind: str, actor: str) -> LedgerAccount:
    demand("configuration.edit:ledger_account")
    if kind not in LedgerKind.__members__.values():
        raise LedgerAccountInvalid(
            say("{kind!r} is not a kind. Use one of: {kinds}.", kind=kind, kinds=", ".join(LedgerKind)), param="/kind"
        )
    if not code or not name:
        raise LedgerAccountInvalid(
            say("A ledger account needs a code and a name. Give both."), param="/code" if not code else "/name"
        )
    if LedgerAccount.objects.filter(code=code).exists():
        raise CodeTaken(say("ledger account"), code, param="/code")
    row = LedgerAccount.objects.create(company_id=current_company_id(), code=code, name=name, kind=kind)
    record_events([NewEvent("ledger_account.created", "ledger_account", row.pk, {"code": code})], actor=actor)
    return row


class NewEntry(NamedTuple):
    """An entry of something of a room's own. ``lines`` balance, in minor units of ``currency`` and in base currency."""

    source: str  # as a room declares it
    source_id: int
    effective_on: date
    currency: str
    lines: Sequence[EntryLine]


@atomic
def record_entries(*, entries: Sequence[NewEntry]) -> list[int]:
    """Write entries to the journal, a set at once; their ids, in the order given.

    The database refuses a closed period, what does not balance, and a second entry of what has one of its own.
    """
    at, company_id, declared = clock.now(), current_company_id(), sources()
    fresh = iter(fresh_ids(sum(not declared[entry.source].shares_id for entry in entries)))
    idents = [entry.source_id if declared[entry.source].shares_id else next(fresh) for entry in entries]
    JournalEntry.objects.bulk_create(
        JournalEntry(
            id=ident,
            company_id=company_id,
            effective_on=entry.effective_on,
            source=entry.source,
            source_id=entry.source_id,
            recorded_at=at,
        )
        for ident, entry in zip(idents, entries, strict=True)
    )
    JournalLine.objects.bulk_create(
        JournalLine(**asdict(row))
        for ident, entry in zip(idents, entries, strict=True)
        for row in entry_rows(ident, entry.lines, currency=entry.currency)
    )
    return idents
