"""The desk and its work list: whom to call first, in pages of a statement, and the charts of how collecting goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from subledger.desk.queries import collectors_to_choose
from subledger.desk.reports import NOBODY, desk_lines, tasks
from subledger.desk.rules import LATE, lateness
from subledger.kernel.sentences import said, say
from subledger.page_kit.access import actor, today
from subledger.page_kit.chart_cards import ChartCards
from subledger.page_kit.columns import Column, CountColumn, DayColumn, MoneyColumn, NameColumn, WordColumn
from subledger.page_kit.contact_links import PhoneColumn
from subledger.page_kit.criteria import Choice, Criterion, Text
from subledger.page_kit.navigation import Action
from subledger.page_kit.tables import ReportPage, TotalsRow
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.report_kit.tables import Counted, Lines
from subledger.transactions import labels

DESK = say("Collections desk")
WORK_LIST = say("Work list")
MINE = "mine"


def _whose(request: HttpRequest) -> list[tuple[str, str]]:
    """Mine first, then nobody's, then those of each who collects anything."""
    return [(MINE, say("Mine")), (NOBODY, say("Nobody's")), *collectors_to_choose().items()]


WHOSE = Choice("collector", say("Collector"), choices=_whose)
DAYS_LATE = Choice("late", say("Days late"), choices=[(band.name, band.label) for band in LATE])
FINDS = Text("q", say("Search"))


def desk_rows(request: HttpRequest, values: Mapping[str, Any], *, narrowed: str = "true") -> Lines:
    """The customers that the criteria of the desk let through. ``narrowed`` is a further condition, as those of ``r``,
    without parameters."""
    band = lateness(values.get("late") or "")
    words = (values.get("q") or "").replace("\0", "").split()[:8]
    found = "(r.name || ' ' || r.account) ILIKE ALL (%(words)s::text[])"
    return desk_lines(
        as_of=today(),
        collector=_collector(request, values),
        narrowed=f"r.days_late BETWEEN %(first_day)s AND %(last_day)s AND {found} AND {narrowed}",
        first_day=band.first,
        last_day=band.last,
        words=[f"%{_plain(word)}%" for word in words],
    )


def _collector(request: HttpRequest, values: Mapping[str, Any]) -> str:
    asked: str = values.get("collector") or ""
    return actor(request) if asked == MINE else asked


