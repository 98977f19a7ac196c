"""The overview: what rooms show of the company as a whole, and what waits for a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.page_kit.access import AT_LOGIN
from subledger.page_kit.faces import contributions
from subledger.page_kit.rendering import render
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage

from .setup import leads_to_setup

CARD = "companies/home_chart.html"


class HomePage(DetailPage):
    """Charts are asked for behind the page, one by one: it is there at once, however large the books are."""

    title = "Overview"
    template_name = "companies/home.html"

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if request.session.pop(AT_LOGIN, False) and leads_to_setup(request):
            return redirect(page_url("setup"))
        name = request.GET.get("chart", "")
        if name and request.headers.get("HX-Request"):
            company = request.staff.company  # type: ignore[attr-defined]
            for chart in contributions("home", "charts", request, company):
                if chart.name == name:
                    return render(request, CARD, {"card": self._card(chart), "chart": chart.draw(self.currency)})
        return super().get(request, **named)

    @property
    def currency(self) -> str:
        """The one that is looked at: the company's, unless another is asked for."""
        asked = self.request.GET.get("currency", "").lower()
        base: str = self.request.staff.company.base_currency  # type: ignore[attr-defined]
        return asked if len(asked) == 3 and asked.isalpha() and asked.isascii() else base

    def _card(self, chart: Any) -> dict[str, Any]:
        return {
            "name": chart.name,
            "title": chart.title,
            "url": chart.url,
            "empty": chart.empty,
            "action": chart.action,
            "part_url": f"{page_url('home')}?chart={chart.name}&currency={self.currency}",
        }

    def extra(self) -> dict[str, Any]:
        request = self.request
        company = request.staff.company  # type: ignore[attr-defined]
        currencies = contributions("home", "currencies", request, company)
        return {
            "page_subtitle": f"{company.name} · all customers, in {company.base_currency.upper()}",
            "actions": contributions("home", "actions", request, company),
            "notices": contributions("home", "notices", request, company),
            "tiles": contributions("home", "tiles", request, company),
            "strips": contributions("home", "strips", request, company),
            "charts": [self._card(chart) for chart in contributions("home", "charts", request, company)],
            "currencies": currencies if len(currencies) > 1 else [],
            "currency": self.currency,
            "todo": [item for item in contributions("home", "todo", request, company) if item["count"]],
            "recent": next(iter(contributions("home", "recent", request, company)), None),
        }
