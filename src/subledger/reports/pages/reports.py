"""Pages over the catalogue of reports: the same figures as the command line and the API give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from subledger.accounts.queries import currencies_of_accounts
from subledger.journal.models import LedgerAccount
from subledger.journal.queries import ledger_account_coded
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.charts import Chart, Strip, bar_chart, strip
from subledger.page_kit.columns import (
    Column,
    CountColumn,
    CurrencyColumn,
    DayColumn,
    MoneyColumn,
    MonthColumn,
    NameColumn,
    NumberColumn,
    SideColumn,
    WordColumn,
)
from subledger.page_kit.criteria import Choice, Criterion, Day, DayRange, Flag, Text
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.refusals import words_of
from subledger.page_kit.tables import ReportPage, TotalsRow
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.report_kit.tables import Opened, TablePage
from subledger.reports.catalogue import Kind, Parameter, Report, Table, report_named
from subledger.transactions.reports.parameters import BY_WORDS, WHOSE_WORDS, By, Whose
from subledger.transactions.rules.ageing import BUCKETS

from .streamed import Streamed


class CataloguePage(Streamed, ReportPage):
    """One report of the catalogue: its parameters as criteria, its columns as columns.

    Of a report that may be long only the rows of the page are read; ``table`` then has no others, and its totals are
    those of all.
    """

    report_name: ClassVar[str]
    file_only: ClassVar[frozenset[str]] = frozenset()  # columns that the page leaves to the files
    part: TablePage | None = None

    @property
    def about(self) -> Report:
        return report_named(self.report_name)

    def setup(self, request: Any, *args: Any, **named: Any) -> None:
        super().setup(request, *args, **named)
        self.title, self.subtitle, self.filename = self.about.title, self.about.about, self.report_name
        self.criteria = tuple(_criteria(self.about.parameters))
        self.columns = tuple(self._column(column, ()) for column in self.about.columns)

    @cached_property
    def opened(self) -> Opened | None:
        """None where nothing is asked for yet, or it is refused: then the page says why."""
        self.table = Table(self.about.columns, ())
        asked, missing = self.asked(self.values)
        if missing:
            self.empty = say("Choose: {parameter}.", parameter=missing.label.lower())
            return None
        try:
            return self.about.open(**asked)
        except DomainError as error:
            self.problems.append(words_of(error))
            return None

    def report(self, **values: Any) -> Sequence[dict[str, Any]]:
        return self._rows_of(self.opened.whole()) if self.opened else []

    def page(self) -> tuple[Sequence[Any], str, str]:
        if not self.problems and self.opened:
            column, descending = self.sorted_by
            sort = column.sort if column else ""
            self.part = self.opened.part(self.asked_from, self.page_size, sort=sort, descending=descending)
        if self.part is None:
            return super().page()
        return self._rows_of(self.part.table), *self.neighbours(self.part.first, sum(self.part.counts.values()))

    def _rows_of(self, table: Table) -> list[dict[str, Any]]:
        self.table = table
        self.columns = tuple(self._column(column, table.totals) for column in self.about.columns)
        rows = zip(table.keys or [None] * len(table.rows), table.as_dicts(), strict=True)
        return [{"currency": table.currency, **row, "key": key} for key, row in rows]

    def totals(self) -> list[TotalsRow]:
        if self.part is None:
            return super().totals()
        names = [column.name for column in self.about.columns]
        moneys = [column.key for column in self.columns if isinstance(column, MoneyColumn) and column.total]
        if not moneys:
            return self.totals_of({"": (sum(self.part.counts.values()), {})})
        sums = {}
        for total in self.table.totals:
            told = dict(zip(names, total, strict=True))
            sums[told["currency"]] = (self.part.counts[told["currency"]], {key: told[key] for key in moneys})
        return self.totals_of(sums)

    def _column(self, column: Any, totals: Sequence[Sequence[Any]]) -> Column:
        at = [each.name for each in self.about.columns].index(column.name)
        texts = (c for c in self.about.columns if c.kind in (Kind.TEXT, Kind.MONTH) and c.name not in self.file_only)
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
            case Kind.MONTH:
                return MonthColumn(column.name, column.label, **named)
            case Kind.INT:
                return CountColumn(column.name, column.label, **common)
            case Kind.NUMBER:
                return NumberColumn(column.name, column.label, **common)
            case Kind.CODE:
                return WordColumn(column.name, column.label, **named)
            case _:
                return (NameColumn if column.is_long else Column)(column.name, column.label, **named)

    def link(self) -> Callable[[dict[str, Any]], str | None]:
        """What a row leads to. It must not know the page, whose rows a column would keep until a full collection."""
        return partial(_link, self.about.subject)

    def extra(self) -> dict[str, Any]:
        if self.problems:
            return {}
        chart = self.chart(self.request.staff.company.base_currency)  # type: ignore[attr-defined]
        return {"chart": chart} if chart else {}

    def chart(self, base: str) -> Chart | None:
        """A picture of ``self.table``; ``base`` is the company's currency."""
        return None


def page_of(name: str) -> type[CataloguePage]:
    """The page of a report about which nothing is said but its declaration."""
    return type(f"ReportPageOf_{name}", (CataloguePage,), {"report_name": name, "noun": say("line")})


def _link(subject: str | None, row: dict[str, Any]) -> str | None:
    return page_url(subject, row["key"]) if subject and row["key"] else None


