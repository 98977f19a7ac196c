"""The step of setting a company up that is about when invoices are due."""

from __future__ import annotations

from typing import Any

from django import forms

from subledger.accounts.models import AccountDefinition
from subledger.accounts.rules import CreditRuleKind
from subledger.accounts.tables import DEFINITIONS
from subledger.companies.entries import save_entry
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.setup import SetupStep

PRINCIPLES = DEFINITIONS.field_named("allocation_principle").spoken


class TermsForm(forms.Form):
    days = forms.IntegerField(
        min_value=0, max_value=365, label=say("Invoices are due after days"), help_text=say("0: at once. 30 is usual.")
    )
    allocation_principle = forms.ChoiceField(
        label=say("Payments are applied"), choices=[(str(value), words) for value, words in PRINCIPLES.items()]
    )


def _row() -> AccountDefinition:
    return AccountDefinition.objects.get(is_active=True)


def _form(request: Any, data: Any) -> forms.Form:
    row = _row()
    return TermsForm(data, initial={"days": row.days, "allocation_principle": row.allocation_principle})


def _save(request: Any, form: forms.Form) -> None:
    values = {**form.cleaned_data, "credit_rule": CreditRuleKind.DAYS}
    save_entry(model=AccountDefinition, ident=_row().pk, values=values, actor=actor(request))


def _facts(request: Any) -> list[tuple[str, str]]:
    row = _row()
    due = (
        say("{days} days after the invoice", days=row.days) if row.credit_rule == CreditRuleKind.DAYS else str(row.name)
    )
    return [(say("Due"), due), (say("Payments are applied"), PRINCIPLES.get(row.allocation_principle, ""))]


def steps(request: Any, row: Any) -> list[SetupStep]:
    return [
        SetupStep(
            name="terms",
            title=say("Payment terms"),
            about=say("When invoices are due, and which invoice a payment settles."),
            permission="configuration.edit:account_definition",
            facts=_facts,
            form=_form,
            save=_save,
        )
    ]
