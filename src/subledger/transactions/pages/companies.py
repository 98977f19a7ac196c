"""A new company by page: another one, or the first of an installation."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.companies.queries import is_first_for
from subledger.companies.steps import FIRST_COMPANY
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import PAGE_LANGUAGES
from subledger.kernel.sentences import say
from subledger.page_kit.access import COMPANY_KEY, actor
from subledger.page_kit.fields import CountryField, CurrencyField, TextField
from subledger.page_kit.kinds import crumbs_to
from subledger.page_kit.staff import first_step
from subledger.page_kit.translation import language
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.transactions.services.defaults import found_company, tax_written


class CompanyForm(forms.Form):
    name = forms.CharField(
        label=say("Name"), max_length=200, help_text=say("Of the legal entity, as it stands on what it sends.")
    )
    code = forms.CharField(
        label=say("Code"),
        max_length=40,
        required=False,
        help_text=say("A short name for commands, such as nordlicht; made of the name if left out."),
    )
    base_currency = CurrencyField(
        label=say("Base currency"),
        help_text=say("Of its books, such as EUR; it never changes."),
    )
    country = CountryField()
    time_zone = forms.ChoiceField(
        label=say("Time zone"),
        choices=lambda: [(zone, zone) for zone in sorted(available_timezones())],
        help_text=say("Its business days are read in it."),
    )
    language = forms.ChoiceField(
        label=say("Language"),
        required=False,
        choices=lambda: [*PAGE_LANGUAGES.items()],
        help_text=say("Of its pages, and of the names that it begins with, such as those of methods."),
    )
    taxes = TextField(
        label=say("Tax rates"), help_text=say("One a line: 22, or Reduced rate=10. More can be added later.")
    )


class CompanyNewPage(FormPage):
    """Whoever makes it administers it, and looks at it from then on."""

    permission = "companies.create"
    title = say("New company")
    form_class = CompanyForm
    submit_label = say("Create company")
    done = say("The company is ready: roles, types, methods, chart of accounts and posting rules can all be changed.")

    def initial(self) -> dict[str, Any]:
        return {"time_zone": self.request.staff.company.time_zone, "language": language()}  # type: ignore[attr-defined]

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        taxes = [tax_written(line.strip()) for line in typed.pop("taxes").splitlines() if line.strip()]
        company = found_company(**typed, taxes=taxes, administrator=self.request.user, actor=actor(self.request))
        self.request.session[COMPANY_KEY] = company.public_id
        return page_url("setup")

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((self.title, "")), "cancel_url": page_url("configuration")}


class FirstCompanyPage(CompanyNewPage):
    """For whoever administers an installation without a company; there is no such page where there is one."""

    title = say("Your first company")

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        step = first_step(request.user, [])
        if step not in ("", FIRST_COMPANY):
            return redirect(step)
        if not is_first_for(request.user):
            raise NotFound("page", say("first company"))
        return super().dispatch(request, *args, **named)

    def initial(self) -> dict[str, Any]:
        return {"time_zone": "UTC", "language": language()}

    def extra(self) -> dict[str, Any]:
        return {}
