"""What was recorded of dunning, the late charges that were drafted, and letters to print."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.documents.bundles import Result, write_pdf
from subledger.documents.printouts import Printout
from subledger.documents.responses import shown_file
from subledger.dunning.models import DunningClaim, DunningRecord
from subledger.dunning.printouts import PRINTED, letter_records, letters_again, printed_letter
from subledger.dunning.queries import last_letters, letters_waiting
from subledger.dunning.services.printouts import print_letter, print_letters
from subledger.dunning.states import After, ClaimKind, RecordOutcome
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say, say_of
from subledger.kernel.words import listed
from subledger.page_kit.access import actor, today
from subledger.page_kit.columns import BadgeColumn, Column, DayColumn, DeedColumn, MoneyColumn, NameColumn, WordColumn
from subledger.page_kit.criteria import Choice, DayRange, Search, in_words
from subledger.page_kit.navigation import Action, Tab, may
from subledger.page_kit.rendering import PageView
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage

TABS = (("dunning", say("Levels reached")), ("late_charges", say("Late charges")))


def tabs(here: str) -> list[Tab]:
    return [Tab(label, page_url(name), name == here) for name, label in TABS]


def document_url(row: Any) -> str:
    return page_url("transaction", row.document_id)


def message_url(row: DunningRecord) -> str:
    return page_url("message", row.message_id) if row.message_id else ""


def letter_url(row: DunningRecord) -> str:
    return page_url("dunning_letter", row.pk) if row.outcome in PRINTED else ""


class OutcomeColumn(BadgeColumn):
    """What became of a level, and under it why."""

    def show(self, row: Any) -> SafeString | str:
        badge = super().show(row)
        return format_html('{}<span class="why">{}</span>', badge, row.reasons) if row.why else badge


class AfterColumn(WordColumn):
    """What was done at the end; nothing where dunning goes on."""

    def value(self, row: Any) -> str:
        return "" if row.after == After.GO_ON else row.after


RECORDS = (
    Column("level_name", say("Level"), link=message_url, strong=True),
    DayColumn("recorded_on", say("On")),
    OutcomeColumn("outcome", say("Outcome"), css="col-why"),
    MoneyColumn("open_minor", say("Open then"), lead=True),
    AfterColumn("after", say("What follows")),
    DeedColumn("letter", say("Letter"), link=letter_url, words=say("Print")),
)
CLAIMS = (
    WordColumn("kind", say("Late charge"), strong=True, link=lambda row: page_url("transaction", row.invoice_id)),
    DayColumn("from_on", say("From")),
    DayColumn("through_on", say_of("day", "To")),
    MoneyColumn("amount_minor", say("Amount"), lead=True),
    BadgeColumn("invoice.state", say("State")),
)


class RecordsPage(SummaryPage):
    title = say("Dunning")
    noun = say("record")
    filename = "dunning-records"
    empty = say("No document has reached a level yet. Make a run of the kind “Dunning” under Runs.")
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("document_number__icontains", "account__number__istartswith", "account__name__icontains"),
        ),
        Choice("outcome", say("Outcome"), choices=in_words(RecordOutcome)),
        Choice("follows", say("What follows"), field="after", choices=in_words(After)),
        DayRange("recorded_on", say("On")),
    )
    columns = (
        Column("document_number", say("Document"), link=document_url, strong=True, sort="document_number"),
        NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
        DayColumn("due_on", say("Due"), sort="due_on"),
        Column("level_name", say("Level"), link=message_url),
        DayColumn("recorded_on", say("On"), sort="recorded_on"),
        MoneyColumn("open_minor", say("Open then"), sort="open_minor", lead=True),
        OutcomeColumn("outcome", say("Outcome"), sort="outcome", css="col-why"),
        AfterColumn("after", say("What follows")),
        DeedColumn("letter", say("Letter"), link=letter_url, words=say("Print")),
    )

    def queryset(self) -> QuerySet:
        return DunningRecord.objects.select_related("account")

    def extra(self) -> dict[str, Any]:
        return {"tabs": tabs("dunning"), "actions": self._actions()}

    def _actions(self) -> list[Action]:
        if not may(self.request, LetterPage.permission):
            return []
        actions, waiting = [], letters_waiting(as_of=today())
        if waiting:
            label = (
                say("Print {count} letters", count=show.count(waiting))
                if waiting > 1
                else say("Print the letter that waits")
            )
            actions.append(Action(label, page_url("dunning_letters"), "printer", method="post", rank=90))
        if last_letters():
            label = say("Print the last letters again")
            actions.append(Action(label, page_url("dunning_letters_again"), "printer", rank=10))
        return actions


class ChargesPage(SummaryPage):
    title = say("Late charges")
    noun = say("late charge")
    filename = "late-charges"
    empty = say("No late fee and no late interest was drafted yet.")
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("document_number__icontains", "account__number__istartswith", "account__name__icontains"),
        ),
        Choice("kind", say("Late charge"), choices=in_words(ClaimKind)),
        Choice(
            "invoice__state", say("State"), choices=[(one, show.word(one)) for one in ("draft", "posted", "rejected")]
        ),
    )
    columns = (
        Column("document_number", say("Document"), link=document_url, strong=True, sort="document_number"),
        NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
        WordColumn("kind", say("Late charge"), link=lambda row: page_url("transaction", row.invoice_id)),
        DayColumn("from_on", say("From"), sort="from_on", nullable=True),
        DayColumn("through_on", say_of("day", "To"), sort="through_on", nullable=True),
        MoneyColumn("amount_minor", say("Amount"), sort="amount_minor", total=True, lead=True),
        BadgeColumn("invoice.state", say("State")),
    )

    def queryset(self) -> QuerySet:
        return DunningClaim.objects.filter(superseded_at=None).select_related("account", "invoice")

    def extra(self) -> dict[str, Any]:
        return {"tabs": tabs("late_charges")}


class LetterPage(FormPage):
    """The letter of a record: as it was printed, or the question whether to. Printing it is writing to the customer, so
    it is no task any more: that is done by POST alone."""

    permission = "messages.send"
    template_name = "page_kit/confirm.html"
    title = submit_label = say("Print the letter")

    def prepare(self, record_id: int) -> None:
        self.records = letter_records(record_id)
        self.record_id = record_id

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if any(row.outcome == RecordOutcome.TO_PRINT for row in self.records):
            return super().get(request, **named)
        return shown_file(printed_letter(self.records), is_shown=True)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        try:
            return shown_file(print_letter(record_id=self.record_id, actor=actor(request)), is_shown=True)
        except DomainError as refusal:
            return self.impossible(refusal)

    def extra(self) -> dict[str, Any]:
        top = max(self.records, key=lambda row: row.days)
        return {
            "cancel_url": page_url("dunning"),
            "question": say("Print “{level}” for {name}?", level=top.level_name, name=top.account.name),
            "consequences": (
                say("What is paid, disputed, promised or being collected by now is left out of it."),
                say("It counts as told then and waits no more. Its copy is kept, and printed again from its record."),
            ),
        }


class LettersPage(PageView):
    """All letters that wait to be printed as one PDF, the oldest first; those that are too many for it wait on."""

    permission = LetterPage.permission

    def post(self, request: HttpRequest) -> HttpResponseBase:
        made = print_letters(actor=actor(request))
        for why, letters in groupby(sorted(made.left_out, key=lambda one: one.why), key=lambda one: one.why):
            accounts = listed([one.account for one in letters])
            messages.warning(
                request,
                say("Not printed, and waiting still: the letters of {accounts}. {why}", accounts=accounts, why=why),
            )
        if made.printed:
            return _one_file(made.printed)
        if not made.left_out:
            messages.info(request, say("No letter waits to be printed."))
        return redirect(page_url("dunning"))


class LettersAgainPage(PageView):
    """The letters that were printed together last, as they were: nothing changes by it."""

    permission = LetterPage.permission

    def get(self, request: HttpRequest) -> HttpResponse:
        return _one_file(letters_again())


def _one_file(printed: Sequence[Printout]) -> HttpResponse:
    content = io.BytesIO()
    write_pdf([Result(one.name, one) for one in printed], content)
    return shown_file(replace(printed[0], content=content.getvalue(), name="letters.pdf"), is_shown=True)
