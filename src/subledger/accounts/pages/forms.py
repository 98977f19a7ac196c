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
from subledger.kernel.sentences import say
from subledger.page_kit.faces import contributions
from subledger.page_kit.fields import AmountField, CountryField, CurrencyField, DayField, RowField, TextField, select
from subledger.page_kit.templatetags.subledger_tags import word

__all__ = ["RECEIVES", "AccountForm", "ContactForm", "CustomerForm", "PreferenceForm", "StateForm"]

RECEIVES = {
    Topic.INVOICES: say("Invoices, credit notes and receipts"),
    Topic.STATEMENTS: say("Statements"),
    Topic.REMINDERS: say("Reminders"),
}


TAX_NUMBER_HELP = say("A VAT number begins with the two letters of its country, such as DE129273398.")


class LanguageForm(forms.Form):
    """Of whoever has a language: those that we speak are offered, beside another that was said by API or file."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = self.initial.get("language")
        if own and own not in LANGUAGES:
            field: Any = self.fields["language"]
            field.choices = [*field.choices, (own, own)]


class CustomerForm(LanguageForm):
    name = forms.CharField(label=say("Name"), max_length=300)
    code = forms.CharField(
        label=say("Code"),
        max_length=100,
        required=False,
        help_text=say("Its name in your other systems. Numbered automatically if left empty."),
    )
    email = forms.CharField(max_length=320, required=False, label=say("Email"), widget=forms.EmailInput)
    phone = forms.CharField(label=say("Phone"), max_length=60, required=False)
    tax_number = forms.CharField(max_length=60, required=False, label=say("Tax number"), help_text=TAX_NUMBER_HELP)
    address_line1 = forms.CharField(max_length=300, required=False, label=say("Address"))
    address_line2 = forms.CharField(max_length=300, required=False, label=say("Address, second line"))
    postal_code = forms.CharField(max_length=30, required=False, label=say("Postal code"))
    city = forms.CharField(label=say("City"), max_length=120, required=False)
    region = forms.CharField(label=say("Region"), max_length=120, required=False)
    country = CountryField()
    language = forms.ChoiceField(
        label=say("Language"),
        required=False,
        choices=[("", say("Not said")), *LANGUAGES.items()],
        help_text=say("Of the pages the customer pays on; as their browser asks where it is not said."),
    )


class NewCustomerForm(CustomerForm):
    opens_account = forms.BooleanField(
        label=say("Open an account in the company's currency"),
        required=False,
        initial=True,
        help_text=say("Invoices and payments stand on it. More can be opened later, in other currencies too."),
    )


class ContactForm(LanguageForm):
    name = forms.CharField(label=say("Name"), max_length=300)
    role = forms.ChoiceField(label=say("Role"), choices=[(role.value, word(role)) for role in ContactRole])
    email = forms.CharField(max_length=320, required=False, label=say("Email"), widget=forms.EmailInput)
    phone = forms.CharField(label=say("Phone"), max_length=60, required=False)
    language = forms.ChoiceField(
        label=say("Language"),
        required=False,
        choices=[("", say("The customer's")), *LANGUAGES.items()],
        help_text=say("Of what is sent to them."),
    )
    receives = forms.MultipleChoiceField(
        label=say("Receives"),
        required=False,
        choices=[(topic.value, words) for topic, words in RECEIVES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=say("Where nobody receives something, it goes to the customer's own address."),
    )


class AccountForm(forms.Form):
    name = forms.CharField(
        label=say("Name"), max_length=300, required=False, help_text=say("Defaults to the customer's name.")
    )
    code = forms.CharField(
        label=say("Code"), max_length=100, required=False, help_text=say("Its name in your other systems.")
    )
    currency = CurrencyField(
        label=say("Currency"),
        help_text=say("Such as EUR; it never changes afterwards."),
    )
    classification = RowField(AccountClassification, label=say("Classification"))
    parent = forms.CharField(
        max_length=100,
        required=False,
        label=say("Parent account"),
        help_text=say("Its number, or its external reference: it shows a balance over this one."),
    )
    credit_rating = RowField(CreditRating, label=say("Credit rating"))
    credit_limit = AmountField(
        label=say("Credit limit"), help_text=say("The highest balance it may reach. No limit if left empty.")
    )
    credit_period_operator = forms.ChoiceField(
        required=False,
        label=say("Custom terms"),
        choices=[("", say("None")), (Operator.MINUS, say("Earlier by")), (Operator.PLUS, say("Later by"))],
    )
    credit_period_value = forms.IntegerField(required=False, min_value=0, max_value=3650, label=say("… how many"))
    credit_period_unit = forms.ChoiceField(
        required=False, label=say("… days or months"), choices=[(Unit.DAYS, say("Days")), (Unit.MONTHS, say("Months"))]
    )
    presentment_preference = RowField(PresentmentPreference, label=say("Delivery method"))
    tax_number = forms.CharField(max_length=60, required=False, label=say("Tax number"), help_text=TAX_NUMBER_HELP)
    billing_address = TextField(label=say("Billing address"))
    buyer_reference = forms.CharField(
        max_length=120,
        required=False,
        label=say("Customer's reference"),
        help_text=say("What it wants to read on its invoices, such as a Leitweg-ID."),
    )
    electronic_address = forms.CharField(
        max_length=120,
        required=False,
        label=say("Electronic address"),
        help_text=say("Where it takes electronic invoices, such as 0204:991-12345-67; its e-mail if left out."),
    )
    description = TextField(label=say("Description"))

    SECTIONS = (
        (
            say("Account"),
            ("name", "code", "currency", "classification", "parent", "tax_number", "presentment_preference"),
        ),
        (
            say("Credit terms"),
            (
                "credit_rating",
                "credit_limit",
                "credit_period_operator",
                "credit_period_value",
                "credit_period_unit",
            ),
        ),
        (say("Invoices"), ("billing_address", "buyer_reference", "electronic_address", "description")),
    )

    def __init__(self, *args: Any, keeps_currency: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        select(self)
        if keeps_currency:
            del self.fields["currency"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("credit_period_operator") and values.get("credit_period_value") is None:
            self.add_error("credit_period_value", say("Say how many days or months, or choose no deviation."))
        return values

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(legend, [self[name] for name in names if name in self.fields]) for legend, names in self.SECTIONS]


class StateForm(forms.Form):
    reason = TextField(label=say("Reason"), help_text=say("Kept on the account's timeline."))


class PreferenceForm(forms.Form):
    preference = RowField(PaymentPreference, required=True, label=say("Payment method"))
    reference = forms.CharField(
        max_length=200,
        required=False,
        label=say("Reference"),
        help_text=say("What tells it from the customer's others."),
    )
    account_holder = forms.CharField(max_length=70, required=False, label=say("Account holder"))
    iban = forms.CharField(max_length=42, required=False, label=say("IBAN"))
    bic = forms.CharField(max_length=11, required=False, label=say("BIC"), help_text=say("Not needed inside SEPA."))
    mandate_reference = forms.CharField(
        max_length=35, required=False, label=say("Mandate reference"), help_text=say("Of a SEPA direct debit.")
    )
    mandate_signed_on = DayField(label=say("Mandate signed on"))
    is_default = forms.BooleanField(required=False, label=say("Preferred"))
    is_recurring = forms.BooleanField(
        required=False,
        initial=True,
        label=say("Auto-charge"),
        help_text=say("Automatic payment runs may collect by it."),
    )

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
