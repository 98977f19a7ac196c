"""What the page of a month's end has of reports: the month's, and where the lines about the whole books lead."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from subledger.journal.month_end import Month, month_to_close
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.reports.orders import order_check, order_month_export


def links(request: Any, month: Any) -> list[tuple[str, str, str]]:
    return [("gaps", say("Number series"), page_url("series"))]


def reports(request: Any, month: Any) -> list[tuple[str, str]]:
    """Labels and addresses; the trial balance beside that of the month before."""
    span = {"period_from": month.first, "period_to": month.last}
    day = {"as_of": month.last}
    compared = {**span, "compare": month.before.last}
    return [
        (label, f"{page_url(name)}?{urlencode(asked)}")
        for label, name, asked in (
            (say("Trial balance"), "trial_balance", compared),
            (say("Aged receivables"), "aged_receivables", day),
            (say("Open items"), "open_items", day),
            (say("General journal"), "general_journal", span),
            (say("Revenue totals"), "revenue_totals", span),
            (say("Receipts"), "receipts", span),
        )
    ]


def actions(request: Any, month: Any) -> list[Action]:
    found = []
    if may(request, "export"):
        found.append(Action(say("Export the month"), f"{page_url('month_export')}?month={month}", "download"))
    if may(request, "journal.close"):
        found.append(Action(say("Check the books"), f"{page_url('books_check')}?month={month}", "scale"))
    return found


class Ordered(FormPage):
    """Asked before it is begun: a run that takes its time, whose page shows how far it is."""

    template_name = "page_kit/confirm.html"
    month: Month

    def prepare(self) -> None:
        asked = self.request.GET.get("month")
        self.month = Month.read(asked) if asked else month_to_close(today())

    def extra(self) -> dict[str, Any]:
        back = f"{page_url('month_end')}?month={self.month}"
        return {"crumbs": [Crumb(say("Month-end"), back), Crumb(self.title)], "cancel_url": back}


class BooksCheckPage(Ordered):
    permission = "journal.close"
    title = submit_label = say("Check the books")

    def act(self, form: Any) -> str:
        return page_url("run", order_check(actor=actor(self.request)).pk)

    def extra(self) -> dict[str, Any]:
        return {
            **super().extra(),
            "question": say("Prove every rule of the books by their own rows?"),
            "consequences": [
                say("Nothing is changed. Everybody can go on working meanwhile."),
                say("It goes on in the background; its page shows each rule and what breaks it."),
                say("To have it come by itself, such as every night, write a run definition of it under Runs."),
            ],
        }


class MonthExportPage(Ordered):
    permission = "export"
    title = submit_label = say("Export the month")

    def act(self, form: Any) -> str:
        return page_url("run", order_month_export(month=self.month, actor=actor(self.request)).pk)

    def extra(self) -> dict[str, Any]:
        return {
            **super().extra(),
            "question": say("Put every report of {title} into one file?", title=self.month.title),
            "consequences": [
                say("Each as XLSX and CSV, with the company and the days in its name."),
                say("check.json has rows, totals and digest of each file, and what was looked at before closing."),
                say("It is made in the background; the overview says when it is there."),
            ],
        }
