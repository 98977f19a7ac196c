"""Cards of charts that are asked for behind their page, one by one: the page is there at once, however large the books.

A page that has them is called ``charts_of``, and rooms contribute `charts.HomeChart`s to it under ``charts``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from subledger.page_kit.charts import HomeChart
from subledger.page_kit.faces import contributions
from subledger.page_kit.rendering import render

__all__ = ["ChartCards"]

CARD = "page_kit/parts/chart_card.html"


class ChartCards:
    """Mixed into pages: ``cards`` for the template's ``charts``, and ``drawn`` for what htmx asks for."""

    charts_of: ClassVar[str]
    request: HttpRequest

    @property
    def currency(self) -> str:
        """The one that is looked at: the company's, unless another is asked for."""
        asked = self.request.GET.get("currency", "").lower()
        base: str = self.request.staff.company.base_currency  # type: ignore[attr-defined]
        return asked if len(asked) == 3 and asked.isalpha() and asked.isascii() else base

    def charts(self) -> list[HomeChart]:
        return contributions(self.charts_of, "charts", self.request, self.request.staff.company)  # type: ignore[attr-defined]

    def drawn(self) -> HttpResponse | None:
        """The card that the request asks for; None where it asks for the page."""
        name = self.request.GET.get("chart", "")
        if not name or not self.request.headers.get("HX-Request"):
            return None
        for chart in self.charts():
            if chart.name == name:
                return render(self.request, CARD, {"card": self._card(chart), "chart": chart.draw(self.currency)})
        return None

    def cards(self) -> list[dict[str, Any]]:
        return [self._card(chart) for chart in self.charts()]

    def _card(self, chart: HomeChart) -> dict[str, Any]:
        return {
            "name": chart.name,
            "title": chart.title,
            "url": chart.url,
            "empty": chart.empty,
            "action": chart.action,
            "part_url": f"{self.request.path}?chart={chart.name}&currency={self.currency}",
        }
