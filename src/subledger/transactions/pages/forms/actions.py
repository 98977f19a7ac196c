"""What an action on a transaction asks before it is done."""

from __future__ import annotations

from typing import Any

from django import forms

from subledger.accounts.models import Account
from subledger.page_kit.faces import called
from subledger.page_kit.fields import AmountField, DayField, RowField, TextField, select
from subledger.page_kit.parsing import minor_text
from subledger.transactions import labels
from subledger.transactions.models import Category, PaymentMethod, Reason, TransactionType
from subledger.transactions.states import Classification

__all__ = ["CancelForm", "CancelPaymentForm", "MoveForm", "PostForm", "QuickPayForm", "RejectForm", "WriteOffForm"]


class PostForm(forms.Form):
    posted_on = DayField(label="Posting date", help_text=labels.TODAY)


class RejectForm(forms.Form):
    reason = RowField(Reason, required=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        select(self)


class MadeForm(forms.Form):
    """Fields of what an action makes; ``makes`` says of which classification."""

    makes: Classification

    type = RowField(TransactionType, required=True, empty_label=None, label=labels.SUBTYPE)
    posted_on = DayField(label="Date", help_text=labels.TODAY)
    issue_reason = forms.CharField(max_length=10_000, required=False, label=labels.REASON)
    category = RowField(Category)
    back_office_code = forms.CharField(max_length=300, required=False, label=labels.REFERENCE)
    note = TextField()

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

    amount = AmountField(required=True)

    def __init__(self, *args: Any, whole_minor: int, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].label = f"Amount in {currency.upper()}"
        self.fields["amount"].initial = minor_text(whole_minor, currency)
        self.order_fields(["amount", *self.fields])


class CancelPaymentForm(WholeForm):
    makes = Classification.PAYMENT_CANCELLATION


class WriteOffForm(WholeForm):
    makes = Classification.WRITE_OFF


class QuickPayForm(WholeForm):
    makes = Classification.PAYMENT
    payment_method = RowField(PaymentMethod, label=labels.METHOD, help_text=labels.TYPES_OWN)
    payment_preference = forms.ChoiceField(
        required=False, label="Saved payment method", help_text="A card to charge. Defaults to the account's own."
    )
    issued_on = DayField(label="Document date", help_text=labels.TODAY)
    received_on = DayField(label="Received on")
    received_by = forms.CharField(max_length=300, required=False, label="Received by")

    field_order = (
        "amount",
        "type",
        "payment_method",
        "payment_preference",
        "posted_on",
        "issued_on",
        "received_on",
        "received_by",
    )

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["issue_reason"]
        ways = account.payment_preferences.select_related("preference", "instrument").order_by("-is_default", "id")
        choices = [(way.public_id, called("account_payment_preference", way)) for way in ways]
        self.fields["payment_preference"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
        if not choices:
            del self.fields["payment_preference"]


class MoveForm(MadeForm):
    makes = Classification.PAYMENT_CANCELLATION
    to_account = forms.CharField(max_length=100, label="To account", help_text="Its number, or its external reference.")

    field_order = ("to_account", "type", "posted_on")
