"""What an action on a transaction asks before it is done."""

from __future__ import annotations

from typing import Any

from django import forms

from subledger.kernel.sentences import say
from subledger.page_kit.fields import AmountField, DayField, RowField, TextField, select
from subledger.page_kit.parsing import minor_text
from subledger.transactions import labels
from subledger.transactions.models import Category, Reason, TransactionType
from subledger.transactions.states import Classification

__all__ = ["CancelForm", "CancelPaymentForm", "ManyWriteOffsForm", "MoveForm", "PostForm", "RejectForm", "WriteOffForm"]


class PostForm(forms.Form):
    posted_on = DayField(label=say("Posting date"), help_text=labels.TODAY)


class ManyWriteOffsForm(PostForm):
    issue_reason = forms.CharField(max_length=10_000, required=False, label=labels.REASON)


class RejectForm(forms.Form):
    reason = RowField(Reason, label=say("Reason"), required=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        select(self)


class MadeForm(forms.Form):
    """Fields of what an action makes; ``makes`` says of which classification."""

    makes: Classification

    type = RowField(TransactionType, required=True, empty_label=None, label=labels.SUBTYPE)
    posted_on = DayField(label=say("Date"), help_text=labels.TODAY)
    issue_reason = forms.CharField(max_length=10_000, required=False, label=labels.REASON)
    category = RowField(Category, label=say("Category"))
    back_office_code = forms.CharField(max_length=300, required=False, label=labels.REFERENCE)
    note = TextField(label=say("Note"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        select(self, type={"classification": self.makes})
        types = self.fields["type"]
        types.initial = types.queryset.filter(is_default=True).first()  # type: ignore[attr-defined]


class CancelForm(MadeForm):
    def __init__(self, *args: Any, makes: Classification, **options: Any) -> None:
        self.makes = makes
        super().__init__(*args, **options)


class WholeForm(MadeForm):
    """Of an action that takes all there is: it shows how much, and what it shows is what is asked for."""

    amount = AmountField(label=say("Amount"), required=True)

    def __init__(self, *args: Any, whole_minor: int, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].label = say("Amount in {currency}", currency=currency.upper())
        self.fields["amount"].initial = minor_text(whole_minor, currency)
        self.order_fields(["amount", *self.fields])


class CancelPaymentForm(WholeForm):
    makes = Classification.PAYMENT_CANCELLATION


class WriteOffForm(WholeForm):
    makes = Classification.WRITE_OFF


class MoveForm(MadeForm):
    makes = Classification.PAYMENT_CANCELLATION
    to_account = forms.CharField(
        max_length=100, label=say("To account"), help_text=say("Its number, or its external reference.")
    )

    field_order = ("to_account", "type", "posted_on")
