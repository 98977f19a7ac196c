"""Pages over the catalogue of reports: the same figures as the command line and the API give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from subledger.accounts.queries import currencies_of_accounts
from subledger.journal.models import LedgerAccount
from subledger.journal.queries import ledger_account_coded
from subledger.kernel.errors import DomainError
from subledger.kernel.words import a
from subledger.page_kit.access import today
from subledger.page_kit.charts import Chart, bar_chart, graded_chart
from subledger.page_kit.columns import (
    Column,
    CountColumn,
    CurrencyColumn,
    DayColumn,
    MoneyColumn,
    NameColumn,
    SideColumn,
    WordColumn,
)
from subledger.page_kit.criteria import Choice, Criterion, Day, DayRange, Flag, Text
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.refusals import words_of
from subledger.page_kit.tables import ReportPage
from subledger.page_kit.url_ids import page_url
from subledger.reports.catalogue import Kind, Parameter, Report, Table, report_named
from subledger.transactions.rules.ageing import BUCKETS

from .home import DRAWINGS, drawn
from .streamed import Streamed


class CataloguePage(Streamed, ReportPage):
    """One report of the catalogue: its parameters as criteria, its columns as columns."""

    report_name: ClassVar[str]
    file_only: ClassVar[frozenset[str]] = frozenset()  # columns that the page leaves to the files

    @property
    def about(self) -> Report:
        return report_named(self.report_name)

    def dispatch(self, request: Any, *args: Any, **named: Any) -> Any:
        self.title, self.subtitle, self.filename = self.about.title, self.about.about, self.report_name
        self.criteria = tuple(_criteria(self.about.parameters))
        self.columns = tuple(self._column(column, ()) for column in self.about.columns)
        return super().dispatch(request, *args, **named)

    def report(self, **values: Any) -> Sequence[dict[str, Any]]:
        asked, missing = self.asked(values)
        if missing:  # nothing is asked for yet
            self.table = Table(self.about.columns, ())
            self.empty = f"Choose {a(missing.label.lower())}."
            return []
        try:
            self.table = self.about.run(**asked)
        except DomainError as error:
            self.problems.append(words_of(error))
            return []
        self.columns = tuple(self._column(column, self.table.totals) for column in self.about.columns)
        keys = self.table.keys or [None] * len(self.table.rows)
        rows = []
        for key, row in zip(keys, self.table.as_dicts(), strict=True):
            rows.append({"currency": self.table.currency, **row, "key": key})
        return rows

    def _column(self, column: Any, totals: Sequence[Sequence[Any]]) -> Column:
        at = [each.name for each in self.about.columns].index(column.name)
        texts = (c for c in self.about.columns if c.kind is Kind.TEXT and c.name not in self.file_only)
        first = column is next(texts, None)
        common: dict[str, Any] = {"sort": column.name, "file_only": column.name in self.file_only}
        named = {**common, "strong": first, "link": self.link() if first else None}
        match column.kind:
            case Kind.MONEY:
                plain = any(c.name == column.currency for c in self.about.columns)
                total = column.currency == "currency" and any(total[at] is not None for total in totals)
                is_last = column is [c for c in self.about.columns if c.kind is Kind.MONEY][-1]
                return (SideColumn if column.is_side else MoneyColumn)(
                    column.name,
                    column.short or column.label,
                    **common,
                    currency=column.currency,
                    total=total,
                    plain=plain,
                    lead=is_last,
                )
            case Kind.CURRENCY:
                return CurrencyColumn(column.name, column.label, **common)
            case Kind.DATE:
                return DayColumn(column.name, column.label, **common)
            case Kind.INT:
                return CountColumn(column.name, column.label, **common)
            case Kind.NUMBER:
                return Column(column.name, column.label, css="col-number", **common)
            case Kind.CODE:
                return WordColumn(column.name, column.label, **named)
            case _:
                return (NameColumn if column.is_long else Column)(column.name, column.label, **named)

    def link(self) -> Callable[[dict[str, Any]], str | None]:
        """What a row leads to. It must not know the page, whose rows a column would keep until a full collection."""
        return partial(_link, self.about.subject)

    def extra(self) -> dict[str, Any]:
        self.rows()
        if self.problems:
            return {}
        chart = self.chart(self.request.staff.company.base_currency)  # type: ignore[attr-defined]
        return {"chart": chart} if chart else {}

    def chart(self, base: str) -> Chart | None:
        """A picture of ``self.table``; ``base`` is the company's currency."""
        return None


