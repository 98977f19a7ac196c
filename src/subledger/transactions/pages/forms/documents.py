"""Forms of invoices, credit notes, payments and refunds, and of their items."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.db.models import Q

from subledger.accounts.models import Account
from subledger.accounts.queries import active_definition
from subledger.accounts.states import Principle
from subledger.catalog.models import Product, TaxRate
from subledger.kernel.sentences import say
from subledger.page_kit.faces import called
from subledger.page_kit.fields import (
    AmountField,
    DayField,
    OnceField,
    RowField,
    TextField,
    confirmations,
    confirmations_known,
    select,
)
from subledger.page_kit.formats import formats
from subledger.page_kit.parsing import decimal_text, minor_text
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.transactions import labels
from subledger.transactions.models import (
    Category,
    CreditReason,
    PaymentMethod,
    RefundMethod,
    Transaction,
    TransactionDefinition,
    TransactionType,
)
from subledger.transactions.queries import invoices_to_mean
from subledger.transactions.rules.item_entry import PriceIs
from subledger.transactions.states import CREDITS, WITH_ITEMS, Classification

__all__ = ["DocumentForm", "ItemForm", "ItemFormSet"]

UNIT, UNIT_WITH_TAX, SUB_TOTAL = (kind.value for kind in PriceIs)
PRODUCT_GIVES = ("description", "price", "price_is", "tax_rate")  # fields that a product chosen on the form fills in


class DocumentForm(forms.Form):
    """Every field a classification may have; those that the one at hand lacks are taken out."""

    once = OnceField()
    amount = AmountField(label=say("Amount"), required=True)
    type = RowField(TransactionType, required=True, empty_label=None, label=labels.SUBTYPE)
    payment_method = RowField(PaymentMethod, label=labels.METHOD, help_text=labels.TYPES_OWN)
    refund_method = RowField(RefundMethod, label=labels.METHOD, help_text=labels.TYPES_OWN)
    payment_preference = forms.ChoiceField(
        required=False,
        label=say("Saved payment method"),
        help_text=say("A card to charge, or to refund to. Defaults to the account's own."),
    )
    issued_on = DayField(label=say("Document date"), help_text=say("Defaults to the day it is posted."))
    posted_on = DayField(label=say("Posting date"), help_text=say("Defaults to the day it is posted."))
    due_on = DayField(label=labels.DUE_DATE, help_text=say("Defaults to the payment terms, from the posting date."))
    received_on = DayField(label=say("Received on"))
    received_by = forms.CharField(max_length=300, required=False, label=say("Received by"))
    order_reference = forms.CharField(
        max_length=100,
        required=False,
        label=labels.ORDER_REFERENCE,
        help_text=say("The customer's own. It stands on the document and in electronic invoices."),
    )
    category = RowField(Category, label=say("Category"))
    back_office_code = forms.CharField(
        max_length=300, required=False, label=labels.REFERENCE, help_text=labels.REFERENCE_HELP
    )
    credit_reason = RowField(CreditReason, label=labels.REASON)
    issue_reason = forms.CharField(max_length=10_000, required=False, label=labels.REASON)
    intended = forms.MultipleChoiceField(
        required=False,
        label=say("Meant for these invoices"),
        widget=forms.CheckboxSelectMultiple,
        help_text=(
            say(
                "They are settled first, next due first; what is left goes to the others by due date. "
                "What settled one of them before steps back and goes to others."
            )
        ),
    )
    note = TextField(label=say("Note"))

    ONLY = {
        "amount": {Classification.PAYMENT, Classification.REFUND},
        "payment_method": {Classification.PAYMENT},
        "payment_preference": {Classification.PAYMENT, Classification.REFUND},
        "received_on": {Classification.PAYMENT},
        "received_by": {Classification.PAYMENT},
        "refund_method": {Classification.REFUND},
        "due_on": {Classification.INVOICE},
        "order_reference": WITH_ITEMS,
        "credit_reason": {Classification.CREDIT_NOTE},
        "issue_reason": {Classification.CREDIT_NOTE, Classification.REFUND},
        "intended": CREDITS,
    }

    def __init__(
        self,
        *args: Any,
        classification: Classification,
        account: Account,
        is_new: bool = True,
        asked: Collection[str] = (),
        questions: Mapping[str, str] = MappingProxyType({}),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for name, owners in self.ONLY.items():
            if classification not in owners:
                del self.fields[name]
        select(self, type={"classification": classification})
        self.fields["type"].initial = self.fields["type"].queryset.filter(is_default=True).first()  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["note"]
        confirmations(self, asked, questions)
        if classification is Classification.INVOICE:
            self.fields["issued_on"].label = say("Invoice date")
        if classification is Classification.CREDIT_NOTE:
            self.fields["issue_reason"].label = labels.EXPLANATION
        if "amount" in self.fields:
            self.fields["amount"].label = say("Amount in {currency}", currency=account.currency.upper())
        if "intended" in self.fields:
            rows = list(invoices_to_mean(account_id=account.pk)[:200])
            choices = [(row.public_id, _invoice_label(row)) for row in rows]
            self._open = {row.public_id: row.open_minor for row in rows}  # type: ignore[attr-defined]
            if active_definition().allocation_principle == Principle.FIFO:
                self.fields["intended"].help_text = say(
                    "Noted only: this company settles invoices by due date (FIFO), whatever a credit is meant for."
                )
            self.fields["intended"].choices = choices  # type: ignore[attr-defined]
            if not choices:
                del self.fields["intended"]
        if "payment_preference" in self.fields:
            ways = account.payment_preferences.select_related("preference", "instrument")
            choices = [
                (way.public_id, called("account_payment_preference", way)) for way in ways.order_by("-is_default", "id")
            ]
            self.fields["payment_preference"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
            if not choices:
                del self.fields["payment_preference"]

    _open: Mapping[str, int] = MappingProxyType({})

    def open_of(self, chosen: Sequence[str]) -> list[int]:
        """What is open of the invoices chosen, in minor units."""
        return [self._open[ident] for ident in chosen if ident in self._open]

    def sections(
        self, classification: Classification, but: Collection[str] = ()
    ) -> list[tuple[str, list[forms.BoundField]]]:
        parts = [
            (
                show.word(classification),
                (
                    "amount",
                    "type",
                    "credit_reason",
                    "payment_method",
                    "refund_method",
                    "payment_preference",
                    "issued_on",
                    "posted_on",
                    "due_on",
                    "order_reference",
                    "received_on",
                    "received_by",
                ),
            ),
            (say("Invoices to settle"), ("intended",)),
            (say("More"), ("category", "back_office_code", "issue_reason", "note", *confirmations_known())),
        ]
        if classification in WITH_ITEMS:
            parts.sort(key=lambda part: part[0] == "More")
        sections = [
            (
                legend,
                [self[name] for name in names if name in self.fields and not self[name].is_hidden and name not in but],
            )
            for legend, names in parts
        ]
        return [(legend, fields) for legend, fields in sections if fields]


def _invoice_label(row: Transaction) -> str:
    due = formats().write_day(row.due_on) if row.due_on else ""
    if not row.open_minor:  # type: ignore[attr-defined]
        return say("{number}, due {due}: settled", number=row.number, due=due)
    left = show.amount_text(row.open_minor, row.currency)  # type: ignore[attr-defined]
    return say(
        "{number}, due {due}: {left} {currency} open",
        number=row.number,
        due=due,
        left=left,
        currency=row.currency.upper(),
    )


SAY_NOTHING = frozenset({"tax_rate", "price_is"})  # of a line, where nothing else is said


def _short(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


def _offered(row: Product | TaxRate) -> str:
    """What it is chosen by: a tax rate with its percentage, where its name does not say it."""
    if not isinstance(row, TaxRate) or decimal_text(row.percent) in row.name:
        return str(row)
    return say("{name} ({percent} %)", name=row.name, percent=decimal_text(row.percent))


class ItemForm(forms.Form):
    credited: Any = None  # what is known of the item that it credits (`credited.attach`)
    fills = ""

    credits = forms.RegexField(r"^txn_\w{1,40}:[1-9][0-9]{0,3}$", required=False, widget=forms.HiddenInput())
    place = forms.IntegerField(required=False, widget=forms.HiddenInput())  # of a draft's item, that is edited
    product = RowField(Product, label=say("Product"))
    description = forms.CharField(label=say("Description"), max_length=10_000, required=False)
    quantity = forms.CharField(
        label=say("Quantity"), max_length=40, initial="1", widget=_short(inputmode="decimal", **{"class": "narrow"})
    )
    price = forms.CharField(
        label=say("Price"), max_length=40, required=False, widget=_short(inputmode="decimal", **{"class": "narrow"})
    )
    price_is = forms.ChoiceField(
        label=say("Price is"),
        initial=UNIT,
        choices=[(UNIT, say("each")), (UNIT_WITH_TAX, say("each, with tax")), (SUB_TOTAL, say("line total"))],
    )
    discount = forms.CharField(
        label=say("Discount"),
        max_length=40,
        required=False,
        widget=_short(placeholder="5% / 10", **{"class": "narrow"}),
    )
    tax_rate = RowField(TaxRate, label=say("Tax"))
    service_start = DayField(label=say("Service from"))
    service_end = DayField(label=say("Service to"))

    def __init__(
        self, *args: Any, catalogue: dict[str, Any] | None = None, default_tax: int | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["tax_rate"].initial = default_tax
        for name, rows in (catalogue or {}).items():
            field = self.fields[name]
            field.queryset = rows  # type: ignore[attr-defined]
            field.choices = [("", "–"), *((row.pk, _offered(row)) for row in rows)]  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Whether something was entered: a tax alone is no line, whatever tax a new one begins with."""
        return bool({*self.changed_data} - SAY_NOTHING)

    @property
    def says_something(self) -> bool:
        """An item that could be credited, with no amount, is not."""
        return not self.cleaned_data.get("credits") or bool(self.cleaned_data.get("price", "").strip())


