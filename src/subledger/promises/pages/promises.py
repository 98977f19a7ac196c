"""Promises to pay: the list of them, recording one, withdrawing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import said, say
from subledger.page_kit.access import actor, today
from subledger.page_kit.columns import BadgeColumn, Column, DayColumn, MoneyColumn, NameColumn
from subledger.page_kit.criteria import Choice, DayRange, Search, in_words
from subledger.page_kit.navigation import Crumb, Tab
from subledger.page_kit.subjects import subject_named
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.page_kit.ways_back import way_back
from subledger.promises.errors import PromiseStands
from subledger.promises.pages.forms import BEGINS_WITH, PromiseForm, WithdrawForm
from subledger.promises.queries import (
    broken_to_follow_up,
    grace_days,
    instalments_of,
    living_promise_of,
    promise_by_id,
    promises,
)
from subledger.promises.rules.instalments import MOST_INSTALMENTS, next_of
from subledger.promises.services.promises import (
    Foreseen,
    NewPromise,
    foresee,
    make_promise,
    owed_document,
    withdraw_promise,
)
from subledger.promises.states import PROMISES as LIFE
from subledger.promises.states import PromiseState

PROMISES = say("Promises to pay")
DISPUTES = say("Disputes")


def tabs(here: str) -> list[Tab]:
    return [
        Tab(PROMISES, page_url("promises"), here == "promises"),
        Tab(DISPUTES, page_url("disputes"), here == "disputes"),
    ]


def invoice_url(row: Any) -> str:
    return page_url("transaction", row.document_id)


@dataclass(frozen=True)
class NextColumn(DayColumn):
    """The next agreed day of an open promise that is not covered."""

    prepares_files = True

    def prepare(self, rows: Sequence[Any]) -> None:
        found = instalments_of(row.pk for row in rows)
        for row in rows:
            is_open = row.state == PromiseState.OPEN
            row.next_part = next_of(found.get(row.pk, ()), row.unpaid_minor) if is_open else None

    def value(self, row: Any) -> Any:
        return row.next_part.agreed_on if row.next_part else None

    def show(self, row: Any) -> SafeString | str:
        if not row.next_part:
            return show.NOTHING
        late = show.badge("overdue") if row.next_part.agreed_on < today() else ""
        return format_html("{} {}", show.day(row.next_part.agreed_on), late)


@dataclass(frozen=True)
class StateChoice(Choice):
    """The states; of the broken ones, those that somebody has to act on."""

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        if value == "to_follow_up":
            return queryset.filter(pk__in=broken_to_follow_up().values("pk"))
        return super().narrow(queryset, value)


class PromisesPage(SummaryPage):
    title = PROMISES
    noun = say("promise")
    filename = "promises"
    empty = say("Nobody has promised to pay yet. Record a promise on the page of an invoice.")
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("document__number__istartswith", "account__number__istartswith", "account__name__icontains"),
        ),
        StateChoice(
            "state", say("State"), choices=[*in_words(PromiseState), ("to_follow_up", say("Broken, to follow up"))]
        ),
        DayRange("made_on", say("Made")),
        DayRange("ended_on", say("Ended"), rare=True),
    )
    columns: Sequence[Column] = (
        Column("document", say("Invoice"), link=invoice_url, strong=True),
        NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
        DayColumn("made_on", say("Made"), sort="made_on"),
        MoneyColumn("promised_minor", say("Promised"), total=True, lead=True),
        MoneyColumn("unpaid_minor", say("Unpaid"), total=True),
        NextColumn("next_on", say("Next day")),
        DayColumn("ended_on", say("Ended"), sort="ended_on", nullable=True),
        BadgeColumn("state", say("State")),
        Column("note", say("Note"), file_only=True),
    )

    def queryset(self) -> QuerySet:
        return promises()

    def extra(self) -> dict[str, Any]:
        return {"tabs": tabs("promises")}


class PromisePage(FormPage):
    """Record a promise: what follows is shown before it is kept, and what was shown is what is kept."""

    permission = "promises.make"
    template_name = "promises/promise.html"
    title = say("Promise to pay")
    submit_label = say("Record the promise")
    foreseen: Foreseen | None = None
    lines = BEGINS_WITH

    def prepare(self, transaction_id: int) -> None:
        self.row = owed_document(transaction_id)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if living_promise_of(self.row.pk) is not None:
            messages.warning(request, str(PromiseStands(str(self.row))))
            return redirect(page_url("transaction", self.row.pk))
        return super().get(request, **named)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        typed = request.POST.get("lines", "")
        self.lines = min(int(typed), MOST_INSTALMENTS) if typed.isdecimal() and len(typed) < 4 else BEGINS_WITH
        if "more" in request.POST:
            self.lines = min(self.lines + BEGINS_WITH, MOST_INSTALMENTS)
            return self.rendered(self.form(request.POST), 200)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.rendered(form, 422)
        try:
            self.foreseen = foresee(self._new(form))
        except DomainError as error:
            return self.rendered(form, error.status, error=self._beside(form, error))
        if request.POST.get("reviewed") != self._digest():
            return self.rendered(form)
        return super().post(request, **named)

    def form(self, data: Any = None, files: Any = None) -> PromiseForm:
        return PromiseForm(data, lines=self.lines, currency=self.row.currency, initial={"grace_days": grace_days()})

    def act(self, form: Form) -> str:
        made = make_promise(new=self._new(form), actor=actor(self.request))
        amount = f"{show.amount_text(made.promised_minor, made.currency)} {made.currency.upper()}"
        messages.success(self.request, say("The promise over {amount} is recorded.", amount=amount))
        return way_back(self.request, page_url("transaction", self.row.pk))

    def _new(self, form: Any) -> NewPromise:
        given = form.cleaned_data
        return NewPromise(
            document_id=self.row.pk,
            instalments=form.instalments(),
            grace_days=given["grace_days"],
            waives_interest=given["waives_interest"],
            note=given["note"],
        )

    def _beside(self, form: Any, error: DomainError) -> DomainError:
        """The refusal, pointing to the line of the form that it is about: empty lines were left out."""
        parts = (error.param or "").split("/")
        if len(parts) == 4 and parts[1] == "instalments" and parts[2].isdecimal():
            filled = form.filled()
            at = int(parts[2])
            if at < len(filled):
                error.param = f"/instalments/{filled[at]}/{parts[3]}"
        return error

    def _digest(self) -> str:
        """Of what was shown."""
        shown = self.foreseen
        said = (shown.instalments, shown.grace_days, shown.document.open_minor) if shown else ()
        return sha256(repr(said).encode()).hexdigest()[:16]

    def extra(self) -> dict[str, Any]:
        row = self.row
        here = page_url("transaction", row.pk)
        currency = row.currency
        return {
            "crumbs": [*subject_named("transaction").crumbs(row), Crumb(self.title)],
            "cancel_url": way_back(self.request, here),
            "facts": [
                (say("Invoice"), str(row)),
                (say("Account"), f"{row.account.number} {row.account.name}"),
                (say("Due"), show.day(row.due_on)),
                (say("Unsettled"), show.money(row.open_minor, currency)),
            ],
            "consequences": self._consequences(),
            "reviewed": self._digest() if self.foreseen else "",
            "lines": self.lines,
            "may_have_more": self.lines < MOST_INSTALMENTS,
        }

    def _consequences(self) -> list[str]:
        shown = self.foreseen
        if shown is None:
            return []
        currency = self.row.currency
        days = [
            format_html(
                said(say("{} on {}.")),
                f"{show.amount_text(one.minor, currency)} {currency.upper()}",
                show.day(one.agreed_on),
            )
            for one in shown.instalments
        ]
        return [
            *days,
            say("Until then nobody is reminded of it, and a payment run collects only what is reached."),
            say("Ageing counts each amount from its agreed day."),
            format_html(said(say("If nothing is paid, the promise is broken on {}.")), show.day(shown.broken_on)),
        ]


class PromiseWithdrawPage(FormPage):
    permission = "promises.make"
    template_name = "page_kit/confirm.html"
    title = submit_label = say("Withdraw the promise")
    form_class = WithdrawForm

    def prepare(self, promise_id: int) -> None:
        self.row = promise_by_id(promise_id)
        LIFE.advance(PromiseState(self.row.state), "withdraw")

    def act(self, form: Form) -> str:
        withdraw_promise(promise_id=self.row.pk, note=form.cleaned_data["note"], actor=actor(self.request))
        messages.success(self.request, say("The promise for invoice {row} is withdrawn.", row=self.row))
        return invoice_url(self.row)

    def extra(self) -> dict[str, Any]:
        row = self.row
        return {
            "crumbs": [Crumb(PROMISES, page_url("promises")), Crumb(str(row), invoice_url(row)), Crumb(self.title)],
            "cancel_url": invoice_url(row),
            "question": say(
                "Withdraw the promise for invoice {row}, of which {amount} is unpaid?",
                row=row,
                amount=f"{show.amount_text(row.unpaid_minor, row.currency)} {row.currency.upper()}",
            ),
            "consequences": [
                say("What it held is due as the invoice says: it is reminded of and collected again."),
                say("The promise stays on record, and a new one can be made."),
            ],
        }
