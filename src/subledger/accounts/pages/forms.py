from __future__ import annotations

from typing import Any

from django import forms

from subledger.accounts.models import (
    AccountClassification,
    CreditRating,
    PaymentPreference,
    PresentmentPreference,
)
from subledger.accounts.rules import Operator, Unit
from subledger.accounts.states import ContactRole, Topic
from subledger.kernel.languages import LANGUAGES
from subledger.page_kit.faces import contributions
from subledger.page_kit.fields import AmountField, DayField, RowField, TextField, select

__all__ = ["RECEIVES", "AccountForm", "ContactForm", "CustomerForm", "PreferenceForm", "StateForm"]

RECEIVES = {
    Topic.INVOICES: "Invoices, credit notes and receipts",
    Topic.STATEMENTS: "Statements",
    Topic.REMINDERS: "Reminders",
}


class LanguageForm(forms.Form):
    """Of whoever has a language: those that we speak are offered, beside another that was said by API or file."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = self.initial.get("language")
        if own and own not in LANGUAGES:
            field: Any = self.fields["language"]
            field.choices = [*field.choices, (own, own)]


class CustomerForm(LanguageForm):
    name = forms.CharField(max_length=300)
    code = forms.CharField(
        max_length=100,
        required=False,
        help_text="Its name in your other systems. Numbered automatically if left empty.",
    )
    email = forms.CharField(max_length=320, required=False, label="Email", widget=forms.EmailInput)
    phone = forms.CharField(max_length=60, required=False)
    tax_number = forms.CharField(max_length=60, required=False, label="Tax number")
    address_line1 = forms.CharField(max_length=300, required=False, label="Address")
    address_line2 = forms.CharField(max_length=300, required=False, label="Address, second line")
    postal_code = forms.CharField(max_length=30, required=False, label="Postal code")
    city = forms.CharField(max_length=120, required=False)
    region = forms.CharField(max_length=120, required=False)
    country = forms.CharField(max_length=2, required=False, help_text="Two letters, such as IT.")
    language = forms.ChoiceField(
        required=False,
        choices=[("", "Not said"), *LANGUAGES.items()],
        help_text="Of the pages the customer pays on; as their browser asks where it is not said.",
    )


class ContactForm(LanguageForm):
    name = forms.CharField(max_length=300)
    role = forms.ChoiceField(choices=[(role.value, role.value.capitalize()) for role in ContactRole])
    email = forms.CharField(max_length=320, required=False, label="Email", widget=forms.EmailInput)
    phone = forms.CharField(max_length=60, required=False)
    language = forms.ChoiceField(
        required=False, choices=[("", "The customer's"), *LANGUAGES.items()], help_text="Of what is sent to them."
    )
    receives = forms.MultipleChoiceField(
        required=False,
        choices=[(topic.value, words) for topic, words in RECEIVES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Where nobody receives something, it goes to the customer's own address.",
    )


class AccountForm(forms.Form):
    name = forms.CharField(max_length=300, required=False, help_text="Defaults to the customer's name.")
    code = forms.CharField(max_length=100, required=False, help_text="Its name in your other systems.")
    currency = forms.CharField(max_length=3, help_text="ISO code; it never changes afterwards.")
    classification = RowField(AccountClassification)
    parent = forms.CharField(
        max_length=100,
        required=False,
        label="Parent account",
        help_text="Its number, or its external reference: it shows a balance over this one.",
    )
    credit_rating = RowField(CreditRating, label="Credit rating")
    credit_limit = AmountField(
        label="Credit limit", help_text="The highest balance it may reach. No limit if left empty."
    )
    credit_period_operator = forms.ChoiceField(
        required=False,
        label="Custom terms",
        choices=[("", "None"), (Operator.MINUS, "Earlier by"), (Operator.PLUS, "Later by")],
    )
    credit_period_value = forms.IntegerField(required=False, min_value=0, max_value=3650, label="… how many")
    credit_period_unit = forms.ChoiceField(
        required=False, label="… days or months", choices=[(Unit.DAYS, "Days"), (Unit.MONTHS, "Months")]
    )
    presentment_preference = RowField(PresentmentPreference, label="Delivery method")
    tax_number = forms.CharField(max_length=60, required=False, label="Tax number")
    billing_address = TextField(label="Billing address")
    buyer_reference = forms.CharField(
        max_length=120,
        required=False,
        label="Customer's reference",
        help_text="What it wants to read on its invoices, such as a Leitweg-ID.",
    )
    electronic_address = forms.CharField(
        max_length=120,
        required=False,
        label="Electronic address",
        help_text="Where it takes electronic invoices, such as 0204:991-12345-67; its e-mail if left out.",
    )
    description = TextField()

    SECTIONS = (
        ("Account", ("name", "code", "currency", "classification", "parent", "tax_number", "presentment_preference")),
        (
            "Credit terms",
            (
                "credit_rating",
                "credit_limit",
                "credit_period_operator",
                "credit_period_value",
                "credit_period_unit",
            ),
        ),
        ("Invoices", ("billing_address", "buyer_reference", "electronic_address", "description")),
    )

    def __init__(self, *args: Any, keeps_currency: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        select(self)
        if keeps_currency:
            del self.fields["currency"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("credit_period_operator") and values.get("credit_period_value") is None:
            self.add_error("credit_period_value", "Say how many days or months, or choose no deviation.")
        return values

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(legend, [self[name] for name in names if name in self.fields]) for legend, names in self.SECTIONS]


class StateForm(forms.Form):
    reason = TextField(help_text="Kept on the account's timeline.")


class PreferenceForm(forms.Form):
    preference = RowField(PaymentPreference, required=True, label="Payment method")
    reference = forms.CharField(
        max_length=200, required=False, label="Reference", help_text="What tells it from the customer's others."
    )
    account_holder = forms.CharField(max_length=70, required=False, label="Account holder")
    iban = forms.CharField(max_length=42, required=False, label="IBAN")
    bic = forms.CharField(max_length=11, required=False, label="BIC", help_text="Not needed inside SEPA.")
    mandate_reference = forms.CharField(
        max_length=35, required=False, label="Mandate reference", help_text="Of a SEPA direct debit."
    )
    mandate_signed_on = DayField(label="Mandate signed on")
    is_default = forms.BooleanField(required=False, label="Preferred")

    DETAILS = ("reference", "account_holder", "iban", "bic", "mandate_reference", "mandate_signed_on")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        select(self)
        # What is registered elsewhere, such as on a gateway's page, is never typed.
        field: Any = self.fields["preference"]
        for elsewhere in contributions("account_payment_preference", "registered_elsewhere", None, None):
            field.queryset = field.queryset.exclude(elsewhere)

    def details(self) -> dict[str, str]:
        """What was typed of it; a day in ISO form."""
        typed = {name: self.cleaned_data[name] for name in self.DETAILS if self.cleaned_data[name]}
        return {name: str(value).strip() for name, value in typed.items()}
