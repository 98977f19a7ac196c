"""A file to check and to import."""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.file_kit.cells import hidden_rows_note
from subledger.file_kit.limits import INTERACTIVE
from subledger.import_kit.files import Layout, number_format_of
from subledger.import_kit.report import ImportReport
from subledger.imports.files import XLSX
from subledger.imports.models import ImportOrder
from subledger.imports.orders import order_of
from subledger.imports.outcomes import report_on
from subledger.imports.pages.forms import ImportForm
from subledger.imports.previews import look_into
from subledger.imports.registry import choices, kind_named, kinds
from subledger.imports.services import import_file, import_soon, is_small, order_import
from subledger.kernel.errors import DomainError, Door, Invalid
from subledger.kernel.sentences import say, say_of
from subledger.kernel.words import plain
from subledger.page_kit.access import actor
from subledger.page_kit.columns import Column
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage

from .imports import IMPORTS, receipts_tile, rejections_table

SHOWN = "shown_number_format"  # the company's format by which the file was shown before
CHOSEN = "column-"  # what the fields of the form that choose columns begin with
LARGEST_LINK = 2 * 1024 * 1024  # bytes of rejected rows that a page carries


class FileTooLarge(Invalid):
    code, status = "file_too_large", 413

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            say(
                "The file has {size} bytes; a page takes up to {limit}. Import it with `subledger "
                "import`, or split it.",
                size=size,
                limit=limit,
            ),
            param="/file",
        )


