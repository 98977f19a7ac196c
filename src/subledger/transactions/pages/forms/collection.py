"""The form that collects money: charge a card or mandate, send a link, or record what came in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms

from subledger.kernel.sentences import say
from subledger.page_kit.fields import (
    AmountField,
    DayField,
    OnceField,
    RowField,
    confirmations,
    confirmations_known,
    select,
)
from subledger.transactions import labels
from subledger.transactions.models import PaymentMethod, Transaction, TransactionType
from subledger.transactions.states import Classification

__all__ = ["CHARGE", "LINK", "RECORD", "CollectForm", "Offered"]

CHARGE, LINK, RECORD = "charge", "link", "record"
LABELS = {
    CHARGE: say("Charge a card or mandate"),
    LINK: say("Send a link to pay"),
    RECORD: say("Record money received"),
}


class Offered:
    """What an account can be collected by, read once for the form."""

    def __init__(
        self,
        *,
        invoices: Sequence[Transaction],
        cards: Sequence[tuple[str, str]],
        may_link: bool,
        carried: Collection[int],
    ) -> None:
        self.invoices, self.cards, self.carried = invoices, cards, carried
        possible = {CHARGE: bool(cards), LINK: may_link and bool(invoices), RECORD: True}
        self.ways = [(way, LABELS[way]) for way, is_possible in possible.items() if is_possible]


class CollectForm(forms.Form):
    once = OnceField()
    amount = AmountField(label=say("Amount"), required=True)
    intended = forms.MultipleChoiceField(
        required=False, label=say("Invoices to settle"), widget=forms.CheckboxSelectMultiple
    )
    way = forms.ChoiceField(label=say("How"), widget=forms.RadioSelect)
    card = forms.ChoiceField(required=False, label=say("Charge"))
    payment_method = RowField(PaymentMethod, label=labels.METHOD, empty_label=None)
    received_on = DayField(label=say("Received on"))
    posted_on = DayField(label=say("Posting date"), help_text=labels.TODAY)
    back_office_code = forms.CharField(
        max_length=300,
        required=False,
        label=say("Reference"),
        help_text=say("Of the transfer, the cheque, the receipt."),
    )
    note = forms.CharField(max_length=4000, required=False, label=say("Note"))

    def __init__(
        self,
        *args: Any,
        currency: str,
        offered: Offered,
        asked: Collection[str] = (),
        questions: Mapping[str, str] = MappingProxyType({}),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        fields: Mapping[str, Any] = self.fields
        fields["amount"].label = say("Amount in {currency}", currency=currency.upper())
        fields["intended"].choices = [(one.public_id, str(one)) for one in offered.invoices]
        fields["way"].choices = offered.ways
        fields["card"].choices = offered.cards
        select(self)
        for name in ("intended", "way"):
            fields[name].widget.attrs["class"] = "form-check-input"
        way = self.data.get("way") if self.is_bound else None
        fields["card"].required = way in (None, CHARGE)  # what another way asks for is not read
        methods = fields["payment_method"]
        methods.required = way in (None, RECORD)
        methods.queryset = methods.queryset.exclude(pk__in=offered.carried)
        usual = TransactionType.objects.filter(classification=Classification.PAYMENT, is_default=True)
        own = methods.queryset.filter(pk__in=usual.values("default_payment_method")).first()
        methods.initial = own or methods.queryset.order_by("pk").first()
        self._open = {one.public_id: one.open_minor for one in offered.invoices}  # type: ignore[attr-defined]
        self.offered = offered
        confirmations(self, asked, questions)

    def open_of(self, chosen: Sequence[str]) -> list[int]:
        """What is open of the invoices chosen, in minor units."""
        return [self._open[ident] for ident in chosen if ident in self._open]

    def sections(self, *args: Any, **named: Any) -> list[tuple[str, list[forms.BoundField]]]:
        """In the order in which they stand on the page, for whoever looks for the first that is wrong."""
        asked = confirmations_known()
        return [("", [self[name] for name in self.fields if not self[name].is_hidden and name not in asked])]
