"""Segments: the list, one of them with what it comes to, its form with what it would select, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.columns import Column, CountColumn, MomentColumn, MoneyColumn, NameColumn, WordColumn
from subledger.page_kit.criteria import Choice, Search, in_words
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.refusals import words_of
from subledger.page_kit.rendering import render
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.models import Event
from subledger.segments import queries, services
from subledger.segments.models import Segment
from subledger.segments.states import About
from subledger.transactions import labels

from .forms import SegmentForm, initial_of, told
from .listed import members_url

SEGMENTS = say("Segments")
EDIT = "segments.edit"
NEW = {About.ACCOUNTS: say("New segment of accounts"), About.TRANSACTIONS: say("New segment of transactions")}


def segment_url(row: Segment) -> str:
    return page_url("segment", row.pk)


TOTALS: dict[About, tuple[Column, ...]] = {
    About.ACCOUNTS: (
        CountColumn("members", say("Accounts"), strong=True),
        MoneyColumn("debit", say("Owed")),
        MoneyColumn("overdue", labels.OVERDUE),
        MoneyColumn("credit", labels.UNAPPLIED),
        MoneyColumn("balance", say("Balance"), lead=True),
    ),
    About.TRANSACTIONS: (
        CountColumn("members", labels.TRANSACTIONS, strong=True),
        MoneyColumn("debit", say("Debit")),
        MoneyColumn("credit", say("Credit")),
        MoneyColumn("open_debit", say("Open, owed by customers")),
        MoneyColumn("open_credit", labels.UNAPPLIED, lead=True),
    ),
}


def totals_table(about: About, totals: Sequence[queries.SegmentTotals]) -> dict[str, Any]:
    rows = [
        {
            "currency": one.currency, "members": one.members, "debit": one.debit, "credit": one.credit,
            "open_debit": one.open_debit, "open_credit": one.open_credit, "overdue": one.overdue,
            "balance": one.debit - one.credit,
        }
        for one in totals
    ]  # fmt: skip
    return table(TOTALS[about], rows)


class SegmentsPage(SummaryPage):
    title = SEGMENTS
    subtitle = say("Saved criteria over accounts or transactions, for runs, reminders and lists.")
    noun = say("segment")
    empty = say("Save criteria that you need again, such as customers with a credit balance.")
    criteria = (
        Search("q", say("Search"), fields=("name__icontains", "description__icontains")),
        Choice("about", say("About"), choices=in_words(About)),
    )
    columns = (
        NameColumn("name", say("Name"), sort="name", link=segment_url, strong=True),
        WordColumn("about", say("About"), sort="about", lead=True),
        NameColumn("description", say("Description")),
        MomentColumn("created_at", say("Created"), sort="created_at"),
    )
    default_sort = "name"

    def queryset(self) -> QuerySet:
        return queries.segments()

    def extra(self) -> dict[str, Any]:
        allowed = may(self.request, EDIT)
        new = [Action(label, page_url("segment_new", about.value), "plus") for about, label in NEW.items()]
        return {"actions": new if allowed else []}


class OnSegment:
    """Mixed into pages about one segment."""

    request: Any
    segment: Segment

    def prepare(self, segment_id: int) -> None:
        self.segment = queries.segment_by_id(segment_id)

    def below_it(self, *steps: str) -> dict[str, Any]:
        here = Crumb(self.segment.name, segment_url(self.segment) if steps else "")
        return {
            "crumbs": [Crumb(SEGMENTS, page_url("segments")), here, *map(Crumb, steps)],
            "cancel_url": segment_url(self.segment),
        }


class SegmentPage(OnSegment, DetailPage):
    def prepare(self, segment_id: int) -> None:
        super().prepare(segment_id)
        self.title = self.segment.name

    def extra(self) -> dict[str, Any]:
        row, about = self.segment, About(self.segment.about)
        totals = queries.totals_of(queries.members_of(row, as_of=today()), as_of=today())
        members = sum(one.members for one in totals)
        events = Event.objects.filter(object_type="segment", object_id=row.pk).order_by("-id")[:50]
        return {
            **self.below_it(),
            "page_subtitle": row.description,
            "actions": self._actions(),
            "tiles": [
                {"label": show.word(about), "value": show.count(members), "url": members_url(row), "hint": say("Now")}
            ],
            "tables": [
                {
                    "title": say("What they come to"),
                    "table": totals_table(about, totals),
                    "url": members_url(row),
                    "label": say("Show the members"),
                    "text": say("Nothing fulfils the criteria now."),
                }
            ],
            "facts": [(say("About"), show.word(about)), *(told(row) or [(say("Criteria"), say("none"))])],
            "timeline": entries_of(events, own=row.pk),
        }

    def _actions(self) -> list[Action]:
        ident = self.segment.pk
        found = [Action(say("Show the members"), members_url(self.segment), "search")]
        if may(self.request, EDIT):
            found.append(Action(say("Edit"), page_url("segment_edit", ident), "pencil"))
            found.append(Action(say("Delete"), page_url("segment_delete", ident), "trash", danger=True))
        return found


class SegmentFormPage(FormPage):
    permission = EDIT
    template_name = "segments/form.html"
    about: About

    def form(self, data: Any = None, files: Any = None) -> Form:
        return SegmentForm(data, about=self.about, initial=self.initial(), said=self.stands())

    def stands(self) -> dict[str, Any]:
        """The criteria before anything is typed."""
        return {}

    def rendered(self, form: Form, status: int = 200, **context: Any) -> Any:
        figures = page_url("segment_figures", self.about.value)
        return super().rendered(form, status, sections=form.sections(), figures_url=figures, **context)  # type: ignore[attr-defined]


def about_named(text: str) -> About:
    if text not in set(About):
        raise Http404
    return About(text)


class SegmentNewPage(SegmentFormPage):
    def prepare(self, about: str) -> None:
        self.about = about_named(about)
        self.title = NEW[self.about]

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        made = services.create_segment(
            name=typed["name"],
            description=typed["description"],
            about=self.about,
            criteria=form.criteria(),  # type: ignore[attr-defined]
            actor=actor(self.request),
        )
        return segment_url(made)

    def extra(self) -> dict[str, Any]:
        listed = page_url("segments")
        return {"crumbs": [Crumb(SEGMENTS, listed), Crumb(self.title)], "cancel_url": listed}


class SegmentEditPage(OnSegment, SegmentFormPage):
    def prepare(self, segment_id: int) -> None:
        super().prepare(segment_id)
        self.about = About(self.segment.about)
        self.title = say("Edit {name}", name=self.segment.name)

    def initial(self) -> dict[str, Any]:
        return initial_of(self.segment)

    def stands(self) -> dict[str, Any]:
        return dict(self.segment.criteria)

    def version(self) -> str:
        return services.version_of_segment(self.segment)

    def edits(self) -> int:
        return int(self.segment.pk)

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        changes = {
            "name": typed["name"],
            "description": typed["description"],
            "criteria": form.criteria(),  # type: ignore[attr-defined]
        }
        services.update_segment(
            segment_id=self.segment.pk, changes=changes, version=self.seen, actor=actor(self.request)
        )
        return segment_url(self.segment)

    def extra(self) -> dict[str, Any]:
        return self.below_it(say("Edit"))


class SegmentFiguresPage(SegmentNewPage):
    """What the criteria of a form would select, while it is being filled in; nothing is kept."""

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        problem, totals = "", []
        try:
            if form.is_valid() or not set(form.errors) - {"name", "description"}:
                totals = services.preview(about=self.about, criteria=form.criteria(), as_of=today())  # type: ignore[attr-defined]
            else:
                problem = say("What is marked cannot be read yet.")
        except DomainError as error:
            problem = words_of(error)
        members = sum(one.members for one in totals)
        context = {"problem": problem, "members": members, "table": totals_table(self.about, totals)}
        return render(request, "segments/figures.html", context)


class SegmentDeletePage(OnSegment, FormPage):
    permission = EDIT
    template_name = "page_kit/confirm.html"
    title = submit_label = say("Delete")
    done = say("The segment is deleted.")

    def extra(self) -> dict[str, Any]:
        return {
            **self.below_it(self.title),
            "question": say("Delete the segment {name}?", name=self.segment.name),
            "consequences": [say("Its criteria are gone. What they selected stays as it is.")],
            "danger": True,
        }

    def act(self, form: Form) -> str:
        services.delete_segment(segment_id=self.segment.pk, actor=actor(self.request))
        return page_url("segments")
