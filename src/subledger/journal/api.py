"""Journal entries, periods, exchange rates and ledger accounts in the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.errors import InvalidRequest
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Currency, Day, Flag, IdOf, Instant, Outcome, Rate, SaidLong, Text100
from subledger.api_kit.resources import Filter, Input, JsonObject, Resource, Thing, collection, serialise_fields
from subledger.journal.closure import closing_of, reopening
from subledger.journal.models import ExchangeRate, JournalEntry, LedgerAccount, PeriodClose
from subledger.journal.month_end import Month, lines_of, month_to_close
from subledger.journal.queries import closed_through
from subledger.journal.services import (
    NewRate,
    close_period,
    enter_rates,
    mark_done,
    reopen_period,
    take_back_mark,
)
from subledger.kernel import ids
from subledger.platform.rooms import sources

SOURCES = sources()
if TYPE_CHECKING:
    JournalSource = str
else:
    JournalSource = StrEnum("EntrySource", {name.upper(): name for name in SOURCES})

router = Router(tags=["Journal"])


class LineOut(Schema):
    ledger_account: str
    account: str | None = Field(description="The receivable account behind the line, where there is one.")
    currency: str
    debit: int
    credit: int
    base_debit: int = Field(description="In the company's base currency, as is base_credit.")
    base_credit: int


class JournalEntryOut(Thing):
    object: Literal["journal_entry"]
    effective_on: date
    source: JournalSource
    source_id: str
    lines: list[LineOut]


def serialise_entries(rows: Sequence[JournalEntry], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "journal_entry", "created_at": row.recorded_at,
            "effective_on": row.effective_on, "source": row.source,
            "source_id": ids.encode(SOURCES[row.source].prefix, row.source_id),
            "lines": [
                {
                    "ledger_account": ids.encode(LedgerAccount.PREFIX, line.ledger_account_id),
                    "account": ids.encode(Account.PREFIX, line.account_id) if line.account_id else None,
                    "currency": line.currency,
                    "debit": line.debit_minor, "credit": line.credit_minor, "base_debit": line.base_debit_minor,
                    "base_credit": line.base_credit_minor,
                }
                for line in sorted(row.lines.all(), key=lambda line: line.position)
            ],
        }
        for row in rows
    ]  # fmt: skip


journal_entries = Resource(
    path="journal_entries",
    model=JournalEntry,
    out=JournalEntryOut,
    serialise=serialise_entries,
    rows=lambda: JournalEntry.objects.prefetch_related("lines"),
    filters={
        "effective_on": Filter(type=Day, lookup="effective_on"),
        "source": Filter(type=JournalSource, lookup="source"),
        "transaction": Filter(type=Annotated[int, IdOf(SOURCES["transaction"].prefix)], lookup="source_id"),
        "created_at": Filter(type=Instant, lookup="recorded_at"),
    },
)
collection(router, journal_entries, path="/journal_entries")


class PeriodOut(Thing):
    """The books were closed through a day; a reopened closing stays as history."""

    object: Literal["period"]
    through: date
    state: Literal["closed", "reopened"]
    closed_at: datetime
    closed_by: str
    reopened_at: datetime | None
    reopened_by: str | None


def serialise_periods(rows: Sequence[PeriodClose], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            **serialise_fields(row, "through", "closed_at", "closed_by", "reopened_at"), "object": "period",
            "created_at": row.closed_at, "reopened_by": row.reopened_by or None,
            "state": "closed" if row.reopened_at is None else "reopened",
        }
        for row in rows
    ]  # fmt: skip


periods = Resource(
    path="periods",
    model=PeriodClose,
    out=PeriodOut,
    serialise=serialise_periods,
    rows=lambda: PeriodClose.objects.all(),
    filters={"through": Filter(type=Day, lookup="through")},
)


class ClosingOut(Schema):
    object: Literal["period_closing"]
    through: date
    closed_through: date | None
    last_posting_on: date | None
    first_open_on: date
    unfinished: list[str]
    outcome: str


class ReopeningOut(Schema):
    object: Literal["period_reopening"]
    period: str
    through: date
    then_closed_through: date | None
    outcome: str


class CloseIn(Input):
    through: Day = Field(description="The last day to close, usually a month's last.")
    expected_outcome: Outcome = ""


class ReopenIn(Input):
    reason: SaidLong
    expected_outcome: Outcome = ""


@router.get("/periods/closing", response=ClosingOut, operation_id="preview_period_closing")
def closing(request: HttpRequest, through: Day) -> JsonObject:
    """What closing the books through a day would come to; nothing is closed."""
    found = closing_of(through)
    return {
        "object": "period_closing", "through": found.through, "closed_through": found.closed_through,
        "last_posting_on": found.last_posting_on, "first_open_on": found.first_open_on,
        "unfinished": [one.words for one in found.unfinished], "outcome": found.outcome,
    }  # fmt: skip


@router.get("/periods/reopening", response=ReopeningOut, operation_id="preview_period_reopening")
def reopening_shown(request: HttpRequest) -> JsonObject:
    """What taking back the latest closing would come to; nothing is reopened."""
    found = reopening()
    return {
        "object": "period_reopening", "period": found.period.public_id, "through": found.period.through,
        "then_closed_through": found.then_closed_through, "outcome": found.outcome,
    }  # fmt: skip


@router.post("/periods/close", response={201: PeriodOut}, operation_id="close_period")
def close(request: HttpRequest, body: CloseIn) -> Status[JsonObject]:
    """Close the books through a day: nothing can be posted on it or before."""
    row = close_period(through=body.through, expected_outcome=body.expected_outcome, actor=caller_of(request).actor)
    return Status(201, periods.one(row.pk, request))


@router.post("/periods/reopen", response=PeriodOut, operation_id="reopen_period")
def reopen(request: HttpRequest, body: ReopenIn) -> JsonObject:
    """Take back the latest closing, as it was shown; the books are then closed through the one before it."""
    row = reopen_period(reason=body.reason, expected_outcome=body.expected_outcome, actor=caller_of(request).actor)
    return periods.one(row.pk, request)


class MonthEndLineOut(Schema):
    name: str
    title: str
    about: str
    is_clear: bool = Field(description="Nothing is left to do.")
    words: str
    lines: list[str]
    outcome: str
    done_at: datetime | None = Field(description="When somebody marked it as done.")
    done_by: str | None
    done_words: str | None = Field(description="What it said then.")


class MonthEndOut(Schema):
    object: Literal["month_end"]
    month: str
    first: date
    last: date
    closed_through: date | None
    lines: list[MonthEndLineOut]


class MonthEndMarkIn(Input):
    month: Text100 = Field(description="Such as 2026-05.")
    item: Text100 = Field(description="The name of a line.")
    expected_outcome: Outcome = ""


class MonthEndLineIn(Input):
    month: Text100 = Field(description="Such as 2026-05.")
    item: Text100 = Field(description="The name of a line.")


def _month_end(month: Month) -> JsonObject:
    return {
        "object": "month_end", "month": str(month), "first": month.first, "last": month.last,
        "closed_through": closed_through(),
        "lines": [
            {
                "name": line.item.name, "title": line.item.title, "about": line.item.about,
                "is_clear": bool(line.looked and line.looked.is_clear),
                "words": line.looked.words if line.looked else "",
                "lines": list(line.looked.lines) if line.looked else [],
                "outcome": line.outcome,
                "done_at": line.mark.done_at if line.mark else None,
                "done_by": line.mark.done_by if line.mark else None,
                "done_words": line.mark.words if line.mark else None,
            }
            for line in lines_of(month)
        ],
    }  # fmt: skip


@router.get("/periods/month_end", response=MonthEndOut, operation_id="get_month_end")
def month_end(request: HttpRequest, month: Text100 | None = None) -> JsonObject:
    """What is to be looked at before a month is closed, line by line, and what was marked as done.

    Without a month: the first that is over and not closed.
    """
    return _month_end(Month.read(month) if month else month_to_close(caller_of(request).today))


@router.post("/periods/month_end/done", response=MonthEndOut, operation_id="mark_month_end_line")
def mark_line(request: HttpRequest, body: MonthEndMarkIn) -> JsonObject:
    """Mark a line of a month's end as done, as it was shown."""
    month = Month.read(body.month)
    mark_done(month=month, item=body.item, expected_outcome=body.expected_outcome, actor=caller_of(request).actor)
    return _month_end(month)


