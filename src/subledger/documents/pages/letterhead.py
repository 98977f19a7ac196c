"""The logo, and a made-up invoice that shows the letterhead."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from subledger.documents.models import Letterhead
from subledger.documents.printouts import printout_of
from subledger.documents.queries import has_logo, sender
from subledger.documents.samples import sample_invoice
from subledger.documents.services import remove_logo, set_logo
from subledger.page_kit.access import actor, today
from subledger.page_kit.kinds import crumbs_to, entry_url, kind_named
from subledger.page_kit.navigation import Action
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage

EDITS = "configuration.edit:letterhead"


def actions(request: HttpRequest, row: Letterhead) -> list[Action]:
    found = [
        Action("Show a sample", page_url("letterhead_sample"), "file-text"),
        Action("Choose a logo", page_url("letterhead_logo"), "upload"),
    ]
    if has_logo():
        found.append(Action("Take off the logo", page_url("letterhead_logo_remove"), "trash", danger=True))
    return found


def letterhead_url() -> str:
    return entry_url(kind_named("letterhead"), Letterhead.objects.get())


class LogoForm(forms.Form):
    content = forms.FileField(
        label="Logo",
        help_text="PNG or JPEG, at most 512 KiB. It stands at the top of documents, 16 mm high at most.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg"}),
    )


class LogoPage(FormPage):
    permission = EDITS
    takes_files = True
    title = "Logo"
    form_class = LogoForm
    done = "Documents that are printed from now on have this logo."

    def act(self, form: Form) -> str:
        set_logo(content=form.cleaned_data["content"].read(), actor=actor(self.request))
        return letterhead_url()

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((self.title, "")), "cancel_url": letterhead_url()}


class LogoRemovePage(FormPage):
    permission = EDITS
    title = "Take off the logo"
    submit_label = "Take it off"
    done = "Documents have your name in place of the logo from now on."

    def act(self, form: Form) -> str:
        remove_logo(actor=actor(self.request))
        return letterhead_url()

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((self.title, "")), "cancel_url": letterhead_url()}


class SamplePage(DetailPage):
    title = "Sample"

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        by = sender()
        currency = request.staff.company.base_currency  # type: ignore[attr-defined]
        printed = printout_of(sample_invoice(by, currency=currency, on=today()), by.brand)
        response = HttpResponse(printed.content, content_type=printed.content_type)
        response["Content-Disposition"] = 'inline; filename="sample.pdf"'
        return response