def template_of(kind: str) -> HttpResponse:
    """An empty file of a kind: the header that it needs, and whatever else it may have."""
    if kind not in kinds():
        raise Http404
    header = ",".join(kinds()[kind].fields.names)
    response = HttpResponse(f"{header}\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response


def link_to_rejected(row: ImportOrder) -> dict[str, str] | None:
    if not row.rejected_name:
        return None
    return {"name": row.rejected_name, "url": page_url("import_rejected", row.pk)}


class ImportNewPage(FormPage):
    permission = "imports.run"
    budget = "files"
    takes_files = True
    title = say("Import a file")
    template_name = "imports/import.html"
    form_class = ImportForm
    submit_label = say("Check the file")

    def get(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        wanted = request.GET.get("template")
        return template_of(wanted) if wanted else super().get(request, *args, **named)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.rendered(form, 422)
        try:
            if "keep" not in request.POST and is_small(form.cleaned_data["file"]):
                report, rejected_file = self._check(form)
            else:
                row = self._order(form)
                if row.ended_at is None:
                    return self._to_progress(row)
                report, rejected_file = report_on(row), link_to_rejected(row)
        except DomainError as error:
            return self.rendered(form, error.status, error=error, **self._look(form))
        return self.rendered(
            form,
            report=report,
            hidden=hidden_rows_note(report.hidden),
            rejections=rejections_table([one.as_record() for one in report.rejections]),
            left_out=rejections_table([one.as_record() for one in report.looks_imported]),
            rejected_file=rejected_file,
            usual={"name": SHOWN, "value": self._usual()},
            **self._look(form),
            tiles=[
                {"label": say("Rows read"), "value": show.count(report.read)},
                {
                    "label": say("Would be created") if report.is_dry_run else say("Created"),
                    "value": show.count(report.created),
                },
                {"label": say("Unchanged"), "value": show.count(report.unchanged)},
                {
                    "label": say_of("row of a file", "Rejected"),
                    "value": show.count(report.rejected),
                    "tone": "bad" if report.rejected else "good",
                    "hint": "" if report.rejected else say("every row is good"),
                },
                *receipts_tile(report.receipts, is_check=report.is_dry_run or not report.is_kept),
            ],
        )

    def _check(self, form: Form) -> tuple[ImportReport, dict[str, str] | None]:
        """Everything is done and undone here, while whoever checks the file waits."""
        file, rejected = self._file(form), io.BytesIO()
        report = import_file(
            form.cleaned_data["kind"],
            file,
            name=file.name,
            actor=actor(self.request),
            dry_run=True,
            limits=INTERACTIVE,
            rejected_to=rejected,
            **self._said(form),
        )
        return report, self._rejected_file(form, rejected.getvalue())

    def _order(self, form: Form) -> ImportOrder:
        """A small file is imported here; of a larger one the progress is shown, also where it is only checked."""
        file = self._file(form)
        order = replace(order_of(form.cleaned_data["kind"], **self._said(form)), usual_number_format=self._usual())
        if "keep" not in self.request.POST:
            return order_import(order, file, name=file.name, actor=actor(self.request), is_check=True)
        return import_soon(order, file, name=file.name, actor=actor(self.request))

    def _to_progress(self, row: ImportOrder) -> HttpResponseBase:
        url = page_url("run", row.run_id)
        if self.request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": url})
        return redirect(url)

    def _file(self, form: Form) -> Any:
        file = form.cleaned_data["file"]
        if file.size > settings.IMPORT_LIMIT_BYTES:
            raise FileTooLarge(file.size, settings.IMPORT_LIMIT_BYTES)
        return file

    def _said(self, form: Form) -> dict[str, Any]:
        typed = form.cleaned_data
        return {
            "mapping": self._mapping(),
            "date_format": typed["date_format"] or None,
            "number_format": typed["number_format"] or None,
            "currency": typed["currency"] or None,
            "layout": self._layout(typed),
            "door": Door.PAGE,
            "skip_bad": typed["skip_bad"],
            **{name: typed[name] for name in choices()},
        }

    def _usual(self) -> str:
        """How the company writes numbers: what is imported is read as it was shown."""
        stands: str = self.request.staff.company.number_format  # type: ignore[attr-defined]
        shown = self.request.POST.get(SHOWN) if "keep" in self.request.POST else None
        if shown is None:
            return stands
        number_format_of(shown)
        return shown

    def _mapping(self) -> dict[str, str]:
        """The columns that were chosen, by field."""
        posted = self.request.POST
        return {
            name.removeprefix(CHOSEN): str(posted[name]) for name in posted if name.startswith(CHOSEN) and posted[name]
        }

    def _layout(self, typed: dict[str, Any]) -> Layout:
        return Layout(typed["sheet"] or None, typed["header_line"], typed["encoding"] or None)

    def _look(self, form: Form) -> dict[str, Any]:
        """The columns to choose from, and the first rows as they are understood; nothing where no table is found."""
        typed = form.cleaned_data
        if typed["file"].size > settings.IMPORT_LIMIT_BYTES:
            return {}
        try:
            look = look_into(
                kind_named(typed["kind"]).fields,
                typed["file"],
                name=typed["file"].name,
                layout=self._layout(typed),
                mapping=self._mapping(),
                date_format=typed["date_format"] or None,
                number_format=typed["number_format"] or None,
                usual=self._usual(),
            )
        except DomainError:
            return {}
        columns = [Column("line", say("Line")), *(Column(field, plain(field)) for field in look.placed)]
        choices = [
            {
                "name": f"{CHOSEN}{field}",
                "label": plain(field),
                "needed": needed,
                "at": look.placed.get(field),
            }
            for field, needed in look.fields
        ]
        return {"look": look, "choices": choices, "preview": table(columns, look.rows)}

    def _rejected_file(self, form: Form, content: bytes) -> dict[str, str] | None:
        """The rejected rows of a file that is only checked, in the page itself: they are kept nowhere."""
        if not content or len(content) > LARGEST_LINK:
            return None
        name = Path(form.cleaned_data["file"].name)
        suffix, kind = (".xlsx", XLSX) if name.suffix.lower() == ".xlsx" else (".csv", "text/csv")
        return {"name": f"{name.name}.rejected{suffix}", "url": f"data:{kind};base64,{b64encode(content).decode()}"}

    def extra(self) -> dict[str, Any]:
        listed = page_url("imports")
        fields = [
            (
                kind.title,
                f"?template={kind.name}",
                ", ".join(kind.fields.needed),
                ", ".join((*(name for group in kind.fields.one_of for name in group), *kind.fields.optional)),
            )
            for kind in kinds().values()
        ]
        return {"crumbs": [Crumb(IMPORTS, listed), Crumb(self.title)], "cancel_url": listed, "kinds": fields}