@router.post("/periods/month_end/undone", response=MonthEndOut, operation_id="unmark_month_end_line")
def unmark_line(request: HttpRequest, body: MonthEndLineIn) -> JsonObject:
    """Take back the mark of a line: it is to be looked at again."""
    month = Month.read(body.month)
    take_back_mark(month=month, item=body.item, actor=caller_of(request).actor)
    return _month_end(month)


collection(router, periods, path="/periods")  # after close and reopen, which are no ids of periods


class ExchangeRateOut(Thing):
    object: Literal["exchange_rate"]
    currency: str
    on: date
    rate: str = Field(description="Base currency per major unit of the currency, from that day until a later rate.")


class ExchangeRateIn(Input):
    """One of ``rate`` and ``inverse_rate``."""

    currency: Currency
    on: Day
    rate: Rate | None = Field(default=None, description="Base currency per major unit of the currency.")
    inverse_rate: Rate | None = Field(default=None, description="The currency per major unit of base currency.")
    confirm_rate: Flag = Field(default=False, description="Go ahead although it is far from the rate before it.")


def serialise_rates(rows: Sequence[ExchangeRate], request: HttpRequest) -> list[JsonObject]:
    return [{**serialise_fields(row, "currency", "on", "rate"), "object": "exchange_rate"} for row in rows]


