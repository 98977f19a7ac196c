"""How documents, accounts and customers are numbered: the list, and one series with what comes next as it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString

from subledger.companies.number_series import (
    PERMISSION,
    SeriesFacts,
    change_series,
    facts_of,
    number_series,
    series_by_code,
    try_series,
    version_of_series,
    words_of_series,
)
from subledger.kernel.errors import DomainError
from subledger.kernel.number_series import HIGHEST, Restart
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.kinds import below, crumbs_to
from subledger.page_kit.navigation import may
from subledger.page_kit.refusals import words_of
from subledger.page_kit.rendering import render, render_to_string
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage, Page

TITLE = say("Document numbers")
RESTARTS: Mapping[Restart, str] = {
    Restart.NEVER: say("Never"),
    Restart.YEAR: say("Each year"),
    Restart.MONTH: say("Each month"),
}
HELP = say(
    "Capital letters, digits and - / . around {number}; {number:6} puts zeros in front. {year}, {yy} and {month} are "
    "those of the day that a document bears."
)


class SeriesForm(forms.Form):
    format = forms.CharField(label=say("Format"), max_length=60, help_text=HELP)
    restarts = forms.ChoiceField(
        label=say("Begins again"),
        choices=[(one.value, words) for one, words in RESTARTS.items()],
        help_text=say(
            "At 1, by the day that a document bears: one of last year takes the next number of its own year."
        ),
    )
    next_number = forms.IntegerField(
        label=say("Next number"),
        min_value=1,
        max_value=HIGHEST,
        required=False,
        help_text=say("Left empty, counting goes on. It comes to no number that is used already."),
    )
    period = forms.CharField(
        label=say("Of the year or month"),
        max_length=7,
        required=False,
        help_text=say("Today's if left empty. A year is written as 2025, a month as 2025-11."),
    )

    shown_number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    shown_period = forms.CharField(max_length=7, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The number that was shown is of the period that was shown: of another one nobody has said any."""
        typed = super().clean() or {}
        period, shown = (typed.get(name, "").strip() for name in ("period", "shown_period"))
        typed["period"] = "" if period == shown else period
        number = typed.get("next_number")
        if typed["period"] and number is not None and number == typed.get("shown_number"):
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["next_number"] = self.data["shown_number"] = ""  # type: ignore[index]
            self.add_error("next_number", say("Give the next number of {period}.", period=typed["period"]))
        return typed

    def asked(self) -> dict[str, Any]:
        """What is asked for; the next number that was shown and left alone is none, though others took it since."""
        typed, period = self.cleaned_data, self.cleaned_data["period"] or None
        number = typed["next_number"]
        is_left = number == typed["shown_number"] and period is None
        return {
            "format": typed["format"],
            "restarts": Restart(typed["restarts"]),
            "next_number": None if is_left else number,
            "period": None if number is None else period,
        }


OUT_OF_BAND = {"hx-swap-oob": "true"}  # htmx puts it in the place of the one that is there


@dataclass(frozen=True)
class Line:
    """A series in the list."""

    label: str
    url: str | None
    facts: SeriesFacts

    @property
    def restarts(self) -> str:
        return RESTARTS[self.facts.numbering.restarts]


class SeriesPage(DetailPage):
    title = TITLE
    template_name = "companies/number_series.html"

    def extra(self) -> dict[str, Any]:
        edits = may(self.request, PERMISSION)
        return {
            "crumbs": crumbs_to((self.title, "")),
            "page_subtitle": say("Numbers have no gaps: each is taken when its posting is certain."),
            "lines": [
                Line(show.word(one.code), page_url("series_edit", one.code) if edits else None, one)
                for one in number_series()
            ],
        }


class SeriesEditPage(FormPage):
    permission = PERMISSION
    form_class = SeriesForm
    done = say("The next document is numbered so. Numbers that were given stay.")

    def prepare(self, code: str) -> None:
        self.row = series_by_code(code)
        [self.facts] = facts_of([self.row])
        self.title = say("Numbers: {what}", what=words_of_series(code))

    def version(self) -> str:
        return version_of_series(self.row)

    def edits(self) -> int:
        return int(self.row.pk)

    def initial(self) -> dict[str, Any]:
        return initial_of(self.facts)

    def act(self, form: Form) -> str:
        assert isinstance(form, SeriesForm)
        change_series(code=self.row.code, **form.asked(), version=self.seen, actor=actor(self.request))
        return page_url("series")

    def extra(self) -> dict[str, Any]:
        return {
            **below(TITLE, page_url("series"), self.title),
            "cancel_url": page_url("series"),
            "within": [live(self.row.code), *counted(self.facts)],
        }


class SeriesWordsPage(Page):
    """A part of the form: the numbers that would come next. Nothing is kept."""

    permission = PERMISSION

    def post(self, request: HttpRequest, code: str) -> HttpResponseBase:
        form = SeriesForm(request.POST)
        context: dict[str, Any] = {}
        if form.has_error("next_number") and not form.data["next_number"]:
            emptied = [
                show.input_of(form[name], bare=False, extra=OUT_OF_BAND) for name in ("next_number", "shown_number")
            ]
            context = {"why": form.errors["next_number"][0], "emptied": emptied}
        elif form.is_valid():
            try:
                context = {"found": try_series(code=code, **form.asked())}
            except DomainError as refusal:
                context = {"why": words_of(refusal)}
        return render(request, "companies/next_numbers.html", context)


def initial_of(facts: SeriesFacts) -> dict[str, Any]:
    numbering = facts.numbering
    return {
        "format": numbering.format.text,
        "restarts": numbering.restarts.value,
        "next_number": facts.next_number,
        "shown_number": facts.next_number,
        "shown_period": facts.period,
    }


def live(code: str) -> SafeString:
    """What comes next, as it is typed."""
    return render_to_string("companies/next_numbers_live.html", {"url": page_url("series_words", code)})


def counted(facts: SeriesFacts) -> Sequence[SafeString]:
    """How far each year or month is, where there are any."""
    if not facts.counters:
        return []
    return [render_to_string("companies/number_counters.html", {"counters": facts.counters.items()})]
