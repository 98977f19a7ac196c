"""Accounting periods and exchange rates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Case, QuerySet, Value, When
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import format_html

from subledger.journal.closure import closing_of, reopening
from subledger.journal.errors import ExchangeRateImplausible, PeriodInvalid
from subledger.journal.models import ExchangeRate, PeriodClose
from subledger.journal.queries import closed_through
from subledger.journal.services import NewRate, close_period, enter_rates, reopen_period
from subledger.kernel.errors import DomainError
from subledger.kernel.numbers import NumberFormat
from subledger.kernel.sentences import said, say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import (
    ActorColumn,
    BadgeColumn,
    Column,
    CurrencyColumn,
    DayColumn,
    MomentColumn,
)
from subledger.page_kit.criteria import DayRange
from subledger.page_kit.fields import CurrencyField, DayField, TextField
from subledger.page_kit.kinds import below, crumbs_to
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.parsing import decimal_of
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage


class PeriodsPage(SummaryPage):
    title = say("Accounting periods")
    noun = say("closing")
    empty = say("Nothing is closed: any day can be posted to.")
    columns = (
        DayColumn("through", say("Closed through"), sort="through", strong=True),
        BadgeColumn("stage", say("State"), lead=True),
        MomentColumn("closed_at", say("Closed at")),
        ActorColumn("closed_by", say("By")),
        MomentColumn("reopened_at", say("Reopened at")),
        ActorColumn("reopened_by", say("By")),
    )

    def queryset(self) -> QuerySet:
        stage = Case(When(reopened_at=None, then=Value("closed")), default=Value("open"))
        return PeriodClose.objects.annotate(stage=stage)

    def extra(self) -> dict[str, Any]:
        closed = closed_through()
        actions = []
        if may(self.request, "journal.close"):
            actions.append(Action(say("Close a period"), page_url("period_close"), "lock"))
            if closed:
                actions.append(Action(say("Reopen the last one"), page_url("period_reopen"), "lock-open", danger=True))
        value = show.day(closed) if closed else say("Nothing")
        return {
            "crumbs": crumbs_to((self.title, "")),
            "actions": actions,
            "tiles": [{"label": say("The books are closed through"), "value": value}],
        }


CLOSING = [
    say("Nothing can be posted, cancelled or released on that day or before it."),
    say("Everything before it is closed with it."),
]


class PeriodCloseForm(forms.Form):
    through = DayField(required=True, label=say("Close through"), help_text=say("Usually the last day of a month."))


class PeriodClosePage(FormPage):
    """Asks for the day, shows what closing through it comes to, and closes what was shown."""

    permission = "journal.close"
    title = submit_label = say("Close a period")
    template_name = "page_kit/confirm.html"
    form_class = PeriodCloseForm
    done = say("The period is closed.")
    through: date | None = None

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.rendered(form, 422)
        through = form.cleaned_data["through"]
        try:
            closing_of(through)
        except DomainError as error:
            return self.rendered(form, error.status, error=error)
        self.through = through
        if not self._seen:  # nothing of this day was shown
            return self.rendered(form)
        return super().post(request, **named)

    @property
    def _seen(self) -> str:
        """The outcome that was shown for the day that is asked for; empty where none was."""
        day, _, outcome = self.request.POST.get("reviewed", "").partition("_")
        return outcome if self.through and day == f"{self.through:%Y%m%d}" else ""

    def initial(self) -> dict[str, Any]:
        return {"through": self.request.GET.get("through", "")}

    def act(self, form: Form) -> str:
        close_period(through=form.cleaned_data["through"], expected_outcome=self._seen, actor=actor(self.request))
        return page_url("periods")

    def extra(self) -> dict[str, Any]:
        told = {
            **below(say("Accounting periods"), page_url("periods"), self.title),
            "question": say("Through which day should the books be closed?"),
            "consequences": CLOSING,
        }
        if self.through is None:
            return told
        found = closing_of(self.through)  # as it stands now: it may be shown once more, after something has changed
        return {
            **told,
            "question": format_html(said(say("Close the books through {}?")), show.day(found.through)),
            "facts": [
                (say("Closed through now"), show.day(found.closed_through) if found.closed_through else say("Nothing")),
                (say("Last posting inside"), show.day(found.last_posting_on) if found.last_posting_on else say("None")),
                (say("First open day"), show.day(found.first_open_on)),
            ],
            "consequences": [*found.words(), *CLOSING],
            "reviewed": f"{found.through:%Y%m%d}_{found.outcome}",
            "danger": found.asks,
        }


class PeriodReopenForm(forms.Form):
    reason = TextField(label=say("Reason"), required=True)


class PeriodReopenPage(FormPage):
    """Takes back the closing that it shows: sent twice, it takes back one."""

    permission = "journal.close"
    title = submit_label = say("Reopen the last period")
    template_name = "page_kit/confirm.html"
    form_class = PeriodReopenForm
    done = say("The period is open again.")

    def act(self, form: Form) -> str:
        reopen_period(
            reason=form.cleaned_data["reason"],
            expected_outcome=self.request.POST.get("reviewed", ""),
            actor=actor(self.request),
        )
        return page_url("periods")

    def extra(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            **below(say("Accounting periods"), page_url("periods"), self.title),
            "danger": True,
            "question": say("Reopen the period that was closed last?"),
        }
        try:
            found = reopening()
        except PeriodInvalid:
            return {**told, "question": say("Nothing is closed.")}
        then = show.day(found.then_closed_through) if found.then_closed_through else say("Nothing")
        return {
            **told,
            "facts": [
                (say("Closed through"), show.day(found.period.through)),
                (say("Closed through once it is reopened"), then),
                (say("Closed at"), show.moment(found.period.closed_at)),
            ],
            "consequences": [
                say("Its days can be posted to again, and reports of them may change."),
                say("The closing stays in the list, with who took it back."),
            ],
            "reviewed": found.outcome,
        }


class RatesPage(SummaryPage):
    title = say("Exchange rates")
    noun = say("rate")
    empty = say("Enter a rate before posting in another currency.")
    default_sort = "-on"
    criteria = (DayRange("on", say("Day")),)
    columns = (
        CurrencyColumn(sort="currency", strong=True),
        DayColumn("on", say("From"), sort="on"),
        Column("rate", say("Rate"), css="col-number", lead=True),
    )

    def queryset(self) -> QuerySet:
        return ExchangeRate.objects.all()

    def extra(self) -> dict[str, Any]:
        base = self.request.staff.company.base_currency.upper()  # type: ignore[attr-defined]
        allowed = may(self.request, "journal.rates")
        return {
            "crumbs": crumbs_to((self.title, "")),
            "page_subtitle": say("{base} for one unit of the other currency", base=base),
            "actions": [Action(say("Enter a rate"), page_url("rate_new"), "plus")] if allowed else [],
        }


INVERSE = "inverse"
POINT = NumberFormat.SPACE_GROUPS_POINT  # of a rate, which may have three decimals, where no format is said


class RateForm(forms.Form):
    currency = CurrencyField(label=say("Currency"))
    on = DayField(required=True, label=say("From"))
    direction = forms.ChoiceField(
        required=False,
        label=say("The rate tells"),
        choices=[("", say("Base currency for one unit of it")), (INVERSE, say("Units of it for one of base currency"))],
    )
    rate = forms.CharField(
        label=say("Rate"),
        max_length=40,
        help_text=say("Such as 1.0845."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    confirm_rate = forms.BooleanField(
        required=False, label=say("Enter it although it is far from the rate before it"), widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, asked: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if asked:
            self.fields["confirm_rate"].widget = forms.CheckboxInput()


class RateNewPage(FormPage):
    permission = "journal.rates"
    title = say("Enter a rate")
    asked = False
    done = say("The rate is entered. What is posted already keeps the rate it was posted with.")

    def form(self, data: Any = None, files: Any = None) -> Form:
        return RateForm(data, asked=self.asked or bool(data and data.get("confirm_rate")))

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        rate = decimal_of(typed["rate"], param="/rate", usual=POINT)
        assert rate is not None  # the field is required
        new = NewRate(typed["currency"], typed["on"], rate, typed["direction"] == INVERSE)
        try:
            enter_rates(rates=[new], is_confirmed=typed["confirm_rate"], actor=actor(self.request))
        except ExchangeRateImplausible:
            self.asked = True
            raise
        return page_url("rates")

    def extra(self) -> dict[str, Any]:
        return below(say("Exchange rates"), page_url("rates"), self.title)
