"""The audit list: who did what to what, and when, in words; with links, criteria and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from subledger.companies.models import ApiKey, Membership
from subledger.kernel.sentences import joined, say
from subledger.page_kit.columns import Column, MomentColumn
from subledger.page_kit.criteria import Choice, DayRange, Search
from subledger.page_kit.event_words import sentence, type_of_thing
from subledger.page_kit.faces import gathered, merged
from subledger.page_kit.kinds import crumbs_to
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.trail import Trail, amount_in_words
from subledger.platform.models import Event

OTHERS = (("system", say("Subledger itself")), ("customer", say("Customers, by a link")), ("cli", say("Commands")))
NAMED = 2000  # the most things that a word may stand for: more of them narrow nothing


def people(request: HttpRequest) -> list[tuple[str, str]]:
    """Who may have done something here: people, keys, and those without a name."""
    members = Membership.objects.select_related("user").order_by("user__username")
    named = [
        (f"user:{each.user.get_username()}", each.user.get_full_name() or each.user.get_username()) for each in members
    ]
    return [
        *named,
        *((f"key:{key.hint}", say("API key {name}", name=key.name)) for key in ApiKey.objects.order_by("name")),
        *OTHERS,
    ]


def things(request: HttpRequest) -> list[tuple[str, str]]:
    return sorted({(words, words) for words in merged("things").values()})


class Happened(DayRange):
    """Instants by days of the company."""

    def narrow(self, queryset: QuerySet, value: tuple[date | None, date | None]) -> QuerySet:
        first, last = value
        if first:
            queryset = queryset.filter(at__gte=_midnight(first))
        if last:
            queryset = queryset.filter(at__lt=_midnight(last + timedelta(days=1)))
        return queryset


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


class ThingChoice(Choice):
    """Types of things; some have two names, by which way their rows were written."""

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(object_type__in=[name for name, words in merged("things").items() if words == value])


class ThingSearch(Search):
    """Things by number, name or code: every event of them, and of what stands on an account of that name."""

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        text = value.replace("\0", "").strip()
        found: list[int] = []
        for one in sorted(gathered("search"), key=lambda one: one.position):
            found += islice(one.about(text, tuple(found)), NAMED)
        return queryset.filter(object_id__in=found)


class TextSearch(Search):
    """Words of what happened, of who did it, and of what was told; or the id of the request that did it."""

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        for word in value.replace("\0", "").split()[:8]:
            types = [type_ for type_, said in merged("event_words").items() if word.lower() in said.lower()]
            code = word.lower().replace(" ", "_")
            queryset = queryset.filter(
                Q(type__in=types)
                | Q(type__contains=code)
                | Q(actor__icontains=word)
                | Q(data__icontains=word)
                | Q(request_id=word)
            )
        return queryset


@dataclass(frozen=True)
class TrailColumn(Column):
    """A column that the trail of the page's events fills: it is read once, by the first of them."""

    prepares_files = True

    def prepare(self, rows: Sequence[Any]) -> None:
        if rows and getattr(rows[0], "trail", None) is None:
            trail = Trail(rows)
            for row in rows:
                row.trail = trail

    def value(self, row: Any) -> Any:
        return self.read(row)

    def read(self, row: Any) -> Any:
        raise NotImplementedError


class What(TrailColumn):
    def read(self, row: Any) -> str:
        return sentence(row.type)


class Who(TrailColumn):
    def read(self, row: Any) -> str:
        return row.trail.who(row)


class About(TrailColumn):
    def read(self, row: Any) -> str:
        thing = row.trail.about(row)
        return joined(filter(None, (type_of_thing(row.object_type), thing.name if thing else "")), " ")

    def show(self, row: Any) -> SafeString | str:
        thing = row.trail.about(row)
        kind = format_html('<span class="event-kind">{}</span>', type_of_thing(row.object_type))
        if thing is None:
            return kind
        if not thing.url:
            return format_html("{} {}", kind, thing.name)
        return format_html('{} <a href="{}">{}</a>', kind, thing.url, thing.name)


class Changes(TrailColumn):
    def read(self, row: Any) -> str:
        return "; ".join(self._lines(row))

    def show(self, row: Any) -> SafeString | str:
        lines = self._lines(row)
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines)) if lines else show.NOTHING

    def _lines(self, row: Any) -> list[str]:
        amount = row.trail.amount(row)
        return [*([amount_in_words(*amount)] if amount else []), *row.trail.facts(row)]


class EventsPage(SummaryPage):
    """Everything that was done in the company, latest first."""

    title = say("Audit trail")
    subtitle = say("Who did what, to what, and when")
    noun = say("event")
    criteria = (
        TextSearch("q", say("Search")),
        ThingSearch("about", say("Number or name")),
        ThingChoice("thing", say("About"), choices=things),
        Choice("who", say("Who"), field="actor", choices=people),
        Happened("at", say("Days")),
    )
    columns = (
        MomentColumn("at", say("When")),
        What("what", say("What"), strong=True, css="col-name"),
        About("about", say("About"), css="col-long"),
        Changes("facts", say("Details"), css="col-name col-facts"),
        Who("who", say("Who"), lead=True),
        Column("request_id", say("Request")),
        Column("type", say("Code"), file_only=True),
        Column("actor", say("Recorded as"), file_only=True),
    )

    def queryset(self) -> QuerySet:
        return Event.objects.all()

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((self.title, ""))}
