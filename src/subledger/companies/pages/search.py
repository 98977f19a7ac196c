"""Search over names, numbers, amounts and codes of all rooms; an exact number goes straight to what bears it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Found, gathered
from subledger.page_kit.tables import table
from subledger.page_kit.views import DetailPage

SHOWN = 20


class SearchPage(DetailPage):
    template_name = "companies/search.html"
    title = say("Search")

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        self.asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
        exact = self._exact() if self.asked else None
        return redirect(exact) if exact else self.shown()

    def _exact(self) -> str | None:
        """Where a number or code leads when exactly one thing bears it."""
        urls = {url for found in gathered("search") for url in found.exact(self.asked)}
        return urls.pop() if len(urls) == 1 else None

    def extra(self) -> dict[str, Any]:
        if not self.asked:
            return {"search_query": "", "tables": [], "page_subtitle": say("Names, numbers, amounts, phones and codes")}
        listed = sorted((one for one in gathered("search") if one.rows), key=lambda one: one.position)
        tables = [part for part in map(self._found, listed) if part["table"]["rows"]]
        return {"search_query": self.asked, "tables": tables, "page_subtitle": f"“{self.asked}”"}

    def _found(self, kind: Found) -> dict[str, Any]:
        rows = list(kind.rows(self.asked)[: SHOWN + 1]) if kind.rows else []
        return {
            "title": kind.title,
            "table": table(kind.columns(), rows[:SHOWN]),
            "shown": SHOWN,
            "more": len(rows) > SHOWN,
        }