exchange_rates = Resource(
    path="exchange_rates",
    model=ExchangeRate,
    out=ExchangeRateOut,
    serialise=serialise_rates,
    rows=lambda: ExchangeRate.objects.all(),
    filters={"currency": Filter(type=Currency, lookup="currency"), "on": Filter(type=Day, lookup="on")},
)
collection(router, exchange_rates, path="/exchange_rates")


@router.post("/exchange_rates", response={201: ExchangeRateOut}, operation_id="enter_exchange_rate")
def enter_rate(request: HttpRequest, body: ExchangeRateIn) -> Status[JsonObject]:
    """Enter a rate, or correct the one of that day; what was posted before keeps the rate it was posted with."""
    if (body.rate is None) == (body.inverse_rate is None):
        raise InvalidRequest("A rate is told in one direction. Give rate or inverse_rate.", param="/rate")
    is_inverse = body.rate is None
    given = body.inverse_rate if is_inverse else body.rate
    assert given is not None
    new = NewRate(body.currency, body.on, given, is_inverse)
    enter_rates(rates=[new], is_confirmed=body.confirm_rate, actor=caller_of(request).actor)
    row = ExchangeRate.objects.get(currency=body.currency, on=body.on)
    return Status(201, exchange_rates.one(row.pk, request))


API = ApiFace(
    mounts=(Mount(router=router),),
    summaries={
        "close_period": "Close a period",
        "get_month_end": "Show what a month's end asks for",
        "mark_month_end_line": "Mark a line of a month's end as done",
        "unmark_month_end_line": "Take back the mark of a line",
        "preview_period_closing": "Show what closing a period comes to",
        "preview_period_reopening": "Show what reopening comes to",
        "reopen_period": "Reopen the latest closed period",
    },
    examples={"month": "2026-05", "item": "drafts", "rate": "0.92", "through": "2026-04-30"},
)
