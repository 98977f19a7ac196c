"""Taking back what was asked of a gateway and has not left."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.gateways.pages.common import request_url
from subledger.gateways.pages.requests import OnRequest
from subledger.gateways.pages.words import purpose_of
from subledger.gateways.queries import bank_file_of
from subledger.gateways.services.unbooked import held_back
from subledger.gateways.services.withdrawal import withdraw
from subledger.gateways.states import RequestState
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage


class WithdrawForm(forms.Form):
    reason = forms.CharField(max_length=500, required=False, label=say("Why"))
    confirm_not_sent = forms.BooleanField(required=False, label=say("The file was never sent"))

    def __init__(self, *args: Any, file: str, **options: Any) -> None:
        super().__init__(*args, **options)
        if file:
            self.fields["confirm_not_sent"].help_text = say("{file} holds it.", file=file)
        else:
            del self.fields["confirm_not_sent"]


class WithdrawPage(OnRequest, FormPage):
    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"
    title = submit_label = say("Withdraw it")

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        held = held_back([self.row.pk]).get(self.row.pk)
        return super().get(request, **named) if held is None else self.impossible(held)

    def form(self, data: Any = None, files: Any = None) -> Form:
        return WithdrawForm(data, file=bank_file_of(self.row))

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        row = withdraw(
            request_id=self.row.pk,
            reason=typed["reason"],
            is_not_sent=bool(typed.get("confirm_not_sent")),
            actor=actor(self.request),
        )
        if row.state == RequestState.REJECTED:
            messages.success(self.request, say("{number} is withdrawn.", number=row.number))
        else:
            messages.warning(
                self.request,
                say(
                    "{number} could not be withdrawn: it is {state}.",
                    number=row.number,
                    state=show.word(row.state).lower(),
                ),
            )
        return page_url("transaction", row.transaction_id) if row.transaction_id else request_url(row)

    def extra(self) -> dict[str, Any]:
        row = self.row
        amount = f"{show.amount_text(row.amount_minor, row.currency)} {row.currency.upper()}"
        return {
            **self.crumbs(self.title),
            "cancel_url": request_url(row),
            "question": say(
                "Withdraw {purpose} {number} of {amount} from {name}?",
                purpose=purpose_of(row).lower(),
                number=row.number,
                amount=amount,
                name=row.provider.name,
            ),
            "consequences": [
                say("Nobody carries it out. Its payment or refund is a draft again, to change, post or reject.")
            ],
        }