class BaseItems(forms.BaseFormSet):
    """Items; lines that say nothing are left out, and the choices of all lines are read once.

    ``kept`` has by field what a draft's items have already: it is offered still when it is out of use.
    """

    def __init__(self, *args: Any, kept: Mapping[str, Sequence[int]] = MappingProxyType({}), **options: Any) -> None:
        rows = {
            name: model.objects.filter(Q(is_active=True) | Q(pk__in=kept.get(name, ()))).order_by("name")
            for name, model in (("product", Product), ("tax_rate", TaxRate))
        }
        of_write_offs = TransactionDefinition.objects.values("write_off_product")  # which nobody sells
        rows["product"] = rows["product"].exclude(~Q(pk__in=kept.get("product", ())), pk__in=of_write_offs)
        tax = TransactionDefinition.objects.filter(default_tax_rate__is_active=True)
        default = tax.values_list("default_tax_rate", flat=True).first()
        super().__init__(*args, **{**options, "form_kwargs": {"catalogue": rows, "default_tax": default}})

    @property
    def credits_any(self) -> bool:
        """Whether a line credits an item of an invoice."""
        return any(form.credited for form in self.forms)

    def initial_form_count(self) -> int:
        return 0

    def total_form_count(self) -> int:
        return super().total_form_count() if self.is_bound else max(len(self.initial or ()) + self.extra, 1)

    def lines(self) -> list[dict[str, Any]]:
        """What was typed, line by line, for lines that say something and are not taken out."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.has_changed() and form.cleaned_data and not form.cleaned_data.get("DELETE") and form.says_something
        ]

    def typed(self) -> list[dict[str, str]]:
        """The lines as they stand in the request, to show them again with one more."""
        names = [*ItemForm.base_fields]
        return [
            {name: self.data.get(self.add_prefix(i) + f"-{name}", "") for name in names}
            for i in range(super().total_form_count())
            if not self.data.get(f"{self.add_prefix(i)}-DELETE")
        ]


ItemFormSet = forms.formset_factory(
    ItemForm, formset=BaseItems, extra=0, can_delete=True, absolute_max=500, max_num=500
)


def initial_of(row: Transaction) -> dict[str, Any]:
    """A draft's own values for its form."""
    initial = {
        name: getattr(row, name)
        for name in (
            "issued_on",
            "due_on",
            "received_on",
            "received_by",
            "back_office_code",
            "order_reference",
            "issue_reason",
            "credit_reason",
            "payment_method",
            "refund_method",
            "type",
            "category",
        )
    }
    if not row.is_dated:
        del initial["issued_on"]
    initial["amount"] = minor_text(row.amount_minor, row.currency)
    return initial
