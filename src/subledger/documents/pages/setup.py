"""The step of setting a company up that is about what it says of itself on documents."""

from __future__ import annotations

from typing import Any

from django import forms

from subledger.companies.entries import save_entry
from subledger.companies.models import Company
from subledger.documents.models import Letterhead
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.fields import CountryField
from subledger.page_kit.setup import SetupStep
from subledger.platform.scope import current_company_id


class CompanyForm(forms.Form):
    legal_name = forms.CharField(max_length=200, label=say("Legal name"))
    address_line1 = forms.CharField(max_length=300, label=say("Address"))
    postal_code = forms.CharField(max_length=30, required=False, label=say("Postal code"))
    city = forms.CharField(label=say("City"), max_length=120)
    country = CountryField()
    vat_number = forms.CharField(max_length=60, required=False, label=say("VAT number"))
    email = forms.CharField(max_length=320, required=False, label=say("Email"), widget=forms.EmailInput)
    iban = forms.CharField(
        max_length=42, required=False, label=say("IBAN"), help_text=say("Where customers send money.")
    )


def _row() -> Letterhead:
    return Letterhead.objects.get()


def _form(request: Any, data: Any) -> forms.Form:
    row, company = _row(), Company.objects.get(pk=current_company_id())
    stands = {name: getattr(row, name) for name in CompanyForm.base_fields}
    return CompanyForm(data, initial={
        **stands, "legal_name": row.legal_name or company.name, "country": row.country or company.country,
    })  # fmt: skip


def _save(request: Any, form: forms.Form) -> None:
    save_entry(model=Letterhead, ident=_row().pk, values=form.cleaned_data, actor=actor(request))


def _facts(request: Any) -> list[tuple[str, str]]:
    row = _row()
    place = " ".join(filter(None, (row.postal_code, row.city)))
    return [(say("Address"), ", ".join(filter(None, (row.address_line1, place)))), (say("VAT number"), row.vat_number)]


def steps(request: Any, row: Any) -> list[SetupStep]:
    return [
        SetupStep(
            name="company",
            title=say("Company"),
            about=say("Name, address and tax number, as they stand on what you send."),
            permission="configuration.edit:letterhead",
            facts=_facts,
            is_done=lambda: bool(_row().address_line1 and _row().city),
            form=_form,
            save=_save,
        )
    ]
