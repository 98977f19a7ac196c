"""Pages of reports that are drawn: on the overview, on the collections desk, and over their own rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from subledger.kernel.sentences import say
from subledger.page_kit.charts import Chart
from subledger.page_kit.columns import Column

from .home import DRAWINGS, drawn
from .reports import CataloguePage


class DrawnPage(CataloguePage):
    """A report that other pages draw: its chart in the company's currency, and rows that lead to what they are of."""

    def setup(self, request: Any, *args: Any, **named: Any) -> None:
        self.drawing = DRAWINGS[self.report_name]
        super().setup(request, *args, **named)

    def chart(self, base: str) -> Chart | None:
        rows = [{"currency": base, **row} for row in self.table.as_dicts()]
        currencies = sorted({row["currency"] for row in rows}, key=lambda one: (one != base, one))
        return drawn(self.drawing, rows, currencies[0]) if currencies else None

    def _column(self, column: Any, totals: Sequence[Sequence[Any]]) -> Column:
        made = super()._column(column, totals)
        is_first = column is self.about.columns[0]
        return replace(made, strong=True, link=self.drawing.rows_url) if is_first else made


class OverdueTrendPage(DrawnPage):
    report_name = "overdue-trend"
    noun = say("month")
    empty = say("Nothing was overdue in these months.")


class CashByWeekPage(DrawnPage):
    report_name = "cash-by-week"
    noun = say("week")
    empty = say("No money came in in these weeks.")


class CollectionRatePage(DrawnPage):
    report_name = "collection-rate"
    noun = say("month")
    empty = say("No invoice fell due in these months.")


class DaysSalesOutstandingPage(DrawnPage):
    report_name = "days-sales-outstanding"
    noun = say("month")
    empty = say("Nothing is invoiced yet.")


class FailedPaymentsPage(DrawnPage):
    report_name = "failed-payments"
    noun = say("week")
    empty = say("No gateway was asked for a payment in these weeks.")


class CollectedByDayPage(DrawnPage):
    report_name = "collected-by-day"
    noun = say("day")
    empty = say("No money came in in these days.")


class PromisesKeptPage(DrawnPage):
    report_name = "promises-kept"
    noun = say("month")
    empty = say("No promise to pay ended in these months.")
