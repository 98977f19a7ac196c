"""The logo, and a made-up invoice that shows the letterhead."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString

from subledger.companies.models import Company
from subledger.documents.guards import check_letterhead
from subledger.documents.layouts import lay_out
from subledger.documents.letters import unprintable, words_for
from subledger.documents.models import Letterhead
from subledger.documents.printouts import printout_of
from subledger.documents.queries import has_logo, sender, sender_by
from subledger.documents.samples import sample_invoice
from subledger.documents.services import remove_logo, set_logo
from subledger.documents.sheets import shown
from subledger.documents.tables import LETTERHEAD
from subledger.documents.web import to_paper
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.kinds import crumbs_to, entry_url, kind_named
from subledger.page_kit.navigation import Action
from subledger.page_kit.refusals import words_of
from subledger.page_kit.rendering import render, render_to_string
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage, Page
from subledger.platform.configuration import Change

EDITS = "configuration.edit:letterhead"
LONGEST = 10_000  # letters of what has no limit of its own


def actions(request: HttpRequest, row: Letterhead) -> list[Action]:
    found = [
        Action(say("Show a sample"), page_url("letterhead_sample"), "file-text"),
        Action(say("Choose a logo"), page_url("letterhead_logo"), "upload"),
    ]
    if has_logo():
        found.append(Action(say("Take off the logo"), page_url("letterhead_logo_remove"), "trash", danger=True))
    return found


def warnings(request: HttpRequest, row: Letterhead) -> list[str]:
    """Of letters in it that would be boxes on paper."""
    letters = unprintable(shown(str(getattr(row, one.name))) for one in LETTERHEAD.fields)
    return [words_for(say("Letterhead"), letters)] if letters else []


def sample_paper(row: Letterhead) -> SafeString:
    """A made-up invoice in a letterhead, kept or not."""
    by = sender_by(row)
    currency = Company.objects.get(pk=row.company_id).base_currency
    return to_paper(lay_out(sample_invoice(by, currency=currency, on=today())), by.brand, level=2)


def within(request: HttpRequest, row: Letterhead | None) -> list[SafeString]:
    """How an invoice looks in it, as it is being filled in."""
    if row is None:
        return []
    return [render_to_string("documents/live.html", {"url": page_url("letterhead_look"), "paper": sample_paper(row)})]


class LookPage(Page):
    """A part of the letterhead's form: how an invoice looks with what is typed. Nothing is kept."""

    permission = EDITS

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        row = Letterhead.objects.get()
        for one in LETTERHEAD.fields:
            longest = LETTERHEAD.column_of(one).max_length or LONGEST
            setattr(row, one.name, request.POST.get(one.on_pages, "")[:longest])
        try:
            check_letterhead(Change(row, None, {}))
        except DomainError as refusal:
            return render(request, "documents/looks.html", {"why": words_of(refusal)})
        return render(request, "documents/looks.html", {"paper": sample_paper(row)})


def letterhead_url() -> str:
    return entry_url(kind_named("letterhead"), Letterhead.objects.get())


class LogoForm(forms.Form):
    content = forms.FileField(
        label=say("Logo"),
        help_text=say("PNG or JPEG, at most 512 KiB. It stands at the top of documents, 16 mm high at most."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg"}),
    )


class LogoPage(FormPage):
    permission = EDITS
    takes_files = True
    title = say("Logo")
    form_class = LogoForm
    done = say("Documents that are printed from now on have this logo.")

    def act(self, form: Form) -> str:
        set_logo(content=form.cleaned_data["content"].read(), actor=actor(self.request))
        return letterhead_url()

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((self.title, "")), "cancel_url": letterhead_url()}


class LogoRemovePage(FormPage):
    permission = EDITS
    title = say("Take off the logo")
    submit_label = say("Take it off")
    done = say("Documents have your name in place of the logo from now on.")

    def act(self, form: Form) -> str:
        remove_logo(actor=actor(self.request))
        return letterhead_url()

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((self.title, "")), "cancel_url": letterhead_url()}


class SamplePage(DetailPage):
    title = say("Sample")

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        by = sender()
        currency = request.staff.company.base_currency  # type: ignore[attr-defined]
        printed = printout_of(sample_invoice(by, currency=currency, on=today()), by.brand)
        response = HttpResponse(printed.content, content_type=printed.content_type)
        response["Content-Disposition"] = 'inline; filename="sample.pdf"'
        return response
