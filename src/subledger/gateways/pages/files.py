"""Generic providers by file: pending requests out, results in, with a report of every row that was not taken."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from subledger.file_kit.cells import hidden_rows_note
from subledger.gateways.generic.results import check_size
from subledger.gateways.models import MarkedFile
from subledger.gateways.pages.forms import ExportForm, ResultsForm
from subledger.gateways.pages.providers import OnProvider, provider_url
from subledger.gateways.services.bank_files import Export, export_again, export_requests, marked_files
from subledger.gateways.services.execution import generic_provider
from subledger.gateways.services.results import import_results
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import Column, NameColumn
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.views import FormPage

LEFT_OUT = (
    Column("number", say("Request"), strong=True),
    NameColumn("reason", say("Why it was left out")),
    Column("code", say("Code")),
)
REFUSED = (
    Column("position", say("Where")),
    Column("request", say("Request"), strong=True),
    NameColumn("reason", say("Why it was not taken")),
    Column("code", say("Code")),
)
NOTED = (
    Column("position", say("Where")),
    Column("request", say("Request"), strong=True),
    NameColumn("note", say("Which day, and why")),
)


class FilePage(OnProvider, FormPage):
    permission = "gateways.charge"
    template_name = "gateways/file.html"

    def prepare(self, provider_id: int) -> None:
        super().prepare(provider_id)
        generic_provider(provider_id)  # of others nobody else executes anything

    def extra(self) -> dict[str, Any]:
        return {**self.crumbs((self.title, "")), "cancel_url": provider_url(self.provider)}


class ProviderExportPage(FilePage):
    title = say("Export pending requests")
    form_class = ExportForm
    submit_label = say("Export")

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.rendered(form, 422)
        typed = form.cleaned_data
        only_look = "look" in request.POST
        try:
            made = export_requests(
                provider_id=self.provider.pk,
                file_format=typed["file_format"],
                on=typed["on"],
                mark=typed["mark"] and not only_look,
                actor=actor(request),
            )
        except DomainError as error:
            return self.rendered(form, error.status, error=error)
        if only_look or made.content is None:
            title = (
                say("{count} would be written", count=len(made.written)) if only_look else say("Nothing can be written")
            )
            return self.rendered(form, result_title=title, rejections=table(LEFT_OUT, made.left_out))
        if made.left_out:
            messages.warning(
                request,
                say("{count} requests were left out. Look before exporting to see why.", count=len(made.left_out)),
            )
        return _download(made)

    def extra(self) -> dict[str, Any]:
        return {**super().extra(), "buttons": [("look", "1", say("Look first"))], "rejected_title": say("Left out")}


def _download(made: Export) -> HttpResponse:
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
    response["Cache-Control"] = "no-store"
    return response


class ProviderExportAgainPage(FilePage):
    """A file that was marked, to download once more: what it holds, and the button."""

    title = say("Download again")
    form_class = Form
    submit_label = say("Download again")

    def prepare(self, provider_id: int, message: str = "") -> None:
        super().prepare(provider_id)
        found = marked_files(provider_id).filter(message=message).first()
        if found is None:
            raise NotFound(say("marked file"), message)
        self.file: MarkedFile = found

    def extra(self) -> dict[str, Any]:
        words = say(
            "{message} holds {count} requests, which are under processing since it was exported. It is the very file, "
            "and nothing changes by downloading it. Send it to the bank only if it was not sent yet.",
            message=self.file.message,
            count=show.count(len(self.file.requests)),
        )
        return {**super().extra(), "intro": words}

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        return _download(export_again(provider_id=self.provider.pk, message=self.file.message, actor=actor(request)))


class ProviderResultsPage(FilePage):
    budget = "files"
    takes_files = True
    title = say("Import results")
    form_class = ResultsForm
    submit_label = say("Check the file")

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.rendered(form, 422)
        file = form.cleaned_data["file"]
        dry_run = "keep" not in request.POST
        try:
            check_size(file.size, file.name)
            report = import_results(
                provider_id=self.provider.pk,
                content=file.read(),
                name=file.name,
                actor=actor(request),
                dry_run=dry_run,
                number_format=form.cleaned_data["number_format"],
                date_format=form.cleaned_data["date_format"],
            )
        except DomainError as error:
            return self.rendered(form, error.status, error=error)
        return self.rendered(
            form,
            result_title=say("Checked: nothing is taken in yet") if dry_run else say("Taken in"),
            tiles=[{"label": show.word(name), "value": show.count(n)} for name, n in report.counts.items()],
            rejections=table(REFUSED, report.refused),
            notes=table(NOTED, report.noted),
            hidden=hidden_rows_note(report.hidden),
        )

    def extra(self) -> dict[str, Any]:
        return {**super().extra(), "buttons": [("keep", "1", say("Take them in"))], "rejected_title": say("Not taken")}