def page_of(name: str) -> type[CataloguePage]:
    """The page of a report about which nothing is said but its declaration."""
    return type(f"ReportPageOf_{name}", (CataloguePage,), {"report_name": name, "noun": "line"})


def _link(subject: str | None, row: dict[str, Any]) -> str | None:
    return page_url(subject, row["key"]) if subject and row["key"] else None


def _criteria(parameters: Sequence[Parameter]) -> list[Criterion]:
    criteria: list[Criterion] = []
    names = {parameter.name for parameter in parameters}
    if {"from", "to"} <= names:
        criteria.append(DayRange("period", "Period", initial=lambda request: (_new_year(), today())))
    for parameter in parameters:
        if parameter.name == "as_of":
            criteria.append(Day("as_of", parameter.label, initial=lambda request: today()))
        elif parameter.name == "compare":
            criteria.append(Day("compare", parameter.label))
        elif parameter.kind == "bucket":
            buckets = [(bucket.name, bucket.label) for bucket in BUCKETS]
            criteria.append(Choice(parameter.name, parameter.label, choices=buckets))
        elif parameter.kind == "currency":
            criteria.append(Choice(parameter.name, parameter.label, choices=lambda request: _currencies()))
        elif parameter.kind == "ledger_account":
            criteria.append(Choice(parameter.name, parameter.label, choices=lambda request: _chart()))
        elif parameter.kind == "account":
            criteria.append(Text(parameter.name, "Account number or code"))
        elif parameter.kind == "flag":
            criteria.append(Flag(parameter.name, parameter.label))
        elif parameter.name not in ("from", "to"):
            criteria.append(Text(parameter.name, parameter.label))
    return criteria


def _currencies() -> list[tuple[str, str]]:
    return [(currency, currency.upper()) for currency in currencies_of_accounts()]


def _chart() -> list[tuple[str, str]]:
    return [(row.code, str(row)) for row in LedgerAccount.objects.order_by("code")]


def _new_year() -> date:
    return today().replace(month=1, day=1)


def _ageing(table: Table, base: str) -> Chart | None:
    """Of the base currency; where nothing is in it, of the first currency there is."""
    names = [column.name for column in table.columns]
    at, first = names.index("currency"), names.index(BUCKETS[0].name)
    totals = sorted(table.totals, key=lambda total: (total[at] != base, total[at]))
    if not totals:
        return None
    total = totals[0]
    minors = [total[first + place] for place in range(len(BUCKETS))]
    title = "Open amounts by days overdue" + (f", {total[at].upper()}" if len(totals) > 1 else "")
    labels = [bucket.label for bucket in BUCKETS]
    return graded_chart(labels=labels, minors=minors, currency=total[at], title=title, id="ageing")


def _by_month(table: Table, base: str) -> Chart | None:
    """Receipts of the last twelve months there are, in base currency."""
    sums: dict[str, int] = {}
    for row in table.as_dicts():
        if row["currency"] == base:
            sums[row["month"]] = sums.get(row["month"], 0) + row["receipts"]
    bars = sorted(sums.items())[-12:]
    return (
        bar_chart(id="months", title=f"Receipts by month, {base.upper()}", currency=base, bars=bars) if bars else None
    )


class AgedReceivablesPage(CataloguePage):
    report_name = "aged-receivables"
    noun = "account"
    empty = "Nothing was open on that day."

    def chart(self, base: str) -> Chart | None:
        return _ageing(self.table, base)


class OpenItemsPage(CataloguePage):
    report_name = "open-items"
    noun = "open item"


class TrialBalancePage(CataloguePage):
    """Each account leads to its card of the same days."""

    report_name = "trial-balance"
    file_only = frozenset({"closing"})
    noun = "ledger account"

    @property
    def offered(self) -> Sequence[Column]:
        return [c for c in super().offered if c.key != "compared" or self.values.get("compare")]

    def link(self) -> Callable[[dict[str, Any]], str | None]:
        return partial(_card_link, _days_of(getattr(self, "values", {})))


