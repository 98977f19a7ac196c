"""How the company, and the person who looks, writes numbers and days, and the language of their pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.forms import Form

from subledger.companies.formats import set_company_formats, set_own_formats, version_of_formats
from subledger.companies.models import Company, Membership
from subledger.kernel.days import DayFormat
from subledger.kernel.languages import PAGE_LANGUAGES
from subledger.kernel.numbers import NumberFormat
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, language_of
from subledger.page_kit.kinds import crumbs_to
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.translation import in_language
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage


class FormatsForm(forms.Form):
    language = forms.ChoiceField(required=False, label=say("Language of pages"))
    number_format = forms.ChoiceField(required=False, label=say("Numbers"))
    date_format = forms.ChoiceField(required=False, label=say("Days"))

    def __init__(self, *args: Any, unsaid: str, unsaid_language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        languages = [("", unsaid_language), *PAGE_LANGUAGES.items()]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        for name, formats in (("number_format", NumberFormat), ("date_format", DayFormat)):
            choices = [("", unsaid), *((one.value, one.value) for one in formats)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def formats_of(row: Company | Membership) -> dict[str, str]:
    """What a company or a person says of them."""
    return {"language": row.language, "number_format": row.number_format, "date_format": row.date_format}


class FormatsPage(FormPage):
    submit_label = say("Save")
    unsaid = unsaid_language = ""

    def row(self) -> Company | Membership:
        raise NotImplementedError

    def say_done(self, text: str) -> None:
        """In the language that was chosen just now."""
        with in_language(language_of(self.request.staff.membership)):  # type: ignore[attr-defined]
            messages.success(self.request, text)

    def form(self, data: Any = None, files: Any = None) -> Form:
        row = self.row()
        return FormatsForm(data, initial=formats_of(row), unsaid=self.unsaid, unsaid_language=self.unsaid_language)


class CompanyFormatsPage(FormatsPage):
    permission = "configuration.edit"
    title = say("Language, numbers and days")
    unsaid_language = say("English, where a person does not say their own")
    unsaid = say("Not said: 1 234.56, and 1.000 is asked for")

    def row(self) -> Company:
        return self.request.staff.company  # type: ignore[attr-defined]

    def version(self) -> str:
        return version_of_formats(Company.objects.get(pk=self.row().pk))

    def edits(self) -> int:
        return int(self.row().pk)

    def act(self, form: Form) -> str:
        set_company_formats(**form.cleaned_data, version=self.seen, actor=actor(self.request))
        self.request.staff.membership.company.refresh_from_db(fields=["language"])  # type: ignore[attr-defined]
        self.say_done(say("Pages use this from now on, where a person has not chosen for themselves."))
        return page_url("formats")

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((self.title, "")), "cancel_url": page_url("configuration")}


class OwnFormatsPage(FormatsPage):
    permission = "view"
    title = say("Your language, numbers and days")
    unsaid_language = say("As the company does")
    unsaid = say("As the company does")

    def row(self) -> Membership:
        return self.request.staff.membership  # type: ignore[attr-defined]

    def act(self, form: Form) -> str:
        set_own_formats(membership=self.row(), **form.cleaned_data, actor=actor(self.request))
        self.row().refresh_from_db(fields=["language"])
        self.say_done(say("Your pages use this from now on."))
        return page_url("own_formats")

    def extra(self) -> dict[str, Any]:
        company = self.row().company
        return {
            "crumbs": [Crumb(self.title)],
            "cancel_url": page_url("home"),
            "intro": say(
                "Of the pages of {company}: each company that you work for has its own.", company=company.name
            ),
        }
