"""The overview: what rooms show of the company as a whole, and what waits for a person."""

from __future__ import annotations

from typing import Any

from subledger.page_kit.faces import contributions
from subledger.page_kit.views import DetailPage


class HomePage(DetailPage):
    title = "Overview"
    template_name = "companies/home.html"

    def extra(self) -> dict[str, Any]:
        request = self.request
        company = request.staff.company  # type: ignore[attr-defined]
        return {
            "page_subtitle": f"{company.name} · all customers, in {company.base_currency.upper()}",
            "actions": contributions("home", "actions", request, company),
            "tiles": contributions("home", "tiles", request, company),
            "chart": next(iter(contributions("home", "chart", request, company)), None),
            "todo": [item for item in contributions("home", "todo", request, company) if item["count"]],
            "recent": next(iter(contributions("home", "recent", request, company)), None),
        }
