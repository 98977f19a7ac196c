"""The overview: what rooms show of the company as a whole, and what waits for a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.kernel.sentences import say
from subledger.page_kit.access import AT_LOGIN
from subledger.page_kit.chart_cards import ChartCards
from subledger.page_kit.faces import contributions
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage

from .setup import leads_to_setup


class HomePage(ChartCards, DetailPage):
    charts_of = "home"
    title = say("Overview")
    template_name = "companies/home.html"

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if request.session.pop(AT_LOGIN, False) and leads_to_setup(request):
            return redirect(page_url("setup"))
        return self.drawn() or super().get(request, **named)

    def extra(self) -> dict[str, Any]:
        request = self.request
        company = request.staff.company  # type: ignore[attr-defined]
        currencies = contributions("home", "currencies", request, company)
        return {
            "page_subtitle": say(
                "{name} · all customers, in {currency}", name=company.name, currency=company.base_currency.upper()
            ),
            "actions": contributions("home", "actions", request, company),
            "notices": contributions("home", "notices", request, company),
            "tiles": contributions("home", "tiles", request, company),
            "strips": contributions("home", "strips", request, company),
            "charts": self.cards(),
            "currencies": currencies if len(currencies) > 1 else [],
            "currency": self.currency,
            "todo": [item for item in contributions("home", "todo", request, company) if item["count"]],
            "recent": next(iter(contributions("home", "recent", request, company)), None),
        }
