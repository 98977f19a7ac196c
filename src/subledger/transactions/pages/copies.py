"""Copies of documents as they were printed: on the page of what they are of, downloaded, and printed anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.documents.models import Copy
from subledger.documents.queries import copies_of, copy_by_id, file_of_copy
from subledger.documents.responses import shown_file
from subledger.documents.services import renew_copy
from subledger.documents.values import FileFormat
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import ActorColumn, Column, CountColumn, MomentColumn
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.rendering import PageView
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.transactions.models import Transaction
from subledger.transactions.printouts import printables_of
from subledger.transactions.queries import transaction_by_id

FORMATS = {
    FileFormat.PDF: "PDF",
    FileFormat.FACTURX: say("Electronic invoice in a PDF (Factur-X)"),
    FileFormat.UBL: say("Electronic invoice (UBL)"),
    FileFormat.CII: say("Electronic invoice (CII)"),
}


class FormatColumn(Column):
    def show(self, row: Copy) -> str:
        return FORMATS.get(FileFormat(row.format), row.format)


class LanguageColumn(Column):
    def show(self, row: Copy) -> str:
        return LANGUAGES.get(row.language, row.language)


COLUMNS = (
    FormatColumn("format", say("Copy"), link=lambda row: page_url("printed_copy", row.pk), strong=True),
    LanguageColumn("language", say("Language")),
    CountColumn("edition", say("Edition")),
    MomentColumn("made_at", say("Printed")),
    ActorColumn("made_by", say("By"), lead=True),
)


def tables(request: HttpRequest | None, row: Transaction) -> Iterator[dict[str, Any]]:
    found = copies_of(row.public_id)
    if found:
        yield {"title": say("Printed copies"), "table": table(COLUMNS, found)}


class CopyPage(PageView):
    """A copy as it was printed."""

    permission = "view"

    def get(self, request: HttpRequest, copy_id: int) -> HttpResponseBase:
        printed = file_of_copy(copy_by_id(copy_id))
        return shown_file(printed, is_shown=printed.content_type == "application/pdf")


class RenewForm(forms.Form):
    format = forms.ChoiceField(label=say("Format"), choices=[(form.value, title) for form, title in FORMATS.items()])
    language = forms.ChoiceField(
        label=say("Language"), required=False, choices=[("", say("The customer's")), *LANGUAGES.items()]
    )


class RenewPage(FormPage):
    permission = "documents.renew"
    template_name = "page_kit/confirm.html"
    title = submit_label = say("Reprint")
    form_class = RenewForm

    def prepare(self, transaction_id: int) -> None:
        self.row = transaction_by_id(transaction_id)

    def act(self, form: Form) -> str:
        said = form.cleaned_data
        [printable] = printables_of([self.row.pk], language=said["language"])
        renew_copy(printable, form=FileFormat(said["format"]), actor=actor(self.request))
        return page_url("transaction", self.row.pk)

    def extra(self) -> dict[str, Any]:
        here = page_url("transaction", self.row.pk)
        return {
            "crumbs": [Crumb(str(self.row), here), Crumb(self.title)],
            "question": say("Reprint {row}?", row=self.row),
            "consequences": [
                say("It is printed with the letterhead, and the name and address, of today."),
                say("The copies that are there stay. This one is given from now on."),
            ],
            "cancel_url": here,
        }