def _days_of(values: dict[str, Any]) -> str:
    first, last = values.get("period") or (None, None)
    asked = {"period_from": first, "period_to": last, "base": "1" if values.get("base") else None}
    return urlencode({name: value for name, value in asked.items() if value})


def _card_link(days: str, row: dict[str, Any]) -> str:
    return f"{page_url('ledger_account')}?{urlencode({'ledger_account': row['code']})}&{days}"


class LedgerAccountPage(CataloguePage):
    """The card of an account of the chart: opening, what moved it, closing; each line leads to its entry."""

    report_name = "ledger-account"
    file_only = frozenset({"entry"})
    noun = "line"

    def file_name(self) -> str:
        self.filename = f"{self.report_name}-{self.values.get('ledger_account') or 'none'}"
        return super().file_name()

    def extra(self) -> dict[str, Any]:
        self.rows()
        code = self.values.get("ledger_account")
        account = ledger_account_coded(code) if code else None
        days = {k: v for k, v in self.request.GET.items() if k.startswith("period_") or k == "base"}
        back = f"{page_url('trial_balance')}?{urlencode(days)}"
        found: dict[str, Any] = {"crumbs": [Crumb("Trial balance", back), Crumb(str(account or self.title))]}
        if account and not self.problems:
            found["page_title"] = str(account)
            found["page_subtitle"] = account.kind.capitalize()
            found["tiles"] = _ends(self.table)
        return found


def _ends(table: Table) -> list[dict[str, Any]]:
    """Opening and closing of each currency, as tiles."""
    opening = {row["currency"]: row["balance"] for row in table.as_dicts() if row["entry"] is None}
    names = [column.name for column in table.columns]
    tiles = []
    for total in table.totals:
        told = dict(zip(names, total, strict=True))
        currency = told["currency"]
        tiles += [
            {"label": "Opening balance", "minor": opening.get(currency, 0), "currency": currency},
            {"label": "Debit", "minor": told["debit"], "currency": currency},
            {"label": "Credit", "minor": told["credit"], "currency": currency},
            {"label": "Closing balance", "minor": told["balance"], "currency": currency},
        ]
    return tiles


class GeneralJournalPage(CataloguePage):
    report_name = "general-journal"
    file_only = frozenset({"entry", "source", "base_currency", "customer"})
    noun = "line"


class RevenueTotalsPage(CataloguePage):
    report_name = "revenue-totals"
    noun = "line"


class ReceiptsPage(CataloguePage):
    report_name = "receipts"
    noun = "line"

    def chart(self, base: str) -> Chart | None:
        return _by_month(self.table, base)


class DrawnPage(CataloguePage):
    """A report that the overview draws: its chart in the company's currency, and rows that lead to what they are of."""

    def dispatch(self, request: Any, *args: Any, **named: Any) -> Any:
        self.drawing = DRAWINGS[self.report_name]
        return super().dispatch(request, *args, **named)

    def chart(self, base: str) -> Chart | None:
        rows = self.table.as_dicts()
        currencies = sorted({row["currency"] for row in rows}, key=lambda one: (one != base, one))
        return drawn(self.drawing, rows, currencies[0]) if currencies else None

    def _column(self, column: Any, totals: Sequence[Sequence[Any]]) -> Column:
        made = super()._column(column, totals)
        is_first = column is self.about.columns[0]
        return replace(made, strong=True, link=self.drawing.rows_url) if is_first else made


class OverdueTrendPage(DrawnPage):
    report_name = "overdue-trend"
    noun = "month"
    empty = "Nothing was overdue in these months."


class CashByWeekPage(DrawnPage):
    report_name = "cash-by-week"
    noun = "week"
    empty = "No money came in in these weeks."


class CollectionRatePage(DrawnPage):
    report_name = "collection-rate"
    noun = "month"
    empty = "No invoice fell due in these months."


class DaysSalesOutstandingPage(DrawnPage):
    report_name = "days-sales-outstanding"
    noun = "month"
    empty = "Nothing is invoiced yet."


class FailedPaymentsPage(DrawnPage):
    report_name = "failed-payments"
    noun = "week"
    empty = "No gateway was asked for a payment in these weeks."
