"""Pages over the catalogue of reports: the same figures as the command line and the API give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar

from subledger.accounts.models import Account
from subledger.kernel.errors import DomainError
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
from subledger.page_kit.criteria import Criterion, Day, DayRange, Flag, Text
from subledger.page_kit.refusals import words_of
from subledger.page_kit.tables import ReportPage
from subledger.page_kit.url_ids import page_url
from subledger.reports.catalogue import Kind, Parameter, Report, Table, report_named
from subledger.transactions.rules.ageing import BUCKETS


class CataloguePage(ReportPage):
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
        asked = dict(values)
        period = asked.pop("period", None)
        if period:
            asked["from"], asked["to"] = period
        try:
            self.table = self.about.run(**{name: value for name, value in asked.items() if value is not None})
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
        named = {**common, "strong": first, "link": partial(_link, self.about.subject) if first else None}
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
            case Kind.CODE:
                return WordColumn(column.name, column.label, **named)
            case _:
                return (NameColumn if column.is_long else Column)(column.name, column.label, **named)

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
    """No method of the page: a column that knew its page would keep all of its rows until a full collection."""
    return page_url(subject, row["key"]) if subject and row["key"] else None


def _criteria(parameters: Sequence[Parameter]) -> list[Criterion]:
    criteria: list[Criterion] = []
    names = {parameter.name for parameter in parameters}
    if {"from", "to"} <= names:
        criteria.append(DayRange("period", "Period", initial=lambda request: (_new_year(), today())))
    for parameter in parameters:
        if parameter.name == "as_of":
            criteria.append(Day("as_of", parameter.label, initial=lambda request: today()))
        elif parameter.kind == "account":
            criteria.append(Text(parameter.name, "Account number or code"))
        elif parameter.kind == "flag":
            criteria.append(Flag(parameter.name, parameter.label))
        elif parameter.name not in ("from", "to"):
            criteria.append(Text(parameter.name, parameter.label))
    return criteria


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

    def report(self, **values: Any) -> Sequence[dict[str, Any]]:
        rows = super().report(**values)
        names = dict(Account.objects.filter(pk__in=[row["key"] for row in rows]).values_list("pk", "name"))
        first, *others = self.columns
        self.columns = (first, NameColumn("name", "Name", sort="name"), *others)
        return [{**row, "name": names[row["key"]]} for row in rows]


class OpenItemsPage(CataloguePage):
    report_name = "open-items"
    noun = "open item"


class TrialBalancePage(CataloguePage):
    report_name = "trial-balance"
    noun = "ledger account"


class GeneralJournalPage(CataloguePage):
    report_name = "general-journal"
    file_only = frozenset({"entry", "source", "base_currency"})
    noun = "line"


class RevenueTotalsPage(CataloguePage):
    report_name = "revenue-totals"
    noun = "line"


class ReceiptsPage(CataloguePage):
    report_name = "receipts"
    noun = "line"

    def chart(self, base: str) -> Chart | None:
        return _by_month(self.table, base)