def _plain(word: str) -> str:
    """A word of which LIKE takes every letter as it is."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def criteria_in(request: HttpRequest) -> str:
    """The criteria of the desk as an address says them, to be handed on from customer to customer."""
    asked = request.GET.copy()
    for name in [name for name in asked if name not in (WHOSE.name, DAYS_LATE.name, FINDS.name)]:
        del asked[name]
    return f"?{asked.urlencode()}" if asked else ""


@dataclass(frozen=True)
class PromisedColumn(MoneyColumn):
    """What is promised, and the next day of it; that a promise was broken."""

    def show(self, row: Any) -> SafeString | str:
        if not self.value(row):
            return show.badge("broken") if row["broken"] else show.NOTHING
        day = row["next_promise"]
        on = format_html('<span class="beneath">{}</span>', show.day(day)) if day else ""
        return format_html("{}{}", super().show(row), on)


@dataclass(frozen=True)
class ContactColumn(DayColumn):
    """The last contact, and how."""

    def show(self, row: Any) -> SafeString | str:
        if self.value(row) is None:
            return show.NOTHING
        return format_html('{}<span class="beneath">{}</span>', super().show(row), show.word(row["contacted_by"]))


@dataclass(frozen=True)
class StepColumn(NameColumn):
    """What comes next, and when; marked where that day has come."""

    def show(self, row: Any) -> SafeString | str:
        day = row["follow_up_on"]
        if day is None:
            return show.NOTHING
        due = show.badge("due") if day <= today() else ""
        return format_html('{} {}<span class="beneath">{}</span>', show.day(day), due, super().show(row))


class LinesPage(ReportPage):
    """A page over the lines of a statement: the rows of the page are read, and what all of them come to."""

    page_size = 50
    leads: ClassVar[str] = "collect"
    with_leading: ClassVar[bool] = False  # whether the page leads to the first line, whichever lines it shows
    leading: int | None = None  # its key, once the page is read

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        link = partial(_link, self.leads, criteria_in(request))
        self.columns = tuple(replace(one, link=link) if one.strong else one for one in self.columns)
        return super().dispatch(request, *args, **named)

    def lines(self) -> Lines:
        raise NotImplementedError

    @cached_property
    def read(self) -> Lines:
        return self.lines()

    @cached_property
    def counts(self) -> Sequence[Counted]:
        return self.read.counts()

    def page(self) -> tuple[Sequence[Any], str, str]:
        if self.problems:
            return [], "", ""
        column, descending = self.sorted_by
        sort, first = column.sort if column else "", self.asked_from
        self.counts, found, self.leading = self.read.look(
            first, self.page_size, sort=sort, descending=descending, with_leading=self.with_leading
        )
        whole = sum(one.rows for one in self.counts)
        first = min(first, whole)
        return self._told(found), *self.neighbours(first, whole)

    def report(self, **values: Any) -> Sequence[dict[str, Any]]:
        table = self.read.table(())
        return self._told([(key, *row) for key, row in zip(table.keys, table.rows, strict=True)])

    def _told(self, found: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
        return [dict(zip(("key", *self.read.fields), row, strict=True)) for row in found]

    def totals(self) -> list[TotalsRow]:
        if self.problems:
            return []
        moneys = [one.key for one in self.columns if isinstance(one, MoneyColumn) and one.total]
        return self.totals_of(
            {one.currency: (one.rows, {key: self.sum_of(one, key) for key in moneys}) for one in self.counts}
        )

    def sum_of(self, one: Counted, name: str) -> int:
        return int(one.total[list(self.read.fields).index(name)] or 0)


def _link(name: str, criteria: str, row: dict[str, Any]) -> str:
    return page_url(name, row["key"]) + criteria


class DeskPage(ChartCards, LinesPage):
    """Customers with something overdue: those first whom somebody wanted to come back to by now."""

    charts_of = "desk"
    with_leading = True
    template_name = "desk/desk.html"
    title = DESK
    subtitle = say("Customers with something overdue: whom to call first, what was said last, what comes next.")
    filename = "collections"
    noun = say("customer")
    empty = say("Nothing is overdue. Whoever is late to pay appears here by themselves.")
    criteria: Sequence[Criterion] = (FINDS, WHOSE, DAYS_LATE)
    columns: Sequence[Column] = (
        NameColumn("name", say("Name"), sort="name", strong=True),
        Column("account", say("Account"), sort="account", optional=True),
        PhoneColumn("phone", say("Phone"), optional=True),
        MoneyColumn("overdue", labels.OVERDUE, sort="overdue", total=True, lead=True),
        CountColumn("days_late", say("Days late"), sort="days_late"),
        PromisedColumn("promised", say("Promised"), sort="promised", total=True),
        DayColumn("next_promise", say("Next promise"), file_only=True),
        MoneyColumn("broken", say("Broken promises"), file_only=True, total=True),
        MoneyColumn("disputed", say("Disputed"), sort="disputed", total=True),
        ContactColumn("last_contact", say("Last contact"), sort="last_contact"),
        WordColumn("contacted_by", say("How"), file_only=True),
        DayColumn("follow_up_on", say("Follow up on"), file_only=True),
        StepColumn("next_step", say("Next step"), sort="follow_up_on"),
        Column("collector", say("Collector"), sort="collector"),
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.drawn() or super().get(request, *args, **kwargs)

    def lines(self) -> Lines:
        return desk_rows(self.request, self.values)

    def extra(self) -> dict[str, Any]:
        found: dict[str, Any] = {"charts": self.cards(), "actions": self._actions()}
        if not self.problems:
            found["tiles"] = self._tiles()
        return found

    def _actions(self) -> list[Action]:
        actions = [Action(WORK_LIST, page_url("work_list"), "checklist")]
        if self.leading is not None:
            start = _link(self.leads, criteria_in(self.request), {"key": self.leading})
            actions.insert(0, Action(say("Start calling"), start, "phone", rank=90))
        return actions

    def _tiles(self) -> list[dict[str, Any]]:
        """What the customers that are listed come to, in the company's currency where it is among theirs."""
        base = self.request.staff.company.base_currency  # type: ignore[attr-defined]
        counts = sorted(self.counts, key=lambda one: (one.currency != base, one.currency))
        mine = tasks(as_of=today(), collector=_collector(self.request, self.values)).counts()
        waits = sum(one.rows for one in mine)
        asked = self.values.get(WHOSE.name)
        found: list[dict[str, Any]] = [
            {"label": say("Customers"), "value": show.count(sum(one.rows for one in counts))},
            {
                "label": say("On the work list"),
                "value": show.count(waits),
                "url": page_url("work_list") + (f"?collector={asked}" if asked else ""),
                "tone": "warn" if waits else "",
            },
        ]
        for one in counts[:1]:
            found[1:1] = [
                {
                    "label": label,
                    "minor": self.sum_of(one, name),
                    "currency": one.currency,
                    "tone": tone,
                    "hint": self._beside(name, counts[1:]),
                }
                for label, name, tone in (
                    (labels.OVERDUE, "overdue", "bad"),
                    (say("Promised"), "promised", ""),
                    (say("Disputed"), "disputed", ""),
                )
            ]
        return found

    def _beside(self, name: str, others: Sequence[Counted]) -> SafeString | str:
        """What the same comes to in the other currencies."""
        sums = ((show.money(self.sum_of(one, name), one.currency),) for one in others if self.sum_of(one, name))
        parts = format_html_join(", ", "{}", sums)
        return format_html(said(say("and {}")), parts) if parts else ""


class WorkListPage(LinesPage):
    """What waits for a collector: follow-ups, broken promises, disputes to answer, payments that failed."""

    title = WORK_LIST
    subtitle = say("What waits for a collector: follow-ups, broken promises, disputes to answer, payments that failed.")
    filename = "collection-tasks"
    noun = say("task")
    empty = say("All done. What is to be followed up on appears here on its day.")
    criteria: Sequence[Criterion] = (WHOSE,)
    columns: Sequence[Column] = (
        DayColumn("due_on", say("Due"), sort="due_on"),
        WordColumn("task", say("Task"), sort="task"),
        NameColumn("name", say("Name"), sort="name", strong=True),
        Column("account", say("Account"), sort="account", optional=True),
        NameColumn("about", say("About")),
        MoneyColumn("amount", labels.OPEN, total=True, lead=True),
        Column("collector", say("Collector"), sort="collector"),
    )

    def lines(self) -> Lines:
        return tasks(as_of=today(), collector=_collector(self.request, self.values))

    def extra(self) -> dict[str, Any]:
        return {"actions": [Action(DESK, page_url("desk"), "phone")]}
