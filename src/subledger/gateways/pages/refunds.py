"""Money back through the gateway that collected it, and what a transaction's page says of its gateway."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Any

from django import forms
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.accounts.errors import AccountTerminated
from subledger.gateways.charges import charge_of, payment_of
from subledger.gateways.models import Charge
from subledger.gateways.pages.common import finish
from subledger.gateways.services.previews import foresee_refund
from subledger.gateways.services.submission import completed_refund, refund_payment
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.faces import contributions
from subledger.page_kit.fields import (
    AmountField,
    OnceField,
    RowField,
    TextField,
    asked_in,
    confirmations,
    confirmed,
    select,
)
from subledger.page_kit.idempotency import once
from subledger.page_kit.navigation import linked, require
from subledger.page_kit.parsing import minor_of, minor_text
from subledger.page_kit.subjects import SubjectForm
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction, TransactionType
from subledger.transactions.queries import Owed, balance_of, creditable, transaction_by_id
from subledger.transactions.reviews import facts_of, outcome_shown
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL
from subledger.transactions.services.confirmations import Foreseen, asking
from subledger.transactions.services.previews import Preview
from subledger.transactions.states import Classification

ABOVE_CREDIT = say("What is paid back above the account's credit is owed again, until it is credited.")


class RefundForm(forms.Form):
    once = OnceField()
    amount = AmountField(label=say("Amount"), required=True)
    type = RowField(TransactionType, label=say("Type"), required=True, empty_label=None)
    issue_reason = forms.CharField(max_length=1000, required=False, label=say("Reason"))
    note = TextField(label=say("Note"))

    def __init__(
        self, *args: Any, charge: Charge, asked: Collection[str], words: Mapping[str, str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        confirmations(self, asked, words)
        select(self, type={"classification": Classification.REFUND})
        types: Any = self.fields["type"]
        types.initial = types.queryset.filter(is_default=True).first()
        field = self.fields["amount"]
        field.label = say("Amount in {currency}", currency=charge.currency.upper())
        field.initial = minor_text(charge.refundable_minor, charge.currency)
        left = f"{show.amount_text(charge.refundable_minor, charge.currency)} {charge.currency.upper()}"
        field.help_text = say("Up to {left} can be refunded of this payment.", left=left)


def entered(new: NewTransaction, minor: int) -> str:
    """What of the form changes what it comes to."""
    return sha256(repr((new.type_id, minor)).encode()).hexdigest()[:8]


class PaymentRefundPage(SubjectForm):
    """Pay back part or all of what a gateway collected for one payment."""

    subject = "transaction"
    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"
    submit_label = say("Refund")
    asked: frozenset[str] = frozenset()
    foreseen: Foreseen[list[Preview]] | None = None
    reviewed = ""

    def prepare(self, transaction_id: int) -> None:  # type: ignore[override]
        require(self.request, "transactions.refund")
        self.row = self.subject_row = transaction_by_id(transaction_id, Classification.PAYMENT)
        charge = charge_of(self.row.pk)
        if charge is None:
            raise NotFound(Transaction, transaction_id, noun=say("payment that a gateway captured"))
        self.charge = charge
        self.title = say("Refund: payment {row}", row=self.row)

    def form(self, data: Any = None, files: Any = None) -> Form:
        questions = self.foreseen.questions if self.foreseen else ()
        words = {each.confirmation: str(each) for each in questions}
        return RefundForm(data, charge=self.charge, asked=self.asked | asked_in(data), words=words)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        kind = TransactionType.objects.filter(classification=Classification.REFUND, is_default=True).first()
        try:
            completed_refund(self.row.pk, ALL, self._new())
        except DomainError as refusal:
            return self.impossible(refusal)
        try:
            self._foresee(self._new(type_id=kind.pk if kind else None), self.charge.refundable_minor)
        except AccountTerminated as refusal:
            return self.impossible(refusal)
        except DomainError:
            pass  # another amount or type may be allowed, or a credit note come first: the page offers that
        return super().get(request, **named)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if not form.is_valid():
            return super().post(request, **named)
        try:
            new, minor = self._typed(form)
            if outcome_shown(request, entered(new, minor)):
                return super().post(request, **named)
            self._foresee(new, minor)  # nothing was shown of what this comes to: it is shown before it is done
        except DomainError as error:
            return self.rendered(form, error.status, error=error)
        return self.rendered(self.form(request.POST))

    def act(self, form: Form) -> str:
        try:
            return once(self.request, lambda: self._refund(form))
        except DomainError:
            with suppress(DomainError):  # what was shown is not so any more: it is shown anew
                self._foresee(*self._typed(form))
            raise

    def _refund(self, form: Form) -> str:
        new, minor = self._typed(form)
        shown = outcome_shown(self.request, entered(new, minor))
        asked = refund_payment(
            payment_id=self.row.pk, amount=minor, new=new, actor=actor(self.request), expected_outcome=shown
        )
        return finish(self.request, asked, done=say("is posted"))

    def _foresee(self, new: NewTransaction, minor: int) -> None:
        """What it would come to, and all that it asks."""

        def look(given: frozenset[str]) -> list[Preview]:
            said: dict[str, Any] = confirmed(type(new), dict.fromkeys(given, True))
            return foresee_refund(
                payment_id=self.row.pk, amount=minor, new=replace(new, **said), actor=actor(self.request)
            )

        self.reviewed = entered(new, minor)
        self.foreseen = asking(look)
        self.asked |= self.foreseen.confirmations

    def _typed(self, form: Form) -> tuple[NewTransaction, int]:
        typed = form.cleaned_data
        amount = minor_of(typed["amount"], self.charge.currency, param="/amount")
        assert amount is not None  # the form has it typed
        new = self._new(
            type_id=typed["type"].pk,
            issue_reason=typed["issue_reason"] or None,
            note=typed["note"] or None,
            **confirmed(NewTransaction, typed),
        )
        return new, amount

    def _new(self, **fields: Any) -> NewTransaction:
        return NewTransaction(
            classification=Classification.REFUND,
            account_id=self.row.account_id,
            refund_method_id=self._method_id(),
            **fields,
        )

    def _method_id(self) -> int | None:
        """The method of the provider's refunds: its own, else the first it lists; the type's where it lists none."""
        provider = self.charge.provider
        listed = provider.refund_methods.order_by("pk").values_list("pk", flat=True).first()
        ident: int | None = provider.refund_method_id or listed
        return ident

    def _own_payment(self) -> list[tuple[str, Any]]:
        """The payment that stands for the money, where it is another: what can be done is done there."""
        own = payment_of(self.charge)
        return [(say("Money of"), linked(str(own), page_url("transaction", own.pk)))] if own.pk != self.row.pk else []

    def extra(self) -> dict[str, Any]:
        row, charge = self.row, self.charge
        facts = [
            (say("Account"), linked(str(row.account), page_url("account", row.account_id))),
            *self._own_payment(),
            (say("Collected"), show.money(charge.captured_minor, charge.currency)),
            (say("Refunded, or on its way"), show.money(charge.reserved_minor, charge.currency)),
        ]
        free = balance_of(account_id=row.account_id, currency=row.currency, as_of=today()).unallocated
        above = max(charge.refundable_minor - free, 0)
        paid = creditable(account_id=row.account_id, minor=above, payment_id=row.pk)
        facts += [
            (say("Credit on the account"), show.money(free, row.currency)),
            *contributions("refund", "owed_again", self.request, Owed(row.account_id, row.currency, above, paid)),
        ]
        found = self.foreseen.preview if self.foreseen else []
        return {
            **super().extra(),
            "facts": [*facts, *(facts_of(found[0]) if found else ())],
            "reviewed": self.reviewed + found[0].outcome if found else "",
            "question": say("Pay money back of payment {row}, through {name}?", row=row, name=charge.provider.name),
            "consequences": [
                say("The gateway pays it back to the card or account it came from."),
                say("A refund is posted as soon as the gateway has it."),
                *([ABOVE_CREDIT] if above else []),
            ],
        }