def _criteria(parameters: Sequence[Parameter]) -> list[Criterion]:
    criteria: list[Criterion] = []
    names = {parameter.name for parameter in parameters}
    if {"from", "to"} <= names:
        criteria.append(DayRange("period", say("Period"), initial=lambda request: (_new_year(), today())))
    for parameter in parameters:
        if parameter.name == "as_of":
            criteria.append(Day("as_of", parameter.label, initial=lambda request: today()))
        elif parameter.name == "compare":
            criteria.append(Day("compare", parameter.label))
        elif parameter.kind == "bucket":
            buckets = [(bucket.name, bucket.label) for bucket in BUCKETS]
            criteria.append(Choice(parameter.name, parameter.label, choices=buckets))
        elif parameter.kind == "by":
            criteria.append(Choice(parameter.name, parameter.label, choices=[(by, BY_WORDS[by]) for by in By]))
        elif parameter.kind == "whose":
            criteria.append(Choice(parameter.name, parameter.label, choices=[(of, WHOSE_WORDS[of]) for of in Whose]))
        elif parameter.kind == "currency":
            criteria.append(Choice(parameter.name, parameter.label, choices=lambda request: _currencies()))
        elif parameter.kind == "ledger_account":
            criteria.append(Choice(parameter.name, parameter.label, choices=lambda request: _chart()))
        elif parameter.kind == "account":
            criteria.append(Text(parameter.name, say("Account number or code")))
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


def _open_items_url(**asked: Any) -> str:
    return f"{page_url('open_items')}?{urlencode(asked)}"


def _ageing(table: Table, base: str, **asked: Any) -> list[Strip]:
    """Of each currency, the base currency's first; their parts lead to the open items in them, ``asked`` alike."""
    names = [column.name for column in table.columns]
    at, first = names.index("currency"), names.index(BUCKETS[0].name)
    return [
        strip(
            title=say("Open amounts by days overdue"),
            currency=total[at],
            labels=[bucket.label for bucket in BUCKETS],
            minors=total[first : first + len(BUCKETS)],
            urls=[_open_items_url(**asked, late=bucket.name, currency=total[at]) for bucket in BUCKETS],
        )
        for total in sorted(table.totals, key=lambda total: (total[at] != base, total[at]))
    ]


def _by_month(table: Table, base: str) -> Chart | None:
    """Receipts of the last twelve months there are, in base currency."""
    sums: dict[str, int] = {}
    for row in table.as_dicts():
        if row["currency"] == base:
            sums[row["month"]] = sums.get(row["month"], 0) + row["receipts"]
    bars = sorted(sums.items())[-12:]
    return (
        bar_chart(
            id="months", title=say("Receipts by month, {currency}", currency=base.upper()), currency=base, bars=bars
        )
        if bars
        else None
    )


class AgedReceivablesPage(CataloguePage):
    report_name = "aged-receivables"
    noun = say("account")
    empty = say("Nothing was open on that day.")

    def extra(self) -> dict[str, Any]:
        if self.problems:
            return {}
        base = self.request.staff.company.base_currency  # type: ignore[attr-defined]
        by = {"by": self.values["by"]} if self.values.get("by") else {}
        return {"strips": _ageing(self.table, base, as_of=self.values.get("as_of") or today(), **by)}


class OpenItemsPage(CataloguePage):
    report_name = "open-items"
    noun = say("open item")


class TrialBalancePage(CataloguePage):
    """Each account leads to its card of the same days."""

    report_name = "trial-balance"
    file_only = frozenset({"closing"})
    noun = say("ledger account")

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
    noun = say("line")

    def file_name(self) -> str:
        self.filename = f"{self.report_name}-{self.values.get('ledger_account') or 'none'}"
        return super().file_name()

    def extra(self) -> dict[str, Any]:
        code = self.values.get("ledger_account")
        account = ledger_account_coded(code) if code else None
        days = {k: v for k, v in self.request.GET.items() if k.startswith("period_") or k == "base"}
        back = f"{page_url('trial_balance')}?{urlencode(days)}"
        found: dict[str, Any] = {"crumbs": [Crumb(say("Trial balance"), back), Crumb(str(account or self.title))]}
        if account and not self.problems:
            found["page_title"] = str(account)
            found["page_subtitle"] = show.word(account.kind)
            found["tiles"] = _ends(self.table)
        return found


def _ends(table: Table) -> list[dict[str, Any]]:
    """Opening and closing of each currency, as tiles."""
    names = [column.name for column in table.columns]
    tiles = []
    for total in table.totals:
        told = dict(zip(names, total, strict=True))
        currency, opening = told["currency"], told["balance"] - told["debit"] + told["credit"]
        tiles += [
            {"label": say("Opening balance"), "minor": opening, "currency": currency},
            {"label": say("Debit"), "minor": told["debit"], "currency": currency},
            {"label": say("Credit"), "minor": told["credit"], "currency": currency},
            {"label": say("Closing balance"), "minor": told["balance"], "currency": currency},
        ]
    return tiles


class GeneralJournalPage(CataloguePage):
    report_name = "general-journal"
    file_only = frozenset({"entry", "source", "base_currency", "customer"})
    noun = say("line")


class RevenueTotalsPage(CataloguePage):
    report_name = "revenue-totals"
    noun = say("line")


class ReceiptsPage(CataloguePage):
    report_name = "receipts"
    noun = say("line")

    def chart(self, base: str) -> Chart | None:
        return _by_month(self.table, base)
