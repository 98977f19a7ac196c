"""Disputes of invoices: the list of them, opening one, looking at it again, closing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.kernel.errors import TransitionNotAllowed
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.columns import BadgeColumn, Column, DayColumn, MoneyColumn, NameColumn
from subledger.page_kit.criteria import Choice, DayRange, Search, in_words
from subledger.page_kit.navigation import Action, Crumb, linked, require
from subledger.page_kit.parsing import minor_of
from subledger.page_kit.subjects import subject_named
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.page_kit.ways_back import way_back
from subledger.promises.pages.forms import CloseDisputeForm, DisputeForm, FollowUpForm
from subledger.promises.pages.promises import DISPUTES, invoice_url, tabs
from subledger.promises.queries import dispute_by_id, disputes, disputes_to_answer
from subledger.promises.services.disputes import close_dispute, follow_up, open_dispute
from subledger.promises.states import DisputeOutcome, DisputeState
from subledger.transactions import labels
from subledger.transactions.models import Allocation, Transaction
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.states import Classification


@dataclass(frozen=True)
class StateChoice(Choice):
    """The states; of the open ones, those that are to be looked at by now."""

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        if value == "to_answer":
            return queryset.filter(pk__in=disputes_to_answer(today=today()).values("pk"))
        return super().narrow(queryset, value)


@dataclass(frozen=True)
class FollowUpColumn(DayColumn):
    """When somebody looks at an open dispute again, marked where that day has come."""

    def show(self, row: Any) -> SafeString | str:
        text = super().show(row)
        is_due = row.state == DisputeState.OPEN and row.follow_up_on and row.follow_up_on <= today()
        return format_html("{} {}", text, show.badge("due")) if is_due else text


class DisputesPage(SummaryPage):
    title = DISPUTES
    noun = say("dispute")
    filename = "disputes"
    empty = say("No invoice is disputed. Record a dispute on the page of an invoice.")
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("document__number__istartswith", "account__number__istartswith", "account__name__icontains"),
        ),
        StateChoice("state", say("State"), choices=[*in_words(DisputeState), ("to_answer", say("Open, to answer"))]),
        DayRange("opened_on", say("Opened")),
    )
    columns: Sequence[Column] = (
        Column("document", say("Invoice"), link=lambda row: page_url("dispute", row.pk), strong=True),
        NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
        NameColumn("reason", labels.REASON),
        DayColumn("opened_on", say("Opened"), sort="opened_on"),
        FollowUpColumn("follow_up_on", say("Follow up on"), sort="follow_up_on", nullable=True),
        MoneyColumn("amount_minor", say("Disputed"), lead=True),
        MoneyColumn("open_minor", labels.OPEN, total=True),
        BadgeColumn("state", say("State")),
        Column("outcome", say("Outcome"), file_only=True),
        Column("resolution", say("What was agreed"), file_only=True),
        Column("note", say("Note"), file_only=True),
    )

    def queryset(self) -> QuerySet:
        return disputes()

    def extra(self) -> dict[str, Any]:
        return {"tabs": tabs("disputes")}


class DisputeNewPage(FormPage):
    permission = "promises.dispute"
    template_name = "page_kit/confirm.html"
    title = say("Record a dispute")
    submit_label = say("Hold the invoice")
    form_class = DisputeForm

    def prepare(self, transaction_id: int) -> None:
        self.row = transaction_by_id(transaction_id, Classification.INVOICE)

    def act(self, form: Form) -> str:
        given = form.cleaned_data
        text = given["amount"]
        open_dispute(
            document_id=self.row.pk,
            reason=given["reason"],
            amount_minor=minor_of(text, self.row.currency, param="/amount") if text else None,
            note=given["note"],
            follow_up_on=given["follow_up_on"],
            actor=actor(self.request),
        )
        messages.success(self.request, say("Invoice {row} is held until its dispute is closed.", row=self.row))
        return way_back(self.request, page_url("transaction", self.row.pk))

    def extra(self) -> dict[str, Any]:
        here = page_url("transaction", self.row.pk)
        return {
            "crumbs": [*subject_named("transaction").crumbs(self.row), Crumb(self.title)],
            "cancel_url": way_back(self.request, here),
            "facts": [
                (say("Invoice"), str(self.row)),
                (say("Account"), f"{self.row.account.number} {self.row.account.name}"),
                (say("Unsettled"), show.money(self.row.open_minor, self.row.currency)),
            ],
            "consequences": [
                say("Until the dispute is closed, nobody collects this invoice or reminds of it."),
                say("Its balance and its due date stay as they are."),
            ],
        }


class _OnDispute(FormPage):
    permission = "promises.dispute"
    template_name = "page_kit/confirm.html"

    def prepare(self, dispute_id: int) -> None:
        self.row = dispute_by_id(dispute_id)

    def extra(self) -> dict[str, Any]:
        row = self.row
        facts = [
            (say("Invoice"), format_html('<a href="{}">{}</a>', invoice_url(row), row)),
            (say("Account"), linked(row.account.name, page_url("account", row.account_id))),
            (say("Opened"), show.day(row.opened_on)),
            (say("Disputed"), self._disputed()),
            (say("Unsettled"), show.money(row.open_minor, row.currency)),
            *((say("Credited since"), linked(str(note), page_url("transaction", note.pk))) for note in self._notes()),
            (say("Follow up on"), row.follow_up_on and show.day(row.follow_up_on)),
            (say("Note"), row.note),
            (say("Outcome"), row.outcome and show.word(DisputeOutcome(row.outcome))),
            (say("What was agreed"), row.resolution),
            (say("Closed"), row.closed_on and show.day(row.closed_on)),
        ]
        return {
            "crumbs": [Crumb(DISPUTES, page_url("disputes")), Crumb(str(row), invoice_url(row)), Crumb(self.title)],
            "cancel_url": page_url("disputes"),
            "question": row.reason,
            "facts": [(label, value) for label, value in facts if value],
        }

    def _disputed(self) -> SafeString | str:
        """Where no amount was said, all that is open, whatever becomes of it."""
        row = self.row
        if row.amount_minor:
            return show.money(row.amount_minor, row.currency)
        return say("all that is open") if row.state == DisputeState.OPEN else say("all that was open")

    def _notes(self) -> list[Transaction]:
        """Credit notes that were posted since and stand against the invoice."""
        kept = Allocation.objects.filter(debit=self.row.document_id, released_at=None).values("credit")
        return list(
            Transaction.objects.filter(
                pk__in=kept, classification=Classification.CREDIT_NOTE, posted_on__gte=self.row.opened_on
            ).order_by("pk")
        )


class DisputePage(_OnDispute):
    """One dispute, with all that is said of it; an open one is put off to another day."""

    permission = "view"
    form_class = FollowUpForm
    submit_label = say("Save")
    done = say("The dispute is changed.")

    def prepare(self, dispute_id: int) -> None:
        super().prepare(dispute_id)
        self.title = say("Dispute of invoice {row}", row=self.row)

    @property
    def is_open(self) -> bool:
        return self.row.state == DisputeState.OPEN and self.request.staff.may("promises.dispute")  # type: ignore[attr-defined]

    def form(self, data: Any = None, files: Any = None) -> Any:
        return super().form(data, files) if self.is_open else None

    def initial(self) -> dict[str, Any]:
        return {"follow_up_on": self.row.follow_up_on, "note": self.row.note}

    def rendered(self, form: Any, status: int = 200, **context: Any) -> Any:
        return self.shown(status, form=form, submit_label=self.submit_label if form else "", **context)

    def post(self, request: Any, **named: Any) -> Any:
        if self.row.state != DisputeState.OPEN:
            raise TransitionNotAllowed(state=self.row.state, action="change", allowed=[])
        if self.form(request.POST) is None:
            require(request, "promises.dispute")
        return super().post(request, **named)

    def act(self, form: Form) -> str:
        given = form.cleaned_data
        follow_up(
            dispute_id=self.row.pk,
            follow_up_on=given["follow_up_on"],
            note=given["note"],
            actor=actor(self.request),
        )
        return page_url("dispute", self.row.pk)

    def extra(self) -> dict[str, Any]:
        close = [Action(say("Close the dispute"), page_url("dispute_close", self.row.pk), "lock", rank=90)]
        return {**super().extra(), "actions": close if self.is_open else [], "state": self.row.state}


class DisputeClosePage(_OnDispute):
    title = submit_label = say("Close the dispute")
    form_class = CloseDisputeForm

    def prepare(self, dispute_id: int) -> None:
        super().prepare(dispute_id)
        if self.row.state != DisputeState.OPEN:
            raise TransitionNotAllowed(state=self.row.state, action="close", allowed=[])

    def act(self, form: Form) -> str:
        given = form.cleaned_data
        close_dispute(
            dispute_id=self.row.pk,
            outcome=given["outcome"],
            resolution=given["resolution"],
            actor=actor(self.request),
        )
        messages.success(self.request, say("The dispute of invoice {row} is closed.", row=self.row))
        return invoice_url(self.row)

    def extra(self) -> dict[str, Any]:
        return {
            **super().extra(),
            "cancel_url": page_url("dispute", self.row.pk),
            "consequences": [
                say("The invoice is collected and reminded of again, as far as it is open."),
                say("What is credited for it is posted by hand."),
            ],
        }
