"""List pages from a declaration: criteria, sortable columns, totals, keyset pages, CSV and XLSX.

Usage
-----
A summary page over a QuerySet (template ``page_kit/list.html``, which a page may extend)::

    class TransactionsPage(SummaryPage):
        title = "Transactions"
        permission = "view"
        noun = "transaction"
        criteria = (Search("q", "Search", fields=("number__istartswith",)), DayRange("posted_on", "Posted"))
        columns = (
            Column("number", "Number", sort="number", nullable=True, strong=True, link=transaction_url),
            MoneyColumn("amount_minor", "Amount", sort="amount_minor", total=True),
        )
        default_sort = "-posted_on"

        def queryset(self) -> QuerySet:
            return Transaction.objects.select_related("account")

A report over rows that a query of ``reports`` returns (frozen dataclasses or dicts)::

    class AgedReceivablesPage(ReportPage):
        criteria = (Day("as_of", "As of", initial=today_of_company),)

        def report(self, *, as_of: date) -> Sequence[AgedRow]:
            return aged_receivables(as_of=as_of)

`table` makes a short table for a detail page. Both pages take more context from ``extra(self) -> dict``, e.g.
``{"actions": [Action(…)], "chart": bar_chart(…)}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.file_kit.sheets import Heading
from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say
from subledger.page_kit import tallies
from subledger.page_kit.arrangement import Arrangement, chips_of
from subledger.page_kit.bulk import Ticked
from subledger.page_kit.columns import Column, MoneyColumn
from subledger.page_kit.criteria import Criterion, CriterionInvalid, in_a_sheet
from subledger.page_kit.filed import Filed
from subledger.page_kit.fit import Cells, filled, fitted
from subledger.page_kit.kept_lists import PASSING
from subledger.page_kit.keyset import Sorting, page_of
from subledger.page_kit.navigation import may, require
from subledger.page_kit.refusals import words_of
from subledger.page_kit.rendering import PageView, render
from subledger.page_kit.short_tables import (
    Head,
    Sums,
    TotalsRow,
    added_of,
    added_up,
    cells_of,
    sums_of,
    table,
    totals_of,
)
from subledger.page_kit.tallies import Tally, is_asked, number_of, url_of_sums
from subledger.platform.rows import PORTION

__all__ = ["ReportPage", "SummaryPage", "TotalsRow", "table"]


_NOT_CRITERIA = frozenset({"sort", *PASSING})


class ListPage(Ticked, Filed, PageView):
    """What summary pages and reports share; subclasses provide `found`, `page`, `totals` and `exported`."""

    title: str = ""
    subtitle: str = ""
    permission: ClassVar[str] = "view"
    noun: str = say("row")
    noun_plural: str = ""
    empty: str = ""  # what to say when there is nothing at all; says what to do first
    template_name: ClassVar[str] = "page_kit/list.html"
    criteria: Sequence[Criterion] = ()
    columns: Sequence[Column] = ()
    default_sort: str = ""

    arrangement: Arrangement
    fitted: Sequence[Column] | None = None  # the columns as the rows at hand allow, once they were read
    problems: list[str]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request, self.permission)
        self.arrangement = Arrangement(request)
        if self.arrangement.opening:
            return redirect(self.arrangement.opening)
        self.read_criteria()
        wanted = request.GET.get("export")
        if wanted in ("csv", "xlsx") and not self.problems:
            require(request, "export")
            try:
                return self.file(wanted)
            except DomainError as error:
                self.problems.append(words_of(error))
        return self.rendered()

    def rendered(self) -> HttpResponse:
        rows, before, after = self.page()
        rows = list(rows)
        cells = self.fit(rows)
        whole = not (before or after or self.request.GET.get("before") or self.request.GET.get("after"))
        tally = self.tally(len(rows) if whole else None)
        context = {
            "page": self,
            "page_title": self.title,
            "page_subtitle": self.subtitle,
            "heads": self.heads(),
            "rows": [[*tick, *row] for tick, row in zip(cells_of(self.ticks(), rows), cells, strict=True)],
            "acts": self.acts,
            "ticks": self.ticks(),
            "totals": tally.lines,
            "has_totals": bool(rows and self._money()) and not tally.is_left_out,
            "may_export": may(self.request, "export"),
            "found": tally.rows,
            "tally": tally,
            "sums_url": url_of_sums(self.request) if tally.is_left_out else "",
            "added_up": added_up(tally),
            "long_file_url": self.later(tally.rows + tally.is_more),
            "before": before,
            "after": after,
            "inputs": [c.input(self.request, self.values.get(c.name)) for c in self.criteria],
            "has_rare": any(c.rare for c in self.criteria),
            "asks_rare": any(c.rare and self.values.get(c.name) is not None for c in self.criteria),
            "is_narrowed": any(value for name, value in self.request.GET.items() if name not in _NOT_CRITERIA),
            "sort": self.request.GET.get("sort", ""),
            "arrangement": self.arrangement,
            "chips": chips_of(self.request, self.criteria, self.values),
            "column_choices": self.arrangement.choices(self.offered),
            "problems": self.problems,
            **self.extra(),
        }
        return render(self.request, self.template_name, context, status=422 if self.problems else 200)

    def extra(self) -> dict[str, Any]:
        """More for the template: actions, crumbs, tiles, a chart."""
        return {}

    def page(self) -> tuple[Sequence[Any], str, str]:
        """Rows of this page, the cursor of the page before and of the one after."""
        raise NotImplementedError

    def totals(self) -> list[TotalsRow]:
        """A line for each currency, of every row."""
        raise NotImplementedError

    def tally(self, rows: int | None) -> Tally:
        """What the rows come to; how many there are is ``rows`` where the page has them all."""
        lines = self.totals()
        return Tally(sum(line.rows for line in lines), lines)

    @property
    def shown(self) -> Sequence[Column]:
        """The columns on the page; files have all of them."""
        return self.fitted if self.fitted is not None else self.arrangement.columns(self.offered)

    @property
    def offered(self) -> Sequence[Column]:
        """The columns that the page has for any rows, those among them that it shows to whoever chose them."""
        return [column for column in self.columns if not column.file_only]

    def has_chosen(self, key: str) -> bool:
        """Whether a column is on the page: one that is ``optional`` may need more to be read."""
        arrangement = getattr(self, "arrangement", None)  # None: the rows alone are asked for
        return arrangement is not None and any(one.key == key for one in arrangement.columns(self.offered))

    def fit(self, rows: Sequence[Any]) -> Cells:
        """The cells of ``rows``; from now on the page shows the columns that were chosen, else those in use."""
        columns, (current, _) = self.arrangement.columns(self.offered), self.sorted_by
        columns = fitted(columns, rows, dashes=True)
        cells = cells_of(columns, rows)
        if not self.arrangement.chosen:
            columns, cells = filled(columns, cells, needed=current.sort if current else "")
        self.fitted = columns
        return cells

    @property
    def plural(self) -> str:
        return self.noun_plural or say(f"{self.noun}s")

    @property
    def sorted_by(self) -> tuple[Column | None, bool]:
        """The column sorted by (None: the rows' own order) and whether downwards; nonsense is the default."""
        for asked in (self.request.GET.get("sort", ""), self.default_sort):
            for column in self.columns:
                if column.sort and column.sort == asked.removeprefix("-"):
                    return column, asked.startswith("-")
        return None, False

    def heads(self) -> list[Head]:
        current, descending = self.sorted_by
        heads = [Head(tick, "none", "") for tick in self.ticks()]
        for column in self.shown:
            is_current = current is not None and column.key == current.key
            state = ("descending" if descending else "ascending") if is_current else "none"
            toggle = f"-{column.sort}" if state == "ascending" else column.sort
            heads.append(Head(column, state, toggle))
        return heads

    def read_criteria(self) -> None:
        self.values, self.problems = {}, []
        for criterion in self.criteria:
            try:
                self.values[criterion.name] = criterion.read(self.request)
            except CriterionInvalid as error:
                self.problems.append(str(error))

    def _money(self) -> list[MoneyColumn]:
        return added_of(self.shown)


class SummaryPage(ListPage):
    """A page over a QuerySet of any size: it reads one page, counts and adds up what a page can afford (`tallies`)."""

    page_size: ClassVar[int] = 50
    tie: ClassVar[str] = "id"
    added_at_once: ClassVar[int] = tallies.COUNTED  # rows that are added up unasked; fewer where a sum is dear
    # Totals add like with like: only rows that count, and where a column holds several kinds, a line for each.
    counted: ClassVar[Q] = Q()
    kind_field: ClassVar[str] = ""  # a field or annotation whose values are the kinds
    totals_said: ClassVar[Mapping[str, str]] = {"": say("Total")}  # kind -> what its line says it adds
    _found: QuerySet | None = None

    def queryset(self) -> QuerySet:
        """The rows before criteria, with everything the columns read (select_related, annotations)."""
        raise NotImplementedError

    def found(self) -> QuerySet:
        """The rows that the criteria find, each asked once a look: one may read before it narrows."""
        if self._found is None:
            queryset = self.queryset().none() if self.problems else self.queryset()
            for criterion in self.criteria:
                if not self.problems and (value := self.values[criterion.name]) is not None:
                    queryset = criterion.narrow(queryset, value)
            self._found = queryset
        return self._found

    @property
    def order(self) -> Sorting:
        column, descending = self.sorted_by
        if column is None:
            return Sorting(self.tie, descending=True, tie=self.tie)
        return Sorting(column.sort, descending, column.nullable, self.tie)

    def page(self) -> tuple[Sequence[Any], str, str]:
        asked = self.request.GET
        page = page_of(
            self.found(),
            self.order,
            size=self.page_size,
            after=asked.get("after", ""),
            before=asked.get("before", ""),
        )
        return page.rows, page.before, page.after

    def tally(self, rows: int | None) -> Tally:
        adds = bool(self._money())
        if adds and is_asked(self.request) and not self.problems:
            began = monotonic()
            lines = self.totals()
            return Tally(sum(line.rows for line in lines), lines, seconds=monotonic() - began)
        if rows is None:
            rows = number_of(self.found(), most=tallies.COUNTED)
        if rows > tallies.COUNTED:
            return Tally(tallies.COUNTED, is_more=True, is_left_out=adds)
        if not adds or not rows:
            return Tally(rows)
        if rows > self.added_at_once:
            return Tally(rows, is_left_out=True)
        return Tally(rows, self.totals())

    def totals(self) -> list[TotalsRow]:
        added = self._money()
        if not added:
            return totals_of(self.shown, {"": (self.found().count(), {})})
        currency = added[0].currency.replace(".", "__")
        counted = self.counted if self.counted else None
        sums = {f"sum_{i}": Sum(column.key.replace(".", "__"), filter=counted) for i, column in enumerate(added)}
        by = [currency, *([self.kind_field] if self.kind_field else [])]
        grouped = self.found().order_by().values(*by).annotate(rows=Count("pk"), **sums)
        lines = []
        for group in sorted(grouped, key=lambda group: [str(group[name]) for name in by]):
            kind = group[self.kind_field] if self.kind_field else ""
            minors = {c.key: group[f"sum_{i}"] or 0 for i, c in enumerate(added)}
            [line] = totals_of(self.shown, {group[currency]: (group["rows"], minors)})
            counts = not self.counted or any(group[f"sum_{i}"] is not None for i in range(len(added)))
            lines.append(replace(line, label=self.totals_said.get(kind, say("Total")) if counts else ""))
        return lines

    def length(self) -> int:
        return self.found().count()

    def exported(self) -> Iterable[Any]:
        return self.found().order_by(*self.order.expressions()).iterator(chunk_size=PORTION)


class ReportPage(ListPage):
    """A page over rows computed by a query of ``reports``: all of them at once, sorted here, shown part by part."""

    page_size: ClassVar[int] = 100

    def report(self, *args: Any, **values: Any) -> Sequence[Any]:
        """The rows; ``values`` are those of the criteria, by name."""
        raise NotImplementedError

    def rows(self) -> list[Any]:
        if not hasattr(self, "_rows"):
            rows = [] if self.problems else list(self.report(**self.values))
            column, descending = self.sorted_by
            if column is not None:
                known = sorted((r for r in rows if column.value(r) is not None), key=column.value, reverse=descending)
                rows = known + [r for r in rows if column.value(r) is None]
            self._rows = rows
        return self._rows

    def page(self) -> tuple[Sequence[Any], str, str]:
        rows, size = self.rows(), self.page_size
        start = min(self.asked_from, len(rows))
        return rows[start : start + size], *self.neighbours(start, len(rows))

    @property
    def asked_from(self) -> int:
        """The row that the page asked for begins with; nonsense is the first."""
        asked = self.request.GET.get("after") or self.request.GET.get("before") or "0"
        return int(asked) if asked.isdecimal() and len(asked) < 12 else 0

    def neighbours(self, start: int, rows: int) -> tuple[str, str]:
        """What the pages before and after begin with, of so many rows; "" where there is none."""
        before = str(max(start - self.page_size, 0)) if start else ""
        return before, str(start + self.page_size) if start + self.page_size < rows else ""

    def totals(self) -> list[TotalsRow]:
        return self.totals_of(sums_of(self.columns, self.rows()))

    def totals_of(self, sums: Sums) -> list[TotalsRow]:
        return totals_of(self.shown, sums)

    def exported(self) -> Iterable[Any]:
        rows = self.rows()
        if self.problems:
            raise Invalid(self.problems.pop())
        return rows

    def heading(self) -> Heading | None:
        company = self.request.staff.company  # type: ignore[attr-defined]
        said = [in_a_sheet(criterion, self.values.get(criterion.name)) for criterion in self.criteria]
        return Heading(self.title, [company.name, *(line for line in said if line)])

    def file_totals(self) -> Iterable[tuple[str, Mapping[str, int]]]:
        sums = sums_of(self.columns, self.rows())
        return [(currency, minors) for currency, (_, minors) in sorted(sums.items()) if minors]
