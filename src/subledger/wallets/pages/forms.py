"""Forms of what moves money of wallets. Amounts are in major units of the wallet's currency."""

from __future__ import annotations

from typing import Any

from django import forms

from subledger.catalog.models import Product
from subledger.kernel.sentences import say
from subledger.page_kit.fields import AmountField, DayField, OnceField, RowField, TextField, select


class _MoveForm(forms.Form):
    amount = AmountField(label=say("Amount"), required=True)
    posted_on = DayField(label=say("Posted"), help_text=say("Left empty: today."))
    note = TextField(label=say("Note"), max_length=1000, widget=forms.Textarea({"rows": 2}))
    once = OnceField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        select(self)


class DebitForm(_MoveForm):
    product = RowField(
        Product, label=say("Product"), help_text=say("It decides the tax, and credit that is meant for it pays first.")
    )
    field_order = ("product", "amount", "posted_on", "note")


class GrantForm(_MoveForm):
    product = RowField(Product, label=say("Only for"), help_text=say("Left empty: it pays for anything."))
    expires_on = DayField(label=say("Last day"), help_text=say("Left empty: it never expires."))
    field_order = ("amount", "product", "expires_on", "posted_on", "note")


class TransferForm(_MoveForm):
    to_wallet = forms.CharField(
        label=say("To the wallet"), max_length=40, help_text=say("Its number, or that of its account.")
    )
    field_order = ("to_wallet", "amount", "posted_on", "note")


class ReturnForm(_MoveForm):
    pass


class FundForm(_MoveForm):
    pass


class VoidForm(forms.Form):
    posted_on = DayField(label=say("Posted"), help_text=say("Left empty: today."))
    note = TextField(label=say("Why"), max_length=1000, widget=forms.Textarea({"rows": 2}))
    once = OnceField()
