"""The steps of setting a company up that are about tax and the first invoice."""

from __future__ import annotations

from typing import Any

from django import forms

from subledger.accounts.models import Account
from subledger.accounts.services import create_customer_with_account
from subledger.catalog.models import TaxRate
from subledger.catalog.services import create_tax_rate
from subledger.companies.entries import save_entry
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.parsing import decimal_text
from subledger.page_kit.setup import SetupStep
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction, TransactionDefinition
from subledger.transactions.services.defaults import tax_written
from subledger.transactions.states import Classification


class TaxForm(forms.Form):
    default = forms.ChoiceField(
        required=False, label=say("Default on new lines"), help_text=say("Each line can have another.")
    )
    new = forms.CharField(
        max_length=100, required=False, label=say("Another rate"), help_text=say("Such as 22, or Reduced rate=10.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rates = [(str(rate.pk), f"{rate.name} ({decimal_text(rate.percent)} %)") for rate in _rates()]
        self.fields["default"].choices = [("", say("None")), *rates]  # type: ignore[attr-defined]


def _rates() -> list[TaxRate]:
    return list(TaxRate.objects.filter(is_active=True).order_by("-percent", "name"))


def _definition() -> TransactionDefinition:
    return TransactionDefinition.objects.select_related("default_tax_rate").get()


def _tax_form(request: Any, data: Any) -> forms.Form:
    chosen, rates = _definition().default_tax_rate_id, _rates()
    usual = chosen or (rates[0].pk if rates else "")  # the highest is the one of most sales
    return TaxForm(data, initial={"default": str(usual)})


def _save_tax(request: Any, form: forms.Form) -> None:
    typed = form.cleaned_data
    rate = TaxRate.objects.filter(pk=typed["default"]).first() if typed["default"] else None
    if typed["new"].strip():
        tax = tax_written(typed["new"].strip())
        rate = create_tax_rate(code=tax.code, name=tax.name, percent=tax.percent, actor=actor(request))
    values = {"default_tax_rate": rate}
    save_entry(model=TransactionDefinition, ident=_definition().pk, values=values, actor=actor(request))


def _tax_facts(request: Any) -> list[tuple[str, str]]:
    chosen = _definition().default_tax_rate
    return [
        (
            say("Rates"),
            ", ".join(
                rate.name if "%" in rate.name else f"{rate.name} {decimal_text(rate.percent)} %" for rate in _rates()
            ),
        ),
        (say("Default"), chosen.name if chosen else ""),
    ]


class FirstForm(forms.Form):
    name = forms.CharField(max_length=300, label=say("Customer"))
    email = forms.CharField(max_length=320, required=False, label=say("Email"), widget=forms.EmailInput)
    address_line1 = forms.CharField(max_length=300, required=False, label=say("Address"))
    postal_code = forms.CharField(max_length=30, required=False, label=say("Postal code"))
    city = forms.CharField(label=say("City"), max_length=120, required=False)


def _save_first(request: Any, form: forms.Form) -> str:
    """The customer with an account; its first invoice is entered, looked at and posted like any other."""
    account = create_customer_with_account(new=form.cleaned_data, actor=actor(request))  # type: ignore[arg-type]
    return page_url("transaction_new", account.pk, Classification.INVOICE)


def _first_facts(request: Any) -> list[tuple[str, Any]]:
    first = Account.objects.filter(system_role=None).order_by("pk").first()
    return [(say("First account"), str(first))] if first else []


def steps(request: Any, row: Any) -> list[SetupStep]:
    return [
        SetupStep(
            name="tax",
            title=say("Tax"),
            about=say("The rates you charge, and the one that lines begin with."),
            permission="configuration.edit",
            facts=_tax_facts,
            is_done=lambda: _definition().default_tax_rate_id is not None,
            form=_tax_form,
            save=_save_tax,
        )
    ]


def last_steps(request: Any, row: Any) -> list[SetupStep]:
    return [
        SetupStep(
            name="invoice",
            title=say("First invoice"),
            about=say("A customer, and what they owe: looked at before it is posted."),
            permission="customers.edit",
            facts=_first_facts,
            is_done=lambda: Transaction.objects.filter(
                classification=Classification.INVOICE, posted_on__isnull=False
            ).exists(),
            form=lambda request, data: FirstForm(data),
            save=_save_first,
            label=say("Create the customer and go on"),
        )
    ]
