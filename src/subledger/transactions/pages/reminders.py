"""Reminding a customer of an invoice: one click, once a day; another on the same day asks first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.forms import Form
from django.utils.html import format_html

from subledger.kernel import ids
from subledger.kernel.errors import ConfirmationNeeded
from subledger.kernel.sentences import say
from subledger.messages.queries import latest_gone
from subledger.messages.services.distribution import distribute
from subledger.messages.services.outbox import Wish
from subledger.page_kit.access import actor
from subledger.page_kit.bulk import back_to_list
from subledger.page_kit.navigation import Action, Crumb, linked, may
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.page_kit.ways_back import way_back
from subledger.platform.public_address import public_url
from subledger.transactions.letters import REMINDER
from subledger.transactions.models import Transaction
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.states import Classification

from .due import SEND, is_reminded_of
from .transactions import list_of, transaction_url

LISTS = ("transactions", "account_transactions", "invoices")  # that a reminder of one row comes from, and goes back to


def actions(request: Any, row: Any) -> list[Action]:
    """On the page of an invoice that is overdue."""
    if not (is_reminded_of(row) and may(request, SEND)):
        return []
    return [Action(say("Remind the customer"), page_url("transaction_remind", row.pk), "clock", method="post", rank=70)]


def facts(request: Any, row: Any) -> list[tuple[str, Any]]:
    """When its customer was reminded last."""
    last = latest_gone(row.pk, REMINDER.name) if row.classification == Classification.INVOICE else None
    if last is None:
        return []
    said = format_html("{} · {}", show.moment(last.created_at), last.recipient)
    return [(say("Reminded"), linked(said, page_url("message", last.pk)))]


class AgainForm(forms.Form):
    confirm_held = forms.BooleanField(
        label=say("Remind them although it is held"), required=False, widget=forms.HiddenInput
    )
    confirm_again = forms.BooleanField(label=say("Remind them again today"), required=False, widget=forms.HiddenInput)


class RemindPage(FormPage):
    """A click sends it; what is refused, or asks to be confirmed, is shown here."""

    permission = SEND
    title = submit_label = say("Remind the customer")
    template_name = "page_kit/confirm.html"

    def prepare(self, transaction_id: int) -> None:
        self.row = transaction_by_id(transaction_id, Classification.INVOICE)
        self.asked = {name for name in AgainForm.base_fields if self.request.POST.get(name, "")}

    def form(self, data: Any = None, files: Any = None) -> Form:
        form = AgainForm(data)
        for name in self.asked:
            form.fields[name].widget = forms.CheckboxInput()
        return form

    def act(self, form: Form) -> str:
        wish = Wish(of="invoice", object_id=self.row.pk, kind=REMINDER.name, site=public_url(self.request, "/"))
        try:
            made = distribute(wish=wish, **form.cleaned_data, actor=actor(self.request))
        except ConfirmationNeeded as question:
            self.asked.add(question.confirmation)
            raise
        messages.success(self.request, say("{row}: {words}", row=self.row, words=made.in_words()))
        return self._back()

    def _back(self) -> str:
        """The page that the click was made on: a list, or that of a payment that failed, or the invoice's own."""
        try:
            otherwise = page_url("transaction", ids.decode(Transaction.PREFIX, self.request.POST["payment"]))
        except (KeyError, ValueError):
            otherwise = way_back(self.request, transaction_url(self.row))
        return back_to_list(self.request, LISTS, otherwise)

    def extra(self) -> dict[str, Any]:
        here = transaction_url(self.row)
        return {
            "crumbs": [list_of(self.row.classification), Crumb(str(self.row), here), Crumb(self.title)],
            "cancel_url": way_back(self.request, here),
            "question": say("Remind the customer of {row}?", row=self.row),
            "facts": [
                (say("Open"), show.money(self.row.open_minor, self.row.currency)),
                (say("Due"), show.day(self.row.due_on)),
                *facts(self.request, self.row),
            ],
            "consequences": [
                say(
                    "Whoever gets reminders at the customer is sent one, with the invoice, and with a link "
                    "to pay where a gateway takes payments."
                ),
                say("What was sent cannot be called back."),
            ],
        }
