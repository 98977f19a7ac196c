"""The end of a month: what is to be looked at, marked as done line by line, and the way to closing it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.journal.month_end import Month, MonthEndLine, lines_of, month_to_close
from subledger.journal.queries import closed_through
from subledger.journal.services import mark_done, take_back_mark
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Action, may, require
from subledger.page_kit.rendering import render
from subledger.page_kit.staff import desk
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage

LINE = "journal/month_end_line.html"


def month_end_url(month: Month) -> str:
    return f"{page_url('month_end')}?month={month}"


def rates_link(request: Any, month: Month) -> list[tuple[str, str, str]]:
    return [("exchange-rates", say("Exchange rates"), page_url("rates"))]


class MonthEndPage(DetailPage):
    """Lines that read all books are asked for behind the page, or with it where ``all`` is asked for."""

    template_name = "journal/month_end.html"
    title = say("Month-end")

    def prepare(self) -> None:
        asked = self.request.GET.get("month") or self.request.POST.get("month")
        self.month = Month.read(asked) if asked else month_to_close(today())

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        name = request.GET.get("item", "")
        if name and request.headers.get("HX-Request"):
            lines = self.shown_lines(lines_of(self.month, only=[name]))
            return render(request, LINE, {"line": lines[0], **self._around()}) if lines else super().get(request)
        return super().get(request, **named)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        require(request, "journal.close")
        told, name = request.POST, request.POST.get("item", "")
        try:
            if told.get("verb") == "undone":
                take_back_mark(month=self.month, item=name, actor=actor(request))
            else:
                mark_done(month=self.month, item=name, expected_outcome=told.get("seen", ""), actor=actor(request))
        except DomainError as error:
            return self.shown(error.status, error=error)
        messages.success(
            request, say("Marked as done.") if told.get("verb") != "undone" else say("It is to be looked at again.")
        )
        return redirect(f"{month_end_url(self.month)}#line-{name}")

    def _around(self) -> dict[str, Any]:
        """What each line needs of its page."""
        return {"month": self.month, "here": month_end_url(self.month), "may_mark": may(self.request, "journal.close")}

    def shown_lines(self, lines: list[MonthEndLine]) -> list[dict[str, Any]]:
        links: dict[str, list[tuple[str, str]]] = {}
        for name, label, url in contributions("month_end", "links", self.request, self.month):
            links.setdefault(name, []).append((label, url))
        names = desk().names_of(line.mark.done_by for line in lines if line.mark)
        return [
            {
                "name": line.item.name,
                "title": line.item.title,
                "about": line.item.about,
                "looked": line.looked,
                "outcome": line.outcome,
                "mark": line.mark,
                "marked_by": names.get(line.mark.done_by, line.mark.done_by) if line.mark else "",
                "marked_words": line.mark.words.splitlines()[0] if line.mark else "",
                "has_changed": line.has_changed,
                "stands": _stands(line),
                "links": links.get(line.item.name, []),
            }
            for line in lines
        ]

    def extra(self) -> dict[str, Any]:
        month, closed = self.month, closed_through()
        is_closed, is_over = bool(closed and closed >= month.last), month.last < today()
        lines = self.shown_lines(lines_of(month, with_slow="all" in self.request.GET or self.request.method == "POST"))
        stands = [line["stands"] for line in lines]
        finished = None if "waits" in stands else stands.count("done")  # what comes behind the page is not known yet
        may_close = may(self.request, "journal.close")
        close = f"{page_url('period_close')}?{urlencode({'through': month.last})}"
        return {
            **self._around(),
            "page_title": say("Month-end {title}", title=month.title),
            "page_subtitle": say("{first} to {last}", first=month.first, last=month.last),
            "before": month_end_url(month.before),
            "after": month_end_url(month.after) if month.last < today() else "",
            "lines": lines,
            "finished": finished,
            "state": "closed" if is_closed else "",
            "closed": show.day(closed) if closed else "",
            "is_closed": is_closed,
            "is_over": is_over,
            "close_url": close if may_close and is_over and not is_closed else "",
            "reopen_url": page_url("period_reopen") if may_close and is_closed else "",
            "reports": contributions("month_end", "reports", self.request, month),
            "actions": self._actions(),
        }

    def _actions(self) -> list[Action]:
        return contributions("month_end", "actions", self.request, self.month)


def _stands(line: MonthEndLine) -> str:
    """``done``: nothing is left, or somebody said so of what is there; ``waits``: not worked out yet."""
    if line.looked is None:
        return "done" if line.mark else "waits"
    if line.looked.is_clear or (line.mark and not line.has_changed):
        return "done"
    return "open"
